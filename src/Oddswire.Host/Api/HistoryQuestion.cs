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

    /// <summary>The statement: newest first, so that the limit cuts off the oldest.</summary>
    public string Sql =>
        $$"""
        SELECT toUnixTimestamp64Micro(received_at) AS at, sequence, toString(status) AS state, toString(line) AS points,
               toString(price_1) AS price, toString(fair_1) AS fair, period, score_home, score_away
        FROM odds_updates FINAL
        WHERE league = {league:String} AND game_id = {game:String} AND market_type = {type:String}
          AND subject = {subject:String} AND statistic = {statistic:String} AND {{(IsAnyLine ? "is_main_line" : "line = toDecimal32({line:String}, 2)")}}
        ORDER BY epoch DESC, odds_updates.sequence DESC
        LIMIT {limit:UInt32}
        FORMAT JSON
        """;

    /// <summary>Whether the line asked for is whichever was the main one at each moment.</summary>
    private bool IsAnyLine => LineHundredths is null;

    /// <summary>The parameters of <see cref="Sql"/>.</summary>
    public IReadOnlyDictionary<string, string> Parameters(GameId game, int limit) => new Dictionary<string, string>
    {
        ["league"] = game.League.Code(),
        ["game"] = game.Value,
        ["type"] = MarketKey.NameOf(Type),
        ["subject"] = Subject,
        ["statistic"] = Statistic,
        ["line"] = $"{(LineHundredths ?? 0) / 100m}",
        ["limit"] = $"{limit}",
    };

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
