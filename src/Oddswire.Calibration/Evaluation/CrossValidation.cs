using Oddswire.Calibration.Fit;
using Oddswire.Core.Pricing;

namespace Oddswire.Calibration.Evaluation;

/// <summary>Forecasts of games by models that were fitted without them.</summary>
public static class CrossValidation
{
    private const int FoldsOfGames = 5;

    /// <summary>
    /// Fits as often as there are folds, each time without one, and forecasts that one. What a fit sees holds no row, result or line of a game (or season)
    /// that it is judged on.
    /// </summary>
    /// <exception cref="CalibrationException">There are too few seasons or games.</exception>
    public static IEnumerable<Prediction> Predict(ILeagueTrainer trainer, TrainingSet set, FoldMethod method, FitContext context)
    {
        var foldOf = Folds(set, method, context.Seed);
        var folds = set.Rows.Select(row => foldOf[row.Game.Id]).Distinct().Order().ToList();
        if (folds.Count < 2)
        {
            throw new CalibrationException(
                $"The games are of one {(method == FoldMethod.Season ? "season" : "fold")}: there is nothing to fit on when it is left out.",
                "Give more data, or choose --cv 5-fold.");
        }

        for (var i = 0; i < folds.Count; i++)
        {
            var (fold, done) = (folds[i], i / (double)folds.Count);
            var seen = new TrainingSet(
                [.. set.Games.Where(game => foldOf.GetValueOrDefault(game.Id, -1) != fold)],
                [.. set.Rows.Where(row => foldOf[row.Game.Id] != fold)]);
            var inner = context with
            {
                Progress = (share, what) => context.Progress(done + (share * 0.9 / folds.Count), $"fold {i + 1} of {folds.Count}: {what}"),
            };
            var model = GameModels.Create(trainer.Fit(seen, inner), $"{trainer.Structure}-fold{i + 1}");
            context.Progress(done + (0.9 / folds.Count), $"fold {i + 1} of {folds.Count}: forecasting");
            foreach (var row in set.Rows)
            {
                if (foldOf[row.Game.Id] == fold && (row.IsCounted || row.IsJudgedApart))
                {
                    yield return Predictor.HomeWin(model, row);
                }
            }
        }
    }

    /// <summary>What the method is called in reports.</summary>
    public static string NameOf(FoldMethod method) => method == FoldMethod.Season ? "cross-validated, a season left out at a time" : "cross-validated, 5-fold by game";

    private static Dictionary<string, int> Folds(TrainingSet set, FoldMethod method, int seed)
    {
        // Ids in ordinal order, so that the order of the files changes nothing; games without rows too, since a fit may look at them.
        var games = set.Games.Concat(set.Rows.Select(row => row.Game)).DistinctBy(game => game.Id).OrderBy(game => game.Id, StringComparer.Ordinal).ToList();
        if (method == FoldMethod.FiveFold)
        {
            return new SeededSequence(seed).Shuffled(games).Select((game, i) => (game.Id, Fold: i % FoldsOfGames)).ToDictionary(pair => pair.Id, pair => pair.Fold);
        }

        var withRows = set.Rows.Select(row => row.Game.Season).Distinct().Order(StringComparer.Ordinal).ToList();
        return games.ToDictionary(game => game.Id, game => withRows.IndexOf(game.Season));
    }
}
