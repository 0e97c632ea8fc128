namespace Oddswire.Host.Roles;

/// <summary>
/// How long to wait before trying again: doubling from attempt to attempt up to a limit, with up to half as much again at random, so that
/// processes that failed together do not come back together.
/// </summary>
/// <param name="First">The wait before the first retry, above zero.</param>
/// <param name="Longest">The longest wait, without the random part.</param>
public sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>The wait before a retry, without the random part.</summary>
    /// <param name="attempt">0 for the first retry.</param>
    public TimeSpan Before(int attempt) => TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Min(attempt, 20)));

    /// <summary>Waits before a retry; cancelled, it returns at once and throws nothing, since the caller's loop looks at the token.</summary>
    /// <param name="attempt">0 for the first retry.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task WaitAsync(int attempt, TimeProvider time, CancellationToken ct)
    {
        var wait = Before(attempt) * (1 + (Random.Shared.NextDouble() / 2));
        await Task.Delay(wait, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
