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

    /// <summary>The model's inputs at a state and its intermediate figures, for <c>oddswire explain</c>. Not for the hot path.</summary>
    IReadOnlyList<ModelFigure> Explain(GameState state, GameInfo info);
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

/// <summary>The three ways a market can end; together 1 to rounding error.</summary>
/// <param name="Over">First selection wins: home, over.</param>
/// <param name="Push">The result falls on the line (or is a tie).</param>
/// <param name="Under">Second selection wins: away, under.</param>
public readonly record struct Split(Chance Over, Chance Push, Chance Under)
{
    /// <summary>The first selection's fair chance with pushes returned: over / (over + under); one half when both are zero.</summary>
    public Chance TwoWay => Over.Value + Under.Value > 0 ? Chance.Of(Over.Value / (Over.Value + Under.Value)) : Chance.Of(0.5);

    /// <summary>The split of two tails; the push is what is left.</summary>
    internal static Split Of(double over, double under) => new(Chance.Of(over), Chance.Of(1 - over - under), Chance.Of(under));
}

/// <summary>A named figure of a model, as <c>oddswire explain</c> shows it.</summary>
/// <param name="Name">What it is, with its unit, for example <c>expected margin to come (points)</c>.</param>
/// <param name="Value">The figure as text, in the invariant culture.</param>
public readonly record struct ModelFigure(string Name, string Value);
