using System.Globalization;
using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Nba;

/// <summary>
/// The NBA's model: one joint law of the rest of the game, from the way of the lead and the weights of the final margin. What it is, how good it is and when not to
/// trust it: docs/models/nba.md. Not for several threads.
/// </summary>
public sealed class NbaModel : IGameModel
{
    /// <summary>The name of the structure, as in model files.</summary>
    public const string Structure = "nba-path";

    private readonly NbaDistribution _solved;

    /// <summary>A model with the given parameters.</summary>
    /// <param name="parameters">The parameters; the built-in ones when null.</param>
    /// <param name="version">The version that stands on every price; the built-in one when null.</param>
    public NbaModel(NbaParameters? parameters = null, string? version = null)
    {
        var builtIn = parameters is null || version is null ? GameModels.BuiltIn(League.Nba) : null;
        Version = version ?? builtIn!.Version;
        _solved = new NbaDistribution(parameters ?? (NbaParameters)builtIn!.Parameters);
    }

    /// <inheritdoc/>
    public string Version { get; }

    /// <inheritdoc/>
    public IOutcomeDistribution Solve(GameState state, GameInfo info)
    {
        _solved.Solve(state, info);
        return _solved;
    }

    /// <summary>Chance of home's margin at the end of regulation, a tie included (in overtime: of the period), by the state solved last. For fitting.</summary>
    public Chance RegulationMargin(int margin) => Chance.Of(_solved.RegulationMargin(margin));

    /// <inheritdoc/>
    public IReadOnlyList<ModelFigure> Explain(GameState state, GameInfo info)
    {
        var solved = Solve(state, info);
        var path = _solved.Path;
        var (result, mean) = (solved.Result(), solved.Mean());
        var keeps = path.Keeps(path.ShareLeft);
        return
        [
            new(path.HasLine ? "pregame home margin (points)" : "home margin without a line, from the home edge and the lead so far (points)", Show(path.Line)),
            new("pregame total (points)", Show(path.Total)),
            new("lead (points)", Show(path.Lead)),
            new(path.IsOvertime ? "time left in the overtime period (s)" : "time left in regulation (s)", Show(path.Seconds)),
            new("share of the lead that lasts", Show(keeps)),
            new("contribution of the lead to the final margin (points)", Show(keeps * path.Lead)),
            new("contribution of the pregame margin (points)", Show(path.Expected - (keeps * (path.Lead + path.BallValue + path.BonusValue)))),
            new("contribution of the ball and of free throws to come (points)", Show(keeps * path.BallValue)),
            new("contribution of team fouls (points)", Show(keeps * path.BonusValue)),
            new("expected final margin before weights and overtime (points)", Show(path.Expected)),
            new("its standard deviation (points)", Show(Math.Sqrt(path.Variance))),
            new("log odds by which the stronger team wins more close games", Show(2 * path.Tilt)),
            new("expected points to come before overtime", Show(path.PointsFrom(path.ShareLeft))),
            new("their standard deviation", Show(Math.Sqrt(path.PointsVarianceFrom(path.ShareLeft)))),
            new("chance that nobody scores any more in the period", Show(path.NoMorePoints)),
            new("chance of (another) overtime", Show(_solved.Tie)),
            new("home win, away win", $"{result.Over} {result.Under}"),
            new("expected final score (home-away)", $"{Show(mean.HomeHundredths / 100.0)}-{Show(mean.AwayHundredths / 100.0)}"),
        ];
    }

    private static string Show(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
