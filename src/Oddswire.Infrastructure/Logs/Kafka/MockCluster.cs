using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>
/// librdkafka's mock cluster: brokers inside this process that speak Kafka's protocol over loopback. For tests and for measuring what the
/// client side costs; never for data that matters. What it does not do: keep anything beyond 5 MiB a partition, hide open or aborted
/// transactions from readers, keep offsets sent in a transaction, fence producers, create topics on request, persist.
/// </summary>
public sealed unsafe class MockCluster : IDisposable
{
    private static readonly ConcurrentDictionary<string, MockCluster> Running = new();
    private readonly IProducer<Null, Null> _host;
    private readonly nint _cluster;
    private bool _disposed;

    /// <summary>Starts a cluster.</summary>
    /// <param name="brokers">1 or more; broker ids count from 1.</param>
    public MockCluster(int brokers = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(brokers, 1);
        var config = new ProducerConfig { BootstrapServers = "127.0.0.1:1", ClientId = "mock-host", LogConnectionClose = false };
        _host = new ProducerBuilder<Null, Null>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        _cluster = MockNative.New(NativeHandles.Of(_host.Handle), brokers);
        if (_cluster == 0)
        {
            _host.Dispose();
            throw new InvalidOperationException("librdkafka could not start its mock cluster.");
        }

        Brokers = brokers;
        Bootstrap = Marshal.PtrToStringUTF8(MockNative.Bootstraps(_cluster))!;
        Running[Bootstrap] = this;
        MockNative.SetController(_cluster, 1);
        SetRebalanceDelay(TimeSpan.FromMilliseconds(50));
    }

    /// <summary>How many brokers; their ids are 1 to this.</summary>
    public int Brokers { get; }

    /// <summary>The brokers' addresses, for <see cref="KafkaSettings.BootstrapServers"/>.</summary>
    public string Bootstrap { get; }

    /// <summary>Settings that fit: short timeouts, as many replicas as there are brokers.</summary>
    public KafkaSettings Settings => new()
    {
        BootstrapServers = Bootstrap,
        ReplicationFactor = (short)Brokers,
        MinInSyncReplicas = 1,
        // The mock waits for a group's members until a second before the session's end, and librdkafka's heartbeats come every half second.
        SessionTimeout = TimeSpan.FromMilliseconds(1800),
        FetchMaxWait = TimeSpan.FromMilliseconds(10),
    };

    /// <summary>Creates a topic, unless it is there.</summary>
    public void CreateTopic(string topic, int partitions)
    {
        if (MockNative.TopicCreate(_cluster, topic, partitions, Math.Min(3, Brokers)) is var error && error != (int)ErrorCode.TopicAlreadyExists)
        {
            Demand(error, $"create topic {topic}");
        }
    }

    /// <summary>Tells clients to reach a broker at another address than its own, where something in between listens.</summary>
    public void Advertise(int broker, string host, int port) => MockNative.BrokerSetHostPort(_cluster, broker, host, port);

    /// <summary>
    /// Answers the next requests of a kind, whatever broker they reach, with errors; one error a request. A broker that was ever given something of its own for this kind
    /// (<see cref="PushDelay"/>) does not look here any more.
    /// </summary>
    public void PushErrors(KafkaApi api, params ReadOnlySpan<ErrorCode> errors)
    {
        var codes = stackalloc int[errors.Length];
        for (var i = 0; i < errors.Length; i++)
        {
            codes[i] = (int)errors[i];
        }

        MockNative.PushRequestErrorsArray(_cluster, (short)api, (nuint)errors.Length, codes);
    }

    /// <summary>Answers questions about a topic, and transactions that would write to it, with an error; as when it was deleted, or its ACLs were changed.</summary>
    public void SetTopicError(string topic, ErrorCode error) => MockNative.TopicSetError(_cluster, topic, (int)error);

