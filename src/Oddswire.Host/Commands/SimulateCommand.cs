using System.CommandLine;
using Oddswire.Core.Domain;
using Oddswire.Host.Commands.Training;
using Oddswire.Simulator;

namespace Oddswire.Host.Commands;

/// <summary><c>oddswire simulate</c>: simulated games as files in the vendors' recording formats.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var folder = new Option<string>("--out") { Description = "The folder to write to; created if it does not exist.", Required = true, HelpName = "DIR" };
        var league = new Option<string?>("--league") { Description = "Only nfl, nba or mlb." };
        var training = new Option<int?>("--training") { Description = "Instead, write this many games as input for 'oddswire models train'; one league at a time.", HelpName = "GAMES" };
        var results = new Option<int>("--results") { Description = "With --training for nfl: also write lines and results (no plays) of this many more games, from which training learns how lines relate to margins.", HelpName = "GAMES" };
        var slate = new SlateCli();
        var command = new ExampleCommand(
            "simulate",
            "Write simulated games to files in the vendors' own formats, for 'oddswire replay' and for tests.",
            "oddswire simulate --out games",
            "oddswire simulate --out games --league nfl --games nfl=16 --rounds 17 --seed 2026",
            "oddswire simulate --out law --league mlb --training 4000")
        { folder, league, training, results };
        slate.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(results) != 0 && result.GetValue(training) is null)
            {
                result.AddError("--results belongs to --training. Write for example --league nfl --training 16000 --results 100000.");
            }
        });
        command.SetAction(parsed => parsed.GetValue(training) is { } games
            ? RunTraining(parsed.GetRequiredValue(folder), parsed.GetValue(league), games, parsed.GetValue(results), (int)parsed.GetValue(slate.Seed), parsed.GetValue(Cli.Json))
            : Run(
            parsed.GetRequiredValue(folder), parsed.GetValue(league), slate.Read(parsed), parsed.GetValue(Cli.Json)));
        return command;
    }

    private static int RunTraining(string folder, string? leagueText, int games, int results, int seed, bool json)
    {
        if (games is < 1 or > 90_000)
        {
            throw new UserErrorException(ExitCodes.Usage, $"--training {games} is not 1 to 90000.", "Write for example --training 4000.");
        }

        var league = OddsCommand.ParseLeagues(leagueText)[0];
        if (results is < 0 or > 900_000 || (results > 0 && league != Core.Domain.League.Nfl))
        {
            throw new UserErrorException(ExitCodes.Usage, $"--results {results} is not 0 to 900000, or not for nfl.", "Write for example --league nfl --training 16000 --results 100000.");
        }

        try
        {
            using var recorder = TrainingRecorder.Of(league, folder);
            for (var game = 0; game < games; game++)
            {
                recorder.Record(seed, game);
                if ((game + 1) % 500 == 0)
                {
                    Cli.Say($"{game + 1} of {games} games");
                }
            }

            for (var game = games; game < games + results; game++)
            {
                recorder.RecordResult(seed, game);
                if ((game + 1 - games) % 5000 == 0)
                {
                    Cli.Say($"{game + 1 - games} of {results} results");
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCodes.Environment, $"The games cannot be written: {e.Message}", "Choose a folder of your own with --out, or make room.", e);
        }

        Console.Out.WriteLine($"{games} games of {league.Code()} in '{Path.GetFullPath(folder)}', for 'oddswire models train --league {league.Code()} --data {folder}'");
        if (json)
        {
            Cli.PrintJson(new { games, league = league.Code(), folder = Path.GetFullPath(folder) });
        }

        return ExitCodes.Ok;
    }

    private static int Run(string folder, string? league, SlateOptions slate, bool json)
    {
        var games = new List<object>();
        try
        {
            foreach (var game in SimulationRecorder.Record(slate, folder, [.. OddsCommand.ParseLeagues(league)]))
            {
                games.Add(new { game = game.Truth.Id.Value, home = game.Truth.Final.Home, away = game.Truth.Final.Away, file = game.Path });
                Cli.Say($"{game.Truth.Id,-22} {game.Truth.Final.Away,3}-{game.Truth.Final.Home,-3} {game.Path}");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCodes.Environment, $"The games cannot be written: {e.Message}", "Choose a folder of your own with --out, or make room.", e);
        }

        Console.Out.WriteLine($"{games.Count} games in '{Path.GetFullPath(folder)}'");
        if (json)
        {
            Cli.PrintJson(new { games = games.Count, folder = Path.GetFullPath(folder), finals = games });
        }

        return ExitCodes.Ok;
    }
}
