using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;

namespace Oddswire.Host.Roles;

/// <summary>Commits, and notes how long each took.</summary>
internal static class TimedCommit
{
    /// <summary>Commits as <see cref="ILogWorker.CommitAsync"/> says; an attempt that fails is noted too.</summary>
    public static async ValueTask CommitAsync(this ILogWorker worker, LogCommit commit, HopCounters counters, TimeProvider time, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        try
        {
            await worker.CommitAsync(commit, ct);
        }
        finally
        {
            counters.Commits.Record(time.GetElapsedTime(started));
        }
    }
}
