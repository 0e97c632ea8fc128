using Oddswire.Calibration.Data;
using Oddswire.Calibration.Fit;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Calibration.Evaluation;

/// <summary>Forecasts of others.</summary>
/// <param name="Name">Whose they are.</param>
/// <param name="All">Each with the state that it is about; a state may have several.</param>
public sealed record OtherForecasts(string Name, IReadOnlyList<OtherForecast> All);

/// <summary>A forecast of another.</summary>
/// <param name="Game">The game.</param>
/// <param name="Key">The row's key.</param>
/// <param name="HomeWin">Chance that home wins.</param>
public readonly record struct OtherForecast(string Game, string Key, Chance HomeWin);

/// <summary>Judges forecasts.</summary>
/// <param name="trainer">The league's.</param>
/// <param name="seed">Decides the resamples.</param>
public sealed class Evaluator(ILeagueTrainer trainer, int seed)
{
    private const int LeastRowsOfGroup = 100;

    // Intervals are clustered by game.
    private const int LeastGames = 2;
    private const int BaselineFolds = 5;

    private readonly Dictionary<string, int> _games = [];

    /// <summary>Judges forecasts of games that had a winner.</summary>
    /// <param name="model">What is judged.</param>
    /// <param name="method">How games were kept apart from those fitted on.</param>
    /// <param name="predictions">The forecasts; those of rows that are not judged are passed over.</param>
    /// <param name="others">Other forecasters to compare with.</param>
    /// <exception cref="CalibrationException">Nothing is there to be judged.</exception>
    public EvaluationReport Judge(string model, string method, IEnumerable<Prediction> predictions, IReadOnlyList<OtherForecasts> others)
    {
        var judged = predictions
            .Where(p => (p.Row.IsCounted || p.Row.IsJudgedApart) && p.Row.Game.Final is { Margin: not 0 })
            .Select(p => new Judged(p, new Judgement(p.HomeWin, p.Row.Final.Margin > 0, GameOf(p.Row))))
            .ToList();
        var counted = judged.Where(row => row.Prediction.Row.IsCounted).ToList();
        if (counted.Count == 0)
        {
            throw new CalibrationException("No forecast is of a game whose result is known.", "Name the --lines file that holds these games.");
        }

        if (_games.Count < LeastGames)
        {
            throw new CalibrationException("All forecasts are of one game: it has one result, from which no interval can be had.", "Give the plays of two games or more.");
        }

        var normal = FitNormal(counted);
        var stages = Groups(counted, trainer.StageOf);
        return new EvaluationReport
        {
            League = trainer.League.Code(),
            Model = model,
            Method = method,
            All = Figures("all", counted),
            Overtime = judged.Where(row => row.Prediction.Row.IsOvertime).ToList() is { Count: > 0 } overtime && Figures("overtime", overtime) is { Games: >= LeastGames } figures ? figures : null,
            Periods = Groups(counted, row => (row.State.Period, $"{(trainer.League == League.Mlb ? "inning" : "quarter")} {row.State.Period}")),
            Stages = stages,
            BaselineStages = [.. stages.Select(stage => LossIn(stage.Name, counted, normal))],
            Seasons = Groups(counted, row => (0, row.Game.Season)),
            Baselines = [.. Baselines(counted, normal, FitNormal(counted, isAtFaceValue: true), FitNormalApart(counted), others)],
            Reliability = Reliability.Diagram([.. counted.Select(row => row.Judgement)]),
            MarginIn80 = Cover("margin in 80 %", counted, row => row.MarginCover),
            TotalIn80 = Cover("total in 80 %", counted, row => row.TotalCover),
            StagesIn80 = [.. stages.Select(stage => CoverOf(stage.Name, counted))],
        };
    }

    /// <summary>Compares two forecasts of the same rows.</summary>
    internal static BaselineFigures Compare(string name, IReadOnlyList<Judgement> model, IReadOnlyList<Judgement> other) => new(
        name,
        other.Count,
        other.DistinctBy(row => row.Game).Count(),
        ClusteredMean.Of("log loss", other, i => other[i].LogLoss),
        ClusteredMean.Of("brier", other, i => other[i].Brier),
        ClusteredMean.Of("log loss difference", other, i => model[i].LogLoss - other[i].LogLoss),
        ClusteredMean.Of("brier difference", other, i => model[i].Brier - other[i].Brier));

    private int GameOf(ModelRow row)
    {
        if (!_games.TryGetValue(row.Game.Id, out var number))
        {
            _games[row.Game.Id] = number = _games.Count;
        }

        return number;
    }

    private GroupFigures Figures(string name, List<Judged> rows)
    {
        var judgements = rows.ConvertAll(row => row.Judgement);
        var (slope, intercept) = Reliability.Regression(judgements);
        return new GroupFigures(
            name,
            rows.Count,
            judgements.DistinctBy(row => row.Game).Count(),
            ClusteredMean.Of("log loss", judgements, i => judgements[i].LogLoss),
            ClusteredMean.Of("brier", judgements, i => judgements[i].Brier),
            Reliability.Error(judgements, seed),
            Reliability.ErrorOfPerfection(judgements),
            slope,
            intercept);
    }

