using System.CommandLine;
using System.Globalization;
using Oddswire.Calibration;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Parameters;
using Oddswire.Host.Composition;

namespace Oddswire.Host.Commands.Models;

/// <summary><c>oddswire models list|show|train|predict|evaluate|use|shadow|compare|props</c>: the models, how they are made, how good they are, and which one prices.</summary>
internal static class ModelsCommand
{
    public static Command Create() => new ExampleCommand(
        "models",
        "List, train and evaluate models; switch a running platform to another one, or run one as a shadow.",
        "oddswire models list",
        "oddswire models train --league nfl --data DIR --out nfl.json",
        "oddswire models evaluate --league nfl --data DIR --cv season --svg nfl.svg",
        "oddswire models props evaluate --league nba --data DIR",
        "oddswire models use --league nfl nfl-2025.json")
    {
        CreateList(),
        CreateShow(),
        TrainCommand.Create(),
        PredictCommand.Create(),
        EvaluateCommand.Create(),
        UseCommand.CreateUse(),
        UseCommand.CreateShadow(),
        CompareCommand.Create(),
        PropsCommand.Create(),
    };

    /// <summary>The option that names a league.</summary>
    public static Option<League> League()
    {
        var option = new Option<League>("--league")
        {
            Description = "nfl, nba or mlb.",
            HelpName = "LEAGUE",
            Required = true,
            CustomParser = static result =>
            {
                if (Leagues.TryParse(result.Tokens[0].Value, out var league))
                {
                    return league;
                }

                result.AddError($"'{result.Tokens[0].Value}' is not a league; expected nfl, nba or mlb.");
                return default;
            },
        };
        return option;
    }

    /// <summary>The option that names a folder of recorded games. It takes the place of the platform's data folder, which <c>ODDSWIRE_DATA</c> still names: models are found there by version.</summary>
    public static Option<string?> Games() => new("--data")
    {
        Description = "The folder of recorded games, containing nfl, nba and mlb (docs/models/README.md). Not the platform's data folder; name that with ODDSWIRE_DATA.",
        HelpName = "DIR",
    };

    /// <summary>The option for the seed.</summary>
    public static Option<int> Seed() => new("--seed") { Description = "Determines folds and resampling.", DefaultValueFactory = static _ => 1 };

    /// <summary>Runs what may find fault with data, and says it as the program says its errors.</summary>
    /// <exception cref="UserErrorException">The data cannot be used.</exception>
    public static int Guard(Func<int> run)
    {
        try
        {
            return run();
        }
        catch (CalibrationException error)
        {
            throw new UserErrorException(ExitCodes.Usage, error.Message, error.Remedy, error);
        }
        catch (ModelFileException error)
        {
            throw new UserErrorException(ExitCodes.Usage, error.Message, "Correct the file, or write a new one with 'oddswire models train'.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCodes.Environment, error.Message, "Check the path, its permissions and the space on the disk.", error);
        }
    }

    /// <summary>Checks before long work that its result can be written.</summary>
    /// <exception cref="UserErrorException">The file's folder does not exist.</exception>
    public static void DemandFolderOf(string? path)
    {
        if (path is not null && Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
        {
            throw new UserErrorException(ExitCodes.Usage, $"The folder '{folder}' for {Path.GetFileName(path)} does not exist.", "Make it, or name another file.");
        }
    }

    /// <summary>Writes a file whole or not at all.</summary>
    public static void WriteFile(string path, Action<Stream> write)
    {
        var temporary = path + ".part";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                write(stream);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>A figure with its interval, for a table.</summary>
    public static string Show(MeasuredFigure figure) => string.Create(
        CultureInfo.InvariantCulture, $"{figure.Value,8:0.0000} [{figure.Low,7:0.0000}, {figure.High,7:0.0000}]");

    private static ExampleCommand CreateList()
    {
        var command = new ExampleCommand("list", "List the models that can be used: the built-in ones and those in the data folder.", "oddswire models list --json");
        command.SetAction(parsed =>
        {
            var models = ModelFolder.List(parsed.GetRequiredValue(Cli.Data));
            foreach (var (model, path) in models)
            {
                var loss = model.Figures.Figures.FirstOrDefault(figure => figure.Name == "log loss");
                Console.Out.WriteLine(
                    $"{model.League.Code()}  {model.Version,-28} {model.Trained.GameCount,6:N0} games  "
                    + $"{(loss is null ? "not evaluated" : $"log loss {Show(loss).Trim()}")}  {path ?? "built in"}");
            }

            if (parsed.GetValue(Cli.Json))
            {
                Cli.PrintJson(models.Select(entry => new
                {
                    League = entry.Model.League.Code(),
                    entry.Model.Model,
                    entry.Model.Version,
                    Games = entry.Model.Trained.GameCount,
                    entry.Model.Figures,
                    entry.Path,
                }));
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static ExampleCommand CreateShow()
    {
        var league = League();
        var name = new Argument<string?>("MODEL") { Description = "A version or a file. Default: the built-in model.", Arity = ArgumentArity.ZeroOrOne };
        var withGames = new Option<bool>("--games") { Description = "Also print the list of games it was fitted on." };
        var command = new ExampleCommand(
            "show",
            "Print a model file: what it was fitted on, its figures and its parameters.",
            "oddswire models show --league mlb",
            "oddswire models show --league nfl candidate.json --games")
        { league, name, withGames };
        command.SetAction(parsed =>
        {
            var model = ModelFolder.Find(parsed.GetRequiredValue(Cli.Data), parsed.GetRequiredValue(league), parsed.GetValue(name));
            using var output = Console.OpenStandardOutput();
            output.Write(model.ToBytes(parsed.GetValue(withGames)));
            return ExitCodes.Ok;
        });
        return command;
    }
}
