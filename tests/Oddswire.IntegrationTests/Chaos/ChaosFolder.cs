namespace Oddswire.IntegrationTests.Chaos;

/// <summary>A test's own folder. At its end no process may work on it any more; then it goes.</summary>
internal sealed class ChaosFolder : IAsyncDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("oddswire-chaos-").FullName;

    /// <summary>A path in it.</summary>
    public string this[string name] => Path.Combine(Root, name);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Machine.UntilAsync(
                () => Machine.ProcessesOn(Root).Count == 0,
                Machine.Patience,
                () => $"Processes are left on '{Root}': {string.Join(", ", Machine.ProcessesOn(Root))}");
        }
        finally
        {
            foreach (var left in Machine.ProcessesOn(Root))
            {
                Machine.Run("/bin/sh", "-c", $"kill -KILL {left}");
            }

            await Machine.UntilAsync(() => Machine.ProcessesOn(Root).Count == 0, Machine.Patience, () => $"Processes on '{Root}' cannot be killed.");
            Directory.Delete(Root, recursive: true);
        }
    }
}
