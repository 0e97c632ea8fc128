using System.Globalization;
using Oddswire.Core.Domain;

namespace Oddswire.Host.Api;

/// <summary>A market, or whichever line of it was the main one, as a question to the archive.</summary>
internal sealed record HistoryQuestion(MarketType Type, string Subject, string Statistic, int? LineHundredths)
{
    private const int MaxTextLength = 120;

    /// <summary>Newest first, so that the limit cuts off the oldest.</summary>
    public const string Sql = """
        SELECT toUnixTimestamp64Micro(received_at) AS at, sequence,
               CAST(market_type, 'Int16') AS type, line_hundredths AS line, subject, statistic,
               CAST(status, 'Int16') AS status, price_1 AS price, fair_1 AS fair,
               period, score_home AS scoreHome, score_away AS scoreAway
        FROM odds_updates FINAL
        WHERE game_id = {game:String} AND market_type = {type:Int16} AND subject = {subject:String} AND statistic = {statistic:String}
          AND ({any:UInt8} = 1 AND is_main_line OR line_hundredths = {line:Int32} AND {any:UInt8} = 0)
        ORDER BY epoch DESC, sequence DESC
        LIMIT {limit:UInt32}
        FORMAT JSON
        """;

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
            "player_prop" when parts.Length >= 3 => WithLine(MarketType.PlayerProp, parts[1], parts[2], parts, 3),
            _ => null,
        };
    }

    /// <summary>The parameters of <see cref="Sql"/>.</summary>
    public IReadOnlyDictionary<string, string> Parameters(GameId game, int limit) => new Dictionary<string, string>
    {
        ["game"] = game.Value,
        ["type"] = ((int)Type).ToString(),
        ["subject"] = Subject,
        ["statistic"] = Statistic,
        ["any"] = LineHundredths is null ? "1" : "0",
        ["line"] = (LineHundredths ?? 0).ToString(),
        ["limit"] = limit.ToString(),
    };

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
