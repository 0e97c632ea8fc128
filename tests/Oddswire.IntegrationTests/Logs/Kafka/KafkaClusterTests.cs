using Confluent.Kafka;
using Oddswire.Core.Ports;
using Oddswire.Infrastructure.Logs.Kafka;
using static Oddswire.IntegrationTests.Logs.LogTestKit;

namespace Oddswire.IntegrationTests.Logs.Kafka;

/// <summary>A real cluster for tests, where <c>ODDSWIRE_TEST_KAFKA=host:port</c> names one (brokers from 2.4): topics and groups of each test have a prefix of their own.</summary>
internal sealed class RealCluster
{
    public static string? Bootstrap { get; } = Environment.GetEnvironmentVariable("ODDSWIRE_TEST_KAFKA");

    public string Prefix { get; } = $"oddswire-test-{Guid.NewGuid():n}-";

    public KafkaSettings Settings => new()
    {
        BootstrapServers = Bootstrap!,
        TopicPrefix = Prefix,
        GroupPrefix = Prefix,
        TransactionalIdPrefix = Prefix,
        ReplicationFactor = 1,
        MinInSyncReplicas = 1,
        SessionTimeout = TimeSpan.FromSeconds(6),
    };

    public static void SkipIfMissing() =>
        Assert.SkipWhen(Bootstrap is null, "Needs a real cluster: set ODDSWIRE_TEST_KAFKA=host:port. The mock cluster cannot show it, or shows it in KafkaEventLogTests.");

    /// <summary>Removes what the test has made.</summary>
    public async Task CleanUpAsync()
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Bootstrap }).Build();
        var made = admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.Select(topic => topic.Topic).Where(topic => topic.StartsWith(Prefix, StringComparison.Ordinal)).ToList();
        if (made.Count > 0)
        {
            await admin.DeleteTopicsAsync(made);
        }
    }
}

/// <summary>The contract, on a real cluster.</summary>
public sealed class KafkaClusterEventLogTests : EventLogContract
{
    private readonly RealCluster _cluster = new();

    protected override bool OffsetsHaveHoles => true;

    protected override bool MaintainsByItself => false;

    public override ValueTask InitializeAsync()
    {
        RealCluster.SkipIfMissing();
        return base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        if (RealCluster.Bootstrap is not null)
        {
            await base.DisposeAsync();
            await _cluster.CleanUpAsync();
        }
    }

    protected override ValueTask<IEventLog> OpenAsync() =>
        ValueTask.FromResult<IEventLog>(new KafkaEventLog(_cluster.Settings, Time, TestLogger.ForCurrentTest()));
}

/// <summary>What only a real broker does: it hides open and aborted transactions, fences producers, and keeps offsets with the transaction.</summary>
public sealed class KafkaIsolationTests : IAsyncLifetime
{
    private readonly RealCluster _cluster = new();
    private KafkaEventLog _log = null!;

    public async ValueTask InitializeAsync()
    {
        RealCluster.SkipIfMissing();
        _log = new KafkaEventLog(_cluster.Settings, TimeProvider.System, TestLogger.ForCurrentTest());
        await _log.EnsureTopicsAsync([new(In, 1)], default);
    }

    public async ValueTask DisposeAsync()
    {
        if (RealCluster.Bootstrap is not null)
        {
            await _log.DisposeAsync();
            await _cluster.CleanUpAsync();
        }
    }

    [Fact]
    public async Task Open_and_aborted_transactions_are_never_read()
    {
        using var producer = Producer("other");
        producer.BeginTransaction();
        producer.Produce(_cluster.Prefix + In, new Message<string, string> { Key = "k", Value = "open" });
        producer.Flush(Soon);
        (await _log.ReadAsync(new(new(In, 0), 0), 1, TimeSpan.FromSeconds(1), default)).Records().ShouldBeEmpty();
        producer.AbortTransaction();
        await using var source = await _log.JoinAsync(Source, default);
        await source.ProduceAsync(In, 0, "committed");
        (await _log.ReadAllValuesAsync(In, 0)).ShouldBe(["committed"]);
    }

    [Fact]
    public async Task Setting_a_producer_up_anew_fences_the_former_one_and_aborts_what_it_had_open()
    {
        using var former = Producer("same");
        former.BeginTransaction();
        former.Produce(_cluster.Prefix + In, new Message<string, string> { Key = "k", Value = "zombie" });
        former.Flush(Soon);
        using var next = Producer("same");
        Should.Throw<KafkaException>(() => former.CommitTransaction(Soon)).Error.IsFatal.ShouldBeTrue();
        await using var source = await _log.JoinAsync(Source, default);
        await source.ProduceAsync(In, 0, "committed");
        (await _log.ReadAllValuesAsync(In, 0)).ShouldBe(["committed"]);
    }

    [Fact]
    public async Task The_groups_offsets_show_what_was_committed_to_anyone_who_asks()
    {
        await using var source = await _log.JoinAsync(Source, default);
        await source.ProduceAsync(In, 0, "a", "b");
        await using (var worker = await _log.JoinAsync(Stage, default))
        {
            await worker.CommitAsync(Behind(await worker.PollRecordsAsync(2)), default);
        }

        await using var elsewhere = new KafkaEventLog(_cluster.Settings, TimeProvider.System);
        (await elsewhere.CommittedAsync(Stage, default)).ShouldHaveSingleItem().Offset.ShouldBeGreaterThanOrEqualTo(2);
    }

    private IProducer<string, string> Producer(string id)
    {
        var config = new ProducerConfig { BootstrapServers = RealCluster.Bootstrap, TransactionalId = $"{_cluster.Prefix}.{id}" };
        var producer = new ProducerBuilder<string, string>(config).SetErrorHandler((_, _) => { }).SetLogHandler((_, _) => { }).Build();
        producer.InitTransactions(Soon);
        return producer;
    }
}
