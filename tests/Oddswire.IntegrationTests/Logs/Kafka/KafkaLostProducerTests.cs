using Confluent.Kafka;
using Oddswire.Core.Ports;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.IntegrationTests.Chaos;
using Oddswire.IntegrationTests.Logs.Kafka.Strict;
using static Oddswire.IntegrationTests.Logs.LogTestKit;
using TopicPartition = Oddswire.Core.Ports.TopicPartition;

namespace Oddswire.IntegrationTests.Logs.Kafka;

/// <summary>Workers whose producer is lost, on a cluster that keeps a broker's promises, those of Kafka 2.4.</summary>
public sealed class KafkaLostProducerTests : IAsyncLifetime
{
    private const string State = "state.normalise.nfl";
    private readonly StrictCluster _cluster = new();
    private readonly TestLogger _logger = TestLogger.ForCurrentTest();
    private KafkaEventLog _log = null!;
    private ILogWorker _source = null!;

    public async ValueTask InitializeAsync()
    {
        _log = OpenLog();
        await _log.EnsureTopicsAsync([new(In, 2)], default);
        _source = await _log.JoinAsync(Source, default);
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _log.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_producer_that_an_old_broker_gives_no_new_epoch_is_replaced_and_stops_nobody_else()
    {
        // After this error librdkafka asks for a new epoch of the same producer (KIP-360), which brokers have known how to give since 2.5.
        _cluster.Mock.PushErrors(KafkaApi.Produce, ErrorCode.UnknownProducerId);
        await Should.ThrowAsync<CommitOutcomeUnknownException>(async () => await _source.ProduceAsync(In, 0, "lost"));
        await Machine.UntilAsync(
            () => _logger.Said.Any(line => line.Contains("KIP-360", StringComparison.Ordinal)), Soon, () => "librdkafka did not ask for what the broker lacks");

        // What one producer met is not taken for what keeps other workers out of their groups.
        await _source.DisposeAsync();
        _source = await _log.JoinAsync(Source, default);
        await _source.ProduceAsync(In, 0, "kept");
        await using var stage = await _log.JoinAsync(Stage, default);
        (await stage.PollRecordsAsync(1)).Batches.Values().ShouldBe(["kept"]);
    }

    [Fact]
    public async Task What_a_lost_producer_had_claimed_is_not_given_up_by_its_successor_and_the_next_owner_fences_it()
    {
        var worker = await _log.JoinAsync(Stage, default);
        await worker.PollAssignedAsync(2);
        await using var otherLog = OpenLog();
        var other = await otherLog.JoinAsync(Stage, default);
        var given = (await other.PollAssignedAsync(1)).Assigned.ShouldHaveSingleItem();
        var kept = 1 - given;
        await _source.ProduceAsync(In, kept, "a");
        await CommitAllAsync(worker, 1);
        var lost = Owners(kept)[^1];

        // The worker takes the other's partition over. What is open there keeps it from reading up to its claim.
        using var first = OpenTransaction("first", given);
        await other.DisposeAsync();
        await UntilClaimedAsync(given, owner => owner == lost);
        using var second = OpenTransaction("second", given);

        // Meanwhile its producer is lost, and the claim is made anew by the next one, again without being read.
        _cluster.Mock.PushErrors(KafkaApi.AddPartitionsToTxn, ErrorCode.InvalidProducerEpoch);
        await Should.ThrowAsync<FencedException>(async () => await worker.CommitAsync(On(kept), default));
        first.AbortTransaction();
        await UntilClaimedAsync(given, owner => owner != lost);

        // It goes, and somebody comes: the lost producer may have something under way in what it had claimed.
        await worker.DisposeAsync();
        second.AbortTransaction();
        Owners(kept)[^1].ShouldBe(lost, "a producer has given up what another one had claimed");
        var producer = _cluster.Book.ProducerOf(lost).ShouldNotBeNull();
        _cluster.Book.IsFenced(producer).ShouldBeFalse();
        await using var next = await _log.JoinAsync(Stage, default);
        await next.PollAssignedAsync(2);
        _cluster.Book.IsFenced(producer).ShouldBeTrue("the next owner did not fence a producer that may have something under way");
    }

    private KafkaEventLog OpenLog() => new(_cluster.Settings, TimeProvider.System, _logger);

    private static async Task CommitAllAsync(ILogWorker worker, int records) => await worker.CommitAsync(Behind(await worker.PollRecordsAsync(records)), default);

    private static LogCommit On(int partition)
    {
        var commit = new LogCommit();
        commit.State.Add(new(partition, Utf8("k"), Utf8("v")));
        return commit;
    }

    /// <summary>A producer that has written something to a partition of the state topic which nobody cares for, and not ended its transaction.</summary>
    private IProducer<Null, Null> OpenTransaction(string id, int partition)
    {
        var producer = new KafkaClients(_cluster.Settings, logger: null).Producer(id);
        producer.InitTransactions(Soon);
        producer.BeginTransaction();
        using var texts = new DependentProducerBuilder<string, string>(producer.Handle).Build();
        texts.Produce(new Confluent.Kafka.TopicPartition(State, partition), new Message<string, string> { Key = "nothing", Value = id });
        producer.Flush(Soon).ShouldBe(0);
        return producer;
    }

    private Task UntilClaimedAsync(int partition, Func<string, bool> by) => Machine.UntilAsync(
        () => Owners(partition) is [.., { } last] && last.StartsWith(Changelog.ClaimMark) && by(last[1..]), Soon, () => $"nobody claims {partition}: {string.Join(", ", Owners(partition))}");

    /// <summary>Who wrote each record of positions in a partition of the state topic, those of open transactions too.</summary>
    private List<string> Owners(int partition)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = _cluster.Bootstrap,
            GroupId = "looks",
            EnablePartitionEof = true,
            EnableAutoCommit = false,
            IsolationLevel = IsolationLevel.ReadUncommitted,
        };
        using var reader = new ConsumerBuilder<byte[], byte[]>(config).Build();
        reader.Assign(new TopicPartitionOffset(State, partition, Offset.Beginning));
        List<string> owners = [];
        while (reader.Consume(Soon) is { IsPartitionEOF: false } read)
        {
            if (Changelog.IsPositions(read.Message.Key))
            {
                owners.Add(Changelog.DecodePositions(read.Message.Value, new TopicPartition(State, partition), read.Offset).Owner);
            }
        }

        return owners;
    }
}
