using System.Globalization;
using System.Text;
using Oddswire.Board.Views;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Publish;
using Oddswire.Core.Telemetry;
using Oddswire.Host.Roles.Lag;

namespace Oddswire.Host.Api;

/// <summary>
/// Writes the metrics in Prometheus' text exposition format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). Labels are hop,
/// league, phase and partition, so their number is bounded.
/// </summary>
internal static class MetricsText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly double[] BucketSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    /// <param name="sources">What is told.</param>
    /// <param name="streams">The open streams; null where no board is served, whose metrics are then left out.</param>
    public static string Write(ApiSources sources, StreamHub? streams)
    {
        var text = new StringBuilder(16 * 1024);
        var hops = sources.Stats.All();
        Counter(text, hops, "oddswire_records_received_total", "Records received by the hop.", counters => counters.Received);
        Counter(text, hops, "oddswire_records_sent_total", "Records sent on by the hop.", counters => counters.Sent);
        Counter(text, hops, "oddswire_dead_letters_total", "Malformed messages put in the dead-letter queue.", counters => counters.DeadLettered);
        Counter(text, hops, "oddswire_quarantined_total", "Suspicious messages put in quarantine.", counters => counters.Quarantined);
        Counter(text, hops, "oddswire_duplicates_total", "Duplicates dropped.", counters => counters.Duplicates);
        Counter(text, hops, "oddswire_retries_total", "Attempts repeated after a passing fault.", counters => counters.Retries);
        Head(text, "oddswire_lag_records", "gauge", "Input records that wait.");
        foreach (var (hop, league, counters) in hops)
        {
            Line(text, "oddswire_lag_records", Labels(hop, league), counters.LagRecords);
        }

        Head(text, "oddswire_lag_seconds", "gauge", "How long the oldest waiting record has been waiting.");
        foreach (var (hop, league, counters) in hops)
        {
            Line(text, "oddswire_lag_seconds", Labels(hop, league), counters.Behind.TotalSeconds);
        }

        Head(text, "oddswire_assigned_partitions", "gauge", "Partitions of the input that this process owns, their state restored.");
        foreach (var (hop, league, counters) in hops)
        {
            Line(text, "oddswire_assigned_partitions", Labels(hop, league), counters.Partitions);
        }

        Lag(text, sources.Lag?.Latest ?? []);
        Histogram(text, hops, "oddswire_latency_seconds", "Time from ingest's receipt of the cause to the hop's commit.", static counters => counters.Latency);
        Histogram(text, hops, "oddswire_commit_seconds", "How long an attempt to commit took; on Kafka the length of the transaction.", static counters => counters.Commits);
        if (streams is not null)
        {
            Board(text, sources.Board);
            Head(text, "oddswire_stream_clients", "gauge", "Open streams.");
            Line(text, "oddswire_stream_clients", "", streams.Clients);
        }

        Process(text);
        return text.ToString();
    }

    private static void Lag(StringBuilder text, IReadOnlyList<GroupLag> groups)
    {
        Head(text, "oddswire_group_lag_records", "gauge", "Records of a partition that a group has still to read, wherever its role runs.");
        Head(text, "oddswire_group_lag_seconds", "gauge", "For how long the first of these records has been in the log.", out var seconds);
        foreach (var group in groups)
        {
            foreach (var lag in group.Partitions)
            {
                var labels = $"role=\"{GameLabels.Snake(group.Hop)}\",group=\"{group.Group}\",league=\"{group.League.Code()}\",topic=\"{lag.Partition.Topic}\",partition=\"{lag.Partition.Partition}\"";
                Line(text, "oddswire_group_lag_records", labels, lag.Records);
                Line(seconds, "oddswire_group_lag_seconds", labels, lag.Age.TotalSeconds);
            }
        }

        text.Append(seconds);
    }

    private static void Counter(
        StringBuilder text, IReadOnlyList<(Hop Hop, League League, HopCounters Counters)> hops, string name, string help, Func<HopCounters, long> value)
    {
        Head(text, name, "counter", help);
        foreach (var (hop, league, counters) in hops)
        {
            Line(text, name, Labels(hop, league), value(counters));
        }
    }

    private static void Histogram(
        StringBuilder text, IReadOnlyList<(Hop Hop, League League, HopCounters Counters)> hops, string name, string help, Func<HopCounters, LatencyHistogram> of)
    {
        Head(text, name, "histogram", help);
        foreach (var (hop, league, counters) in hops)
        {
            var histogram = of(counters);
            var (labels, counts) = (Labels(hop, league), histogram.Snapshot());
            long seen = 0;
            var next = 0;
            foreach (var bound in BucketSeconds)
            {
                for (; next < counts.Length && LatencyHistogram.UpperBound(next).TotalSeconds <= bound; next++)
                {
                    seen += counts[next];
                }

                Line(text, $"{name}_bucket", $"{labels},le=\"{bound.ToString(CultureInfo.InvariantCulture)}\"", seen);
            }

            for (; next < counts.Length; next++)
            {
                seen += counts[next];
            }

            Line(text, $"{name}_bucket", $"{labels},le=\"+Inf\"", seen);
            Line(text, $"{name}_sum", labels, histogram.SumMicros / 1_000_000.0);
            Line(text, $"{name}_count", labels, seen);
        }
    }

    private static void Board(StringBuilder text, LiveBoard board)
    {
        var games = board.Leagues.SelectMany(league => league.Games).Select(game => game.Read()).ToList();
        Head(text, "oddswire_board_games", "gauge", "Games on the board.");
        foreach (var league in board.Leagues)
        {
            foreach (var phase in Enum.GetValues<GamePhase>())
            {
                var count = games.Count(game => game.GameId.League == league.League && game.State.Phase == phase);
                Line(text, "oddswire_board_games", $"league=\"{league.League.Code()}\",phase=\"{GameLabels.Snake(phase)}\"", count);
            }
        }

        Head(text, "oddswire_board_stalled_games", "gauge", "Live games whose feed is silent.");
        Head(text, "oddswire_board_missing_records", "gauge", "Records known to be missing from the chains of games on the board.", out var missing);
        foreach (var league in board.Leagues)
        {
            var own = games.Where(game => game.GameId.League == league.League).ToList();
            var label = $"league=\"{league.League.Code()}\"";
            Line(text, "oddswire_board_stalled_games", label, own.Count(game => game.State is { Phase: GamePhase.Live, IsFeedStalled: true }));
            Line(missing, "oddswire_board_missing_records", label, own.Sum(game => game.MissingEvents + game.Holes.Sum(hole => hole.To - hole.From + 1)));
        }

        text.Append(missing);
    }

    private static void Process(StringBuilder text)
    {
        Head(text, "process_cpu_seconds_total", "counter", "Processor time used.");
        Line(text, "process_cpu_seconds_total", "", Environment.CpuUsage.TotalTime.TotalSeconds);
        Head(text, "process_resident_memory_bytes", "gauge", "Physical memory in use.");
        Line(text, "process_resident_memory_bytes", "", Environment.WorkingSet);
        Head(text, "dotnet_gc_heap_bytes", "gauge", "Managed heap in use.");
        Line(text, "dotnet_gc_heap_bytes", "", GC.GetTotalMemory(forceFullCollection: false));
    }

    private static string Labels(Hop hop, League league) => $"hop=\"{GameLabels.Snake(hop)}\",league=\"{league.Code()}\"";

    private static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Head(StringBuilder text, string name, string type, string help, out StringBuilder own)
    {
        own = new StringBuilder();
        Head(own, name, type, help);
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }
}
