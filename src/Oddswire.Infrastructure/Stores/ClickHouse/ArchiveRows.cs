using Oddswire.Core.Domain;

namespace Oddswire.Infrastructure.Stores.ClickHouse;

/// <summary>How a record of the log becomes a row of the archive: columns in the order in which they are written.</summary>
public static class ArchiveRows
{
    /// <summary>Table and columns of an odds update, for an INSERT or a SELECT. <c>archived_at</c> is the last.</summary>
    public static IReadOnlyList<ArchiveColumn> OddsColumns { get; } =
    [
        new("league", 0), new("game_id", 0), new("epoch", 4), new("sequence", 8), new("previous_sequence", 8), new("id", 32),
        new("scope", 1), new("market_type", 1), new("subject", 0), new("statistic", 0), new("player_name", 0), new("line", 4), new("is_main_line", 1),
        new("status", 1), new("reason", 1), new("settlement_version", 2),
        new("selection_1", 1), new("price_1", 4), new("fair_1", 4), new("result_1", 1),
        new("selection_2", 1), new("price_2", 4), new("fair_2", 4), new("result_2", 1),
        new("selection_3", 1), new("price_3", 4), new("fair_3", 4), new("result_3", 1),
        new("model_version", 0), new("cause_key", 0), new("score_home", 2), new("score_away", 2), new("period", 1), new("clock_tenths", 4),
        new("occurred_at", 8), new("received_at", 8), new("appended_at", 8), new("log_partition", 2), new("log_offset", 8), new("archived_at", 8),
    ];

    /// <summary>Table and columns of a normalised event. <c>archived_at</c> is the last.</summary>
    public static IReadOnlyList<ArchiveColumn> EventColumns { get; } =
    [
        new("league", 0), new("game_id", 0), new("sequence", 8), new("key", 0), new("event_order", 8), new("revision", 4), new("kind", 1), new("disposition", 1),
        new("phase", 1), new("period", 1), new("clock_tenths", 4), new("score_home", 2), new("score_away", 2), new("possession", 1), new("outs", 1), new("bases", 1),
        new("down", 1), new("yards_to_first", 2), new("yards_to_goal", 2), new("missing_messages", 4), new("is_feed_stalled", 1), new("description", 0),
        new("home_code", 0), new("home_name", 0), new("away_code", 0), new("away_name", 0), new("scheduled_at", 8),
        new("occurred_at", 8), new("received_at", 8), new("appended_at", 8), new("raw_partition", 2), new("raw_offset", 8),
        new("log_partition", 2), new("log_offset", 8), new("archived_at", 8),
    ];

    /// <summary><c>odds_updates (league, …)</c>.</summary>
    public static string IntoOdds { get; } = $"{ArchiveSchema.OddsTable} ({Names(OddsColumns)})";

    /// <summary><c>shadow_updates (league, …)</c>.</summary>
    public static string IntoShadow { get; } = $"{ArchiveSchema.ShadowTable} ({Names(OddsColumns)})";

    /// <summary><c>game_events (league, …)</c>.</summary>
    public static string IntoEvents { get; } = $"{ArchiveSchema.EventsTable} ({Names(EventColumns)})";

    /// <summary>The names of columns, separated by commas.</summary>
    public static string Names(IEnumerable<ArchiveColumn> columns) => string.Join(", ", columns.Select(column => column.Name));

