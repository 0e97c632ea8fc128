using Oddswire.Board.Contracts;
using Oddswire.Board.Views;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Publish;
using Oddswire.Core.Telemetry;
using Oddswire.Host.Roles.Lag;

namespace Oddswire.Host.Api;

/// <summary>Looks at the counters once a second and tells rates and latencies of the last seconds.</summary>
/// <param name="sources">What is watched.</param>
/// <param name="streams">For the number of open streams.</param>
public sealed class PipelineMonitor(ApiSources sources, StreamHub streams) : BackgroundService
{
    private const int WindowSeconds = 10;
    private readonly Lock _lock = new();
    private readonly Queue<Sample> _samples = [];

    /// <summary>The pipeline now.</summary>
    public PipelineView Read()
    {
        Sample? oldest;
        lock (_lock)
        {
            oldest = _samples.Count > 0 ? _samples.Peek() : null;
        }

        var seconds = oldest is null ? 0 : sources.Time.GetElapsedTime(oldest.At).TotalSeconds;
        return new PipelineView(
            Timestamp.From(sources.Time.GetUtcNow()).ToString(),
            Math.Round(seconds, 1),
            [.. sources.Stats.All().Select(entry => View(entry.Hop, entry.League, entry.Counters, oldest, seconds))],
            [.. sources.Board.Leagues.Select(View)],
            [.. (sources.Lag?.Latest ?? []).Select(View)],
            sources.Lag?.Unknown ?? [],
            streams.Clients);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), sources.Time);
        do
        {
            var sample = new Sample(
                sources.Time.GetTimestamp(),
                sources.Stats.All().ToDictionary(
                    entry => (entry.Hop, entry.League), entry => (entry.Counters.Sent, entry.Counters.Latency.Snapshot())));
            lock (_lock)
            {
                _samples.Enqueue(sample);
                if (_samples.Count > WindowSeconds)
                {
                    _samples.Dequeue();
                }
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static HopView View(Hop hop, League league, HopCounters counters, Sample? oldest, double seconds)
    {
        var (sentBefore, before) = oldest is not null && oldest.Hops.TryGetValue((hop, league), out var known) ? known : (0, []);
        var counts = counters.Latency.Snapshot();
        for (var i = 0; i < before.Length; i++)
        {
            counts[i] -= before[i];
        }

        var hasLatency = Array.Exists(counts, count => count > 0);
        return new HopView
        {
            Hop = GameLabels.Snake(hop),
            League = league.Code(),
            Received = counters.Received,
            Sent = counters.Sent,
            RatePerSecond = seconds > 0 ? Math.Round((counters.Sent - sentBefore) / seconds, 1) : 0,
            Lag = counters.LagRecords,
            P50Ms = hasLatency ? Milliseconds(LatencyHistogram.Quantile(counts, 0.5)) : null,
            P99Ms = hasLatency ? Milliseconds(LatencyHistogram.Quantile(counts, 0.99)) : null,
            DeadLettered = counters.DeadLettered,
            Quarantined = counters.Quarantined,
            Duplicates = counters.Duplicates,
        };
    }

    private static LeagueBoardView View(LeagueBoard board)
    {
        var games = board.Games.Select(game => game.Read()).ToList();
        return new LeagueBoardView(
            board.League.Code(),
            games.Count,
            games.Count(game => game.State.Phase == GamePhase.Live),
            games.Count(game => game.State is { Phase: GamePhase.Live, IsFeedStalled: true }),
            games.Sum(game => game.MissingEvents + game.Holes.Sum(hole => hole.To - hole.From + 1)),
            board.IsCaughtUp);
    }

    private static GroupLagView View(GroupLag lag) => new(
        lag.Group,
        GameLabels.Snake(lag.Hop),
        lag.League.Code(),
        lag.Records,
        Math.Round(lag.Age.TotalSeconds, 1),
        [.. lag.Partitions.Select(one => new PartitionLagView(one.Partition.ToString(), one.Records, Math.Round(one.Age.TotalSeconds, 1)))],
        lag.Worst?.Partition.ToString());

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 2);

    private sealed record Sample(long At, Dictionary<(Hop Hop, League League), (long Sent, long[] Latency)> Hops);
}
