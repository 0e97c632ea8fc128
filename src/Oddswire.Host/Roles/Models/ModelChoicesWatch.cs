using Oddswire.Core.Domain;
using Oddswire.Core.Ports;

namespace Oddswire.Host.Roles.Models;

/// <summary>Keeps an eye on the league's <see cref="ModelChoices"/>, so that ingest begins each new game with what is chosen now.</summary>
internal sealed class ModelChoicesWatch(IEventLog log, League league, TimeProvider time)
{
    private volatile ModelChoices _current = ModelChoices.None;

    /// <summary>As last seen.</summary>
    public ModelChoices Current => _current;

    /// <summary>Looks once, and gives what it saw.</summary>
    public async ValueTask<ModelChoices> RefreshAsync(CancellationToken ct) => _current = await ModelChoices.ReadAsync(log, league, ct);

    /// <summary>Looks again and again; while the log cannot be read, what was seen last stands.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(ModelSwitch.RefreshEvery, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            try
            {
                await RefreshAsync(ct);
            }
            catch (LogUnavailableException)
            {
                // Nothing can be committed either: ingest itself says that the log is away.
            }
        }
    }
}
