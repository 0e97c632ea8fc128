using System.Globalization;

namespace Oddswire.Infrastructure.Logs.Kafka.Admin;

/// <summary>What is to be done about a topic.</summary>
public enum TopicChangeKind
{
    /// <summary>It is as planned.</summary>
    Same,

    /// <summary>It is missing and gets made.</summary>
    Create,

    /// <summary>A setting differs and gets changed.</summary>
    Alter,

    /// <summary>It differs in a way that we do not change, since records would be lost or keys would move.</summary>
    Refused,
}

/// <summary>One line of a plan.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Topic">The topic as planned.</param>
/// <param name="Settings">For <see cref="TopicChangeKind.Alter"/>: the settings to set.</param>
/// <param name="Detail">In words: what differs, and for a refusal why and what a person can do.</param>
public sealed record TopicChange(TopicChangeKind Kind, PlannedTopic Topic, IReadOnlyDictionary<string, string> Settings, string Detail);

/// <summary>
/// Compares topics as they ought to be with topics as they are. Never destructive: nothing is deleted, nothing is reduced, and partitions are
/// not added either, since the partition of a key follows from their number.
/// </summary>
public static class TopicPlanner
{
    private static readonly Dictionary<string, string> Nothing = [];
    private static readonly string[] Told = [TopicSettings.CleanupPolicy, TopicSettings.Retention, TopicSettings.MinInsyncReplicas];

    /// <summary>The plan; applied once, the next one holds nothing but <see cref="TopicChangeKind.Same"/> and the same refusals.</summary>
    /// <param name="wanted">Topics as they ought to be.</param>
    /// <param name="existing">Topics of the cluster as they are, by name; others than the wanted ones are left alone.</param>
    public static IReadOnlyList<TopicChange> Plan(IReadOnlyList<PlannedTopic> wanted, IReadOnlyDictionary<string, PlannedTopic> existing) =>
        [.. wanted.SelectMany(topic => existing.TryGetValue(topic.Name, out var known)
            ? Compare(topic, known)
            : [new TopicChange(TopicChangeKind.Create, topic, topic.Settings!, Describe(topic))])];

    /// <summary>Says what a topic is, for people.</summary>
    public static string Describe(PlannedTopic topic) =>
        $"{topic.Partitions} partition(s), replication {topic.Replication}{string.Concat(Told.Select(name => Tell(name, topic.Settings?.GetValueOrDefault(name))))}";

    private static string Tell(string name, string? value) => value switch
    {
        null => "",
        "compact" => ", compacted",
        "delete" => "",
        _ when name == TopicSettings.Retention => $", kept for {TimeSpan.FromMilliseconds(Number(value)).TotalHours:0.#} h",
        _ => $", {name} {value}",
    };

    private static IEnumerable<TopicChange> Compare(PlannedTopic wanted, PlannedTopic known)
    {
        var changes = new List<TopicChange>();
        if (wanted.Partitions != known.Partitions)
        {
            changes.Add(Refuse(wanted, known.Partitions < wanted.Partitions
                ? $"{known.Partitions} partition(s), {wanted.Partitions} planned: not increased, since the partition of a game follows from their number and keys would move. "
                  + "Plan the existing number, or begin with another topic prefix."
                : $"{known.Partitions} partition(s), {wanted.Partitions} planned: partitions are never removed. Plan the existing number, or begin with another topic prefix."));
        }

        if (wanted.Replication != known.Replication)
        {
            changes.Add(Refuse(
                wanted, $"replication {known.Replication}, {wanted.Replication} planned: moving copies is the cluster's business. Use kafka-reassign-partitions.sh, or plan the existing number."));
        }

        if (known.Settings is null)
        {
            changes.Add(Refuse(wanted, "its settings cannot be read: the cluster does not tell them, or DescribeConfigs is not allowed to us (see 'oddswire topics acls')."));
        }
        else
        {
            changes.AddRange(CompareSettings(wanted, known.Settings));
        }

        return changes.Count > 0 ? changes : [new TopicChange(TopicChangeKind.Same, wanted, Nothing, Describe(wanted))];
    }

    private static List<TopicChange> CompareSettings(PlannedTopic wanted, IReadOnlyDictionary<string, string> known)
    {
        var changes = new List<TopicChange>();
        var alter = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var said = new List<string>();
        foreach (var (name, value) in wanted.Settings ?? Nothing)
        {
            var now = known.GetValueOrDefault(name, "");
            if (now == value || (name == TopicSettings.MaxMessageBytes && Number(now) >= Number(value)))
            {
                continue;
            }

            if (ReasonAgainst(name, now, value) is { } reason)
            {
                changes.Add(Refuse(wanted, reason));
            }
            else
            {
                alter[name] = value;
                said.Add($"{name} {(now.Length == 0 ? "not set" : now)} -> {value}");
            }
        }

        if (alter.Count > 0)
        {
            changes.Insert(0, new TopicChange(TopicChangeKind.Alter, wanted, alter, string.Join(", ", said)));
        }

        return changes;
    }

    private static string? ReasonAgainst(string name, string now, string value) => name switch
    {
        TopicSettings.Retention when Number(now) is var kept && (kept < 0 || kept > Number(value)) =>
            $"{name} {now}, {value} planned: not shortened, since records would be deleted. If that is meant: kafka-configs.sh --alter --add-config {name}={value}.",
        TopicSettings.CleanupPolicy =>
            $"{name} {now}, {value} planned: not changed, since records would be deleted by another rule. If that is meant: kafka-configs.sh --alter --add-config {name}={value}.",
        _ => null,
    };

    private static long Number(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static TopicChange Refuse(PlannedTopic topic, string detail) => new(TopicChangeKind.Refused, topic, Nothing, detail);
}
