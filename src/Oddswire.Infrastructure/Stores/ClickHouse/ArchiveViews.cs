namespace Oddswire.Infrastructure.Stores.ClickHouse;

/// <summary>The views that people query, and examples of their use.</summary>
public static class ArchiveViews
{
    /// <summary>Five questions worth asking, each with what it answers.</summary>
    public static IReadOnlyList<(string Title, string Sql)> ExampleQueries { get; } =
    [
        ("Games with score and number of updates",
            "SELECT g.league, g.game_id, g.away, g.score_away, g.home, g.score_home, g.phase, g.period, u.updates FROM games AS g "
            + "LEFT JOIN (SELECT game_id, count() AS updates FROM odds_updates GROUP BY game_id) AS u USING (game_id) ORDER BY g.league, g.game_id"),
        ("The main markets as they stand",
            "SELECT game_id, scope, market_type, line, selection_1, price_1, selection_2, price_2, status, received_at FROM odds_latest "
            + "WHERE market_type = 'moneyline' OR (market_type IN ('spread', 'total') AND is_main_line) ORDER BY game_id, scope, market_type"),
        ("How the money line of each game moved, minute by minute",
            "SELECT game_id, minute, open, min, max, close, round(volatility, 4) AS volatility, updates FROM odds_per_minute "
            + "WHERE scope = 'full_game' AND market_type = 'moneyline' AND selection = 'home' ORDER BY game_id, minute"),
        ("The ten events that moved a win probability most",
            "SELECT game_id, cause_key, any(description) AS description, max(abs(fair_1 - before)) AS moved FROM ("
            + "SELECT game_id, cause_key, toFloat64(fair_1) AS fair_1, lagInFrame(toFloat64(fair_1), 1, toFloat64(fair_1)) OVER (PARTITION BY game_id ORDER BY epoch, sequence) AS before "
            + "FROM odds_updates WHERE scope = 'full_game' AND market_type = 'moneyline' AND status = 'open') AS m "
            + "LEFT JOIN (SELECT game_id, key AS cause_key, description FROM game_events WHERE revision = 0) AS e USING (game_id, cause_key) "
            + "GROUP BY game_id, cause_key ORDER BY moved DESC LIMIT 10"),
        ("Latency from the feed to the log and to the archive, in milliseconds",
            "SELECT league, minute, updates, priced_p50_ms, priced_p99_ms, archived_p50_ms, archived_p99_ms FROM latency_per_minute ORDER BY league, minute"),
    ];

    /// <summary>The views whose columns are those of the updates.</summary>
    internal static IReadOnlyList<string> OfUpdates { get; } =
    [
        // The last update of each market.
        """
        CREATE VIEW IF NOT EXISTS odds_latest AS
        SELECT * FROM odds_updates
        ORDER BY league, game_id, scope, market_type, subject, statistic, line, epoch DESC, sequence DESC
        LIMIT 1 BY league, game_id, scope, market_type, subject, statistic, line
        """,

        // A row for each selection.
        """
        CREATE VIEW IF NOT EXISTS odds_selections AS
        SELECT league, game_id, epoch, sequence, id, scope, market_type, subject, statistic, player_name, line, is_main_line, status, reason,
            s.1 AS selection, s.2 AS price, s.3 AS fair, s.4 AS result, model_version, cause_key, score_home, score_away, period, clock_tenths,
            occurred_at, received_at, appended_at, archived_at
        FROM odds_updates
        ARRAY JOIN [(selection_1, price_1, fair_1, result_1), (selection_2, price_2, fair_2, result_2), (selection_3, price_3, fair_3, result_3)] AS s
        WHERE selection != 'none'
        """,

        // The ladder: every line of every market, with its last prices.
        """
        CREATE VIEW IF NOT EXISTS lines AS
        SELECT league, game_id, scope, market_type, subject, statistic, player_name, line, is_main_line, status, price_1, price_2, price_3, received_at
        FROM odds_latest
        ORDER BY league, game_id, scope, market_type, subject, statistic, line
        """,
    ];

    internal static IReadOnlyList<string> All { get; } =
    [
        .. OfUpdates,

        // Prices by the minute: volatility is the standard deviation of the price within the minute.
        """
        CREATE VIEW IF NOT EXISTS odds_per_minute AS
        SELECT league, game_id, scope, market_type, subject, statistic, line, selection, minute,
            argMinMerge(r.open) AS open, min(r.min) AS min, max(r.max) AS max, argMaxMerge(r.close) AS close,
            sum(r.count) AS updates, sum(r.sum) / updates / 1000 AS mean,
            sqrt(greatest(0, sum(r.sum_sq) / updates - pow(sum(r.sum) / updates, 2))) / 1000 AS volatility
        FROM odds_rollup AS r
        GROUP BY league, game_id, scope, market_type, subject, statistic, line, selection, minute
        """,

        // From ingest's receipt to the log (priced) and to the archive.
        """
        CREATE VIEW IF NOT EXISTS latency_per_minute AS
        SELECT league, minute, sum(r.count) AS updates,
            quantilesBFloat16Merge(0.5, 0.9, 0.99, 0.999)(r.priced) AS p, quantilesBFloat16Merge(0.5, 0.9, 0.99, 0.999)(r.archived) AS a,
            p[1] / 1000 AS priced_p50_ms, p[3] / 1000 AS priced_p99_ms, p[4] / 1000 AS priced_p999_ms, max(r.priced_max) / 1000 AS priced_max_ms,
            a[1] / 1000 AS archived_p50_ms, a[3] / 1000 AS archived_p99_ms, a[4] / 1000 AS archived_p999_ms, max(r.archived_max) / 1000 AS archived_max_ms
        FROM latency_rollup AS r
        GROUP BY league, minute
        """,

        // A row for each game.
        """
        CREATE VIEW IF NOT EXISTS games AS
        SELECT league, game_id, argMaxIf(e.away_name, e.sequence, e.away_code != '') AS away, argMaxIf(e.home_name, e.sequence, e.home_code != '') AS home,
            argMax(e.score_away, e.sequence) AS score_away, argMax(e.score_home, e.sequence) AS score_home, argMax(e.phase, e.sequence) AS phase,
            argMax(e.period, e.sequence) AS period, argMax(e.clock_tenths, e.sequence) AS clock_tenths, count() AS events,
            min(e.received_at) AS first_received_at, max(e.received_at) AS last_received_at
        FROM game_events AS e
        GROUP BY league, game_id
        """,
    ];
}
