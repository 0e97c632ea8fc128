using System.Text.RegularExpressions;
using Oddswire.Core.Domain;

namespace Oddswire.Infrastructure.Stores.ClickHouse;

/// <summary>What of the archive can be chosen.</summary>
public sealed record ArchiveSchemaOptions
{
    /// <summary>How long single odds updates and events are kept; rollups stay. Null keeps them for ever.</summary>
    public TimeSpan? HotRetention { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Whether every part is forced to disk before an insert is acknowledged: survives a power cut, at about half the speed.</summary>
    public bool FsyncAfterInsert { get; init; }
}

/// <summary>
/// The tables, materialised views and views of the archive, and how an older archive is brought up to date. The same on the embedded
/// engine and on a server; <see cref="ApplyAsync"/> may be called any number of times.
/// </summary>
public static partial class ArchiveSchema
{
    /// <summary>Every odds update, a row each.</summary>
    public const string OddsTable = "odds_updates";

    /// <summary>Every update of a shadow model, a row each; never published.</summary>
    public const string ShadowTable = "shadow_updates";

    /// <summary>Every normalised event, with the game's state after it.</summary>
    public const string EventsTable = "game_events";

    /// <summary>Prices a minute, market and selection.</summary>
    public const string RollupTable = "odds_rollup";

    /// <summary>Latency a minute, league and log partition.</summary>
    public const string LatencyTable = "latency_rollup";

    private const string MigrationsTable = "schema_migrations";

    /// <summary>Creates what is missing, applies the migrations that this archive has not seen, and takes over the retention.</summary>
    /// <exception cref="ClickHouseException">A statement failed.</exception>
    public static async Task ApplyAsync(ClickHouseClient client, ArchiveSchemaOptions options, CancellationToken ct)
    {
        await MigrateAsync(client, options, ct);
        await ApplyRetentionAsync(client, options, ct);
    }

    /// <summary>Creates what is missing and applies the migrations that this archive has not seen; the options are for what is new.</summary>
    /// <exception cref="ClickHouseException">A statement failed.</exception>
    public static async Task MigrateAsync(ClickHouseClient client, ArchiveSchemaOptions options, CancellationToken ct)
    {
        await client.ExecuteAsync(
            $"CREATE TABLE IF NOT EXISTS {MigrationsTable} (version UInt32, applied_at DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY version", ct);
        var applied = (await client.TextAsync($"SELECT max(version) FROM {MigrationsTable}", ct)).Trim();
        var version = applied.Length == 0 || !await HasTablesAsync(client, ct) ? 0 : int.Parse(applied);
        var migrations = Migrations(options);
        for (var next = version + 1; next <= migrations.Count; next++)
        {
            foreach (var statement in migrations[next - 1])
            {
                await client.ExecuteAsync(statement, ct);
            }

            await client.ExecuteAsync($"INSERT INTO {MigrationsTable} (version) VALUES ({next})", ct);
        }
    }

    /// <summary>
    /// The rollup of odds updates, as the materialised view computes it and as it is recomputed for a check or a repair.
    /// Only offered prices count; sums are of whole thousandths, so that a recount is equal to the last digit.
    /// </summary>
    /// <param name="from">Table, or table with FINAL.</param>
    /// <param name="where">Rows to take.</param>
    public static string RollupOf(string from, string where) =>
        $"""
        SELECT league, game_id, scope, market_type, subject, statistic, line, s.1 AS selection, minute,
            argMinState(s.2, place) AS open, argMaxState(s.2, place) AS close, min(s.2) AS min, max(s.2) AS max,
            sum(s.3) AS sum, sum(s.3 * s.3) AS sum_sq, count() AS count
        FROM (
            SELECT league, game_id, scope, market_type, subject, statistic, line, toStartOfMinute(received_at) AS minute,
                bitShiftLeft(toUInt64(epoch), 48) + sequence AS place,
                arrayJoin([(selection_1, price_1, toUInt64(price_1 * 1000)), (selection_2, price_2, toUInt64(price_2 * 1000)),
                    (selection_3, price_3, toUInt64(price_3 * 1000))]) AS s
            FROM {from} WHERE {where})
        WHERE s.3 > 0
        GROUP BY league, game_id, scope, market_type, subject, statistic, line, selection, minute
        """;

    /// <summary>The rollup of latency, as <see cref="RollupOf"/>.</summary>
    public static string LatencyOf(string from, string where) =>
        $"""
        SELECT league, log_partition, toStartOfMinute(received_at) AS minute,
            quantilesBFloat16State(0.5, 0.9, 0.99, 0.999)(dateDiff('microsecond', received_at, appended_at)) AS priced,
            quantilesBFloat16State(0.5, 0.9, 0.99, 0.999)(dateDiff('microsecond', received_at, archived_at)) AS archived,
            max(dateDiff('microsecond', received_at, appended_at)) AS priced_max,
            max(dateDiff('microsecond', received_at, archived_at)) AS archived_max, count() AS count
        FROM {from} WHERE {where}
        GROUP BY league, log_partition, minute
        """;

