using System.Diagnostics;
using Oddswire.Core.Telemetry;
using Oddswire.Host.Composition;

namespace Oddswire.Host.Commands;

/// <summary>What a run did, as <c>--json</c> prints it.</summary>
internal sealed record RunFigures(
    bool Ok,
    string? Address,
    int Games,
    long Events,
    long Updates,
    long Archived,
    long Rejected,
    double ElapsedSeconds,
    double UpdatesPerSecond,
    double P50Ms,
    double P99Ms);

/// <summary>Runs a platform in the foreground with its status view, until it ends or Ctrl-C.</summary>
internal static class PlatformRun
{
    /// <summary>Runs and gives the figures of this run.</summary>
    /// <exception cref="UserErrorException">The folder or port is in the way, or a role failed.</exception>
    public static async Task<RunFigures> RunAsync(DataFolder folder, PlatformOptions options, bool headless, CancellationToken ct)
    {
        using var logging = LoggerFactory.Create(builder => builder
            .SetMinimumLevel(LogLevel.Warning)
            .AddFilter(KafkaLogs.ProgressCategory, LogLevel.Information)
            // Where the web server cannot start, the command says so in a line; its own account of that is a page of stack traces.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
            .AddSimpleConsole(console => console.SingleLine = true)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        var started = Stopwatch.GetTimestamp();
        await using var platform = await Platform.OpenAsync(folder, options, TimeProvider.System, logging, ct);
        using var view = new CancellationTokenSource();
        var showing = Task.CompletedTask;
        platform.Started += address =>
        {
            Cli.Say(address is null ? "running" : $"the board is on {address}");
            if (platform.HealthAddress is { } health)
            {
                Cli.Say($"health and metrics are on {health}");
            }

            showing = headless ? Task.CompletedTask : new StatusView(platform.Stats, platform.Status, address ?? "off", TimeProvider.System).RunAsync(view.Token);
        };
        try
        {
            await platform.RunAsync(ct);
        }
        catch (RoleFailedException e)
        {
            throw new UserErrorException(
                ExitCodes.Fatal, e.Message, "Nothing that was committed is lost: fix the cause and start again; it resumes from the last commit.", e);
        }
        finally
        {
            await view.CancelAsync();
            await showing;
        }

        return Figures(platform, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private static RunFigures Figures(Platform platform, double seconds)
    {
        var all = platform.Stats.All();
        var board = new long[new LatencyHistogram().Snapshot().Length];
        foreach (var (_, _, counters) in all.Where(entry => entry.Hop == Hop.Publish))
        {
            var counts = counters.Latency.Snapshot();
            for (var i = 0; i < counts.Length; i++)
            {
                board[i] += counts[i];
            }
        }

        var updates = all.Where(entry => entry.Hop == Hop.Price).Sum(entry => entry.Counters.Sent);
        return new RunFigures(
            Ok: true,
            platform.Address,
            platform.Board.Leagues.Sum(league => league.Count),
            all.Where(entry => entry.Hop == Hop.Normalise).Sum(entry => entry.Counters.Sent),
            updates,
            all.Where(entry => entry.Hop == Hop.Archive).Sum(entry => entry.Counters.Sent),
            all.Sum(entry => entry.Counters.DeadLettered + entry.Counters.Quarantined),
            Math.Round(seconds, 3),
            Math.Round(updates / seconds),
            LatencyHistogram.Quantile(board, 0.5).TotalMilliseconds,
            LatencyHistogram.Quantile(board, 0.99).TotalMilliseconds);
    }
}
