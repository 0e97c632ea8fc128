using System.CommandLine;
using System.Text;
using Oddswire.Calibration;
using Oddswire.Calibration.Data;
using Oddswire.Calibration.Evaluation;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Parameters;
using Oddswire.Host.Composition;

namespace Oddswire.Host.Commands.Models;

/// <summary><c>oddswire models evaluate</c>: how good a model, or a file of forecasts, is on recorded games.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var options = new Options();
        var command = new ExampleCommand(
            "evaluate",
            "Measure forecasts of recorded games: log loss, Brier score and calibration, with intervals clustered by game, against other forecasters.",
            "oddswire models evaluate --league nfl --data DIR --cv season --svg nfl.svg",
            "oddswire models evaluate --league mlb --in states/*.csv.gz --lines games.csv --model mlb.json --json",
            "oddswire models evaluate --league nba --data DIR --csv predictions.csv");
        foreach (var option in options.All)
        {
            command.Add(option);
        }

        command.SetAction(parsed => ModelsCommand.Guard(() => Run(options.Read(parsed))));
        return command;
    }

    /// <summary>The option for cross-validation.</summary>
    public static Option<string?> CrossValidationOption()
    {
        var option = new Option<string?>("--cv") { Description = "Cross-validate, refitting for each fold: season or 5-fold.", HelpName = "METHOD" };
        option.AcceptOnlyFromAmong("season", "5-fold", "none");
        return option;
    }

    /// <summary>The method of its name; the default for none given, null for <c>none</c>.</summary>
    public static FoldMethod? MethodOf(string? name, FoldMethod? whenMissing) => name switch
    {
        "season" => FoldMethod.Season,
        "5-fold" => FoldMethod.FiveFold,
        "none" => null,
        _ => whenMissing,
    };

    private static int Run(Request request)
    {
        ModelsCommand.DemandFolderOf(request.Picture);
        var trainer = LeagueTrainers.Of(request.League);
        using var progress = new ProgressLine();
        progress.Report(0, "reading");
        var set = TrainingData.Read(trainer, SourcesOf(request, trainer));
        var others = OthersOf(request, trainer, set);
        var (name, method, predictions) = ForecastsOf(request, trainer, set, progress);
        var report = new Evaluator(trainer, request.Seed).Judge(name, method, predictions, others);
        progress.Report(1, "done");
        progress.Dispose();
        ReportTable.Write(report, Console.Out);
        if (request.Picture is { } path)
        {
            ModelsCommand.WriteFile(path, stream => stream.Write(Encoding.UTF8.GetBytes(EvaluationPicture.Draw(report))));
            Cli.Say($"{path}: reliability and log loss by time left");
        }

        if (request.Json)
        {
            Cli.PrintJson(report);
        }

        return ExitCodes.Ok;
    }

    private static TrainingSources SourcesOf(Request request, ILeagueTrainer trainer) => request switch
    {
        { Plays: [], Folder: { } folder } => trainer.Find(folder),
        { Plays: [_, ..], Lines: { } lines } => new TrainingSources(lines, request.Plays),
        _ => throw new UserErrorException(
            ExitCodes.Usage, "It is not said which games to evaluate on.", "Give --data DIR with recorded games, or --in FILE… and --lines FILE."),
    };

    private static IReadOnlyList<OtherForecasts> OthersOf(Request request, ILeagueTrainer trainer, TrainingSet set) =>
    [
        .. request.Folder is { } folder ? trainer.OthersIn(folder, set.Rows) : [],
        .. request.Against.Select(pair => pair.IndexOf('=') is var at and > 0
            ? PredictionCsv.Read(pair[..at], pair[(at + 1)..])
            : PredictionCsv.Read(Path.GetFileName(pair), pair)),
    ];

    private static (string Name, string Method, IEnumerable<Prediction> Predictions) ForecastsOf(
        Request request, ILeagueTrainer trainer, TrainingSet set, ProgressLine progress)
    {
        if (request.Csv is { } csv)
        {
            return ForecastsIn(csv, set);
        }

        if (MethodOf(request.CrossValidation, null) is { } folds)
        {
            return request.Model is null
                ? (trainer.Structure, CrossValidation.NameOf(folds), CrossValidation.Predict(trainer, set, folds, new FitContext(request.Seed, progress.Report)))
                : throw new UserErrorException(ExitCodes.Usage, "--cv fits its own models, so --model has no effect.", "Leave out one of them.");
        }

        var file = ModelFolder.Find(request.Data, request.League, request.Model);
        var seen = SeenOf(file, set);
        if (seen is not 0 && !request.InSample)
        {
            throw new UserErrorException(
                ExitCodes.Usage,
                seen is { } count
                    ? $"{file.Version} was fitted on {count:N0} of these {set.Rows.Select(row => row.Game.Id).Distinct().Count():N0} games: figures on them would flatter it."
                    : $"{file.Version} does not say which games it was fitted on.",
                "Use --cv season or --cv 5-fold, give other games, or say --in-sample.");
        }

        var model = GameModels.Create(file);
        progress.Report(0.5, "forecasting");
        return (
            file.Version,
            seen == 0 ? "games it was not fitted on" : "IN SAMPLE: fitted on games it is judged on",
            set.Rows.Where(row => row.IsCounted || row.IsJudgedApart).Select(row => Predictor.HomeWin(model, row)));
    }

    private static (string Name, string Method, IEnumerable<Prediction> Predictions) ForecastsIn(string csv, TrainingSet set)
    {
        var forecasts = new Dictionary<(string Game, string Key), Chance>();
        foreach (var forecast in PredictionCsv.Read(csv, csv).All)
        {
            if (!forecasts.TryAdd((forecast.Game, forecast.Key), forecast.HomeWin))
            {
                throw new CalibrationException($"{csv} forecasts row {forecast.Key} of game {forecast.Game} twice.", "Leave one forecast for each row.");
            }
        }

        // Whoever forecasts the easy rows only looks better than he is.
        var counted = set.Rows.Where(row => row.IsCounted && row.Game.Final is { Margin: not 0 }).ToList();
        var found = counted.Count(row => forecasts.ContainsKey((row.Game.Id, row.Key)));
        var coverage = found < counted.Count ? $"; it forecasts {found:N0} of these games' {counted.Count:N0} rows, and the figures are of those" : "";
        return (csv, $"forecasts of a file, which does not say whether they were fitted on these games{coverage}", set.Rows
            .Where(row => forecasts.ContainsKey((row.Game.Id, row.Key)))
            .Select(row => new Prediction(row, forecasts[(row.Game.Id, row.Key)])));
    }

    // How many of the games the model has seen; null when its file does not say.
    private static int? SeenOf(ModelFile file, TrainingSet set)
    {
        return file.Trained.Games.Count == 0 ? null : set.Rows.Select(row => row.Game.Id).Distinct().Count(file.Trained.HasSeen);
    }

    private sealed record Request(
        League League,
        string Data,
        string? Folder,
        IReadOnlyList<string> Plays,
        string? Lines,
        string? Model,
        string? CrossValidation,
        bool InSample,
        string? Csv,
        IReadOnlyList<string> Against,
        string? Picture,
        int Seed,
        bool Json);

    private sealed class Options
    {
        private readonly Option<League> _league = ModelsCommand.League();
        private readonly Option<string?> _folder = ModelsCommand.Games();
        private readonly Option<string[]> _plays = new("--in") { Description = "Files of plays, instead of --data.", HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
        private readonly Option<string?> _lines = new("--lines") { Description = "The lines and results of the games in --in.", HelpName = "FILE" };
        private readonly Option<string?> _model = new("--model") { Description = "A model's file or version. Default: the built-in model.", HelpName = "MODEL" };
        private readonly Option<string?> _cv = CrossValidationOption();
        private readonly Option<bool> _inSample = new("--in-sample") { Description = "Judge the model even on games it was fitted on." };
        private readonly Option<string?> _csv = new("--csv") { Description = "Judge the forecasts in this file instead (columns game_id, row_key, home_win_probability).", HelpName = "FILE" };
        private readonly Option<string[]> _against = new("--against") { Description = "Also compare with the forecasts in this file. May be repeated.", HelpName = "[NAME=]FILE", DefaultValueFactory = static _ => [] };
        private readonly Option<string?> _picture = new("--svg") { Description = "Draw a picture: reliability diagram, and log loss by time left.", HelpName = "FILE" };
        private readonly Option<int> _seed = ModelsCommand.Seed();

        public IEnumerable<Option> All => [_league, _folder, _plays, _lines, _model, _cv, _inSample, _csv, _against, _picture, _seed];

        public Request Read(ParseResult parsed) => new(
            parsed.GetRequiredValue(_league),
            Cli.Data.GetDefaultValue() as string ?? ".oddswire",
            parsed.GetValue(_folder),
            parsed.GetValue(_plays) ?? [],
            parsed.GetValue(_lines),
            parsed.GetValue(_model),
            parsed.GetValue(_cv),
            parsed.GetValue(_inSample),
            parsed.GetValue(_csv),
            parsed.GetValue(_against) ?? [],
            parsed.GetValue(_picture),
            parsed.GetValue(_seed),
            parsed.GetValue(Cli.Json));
    }
}
