namespace Oddswire.Core.Domain;

/// <summary>A league whose games are priced. The numeric values are part of the wire contracts.</summary>
public enum League : byte
{
    /// <summary>Not a league; never written to the wire.</summary>
    None = 0,

    /// <summary>National Football League.</summary>
    Nfl = 1,

    /// <summary>National Basketball Association.</summary>
    Nba = 2,

    /// <summary>Major League Baseball.</summary>
    Mlb = 3,
}

/// <summary>The lower-case names of the leagues, as they stand in topics, ids, headers and URLs.</summary>
public static class Leagues
{
    /// <summary>Every league, in the order of the enum.</summary>
    public static IReadOnlyList<League> All { get; } = [League.Nfl, League.Nba, League.Mlb];

    /// <summary>The lower-case code: <c>nfl</c>, <c>nba</c> or <c>mlb</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="league"/> is not a league.</exception>
    public static string Code(this League league) => league switch
    {
        League.Nfl => "nfl",
        League.Nba => "nba",
        League.Mlb => "mlb",
        _ => throw new ArgumentOutOfRangeException(nameof(league), league, "Not a league; expected nfl, nba or mlb."),
    };

    /// <summary>Reads a league's code, whatever its case.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out League league)
    {
        league = text.Equals("nfl", StringComparison.OrdinalIgnoreCase) ? League.Nfl
            : text.Equals("nba", StringComparison.OrdinalIgnoreCase) ? League.Nba
            : text.Equals("mlb", StringComparison.OrdinalIgnoreCase) ? League.Mlb
            : League.None;
        return league != League.None;
    }
}

/// <summary>One of the two teams of a game. Baseball's batting order: the away team bats first.</summary>
public enum Side : byte
{
    /// <summary>The team at home (or designated so on neutral ground).</summary>
    Home = 0,

    /// <summary>The visiting team.</summary>
    Away = 1,
}
