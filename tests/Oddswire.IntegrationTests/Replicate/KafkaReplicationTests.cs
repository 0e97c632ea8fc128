using Oddswire.Core.Ports;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.IntegrationTests.Logs.Kafka;

namespace Oddswire.IntegrationTests.Replicate;

/// <summary>From one Kafka cluster to another: two mock clusters, each with brokers of its own.</summary>
public sealed class KafkaReplicationTests : ReplicationContract
{
    private readonly Dictionary<string, FrontedMock> _clusters = [];

    protected override int Many => 2000;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var cluster in _clusters.Values)
        {
            await cluster.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected override ValueTask<IEventLog> OpenAsync(string name)
    {
        if (!_clusters.TryGetValue(name, out var cluster))
        {
            _clusters[name] = cluster = new FrontedMock(1);
        }

        return ValueTask.FromResult<IEventLog>(new KafkaEventLog(cluster.Settings, TimeProvider.System, TestLogger.ForCurrentTest()));
    }

    [Fact]
    public async Task An_edge_cluster_that_goes_down_for_a_while_gets_everything_once_it_is_back()
    {
        await Rig.PriceAsync(200);
        using var stop = new CancellationTokenSource();
        var run = Rig.Role().RunAsync(stop.Token);
        await Rig.UntilDoneAsync(run);
        _clusters["edge"].Mock.StopBroker(1);
        await Rig.PriceAsync(1000);
        await ReplicationRig.UntilAsync(() => Task.FromResult(Rig.Counters.LagRecords > 0 && Rig.Counters.Behind > TimeSpan.FromMilliseconds(500)), run);
        _clusters["edge"].Mock.StartBroker(1);
        await Rig.UntilDoneAsync(run);
        await stop.CancelAsync();
        await run;
        await Rig.AssertExactlyOnceAsync();
    }

    [Fact]
    public async Task Errors_and_lost_answers_of_the_edge_cluster_lose_and_double_nothing()
    {
        await Rig.PriceAsync(1000);
        var edge = _clusters["edge"].Mock;
        edge.PushErrors(KafkaApi.Produce, Confluent.Kafka.ErrorCode.NotLeaderForPartition, Confluent.Kafka.ErrorCode.RequestTimedOut);
        edge.PushErrors(KafkaApi.EndTxn, Confluent.Kafka.ErrorCode.NotCoordinatorForGroup, Confluent.Kafka.ErrorCode.ConcurrentTransactions);
        await Rig.RunUntilDoneAsync(Rig.Role());
        await Rig.PriceAsync(500);
        await Rig.RunUntilDoneAsync(Rig.Role());
        await Rig.AssertExactlyOnceAsync();
    }
}
