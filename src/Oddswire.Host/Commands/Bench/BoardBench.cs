using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Ports;
using Oddswire.Core.Pricing;
using Oddswire.Core.Wire;
using Oddswire.Host.Composition;
using Oddswire.Simulator;

namespace Oddswire.Host.Commands.Bench;

/// <summary><c>oddswire bench board</c>: how long the whole board of a game takes, event by event, and which markets the time goes to.</summary>
internal static class BoardBench
{
    private const int WarmUpGames = 4;
    private const int Rounds = 8;

    public static Command Create()
    {
        var league = new Option<string?>("--league") { Description = "Only nfl, nba or mlb." };
        var games = new Option<int>("--games") { Description = "How many simulated games.", DefaultValueFactory = static _ => 12 };
        var command = new ExampleCommand(
            "board",
            "On one core: microseconds from a normalised event to the updates of the whole board (median, p99), bytes allocated, and the share of each kind of market.",
            "oddswire bench board",
            "oddswire bench board --league nfl --games 30 --json")
        { league, games };
        command.SetAction((parsed, ct) => Task.Run(
            () => Run(OddsCommand.ParseLeagues(parsed.GetValue(league)), parsed.GetValue(games), parsed.GetValue(Cli.Json), ct), ct));
        return command;
    }

    private static int Run(IReadOnlyList<League> leagues, int games, bool json, CancellationToken ct)
    {
        if (games is < 1 or > 10_000)
        {
            throw new UserErrorException(ExitCodes.Usage, "--games is 1 to 10000.", "Write for example --games 12.");
        }

        var results = new List<object>();
        foreach (var league in leagues)
        {
            var played = Enumerable.Range(0, games + WarmUpGames).Select(number => Game.Of(league, number)).ToList();
            var whole = Stage(league, played, ct);
            _ = Shares(league, played, ct);
            var shares = Shares(league, played, ct);
            Console.Out.WriteLine(
                $"{league.Code()}  {GameModels.BuiltIn(league).Version}: median {whole.Median:0.0} µs an event, p99 {whole.P99:0.0} µs; {whole.Markets:0} open markets, "
                + $"{whole.Updates:0.0} updates and {whole.Bytes:0} bytes allocated an event, of which the model {SolveBytes(league, played):0}");
            foreach (var (name, micros) in shares)
            {
                Console.Out.WriteLine($"  {name,-34}{micros,8:0.0} µs{micros / shares.Sum(share => share.Micros),8:0 %}");
            }

            results.Add(new
            {
                league = league.Code(),
                medianMicros = whole.Median,
                p99Micros = whole.P99,
                updatesPerEvent = whole.Updates,
                allocatedBytesPerEvent = whole.Bytes,
                shares = shares.Select(share => new { market = share.Name, micros = share.Micros }),
            });
        }

        if (json)
        {
            Cli.PrintJson(new { leagues = results });
        }

        return ExitCodes.Ok;
    }

    /// <summary>Every event through the real stage: decode, solve, lines, margins, settlement, encode.</summary>
    private static (double Median, double P99, double Updates, double Bytes, double Markets) Stage(League league, List<Game> games, CancellationToken ct)
    {
        var stage = Pipeline.Price(league);
        var buffer = new OutputBuffer();
        var output = new StageOutput(buffer, Topics.Of(league).ToDictionary(topic => topic, _ => 1));
        var times = new List<double>();
        long updates = 0, bytes = 0, markets = 0;
        foreach (var (game, number) in games.Select((game, number) => (game, number)))
        {
            ct.ThrowIfCancellationRequested();
            var state = stage.Create(game.Id);
            foreach (var record in game.Records)
            {
                var allocated = GC.GetAllocatedBytesForCurrentThread();
                var before = output.Emitted;
                var started = Stopwatch.GetTimestamp();
                stage.Process(state, record, output);
                var micros = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
                if (number >= WarmUpGames)
                {
                    times.Add(micros);
                    updates += output.Emitted - before;
                    bytes += GC.GetAllocatedBytesForCurrentThread() - allocated;
                    markets += state.OpenMarketCount;
                }

                buffer.Clear();
                output.Clear();
            }
        }

        times.Sort();
        return (times[times.Count / 2], times[(int)(times.Count * 0.99)], updates / (double)times.Count, bytes / (double)times.Count, markets / (double)times.Count);
    }

