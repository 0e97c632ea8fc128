using Oddswire.Core.Domain;
using Oddswire.Core.Telemetry;

namespace Oddswire.Host.Composition;

/// <summary>
/// Holds a source that nothing paces (a replay at full speed) back while the stages of its league are behind, so that latency stays
/// that of the pipeline, not of a backlog. The archive may be behind: the log keeps what it has still to read.
/// </summary>
internal sealed class Headroom(HopStats stats, TimeProvider time)
{
    private const long MaxEventsBehind = 1_000;
    private const long MaxUpdatesBehind = 12_000;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(1);

    /// <summary>The roles whose counters it goes by: it works only where they run in the same process.</summary>
    public static IReadOnlySet<Role> Needs { get; } = new HashSet<Role> { Role.Ingest, Role.Normalise, Role.Price, Role.Publish };

    /// <summary>Waits until the stages of a league have caught up enough.</summary>
    public ValueTask WaitAsync(League league, CancellationToken ct) => HasRoom(league) ? ValueTask.CompletedTask : WaitLongerAsync(league, ct);

    private async ValueTask WaitLongerAsync(League league, CancellationToken ct)
    {
        while (!HasRoom(league))
        {
            await Task.Delay(LookEvery, time, ct);
        }
    }

    private bool HasRoom(League league)
    {
        var (ingest, normalise) = (stats.Of(Hop.Ingest, league), stats.Of(Hop.Normalise, league));
        var (price, publish) = (stats.Of(Hop.Price, league), stats.Of(Hop.Publish, league));
        return ingest.Sent - normalise.Received <= MaxEventsBehind
            && normalise.Sent - price.Received <= MaxEventsBehind
            && price.Sent + normalise.Sent - publish.Received <= MaxUpdatesBehind;
    }
}
