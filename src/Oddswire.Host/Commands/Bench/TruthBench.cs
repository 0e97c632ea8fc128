using System.CommandLine;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Parameters;
using Oddswire.Host.Composition;
using Oddswire.Simulator;

namespace Oddswire.Host.Commands.Bench;

/// <summary><c>oddswire bench truth</c>: the model's win probability against the simulator's, which is known by playing on many times.</summary>
internal static class TruthBench
{
    public static Command Create()
    {
        var league = new Option<string>("--league") { Description = "nfl, nba or mlb.", Required = true };
        var games = new Option<int>("--games") { Description = "How many simulated games.", DefaultValueFactory = static _ => 20 };
        var moments = new Option<int>("--moments") { Description = "Moments of each, evenly spaced.", DefaultValueFactory = static _ => 10 };
        var trials = new Option<int>("--trials") { Description = "How often each moment is played on.", DefaultValueFactory = static _ => 10_000 };
        var seed = new Option<int>("--seed") { Description = "The season's seed; fit on another.", DefaultValueFactory = static _ => 99 };
        var model = new Option<string?>("--model") { Description = "A model file fitted on simulated games; the program's own when left out.", HelpName = "FILE" };
        var threads = new Option<int>("--threads") { Description = "Threads.", DefaultValueFactory = static _ => Environment.ProcessorCount };
        var command = new ExampleCommand(
            "truth",
            "Compare the model's win probability with the simulator's, known by playing on from each moment many times (docs/simulator.md).",
            "oddswire bench truth --league nba --games 20 --trials 10000",
            "oddswire bench truth --league mlb --model mlb-simulated.json --json")
        { league, games, moments, trials, seed, model, threads };
        command.SetAction((parsed, ct) => Task.Run(
            () => Run(
                OddsCommand.ParseLeagues(parsed.GetRequiredValue(league))[0], parsed.GetValue(games), parsed.GetValue(moments), parsed.GetValue(trials),
                parsed.GetValue(seed), parsed.GetValue(model), parsed.GetValue(threads), parsed.GetValue(Cli.Json), ct),
            ct));
        return command;
    }

    private static int Run(League league, int games, int moments, int trials, int seed, string? modelFile, int threads, bool json, CancellationToken ct)
    {
        if (games is < 1 or > 100_000 || moments is < 1 or > 1_000 || trials is < 10 or > 10_000_000 || threads is < 1 or > 256)
        {
            throw new UserErrorException(
                ExitCodes.Usage, "--games is 1 to 100000, --moments 1 to 1000, --trials 10 to 10000000, --threads 1 to 256.", "Write for example --games 20 --trials 10000.");
        }

        var file = modelFile is null ? GameModels.BuiltIn(league) : Read(modelFile);
        var results = new IReadOnlyList<Comparison>[games];
        var done = 0;
        Parallel.For(0, games, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = ct }, game =>
        {
            results[game] = Compare(league, GameModels.Create(file), seed, game, moments, trials);
            Cli.Say($"{Interlocked.Increment(ref done)} of {games} games");
        });
        var all = results.SelectMany(result => result).ToList();
        var error = all.Average(result => Math.Abs(result.Error));
        var noise = all.Average(result => Math.Sqrt(2 / Math.PI * result.Truth * (1 - result.Truth) / trials));
        Console.Out.WriteLine($"{league.Code()}  {file.Version}: {all.Count} moments of {games} games, each played on {trials:N0} times");
        Console.Out.WriteLine($"  mean absolute error of the win probability  {error:0.0000}   (of which the trials' own noise is up to {noise:0.0000})");
        Console.Out.WriteLine($"  mean error (bias)                           {all.Average(result => result.Error):+0.0000;-0.0000}");
        foreach (var period in all.GroupBy(result => result.Period).OrderBy(period => period.Key))
        {
            Console.Out.WriteLine($"  period {period.Key,2}  {period.Count(),5} moments   {period.Average(result => Math.Abs(result.Error)):0.0000}");
        }

        if (json)
        {
            Cli.PrintJson(new { league = league.Code(), model = file.Version, games, moments = all.Count, trials, seed, meanAbsoluteError = error, noise });
        }

        return ExitCodes.Ok;
    }

    private static ModelFile Read(string path)
    {
        try
        {
            return ModelFile.Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ModelFileException)
        {
            throw new UserErrorException(ExitCodes.Usage, $"The model '{path}' cannot be read: {e.Message}", "Write one with 'oddswire models train'.", e);
        }
    }

    private static List<Comparison> Compare(League league, IGameModel model, int seed, int number, int moments, int trials)
    {
        var truth = ExhaustiveTruth.Of(league, seed, number);
        var format = Pipeline.Formats.Single(format => format.League == league);
        var rules = Pipeline.Rules(league);
        var (state, info) = (new GameState(), (GameInfo?)null);
        var results = new List<Comparison>();
        var told = -1;
        var events = new List<GameEvent>();
        foreach (var message in truth.Messages())
        {
            events.Clear();
            format.Parse(message, events);
            foreach (var gameEvent in events)
            {
                info = gameEvent.Info is { } given ? given with { Line = truth.Line } : info;
                state = rules.Apply(state, gameEvent.Info is null ? gameEvent : gameEvent with { Info = info }, info);
            }

            told++;
            if (told > 0 && state.Phase == GamePhase.Live && told * moments / truth.Plays != (told - 1) * moments / truth.Plays)
            {
                var (win, tie) = truth.After(told, trials, seed);
                var solved = model.Solve(state, info!).Result();
                results.Add(new Comparison(
                    state.Period, win.Value + (tie.Value / 2), solved.Over.Value + (solved.Push.Value / 2) - win.Value - (tie.Value / 2)));
            }
        }

        return results;
    }

    private readonly record struct Comparison(int Period, double Truth, double Error);
}