    /// <summary>Writes an odds update.</summary>
    public static void WriteOdds(RowBinaryWriter to, in OddsUpdate update, int partition, long offset, Timestamp appendedAt, Timestamp archivedAt)
    {
        to.String(update.GameId.League.Code());
        to.String(update.GameId.Value);
        to.Int32(update.Epoch);
        to.Int64(update.Sequence);
        to.Int64(update.PreviousSequence);
        to.Hex(update.Id.Value);
        to.Byte((byte)update.Market.Scope);
        to.Byte((byte)update.Market.Type);
        to.String(update.Market.Subject);
        to.String(update.Market.Statistic);
        to.String(update.PlayerName);
        to.Int32(update.Market.Line.Hundredths);
        to.Byte(update.IsMainLine ? (byte)1 : (byte)0);
        to.Byte((byte)update.Status);
        to.Byte((byte)update.Reason);
        to.UInt16(update.SettlementVersion);
        for (var i = 0; i < 3; i++)
        {
            var selection = i < update.SelectionCount ? update.SelectionAt(i) : default;
            to.Byte((byte)selection.Code);
            to.Int32(selection.Price.Thousandths);
            to.Int32(selection.Fair.Millionths);
            to.Byte((byte)selection.Result);
        }

        to.String(update.ModelVersion);
        to.String(update.CauseKey);
        to.UInt16(update.Score.Home);
        to.UInt16(update.Score.Away);
        to.Byte((byte)Math.Clamp(update.Period, 0, 255));
        to.Int32(update.ClockTenths);
        to.Int64(update.OccurredAt.UnixMicros);
        to.Int64(update.ReceivedAt.UnixMicros);
        WritePlace(to, partition, offset, appendedAt, archivedAt);
    }

    /// <summary>Writes a normalised event.</summary>
    public static void WriteEvent(RowBinaryWriter to, NormalizedEvent value, int partition, long offset, Timestamp appendedAt, Timestamp archivedAt)
    {
        var (gameEvent, after) = (value.Event, value.After);
        to.String(gameEvent.GameId.League.Code());
        to.String(gameEvent.GameId.Value);
        to.Int64(value.Sequence);
        to.String(gameEvent.Key);
        to.Int64(gameEvent.Order);
        to.Int32(value.Revision);
        to.Byte((byte)gameEvent.Kind);
        to.Byte((byte)value.Disposition);
        to.Byte((byte)after.Phase);
        to.Byte((byte)Math.Clamp(after.Period, 0, 255));
        to.Int32(after.ClockTenths);
        to.UInt16(after.Score.Home);
        to.UInt16(after.Score.Away);
        to.Byte(after.Possession switch { Side.Home => 1, Side.Away => 2, _ => 0 });
        to.Byte((byte)(after.Baseball?.Outs ?? 0));
        to.Byte((byte)(after.Baseball?.BasesMask ?? 0));
        to.Byte((byte)Math.Clamp(after.Football?.Down ?? 0, 0, 255));
        to.Int16(after.Football?.YardsToFirst ?? 0);
        to.Int16(after.Football?.YardsToGoal ?? 0);
        to.Int32(after.MissingMessages);
        to.Byte(after.IsFeedStalled ? (byte)1 : (byte)0);
        to.String(gameEvent.Description);
        to.String(gameEvent.Info?.Home.Code);
        to.String(gameEvent.Info?.Home.Name);
        to.String(gameEvent.Info?.Away.Code);
        to.String(gameEvent.Info?.Away.Name);
        to.Int64(gameEvent.Info?.ScheduledAt.UnixMicros ?? 0);
        to.Int64(gameEvent.OccurredAt.UnixMicros);
        to.Int64(value.ReceivedAt.UnixMicros);
        to.Int64(appendedAt.UnixMicros);
        to.UInt16(value.RawPartition);
        to.Int64(value.RawOffset);
        to.UInt16(partition);
        to.Int64(offset);
        to.Int64(archivedAt.UnixMicros);
    }

    private static void WritePlace(RowBinaryWriter to, int partition, long offset, Timestamp appendedAt, Timestamp archivedAt)
    {
        to.Int64(appendedAt.UnixMicros);
        to.UInt16(partition);
        to.Int64(offset);
        to.Int64(archivedAt.UnixMicros);
    }
}

/// <summary>A column as RowBinary writes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">Bytes of a value; 0 for a string, which has its length in front.</param>
public readonly record struct ArchiveColumn(string Name, int Size);
