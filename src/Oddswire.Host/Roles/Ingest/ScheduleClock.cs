namespace Oddswire.Host.Roles.Ingest;

/// <summary>
/// Where a source's schedule stands: monotonic time since the role's start times the speed, from the point at which the source was
/// resumed. A wall clock that is set back or forward does not move it.
/// </summary>
/// <param name="time">Gives monotonic timestamps.</param>
/// <param name="speed">Seconds of schedule in one second; infinite when nothing waits.</param>
/// <param name="resumedAt">The schedule's position now.</param>
internal sealed class ScheduleClock(TimeProvider time, double speed, TimeSpan resumedAt)
{
    private readonly long _started = time.GetTimestamp();

    /// <summary>Whether the schedule is walked without waiting.</summary>
    public bool IsUnpaced { get; } = double.IsPositiveInfinity(speed);

    /// <summary>The moment of the schedule that it is now.</summary>
    public TimeSpan Now => IsUnpaced ? resumedAt : resumedAt + (time.GetElapsedTime(_started) * speed);

    /// <summary>Real time until a moment of the schedule; negative when it is past, zero when nothing waits.</summary>
    public TimeSpan Until(TimeSpan due) => IsUnpaced ? TimeSpan.Zero : ((due - resumedAt) / speed) - time.GetElapsedTime(_started);

    /// <summary>Waits for a moment of the schedule.</summary>
    public async ValueTask WaitAsync(TimeSpan due, CancellationToken ct)
    {
        // A timer may fire a little early; it is asked again until the moment has come.
        while (Until(due) is var left && left > TimeSpan.Zero)
        {
            var step = left > TimeSpan.FromHours(1) ? TimeSpan.FromHours(1) : left + TimeSpan.FromMilliseconds(0.5);
            await Task.Delay(step, time, ct);
        }
    }
}
