using System.Security.Cryptography;
using Oddswire.Calibration.Data;
using Oddswire.Calibration.Evaluation;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Calibration;

/// <summary>What is to be trained.</summary>
/// <param name="League">The league.</param>
/// <param name="Folder">The data folder, which holds nfl, nba and mlb.</param>
/// <param name="Seed">The seed of every random choice.</param>
/// <param name="Version">The version to give; null to keep the built-in one where the parameters are its, and else to name it by a hash of them.</param>
/// <param name="Folds">How it is cross-validated; null to leave the figures out.</param>
public sealed record TrainingOrder(League League, string Folder, int Seed, string? Version, FoldMethod? Folds);

/// <summary>Fits a league's model to recorded games: the same data and seed give the same bytes.</summary>
public static class ModelTraining
{
    private const int Decimals = 5;
    private const double FitShare = 0.2;

    /// <summary>Fits, cross-validates, and makes the model file.</summary>
    /// <exception cref="CalibrationException">The data cannot be used, or the version is none.</exception>
    public static (ModelFile File, EvaluationReport? Report) Train(TrainingOrder order, Action<double, string> progress)
    {
        var trainer = LeagueTrainers.Of(order.League);
        if (order.Version is { } wanted && !ModelFile.IsVersionOf(trainer.Structure, wanted))
        {
            throw new CalibrationException(
                $"'{wanted}' cannot be the version of this model.",
                $"It begins with '{trainer.Structure}-', then anything of a-z, 0-9, dot and hyphen, up to 40 characters.");
        }

        progress(0, "reading");
        var sources = trainer.Find(order.Folder);
        var set = TrainingData.Read(trainer, sources);
        var share = order.Folds is null ? 1 : FitShare;
        var parameters = trainer.Fit(set, new FitContext(order.Seed, (done, what) => progress(done * share, what)));
        var report = order.Folds is not { } folds ? null : new Evaluator(trainer, order.Seed).Judge(
            trainer.Structure,
            CrossValidation.NameOf(folds),
            CrossValidation.Predict(trainer, set, folds, new FitContext(order.Seed, (done, what) => progress(share + (done * (1 - share)), what))),
            []);
        progress(1, "done");
        var games = SeasonsOf(trainer.FittedOn(set));
        var version = order.Version ?? VersionOf(order.League, trainer.Structure, parameters);
        return (new ModelFile
        {
            Model = trainer.Structure,
            Version = version,
            League = order.League,
            Parameters = parameters,
            Figures = FiguresOf(report),
            Trained = new TrainingRecord
            {
                Command = $"oddswire models train --league {order.League.Code()} --data DIR --seed {order.Seed} --version {version}",
                Seed = order.Seed,
                Rows = set.Rows.Count,
                Files = TrainingData.HashesOf(sources, order.Folder),
                Games = games,
                GameCount = games.Sum(season => season.Games.Count),
                GamesSha256 = TrainingRecord.HashOf(games.SelectMany(season => season.Games)),
            },
        }, report);
    }

    private static (string Season, IReadOnlyList<string> Games)[] SeasonsOf(IEnumerable<RecordedGame> games) =>
        [.. games.DistinctBy(game => game.Id)
            .GroupBy(game => game.Season)
            .OrderBy(season => season.Key, StringComparer.Ordinal)
            .Select(season => (season.Key, (IReadOnlyList<string>)[.. season.Select(game => game.Id).Order(StringComparer.Ordinal)]))];

    private static string VersionOf(League league, string structure, IModelParameters parameters)
    {
        var (bytes, builtIn) = (ParameterWriter.Write(parameters.Write), GameModels.BuiltIn(league));
        return builtIn.Model == structure && bytes.AsSpan().SequenceEqual(ParameterWriter.Write(builtIn.Parameters.Write))
            ? builtIn.Version
            : $"{structure}-{Convert.ToHexStringLower(SHA256.HashData(bytes))[..8]}";
    }

    private static ModelFigures FiguresOf(EvaluationReport? report)
    {
        if (report is null)
        {
            return new ModelFigures("not evaluated", 0, 0, []);
        }

        var all = report.All;
        MeasuredFigure?[] figures =
        [
            all.LogLoss, all.Brier, all.CalibrationError, all.Slope, all.Intercept, report.MarginIn80, report.TotalIn80,
            .. report.Baselines.Select(other => other.LogLossDifference with { Name = $"log loss less that of: {other.Name}" }),
        ];
        return new ModelFigures(report.Method, all.Rows, all.Games, [.. figures.OfType<MeasuredFigure>().Select(Rounded)]);
    }

    private static MeasuredFigure Rounded(MeasuredFigure figure) => figure with
    {
        Value = Math.Round(figure.Value, Decimals),
        Low = Math.Round(figure.Low, Decimals),
        High = Math.Round(figure.High, Decimals),
    };
}
