using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;

namespace Oddswire.Host.Roles.Lag;

/// <summary>Looks every few seconds how far the groups of some leagues are behind, for metrics and pages: also those whose roles run elsewhere.</summary>
/// <param name="log">The log.</param>
/// <param name="leagues">The leagues.</param>
/// <param name="stats">Told the records that wait for the hops that run here.</param>
/// <param name="every">Time between two looks.</param>
/// <param name="time">Paces.</param>
/// <param name="logger">Told when the log cannot be asked, and what it answered.</param>
/// <param name="edge">Gives the edge log, where there is one; null where nobody asks for the lag of replicate.</param>
public sealed class LagMonitor(
    IEventLog log, IReadOnlyList<League> leagues, HopStats stats, TimeSpan every, TimeProvider time, ILogger logger, Func<IEventLog?>? edge = null)
{
    private readonly HashSet<(Hop Hop, League League)> _own = [.. stats.All().Select(entry => (entry.Hop, entry.League))];
    private volatile IReadOnlyList<GroupLag> _latest = [];
    private volatile IReadOnlyList<string> _unknown = [];

    /// <summary>What was seen last; empty before the first look.</summary>
    public IReadOnlyList<GroupLag> Latest => _latest;

    /// <summary>Which groups could not be looked at, and why, a line each. Everyone who sees the board reads it: it names no broker and no group of the cluster.</summary>
    public IReadOnlyList<string> Unknown => _unknown;

    /// <summary>Looks until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var reader = new LagReader(log, time, edge);
        var refused = 0;
        string? told = null;
        while (true)
        {
            try
            {
                var lags = new List<GroupLag>();
                foreach (var league in leagues)
                {
                    lags.AddRange(await reader.ReadAsync(league, ct));
                }

                foreach (var (group, why) in reader.Refused.Skip(refused))
                {
                    logger.LogWarning("The lag of {Group} is not shown here: {Why}", group, why);
                }

                refused = reader.Refused.Count;
                if (reader.EdgeFault is { } fault && fault != told)
                {
                    logger.LogWarning("The lag of replicate is not shown here, the edge log cannot be asked: {Why}", fault);
                }

                told = reader.EdgeFault;
                _latest = lags;
                _unknown =
                [
                    .. reader.Refused.Keys.Select(group => $"{group}: this process may not ask for it; its log says why"),
                    .. reader.EdgeUnknown is { } unknown ? [$"replicate: {unknown}"] : Array.Empty<string>(),
                ];
                Tell(lags);
            }
            catch (LogException e)
            {
                logger.LogWarning("The lag of the groups cannot be read, the last one stays shown: {Error}", e.Message);
            }

            await Task.Delay(every, time, ct);
        }
    }

    /// <summary>The other hops measure their own: the board saves its positions only now and then, the archive may be away.</summary>
    private void Tell(List<GroupLag> lags)
    {
        foreach (var lag in lags.Where(lag => lag.Hop is Hop.Normalise or Hop.Price && _own.Contains((lag.Hop, lag.League))))
        {
            stats.Of(lag.Hop, lag.League).OnLag(lag.Records, lag.Age);
        }
    }
}
