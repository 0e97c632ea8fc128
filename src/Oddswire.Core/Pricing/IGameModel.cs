using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing;

/// <summary>
/// A league's model: from the state of a game to one joint distribution of its final score, from which every market is read off,
/// so that no two prices can contradict each other. Pure and deterministic.
/// </summary>
public interface IGameModel
{
    /// <summary>Name and version, for example <c>nfl-normal-1</c>; stands on every update.</summary>
    string Version { get; }

    /// <summary>
    /// The distribution of the final score given what is known. The result may be a buffer that the model uses again: read it off before
    /// the next call. Only for a scheduled or live game.
    /// </summary>
    IOutcomeDistribution Solve(GameState state, GameInfo info);
}

/// <summary>A joint distribution of the final score, overtime or extra innings included. Probabilities are exact to rounding error.</summary>
public interface IOutcomeDistribution
{
    /// <summary>Win, tie, loss of the home team.</summary>
    Split Result();

    /// <summary>Home margin plus <paramref name="homeHandicap"/> above, on or below zero.</summary>
    Split Spread(Line homeHandicap);

    /// <summary>Points of both teams over, on or under the line.</summary>
    Split Total(Line line);

    /// <summary>Points of one team over, on or under the line.</summary>
    Split TeamTotal(Side side, Line line);

    /// <summary>Expected final score, in hundredths of a point.</summary>
    (int HomeHundredths, int AwayHundredths) Mean();
}

/// <summary>The three ways a market can end; each 0 to 1, together 1 to rounding error.</summary>
/// <param name="Over">First selection wins: home, over.</param>
/// <param name="Push">The result falls on the line.</param>
/// <param name="Under">Second selection wins: away, under.</param>
public readonly record struct Split(double Over, double Push, double Under)
{
    /// <summary>The first selection's fair probability with pushes returned: over / (over + under); one half when both are zero.</summary>
    public double TwoWay => Over + Under > 0 ? Over / (Over + Under) : 0.5;
}
