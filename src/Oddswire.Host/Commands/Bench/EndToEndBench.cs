using System.Diagnostics;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Host.Api;
using Oddswire.Host.Composition;
using Oddswire.Host.Roles.Ingest;
using Oddswire.Simulator;

namespace Oddswire.Host.Commands.Bench;

/// <summary>How long after it was due a share of what a hop handled was through it.</summary>
/// <param name="Hop">The hop.</param>
/// <param name="Records">Records it sent on.</param>
/// <param name="P50Ms">Median, milliseconds.</param>
/// <param name="P99Ms">99th percentile.</param>
/// <param name="P999Ms">99.9th percentile.</param>
/// <param name="Commits">Its commits: on Kafka, transactions.</param>
/// <param name="CommitP50Ms">How long one took, median.</param>
/// <param name="CommitP99Ms">99th percentile of the same.</param>
internal sealed record HopLatency(string Hop, long Records, double P50Ms, double P99Ms, double P999Ms, long Commits, double CommitP50Ms, double CommitP99Ms);

/// <summary>What the whole platform does once it is warm.</summary>
internal sealed record EndToEndFigures(
    string Log,
    int? RateAskedFor,
    bool DurableOnCommit,
    double WarmUpSeconds,
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
    double ArchivePeakMemoryMiB,
    IReadOnlyList<HopLatency> Hops);

/// <summary>
/// Runs the platform under load: every league's messages are due evenly at a fixed rate, whatever the platform does, and
/// latency counts from when each was due. Ends when all of it has gone through every hop. What happens while the program warms up (its code is still
/// being compiled then) is left out: counts, latencies and processor time are those of the time after it, the drain at the end included.
/// </summary>
internal sealed class EndToEndBench(DataFolder folder, string engine, LogSettings log, int? updatesPerSecond, TimeSpan warmUp, TimeSpan duration)
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
            Roles = PlatformOptions.AllRoles.Where(role => role != Role.Replicate).ToHashSet(),
            Sources = [.. sources],
            PregameLine = game => sources.Find(source => source.League == game.League)?.LineOf(game),
            Ingest = new IngestOptions { Speed = updatesPerSecond is null ? double.PositiveInfinity : 1 },
            Api = new ApiOptions { Port = 0 },
            Log = log,
            MakesTopics = true,
            StopWhenDrained = true,
        };
        await using var platform = await Platform.OpenAsync(folder, options, TimeProvider.System, logging, ct);
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var usage = new EngineUsage();
        var watching = WatchAsync(platform, usage, watch.Token);
        var started = Stopwatch.GetTimestamp();
        sources.ForEach(source => source.StopAt(started, warmUp + duration));
        var before = WarmAsync(platform, usage, watch.Token);
        Cli.Say($"messages arrive for {warmUp.TotalSeconds:0} s, in which the program warms up, and then for {duration.TotalSeconds:0} s that are measured …");
        await platform.RunAsync(ct);
        var after = new Mark(platform.Stats, usage.CpuSeconds);
        await watch.CancelAsync();
        await watching;
        return Figures(await before, after, Process.GetCurrentProcess().PeakWorkingSet64, usage);
    }

    /// <summary>Waits until the program is warm, and notes where everything stands then.</summary>
    private async Task<Mark> WarmAsync(Platform platform, EngineUsage usage, CancellationToken ct)
    {
        await Task.Delay(warmUp, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new Mark(platform.Stats, usage.CpuSeconds);
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

    private EndToEndFigures Figures(Mark before, Mark after, long peakBytes, EngineUsage usage)
    {
        var seconds = Stopwatch.GetElapsedTime(before.At, after.At).TotalSeconds;
        var hops = after.Hops.Keys.Order().Select(hop => HopOf(hop, before, after)).ToList();
        var board = hops.Find(hop => hop.Hop == "publish") ?? Silent("publish");
        var archive = hops.Find(hop => hop.Hop == "archive") ?? Silent("archive");
        var archived = Since(before, after, Hop.Archive);
        return new EndToEndFigures(
            engine,
            updatesPerSecond,
            log.IsDurableOnCommit,
            warmUp.TotalSeconds,
            Since(before, after, Hop.Normalise),
            Since(before, after, Hop.Price),
            archived,
            seconds,
            Math.Min(Since(before, after, Hop.Price), archived) / seconds,
            board.P50Ms,
            board.P99Ms,
            board.P999Ms,
            archive.P50Ms,
            archive.P99Ms,
            (after.Cpu - before.Cpu).TotalSeconds / seconds,
            (after.EngineCpuSeconds - before.EngineCpuSeconds) / seconds,
            peakBytes / 1048576.0,
            usage.PeakBytes / 1048576.0,
            hops);
    }

    private static HopLatency HopOf(Hop hop, Mark before, Mark after)
    {
        var then = before.Hops.GetValueOrDefault(hop);
        var (latency, commits) = (Difference(after.Hops[hop].Latency, then.Latency), Difference(after.Hops[hop].Commits, then.Commits));
        static double Milliseconds(long[] counts, double quantile) => LatencyHistogram.Quantile(counts, quantile).TotalMilliseconds;
        return new HopLatency(
            hop.ToString().ToLowerInvariant(),
            Since(before, after, hop),
            Milliseconds(latency, 0.5),
            Milliseconds(latency, 0.99),
            Milliseconds(latency, 0.999),
            commits.Sum(),
            Milliseconds(commits, 0.5),
            Milliseconds(commits, 0.99));
    }

    private static long[] Difference(long[] counts, long[]? earlier) => earlier is null ? counts : [.. counts.Zip(earlier, static (now, then) => now - then)];

    private static HopLatency Silent(string hop) => new(hop, 0, 0, 0, 0, 0, 0, 0);

    private static long Since(Mark before, Mark after, Hop hop) =>
        after.Hops.GetValueOrDefault(hop).Sent - before.Hops.GetValueOrDefault(hop).Sent;

    /// <summary>Counts, latencies and processor time so far.</summary>
    private sealed class Mark
    {
        public Mark(HopStats stats, double engineCpuSeconds)
        {
            EngineCpuSeconds = engineCpuSeconds;
            foreach (var byHop in stats.All().GroupBy(entry => entry.Hop))
            {
                Hops[byHop.Key] = (
                    byHop.Sum(entry => entry.Counters.Sent), Sum(byHop.Select(entry => entry.Counters.Latency)), Sum(byHop.Select(entry => entry.Counters.Commits)));
            }
        }

        public long At { get; } = Stopwatch.GetTimestamp();

        public TimeSpan Cpu { get; } = Environment.CpuUsage.TotalTime;

        public double EngineCpuSeconds { get; }

        public Dictionary<Hop, (long Sent, long[] Latency, long[] Commits)> Hops { get; } = [];

        private static long[] Sum(IEnumerable<LatencyHistogram> histograms) =>
            histograms.Select(histogram => histogram.Snapshot()).Aggregate(static (sum, counts) => [.. sum.Zip(counts, static (a, b) => a + b)]);
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