    /// <summary>Makes a broker the leader of a partition; null leaves it without one, as while brokers choose anew.</summary>
    public void SetLeader(string topic, int partition, int? broker) => Demand(MockNative.PartitionSetLeader(_cluster, topic, partition, broker ?? -1), $"set the leader of {topic}");

    /// <summary>Forgets pushed errors of a kind.</summary>
    public void ClearErrors(KafkaApi api) => MockNative.ClearRequestErrors(_cluster, (short)api);

    /// <summary>
    /// Lets one broker's next request of a kind be answered late, with an error or (<see cref="ErrorCode.NoError"/>) after having done it.
    /// A delay beyond the client's request timeout is a lost answer.
    /// </summary>
    public void PushDelay(int broker, KafkaApi api, TimeSpan delay, ErrorCode error = ErrorCode.NoError) => Demand(
        MockNative.BrokerPushRequestErrorRtts(_cluster, broker, (short)api, 1, (int)error, (int)delay.TotalMilliseconds), $"delay broker {broker}");

    /// <summary>Lets every answer of a broker take so long.</summary>
    public void SetRoundTrip(int broker, TimeSpan time) => Demand(MockNative.BrokerSetRoundTrip(_cluster, broker, (int)time.TotalMilliseconds), $"slow broker {broker} down");

    /// <summary>Takes a broker down: its connections break and new ones are refused.</summary>
    public void StopBroker(int broker) => Demand(MockNative.BrokerSetDown(_cluster, broker), $"stop broker {broker}");

    /// <summary>Brings a broker back.</summary>
    public void StartBroker(int broker) => Demand(MockNative.BrokerSetUp(_cluster, broker), $"start broker {broker}");

    /// <summary>Makes a broker the coordinator of a group.</summary>
    public void SetGroupCoordinator(string group, int broker) => Demand(MockNative.CoordinatorSet(_cluster, "group", group, broker), "set coordinator");

    /// <summary>How long a group's first members wait for one another.</summary>
    public void SetRebalanceDelay(TimeSpan delay) => MockNative.GroupInitialRebalanceDelay(_cluster, (int)delay.TotalMilliseconds);

    /// <summary>Stops the brokers; what they held is gone.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Running.TryRemove(Bootstrap, out _);
        MockNative.Destroy(_cluster);
        _host.Dispose();
    }

    /// <summary>The cluster of this process that these brokers are; null when they are none of ours.</summary>
    internal static MockCluster? Find(string bootstrap) => Running.GetValueOrDefault(bootstrap);

    private static void Demand(int error, string what)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"The mock cluster could not {what}: {new Error((ErrorCode)error).Reason}.");
        }
    }
}

/// <summary>Kinds of requests in Kafka's protocol, by their numbers there.</summary>
public enum KafkaApi : short
{
    /// <summary>Produce.</summary>
    Produce = 0,

    /// <summary>Fetch.</summary>
    Fetch = 1,

    /// <summary>ListOffsets.</summary>
    ListOffsets = 2,

    /// <summary>Metadata.</summary>
    Metadata = 3,

    /// <summary>OffsetCommit.</summary>
    OffsetCommit = 8,

    /// <summary>OffsetFetch.</summary>
    OffsetFetch = 9,

    /// <summary>FindCoordinator.</summary>
    FindCoordinator = 10,

    /// <summary>JoinGroup.</summary>
    JoinGroup = 11,

    /// <summary>Heartbeat.</summary>
    Heartbeat = 12,

    /// <summary>LeaveGroup.</summary>
    LeaveGroup = 13,

    /// <summary>SyncGroup.</summary>
    SyncGroup = 14,

    /// <summary>InitProducerId.</summary>
    InitProducerId = 22,

    /// <summary>AddPartitionsToTxn.</summary>
    AddPartitionsToTxn = 24,

    /// <summary>AddOffsetsToTxn.</summary>
    AddOffsetsToTxn = 25,

    /// <summary>EndTxn.</summary>
    EndTxn = 26,

    /// <summary>TxnOffsetCommit.</summary>
    TxnOffsetCommit = 28,
}
