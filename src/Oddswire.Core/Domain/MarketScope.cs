namespace Oddswire.Core.Domain;

/// <summary>Which part of a game a market is about. The numeric values are part of the wire contract.</summary>
public enum MarketScope : byte
{
    /// <summary>The whole game, overtime or extra innings included.</summary>
    FullGame = 0,

    /// <summary>Quarters 1 and 2.</summary>
    FirstHalf = 1,

    /// <summary>Quarters 3 and 4, and overtime.</summary>
    SecondHalf = 2,

    /// <summary>Quarter 1.</summary>
    FirstQuarter = 3,

    /// <summary>Quarter 2.</summary>
    SecondQuarter = 4,

    /// <summary>Quarter 3.</summary>
    ThirdQuarter = 5,

    /// <summary>Quarter 4, without overtime.</summary>
    FourthQuarter = 6,

    /// <summary>Innings 1 to 5.</summary>
    FirstFiveInnings = 7,
}

/// <summary>What a scope is made of, and its names.</summary>
public static class MarketScopes
{
    private static readonly MarketScope[] Timed =
    [
        MarketScope.FullGame, MarketScope.FirstHalf, MarketScope.SecondHalf, MarketScope.FirstQuarter, MarketScope.SecondQuarter,
        MarketScope.ThirdQuarter, MarketScope.FourthQuarter,
    ];

    private static readonly MarketScope[] Baseball = [MarketScope.FullGame, MarketScope.FirstFiveInnings];

    /// <summary>How many scopes there are: arrays by scope have this length.</summary>
    public const int Count = 8;

    /// <summary>The scopes that a league's games have.</summary>
    public static ReadOnlySpan<MarketScope> Of(League league) => league == League.Mlb ? Baseball : Timed;

    /// <summary>First and last period of the scope, from 1; the last is <see cref="int.MaxValue"/> where the scope lasts to the end of the game.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a scope.</exception>
    public static (int First, int Last) Periods(this MarketScope scope) => scope switch
    {
        MarketScope.FullGame => (1, int.MaxValue),
        MarketScope.FirstHalf => (1, 2),
        MarketScope.SecondHalf => (3, int.MaxValue),
        MarketScope.FirstQuarter => (1, 1),
        MarketScope.SecondQuarter => (2, 2),
        MarketScope.ThirdQuarter => (3, 3),
        MarketScope.FourthQuarter => (4, 4),
        MarketScope.FirstFiveInnings => (1, 5),
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, "Not a scope of markets."),
    };

    /// <summary>The snake-case name, as it stands in the archive, the API and the page: <c>full_game</c>, <c>first_half</c>, <c>first_five_innings</c>.</summary>
    public static string Name(this MarketScope scope) => scope switch
    {
        MarketScope.FirstHalf => "first_half",
        MarketScope.SecondHalf => "second_half",
        MarketScope.FirstQuarter => "first_quarter",
        MarketScope.SecondQuarter => "second_quarter",
        MarketScope.ThirdQuarter => "third_quarter",
        MarketScope.FourthQuarter => "fourth_quarter",
        MarketScope.FirstFiveInnings => "first_five_innings",
        _ => "full_game",
    };

    /// <summary>Reads a scope's name.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MarketScope scope)
    {
        for (scope = MarketScope.FullGame; (int)scope < Count; scope++)
        {
            if (text.SequenceEqual(scope.Name()))
            {
                return true;
            }
        }

        scope = MarketScope.FullGame;
        return false;
    }

    /// <summary>Whether the scope's last period is over (or the game).</summary>
    public static bool HasEnded(this GameState state, MarketScope scope) =>
        state.Phase == GamePhase.Final || (scope.Periods().Last is var last and < int.MaxValue && state.Sheet.HasEnded(last));

    /// <summary>
    /// Points of both teams in the scope so far, all of them once it is over; zero before it begins. Null when the feed did not say what the score
    /// was at one of its ends, so that nobody can know.
    /// </summary>
    public static Score? PointsIn(this GameState state, MarketScope scope)
    {
        var (first, last) = scope.Periods();
        var isFinal = state.Phase == GamePhase.Final;
        if (first > 1 && !state.Sheet.HasEnded(first - 1))
        {
            return isFinal ? null : default(Score);
        }

        if (isFinal && last < int.MaxValue && !state.Sheet.HasEnded(last))
        {
            return null;
        }

        var from = first == 1 ? default(Score) : state.Sheet.EndOf(first - 1);
        var to = last < int.MaxValue && state.Sheet.HasEnded(last) ? state.Sheet.EndOf(last) : state.Score;
        return from is { } before && to is { } after ? new Score(after.Home - before.Home, after.Away - before.Away) : null;
    }
}