    private List<GroupFigures> Groups(List<Judged> rows, Func<ModelRow, (int Rank, string Name)> groupOf) =>
        [.. rows.GroupBy(row => groupOf(row.Prediction.Row))
            .OrderBy(group => group.Key.Rank).ThenBy(group => group.Key.Name, StringComparer.Ordinal)
            .Select(group => Figures(group.Key.Name, [.. group]))
            .Where(group => group.Rows >= LeastRowsOfGroup && group.Games >= LeastGames)];

    private List<Judgement> FitNormal(List<Judged> rows, bool isAtFaceValue = false)
    {
        var judgements = rows.ConvertAll(row => row.Judgement);
        var inputs = rows.ConvertAll(row => trainer.BaselineOf(row.Prediction.Row));
        var normal = NormalBaseline.Fit(inputs, judgements, isAtFaceValue);
        return [.. judgements.Select((row, i) => row with { HomeWin = normal.Of(inputs[i]) })];
    }

    // Fitted without the games it judges, as the model is; nothing where there are too few for that.
    private List<Judgement>? FitNormalApart(List<Judged> rows)
    {
        var judgements = rows.ConvertAll(row => row.Judgement);
        var inputs = rows.ConvertAll(row => trainer.BaselineOf(row.Prediction.Row));
        var games = rows.Select(row => row.Prediction.Row.Game.Id).Distinct().Order(StringComparer.Ordinal);
        var foldOf = new SeededSequence(seed).Shuffled(games).Select((game, i) => (game, Fold: i % BaselineFolds)).ToDictionary(pair => pair.game, pair => pair.Fold);
        var folds = rows.ConvertAll(row => foldOf[row.Prediction.Row.Game.Id]);
        if (foldOf.Count < BaselineFolds)
        {
            return null;
        }

        for (var fold = 0; fold < BaselineFolds; fold++)
        {
            var seen = Enumerable.Range(0, rows.Count).Where(i => folds[i] != fold).ToList();
            var normal = NormalBaseline.Fit(seen.ConvertAll(i => inputs[i]), seen.ConvertAll(i => rows[i].Judgement));
            for (var i = 0; i < rows.Count; i++)
            {
                judgements[i] = folds[i] == fold ? judgements[i] with { HomeWin = normal.Of(inputs[i]) } : judgements[i];
            }
        }

        return judgements;
    }

    private StageCover CoverOf(string stage, List<Judged> rows)
    {
        var inside = rows.Where(row => trainer.StageOf(row.Prediction.Row).Name == stage).ToList();
        return new StageCover(stage, Cover("margin in 80 %", inside, row => row.MarginCover), Cover("total in 80 %", inside, row => row.TotalCover));
    }

    private MeasuredFigure LossIn(string stage, List<Judged> rows, List<Judgement> forecasts)
    {
        var inside = forecasts.Where((_, i) => trainer.StageOf(rows[i].Prediction.Row).Name == stage).ToList();
        return ClusteredMean.Of(stage, inside, i => inside[i].LogLoss);
    }

    private static IEnumerable<BaselineFigures> Baselines(
        List<Judged> rows, List<Judgement> normal, List<Judgement> face, List<Judgement>? apart, IReadOnlyList<OtherForecasts> others)
    {
        yield return Compare("normal model with the line (in sample)", rows.ConvertAll(row => row.Judgement), normal);
        yield return Compare("the same, the line at its face value (in sample)", rows.ConvertAll(row => row.Judgement), face);
        if (apart is not null)
        {
            yield return Compare("the same, cross-validated by game", rows.ConvertAll(row => row.Judgement), apart);
        }

        var withLine = rows.Where(row => ClosingLine(row.Prediction.Row.Info.Line) is not null).ToList();
        if (withLine.Count > 0)
        {
            yield return Compare(
                "closing line, whatever happens",
                withLine.ConvertAll(row => row.Judgement),
                withLine.ConvertAll(row => row.Judgement with { HomeWin = ClosingLine(row.Prediction.Row.Info.Line)!.Value }));
        }

        var byKey = others.Count == 0 ? [] : rows.ToDictionary(row => KeyOf(row.Prediction.Row), row => row.Judgement);
        foreach (var other in others)
        {
            var both = other.All.Where(forecast => byKey.ContainsKey((forecast.Game, forecast.Key)))
                .Select(forecast => (Model: byKey[(forecast.Game, forecast.Key)], Other: forecast.HomeWin))
                .ToList();
            if (both.DistinctBy(pair => pair.Model.Game).Count() >= LeastGames)
            {
                yield return Compare(
                    other.Name, both.ConvertAll(pair => pair.Model), both.ConvertAll(pair => pair.Model with { HomeWin = pair.Other }));
            }
        }
    }

    private static (string Game, string Key) KeyOf(ModelRow row) => (row.Game.Id, row.Key);

    // The moneyline; where there is none, nothing is made of the spread.
    private static Chance? ClosingLine(PregameLine? line) => line?.HomeWin is { } win ? Chance.Of(win.Value) : null;

    private static MeasuredFigure? Cover(string name, List<Judged> rows, Func<Prediction, double?> cover)
    {
        var known = rows.Where(row => cover(row.Prediction) is not null).ToList();
        return known.Count == 0 ? null : ClusteredMean.Of(name, known.ConvertAll(row => row.Judgement), i => cover(known[i].Prediction)!.Value);
    }

    private sealed record Judged(Prediction Prediction, Judgement Judgement);
}
