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
    private readonly CancellationTokenSource _stop = new();
    private readonly BrokerLinks _links;
    private readonly MockGateway _gateway;
    private readonly Task _aborting;

    public StrictCluster()
    {
        Topics = new MockTopics(Mock);
        _links = new BrokerLinks(Mock.Bootstrap);
        var front = new StrictFront(_links, Book);
        _gateway = new MockGateway(Mock, new MockGatewayOptions
        {
            Answer = () => async request => await front.AnswerAsync(request) ?? await Topics.AnswerAsync(request),
            Answers = [.. StrictFront.Answers, .. MockTopics.Answers],
        });
        _aborting = AbortOverdueAsync(front);
    }

    public string Bootstrap => _gateway.Bootstrap;

    public MockCluster Mock { get; } = new(1);

    public MockTopics Topics { get; }

    /// <summary>What it knows of transactions.</summary>
    public TransactionBook Book { get; } = new();

    /// <summary>Settings that fit.</summary>
    public KafkaSettings Settings => Mock.Settings with { BootstrapServers = Bootstrap };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _aborting;
        }
        catch (OperationCanceledException)
        {
            // It was told to.
        }

        await _gateway.DisposeAsync();
        _links.Dispose();
        Mock.Dispose();
        _stop.Dispose();
    }

    private async Task AbortOverdueAsync(StrictFront front)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await timer.WaitForNextTickAsync(_stop.Token))
        {
            await front.AbortOverdueAsync();
        }
    }
}
