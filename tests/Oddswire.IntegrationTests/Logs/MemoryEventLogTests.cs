using Oddswire.Core.Ports;

namespace Oddswire.IntegrationTests.Logs;

/// <summary>The contract, in memory.</summary>
public sealed class MemoryEventLogTests : EventLogContract
{
    protected override ValueTask<IEventLog> OpenAsync() => ValueTask.FromResult<IEventLog>(new MemoryEventLog(Time));
}
