using System.Globalization;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Lattice;

namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// The NFL's first model: the final margin is normal around lead, pregame line (fading with the clock) and the value of the possession
/// (field position, down, distance), times weights of the margins that football favours; the total likewise; read from one
/// <see cref="ScoreLattice"/>. After a tie overtime is a law of its own, in which a tie can stand. Not for several threads.
/// </summary>
public sealed class NflModel : IGameModel
{
    /// <summary>The name of the structure, as in model files.</summary>
    public const string Structure = "nfl-normal";

    private const double PeriodSeconds = 900;
    private const double RegulationSeconds = 3600;
    private const double OvertimeSeconds = 600;
    private const double OvertimePoints = 4.3;

    // From this standard deviation on a game's final margin has the shape of a whole game's.
    private const double KeyNumberSd = 6;

    private readonly NflParameters _parameters;
    private readonly double[] _keyNumbers;
    private readonly double[] _keyNumbersNow;
    private readonly double[] _overtimeMargins;
    private readonly ScoreLattice _lattice = new();

    /// <summary>A model with the given parameters.</summary>
    /// <param name="parameters">The parameters; the built-in ones when null.</param>
    /// <param name="version">The version that stands on every price; the built-in one when null.</param>
    public NflModel(NflParameters? parameters = null, string? version = null)
    {
        var builtIn = GameModels.BuiltIn(League.Nfl);
        Version = version ?? builtIn.Version;
        _parameters = parameters ?? (NflParameters)builtIn.Parameters;
        _keyNumbers = [.. _parameters.KeyNumbers];
        _keyNumbersNow = [.. _parameters.KeyNumbers];
        _overtimeMargins = [.. _parameters.OvertimeMargins];
    }

    /// <inheritdoc/>
    public string Version { get; }

