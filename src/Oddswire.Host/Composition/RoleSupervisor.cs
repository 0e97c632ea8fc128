namespace Oddswire.Host.Composition;

/// <summary>A role that runs: its name for people, its work until it is cancelled, and whether it stops before the others do.</summary>
internal sealed record RunningRole(string Name, Func<CancellationToken, Task> RunAsync, bool StopsFirst = false);

/// <summary>A role stopped on a fault that trying again does not cure.</summary>
internal sealed class RoleFailedException(string role, Exception inner) : Exception($"{role}: {inner.Message}", inner);

/// <summary>
/// Runs roles side by side. Roles retry what passes; one that gives up takes the platform down, so that whoever runs it sees it and
/// starts it again from the last commit.
/// </summary>
internal static class RoleSupervisor
{
    /// <summary>How long what is already in the pipeline may take to come out of it when the platform is asked to stop.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Runs until cancelled or until a role fails; then all have stopped. Asked to stop, it ends the sources first and gives the others
    /// a few seconds to finish; what they do not finish comes with the next start.
    /// </summary>
    /// <exception cref="RoleFailedException">A role failed.</exception>
    public static async Task RunAsync(IReadOnlyList<RunningRole> roles, Func<CancellationToken, Task> drainAsync, CancellationToken ct)
    {
        using var stopFirst = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var stop = new CancellationTokenSource();
        RoleFailedException? failure = null;

        async Task GuardAsync(RunningRole role)
        {
            var token = role.StopsFirst ? stopFirst.Token : stop.Token;
            try
            {
                await role.RunAsync(token);
            }
            catch (OperationCanceledException) when (token.IsCancellationRequested)
            {
                // Asked to stop.
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, new RoleFailedException(role.Name, e), null);
                await stop.CancelAsync();
                await stopFirst.CancelAsync();
            }
        }

        var running = roles.Where(role => !role.StopsFirst).Select(role => Task.Run(() => GuardAsync(role), CancellationToken.None)).ToList();
        var sources = roles.Where(role => role.StopsFirst).Select(role => Task.Run(() => GuardAsync(role), CancellationToken.None)).ToList();
        await Task.WhenAny(Task.WhenAll(running), Task.Delay(Timeout.Infinite, stopFirst.Token));
        await Task.WhenAll(sources);
        if (failure is null)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
            patience.CancelAfter(DrainTime);
            await drainAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await stop.CancelAsync();
        await Task.WhenAll(running);
        if (failure is not null)
        {
            throw failure;
        }
    }
}
