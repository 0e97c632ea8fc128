using System.Collections.Concurrent;
using System.CommandLine;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Feeds.Recordings;
using Oddswire.Host.Composition;

namespace Oddswire.Host.Commands;

/// <summary><c>oddswire replay PATH…</c>: recorded games through the same ingest path as live ones.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH") { Description = "Recordings, or folders with recordings; plain or gzip; recognised by content.", Arity = ArgumentArity.OneOrMore };
        paths.Validators.Add(static result =>
        {
            // An argument that takes many values would take a mistyped option for a path.
            foreach (var word in result.Tokens.Select(token => token.Value).Where(word => word.StartsWith('-') && !Path.Exists(word)))
            {
                result.AddError($"Unrecognized command or argument '{word}'.");
            }
        });
        var speed = new Option<string>("--speed") { Description = "How fast the games run: 1x, 60x, max. At max the board is served only with --port.", DefaultValueFactory = static _ => "1x" };
        var lines = new Option<string[]>("--lines") { Description = "CSV files with pregame lines (see docs/feeds.md); kept in the data folder.", HelpName = "FILE", DefaultValueFactory = static _ => [] };
        var command = new ExampleCommand(
            "replay",
            "Send recorded games through the pipeline. Repeating a replay adds nothing.",
            "oddswire replay games/2015091000.json.gz --speed 60x",
            "oddswire replay games/ --speed max --lines games_with_lines.csv.gz --json",
            "oddswire replay 2019ANA.EVA --speed max --data /tmp/angels")
        { paths, speed, lines };
        var platform = new PlatformCli();
        platform.AddTo(command);
        command.SetAction((parsed, ct) =>
        {
            var pace = Cli.ParseSpeed(parsed.GetRequiredValue(speed));
            var options = platform.Read(parsed);
            if (pace is null && parsed.GetResult(platform.Api.Port) is not { Implicit: false })
            {
                options = options with { Api = null };
            }

            return RunAsync(parsed.GetRequiredValue(paths), parsed.GetValue(lines) ?? [], pace, options, new RunSettings(
                parsed.GetRequiredValue(Cli.Data), parsed.GetValue(platform.Fresh), parsed.GetValue(platform.Headless), parsed.GetValue(Cli.Json)), ct);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        string[] paths, string[] lines, double? speed, PlatformOptions options, RunSettings settings, CancellationToken ct)
    {
        var set = RecordingSet.Open(paths);
        foreach (var problem in set.Rejected)
        {
            Cli.Say($"error: {problem.Detail}");
        }

        if (set.Sources.Count == 0)
        {
            throw new UserErrorException(ExitCodes.Usage, "There is nothing to replay.", "Give recordings of NFL GameCenter JSON, NBA liveData JSON or Retrosheet event files, plain or gzip.");
        }

        using var folder = DataFolder.OpenForWriting(settings.Data, settings.Fresh);
        References.Import(folder, lines);
        var sources = set.Sources.Where(source => options.Leagues.Contains(source.League)).Select(source => new GameCounter(source)).ToList();
        var figures = await PlatformRun.RunAsync(
            folder,
            options with
            {
                Leagues = [.. sources.Select(source => source.League)],
                Sources = [.. sources],
                Ingest = options.Ingest with { Speed = speed ?? double.PositiveInfinity },
                MakesTopics = true,
                StopWhenDrained = true,
            },
            settings.Headless,
            ct);
        foreach (var problem in set.Problems.Except(set.Rejected))
        {
            Cli.Say($"error: {problem.Detail}");
        }

        figures = figures with { Games = sources.Sum(source => source.Games), Rejected = figures.Rejected + set.Problems.Count };
        figures = figures with { Ok = figures.Rejected == 0 };
        Cli.Say($"{figures.Games:N0} games, {figures.Events:N0} events, {figures.Updates:N0} odds updates in {figures.ElapsedSeconds:0.0} s; {figures.Rejected:N0} rejected");
        if (settings.Json)
        {
            Cli.PrintJson(figures);
        }

        return figures.Ok ? ExitCodes.Ok : ExitCodes.CheckFailed;
    }

    /// <summary>Counts the games whose messages a source gives in this run.</summary>
    private sealed class GameCounter(IFeedSource inner) : IFeedSource
    {
        private readonly ConcurrentDictionary<GameId, bool> _games = new();

        public int Games => _games.Count;

        public string Identity => inner.Identity;

        public League League => inner.League;

        public IEnumerable<SourcedMessage> ReadFrom(long cursor)
        {
            foreach (var sourced in inner.ReadFrom(cursor))
            {
                _games.TryAdd(sourced.Message.GameId, true);
                yield return sourced;
            }
        }
    }
}