    /// <inheritdoc/>
    public IOutcomeDistribution Solve(GameState state, GameInfo info)
    {
        var inputs = InputsOf(state, info);
        _overtimeMargins[0] = info.MustHaveWinner ? 0 : TieWeight(inputs);
        var overtime = OvertimeLaw(inputs);
        if (inputs.IsOvertime && state.Score.Margin == 0)
        {
            _lattice.Fill(state.Score, overtime, null);
        }
        else
        {
            _lattice.Fill(state.Score, RegulationLaw(state, inputs), overtime);
        }

        return _lattice;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ModelFigure> Explain(GameState state, GameInfo info)
    {
        var inputs = InputsOf(state, info);
        var solved = Solve(state, info);
        var law = inputs.IsOvertime && state.Score.Margin == 0 ? OvertimeLaw(inputs) : RegulationLaw(state, inputs);
        var result = solved.Result();
        var mean = solved.Mean();
        return
        [
            new("pregame home margin (points)", Show(inputs.Margin)),
            new("pregame total (points)", Show(inputs.Total)),
            new("lead (points)", state.Score.Margin.ToString(CultureInfo.InvariantCulture)),
            new("time left (s)", Show(inputs.Seconds)),
            new("value of the possession for home (points)", Show(inputs.Possession)),
            new("expected final margin in regulation (points)", Show(law.MarginCentre)),
            new("its standard deviation (points)", Show(law.MarginSd)),
            new("expected points to come", Show(law.TotalMean)),
            new("their standard deviation", Show(law.TotalSd)),
            new("chance of overtime", _lattice.Overtime.ToString()),
            new("home win, tie, away win", $"{result.Over} {result.Push} {result.Under}"),
            new("expected final score (home-away)", $"{Show(mean.HomeHundredths / 100.0)}-{Show(mean.AwayHundredths / 100.0)}"),
        ];
    }

    private Inputs InputsOf(GameState state, GameInfo info)
    {
        var isOvertime = state.Period > info.RegulationPeriods;
        var clock = state.ClockTenths >= 0 ? state.ClockTenths / 10.0 : isOvertime ? OvertimeSeconds : PeriodSeconds;
        var seconds = state.Period <= 0 ? RegulationSeconds
            : isOvertime ? clock
            : ((info.RegulationPeriods - state.Period) * PeriodSeconds) + Math.Min(clock, PeriodSeconds);
        var possession = state.Possession switch { Side.Home => 1, Side.Away => -1, _ => 0 } * PossessionValue(state.Football);
        return new Inputs(
            PregamePrior.Margin(info.Line, _parameters.AverageMargin, _parameters.MarginSd),
            PregamePrior.Total(info.Line, _parameters.AverageTotal),
            seconds,
            possession,
            isOvertime);
    }

    private double PossessionValue(FootballSituation? situation)
    {
        if (situation is not { Down: >= 1 } football)
        {
            return 0;
        }

        var upTheField = (100 - football.YardsToGoal) / 100.0;
        return _parameters.PossessionBase + (_parameters.PossessionSlope * upTheField)
            - (_parameters.DownCost * (football.Down - 1)) - (_parameters.YardToGoCost * (football.YardsToFirst - 10));
    }

    private LatticeLaw RegulationLaw(GameState state, in Inputs inputs)
    {
        var share = Math.Min(inputs.Seconds / RegulationSeconds, 1);
        var possession = inputs.Possession * (1 - Math.Exp(-inputs.Seconds / _parameters.PossessionSeconds));
        var elapsed = 1 - share;
        var pace = (state.Score.Total + (_parameters.PaceShrinkage * inputs.Total)) / (elapsed + _parameters.PaceShrinkage);
        var late = _parameters.LateVariance * Math.Min(1, inputs.Seconds / 60);
        var sd = Math.Sqrt((_parameters.MarginSd * _parameters.MarginSd * Math.Pow(share, 2 * _parameters.MarginSdPower)) + late + 0.02);
        FadeKeyNumbers(sd);
        var totalSd = Math.Sqrt((_parameters.TotalSd * _parameters.TotalSd * Math.Pow(share, 2 * _parameters.TotalSdPower)) + late + 0.02);
        return new LatticeLaw(
            (state.Score.Margin * (1 + (_parameters.LeadCarry * share)))
                + (inputs.Margin * Math.Pow(share, _parameters.MarginPower)) + possession,
            sd,
            (pace * Math.Pow(share, _parameters.TotalPower)) + (Math.Abs(possession) * _parameters.PossessionTotalShare)
                - (_parameters.TotalShift * totalSd),
            totalSd,
            _keyNumbersNow);
    }

    // The weights are those of whole games; when no more than a score is still to come, the margin there is says it all.
    private void FadeKeyNumbers(double sd)
    {
        var share = Math.Min(sd / KeyNumberSd, 1);
        for (var i = 0; i < _keyNumbers.Length; i++)
        {
            _keyNumbersNow[i] = 1 + (share * (_keyNumbers[i] - 1));
        }
    }

    // Overtime is won by the stronger team a little more often, and by the team with the ball near the goal far more often.
    private LatticeLaw OvertimeLaw(in Inputs inputs) => new(
        (inputs.Margin * 0.2) + (inputs.IsOvertime ? 2 * inputs.Possession : 0),
        _parameters.OvertimeSd,
        inputs.IsOvertime ? OvertimePoints : (inputs.Total * inputs.Seconds / RegulationSeconds) + OvertimePoints,
        inputs.IsOvertime ? 2.5 : Math.Sqrt((_parameters.TotalSd * _parameters.TotalSd * inputs.Seconds / RegulationSeconds) + 6),
        _overtimeMargins,
        WeightBeyond: 0);

    // The less of overtime is left, the likelier the tie stands.
    private double TieWeight(in Inputs inputs) => inputs.IsOvertime
        ? _parameters.OvertimeMargins[0] / Math.Pow(Math.Clamp(inputs.Seconds / OvertimeSeconds, 0.01, 1), 1.5)
        : _parameters.OvertimeMargins[0];

    private static string Show(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private readonly record struct Inputs(double Margin, double Total, double Seconds, double Possession, bool IsOvertime);
}
