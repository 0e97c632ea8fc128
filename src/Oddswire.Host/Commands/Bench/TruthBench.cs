using System.CommandLine;
using System.Globalization;
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
        var moments = new Option<int>("--moments") { Description = "Moments per game, evenly spaced.", DefaultValueFactory = static _ => 10 };
        var trials = new Option<int>("--trials") { Description = "How many times each moment is played out.", DefaultValueFactory = static _ => 10_000 };
        var seed = new Option<int>("--seed") { Description = "The season's seed; fit the model on a different one.", DefaultValueFactory = static _ => 99 };
        var model = new Option<string?>("--model") { Description = "A model file fitted on simulated games. Default: the built-in model.", HelpName = "FILE" };
        var csv = new Option<string?>("--csv") { Description = "Write every moment to this file: state, truth, model.", HelpName = "FILE" };
        var threads = new Option<int>("--threads") { Description = "Number of threads.", DefaultValueFactory = static _ => Environment.ProcessorCount };
        var command = new ExampleCommand(
            "truth",
            "Compare the model's win probability with the simulator's true one, found by playing each moment out many times (docs/simulator.md).",
            "oddswire bench truth --league nba --games 20 --trials 10000",
            "oddswire bench truth --league mlb --model mlb-simulated.json --json")
        { league, games, moments, trials, seed, model, csv, threads };
        command.SetAction((parsed, ct) => Task.Run(
            () => Run(
                new Order(
                    OddsCommand.ParseLeagues(parsed.GetRequiredValue(league))[0], parsed.GetValue(games), parsed.GetValue(moments), parsed.GetValue(trials),
                    parsed.GetValue(seed), parsed.GetValue(threads)),
                parsed.GetValue(model), parsed.GetValue(csv), parsed.GetValue(Cli.Json), ct),
            ct));
        return command;
    }

    private static int Run(Order order, string? modelFile, string? csv, bool json, CancellationToken ct)
    {
        if (order is not { Games: >= 1 and <= 100_000, Moments: >= 1 and <= 1_000, Trials: >= 10 and <= 10_000_000, Threads: >= 1 and <= 256 })
        {
            throw new UserErrorException(
                ExitCodes.Usage, "--games is 1 to 100000, --moments 1 to 1000, --trials 10 to 10000000, --threads 1 to 256.", "Write for example --games 20 --trials 10000.");
        }

        var file = modelFile is null ? GameModels.BuiltIn(order.League) : Read(modelFile);
        var results = new IReadOnlyList<Comparison>[order.Games];
        var done = 0;
        Parallel.For(0, order.Games, new ParallelOptions { MaxDegreeOfParallelism = order.Threads, CancellationToken = ct }, game =>
        {
            results[game] = Compare(order, GameModels.Create(file), game, ct);
            Cli.Say($"{Interlocked.Increment(ref done)} of {order.Games} games");
        });
        var all = results.SelectMany(result => result).ToList();
        Print(order, file.Version, all);
        if (csv is not null)
        {
            Write(csv, all);
        }

        if (json)
        {
            Cli.PrintJson(new
            {
                league = order.League.Code(),
                model = file.Version,
                games = order.Games,
                moments = all.Count,
                trials = order.Trials,
                seed = order.Seed,
                meanAbsoluteError = all.Average(result => Math.Abs(result.Error)),
                meanAbsoluteError95 = HalfWidth95(all),
                noise = all.Average(result => result.NoiseOf(order.Trials)),
            });
        }

        return ExitCodes.Ok;
    }

    private static void Print(Order order, string version, List<Comparison> all)
    {
        Console.Out.WriteLine($"{order.League.Code()}  {version}: {all.Count} moments of {order.Games} games, each played on {order.Trials:N0} times");
        var (mean, half) = (all.Average(result => Math.Abs(result.Error)), HalfWidth95(all));
        Console.Out.WriteLine(
            $"  mean absolute error of the win probability  {mean:0.0000} [{mean - half:0.0000}, {mean + half:0.0000}]   (an exact model would show {all.Average(result => result.NoiseOf(order.Trials)):0.0000}, the trials' own noise)");
        Console.Out.WriteLine($"  mean error (bias)                           {all.Average(result => result.Error):+0.0000;-0.0000}");
        Console.Out.WriteLine(
            $"  in favour of the team ahead {Bias(all, static result => result.State.Score.Margin)}, with the ball {Bias(all, static result => result.State.Possession switch { Side.Home => 1, Side.Away => -1, _ => 0 })}, favoured before {Bias(all, static result => result.Line.HomeMarginHundredths ?? 0)}");
        foreach (var period in all.GroupBy(result => result.State.Period).OrderBy(period => period.Key))
        {
            Console.Out.WriteLine($"  period {period.Key,2}  {period.Count(),5} moments   {period.Average(result => Math.Abs(result.Error)):0.0000}");
        }
    }

    // Of the 95 % interval of the mean absolute error: moments of a game belong together.
    private static double HalfWidth95(List<Comparison> all)
    {
        var mean = all.Average(result => Math.Abs(result.Error));
        var squares = all.GroupBy(result => result.Game).Sum(game => Math.Pow(game.Sum(result => Math.Abs(result.Error) - mean), 2));
        return 1.96 * Math.Sqrt(squares) / all.Count;
    }

    // The mean error towards home where the sign is above zero, towards away where it is below.
    private static string Bias(List<Comparison> all, Func<Comparison, int> sign) =>
        all.Where(result => sign(result) != 0).Select(result => Math.Sign(sign(result)) * result.Error).DefaultIfEmpty().Average().ToString("+0.0000;-0.0000", CultureInfo.InvariantCulture);

    private static void Write(string path, List<Comparison> all)
    {
        try
        {
            File.WriteAllLines(path, all.Select(static result => result.ToCsv()).Prepend(Comparison.CsvHeader));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCodes.Environment, $"The moments cannot be written: {e.Message}", "Choose a file of your own with --csv.", e);
        }
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

    private static List<Comparison> Compare(Order order, IGameModel model, int number, CancellationToken ct)
    {
        var truth = ExhaustiveTruth.Of(order.League, order.Seed, number);
        var format = Pipeline.Formats.Single(format => format.League == order.League);
        var rules = Pipeline.Rules(order.League);
        var (state, info) = (new GameState(), (GameInfo?)null);
        var results = new List<Comparison>();
        var told = -1;
        var events = new List<GameEvent>();
        foreach (var message in truth.Messages())
        {
            ct.ThrowIfCancellationRequested();
            events.Clear();
            format.Parse(message, events);
            foreach (var gameEvent in events)
            {
                info = gameEvent.Info is { } given ? given with { Line = truth.Line } : info;
                state = rules.Apply(state, gameEvent.Info is null ? gameEvent : gameEvent with { Info = info }, info);
            }

            told++;
            if (told > 0 && state.Phase == GamePhase.Live && told * order.Moments / truth.Plays != (told - 1) * order.Moments / truth.Plays)
            {
                var (win, tie) = truth.After(told, order.Trials, order.Seed);
                var solved = model.Solve(state, info!).Result();
                results.Add(new Comparison(
                    number, told, state, truth.Line, win.Value + (tie.Value / 2), solved.Over.Value + (solved.Push.Value / 2), events[^1].Description));
            }
        }

        return results;
    }

    private sealed record Order(League League, int Games, int Moments, int Trials, int Seed, int Threads);

    private sealed record Comparison(int Game, int Told, GameState State, PregameLine Line, double Truth, double Model, string Event)
    {
        public const string CsvHeader =
            "game,told,period,clock_seconds,home,away,possession,down,to_first,to_goal,line_margin,line_total,first_ball,true_win,model_win,event";

        public double Error => Model - Truth;

        // The mean absolute deviation of a share of so many trials.
        public double NoiseOf(int trials) => Math.Sqrt(2 / Math.PI * Truth * (1 - Truth) / trials);

        public string ToCsv() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Game},{Told},{State.Period},{State.ClockTenths / 10.0},{State.Score.Home},{State.Score.Away},{State.Possession},{State.Football?.Down},{State.Football?.YardsToFirst},{State.Football?.YardsToGoal},{Line.HomeMarginHundredths / 100.0},{Line.TotalHundredths / 100.0},{State.Sheet.FirstBall},{Truth},{Model},\"{Event.Replace('"', '\'')}\"");
    }
}
