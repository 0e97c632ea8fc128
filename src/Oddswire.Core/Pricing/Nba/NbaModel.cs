using System.Globalization;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Lattice;

namespace Oddswire.Core.Pricing.Nba;

/// <summary>
/// The NBA's first model: the final margin is normal around lead, pregame line (fading with the clock) and possession; the total is
/// normal around the score and the points to come, at a pace between the line's and the one seen; read from one
/// <see cref="ScoreLattice"/>. After a tie overtime periods follow until there is a winner. Not for several threads.
/// </summary>
public sealed class NbaModel : IGameModel
{
    /// <summary>The name of the structure, as in model files.</summary>
    public const string Structure = "nba-normal";

    private const double PeriodSeconds = 720;
    private const double RegulationSeconds = 2880;
    private const double OvertimeSeconds = 300;

    private static readonly double[] NoTie = [0];

    private readonly NbaParameters _parameters;
    private readonly double[] _weights;
    private readonly ScoreLattice _lattice = new();

    /// <summary>A model with the given parameters.</summary>
    /// <param name="parameters">The parameters; the built-in ones when null.</param>
    /// <param name="version">The version that stands on every price; the built-in one when null.</param>
    public NbaModel(NbaParameters? parameters = null, string? version = null)
    {
        var builtIn = GameModels.BuiltIn(League.Nba);
        Version = version ?? builtIn.Version;
        _parameters = parameters ?? (NbaParameters)builtIn.Parameters;
        _weights = [_parameters.LevelWeight];
    }

    /// <inheritdoc/>
    public string Version { get; }

    /// <inheritdoc/>
    public IOutcomeDistribution Solve(GameState state, GameInfo info)
    {
        var inputs = InputsOf(state, info);
        var law = RegulationLaw(state, inputs);
        _lattice.Fill(state.Score, law, OvertimeLaw(inputs, law));
        return _lattice;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ModelFigure> Explain(GameState state, GameInfo info)
    {
        var inputs = InputsOf(state, info);
        var solved = Solve(state, info);
        var law = RegulationLaw(state, inputs);
        var result = solved.Result();
        var mean = solved.Mean();
        return
        [
            new("pregame home margin (points)", Show(inputs.Margin)),
            new("pregame total (points)", Show(inputs.Total)),
            new("lead (points)", state.Score.Margin.ToString(CultureInfo.InvariantCulture)),
            new("time left (s)", Show(inputs.Seconds)),
            new("value of the possession for home (points)", Show(inputs.Possession)),
            new("expected final margin before overtime (points)", Show(law.MarginCentre)),
            new("its standard deviation (points)", Show(law.MarginSd)),
            new("expected points to come", Show(law.TotalMean)),
            new("their standard deviation", Show(law.TotalSd)),
            new("chance of (another) overtime", _lattice.Overtime.ToString()),
            new("home win, away win", $"{result.Over} {result.Under}"),
            new("expected final score (home-away)", $"{Show(mean.HomeHundredths / 100.0)}-{Show(mean.AwayHundredths / 100.0)}"),
        ];
    }

    private Inputs InputsOf(GameState state, GameInfo info)
    {
        var isOvertime = state.Period > info.RegulationPeriods;
        var length = isOvertime ? OvertimeSeconds : PeriodSeconds;
        var clock = state.ClockTenths >= 0 ? Math.Min(state.ClockTenths / 10.0, length) : length;
        var seconds = state.Period <= 0 ? RegulationSeconds
            : isOvertime ? clock
            : ((info.RegulationPeriods - state.Period) * PeriodSeconds) + clock;
        var played = isOvertime
            ? RegulationSeconds + ((state.Period - info.RegulationPeriods) * OvertimeSeconds) - clock
            : RegulationSeconds - seconds;
        return new Inputs(
            PregamePrior.Margin(info.Line, _parameters.AverageMargin, _parameters.MarginSd),
            PregamePrior.Total(info.Line, _parameters.AverageTotal),
            seconds,
            played,
            seconds > 0 ? state.Possession switch { Side.Home => 1, Side.Away => -1, _ => 0 } * _parameters.PossessionValue : 0);
    }

    private LatticeLaw RegulationLaw(GameState state, in Inputs inputs)
    {
        var share = Math.Min(inputs.Seconds / RegulationSeconds, 1);
        var played = inputs.Played / RegulationSeconds;
        var pace = (state.Score.Total + (_parameters.PaceShrinkage * inputs.Total)) / (played + _parameters.PaceShrinkage);
        var late = _parameters.LateVariance * Math.Min(1, inputs.Seconds / 30);
        var totalSd = Math.Sqrt((_parameters.TotalSd * _parameters.TotalSd * Math.Pow(share, 2 * _parameters.TotalSdPower)) + late + 0.01);
        return new LatticeLaw(
            (state.Score.Margin * (1 + (_parameters.LeadCarry * share)))
                + (inputs.Margin * Math.Pow(share, _parameters.MarginPower)) + inputs.Possession,
            Math.Sqrt((_parameters.MarginSd * _parameters.MarginSd * Math.Pow(share, 2 * _parameters.MarginSdPower)) + late + 0.01),
            pace * Math.Pow(share, _parameters.TotalPower),
            totalSd,
            _weights);
    }

    // All further periods together: a margin that is not zero, and the points of a little more than one period.
    private LatticeLaw OvertimeLaw(in Inputs inputs, in LatticeLaw regulation)
    {
        const double share = OvertimeSeconds / RegulationSeconds;
        return new LatticeLaw(
            inputs.Margin * share,
            Math.Sqrt((_parameters.MarginSd * _parameters.MarginSd * share) + _parameters.LateVariance),
            regulation.TotalMean + (inputs.Total * share * 1.06),
            Math.Sqrt((regulation.TotalSd * regulation.TotalSd) + (_parameters.TotalSd * _parameters.TotalSd * share)),
            NoTie);
    }

    private static string Show(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private readonly record struct Inputs(double Margin, double Total, double Seconds, double Played, double Possession);
}
