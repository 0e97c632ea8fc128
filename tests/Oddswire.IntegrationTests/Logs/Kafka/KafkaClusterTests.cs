using Confluent.Kafka;
using Oddswire.Core.Ports;
using Oddswire.Infrastructure.Logs.Kafka;
using static Oddswire.IntegrationTests.Logs.LogTestKit;

namespace Oddswire.IntegrationTests.Logs.Kafka;

/// <summary>The contract, on the cluster that <c>ODDSWIRE_TEST_KAFKA</c> names.</summary>
public sealed class KafkaClusterEventLogTests : EventLogContract
{
    private readonly string _prefix = OutsideCluster.NewPrefix();

    protected override bool OffsetsHaveHoles => true;

    protected override bool MaintainsByItself => false;

    public override ValueTask InitializeAsync()
    {
        OutsideCluster.SkipIfMissing();
        return base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        if (OutsideCluster.Bootstrap is not null)
        {
            await base.DisposeAsync();
            await OutsideCluster.RemoveTopicsAsync(_prefix);
        }
    }

    protected override ValueTask<IEventLog> OpenAsync() =>
        ValueTask.FromResult<IEventLog>(new KafkaEventLog(OutsideCluster.Settings(_prefix), Time, TestLogger.ForCurrentTest()));
}

/// <summary>What brokers do beside the contract. The first two the mock cluster cannot show.</summary>
public sealed class KafkaIsolationTests : IAsyncLifetime
{
    private readonly string _prefix = OutsideCluster.NewPrefix();
    private KafkaEventLog _log = null!;

    public async ValueTask InitializeAsync()
    {
        OutsideCluster.SkipIfMissing();
        _log = new KafkaEventLog(OutsideCluster.Settings(_prefix), TimeProvider.System, TestLogger.ForCurrentTest());
        await _log.EnsureTopicsAsync([new(In, 1)], default);
    }

    public async ValueTask DisposeAsync()
    {
        if (OutsideCluster.Bootstrap is not null)
        {
            await _log.DisposeAsync();
            await OutsideCluster.RemoveTopicsAsync(_prefix);
        }
    }

    [Fact]
    public async Task Open_and_aborted_transactions_are_never_read()
    {
        OutsideCluster.SkipIfMock("hides the records of open and aborted transactions");
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
        OutsideCluster.SkipIfMock("refuses a producer that was fenced");
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

        await using var elsewhere = new KafkaEventLog(OutsideCluster.Settings(_prefix), TimeProvider.System);
        (await elsewhere.CommittedAsync(Stage, default)).ShouldHaveSingleItem().Offset.ShouldBeGreaterThanOrEqualTo(2);
    }

    private IProducer<Null, Null> Producer(string id)
    {
        var producer = new KafkaClients(OutsideCluster.Settings(_prefix), logger: null).Producer($"{_prefix}{id}");
        producer.InitTransactions(Soon);
        return producer;
    }

    private void Send(IProducer<Null, Null> producer, string value)
    {
        using var texts = new DependentProducerBuilder<string, string>(producer.Handle).Build();
        texts.Produce(_prefix + In, new Message<string, string> { Key = "k", Value = value });
        producer.Flush(Soon).ShouldBe(0);
    }
}
