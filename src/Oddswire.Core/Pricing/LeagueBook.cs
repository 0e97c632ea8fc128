using System.Collections.Concurrent;
using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing;

/// <summary>Which lines are offered on one kind of market: a main line and alternates around it.</summary>
/// <param name="StepHundredths">Main lines are offset + a multiple of this.</param>
/// <param name="OffsetHundredths">50 keeps lines off whole points, so that nothing is pushed; 0 allows both when the step is 50.</param>
/// <param name="AlternateStepHundredths">Distance of the alternates.</param>
/// <param name="Alternates">Alternates on each side of the main line.</param>
/// <param name="Stickiness">How far the main line's fair chance may be from one half before the main line moves.</param>
/// <param name="LeastHundredths">The smallest handicap beside zero: lines between it and zero are not offered; 0 where all are.</param>
public sealed record LadderStyle(
    int StepHundredths, int OffsetHundredths, int AlternateStepHundredths, int Alternates, Chance Stickiness, int LeastHundredths = 0)
{
    /// <summary>Whether a line is never offered, for it lies between zero and the smallest handicap.</summary>
    public bool Skips(Line line) => line.Hundredths != 0 && Math.Abs(line.Hundredths) < LeastHundredths;
}

/// <summary>How one kind of market is offered.</summary>
public sealed record MarketOffer
{
    /// <summary>The part of the game.</summary>
    public MarketScope Scope { get; init; }

    /// <summary>The kind of market.</summary>
    public required MarketType Type { get; init; }

    /// <summary>The margin; on markets with a ladder that of the main line.</summary>
    public required MarginRule Margin { get; init; }

    /// <summary>The margin of alternate lines.</summary>
    public required MarginRule AlternateMargin { get; init; }

    /// <summary>How the lines follow the game; null where the lines are <see cref="FixedLines"/> or there are none.</summary>
    public LadderStyle? Ladder { get; init; }

    /// <summary>Lines that do not move, the main one first (race to 20, half a run in the inning); empty elsewhere.</summary>
    public IReadOnlyList<Line> FixedLines { get; init; } = [];
}

/// <summary>
/// How a league's markets are offered: which ones, on which lines, with which margins and within which limits. Beyond a limit a market is suspended
/// with <see cref="StatusReason.PriceLimit"/>. Read from a book file by <see cref="LeagueBookFile"/>.
/// </summary>
public sealed record LeagueBook
{
    private static readonly ConcurrentDictionary<League, LeagueBook> Defaults = new();

    /// <summary>The league.</summary>
    public required League League { get; init; }

    /// <summary>Name and version of the book, for example <c>nfl-book-2</c>.</summary>
    public required string Version { get; init; }

    /// <summary>What is offered, in the order in which it is published.</summary>
    public required IReadOnlyList<MarketOffer> Offers { get; init; }

    /// <summary>How the markets of players are offered, by statistic; one that is not here is not offered.</summary>
    public required IReadOnlyDictionary<PlayerStatistic, MarketOffer> Players { get; init; }

    /// <summary>The least fair probability of a selection at which a market is offered; the middle one of three selections may be less likely.</summary>
    public Probability LeastFair { get; init; } = Probability.FromMillionths(10_000);

    /// <summary>The shortest price offered.</summary>
    public DecimalOdds ShortestPrice { get; init; } = PriceLadder.Shortest;

    /// <summary>The longest price offered.</summary>
    public DecimalOdds LongestPrice { get; init; } = DecimalOdds.FromThousandths(100_000);

    /// <summary>The default book of a league, which the program carries with it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a league.</exception>
    public static LeagueBook For(League league) => Defaults.GetOrAdd(league, static key => LeagueBookFile.ReadEmbedded(key));

    /// <summary>How a kind of market is offered; null when it is not.</summary>
    public MarketOffer? Of(MarketType type, MarketScope scope)
    {
        foreach (var offer in Offers)
        {
            if (offer.Type == type && offer.Scope == scope)
            {
                return offer;
            }
        }

        return null;
    }
}
