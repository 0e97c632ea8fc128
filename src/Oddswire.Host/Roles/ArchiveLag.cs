using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;

namespace Oddswire.Host.Roles;

/// <summary>How many records wait for the archive. Measured beside its work, not by it: an engine that starts, hangs or is away must be seen.</summary>
internal static class ArchiveLag
{
    /// <summary>Measures until some work has ended, however it ends, and once more then.</summary>
    public static async Task WatchAsync(Task work, IEventLog log, League league, HopCounters counters, TimeSpan every, TimeProvider time)
    {
        var isOver = false;
        while (!isOver)
        {
            isOver = await Task.WhenAny(work, Task.Delay(every, time)) == work;
            try
            {
                counters.OnLag(await OfAsync(log, league, CancellationToken.None));
            }
            catch (LogException)
            {
                // The work meets the same fault and deals with it.
            }
        }
    }

    /// <summary>Records of a league that the archive has not committed.</summary>
    public static async Task<long> OfAsync(IEventLog log, League league, CancellationToken ct)
    {
        var group = ArchiveRole.SpecOf(league);
        var committed = (await log.CommittedAsync(group, ct)).ToDictionary(position => position.Partition, position => position.Offset);
        long lag = 0;
        foreach (var topic in group.Inputs)
        {
            foreach (var bounds in await log.DescribeAsync(topic, ct))
            {
                lag += bounds.EndOffset - Math.Max(bounds.EarliestOffset, committed.GetValueOrDefault(bounds.Partition));
            }
        }

        return lag;
    }
}
