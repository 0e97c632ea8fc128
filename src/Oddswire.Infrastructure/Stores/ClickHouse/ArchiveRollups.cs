using Oddswire.Core.Domain;

namespace Oddswire.Infrastructure.Stores.ClickHouse;

/// <summary>
/// A rollup within a span of minutes, to be compared with a recount of the updates and, where they differ, rebuilt. Whole minutes only.
/// </summary>
public sealed class ArchiveRollups
{
    private readonly string _keys;
    private readonly string _content;
    private readonly string _merged;
    private readonly string _recount;
    private readonly string _where;

    private ArchiveRollups(string table, string keys, string content, string groupBy, string recount, string where)
    {
        (Table, _keys, _content, _recount, _where) = (table, keys, content, recount, where);
        _merged = groupBy;
    }

    /// <summary>The rollup's table.</summary>
    public string Table { get; }

    /// <summary>Both rollups for some games and one log partition of a league, over the minutes from first to last.</summary>
    public static IReadOnlyList<ArchiveRollups> Of(League league, IEnumerable<string> games, int partition, Timestamp first, Timestamp last)
    {
        var list = string.Join(", ", games.Order(StringComparer.Ordinal).Select(game => $"'{game}'"));
        var span = Span(first, last);
        return
        [
            Prices($"league = '{league.Code()}' AND game_id IN ({list})", span),
            Latency($"league = '{league.Code()}' AND log_partition = {partition}", span),
        ];
    }

    /// <summary>Both rollups of a league, from a minute on.</summary>
    public static IReadOnlyList<ArchiveRollups> Of(League league, Timestamp from) =>
        [Prices($"league = '{league.Code()}'", Span(from, null)), Latency($"league = '{league.Code()}'", Span(from, null))];

    /// <summary>What the rollup and a recount do not agree on, as text; empty when they are equal.</summary>
    /// <exception cref="ClickHouseException">ClickHouse failed.</exception>
    public async Task<IReadOnlyList<string>> DifferencesAsync(ClickHouseClient client, int limit, CancellationToken ct)
    {
        var sql =
            $"""
            SELECT {_keys}, count() AS n FROM (
                SELECT 1 AS side, {_keys}, groupBitXor(content) AS x FROM (SELECT {_keys}, {_content} AS content FROM {Table} WHERE {_where} GROUP BY {_merged}) GROUP BY {_keys}
                UNION ALL
                SELECT 2 AS side, {_keys}, groupBitXor(content) AS x FROM (SELECT {_keys}, {_content} AS content FROM ({_recount}) GROUP BY {_merged}) GROUP BY {_keys})
            GROUP BY {_keys} HAVING n != 2 OR groupBitXor(x) != 0 ORDER BY {_keys} LIMIT {limit}
            """;
        var result = new List<string>();
        await foreach (var row in client.RowsAsync(sql, ct))
        {
            result.Add(string.Join(' ', row[..^1]));
        }

        return result;
    }

    /// <summary>Replaces the rollup's rows by a recount.</summary>
    /// <exception cref="ClickHouseException">ClickHouse failed; the rollup then lacks these minutes until it is called again.</exception>
    public async Task RebuildAsync(ClickHouseClient client, CancellationToken ct)
    {
        await client.ExecuteAsync($"ALTER TABLE {Table} DELETE WHERE {_where}", ct, "&mutations_sync=2");
        await client.ExecuteAsync($"INSERT INTO {Table} {_recount}", ct, "&insert_deduplicate=0");
    }

    private static ArchiveRollups Prices(string scope, (string Minutes, string Updates) span)
    {
        const string Group = "league, game_id, minute, scope, market_type, subject, statistic, line, selection";
        return new(
            ArchiveSchema.RollupTable,
            "league, game_id, minute",
            "sipHash64(scope, market_type, subject, statistic, line, selection, argMinMerge(open), argMaxMerge(close), min(min), max(max), sum(sum), sum(sum_sq), sum(count))",
            Group,
            ArchiveSchema.RollupOf($"{ArchiveSchema.OddsTable} FINAL", $"{scope} AND {span.Updates}"),
            $"{scope} AND {span.Minutes}");
    }

    private static ArchiveRollups Latency(string scope, (string Minutes, string Updates) span) => new(
        ArchiveSchema.LatencyTable,
        "league, log_partition, minute",
        "sipHash64(quantilesBFloat16Merge(0.5, 0.9, 0.99, 0.999)(priced), quantilesBFloat16Merge(0.5, 0.9, 0.99, 0.999)(archived), max(priced_max), max(archived_max), sum(count))",
        "league, log_partition, minute",
        ArchiveSchema.LatencyOf($"{ArchiveSchema.OddsTable} FINAL", $"{scope} AND {span.Updates}"),
        $"{scope} AND {span.Minutes}");

    private static (string Minutes, string Updates) Span(Timestamp first, Timestamp? last)
    {
        static long MinuteOf(Timestamp time) => Math.Max(0, time.UnixMicros / 60_000_000);
        var from = MinuteOf(first) * 60;
        if (last is not { } end)
        {
            return ($"minute >= toDateTime({from}, 'UTC')", $"received_at >= toDateTime64({from}, 6, 'UTC')");
        }

        var to = (MinuteOf(end) + 1) * 60;
        return (
            $"minute >= toDateTime({from}, 'UTC') AND minute < toDateTime({to}, 'UTC')",
            $"received_at >= toDateTime64({from}, 6, 'UTC') AND received_at < toDateTime64({to}, 6, 'UTC')");
    }
}
