namespace Oddswire.IntegrationTests.Logs;

/// <summary>The wall clock under the test's hand; waits and leases run on the real monotonic one.</summary>
public sealed class ManualTime : TimeProvider
{
    private TimeSpan _shift;

    public void Advance(TimeSpan by) => _shift += by;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _shift;
}

/// <summary>A wall clock that stands where the test puts it, so that what is measured with it is exact; waits and leases run on the real monotonic one.</summary>
internal sealed class FixedClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>A monotonic clock that can be set ahead, so that a lease or a pause is over without waiting for it.</summary>
internal sealed class LeapingClock : TimeProvider
{
    public TimeSpan Leap { get; set; }

    public override long GetTimestamp() => base.GetTimestamp() + (long)(Leap.TotalSeconds * TimestampFrequency);
}
