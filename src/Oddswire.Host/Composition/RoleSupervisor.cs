namespace Oddswire.Host.Composition;

/// <summary>A role that runs: its name for people, and its work until it is cancelled.</summary>
internal sealed record RunningRole(string Name, Func<CancellationToken, Task> RunAsync);

/// <summary>A role stopped on a fault that trying again does not cure.</summary>
internal sealed class RoleFailedException(string role, Exception inner) : Exception($"{role}: {inner.Message}", inner);

/// <summary>
/// Runs roles side by side. Roles retry what passes; one that gives up takes the platform down, so that whoever runs it sees it and
/// starts it again from the last commit.
/// </summary>
internal static class RoleSupervisor
{
    /// <summary>Runs until cancelled or until a role fails; then all have stopped.</summary>
    /// <exception cref="RoleFailedException">A role failed.</exception>
    public static async Task RunAsync(IReadOnlyList<RunningRole> roles, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        RoleFailedException? failure = null;
        var running = roles.Select(role => Task.Run(
            async () =>
            {
                try
                {
                    await role.RunAsync(stop.Token);
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    // Asked to stop.
                }
                catch (Exception e)
                {
                    Interlocked.CompareExchange(ref failure, new RoleFailedException(role.Name, e), null);
                    await stop.CancelAsync();
                }
            },
            CancellationToken.None)).ToList();
        await Task.WhenAll(running);
        if (failure is not null)
        {
            throw failure;
        }
    }
}
