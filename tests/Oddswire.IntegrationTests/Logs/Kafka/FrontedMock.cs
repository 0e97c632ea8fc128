using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.Infrastructure.Logs.Kafka.Mock;

namespace Oddswire.IntegrationTests.Logs.Kafka;

/// <summary>The mock cluster behind its gateway: where members of groups come and go, the mock alone may end the process (decision 124).</summary>
internal sealed class FrontedMock : IAsyncDisposable
{
    private readonly MockGateway _gateway;

    public FrontedMock(int brokers = 3)
    {
        Mock = new MockCluster(brokers);
        _gateway = new MockTopics(Mock).Serve();
    }

    /// <summary>What makes it fail.</summary>
    public MockCluster Mock { get; }

    public string Bootstrap => _gateway.Bootstrap;

    /// <summary>Settings that fit.</summary>
    public KafkaSettings Settings => Mock.Settings with { BootstrapServers = Bootstrap };

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        Mock.Dispose();
    }
}
