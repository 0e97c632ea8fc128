using Oddswire.Core.Ports;
using Oddswire.Infrastructure.Logs.Kafka;

namespace Oddswire.IntegrationTests.Logs.Kafka;

/// <summary>The contract, on librdkafka's mock cluster.</summary>
public sealed class KafkaEventLogTests : EventLogContract
{
    private readonly FrontedMock _cluster = new();

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
