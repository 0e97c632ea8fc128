using System.Globalization;
using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Mlb;

/// <summary>
/// MLB's first model: each half-inning's runs follow from outs and runners by tables counted on real games, tilted to each team's strength so
/// that the pregame win probability and total come out; half-innings are independent; the home team does not bat when ahead in the
/// last, a walk-off ends it, ties go to extra innings (with the automatic runner where played). Half-innings to come are convolved
/// exactly. Source of the run-expectancy idea: Lindsey, Operations Research 11 (1963) 477-501. Not for several threads.
/// </summary>
public sealed class MlbModel : IGameModel
{
    /// <summary>The name of the structure, as in model files.</summary>
    public const string Structure = "mlb-base-out";

    private const int MaxCachedLines = 4096;
    private const int MaxFitSteps = 30;

    // Relative change of the total, and change of the home win probability, with the tilt.
    private const double TotalSlope = 2.1;
    private const double WinSlope = 1.9;

    // The spread of final margins, for lines that give a margin and no win probability.
    private const double MarginSd = 4.4;

    private readonly MlbParameters _parameters;
    private readonly double[] _walkOffMargins;
    private readonly Dictionary<Strength, Teams> _teams = [];
    private readonly double[] _first = new double[RunTables.MaxRuns + 1];
    private readonly double[] _second = new double[RunTables.MaxRuns + 1];
    private readonly RunGrid _grid = new();

    /// <summary>A model with the given parameters.</summary>
    /// <param name="parameters">The parameters; the built-in ones when null.</param>
    /// <param name="version">The version that stands on every price; the built-in one when null.</param>
    public MlbModel(MlbParameters? parameters = null, string? version = null)
    {
        var builtIn = GameModels.BuiltIn(League.Mlb);
        Version = version ?? builtIn.Version;
        _parameters = parameters ?? (MlbParameters)builtIn.Parameters;
        _walkOffMargins = [.. _parameters.WalkOffMargins.Select(millionths => millionths / (double)Probability.One)];
    }

    /// <inheritdoc/>
    public string Version { get; }

