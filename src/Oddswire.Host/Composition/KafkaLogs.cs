using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Host.Commands;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.Infrastructure.Logs.Kafka.Admin;
using Oddswire.Infrastructure.Logs.Kafka.Mock;

namespace Oddswire.Host.Composition;

/// <summary>Opens the log on a Kafka cluster.</summary>
internal static class KafkaLogs
{
    /// <summary>Under which name long work tells how far it is, so that it is shown where only warnings are.</summary>
    public const string ProgressCategory = "Oddswire.Progress";

    /// <summary>The log of a cluster; the cluster is asked only when something is done with it.</summary>
    public static IEventLog Open(KafkaPlace kafka, TimeProvider time, ILoggerFactory? logging)
    {
        var log = new KafkaEventLog(kafka.Connection, time, logging?.CreateLogger<KafkaEventLog>(), logging?.CreateLogger(ProgressCategory));
        return kafka.ShowsRepeats ? log : new RepeatlessLog(log);
    }

    /// <summary>
    /// Sees to it that the core topics of some leagues are there, and gives the number of partitions of each that carries records. Where missing ones may not be made, only those are
    /// looked for that the roles use: brokers show a user no others than those it may describe.
    /// </summary>
    /// <param name="kafka">The cluster.</param>
    /// <param name="leagues">The leagues.</param>
    /// <param name="roles">The roles.</param>
    /// <param name="choosing">The leagues for which a model is chosen at the start, which takes what <c>models</c> is permitted.</param>
    /// <param name="mayMake">Whether missing ones are made.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="UserErrorException">Topics are missing and may not be made.</exception>
    /// <exception cref="LogException">The cluster does not answer, or refuses.</exception>
    public static async Task<IReadOnlyDictionary<string, int>> EnsureTopicsAsync(
        KafkaPlace kafka, IReadOnlyList<League> leagues, IReadOnlySet<Role> roles, IReadOnlyList<League> choosing, bool mayMake, CancellationToken ct)
    {
        HashSet<string> used =
        [
            .. RoleAcls.TopicsOf(kafka.Layout.Prefix, leagues, [.. roles.Select(role => role.ToString().ToLowerInvariant())]),
            .. RoleAcls.TopicsOf(kafka.Layout.Prefix, choosing, ["models"]),
        ];
        var wanted = kafka.Layout.Topics(leagues).Where(topic => mayMake || used.Contains(topic.Name)).ToList();
        var existing = await EnsureAsync(kafka, wanted, "oddswire topics apply", mayMake, ct);
        return leagues.SelectMany(Topics.Of).ToDictionary(
            topic => topic,
            topic => existing.TryGetValue(kafka.Layout.Prefix + topic, out var known) ? known.Partitions : kafka.Layout.Partitions[Topics.LeagueOf(topic)]);
    }

    /// <summary>Sees to it that the edge topics of some leagues are there.</summary>
    /// <exception cref="UserErrorException">Topics are missing and may not be made.</exception>
    /// <exception cref="LogException">The cluster does not answer, or refuses.</exception>
    public static async Task EnsureEdgeTopicsAsync(KafkaPlace kafka, IReadOnlyList<League> leagues, bool mayMake, CancellationToken ct) =>
        await EnsureAsync(kafka, kafka.Layout.EdgeTopics(leagues), "oddswire topics apply --edge", mayMake, ct);

    private static async Task<IReadOnlyDictionary<string, PlannedTopic>> EnsureAsync(
        KafkaPlace kafka, IReadOnlyList<PlannedTopic> wanted, string command, bool mayMake, CancellationToken ct)
    {
        using var admin = new KafkaTopicAdmin(kafka.Connection);
        var existing = await Task.Run(admin.List, ct);
        var missing = wanted.Where(topic => !existing.ContainsKey(topic.Name)).ToList();
        if (missing.Count > 0 && !mayMake)
        {
            throw new UserErrorException(
                ExitCodes.Environment,
                $"{missing.Count} topic(s) are missing on Kafka at {kafka.Name}: {string.Join(", ", missing.Take(3).Select(topic => topic.Name))}{(missing.Count > 3 ? ", …" : "")}.",
                $"Make them with '{command}' and the same options, or see whether the topic prefix is right, and whether the ACLs let this user describe them ('oddswire topics acls').");
        }

        await admin.ApplyAsync(TopicPlanner.Plan(missing, existing), change => Cli.Say($"made {change.Topic.Name}: {change.Topic.Partitions} partition(s)")).WaitAsync(ct);
        return existing;
    }
}