    /// <summary>An Enum8 with the numbers of the wire contract and names in snake case.</summary>
    internal static string EnumOf<T>()
        where T : struct, Enum =>
        $"Enum8({string.Join(", ", Enum.GetValues<T>().Select(value => $"'{SnakeCase(value.ToString())}' = {Convert.ToInt32(value)}"))})";

    // A disk that was full while they were made may have lost one that is written down as made.
    private static async Task<bool> HasTablesAsync(ClickHouseClient client, CancellationToken ct)
    {
        string[] tables = [OddsTable, ShadowTable, EventsTable, RollupTable, LatencyTable];
        var found = await client.TextAsync(
            $"SELECT count() FROM system.tables WHERE database = currentDatabase() AND name IN ({string.Join(", ", tables.Select(static table => $"'{table}'"))})", ct);
        return int.Parse(found.Trim()) == tables.Length;
    }

    private static async Task ApplyRetentionAsync(ClickHouseClient client, ArchiveSchemaOptions options, CancellationToken ct)
    {
        foreach (var table in new[] { OddsTable, ShadowTable, EventsTable })
        {
            var now = await client.TextAsync($"SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name = '{table}'", ct);
            if (!now.Contains(Ttl(options), StringComparison.Ordinal) || (options.HotRetention is null && now.Contains(" TTL ", StringComparison.Ordinal)))
            {
                await client.ExecuteAsync(
                    options.HotRetention is null ? $"ALTER TABLE {table} REMOVE TTL" : $"ALTER TABLE {table} MODIFY {Ttl(options)}", ct, "&materialize_ttl_after_modify=0");
            }
        }
    }

    private static string Ttl(ArchiveSchemaOptions options) => options.HotRetention is { } kept
        ? $"TTL toDateTime(received_at) + toIntervalSecond({(long)kept.TotalSeconds})"
        : "";

    private static string SnakeCase(string name) => Hump().Replace(name, "_$0").TrimStart('_').ToLowerInvariant();

