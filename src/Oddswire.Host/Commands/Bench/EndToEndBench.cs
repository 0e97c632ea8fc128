using System.Diagnostics;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Host.Api;
using Oddswire.Host.Composition;
using Oddswire.Host.Roles.Ingest;
using Oddswire.Simulator;

namespace Oddswire.Host.Commands.Bench;

/// <summary>What the whole platform does.</summary>
internal sealed record EndToEndFigures(
    int? RateAskedFor,
    bool DurableOnCommit,
    long Events,
    long Updates,
    long Archived,
    double ElapsedSeconds,
    double UpdatesPerSecond,
    double BoardP50Ms,
    double BoardP99Ms,
    double BoardP999Ms,
    double ArchiveP50Ms,
    double ArchiveP99Ms,
    double CpuCores,
    double ArchiveCpuCores,
    double PeakMemoryMiB,
    double ArchivePeakMemoryMiB);

/// <summary>
/// Runs the platform under load: every league's messages are due evenly at a fixed rate, whatever the platform does, and
/// latency counts from when each was due. Ends when all of it has gone through every hop.
/// </summary>
internal sealed class EndToEndBench(DataFolder folder, int? updatesPerSecond, TimeSpan duration, bool durable)
{
    /// <summary>How the updates are shared out among the leagues: most of the traffic is football's.</summary>
    private static readonly Dictionary<League, double> Shares = new() { [League.Nfl] = 0.5, [League.Nba] = 0.3, [League.Mlb] = 0.2 };

    private const int CalibrationMessages = 4_000;

    public async Task<EndToEndFigures> RunAsync(CancellationToken ct)
    {
        Cli.Say("making messages …");
        var sources = Leagues.All.Select(MakeSource).ToList();
        using var logging = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Warning).AddConsole());
        var options = new PlatformOptions
        {
            Leagues = Leagues.All,
            Roles = PlatformOptions.AllRoles,
            Sources = [.. sources],
            PregameLine = game => sources.Find(source => source.League == game.League)?.LineOf(game),
            Ingest = new IngestOptions { Speed = updatesPerSecond is null ? double.PositiveInfinity : 1 },
            Api = new ApiOptions { Port = 0 },
            Log = new LogSettings { IsDurableOnCommit = durable },
            StopWhenDrained = true,
        };
        await using var platform = await Platform.OpenAsync(folder, options, TimeProvider.System, logging, ct);
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var cpuBefore = Process.GetCurrentProcess().TotalProcessorTime;
        var usage = new EngineUsage();
        var watching = WatchAsync(platform, usage, watch.Token);
        var started = Stopwatch.GetTimestamp();
        sources.ForEach(source => source.StopAt(started, duration));
        Cli.Say($"messages arrive for {duration.TotalSeconds:0} s …");
        await platform.RunAsync(ct);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await watch.CancelAsync();
        await watching;
        var process = Process.GetCurrentProcess();
        return Figures(platform.Stats, seconds, (process.TotalProcessorTime - cpuBefore).TotalSeconds, process.PeakWorkingSet64, usage);
    }

    private LoadSource MakeSource(League league)
    {
        if (updatesPerSecond is not { } rate)
        {
            return new LoadSource(new SimulatorSource(league, BenchCommand.Slate), isPaced: false);
        }

        // How many updates a message makes is a property of the league's games: it is measured, in memory, before the load begins.
        var calibration = new PipelineBench(BenchCommand.Messages(league, CalibrationMessages), threads: 1).CountRound();
        var messagesPerSecond = rate * Shares[league] * CalibrationMessages / Math.Max(1, calibration.Updates);
        return new LoadSource(new SimulatorSource(league, BenchCommand.Slate with { MessagesPerSecond = messagesPerSecond }), isPaced: true);
    }

    private static async Task WatchAsync(Platform platform, EngineUsage usage, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), ct);
                if (platform.Archive?.ProcessId is { } id)
                {
                    using var engine = Process.GetProcessById(id);
                    usage.CpuSeconds = engine.TotalProcessorTime.TotalSeconds;
                    usage.PeakBytes = engine.PeakWorkingSet64;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ArgumentException or InvalidOperationException)
        {
            // The load is over, or the engine has just ended: what was seen last counts.
        }
    }

    private EndToEndFigures Figures(HopStats stats, double seconds, double cpuSeconds, long peakBytes, EngineUsage engine)
    {
        var board = Latency(stats, Hop.Publish);
        var archive = Latency(stats, Hop.Archive);
        var updates = stats.All().Where(entry => entry.Hop == Hop.Price).Sum(entry => entry.Counters.Sent);
        return new EndToEndFigures(
            updatesPerSecond,
            durable,
            stats.All().Where(entry => entry.Hop == Hop.Normalise).Sum(entry => entry.Counters.Sent),
            updates,
            stats.All().Where(entry => entry.Hop == Hop.Archive).Sum(entry => entry.Counters.Sent),
            seconds,
            updates / seconds,
            LatencyHistogram.Quantile(board, 0.5).TotalMilliseconds,
            LatencyHistogram.Quantile(board, 0.99).TotalMilliseconds,
            LatencyHistogram.Quantile(board, 0.999).TotalMilliseconds,
            LatencyHistogram.Quantile(archive, 0.5).TotalMilliseconds,
            LatencyHistogram.Quantile(archive, 0.99).TotalMilliseconds,
            cpuSeconds / seconds,
            engine.CpuSeconds / seconds,
            peakBytes / 1048576.0,
            engine.PeakBytes / 1048576.0);
    }

    private static long[] Latency(HopStats stats, Hop hop)
    {
        var sum = new long[new LatencyHistogram().Snapshot().Length];
        foreach (var (_, _, counters) in stats.All().Where(entry => entry.Hop == hop))
        {
            var counts = counters.Latency.Snapshot();
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += counts[i];
            }
        }

        return sum;
    }

    private sealed class EngineUsage
    {
        public double CpuSeconds { get; set; }

        public long PeakBytes { get; set; }
    }

    /// <summary>A source that ends when the load is over: by its schedule, or by the clock when nothing paces it.</summary>
    private sealed class LoadSource(SimulatorSource inner, bool isPaced) : IFeedSource
    {
        private long _started;
        private TimeSpan _duration;

        public string Identity => inner.Identity;

        public League League => inner.League;

        public PregameLine? LineOf(GameId game) => inner.LineOf(game);

        public void StopAt(long started, TimeSpan duration) => (_started, _duration) = (started, duration);

        public IEnumerable<SourcedMessage> ReadFrom(long cursor) =>
            inner.ReadFrom(cursor).TakeWhile(sourced => isPaced ? sourced.Due < _duration : Stopwatch.GetElapsedTime(_started) < _duration);
    }
}
