using System.Globalization;
using Oddswire.Core.Domain;

namespace Oddswire.Host.Api;

/// <summary>A market, or whichever line of it was the main one, as a question to the archive.</summary>
internal sealed record HistoryQuestion(MarketType Type, string Subject, string Statistic, int? LineHundredths)
{
    private const int MaxTextLength = 120;

    /// <summary>Whether the market has a line.</summary>
    public bool HasLine => Type is not (MarketType.Moneyline or MarketType.ThreeWay);

    /// <summary>Reads a market's name, with or without its line; null when it is none.</summary>
    public static HistoryQuestion? Parse(string text)
    {
        if (text.Length > MaxTextLength)
        {
            return null;
        }

        var parts = text.Split(':');
        return parts[0] switch
        {
            "moneyline" when parts.Length == 1 => new(MarketType.Moneyline, "", "", 0),
            "three_way" when parts.Length == 1 => new(MarketType.ThreeWay, "", "", 0),
            "spread" => WithLine(MarketType.Spread, "", "", parts, 1),
            "total" => WithLine(MarketType.Total, "", "", parts, 1),
            "team_total" when parts.Length >= 2 && parts[1] is "home" or "away" => WithLine(MarketType.TeamTotal, parts[1], "", parts, 2),
            "player_prop" when parts.Length >= 3 && GameId.IsVendorId(parts[1]) && GameId.IsVendorId(parts[2]) => WithLine(MarketType.PlayerProp, parts[1], parts[2], parts, 3),
            _ => null,
        };
    }

    /// <summary>
    /// The statement: newest first, so that the limit cuts off the oldest. All that goes into it is checked before: ids hold letters, digits, <c>-</c>,
    /// <c>_</c>, <c>.</c> and <c>:</c> only, the rest are numbers.
    /// </summary>
    public string Sql(GameId game, int limit)
    {
        var line = LineHundredths is { } hundredths ? $"line = toDecimal32('{hundredths / 100m}', 2)" : "is_main_line";
        return $"""
            SELECT toUnixTimestamp64Micro(received_at) AS at, sequence, toString(status) AS state, toString(line) AS points,
                   toString(price_1) AS price, toString(fair_1) AS fair, period, score_home, score_away
            FROM odds_updates FINAL
            WHERE league = '{game.League.Code()}' AND game_id = '{game}' AND market_type = '{MarketKey.NameOf(Type)}'
              AND subject = '{Subject}' AND statistic = '{Statistic}' AND {(HasLine ? line : "1")}
            ORDER BY epoch DESC, odds_updates.sequence DESC
            LIMIT {limit}
            FORMAT JSON
            """;
    }

    /// <summary>The market of a point with this line.</summary>
    public MarketKey MarketAt(Line line) => new(Type, HasLine ? line : default, Subject, Statistic);

    private static HistoryQuestion? WithLine(MarketType type, string subject, string statistic, string[] parts, int at)
    {
        if (parts.Length == at)
        {
            return new(type, subject, statistic, null);
        }

        return parts.Length == at + 1
            && decimal.TryParse(parts[at], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, null, out var points) && Math.Abs(points) < 10_000
                ? new(type, subject, statistic, (int)(points * 100))
                : null;
    }
}
