using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing;

/// <summary>
/// A league's model: from the state of a game to one joint distribution of its final score, from which every market is read off,
/// so that no two prices can contradict each other. Pure and deterministic.
/// </summary>
public interface IGameModel
{
    /// <summary>Name and version, for example <c>nfl-drives-10</c>; stands on every update.</summary>
    string Version { get; }

    /// <summary>
    /// The distribution of the final score given what is known. The result may be a buffer that the model uses again: read it off before
    /// the next call. Only for a scheduled or live game.
    /// </summary>
    IOutcomeDistribution Solve(GameState state, GameInfo info);

    /// <summary>The model's inputs at a state and its intermediate figures, for <c>oddswire explain</c>. Not for the hot path.</summary>
    IReadOnlyList<ModelFigure> Explain(GameState state, GameInfo info);
}

/// <summary>
/// One joint distribution of the rest of a game, from which every market is read off. Probabilities are exact to rounding error. A reading of a scope is
/// about all points of that part of the game, those scored already included (<see cref="MarketScopes.PointsIn"/>); it may be asked for from before the
/// scope begins until it is over, and only where <see cref="Covers"/> says so. Readings are allocation-free; what only some readings need is best worked
/// out when first asked for.
/// </summary>
public interface IOutcomeDistribution
{
    /// <summary>Whether the scope can be read; the whole game always can. A scope that the league does not have, that is over, or whose points so far nobody knows, cannot.</summary>
    bool Covers(MarketScope scope);

    /// <summary>Home ahead, level, away ahead.</summary>
    Split Result(MarketScope scope = MarketScope.FullGame);

    /// <summary>Home margin plus <paramref name="homeHandicap"/> above, on or below zero.</summary>
    Split Spread(Line homeHandicap, MarketScope scope = MarketScope.FullGame);

    /// <summary>Points of both teams over, on or under the line.</summary>
    Split Total(Line line, MarketScope scope = MarketScope.FullGame);

    /// <summary>Points of one team over, on or under the line.</summary>
    Split TeamTotal(Side side, Line line, MarketScope scope = MarketScope.FullGame);

    /// <summary>Expected points, in hundredths.</summary>
    (int HomeHundredths, int AwayHundredths) Mean(MarketScope scope = MarketScope.FullGame);

    /// <summary>
    /// Who scores next: home, nobody any more, away. The try after a touchdown is not a score. Null where the model does not say.
    /// </summary>
    Split? NextScore();

    /// <summary>Which team has so many points first, overtime included: home, neither, away. Certain once one has. Null where the model does not say.</summary>
    /// <param name="points">Points of one team, from 1.</param>
    Split? RaceTo(int points);

    /// <summary>
    /// Football: how the drive that is going on (<see cref="GameState.Possession"/>, at a down) ends: touchdown of the team with the ball, field goal,
    /// no points for it. Null where the model does not say, and between drives.
    /// </summary>
    Split? DriveResult();

    /// <summary>
    /// Baseball: runs in the half-inning that is going on, those scored in it included, over, on or under the line. Null where the model does not say.
    /// </summary>
    Split? HalfInningRuns(Line line);
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
