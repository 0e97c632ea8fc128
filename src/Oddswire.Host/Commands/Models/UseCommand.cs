using System.CommandLine;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Parameters;
using Oddswire.Host.Composition;
using Oddswire.Host.Roles.Models;

namespace Oddswire.Host.Commands.Models;

/// <summary>
/// <c>oddswire models use|shadow</c>: gives a running platform another model, for a league or a game, or a second one that prices beside the first.
/// </summary>
internal static class UseCommand
{
    public static Command CreateUse()
    {
        var model = Model("The model to price with: a version or a file; 'built-in' for the program's own.");
        var (league, game) = (ModelsCommand.League(), Game());
        var command = new ExampleCommand(
            "use",
            "Price a league or a game with another model from now on: no restart, no gap.",
            "oddswire models use --league nfl nfl-2025.json",
            "oddswire models use --league nba --game nba:0022400695 nba-careful-2",
            "oddswire models use --league nfl built-in")
        { league, game, model };
        LogCli.AddTo(command);
        command.SetAction((parsed, ct) =>
        {
            var file = Find(parsed, league, parsed.GetRequiredValue(model));
            return ApplyAsync(parsed, parsed.GetRequiredValue(league), parsed.GetValue(game), Change(ModelRole.Live, file), ct);
        });
        return command;
    }

    public static Command CreateShadow()
    {
        var model = Model("The model to run next to the live one: a version or a file. 'off' ends the shadow run.");
        var (league, game) = (ModelsCommand.League(), Game());
        var command = new ExampleCommand(
            "shadow",
            "Run a second model next to the live one: its prices are archived for comparison, never published.",
            "oddswire models shadow --league nfl candidate.json",
            "oddswire models compare --league nfl",
            "oddswire models shadow --league nfl off")
        { league, game, model };
        LogCli.AddTo(command);
        command.SetAction((parsed, ct) =>
        {
            var name = parsed.GetRequiredValue(model);
            var change = name == "off"
                ? new ModelChange { Role = ModelRole.Shadow, Version = "" }
                : Change(ModelRole.Shadow, Find(parsed, league, name));
            return ApplyAsync(parsed, parsed.GetRequiredValue(league), parsed.GetValue(game), change, ct);
        });
        return command;
    }

    private static Argument<string> Model(string description) => new("MODEL") { Description = description };

    private static Option<string?> Game() => new("--game") { Description = "Only this game. Default: every game that is not over, and all future ones.", HelpName = "GAME" };

    private static ModelFile Find(ParseResult parsed, Option<League> league, string name) => name == "built-in"
        ? GameModels.BuiltIn(parsed.GetRequiredValue(league))
        : ModelFolder.Find(parsed.GetRequiredValue(Cli.Data), parsed.GetRequiredValue(league), name);

    private static ModelChange Change(ModelRole role, ModelFile file) =>
        new() { Role = role, Version = file.Version, Parameters = file.ToBytes(withGames: false) };

    private static async Task<int> ApplyAsync(ParseResult parsed, League league, string? gameText, ModelChange change, CancellationToken ct)
    {
        await using var access = LogCli.ReadPlace(parsed).Open();
        var partitions = (await access.Log.DescribeAsync(Topics.Raw(league), ct)).Count;
        if (partitions == 0)
        {
            throw new UserErrorException(
                ExitCodes.Usage, $"There is no {league.Code()} in the log of {access.Name}.", "Start the platform first: 'oddswire up', or 'oddswire run'.");
        }

        var to = new ModelSwitch(access.Log, league, new Dictionary<string, int> { [Topics.Raw(league)] = partitions }, TimeProvider.System);
        IReadOnlyList<GameId> games;
        if (gameText is null)
        {
            games = await to.ChangeLeagueAsync(change, ct);
        }
        else
        {
            games = [await FindGameAsync(to, league, gameText, ct)];
            await to.ChangeGameAsync(games[0], change, ct);
        }

        var what = (change.Role, change.Version.Length) switch
        {
            (ModelRole.Live, _) => $"{change.Version} prices",
            (_, 0) => "no shadow model prices",
            _ => $"{change.Version} shadows",
        };
        Console.Out.WriteLine($"{what} {games.Count} {league.Code()} game{(games.Count == 1 ? "" : "s")} from the next event on{(gameText is null ? ", and every future game" : "")}");
        foreach (var game in games)
        {
            Console.Out.WriteLine($"  {game}");
        }

        if (parsed.GetValue(Cli.Json))
        {
            Cli.PrintJson(new
            {
                league = league.Code(),
                role = change.Role == ModelRole.Live ? "live" : "shadow",
                version = change.Version,
                games = games.Select(game => game.Value),
                futureGames = gameText is null,
            });
        }

        return ExitCodes.Ok;
    }

    private static async Task<GameId> FindGameAsync(ModelSwitch to, League league, string text, CancellationToken ct)
    {
        if (!GameId.TryParse(text, out var game) || game.League != league)
        {
            throw new UserErrorException(ExitCodes.Usage, $"--game '{text}' is not a game of {league.Code()}.", $"Write for example {league.Code()}:2015091000; 'oddswire odds' lists the games.");
        }

        var going = await to.GamesAsync(ct);
        return going.Contains(game) ? game : throw new UserErrorException(
            ExitCodes.Usage,
            $"{game} is over, or was never seen.",
            going.Count == 0 ? "No game of the league is in progress." : $"Games that are not over: {string.Join(", ", going.Take(10))}.");
    }
}
