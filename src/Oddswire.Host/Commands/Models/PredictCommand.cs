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

/// <summary><c>oddswire models predict</c>: what a model says at every state of recorded games, as CSV.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        var league = ModelsCommand.League();
        var plays = new Option<string[]>("--in")
        {
            Description = "Plays: nflfastR play-by-play, NBA playbyplayv2 events or Retrosheet states; CSV, plain or gzip.",
            HelpName = "FILE",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var lines = new Option<string?>("--lines") { Description = "The games with their closing lines, CSV, plain or gzip. A listed game without a line is rated by its teams' earlier results; an unlisted one gets the league's average.", HelpName = "FILE" };
        var output = new Option<string?>("--out") { Description = "The CSV file to write. Default: standard output.", HelpName = "CSV" };
        var model = new Option<string?>("--model") { Description = "A model's file or version. Default: the built-in model.", HelpName = "MODEL" };
        var command = new ExampleCommand(
            "predict",
            "Forecast every state of recorded games, one CSV row each.",
            "oddswire models predict --league nfl --in pbp_2022.csv.gz --lines games_with_lines.csv.gz --out nfl.csv",
            "oddswire models predict --league mlb --in states/*.csv.gz --lines games.csv --out mlb.csv --json")
        { league, plays, lines, output, model };
        command.SetAction(parsed => ModelsCommand.Guard(() => Run(
            parsed.GetRequiredValue(league),
            parsed.GetRequiredValue(plays),
            parsed.GetValue(lines),
            parsed.GetValue(output),
            ModelFolder.Find(parsed.GetRequiredValue(Cli.Data), parsed.GetRequiredValue(league), parsed.GetValue(model)),
            parsed.GetValue(Cli.Json))));
        return command;
    }

    private static int Run(League league, string[] plays, string? lines, string? output, ModelFile file, bool json)
    {
        ModelsCommand.DemandFolderOf(output);
        var model = GameModels.Create(file);
        var trainer = LeagueTrainers.Of(league);
        var table = new GameTable(lines is null ? [] : TrainingData.ReadGames(trainer, lines));
        var (rows, games) = (0, new HashSet<string>());
        void Write(Stream stream)
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16) { NewLine = "\n" };
            writer.WriteLine(PredictionCsv.Header);
            using var progress = new ProgressLine();
            for (var i = 0; i < plays.Length; i++)
            {
                progress.Report(i / (double)plays.Length, Path.GetFileName(plays[i]));
                using var csv = new CsvFile(plays[i]);
                foreach (var row in trainer.ReadRows(csv, table))
                {
                    writer.WriteLine(PredictionCsv.LineOf(Predict(model, row)));
                    rows++;
                    games.Add(row.Game.Id);
                }
            }

            progress.Report(1, "done");
        }

        if (output is null)
        {
            using var standard = Console.OpenStandardOutput();
            Write(standard);
        }
        else
        {
            ModelsCommand.WriteFile(output, Write);
        }

        var withoutLine = table.Unknown.Count;
        Cli.Say($"{rows:N0} states of {games.Count:N0} games forecast by {model.Version}"
            + (withoutLine > 0 ? $"; {withoutLine:N0} of the games are not in {lines ?? "any file of lines"} ({string.Join(", ", table.Unknown.Take(3))}…)" : ""));
        var seen = games.Count(file.Trained.HasSeen);
        if (seen > 0)
        {
            Cli.Say($"warning: {model.Version} was fitted on {seen:N0} of these games: figures measured on their forecasts flatter it");
        }

        if (json && output is not null)
        {
            Cli.PrintJson(new { output, model = model.Version, rows, games = games.Count, gamesWithoutLine = withoutLine, gamesFittedOn = seen });
        }

        return ExitCodes.Ok;
    }

    private static Prediction Predict(IGameModel model, ModelRow row)
    {
        try
        {
            return Predictor.All(model, row);
        }
        catch (Exception error) when (error is ArgumentException or IndexOutOfRangeException or InvalidOperationException)
        {
            throw new CalibrationException($"{row.Place}: {model.Version} cannot forecast this state ({error.Message})", "Correct the row, or leave it out.", error);
        }
    }
}
