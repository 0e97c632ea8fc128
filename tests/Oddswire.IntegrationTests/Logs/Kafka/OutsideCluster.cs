using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Oddswire.Host.Composition.Configuration;
using Oddswire.Infrastructure.Logs.Kafka;
using Config = Oddswire.Host.Composition.Configuration.Config;

namespace Oddswire.IntegrationTests.Logs.Kafka;

/// <summary>
/// The cluster that <c>ODDSWIRE_TEST_KAFKA=host:port</c> names (brokers from 2.4, one is enough), with the login that <c>ODDSWIRE_KAFKA_…</c> names and, for what goes
/// to the edge, <c>ODDSWIRE_EDGE_…</c>. Topics, groups and transactional ids of each test have a prefix of their own, and the topics are removed again.
/// </summary>
internal static class OutsideCluster
{
    private static readonly Lazy<bool> Mock = new(AskWhetherItIsAMock);

    /// <summary>The brokers; null when none are named.</summary>
    public static string? Bootstrap { get; } = Environment.GetEnvironmentVariable("ODDSWIRE_TEST_KAFKA") is { Length: > 0 } named ? named : null;

    /// <summary>Whether what is named is librdkafka's mock cluster in another process, as <c>oddswire kafka-mock</c> serves it.</summary>
    public static bool IsMock => Mock.Value;

    /// <summary>How to reach it. Brokers allow no shorter session than 6 s; the mock lets a group wait for members that are gone until a second before the session's end.</summary>
    public static KafkaSettings Connection(bool isEdge = false) => Read(isEdge) with { SessionTimeout = IsMock ? TimeSpan.FromSeconds(1.8) : TimeSpan.FromSeconds(6) };

    /// <summary>The same, for a log whose names all begin with a prefix.</summary>
    public static KafkaSettings Settings(string prefix) => Connection() with
    {
        TopicPrefix = prefix,
        GroupPrefix = prefix,
        TransactionalIdPrefix = prefix + "oddswire",
        ReplicationFactor = 1,
        MinInSyncReplicas = 1,
    };

    /// <summary>The variables among some that say how to log in.</summary>
    public static List<string> LoginVariables(IEnumerable<string> names) =>
        [.. names.Where(name => name.StartsWith("ODDSWIRE_KAFKA_", StringComparison.Ordinal) || name.StartsWith("ODDSWIRE_EDGE_", StringComparison.Ordinal))];

    /// <summary>What begins the names of a test's own.</summary>
    public static string NewPrefix() => $"oddswire-test-{Guid.NewGuid():N}"[..22] + ".";

    /// <summary>Skips a test where no cluster is named.</summary>
    public static void SkipIfMissing() =>
        Assert.SkipWhen(Bootstrap is null, "Needs a real cluster: set ODDSWIRE_TEST_KAFKA=host:port. What the mock cluster can show of it is shown in KafkaEventLogTests.");

    /// <summary>Skips a test where the cluster that is named cannot show something.</summary>
    /// <param name="what">What a broker does here and the mock does not.</param>
    public static void SkipIfMock(string what) =>
        Assert.SkipWhen(IsMock, $"Needs a real broker, one that {what}: what ODDSWIRE_TEST_KAFKA={Bootstrap} names is librdkafka's mock cluster, which does not.");

    /// <summary>Removes the topics that a test has made. The mock cannot: what is on it goes with it.</summary>
    public static async Task RemoveTopicsAsync(string prefix)
    {
        if (IsMock)
        {
            return;
        }

        using var admin = new KafkaClients(Connection(), logger: null).Admin();
        var made = admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.Select(topic => topic.Topic).Where(topic => topic.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        try
        {
            await (made.Count > 0 ? admin.DeleteTopicsAsync(made, new DeleteTopicsOptions { OperationTimeout = TimeSpan.FromSeconds(30) }) : Task.CompletedTask);
        }
        catch (KafkaException e)
        {
            throw new InvalidOperationException(
                $"The test's topics ({prefix}…) could not be removed from {Bootstrap}: {e.Message}. Its user needs the right to delete topics that begin with 'oddswire-test-'.", e);
        }
    }

    private static KafkaSettings Read(bool isEdge)
    {
        var section = isEdge ? ConfigSchema.Edge : ConfigSchema.Kafka;
        return KafkaConnections.Read(Config.Load(null, [$"{section}.bootstrap={Bootstrap}"], Environment.GetEnvironmentVariables()), section, "--bootstrap");
    }

    private static bool AskWhetherItIsAMock()
    {
        using var reader = new KafkaClients(Read(isEdge: false), logger: null).Reader();
        var id = NativeHandles.ClusterId(reader.Handle, TimeSpan.FromSeconds(10));
        return (id ?? throw new InvalidOperationException($"No broker answers at ODDSWIRE_TEST_KAFKA={Bootstrap}: is it running, and does the login in ODDSWIRE_KAFKA_… fit?"))
            .StartsWith("mockCluster", StringComparison.Ordinal);
    }
}
