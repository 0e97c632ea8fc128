using Oddswire.Board.Contracts;

namespace Oddswire.Board.Views;

/// <summary>A table of markets on a game's page.</summary>
/// <param name="Key">Names the table: <c>spread</c>, <c>first_half.team_total:home</c>, <c>next_score</c>, <c>player_prop:passing_yards</c>.</param>
/// <param name="Title">The caption.</param>
/// <param name="HasLine">Whether the first column holds lines.</param>
/// <param name="Heads">The selections, as column heads.</param>
/// <param name="Markets">The rows.</param>
public sealed record MarketGroup(string Key, string Title, bool HasLine, IReadOnlyList<string> Heads, IReadOnlyList<MarketView> Markets)
{
    /// <summary>Totals stand beside the rest, so that a change on one side moves nothing on the other.</summary>
    public int Column => Key.Contains("total", StringComparison.Ordinal) || Key.Contains("runs", StringComparison.Ordinal) ? 1 : 0;

    /// <summary>Rows that are folded away until asked for.</summary>
    public int Folded => Markets.Count(MarketGroups.IsFolded);
}

/// <summary>The tables about one part of the game.</summary>
/// <param name="Scope">The part, for example <c>first_half</c>.</param>
/// <param name="Title">Its name.</param>
/// <param name="Groups">The tables.</param>
public sealed record MarketSection(string Scope, string Title, IReadOnlyList<MarketGroup> Groups);

/// <summary>Puts a game's markets into sections by part of the game and tables by kind.</summary>
public static class MarketGroups
{
    /// <summary>The sections: the whole game first, then parts that go on, then those that are over.</summary>
    public static IReadOnlyList<MarketSection> Of(GameView game, IReadOnlyList<MarketView> markets) =>
        [.. markets
            .GroupBy(market => market.Scope)
            .Select(scope => (Section: Section(game, scope.Key, [.. scope]), IsOver: scope.All(market => market.Status is "settled" or "voided")))
            .OrderBy(entry => entry.Section.Scope != "full_game")
            .ThenBy(entry => entry.IsOver)
            .Select(entry => entry.Section)];

    /// <summary>Whether a row is folded away: a line that left the board, or what is decided and is no main line.</summary>
    public static bool IsFolded(MarketView market) =>
        market.Reason == "off_the_board" || (market.Reason == "decided" && !market.IsMain && market.Line is not null)
        || (IsMoment(market.Type) && market.Status is "settled" or "voided")
        || (market.Type == "player_prop" && !market.IsMain);

    /// <summary>What stands in front of a row.</summary>
    public static string Label(MarketView market, GameView game) => market.Type switch
    {
        "spread" => Lines.Home(market),
        "next_score" => $"from {market.Subject}",
        "race_to" => $"to {market.Line}",
        "drive_result" or "drive_score" => $"drive {market.Subject}",
        "half_inning_runs" => $"{HalfInning(market.Subject)} {market.Line}",
        "player_prop" => $"{market.Player ?? market.Subject} {market.Line}",
        _ => market.Line ?? "Win",
    };

    /// <summary>A selection as a column head.</summary>
    public static string Head(string code, GameView game) => code switch
    {
        "home" => game.Home.Code,
        "away" => game.Away.Code,
        "over" => "Over",
        "under" => "Under",
        "draw" => "Draw",
        "neither" => "Neither",
        "yes" => "Yes",
        "no" => "No",
        "touchdown" => "TD",
        "field_goal" => "FG",
        "no_score" => "None",
        _ => code,
    };

    private static MarketSection Section(GameView game, string scope, IReadOnlyList<MarketView> markets) => new(
        scope,
        Words(scope),
        [.. markets
            .GroupBy(KeyOf)
            .Select(group => Group(game, scope, group.Key, [.. group]))
            .OrderBy(group => OrderOf(group.Markets[0].Type))]);

    private static MarketGroup Group(GameView game, string scope, string key, IReadOnlyList<MarketView> markets) => new(
        scope == "full_game" ? key : $"{scope}.{key}",
        Title(game, markets[0]),
        markets[0].Line is not null || IsMoment(markets[0].Type),
        [.. markets[0].Selections.Select(selection => Head(selection.Code, game))],
        IsMoment(markets[0].Type) ? [.. markets.Reverse()]
            : markets[0].Type == "player_prop" ? [.. markets.OrderBy(static market => market.Player ?? market.Subject, StringComparer.Ordinal)]
            : markets);

    private static string KeyOf(MarketView market) => market.Type switch
    {
        "team_total" => $"team_total:{market.Subject}",
        "player_prop" => $"player_prop:{market.Statistic}",
        _ => market.Type,
    };

    private static int OrderOf(string type) => type switch
    {
        "moneyline" => 0,
        "three_way" => 1,
        "spread" or "total" => 2,
        "team_total" => 3,
        "player_prop" => 9,
        _ => 4,
    };

    private static string Title(GameView game, MarketView market) => market.Type switch
    {
        "moneyline" => "Moneyline",
        "three_way" => "Three-way",
        "spread" => $"Spread ({game.Home.Code})",
        "total" => "Total",
        "team_total" => $"Team total: {(market.Subject == "home" ? game.Home.Name : game.Away.Name)}",
        "next_score" => "Next to score",
        "race_to" => "Race to points",
        "drive_result" => "How the drive ends",
        "drive_score" => "Points on the drive",
        "half_inning_runs" => "Runs in the half-inning",
        "player_prop" => Words(market.Statistic ?? "player"),
        _ => Words(market.Type),
    };

    private static bool IsMoment(string type) => type is "next_score" or "drive_result" or "drive_score" or "half_inning_runs";

    private static string HalfInning(string? subject) =>
        subject is { Length: > 1 } ? $"{(subject[^1] == 't' ? "Top" : "Bot")} {subject[..^1]}" : subject ?? "";

    private static string Words(string name) => $"{char.ToUpperInvariant(name[0])}{name[1..].Replace('_', ' ')}";
}
