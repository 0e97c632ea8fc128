using System.CommandLine;
using Oddswire.Calibration;
using Oddswire.Core.Domain;

namespace Oddswire.Host.Commands.Models;

/// <summary><c>oddswire models train</c>: fits a league's model to recorded games and writes its file.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var league = ModelsCommand.League();
        var games = ModelsCommand.Games();
        var seed = ModelsCommand.Seed();
        var output = new Option<string?>("--out") { Description = "The file to write. Default: <version>.json in the current folder.", HelpName = "FILE" };
        var version = new Option<string?>("--version") { Description = "The new version's name, for example nfl-drives-2024.", HelpName = "NAME" };
        var cv = EvaluateCommand.CrossValidationOption();
        cv.Description = "How to cross-validate: season or 5-fold, or none to skip it. Default: the league's own way.";
        games.Required = true;
        var command = new ExampleCommand(
            "train",
            "Fit a league's model to recorded games. The same data and seed write the same bytes.",
            "oddswire models train --league mlb --data DIR --out mlb.json",
            "oddswire models train --league nfl --data DIR --seed 7 --version nfl-drives-2024 --cv none")
        { league, games, output, seed, version, cv };
        command.SetAction(parsed => ModelsCommand.Guard(() => Run(
            new TrainingOrder(
                parsed.GetRequiredValue(league),
                parsed.GetRequiredValue(games)!,
                parsed.GetValue(seed),
                parsed.GetValue(version),
                EvaluateCommand.MethodOf(parsed.GetValue(cv), LeagueTrainers.Of(parsed.GetRequiredValue(league)).Folds)),
            parsed.GetValue(output),
            parsed.GetValue(Cli.Json))));
        return command;
    }

    private static int Run(TrainingOrder order, string? output, bool json)
    {
        ModelsCommand.DemandFolderOf(output);
        using var progress = new ProgressLine();
        var (file, report) = ModelTraining.Train(order, progress.Report);
        var path = output ?? $"{file.Version}.json";
        ModelsCommand.WriteFile(path, stream => stream.Write(file.ToBytes()));
        progress.Dispose();
        Cli.Say($"{path}: {file.Version}, fitted on {file.Trained.Rows:N0} states and the results of {file.Trained.GameCount:N0} games of {order.League.Code()}");
        if (report is not null)
        {
            ReportTable.Write(report, Console.Out);
        }

        if (json)
        {
            Cli.PrintJson(new { path, file.Version, file.Trained.Rows, Games = file.Trained.GameCount, file.Figures });
        }

        return ExitCodes.Ok;
    }
}
