using Oddswire.Core.Domain;
using Oddswire.Host.Composition;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.Infrastructure.Logs.Kafka.Admin;

namespace Oddswire.Host.Commands.Bench;

/// <summary>An engine of the log that the whole platform is measured on.</summary>
/// <param name="Name">As <c>--log</c> names it.</param>
/// <param name="Bootstrap">The cluster's brokers, for <c>kafka</c>.</param>
internal sealed record BenchLog(string Name, string? Bootstrap)
{
    private static readonly string[] Names = ["embedded", "kafka-mock", "kafka"];

    /// <summary>The engines in the order in which they are to be measured.</summary>
    /// <exception cref="UserErrorException">A name is unknown, or a cluster is asked for and none is named.</exception>
    public static IReadOnlyList<BenchLog> Parse(string text, string? bootstrap)
    {
        List<BenchLog> logs = [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => new BenchLog(name, bootstrap))];
        if (logs.Count == 0 || logs.Find(log => !Names.Contains(log.Name)) is not null)
        {
            throw new UserErrorException(ExitCodes.Usage, $"--log '{text}' is not an engine.", $"Choose {string.Join(", ", Names)}, or several with commas between.");
        }

        return logs.Exists(log => log.Name == "kafka") && bootstrap is null
            ? throw new UserErrorException(ExitCodes.Usage, "--log kafka needs a cluster.", "Name it with --bootstrap host:port, or measure the client side with --log kafka-mock.")
            : logs;
    }

    /// <summary>The settings, and a mock cluster to be disposed of afterwards where there is one.</summary>
    public (LogSettings Settings, MockCluster? Mock) Open(bool durable)
    {
        if (Name == "embedded")
        {
            return (new LogSettings { IsDurableOnCommit = durable }, null);
        }

        if (Name == "kafka")
        {
            var layout = new TopicLayout { Prefix = $"bench-{Environment.ProcessId}-", Replication = 1, MinInsyncReplicas = 1 };
            return (new LogSettings { Kafka = new KafkaPlace(new KafkaSettings { BootstrapServers = Bootstrap! }, layout) }, null);
        }

        // Every partition of the mock keeps 5 MiB, so that one would not do.
        var mock = new MockCluster();
        var place = new KafkaPlace(
            mock.Settings with { FetchMaxWait = TimeSpan.FromMilliseconds(5), SessionTimeout = TimeSpan.FromSeconds(5) },
            new TopicLayout { Replication = 3, MinInsyncReplicas = 1, Partitions = Leagues.All.ToDictionary(league => league, _ => 12) })
        {
            ShowsRepeats = true,
        };
        foreach (var topic in place.Layout.Topics(Leagues.All))
        {
            mock.CreateTopic(topic.Name, topic.Partitions);
        }

        return (new LogSettings { Kafka = place }, mock);
    }
}