    /// <inheritdoc/>
    public IOutcomeDistribution Solve(GameState state, GameInfo info)
    {
        Fill(state, info, TeamsOf(info));
        return _grid;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ModelFigure> Explain(GameState state, GameInfo info)
    {
        var strength = StrengthOf(info);
        var teams = TeamsOf(info);
        Fill(state, info, teams);
        var result = _grid.Result();
        var mean = _grid.Mean();
        var situation = state.Baseball ?? BaseballSituation.Empty;
        return
        [
            new("pregame home win probability", Show(strength.HomeWinMillionths / 1e6)),
            new("pregame total (runs)", Show(strength.TotalHundredths / 100.0)),
            new("tilt of the team batting first", Show(teams.FirstTilt)),
            new("tilt of the team batting second", Show(teams.SecondTilt)),
            new("inning, half", $"{Math.Max(state.Period, 1)} {(IsBottom(state, info) ? "bottom" : "top")}"),
            new("outs, occupied bases (bits 1, 2, 4)", $"{situation.Outs}, {situation.BasesMask}"),
            new("chance of (further) extra innings", _grid.Extras.ToString()),
            new("home win, away win", $"{result.Over} {result.Under}"),
            new("expected final score (home-away)", $"{Show(mean.HomeHundredths / 100.0)}-{Show(mean.AwayHundredths / 100.0)}"),
        ];
    }

    private void Fill(GameState state, GameInfo info, Teams teams)
    {
        var inning = Math.Max(state.Period, 1);
        var situation = state.Period <= 0 ? BaseballSituation.Empty : state.Baseball ?? BaseballSituation.Empty;
        var left = info.RegulationPeriods - inning;
        var fresh = left < 0 && info.AutomaticRunnerBase is >= 1 and <= 3 ? 1 << (info.AutomaticRunnerBase - 1) : 0;
        RunsToCome toCome;
        if (!IsBottom(state, info))
        {
            RunTables.Convolve(teams.First.Innings(left), teams.First.Rest(situation.Outs, situation.BasesMask), _first);
            toCome = new RunsToCome(_first, teams.Second.Innings(left), teams.Second.Rest(0, fresh));
        }
        else if (left > 0)
        {
            RunTables.Convolve(teams.Second.Innings(left - 1), teams.Second.Rest(situation.Outs, situation.BasesMask), _second);
            toCome = new RunsToCome(teams.First.Innings(left), _second, teams.Second.Rest(0, 0));
        }
        else
        {
            toCome = new RunsToCome(RunTables.Never, RunTables.Never, teams.Second.Rest(situation.Outs, situation.BasesMask));
        }

        _grid.Fill(state.Score, !info.HomeBatsFirst, toCome, teams.Extras, _walkOffMargins);
    }

    private static bool IsBottom(GameState state, GameInfo info) =>
        state.Possession is { } batting && batting == (info.HomeBatsFirst ? Side.Away : Side.Home);

    private Teams TeamsOf(GameInfo info)
    {
        var strength = StrengthOf(info);
        if (!_teams.TryGetValue(strength, out var teams))
        {
            if (_teams.Count >= MaxCachedLines)
            {
                _teams.Clear();
            }

            _teams[strength] = teams = Fit(strength);
        }

        return teams;
    }

    private Strength StrengthOf(GameInfo info)
    {
        var line = info.Line;
        var homeWin = line?.HomeWin?.Millionths
            ?? (line?.HomeMarginHundredths is { } margin ? FromMargin(margin / 100.0) : _parameters.AverageHomeWin);
        var total = line?.TotalHundredths ?? _parameters.AverageTotal * info.RegulationPeriods / 9;
        return new Strength(
            Math.Clamp(homeWin, 50_000, 950_000), Math.Clamp(total, 200, 2_500), info.RegulationPeriods, info.AutomaticRunnerBase, info.HomeBatsFirst);
    }

    // Normal law of the margin, its distribution function by the logistic approximation (Bowling et al. 2009), good to 0.0002.
    private static int FromMargin(double margin)
    {
        var z = margin / MarginSd;
        return (int)Math.Round(Probability.One / (1 + Math.Exp((-0.07056 * z * z * z) - (1.5976 * z))));
    }

    /// <summary>Finds the tilts at which the pregame win probability and total come out.</summary>
    private Teams Fit(Strength strength)
    {
        var info = new GameInfo
        {
            Home = new Team("", ""),
            Away = new Team("", ""),
            RegulationPeriods = strength.Innings,
            AutomaticRunnerBase = strength.RunnerBase,
            HomeBatsFirst = strength.HomeBatsFirst,
        };
        double level = 0, difference = 0;
        for (var step = 0; step < MaxFitSteps; step++)
        {
            var (total, homeWin) = Pregame(info, level, difference);
            var totalExcess = (strength.TotalHundredths / 100.0) - total;
            var winExcess = (strength.HomeWinMillionths / 1e6) - homeWin;
            if (Math.Abs(totalExcess) < 0.006 && Math.Abs(winExcess) < 0.0002)
            {
                break;
            }

            // The slopes at average strength, in proportion to the total: near enough for a few steps to arrive.
            level = Math.Clamp(level + (totalExcess / (TotalSlope * total)), -1, 0.45);
            difference = Math.Clamp(difference + (winExcess / WinSlope), -0.5, 0.5);
        }

        return Build(info, level, difference);
    }

    private (double Total, double HomeWin) Pregame(GameInfo info, double level, double difference)
    {
        Fill(new GameState(), info, Build(info, level, difference));
        var (home, away) = _grid.Mean();
        return ((home + away) / 100.0, _grid.Result().TwoWay.Value);
    }

    private Teams Build(GameInfo info, double level, double difference)
    {
        var sign = info.HomeBatsFirst ? -1 : 1;
        var (firstTilt, secondTilt) = (level - (sign * difference), level + (sign * difference));
        var first = new RunTables(_parameters, firstTilt);
        var second = new RunTables(_parameters, secondTilt);
        var runner = info.AutomaticRunnerBase is >= 1 and <= 3 ? 1 << (info.AutomaticRunnerBase - 1) : 0;
        return new Teams(
            first, second, new ExtraInnings(first.Rest(0, runner), second.Rest(0, runner), _walkOffMargins), firstTilt, secondTilt);
    }

    private static string Show(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private readonly record struct Strength(int HomeWinMillionths, int TotalHundredths, int Innings, int RunnerBase, bool HomeBatsFirst);

    private sealed record Teams(RunTables First, RunTables Second, ExtraInnings Extras, double FirstTilt, double SecondTilt);
}
