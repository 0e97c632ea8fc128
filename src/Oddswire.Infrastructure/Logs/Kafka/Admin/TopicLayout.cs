using System.Globalization;
using Oddswire.Core.Domain;

namespace Oddswire.Infrastructure.Logs.Kafka.Admin;

/// <summary>How the platform's topics lie on a Kafka cluster.</summary>
public sealed record TopicLayout
{
    /// <summary>Put in front of every topic's name; empty for none.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Partitions of a league's topics; 1 or more, fixed once the topics exist.</summary>
    public IReadOnlyDictionary<League, int> Partitions { get; init; } = DefaultPartitions;

    /// <summary>Copies of each partition; 1 or more, at most the number of brokers.</summary>
    public short Replication { get; init; } = 3;

    /// <summary>Copies that must have a record before it counts; 1 to <see cref="Replication"/>.</summary>
    public int MinInsyncReplicas { get; init; } = 2;

    /// <summary>How long raw and normalised records and odds are kept.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(14);

    /// <summary>How long refused messages are kept: longer, since people deal with them.</summary>
    public TimeSpan LetterRetention { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long a changelog keeps every record, 1 min or more: a claim that a newer one replaced must still be there when the newer owner reads it.</summary>
    public TimeSpan CompactionLag { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The longest record that a topic takes; it holds ingest's longest message and what is put around it.</summary>
    public int MaxMessageBytes { get; init; } = 8 << 20;

    /// <summary>50 for the NFL, 10 for the NBA, 5 for the MLB.</summary>
    public static IReadOnlyDictionary<League, int> DefaultPartitions { get; } =
        new Dictionary<League, int> { [League.Nfl] = 50, [League.Nba] = 10, [League.Mlb] = 5 };

    /// <summary>All topics of the leagues as they ought to be: the data, and the changelogs that the groups keep their states in.</summary>
    public IReadOnlyList<PlannedTopic> Topics(IReadOnlyList<League> leagues) => [.. leagues.SelectMany(TopicsOf)];

    /// <summary>All topics of the leagues on the cluster that partners read: the public odds, and how far they were replicated.</summary>
    public IReadOnlyList<PlannedTopic> EdgeTopics(IReadOnlyList<League> leagues) =>
    [
        .. leagues.SelectMany(league => new[]
        {
            Plan(Core.Ports.Topics.PublicOdds(league), Partitions[league], Retention),
            Plan($"state.replicate.{league.Code()}", 1, retention: null),
        }),
    ];

    private IEnumerable<PlannedTopic> TopicsOf(League league)
    {
        var partitions = Partitions[league];
        foreach (var topic in Core.Ports.Topics.Of(league))
        {
            var isLetters = topic == Core.Ports.Topics.DeadLetters(league) || topic == Core.Ports.Topics.Quarantine(league);
            yield return Plan(topic, partitions, isLetters ? LetterRetention : Retention);
        }

        foreach (var (stage, isSource) in Groups)
        {
            yield return Plan($"state.{stage}.{league.Code()}", isSource ? 1 : partitions, retention: null);
        }
    }

    /// <summary>The groups that keep state: as many partitions as their input, a source one.</summary>
    private static IReadOnlyList<(string Stage, bool IsSource)> Groups { get; } =
        [("ingest", true), ("normalise", false), ("price", false), ("publish", false), ("archive", false), ("dlq", true), ("models", true)];

    private PlannedTopic Plan(string name, int partitions, TimeSpan? retention)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [TopicSettings.CleanupPolicy] = retention is null ? "compact" : "delete",
            [TopicSettings.MinInsyncReplicas] = MinInsyncReplicas.ToString(CultureInfo.InvariantCulture),
            [TopicSettings.MaxMessageBytes] = MaxMessageBytes.ToString(CultureInfo.InvariantCulture),
            [TopicSettings.TimestampType] = "LogAppendTime",
            [TopicSettings.UncleanElection] = "false",
        };
        if (retention is { } kept)
        {
            settings[TopicSettings.Retention] = ((long)kept.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }
        else
        {
            settings[TopicSettings.CompactionLag] = ((long)CompactionLag.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }

        return new PlannedTopic(Prefix + name, partitions, Replication, settings);
    }
}

/// <summary>A topic as it ought to be, or as it is.</summary>
/// <param name="Name">Its whole name.</param>
/// <param name="Partitions">Partitions, 1 or more.</param>
/// <param name="Replication">Copies of each partition.</param>
/// <param name="Settings">Values of the settings of <see cref="TopicSettings"/>; of a topic as it is, null when the cluster does not tell them.</param>
public sealed record PlannedTopic(string Name, int Partitions, int Replication, IReadOnlyDictionary<string, string>? Settings);

/// <summary>The settings of a topic that we care about, by Kafka's names.</summary>
public static class TopicSettings
{
    /// <summary><c>delete</c> or <c>compact</c>.</summary>
    public const string CleanupPolicy = "cleanup.policy";

    /// <summary>Milliseconds; -1 for ever.</summary>
    public const string Retention = "retention.ms";

    /// <summary>Copies that must have a record.</summary>
    public const string MinInsyncReplicas = "min.insync.replicas";

    /// <summary>Bytes of the longest batch.</summary>
    public const string MaxMessageBytes = "max.message.bytes";

    /// <summary>Whose clock stamps a record: <c>LogAppendTime</c> is the broker's, so that ages are by one clock.</summary>
    public const string TimestampType = "message.timestamp.type";

    /// <summary><c>true</c> lets a copy that lacks records become the leader, which loses them.</summary>
    public const string UncleanElection = "unclean.leader.election.enable";

    /// <summary>Milliseconds for which compaction leaves a record alone.</summary>
    public const string CompactionLag = "min.compaction.lag.ms";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [CleanupPolicy, Retention, MinInsyncReplicas, MaxMessageBytes, TimestampType, UncleanElection, CompactionLag];
}
