using Confluent.Kafka;
using Oddswire.Core.Ports;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.IntegrationTests.Logs.Kafka.Strict;
using static Oddswire.IntegrationTests.Logs.LogTestKit;

namespace Oddswire.IntegrationTests.Logs.Kafka;

/// <summary>What brokers do beside the contract. The first two the bare mock cluster cannot show.</summary>
public abstract class KafkaIsolationContract : IAsyncLifetime
{
    private KafkaEventLog _log = null!;

    public async ValueTask InitializeAsync()
    {
        Begin();
        _log = new KafkaEventLog(Settings, TimeProvider.System, TestLogger.ForCurrentTest());
        await _log.EnsureTopicsAsync([new(In, 1)], default);
    }

    public async ValueTask DisposeAsync()
    {
        if (_log is not null)
        {
            await _log.DisposeAsync();
            await EndAsync();
        }

        GC.SuppressFinalize(this);
    }

    private protected abstract KafkaSettings Settings { get; }

    /// <summary>Skips where the cluster cannot show something.</summary>
    private protected abstract void SkipUnlessItCan(string what);

    private protected abstract void Begin();

    private protected abstract ValueTask EndAsync();

    [Fact]
    public async Task Open_and_aborted_transactions_are_never_read()
    {
        SkipUnlessItCan("hides the records of open and aborted transactions");
        using var other = Producer("other");
        other.BeginTransaction();
        Send(other, "open");
        (await _log.ReadAsync(new(new(In, 0), 0), 1, TimeSpan.FromSeconds(1), default)).Records().ShouldBeEmpty("a transaction that is open is not to be read");
        other.AbortTransaction();
        await using var source = await _log.JoinAsync(Source, default);
        await source.ProduceAsync(In, 0, "committed");
        (await _log.ReadAllValuesAsync(In, 0)).ShouldBe(["committed"], "a transaction that was aborted is not to be read");
    }

    [Fact]
    public async Task Setting_a_producer_up_anew_fences_the_former_one_and_aborts_what_it_had_open()
    {
        SkipUnlessItCan("refuses a producer that was fenced");
        using var former = Producer("same");
        former.BeginTransaction();
        Send(former, "zombie");
        using var next = Producer("same");
        Should.Throw<KafkaException>(() => former.CommitTransaction(Soon), "a producer whose transactional id was taken over is to be refused").Error.IsFatal.ShouldBeTrue();
        await using var source = await _log.JoinAsync(Source, default);
        await source.ProduceAsync(In, 0, "committed");
        (await _log.ReadAllValuesAsync(In, 0)).ShouldBe(["committed"], "what a fenced producer had open is not to be read");
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

        await using var elsewhere = new KafkaEventLog(Settings, TimeProvider.System);
        (await elsewhere.CommittedAsync(Stage, default)).ShouldHaveSingleItem().Offset.ShouldBeGreaterThanOrEqualTo(2);
    }

    private IProducer<Null, Null> Producer(string id)
    {
        var producer = new KafkaClients(Settings, logger: null).Producer($"{Settings.TransactionalIdPrefix}.{id}");
        producer.InitTransactions(Soon);
        return producer;
    }

    private void Send(IProducer<Null, Null> producer, string value)
    {
        using var texts = new DependentProducerBuilder<string, string>(producer.Handle).Build();
        texts.Produce(Settings.TopicPrefix + In, new Message<string, string> { Key = "k", Value = value });
        producer.Flush(Soon).ShouldBe(0);
    }
}

/// <summary>On the cluster that <c>ODDSWIRE_TEST_KAFKA</c> names.</summary>
public sealed class OutsideIsolationTests : KafkaIsolationContract
{
    private readonly string _prefix = OutsideCluster.NewPrefix();

    private protected override KafkaSettings Settings => OutsideCluster.Settings(_prefix);

    private protected override void Begin() => OutsideCluster.SkipIfMissing();

    private protected override void SkipUnlessItCan(string what) => OutsideCluster.SkipIfMock(what);

    private protected override async ValueTask EndAsync() => await OutsideCluster.RemoveTopicsAsync(_prefix);
}

/// <summary>On the mock cluster behind a front that keeps a broker's promises.</summary>
public sealed class StrictIsolationTests : KafkaIsolationContract
{
    private readonly StrictCluster _cluster = new();

    private protected override KafkaSettings Settings => _cluster.Settings;

    private protected override void Begin()
    {
    }

    private protected override void SkipUnlessItCan(string what)
    {
    }

    private protected override ValueTask EndAsync() => _cluster.DisposeAsync();
}

/// <summary>The contract, on the mock cluster behind a front that keeps a broker's promises.</summary>
public sealed class StrictEventLogTests : EventLogContract
{
    private readonly StrictCluster _cluster = new();

    protected override bool OffsetsHaveHoles => true;

    protected override bool MaintainsByItself => false;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    protected override ValueTask<IEventLog> OpenAsync() =>
        ValueTask.FromResult<IEventLog>(new KafkaEventLog(_cluster.Settings, Time, TestLogger.ForCurrentTest()));
}
