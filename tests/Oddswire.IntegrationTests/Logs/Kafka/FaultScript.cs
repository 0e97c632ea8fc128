using Confluent.Kafka;
using Oddswire.Infrastructure.Logs.Kafka;

namespace Oddswire.IntegrationTests.Logs.Kafka;

/// <summary>What goes wrong on the cluster, drawn from a seed: the same seed gives the same faults in the same order at the same pace.</summary>
/// <param name="seed">Everything follows from it.</param>
/// <param name="cluster">Where it goes wrong.</param>
/// <param name="groups">Whose coordinators move.</param>
/// <param name="join">Lets one more member of the groups come; gives what makes it go.</param>
internal sealed class FaultScript(ulong seed, MockCluster cluster, IReadOnlyList<string> groups, Func<Func<Task>> join)
{
    /// <summary>Requests whose errors are taken back in the end: whoever looks what came of it sends some too.</summary>
    private static readonly KafkaApi[] Asked = [KafkaApi.Fetch, KafkaApi.ListOffsets, KafkaApi.Heartbeat, KafkaApi.JoinGroup];
    private readonly Random _random = new((int)seed);
    private readonly List<string> _said = [];

    /// <summary>What was done, for the message of a failing test.</summary>
    public IReadOnlyList<string> Said => _said;

    public async Task RunAsync(int faults, TimeSpan pace)
    {
        for (var i = 0; i < faults; i++)
        {
            await Task.Delay(pace);
            await OneAsync();
        }

        foreach (var api in Asked)
        {
            cluster.ClearErrors(api);
        }
    }

    private async Task OneAsync()
    {
        var broker = _random.Next(1, cluster.Brokers + 1);
        switch (_random.Next(13))
        {
            case 0:
                Push(KafkaApi.Produce, Any(ErrorCode.NotEnoughReplicas, ErrorCode.RequestTimedOut, ErrorCode.NotLeaderForPartition, ErrorCode.LeaderNotAvailable));
                break;
            case 1:
                Push(KafkaApi.Produce, Any(ErrorCode.UnknownProducerId, ErrorCode.OutOfOrderSequenceNumber, ErrorCode.KafkaStorageError));
                break;
            case 2:
                Delay(broker, Any(KafkaApi.Produce, KafkaApi.Fetch, KafkaApi.AddPartitionsToTxn), TimeSpan.FromMilliseconds(_random.Next(50, 700)));
                break;
            case 3:
                // Beyond the request's time: done, but the answer is lost.
                Delay(broker, Any(KafkaApi.EndTxn, KafkaApi.Produce, KafkaApi.TxnOffsetCommit), TimeSpan.FromMilliseconds(_random.Next(1700, 2500)));
                break;
            case 4:
                // Beyond the commit's time: its outcome is unknown.
                for (var i = 0; i < 3; i++)
                {
                    Delay(broker, KafkaApi.EndTxn, TimeSpan.FromSeconds(4));
                }

                break;
            case 5:
                Push(
                    Any(KafkaApi.EndTxn, KafkaApi.AddPartitionsToTxn, KafkaApi.AddOffsetsToTxn, KafkaApi.TxnOffsetCommit),
                    Any(ErrorCode.NotCoordinatorForGroup, ErrorCode.GroupCoordinatorNotAvailable, ErrorCode.GroupLoadInProgress));
                break;
            case 6:
                var group = groups[_random.Next(groups.Count)];
                Say($"coordinator of {group} moves to {broker}");
                cluster.SetGroupCoordinator(group, broker);
                break;
            case 7:
                Say($"broker {broker} restarts");
                cluster.StopBroker(broker);
                await Task.Delay(_random.Next(100, 900));
                cluster.StartBroker(broker);
                break;
            case 8:
                await StormAsync(_random.Next(1, 4));
                break;
            case 9:
                Push(Any(KafkaApi.AddPartitionsToTxn, KafkaApi.EndTxn, KafkaApi.AddOffsetsToTxn), Any(ErrorCode.InvalidProducerEpoch, ErrorCode.ProducerFenced));
                break;
            case 10:
                Push(KafkaApi.TxnOffsetCommit, Any(ErrorCode.IllegalGeneration, ErrorCode.UnknownMemberId, ErrorCode.RebalanceInProgress));
                break;
            case 11:
                await DisturbRestoreAsync();
                break;
            default:
                PushOnce(Any(Asked), Any(ErrorCode.NotLeaderForPartition, ErrorCode.RequestTimedOut));
                break;
        }
    }

    /// <summary>Members that come one shortly after the other, and go in the same order: every coming and going is a rebalance, and most begin within another.</summary>
    private async Task StormAsync(int members)
    {
        Say($"{members} member(s) come and go");
        List<Func<Task>> stops = [];
        for (var i = 0; i < members; i++)
        {
            stops.Add(join());
            await Task.Delay(_random.Next(50, 700));
        }

        foreach (var stop in stops)
        {
            await stop();
        }
    }

    /// <summary>Three at once: a member comes, a producer is fenced, and what is restored meanwhile comes slowly and is taken away again.</summary>
    private async Task DisturbRestoreAsync()
    {
        for (var broker = 1; broker <= cluster.Brokers; broker++)
        {
            Delay(broker, KafkaApi.Fetch, TimeSpan.FromMilliseconds(_random.Next(300, 900)));
            Delay(broker, KafkaApi.Fetch, TimeSpan.FromMilliseconds(_random.Next(300, 900)));
        }

        Push(Any(KafkaApi.AddPartitionsToTxn, KafkaApi.EndTxn), Any(ErrorCode.InvalidProducerEpoch, ErrorCode.ProducerFenced));
        Say("a member comes and goes");
        var stop = join();
        await Task.Delay(_random.Next(200, 1200));
        await stop();
    }

    /// <summary>To whichever broker is asked next, unless it was ever told to answer such a request late.</summary>
    private void PushOnce(KafkaApi api, ErrorCode error)
    {
        var times = _random.Next(1, 4);
        Say($"{times} x {api}: {error}");
        cluster.PushErrors(api, [.. Enumerable.Repeat(error, times)]);
    }

    /// <summary>To each broker by itself, so that it comes also from one that was told to answer such a request late.</summary>
    private void Push(KafkaApi api, ErrorCode error)
    {
        var times = _random.Next(1, 4);
        Say($"{times} x {api}: {error}");
        for (var broker = 1; broker <= cluster.Brokers; broker++)
        {
            for (var i = 0; i < times; i++)
            {
                cluster.PushDelay(broker, api, TimeSpan.Zero, error);
            }
        }
    }

    private void Delay(int broker, KafkaApi api, TimeSpan delay)
    {
        Say($"broker {broker} answers {api} after {delay.TotalMilliseconds:0} ms");
        cluster.PushDelay(broker, api, delay);
    }

    private T Any<T>(params ReadOnlySpan<T> values) => values[_random.Next(values.Length)];

    private void Say(string what) => _said.Add(what);
}
