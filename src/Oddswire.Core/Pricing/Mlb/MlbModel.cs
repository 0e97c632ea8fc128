using System.Globalization;
using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Mlb;

/// <summary>
/// MLB's model. A half-inning's runs follow from outs and runners by the plays' transitions counted on real games, tilted to each team's strength, to the inning and
/// to a strength of the day of which the line knows nothing and the runs so far something; strengths are such that the pregame win probability and total
/// come out. The home team does not bat when ahead in the last inning, a walk-off ends it, ties go to extra innings (with the automatic runner
/// where played). Half-innings to come are convolved exactly. Sources: Lindsey, Operations Research 11 (1963) 477-501; Bukiet, Harold and
/// Palacios, Operations Research 45 (1997) 14-23. Not for several threads.
/// </summary>
public sealed class MlbModel : IGameModel
{
    /// <summary>The name of the structure, as in model files.</summary>
    public const string Structure = "mlb-innings";

    private const int MaxCachedLines = 512;
    private const int MaxFitSteps = 30;
    private const int MostInnings = 10;

    // Relative change of the total, and change of the home win probability, with the tilt.
    private const double TotalSlope = 2.1;
    private const double WinSlope = 1.9;

    // The spread of final margins, for lines that give a margin and no win probability.
    private const double MarginSd = 4.4;

    private readonly MlbParameters _parameters;
    private readonly HalfInningLaws _laws;
    private readonly double[] _walkOffMargins;
    private readonly Dictionary<Strength, MlbTeams> _teams = [];
    private readonly MlbOutcome _outcome = new();

    /// <summary>A model with the given parameters.</summary>
    /// <param name="parameters">The parameters; the built-in ones when null.</param>
    /// <param name="version">The version that stands on every price; the built-in one when null.</param>
    public MlbModel(MlbParameters? parameters = null, string? version = null)
    {
        Version = version ?? GameModels.BuiltIn(League.Mlb).Version;
        _parameters = parameters ?? (MlbParameters)GameModels.BuiltIn(League.Mlb).Parameters;
        _laws = new HalfInningLaws(_parameters);
        _walkOffMargins = [.. _parameters.WalkOffMargins.Select(millionths => millionths / (double)Probability.One)];
    }

    /// <inheritdoc/>
    public string Version { get; }

