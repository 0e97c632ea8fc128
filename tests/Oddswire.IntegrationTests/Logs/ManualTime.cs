namespace Oddswire.IntegrationTests.Logs;

/// <summary>The wall clock under the test's hand; waits and leases run on the real monotonic one.</summary>
public sealed class ManualTime : TimeProvider
{
    private TimeSpan _shift;

    public void Advance(TimeSpan by) => _shift += by;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _shift;
}
