namespace Oddswire.Host.Roles.Ingest;

/// <summary>
/// Lets messages of a source through at a bounded rate (a token bucket as the generic cell rate algorithm has it): a burst passes
/// at once, what comes faster waits and nothing is dropped.
/// </summary>
/// <param name="time">Gives monotonic timestamps.</param>
/// <param name="perSecond">Messages a second; 0 for no limit.</param>
/// <param name="burst">Messages that pass at once after a pause.</param>
internal sealed class MessageShaper(TimeProvider time, int perSecond, int burst)
{
    private readonly long _started = time.GetTimestamp();
    private readonly TimeSpan _step = perSecond > 0 ? TimeSpan.FromSeconds(1.0 / perSecond) : TimeSpan.Zero;
    private TimeSpan _bucketFullAt;

    /// <summary>How long the next message must wait; counts it.</summary>
    public TimeSpan Take()
    {
        if (perSecond == 0)
        {
            return TimeSpan.Zero;
        }

        var now = time.GetElapsedTime(_started);
        _bucketFullAt = (_bucketFullAt > now ? _bucketFullAt : now) + _step;
        var wait = _bucketFullAt - now - (_step * burst);
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }
}