    /// <inheritdoc/>
    public IOutcomeDistribution Solve(GameState state, GameInfo info)
    {
        _outcome.Fill(state, info, TeamsOf(info), _walkOffMargins);
        return _outcome;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ModelFigure> Explain(GameState state, GameInfo info)
    {
        var strength = StrengthOf(info);
        var teams = TeamsOf(info);

        // The same state with less and less of what is known of it: what each adds to home's chance to win, and to home's expected margin in runs.
        var (lineWin, lineRuns) = WinAndRuns(new GameState { Phase = state.Phase }, info, teams);
        var (scoreWin, scoreRuns) = state.Period > 0 ? WinAndRuns(state with { Baseball = BaseballSituation.Empty }, info, teams) : (lineWin, lineRuns);
        var (win, runs) = WinAndRuns(state, info, teams);
        var result = _outcome.Result();
        var mean = _outcome.Mean();
        var situation = state.Baseball ?? BaseballSituation.Empty;
        return
        [
            new("pregame home win probability", Show(strength.HomeWinMillionths / 1e6)),
            new("pregame total (runs)", Show(strength.TotalHundredths / 100.0)),
            new("line alone: home win, margin (runs)", $"{Show(lineWin)}, {Show(lineRuns)}"),
            new("score and inning add", $"{Signed(scoreWin - lineWin)}, {Signed(scoreRuns - lineRuns)}"),
            new("outs and runners add", $"{Signed(win - scoreWin)}, {Signed(runs - scoreRuns)}"),
            new("tilt of the team batting first", Show(teams.FirstTilt)),
            new("tilt of the team batting second", Show(teams.SecondTilt)),
            new("inning, half", $"{Math.Max(state.Period, 1)} {(IsBottom(state, info) ? "bottom" : "top")}"),
            new("outs, occupied bases (bits 1, 2, 4)", $"{situation.Outs}, {situation.BasesMask}"),
            new("strength of the day, team batting first: chance of below, at, above the line's", Show(_outcome.First.Weights)),
            new("the same of the team batting second", Show(_outcome.Second.Weights)),
            new("chance of (further) extra innings", _outcome.Extras.ToString()),
            new("home win, away win", $"{result.Over} {result.Under}"),
            new("expected final score (home-away)", $"{Show(mean.HomeHundredths / 100.0)}-{Show(mean.AwayHundredths / 100.0)}"),
        ];
    }

    /// <summary>Whether the team batting second bats.</summary>
    internal static bool IsBottom(GameState state, GameInfo info) =>
        state.Possession is { } batting && batting == (info.HomeBatsFirst ? Side.Away : Side.Home);

    /// <summary>The bases with which an extra inning begins, as bits.</summary>
    internal static int AutomaticRunner(GameInfo info) => info.AutomaticRunnerBase is >= 1 and <= 3 ? 1 << (info.AutomaticRunnerBase - 1) : 0;

    private (double HomeWin, double Margin) WinAndRuns(GameState state, GameInfo info, MlbTeams teams)
    {
        _outcome.Fill(state, info, teams, _walkOffMargins);
        var (home, away) = _outcome.Mean();
        return (_outcome.Result().TwoWay.Value, (home - away) / 100.0);
    }

    private MlbTeams TeamsOf(GameInfo info)
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
            Math.Clamp(homeWin, 50_000, 950_000),
            Math.Clamp(total, 200, 2_500),
            Math.Clamp(info.RegulationPeriods, 1, MostInnings),
            info.AutomaticRunnerBase,
            info.HomeBatsFirst);
    }

    // Normal law of the margin, its distribution function by the logistic approximation (Bowling et al. 2009), good to 0.0002.
    private static int FromMargin(double margin)
    {
        var z = margin / MarginSd;
        return (int)Math.Round(Probability.One / (1 + Math.Exp((-0.07056 * z * z * z) - (1.5976 * z))));
    }

    /// <summary>Finds the tilts at which the pregame win probability and total come out.</summary>
    private MlbTeams Fit(Strength strength)
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
        _outcome.Fill(new GameState(), info, Build(info, level, difference), _walkOffMargins);
        var (home, away) = _outcome.Mean();
        return ((home + away) / 100.0, _outcome.Result().TwoWay.Value);
    }

    private MlbTeams Build(GameInfo info, double level, double difference)
    {
        var sign = info.HomeBatsFirst ? -1 : 1;
        var (firstTilt, secondTilt) = (level - (sign * difference), level + (sign * difference));
        var first = new TeamRuns(_laws, _parameters, info.RegulationPeriods, firstTilt);
        var second = new TeamRuns(_laws, _parameters, info.RegulationPeriods, secondTilt);
        var runner = AutomaticRunner(info);
        Span<double> firstExtra = stackalloc double[TeamRuns.MaxRuns + 1];
        Span<double> secondExtra = stackalloc double[TeamRuns.MaxRuns + 1];
        first.Rest(TeamRuns.Middle, info.RegulationPeriods + 1, 0, runner, firstExtra);
        second.Rest(TeamRuns.Middle, info.RegulationPeriods + 1, 0, runner, secondExtra);
        return new MlbTeams(first, second, new ExtraInnings(firstExtra, secondExtra, _walkOffMargins), firstTilt, secondTilt);
    }

    private static string Show(ReadOnlySpan<double> weights) => $"{Show(weights[0])} {Show(weights[1])} {Show(weights[2])}";

    private static string Signed(double value) => value.ToString("+0.####;-0.####;0", CultureInfo.InvariantCulture);

    private static string Show(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private readonly record struct Strength(int HomeWinMillionths, int TotalHundredths, int Innings, int RunnerBase, bool HomeBatsFirst);
}
