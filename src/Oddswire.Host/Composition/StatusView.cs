using Oddswire.Core.Domain;
using Oddswire.Core.Telemetry;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Oddswire.Host.Composition;

/// <summary>
/// The status in the terminal: games, rates and latency of each hop and league, refreshed once a second in place; where the
/// output is not a terminal, one line every five seconds.
/// </summary>
internal sealed class StatusView(HopStats stats, Func<PlatformStatus> status, string address, TimeProvider time)
{
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PlainEvery = TimeSpan.FromSeconds(5);

    private readonly Dictionary<(Hop Hop, League League), Seen> _seen = [];
    private long _lastTimestamp = time.GetTimestamp();

    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            if (Console.IsErrorRedirected || Console.IsOutputRedirected)
            {
                await RunPlainAsync(ct);
            }
            else
            {
                await AnsiConsole.Live(Render()).StartAsync(async live =>
                {
                    while (!ct.IsCancellationRequested)
                    {
                        await Task.Delay(Refresh, time, ct);
                        live.UpdateTarget(Render());
                    }
                });
            }
        }
        catch (OperationCanceledException)
        {
            // The platform is stopping; the last view stays on the screen.
        }
    }

    private async Task RunPlainAsync(CancellationToken ct)
    {
        while (true)
        {
            await Task.Delay(PlainEvery, time, ct);
            var now = status();
            var rows = Rows();
            Commands.Cli.Say(string.Create(
                null,
                $"games live {now.GamesLive}, events/s {Rate(rows, Hop.Normalise):0}, updates/s {Rate(rows, Hop.Price):0}, archived/s {Rate(rows, Hop.Archive):0}, board p99 {P99(rows):0.0} ms, dlq {now.DeadLetters}, quarantine {now.Quarantined}"));
        }
    }

    private Rows Render()
    {
        var now = status();
        var rows = Rows();
        var table = new Table().Border(TableBorder.Rounded).AddColumn("hop").AddColumn("league");
        foreach (var column in new[] { "in", "in/s", "out", "out/s", "p50 ms", "p99 ms", "lag", "dlq", "quarantine" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var row in rows)
        {
            table.AddRow(
                row.Hop.ToString().ToLowerInvariant(),
                row.League.Code(),
                $"{row.Counters.Received:N0}",
                $"{row.InPerSecond:N0}",
                $"{row.Counters.Sent:N0}",
                $"{row.OutPerSecond:N0}",
                $"{row.P50Ms:0.0}",
                $"{row.P99Ms:0.0}",
                $"{row.Counters.LagRecords:N0}",
                $"{row.Counters.DeadLettered:N0}",
                $"{row.Counters.Quarantined:N0}");
        }

        IRenderable[] parts =
        [
            new Markup($"[bold]Oddswire[/]  board [link]{address}[/]   games live [bold]{now.GamesLive}[/]   events/s [bold]{Rate(rows, Hop.Normalise):N0}[/]   updates/s [bold]{Rate(rows, Hop.Price):N0}[/]   dlq [bold]{now.DeadLetters}[/]   quarantine [bold]{now.Quarantined}[/]   running {now.Running:hh\\:mm\\:ss}   Ctrl-C stops"),
            table,
        ];
        return new Rows(parts);
    }

    private List<Row> Rows()
    {
        var timestamp = time.GetTimestamp();
        var seconds = Math.Max(0.001, time.GetElapsedTime(_lastTimestamp, timestamp).TotalSeconds);
        _lastTimestamp = timestamp;
        var rows = new List<Row>();
        foreach (var (hop, league, counters) in stats.All())
        {
            var before = _seen.GetValueOrDefault((hop, league), new Seen(0, 0, []));
            var now = new Seen(counters.Received, counters.Sent, counters.Latency.Snapshot());
            var interval = before.Latency.Length == 0 ? now.Latency : [.. now.Latency.Zip(before.Latency, (a, b) => a - b)];
            rows.Add(new Row(
                hop,
                league,
                counters,
                (now.Received - before.Received) / seconds,
                (now.Sent - before.Sent) / seconds,
                LatencyHistogram.Quantile(interval, 0.5).TotalMilliseconds,
                LatencyHistogram.Quantile(interval, 0.99).TotalMilliseconds));
            _seen[(hop, league)] = now;
        }

        return rows;
    }

    private static double Rate(List<Row> rows, Hop hop) => rows.Where(row => row.Hop == hop).Sum(row => row.OutPerSecond);

    private static double P99(List<Row> rows) => rows.Where(row => row.Hop == Hop.Publish).Select(row => row.P99Ms).DefaultIfEmpty().Max();

    private sealed record Seen(long Received, long Sent, long[] Latency);

    private sealed record Row(Hop Hop, League League, HopCounters Counters, double InPerSecond, double OutPerSecond, double P50Ms, double P99Ms);
}

/// <summary>What the status view shows above its table.</summary>
internal sealed record PlatformStatus(int GamesLive, long DeadLetters, long Quarantined, TimeSpan Running);
