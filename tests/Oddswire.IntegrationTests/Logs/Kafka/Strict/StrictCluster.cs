using System.Collections.Concurrent;
using System.Net;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.Infrastructure.Logs.Kafka.Mock;

namespace Oddswire.IntegrationTests.Logs.Kafka.Strict;

/// <summary>
/// librdkafka's mock cluster (one broker) behind a front that keeps the promises of a broker which the mock does not: readers of committed records see neither open nor aborted
/// transactions, a producer whose transactional id was taken over is refused, and what it had open is aborted, and offsets sent in a transaction count with its commit. It offers
/// the requests of Kafka 2.4, without KIP-447. The platform does not know it for a mock. What no front can show is a broker's disk, its replicas and its own time-outs.
/// </summary>
internal sealed class StrictCluster : IAsyncDisposable
{
    private readonly MockCluster _mock = new(1);
    private readonly MockGateway _gateway;
    private readonly ConcurrentBag<StrictConnection> _connections = [];

    public StrictCluster()
    {
        Topics = new MockTopics(_mock);
        _gateway = new MockGateway(_mock, new MockGatewayOptions { Answer = Connect, Answers = [.. StrictConnection.Answers, .. MockTopics.Answers] });
    }

    public string Bootstrap => _gateway.Bootstrap;

    public MockCluster Mock => _mock;

    public MockTopics Topics { get; }

    /// <summary>What it knows of transactions.</summary>
    public TransactionBook Book { get; } = new();

    /// <summary>Settings that fit.</summary>
    public KafkaSettings Settings => _mock.Settings with { BootstrapServers = Bootstrap };

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }

        _mock.Dispose();
    }

    private Func<ProtocolRequest, byte[]?> Connect()
    {
        var connection = new StrictConnection(IPEndPoint.Parse(_mock.Bootstrap), Book, Topics.Answer);
        _connections.Add(connection);
        return connection.Answer;
    }
}
