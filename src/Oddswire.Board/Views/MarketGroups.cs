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
    /// <summary>The kind of market.</summary>
    public string Type => Markets[0].Type;

    /// <summary>What the first column holds, as its head.</summary>
    public string RowHead => Type == "player_prop" ? "Player" : HasLine && !MarketGroups.IsMoment(Type) ? "Line" : "";

    /// <summary>Rows that are folded away until asked for.</summary>
    public int Folded => Markets.Count(MarketGroups.IsFolded);

    /// <summary>What the folded rows are.</summary>
    public string FoldedWords => MarketGroups.IsMoment(Type) ? "earlier" : Type == "race_to" ? "decided" : "other lines";

    /// <summary>Rows that are shown, with those of the table's head: how high it stands.</summary>
    internal int Height => Markets.Count - Folded + 2;
}

/// <summary>Tables that stand together: a part of the game, what is bet on from moment to moment, the players.</summary>
/// <param name="Key">The part, for example <c>first_half</c>; <c>in_play</c>; <c>players</c>.</param>
/// <param name="Title">Its name.</param>
/// <param name="Short">Its name where there is little room.</param>
/// <param name="Groups">The tables.</param>
public sealed record MarketSection(string Key, string Title, string Short, IReadOnlyList<MarketGroup> Groups)
{
    /// <summary>The tables in columns: totals beside the rest, so that a change on one side moves nothing on the other; players' tables where there is room.</summary>
    public IReadOnlyList<IReadOnlyList<MarketGroup>> Columns
    {
        get
        {
            List<MarketGroup> left = [], right = [];
            foreach (var group in Groups)
            {
                var isRight = Key is "players" or "in_play"
                    ? left.Sum(static other => other.Height) > right.Sum(static other => other.Height)
                    : group.Type is "total" or "team_total";
                (isRight ? right : left).Add(group);
            }

            return right.Count == 0 ? [left] : left.Count == 0 ? [right] : [left, right];
        }
    }
}

/// <summary>Puts a game's markets into sections by part of the game and tables by kind.</summary>
public static class MarketGroups
{
    /// <summary>The sections: the whole game first, what is bet on from moment to moment, players, then parts that go on, then those that are over.</summary>
    public static IReadOnlyList<MarketSection> Of(GameView game, IReadOnlyList<MarketView> markets) =>
        [.. markets
            .GroupBy(SectionOf)
            .Select(section => (Section: Section(game, section.Key, [.. section]), IsOver: section.All(IsEnded)))
            .OrderBy(entry => entry.Section.Key switch { "full_game" => 0, "in_play" => 1, "players" => 2, _ => 3 })
            .ThenBy(entry => entry.IsOver)
            .Select(entry => entry.Section)];

    /// <summary>Whether a row is folded away: a line that left the board, what has ended and is no main line, a player's other lines.</summary>
    public static bool IsFolded(MarketView market) =>
        market.Reason == "off_the_board"
        || (IsEnded(market) && (IsMoment(market.Type) || (!market.IsMain && market.Line is not null)))
        || (market.Type == "player_prop" && !market.IsMain);

    /// <summary>Whether a market comes again and again in a game.</summary>
    public static bool IsMoment(string type) => type is "next_score" or "drive_result" or "drive_score" or "half_inning_runs";

    /// <summary>What stands in front of a row.</summary>
    public static string Label(MarketView market, GameView game) => market.Type switch
    {
        "spread" => Lines.Home(market),
        "next_score" => $"from {market.Subject}",
        "race_to" => $"to {market.Line}",
        "drive_result" or "drive_score" => $"drive {market.Subject}",
        "half_inning_runs" => $"{HalfInning(market.Subject)} {market.Line}",
        "player_prop" => market.Player ?? market.Subject ?? "",
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

    private static MarketSection Section(GameView game, string key, IReadOnlyList<MarketView> markets) => new(
        key,
        key == "in_play" ? InPlay(game.League) : Words(key),
        key == "in_play" ? "In play" : key.EndsWith("_quarter", StringComparison.Ordinal) ? $"Q{QuarterOf(key)}" : Words(key),
        [.. markets
            .GroupBy(KeyOf)
            .Select(group => Group(game, group.Key, [.. group]))
            .OrderBy(group => OrderOf(group.Type))]);

    private static MarketGroup Group(GameView game, string key, IReadOnlyList<MarketView> markets) => new(
        markets[0].Scope == "full_game" ? key : $"{markets[0].Scope}.{key}",
        Title(game, markets[0]),
        markets[0].Line is not null || IsMoment(markets[0].Type),
        [.. markets[0].Selections.Select(selection => Head(selection.Code, game))],
        IsMoment(markets[0].Type) ? [.. markets.Reverse()]
            : markets[0].Type == "player_prop" ? [.. markets.OrderBy(static market => market.Player ?? market.Subject, StringComparer.OrdinalIgnoreCase)]
            : markets);

    private static string SectionOf(MarketView market) => market.Type switch
    {
        "player_prop" => "players",
        "race_to" => "in_play",
        _ => IsMoment(market.Type) ? "in_play" : market.Scope,
    };

    private static string InPlay(string league) => league switch
    {
        "nfl" => "The drive, the next score, races",
        "mlb" => "The half-inning, the next score, races",
        _ => "The next score, races",
    };

    private static int QuarterOf(string scope) => scope[..2] switch { "fi" => 1, "se" => 2, "th" => 3, _ => 4 };

    private static bool IsEnded(MarketView market) => market.Status is "settled" or "voided";

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
        "drive_result" or "drive_score" or "half_inning_runs" => 4,
        "next_score" => 5,
        _ => 6,
    };

    private static string Title(GameView game, MarketView market) => market.Type switch
    {
        "moneyline" => "Moneyline",
        "three_way" => "Three-way",
        "spread" => $"Spread ({game.Home.Code})",
        "total" => "Total",
        "team_total" => $"Team total: {(market.Subject == "home" ? game.Home.Name : game.Away.Name)}",
        "next_score" => "Next to score",
        "race_to" => game.League == "mlb" ? "Race to runs" : "Race to points",
        "drive_result" => "How the drive ends",
        "drive_score" => "Points on the drive",
        "half_inning_runs" => "Runs in the half-inning",
        "player_prop" => Words(market.Statistic ?? "player"),
        _ => Words(market.Type),
    };

    private static string HalfInning(string? subject) =>
        subject is { Length: > 1 } ? $"{(subject[^1] == 't' ? "Top" : "Bot")} {subject[..^1]}" : subject ?? "";

    private static string Words(string name) => $"{char.ToUpperInvariant(name[0])}{name[1..].Replace('_', ' ')}";
}
