using System.Runtime.CompilerServices;

namespace Oddswire.Tests.Support;

/// <summary>Waits for what a running stage does.</summary>
internal static class StageRuns
{
    /// <summary>Waits up to a minute; throws what the run failed with when it fails first.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isDone, Task run, [CallerArgumentExpression(nameof(isDone))] string wanted = "")
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await isDone())
        {
            if (run.IsFaulted)
            {
                await run;
            }

            deadline.IsCancellationRequested.ShouldBeFalse($"not within a minute: {wanted}");
            await Task.Delay(5, CancellationToken.None);
        }
    }
}