    private static double SolveBytes(League league, List<Game> games)
    {
        var model = GameModels.Create(league);
        var states = games.SelectMany(game => game.States).ToList();
        states.ForEach(entry => model.Solve(entry.State, entry.Info).Result());
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var (state, info) in states)
        {
            model.Solve(state, info).Result();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)states.Count;
    }

    /// <summary>The model alone, and what reading and pricing each kind of market adds to it.</summary>
    private static List<(string Name, double Micros)> Shares(League league, List<Game> games, CancellationToken ct)
    {
        var model = GameModels.Create(league);
        var book = LeagueBook.For(league);
        var states = games.SelectMany(game => game.States).ToList();
        var kinds = book.Offers.GroupBy(offer => offer.Scope == MarketScope.FullGame ? MarketKey.NameOf(offer.Type) : "parts of the game").ToList();
        var solve = Time(states, (state, info) => model.Solve(state, info), ct);
        List<(string, double)> shares = [("the model", solve)];
        foreach (var kind in kinds)
        {
            var offers = kind.ToList();
            var micros = Time(states, (state, info) =>
            {
                var solved = model.Solve(state, info);
                foreach (var offer in offers)
                {
                    BoardReading.Price(book, offer, solved, state);
                }
            }, ct);
            shares.Add((kind.Key, Math.Max(0, micros - solve)));
        }

        return shares;
    }

    /// <summary>The mean over the states: of each state the best of several rounds, which no other process can have disturbed.</summary>
    private static double Time(List<(GameState State, GameInfo Info)> states, Action<GameState, GameInfo> run, CancellationToken ct)
    {
        var best = new double[states.Count];
        Array.Fill(best, double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            ct.ThrowIfCancellationRequested();
            for (var i = 0; i < best.Length; i++)
            {
                var started = Stopwatch.GetTimestamp();
                run(states[i].State, states[i].Info);
                best[i] = Math.Min(best[i], Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            }
        }

        return best.Average();
    }

    /// <summary>A simulated game: its normalised records, and the states after its events.</summary>
    private sealed record Game(GameId Id, List<LogRecord> Records, List<(GameState State, GameInfo Info)> States)
    {
        public static Game Of(League league, int number)
        {
            var truth = ExhaustiveTruth.Of(league, 7, number);
            var format = Pipeline.Formats.Single(format => format.League == league);
            var rules = Pipeline.Rules(league);
            var writer = new ProtoWriter();
            var events = new List<GameEvent>();
            var game = new Game(truth.Game, [], []);
            var (state, info) = (new GameState(), GameModels.InfoWhenUnknown(league));
            foreach (var message in truth.Messages())
            {
                events.Clear();
                format.Parse(message, events);
                foreach (var told in events)
                {
                    var gameEvent = told.Info is { } given ? told with { Info = given with { Line = truth.Line } } : told;
                    info = gameEvent.Info ?? info;
                    state = rules.Apply(state, gameEvent, info);
                    writer.Clear();
                    NormalizedEventCodec.Write(writer, new NormalizedEvent { Event = gameEvent, After = state, Sequence = game.Records.Count + 1 });
                    game.Records.Add(new LogRecord
                    {
                        Partition = new TopicPartition(Topics.Normalized(league), 0),
                        Offset = game.Records.Count,
                        AppendedAt = default,
                        Key = Encoding.UTF8.GetBytes(truth.Game.Value),
                        Value = writer.Written.ToArray(),
                    });
                    if (state.Phase == GamePhase.Live)
                    {
                        game.States.Add((state, info));
                    }
                }
            }

            return game;
        }
    }
}
