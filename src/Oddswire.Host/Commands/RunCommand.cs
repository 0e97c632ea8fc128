using System.CommandLine;
using Oddswire.Core.Ports;
using Oddswire.Host.Composition;
using Oddswire.Simulator;

namespace Oddswire.Host.Commands;

/// <summary><c>oddswire run --role … --league …</c>: some roles of some leagues, as a process among several on one data folder.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var role = new Option<string>("--role") { Description = "ingest, normalise, price, publish, archive, replicate or api; comma-separated for several. api includes publish: it serves the board from its own memory.", Required = true };
        var speed = new Option<string>("--speed") { Description = "For ingest: how fast the simulated games run.", DefaultValueFactory = static _ => "1x" };
        var command = new ExampleCommand(
            "run",
            "Run one or more roles as a separate process; other roles run in other processes on the same data folder or cluster.",
            "oddswire run --role ingest --league nfl",
            "oddswire run --role normalise,price --league nfl,nba",
            "oddswire run --role archive",
            "oddswire run --role replicate --cloud-events",
            "oddswire run --role api --port 8080",
            "oddswire run --role price --league nfl --log kafka --bootstrap b-1:9092 --health-port 8081",
            "oddswire run --role ingest --league nfl --feed kafka --feed-bootstrap vendor:9092 --feed-topic nfl.plays")
        { role, speed };
        var platform = new PlatformCli();
        var slate = new SlateCli();
        var feed = new FeedCli();
        platform.AddTo(command, isAlone: false);
        slate.AddTo(command);
        feed.AddTo(command);
        command.SetAction((parsed, ct) => RunAsync(
            platform.Read(parsed, ParseRoles(parsed.GetRequiredValue(role))) with { Feed = feed.Read(parsed) },
            slate.Read(parsed),
            parsed.GetRequiredValue(speed),
            new RunSettings(parsed.GetRequiredValue(Cli.Data), Fresh: false, parsed.GetValue(platform.Headless), parsed.GetValue(Cli.Json)),
            ct));
        return command;
    }

    private static HashSet<Role> ParseRoles(string text)
    {
        var roles = new HashSet<Role>();
        foreach (var name in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            roles.Add(Enum.TryParse<Role>(name, ignoreCase: true, out var role) && Enum.IsDefined(role)
                ? role
                : throw new UserErrorException(ExitCodes.Usage, $"--role '{name}' is not a role.", "Write ingest, normalise, price, publish, archive, replicate or api."));
        }

        if (roles.Contains(Role.Api))
        {
            roles.Add(Role.Publish);
        }

        return roles;
    }

    private static async Task<int> RunAsync(PlatformOptions options, SlateOptions slate, string speed, RunSettings settings, CancellationToken ct)
    {
        var sources = options.Leagues.Where(league => slate.GamesOf(league) > 0 && league != options.Feed?.League).Select(league => new SimulatorSource(league, slate)).ToList();
        using var folder = DataFolder.OpenForWriting(settings.Data, fresh: false, alone: false);
        if (options.Roles.Contains(Role.Ingest))
        {
            folder.KeepTo([.. sources.Select(source => source.Identity)]);
        }

        var figures = await PlatformRun.RunAsync(
            folder,
            options with
            {
                Sources = options.Roles.Contains(Role.Ingest) ? [.. sources.Cast<IFeedSource>()] : [],
                Ingest = options.Ingest with { Speed = Cli.ParseSpeed(speed) ?? double.PositiveInfinity, Heartbeat = slate.Heartbeat + UpCommand.HeartbeatPatience },
                PregameLine = game => sources.Find(source => source.League == game.League)?.LineOf(game),
            },
            settings.Headless,
            ct);
        if (settings.Json)
        {
            Cli.PrintJson(figures);
        }

        return ExitCodes.Ok;
    }
}
