using Oddswire.Core.Domain;

namespace Oddswire.Host.Api;

/// <summary>A market, or whichever line of it was the main one, as a question to the archive.</summary>
/// <param name="Market">The market.</param>
/// <param name="IsAnyLine">Whether the line asked for is whichever was the main one at each moment.</param>
internal sealed record HistoryQuestion(MarketKey Market, bool IsAnyLine)
{
    /// <summary>Whether the market has a line.</summary>
    public bool HasLine => MarketKey.HasLine(Market.Type);

    /// <summary>Reads a market's name, with or without its line; null when it is none.</summary>
    public static HistoryQuestion? Parse(string text) =>
        MarketKey.TryParse(text, out var market, out var hasLine) ? new(market, MarketKey.HasLine(market.Type) && !hasLine) : null;

    /// <summary>The statement: newest first, so that the limit cuts off the oldest.</summary>
    public string Sql =>
        $$"""
        SELECT toUnixTimestamp64Micro(received_at) AS at, sequence, toString(status) AS state, toString(line) AS points,
               toString(price_1) AS price, toString(fair_1) AS fair, period, score_home, score_away
        FROM odds_updates FINAL
        WHERE league = {league:String} AND game_id = {game:String} AND scope = {scope:String} AND market_type = {type:String}
          AND subject = {subject:String} AND statistic = {statistic:String} AND {{(IsAnyLine ? "is_main_line" : "line = toDecimal32({line:String}, 2)")}}
        ORDER BY epoch DESC, odds_updates.sequence DESC
        LIMIT {limit:UInt32}
        FORMAT JSON
        """;

    /// <summary>The parameters of <see cref="Sql"/>.</summary>
    public IReadOnlyDictionary<string, string> Parameters(GameId game, int limit) => new Dictionary<string, string>
    {
        ["league"] = game.League.Code(),
        ["game"] = game.Value,
        ["scope"] = Market.Scope.Name(),
        ["type"] = MarketKey.NameOf(Market.Type),
        ["subject"] = Market.Subject,
        ["statistic"] = Market.Statistic,
        ["line"] = $"{Market.Line.Points}",
        ["limit"] = $"{limit}",
    };

    /// <summary>The market of a point with this line.</summary>
    public MarketKey MarketAt(Line line) => Market with { Line = HasLine ? line : default };
}
