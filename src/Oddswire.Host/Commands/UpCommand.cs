using System.CommandLine;
using Oddswire.Host.Composition;
using Oddswire.Simulator;

namespace Oddswire.Host.Commands;

/// <summary><c>oddswire up</c>: a simulated slate through all roles in one process.</summary>
internal static class UpCommand
{
    /// <summary>Beyond the feeds' heartbeat; with it a stall is on the board well within a second of silence beyond the heartbeat.</summary>
    internal static readonly TimeSpan HeartbeatPatience = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var command = new ExampleCommand(
            "up",
            "Run everything on this machine: a simulated slate of games, all roles, the board. Ctrl-C stops it; the next start resumes.",
            "oddswire up",
            "oddswire up --games nfl=16,nba=2,mlb=0 --seed 7 --speed 10x",
            "oddswire up --faults duplicates=1%,reorder=2%,stall=game1@30s+20s",
            "oddswire up --fresh --headless --for 30s --json",
            "oddswire up --log kafka --bootstrap localhost:9092 --replication 1",
            "oddswire up --feed kafka --feed-bootstrap vendor:9092 --feed-topic nfl.plays");
        var platform = new PlatformCli();
        var slate = new SlateCli();
        var speed = new Option<string>("--speed") { Description = "How fast the games run: 1x, 60x, max.", DefaultValueFactory = static _ => "1x" };
        var feed = new FeedCli();
        platform.AddTo(command);
        slate.AddTo(command);
        feed.AddTo(command);
        command.Add(speed);
        command.SetAction((parsed, ct) => RunAsync(
            platform.Read(parsed) with { Feed = feed.Read(parsed) }, slate.Read(parsed), parsed.GetRequiredValue(speed), new RunSettings(
                parsed.GetRequiredValue(Cli.Data), parsed.GetValue(platform.Fresh), parsed.GetValue(platform.Headless), parsed.GetValue(Cli.Json)), ct));
        return command;
    }

    private static async Task<int> RunAsync(PlatformOptions options, SlateOptions slate, string speedText, RunSettings settings, CancellationToken ct)
    {
        var speed = Cli.ParseSpeed(speedText) ?? double.PositiveInfinity;
        var sources = options.Leagues.Where(league => slate.GamesOf(league) > 0 && league != options.Feed?.League).ToDictionary(league => league, league => new SimulatorSource(league, slate));
        using var folder = DataFolder.OpenForWriting(settings.Data, settings.Fresh);
        folder.KeepTo([.. sources.Values.Select(source => source.Identity)]);
        var figures = await PlatformRun.RunAsync(
            folder,
            options with
            {
                Sources = [.. sources.Values],
                Ingest = options.Ingest with { Speed = speed, Heartbeat = slate.Heartbeat > TimeSpan.Zero ? slate.Heartbeat + HeartbeatPatience : null },
                PregameLine = game => sources.GetValueOrDefault(game.League)?.LineOf(game),
                MakesTopics = true,
                StopWhenDrained = slate.Rounds is not null,
            },
            settings.Headless,
            ct);
        Cli.Say($"stopped after {figures.ElapsedSeconds:0.0} s: {figures.Events:N0} events, {figures.Updates:N0} odds updates, {figures.Rejected:N0} rejected");
        if (settings.Json)
        {
            Cli.PrintJson(figures);
        }

        return ExitCodes.Ok;
    }
}

/// <summary>Where and how a run works.</summary>
internal sealed record RunSettings(string Data, bool Fresh, bool Headless, bool Json);
