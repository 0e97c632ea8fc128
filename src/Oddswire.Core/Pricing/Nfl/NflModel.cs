using System.Globalization;
using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// The NFL as drives: from down, distance, field position, clock and score the drive that is going on ends in one of six ways
/// (<see cref="DriveModel"/>), drives follow each other to the end of the game (<see cref="EarlyTables"/>, <see cref="LateTables"/>, <see cref="Overtime"/>), and
/// the joint law of both teams' points up to the last minutes is weighed until the game agrees with the pregame line (<see cref="Lean"/>). Points come as football
/// has them: 2, 3, 6, 7, 8. Not for several threads; the tables are shared.
/// </summary>
public sealed class NflModel : IGameModel
{
    /// <summary>The name of the structure, as in model files.</summary>
    public const string Structure = "nfl-drives";

    private readonly NflSolver _solver;
    private readonly NflOutcome _outcome;

    /// <summary>A model with the given parameters.</summary>
    /// <param name="parameters">The parameters; the built-in ones when null.</param>
    /// <param name="version">The version that stands on every price; the built-in one when null.</param>
    public NflModel(NflParameters? parameters = null, string? version = null)
    {
        var builtIn = parameters is null || version is null ? GameModels.BuiltIn(League.Nfl) : null;
        Version = version ?? builtIn!.Version;
        var known = parameters ?? (NflParameters)builtIn!.Parameters;
        _solver = new NflSolver(known);
        _outcome = new NflOutcome(_solver);
    }

    /// <summary>A model whose tables were worked out for parameters that differ only in how they join the line and the score: for fitting.</summary>
    internal NflModel(NflParameters parameters, NflParameters tablesOf)
    {
        Version = Structure;
        _solver = new NflSolver(parameters, tablesOf);
        _outcome = new NflOutcome(_solver);
    }

    /// <inheritdoc/>
    public string Version { get; }

    /// <inheritdoc/>
    public IOutcomeDistribution Solve(GameState state, GameInfo info)
    {
        SolveFor(state, info);
        return _outcome;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ModelFigure> Explain(GameState state, GameInfo info)
    {
        // The same state with less and less of what is known of it: what each adds, in points of margin and in home's chance to win.
        var scoreOnly = state with { Football = null, Possession = null, Sheet = ScoreSheet.Empty };
        var start = new GameState { Phase = state.Phase, Period = 0 };
        var (linePoints, lineWin) = PointsAndWin(start, info);
        _solver.IgnoresCourse = true;
        var (plainPoints, plainWin) = state.Period > 0 ? PointsAndWin(scoreOnly, info) : (linePoints, lineWin);
        _solver.IgnoresCourse = false;
        var (scorePoints, scoreWin) = state.Period > 0 ? PointsAndWin(scoreOnly, info) : (linePoints, lineWin);
        var (points, win) = PointsAndWin(state, info);
        var position = _solver.Position;
        var result = _outcome.Result();
        var (home, away) = _solver.Whole.Mean();
        List<ModelFigure> figures =
        [
            new("pregame home margin (points)", Show(_solver.Line.Margin)),
            new("pregame total (points)", Show(_solver.Line.Total)),
            new("lead (points)", state.Score.Margin.ToString(CultureInfo.InvariantCulture)),
            new("time left in the half or in overtime (s)", Show(position.Seconds)),
            new("line alone: margin (points), home win", $"{Show(linePoints)}, {Show(lineWin)}"),
            new("score and clock add", $"{Signed(plainPoints - linePoints)}, {Signed(plainWin - lineWin)}"),
            new("learned from the lead and the points so far", $"{Signed(scorePoints - plainPoints)}, {Signed(scoreWin - plainWin)}"),
            new("possession, down and place add", $"{Signed(points - scorePoints)}, {Signed(win - scoreWin)}"),
        ];
        if (position.Play is { } play)
        {
            AddDrive(figures, play);
        }

        figures.Add(new("receives the second half", position.ReceivesSecondHalf switch
        {
            null => "not known",
            { } receives => receives == position.IsHomeFirst ? "home" : "away",
        }));
        figures.Add(new("log weight a point of the first team's margin, of the total", $"{Show(_solver.Lean.Difference)}, {Show(_solver.Lean.Sum)}"));
        figures.Add(new("expected margin and its standard deviation (points)", $"{Show(points)}, {Show(_outcome.Moments().MarginSd)}"));
        figures.Add(new("expected total and its standard deviation (points)", $"{Show(home + away)}, {Show(_outcome.Moments().TotalSd)}"));
        figures.Add(new("chance of overtime", Show(_solver.OvertimeChance.Value)));
        figures.Add(new("home win, tie, away win", $"{result.Over} {result.Push} {result.Under}"));
        figures.Add(new("expected final score (home-away)", $"{Show(home)}-{Show(away)}"));
        return figures;
    }

    private void AddDrive(List<ModelFigure> figures, FootballSituation play)
    {
        Span<double> ends = stackalloc double[DriveModel.Results];
        _solver.EndsWithStrength(ends);
        figures.Add(new(
            "this drive: touchdown, field goal, no points, end of the half",
            $"{Show(ends[DriveModel.Touchdown])}, {Show(ends[DriveModel.FieldGoal])}, {Show(ends[DriveModel.NoPoints])}, {Show(ends[DriveModel.HalfEnds])}"));
        figures.Add(new("time-outs left (home, away)", $"{ShowCount(play.HomeTimeouts)}, {ShowCount(play.AwayTimeouts)}"));
    }

    private void SolveFor(GameState state, GameInfo info)
    {
        _solver.Solve(state, info);
        _outcome.Begin();
    }

    private (double Points, double Win) PointsAndWin(GameState state, GameInfo info)
    {
        SolveFor(state, info);
        var (home, away) = _solver.Whole.Mean();
        return (home - away, _outcome.Result().TwoWay.Value);
    }

    private static string Show(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string ShowCount(int? count) => count?.ToString(CultureInfo.InvariantCulture) ?? "not known";

    private static string Signed(double value) => value.ToString("+0.####;-0.####;0", CultureInfo.InvariantCulture);
}