    [GeneratedRegex("[A-Z]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hump();

    private static List<IReadOnlyList<string>> Migrations(ArchiveSchemaOptions options)
    {
        var settings = "non_replicated_deduplication_window = 1000" + (options.FsyncAfterInsert ? ", fsync_after_insert = 1, fsync_part_directory = 1" : "");
        return
        [
            [
                UpdatesDdl(OddsTable, options, settings), UpdatesDdl(ShadowTable, options, settings), EventsDdl(options, settings), RollupDdl(settings), LatencyDdl(settings),
                $"CREATE MATERIALIZED VIEW IF NOT EXISTS {RollupTable}_mv TO {RollupTable} AS {RollupOf(OddsTable, "1")}",
                $"CREATE MATERIALIZED VIEW IF NOT EXISTS {LatencyTable}_mv TO {LatencyTable} AS {LatencyOf(OddsTable, "1")}",
                .. ArchiveViews.All,
            ],

            // 2: players' names beside their ids.
            [
                AddPlayerName(OddsTable), AddPlayerName(ShadowTable),
                .. ArchiveViews.OfUpdates.Select(static view => view.Replace("CREATE VIEW IF NOT EXISTS", "CREATE OR REPLACE VIEW", StringComparison.Ordinal)),
            ],
        ];
    }

    private static string AddPlayerName(string table) => $"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS player_name LowCardinality(String) AFTER statistic";

    private static string UpdatesDdl(string table, ArchiveSchemaOptions options, string settings) =>
        $"""
        CREATE TABLE IF NOT EXISTS {table} (
            league LowCardinality(String), game_id LowCardinality(String), epoch UInt32, sequence UInt64, previous_sequence UInt64,
            id FixedString(32) CODEC(ZSTD(1)), scope {EnumOf<MarketScope>()}, market_type {EnumOf<MarketType>()}, subject LowCardinality(String), statistic LowCardinality(String),
            player_name LowCardinality(String), line Decimal(9, 2), is_main_line Bool, status {EnumOf<MarketStatus>()}, reason {EnumOf<StatusReason>()}, settlement_version UInt16,
            selection_1 {EnumOf<SelectionCode>()}, price_1 Decimal(9, 3), fair_1 Decimal(9, 6), result_1 {EnumOf<SelectionResult>()},
            selection_2 {EnumOf<SelectionCode>()}, price_2 Decimal(9, 3), fair_2 Decimal(9, 6), result_2 {EnumOf<SelectionResult>()},
            selection_3 {EnumOf<SelectionCode>()}, price_3 Decimal(9, 3), fair_3 Decimal(9, 6), result_3 {EnumOf<SelectionResult>()},
            model_version LowCardinality(String), cause_key String, score_home UInt16, score_away UInt16, period UInt8, clock_tenths Int32,
            occurred_at DateTime64(6, 'UTC'), received_at DateTime64(6, 'UTC'), appended_at DateTime64(6, 'UTC'),
            log_partition UInt16, log_offset UInt64, archived_at DateTime64(6, 'UTC'),
            INDEX by_offset log_offset TYPE minmax GRANULARITY 1,
            INDEX by_id id TYPE bloom_filter(0.01) GRANULARITY 4,
            INDEX by_subject subject TYPE bloom_filter(0.01) GRANULARITY 4)
        ENGINE = ReplacingMergeTree(archived_at)
        PARTITION BY (toYYYYMMDD(received_at), league)
        PRIMARY KEY (league, game_id, scope, market_type, subject)
        ORDER BY (league, game_id, scope, market_type, subject, statistic, line, epoch, sequence)
        {Ttl(options)}
        SETTINGS {settings}
        """;

    private static string EventsDdl(ArchiveSchemaOptions options, string settings) =>
        $"""
        CREATE TABLE IF NOT EXISTS {EventsTable} (
            league LowCardinality(String), game_id LowCardinality(String), sequence UInt64, key String, event_order Int64, revision Int32,
            kind {EnumOf<EventKind>()}, disposition {EnumOf<Disposition>()}, phase {EnumOf<GamePhase>()}, period UInt8, clock_tenths Int32,
            score_home UInt16, score_away UInt16, possession Enum8('none' = 0, 'home' = 1, 'away' = 2), outs UInt8, bases UInt8,
            down UInt8, yards_to_first Int16, yards_to_goal Int16, missing_messages Int32, is_feed_stalled Bool, description String CODEC(ZSTD(1)),
            home_code LowCardinality(String), home_name LowCardinality(String), away_code LowCardinality(String), away_name LowCardinality(String),
            scheduled_at DateTime64(6, 'UTC'), occurred_at DateTime64(6, 'UTC'), received_at DateTime64(6, 'UTC'), appended_at DateTime64(6, 'UTC'),
            raw_partition UInt16, raw_offset UInt64, log_partition UInt16, log_offset UInt64, archived_at DateTime64(6, 'UTC'),
            INDEX by_offset log_offset TYPE minmax GRANULARITY 1)
        ENGINE = ReplacingMergeTree(archived_at)
        PARTITION BY (toYYYYMMDD(received_at), league)
        ORDER BY (league, game_id, sequence)
        {Ttl(options)}
        SETTINGS {settings}
        """;

    private static string RollupDdl(string settings) =>
        $"""
        CREATE TABLE IF NOT EXISTS {RollupTable} (
            league LowCardinality(String), game_id LowCardinality(String), scope {EnumOf<MarketScope>()}, market_type {EnumOf<MarketType>()}, subject LowCardinality(String),
            statistic LowCardinality(String), line Decimal(9, 2), selection {EnumOf<SelectionCode>()}, minute DateTime('UTC'),
            open AggregateFunction(argMin, Decimal(9, 3), UInt64), close AggregateFunction(argMax, Decimal(9, 3), UInt64),
            min SimpleAggregateFunction(min, Decimal(9, 3)), max SimpleAggregateFunction(max, Decimal(9, 3)),
            sum SimpleAggregateFunction(sum, UInt64), sum_sq SimpleAggregateFunction(sum, UInt64), count SimpleAggregateFunction(sum, UInt64))
        ENGINE = AggregatingMergeTree
        PARTITION BY toYYYYMM(minute)
        PRIMARY KEY (league, game_id, scope, market_type, subject)
        ORDER BY (league, game_id, scope, market_type, subject, statistic, line, selection, minute)
        SETTINGS {settings}
        """;

    private static string LatencyDdl(string settings) =>
        $"""
        CREATE TABLE IF NOT EXISTS {LatencyTable} (
            league LowCardinality(String), log_partition UInt16, minute DateTime('UTC'),
            priced AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.99, 0.999), Int64),
            archived AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.99, 0.999), Int64),
            priced_max SimpleAggregateFunction(max, Int64), archived_max SimpleAggregateFunction(max, Int64),
            count SimpleAggregateFunction(sum, UInt64))
        ENGINE = AggregatingMergeTree
        ORDER BY (league, log_partition, minute)
        SETTINGS {settings}
        """;
}
