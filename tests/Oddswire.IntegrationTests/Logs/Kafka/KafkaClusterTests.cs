using Oddswire.Core.Ports;
using Oddswire.Infrastructure.Logs.Kafka;

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
