using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing;

/// <summary>Which lines are offered on one kind of market: a main line and alternates around it.</summary>
/// <param name="MainStepHundredths">Main lines are offset + a multiple of this.</param>
/// <param name="OffsetHundredths">50 keeps lines off whole points, so that nothing is pushed; 0 allows both when the step is 50.</param>
/// <param name="AlternateStepHundredths">Distance of the alternates.</param>
/// <param name="Alternates">Alternates on each side of the main line.</param>
/// <param name="Stickiness">How far the main line's fair chance may be from one half before the main line moves.</param>
public sealed record LadderStyle(
    int MainStepHundredths, int OffsetHundredths, int AlternateStepHundredths, int Alternates, Chance Stickiness);

/// <summary>
/// How a league's markets are offered: lines, margins and limits. Beyond a limit a market is suspended with
/// <see cref="StatusReason.PriceLimit"/>. Defaults follow what was measured on real closing and in-play prices: closing overrounds of
/// 2.6 % (NFL), 3.6 % (NBA), 2.0 % (MLB), in play 4.7 %.
/// </summary>
public sealed record LeagueBook
{
    /// <summary>The spread's lines.</summary>
    public required LadderStyle Spread { get; init; }

    /// <summary>The total's lines.</summary>
    public required LadderStyle Total { get; init; }

    /// <summary>The team totals' lines.</summary>
    public required LadderStyle TeamTotal { get; init; }

    /// <summary>Whether a tie can be the result, so that home, draw, away is offered.</summary>
    public bool HasTies { get; init; }

    /// <summary>The moneyline's margin.</summary>
    public MarginRule Moneyline { get; init; } = new(MarginMethod.Power, 450);

    /// <summary>The three-way market's margin.</summary>
    public MarginRule ThreeWay { get; init; } = new(MarginMethod.Power, 600);

    /// <summary>The margin of main lines.</summary>
    public MarginRule MainLines { get; init; } = new(MarginMethod.Proportional, 480);

    /// <summary>The margin of alternate lines and team totals.</summary>
    public MarginRule OtherLines { get; init; } = new(MarginMethod.Proportional, 600);

    /// <summary>The least fair probability of a selection at which a market is offered.</summary>
    public Probability LeastFair { get; init; } = Probability.FromMillionths(10_000);

    /// <summary>The shortest price offered.</summary>
    public DecimalOdds ShortestPrice { get; init; } = PriceLadder.Shortest;

    /// <summary>The longest price offered.</summary>
    public DecimalOdds LongestPrice { get; init; } = DecimalOdds.FromThousandths(100_000);

    /// <summary>The default book of a league.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a league.</exception>
    public static LeagueBook For(League league) => league switch
    {
        League.Nfl => new LeagueBook
        {
            Spread = new LadderStyle(50, 0, 50, 3, Chance.Of(0.03)),
            Total = new LadderStyle(100, 50, 100, 3, Chance.Of(0.03)),
            TeamTotal = new LadderStyle(100, 50, 100, 0, Chance.Of(0.04)),
            HasTies = true,
        },
        League.Nba => new LeagueBook
        {
            Spread = new LadderStyle(100, 50, 100, 3, Chance.Of(0.035)),
            Total = new LadderStyle(100, 50, 100, 3, Chance.Of(0.03)),
            TeamTotal = new LadderStyle(100, 50, 100, 0, Chance.Of(0.04)),
        },
        League.Mlb => new LeagueBook
        {
            Spread = new LadderStyle(100, 50, 100, 3, Chance.Of(0.08)),
            Total = new LadderStyle(100, 50, 100, 3, Chance.Of(0.06)),
            TeamTotal = new LadderStyle(100, 50, 100, 0, Chance.Of(0.08)),
        },
        _ => throw new ArgumentOutOfRangeException(nameof(league), league, "Not a league; expected nfl, nba or mlb."),
    };
}
