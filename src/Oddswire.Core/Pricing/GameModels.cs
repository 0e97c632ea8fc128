using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Mlb;
using Oddswire.Core.Pricing.Nba;
using Oddswire.Core.Pricing.Nfl;

namespace Oddswire.Core.Pricing;

/// <summary>The models the program uses, and what they assume of a game of which nothing has been said.</summary>
public static class GameModels
{
    /// <summary>A new model of the league; each thread needs its own.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a league.</exception>
    public static IGameModel Create(League league) => league switch
    {
        League.Nfl => new NflModel(),
        League.Nba => new NbaModel(),
        League.Mlb => new MlbModel(),
        _ => throw new ArgumentOutOfRangeException(nameof(league), league, "Not a league; expected nfl, nba or mlb."),
    };

    /// <summary>What is assumed of a game whose information was lost: usual length, no line.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a league.</exception>
    public static GameInfo InfoWhenUnknown(League league) => new()
    {
        Home = new Team("", ""),
        Away = new Team("", ""),
        RegulationPeriods = league switch
        {
            League.Nfl or League.Nba => 4,
            League.Mlb => 9,
            _ => throw new ArgumentOutOfRangeException(nameof(league), league, "Not a league; expected nfl, nba or mlb."),
        },
    };
}
