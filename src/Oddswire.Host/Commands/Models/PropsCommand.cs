using System.CommandLine;
using System.Globalization;
using Oddswire.Calibration.Props;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Parameters;
using Oddswire.Core.Pricing.Props;

namespace Oddswire.Host.Commands.Models;

/// <summary><c>oddswire models props train|evaluate</c>: the models of the players' markets.</summary>
internal static class PropsCommand
{
    public static Command Create() => new ExampleCommand(
        "props",
        "Train and evaluate the player market models.",
        "oddswire models props evaluate --league nba --data DIR",
        "oddswire models props train --league nfl --data DIR --out props")
    {
        CreateEvaluate(),
        CreateTrain(),
    };

    private static ExampleCommand CreateEvaluate()
    {
        var (league, games) = (ModelsCommand.League(), ModelsCommand.Games());
        games.Required = true;
        var command = new ExampleCommand(
            "evaluate",
            "Measure the player models on recorded games they have not seen, against the pregame average, by statistic and stage of the game.",
            "oddswire models props evaluate --league mlb --data DIR",
            "oddswire models props evaluate --league nfl --data DIR --json")
        { league, games };
        command.SetAction(parsed => ModelsCommand.Guard(() => Evaluate(parsed.GetRequiredValue(league), parsed.GetRequiredValue(games)!, parsed.GetValue(Cli.Json))));
        return command;
    }

    private static ExampleCommand CreateTrain()
    {
        var (league, games) = (ModelsCommand.League(), ModelsCommand.Games());
        games.Required = true;
        var output = new Option<string?>("--out") { Description = "The folder to write to. Default: the current one.", HelpName = "DIR" };
        var version = new Option<string?>("--version") { Description = "The new version's name, for example nfl-props-7.", HelpName = "NAME" };
        var isQuick = new Option<bool>("--no-figures") { Description = "Do not measure how good it is." };
        var command = new ExampleCommand(
            "train",
            "Fit a league's player models and write props-LEAGUE.json (parameters) and players-LEAGUE.json (expectations of players). The same data write the same bytes.",
            "oddswire models props train --league nba --data DIR --out src/Oddswire.Core/Pricing/Props",
            "oddswire models props train --league nfl --data DIR --version nfl-props-7 --no-figures")
        { league, games, output, version, isQuick };
        command.SetAction(parsed => ModelsCommand.Guard(() => Train(
            parsed.GetRequiredValue(league),
            parsed.GetRequiredValue(games)!,
            parsed.GetValue(output) ?? ".",
            parsed.GetValue(version) ?? PropFiles.Parameters(parsed.GetRequiredValue(league)).Version,
            !parsed.GetValue(isQuick))));
        return command;
    }

    private static int Evaluate(League league, string folder, bool json)
    {
        var games = PropGames.Read(league, folder).ToList();
        Console.Error.WriteLine($"{games.Count:N0} games");
        var figures = new PropEvaluation(league).Run(games, Console.Error.WriteLine);
        Console.Out.WriteLine("Log loss of over and under at a half-point line near the baseline's median; differences are model minus baseline, 95 % intervals by game.");
        Console.Out.WriteLine($"{"statistic",-16} {"gone",5} {"rows",9} {"games",6} {"log loss",9} {"against pro rata",28} {"against average",28} {"CRPS against pro rata",28}");
        foreach (var row in figures)
        {
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(row.Statistic == PlayerStatistic.None ? "all" : row.Statistic.Name()),-16} {(row.Stage < 0 ? "all" : $"{row.Stage:P0}"),5} {row.Rows,9:N0} {row.Games,6:N0} "
                + $"{row.LogLoss,9:0.0000} {Show(row.AgainstProRata),28} {Show(row.AgainstAverage),28} {Show(row.CrpsAgainstProRata),28}"));
        }

        if (json)
        {
            Cli.PrintJson(figures.Select(static row => new
            {
                Statistic = row.Statistic == PlayerStatistic.None ? null : row.Statistic.Name(),
                ShareGone = row.Stage < 0 ? (double?)null : row.Stage,
                row.Rows,
                row.Games,
                row.LogLoss,
                row.ProRataLogLoss,
                row.AverageLogLoss,
                row.AgainstProRata,
                row.AgainstAverage,
                row.CrpsAgainstProRata,
                row.Bias,
            }));
        }

        return ExitCodes.Ok;
    }

    private static int Train(League league, string folder, string output, string version, bool isEvaluated)
    {
        if (!ModelFile.IsVersionOf($"{league.Code()}-props", version))
        {
            throw new UserErrorException(ExitCodes.Usage, $"--version '{version}' is none of the players' models.", $"Write for example {league.Code()}-props-2.");
        }

        ModelsCommand.DemandFolderOf(Path.Combine(output, $"props-{league.Code()}.json"));
        var (parameters, players) = PropFilesWriter.Train(league, folder, version, isEvaluated, Console.Error.WriteLine);
        foreach (var (name, bytes) in new[] { ($"props-{league.Code()}.json", parameters), ($"players-{league.Code()}.json", players) })
        {
            var path = Path.Combine(output, name);
            ModelsCommand.WriteFile(path, stream => stream.Write(bytes));
            Cli.Say($"{path}: {bytes.Length:N0} bytes");
        }

        return ExitCodes.Ok;
    }

    private static string Show(MeasuredFigure figure) => string.Create(
        CultureInfo.InvariantCulture, $"{figure.Value,8:+0.0000;-0.0000;0.0000} [{figure.Low:+0.0000;-0.0000;0.0000}, {figure.High:+0.0000;-0.0000;0.0000}]");
}
