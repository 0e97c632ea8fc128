using Oddswire.Core.Domain;
using Oddswire.Host.Composition;
using Oddswire.Host.Composition.Configuration;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.Infrastructure.Logs.Kafka.Admin;

namespace Oddswire.Host.Commands.Bench;

/// <summary>An engine of the log that the whole platform is measured on.</summary>
/// <param name="Name">As <c>--log</c> names it.</param>
/// <param name="Cluster">Where topics are made, for <c>kafka</c>.</param>
internal sealed record BenchLog(string Name, KafkaPlace? Cluster)
{
    private static readonly string[] Names = ["embedded", "kafka-mock", "kafka"];

    /// <summary>The engines in the order in which they are to be measured.</summary>
    /// <exception cref="UserErrorException">A name is unknown, or a cluster is asked for and none is named, or how to reach it does not fit together.</exception>
    public static IReadOnlyList<BenchLog> Parse(string text, Config config)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length == 0 || names.Except(Names).Any())
        {
            throw new UserErrorException(ExitCodes.Usage, $"--log '{text}' is not an engine.", $"Choose {string.Join(", ", Names)}, or several with commas between.");
        }

        var cluster = names.Contains("kafka") ? FindCluster(config) : null;
        return names.Contains("kafka") && cluster is null
            ? throw new UserErrorException(ExitCodes.Usage, "--log kafka needs a cluster.", "Name it with --bootstrap host:port, or measure the client side with --log kafka-mock.")
            : [.. names.Select(name => new BenchLog(name, name == "kafka" ? cluster : null))];
    }

    /// <summary>The cluster that the settings name, with names for this bench alone; null when they name none. One replica, where they do not ask for more.</summary>
    /// <exception cref="UserErrorException">The settings do not fit together.</exception>
    public static KafkaPlace? FindCluster(Config config)
    {
        if (config.Find(ConfigSchema.Kafka, "bootstrap") is null)
        {
            return null;
        }

        var replication = config.Find(ConfigSchema.Topics, "replication") is null ? "1" : null;
        var place = LogCli.ReadKafka(config.With(ConfigSchema.Topics, "replication", replication, "bench"));
        return new KafkaPlace(place.Connection, place.Layout with { Prefix = $"{place.Layout.Prefix}bench-{Environment.ProcessId}-" });
    }

    /// <summary>Tells what a bench leaves on a cluster: the platform never deletes a topic.</summary>
    public static void SayWhatIsLeft(KafkaPlace cluster) => Cli.Say(
        $"the topics {cluster.Layout.Prefix}* stay on {cluster.Connection.BootstrapServers}; kafka-topics.sh --bootstrap-server {cluster.Connection.BootstrapServers} --delete --topic '{cluster.Layout.Prefix}.*' takes them away");

    /// <summary>The settings, and a mock cluster to be disposed of afterwards where there is one.</summary>
    public (LogSettings Settings, MockCluster? Mock) Open(bool durable)
    {
        if (Name == "embedded")
        {
            return (new LogSettings { IsDurableOnCommit = durable }, null);
        }

        if (Cluster is not null)
        {
            return (new LogSettings { Kafka = Cluster }, null);
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
