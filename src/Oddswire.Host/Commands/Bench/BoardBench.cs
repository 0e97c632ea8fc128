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
    private const string PlayersAndRest = "players' markets, settlement, decoding, encoding";
    private const int Rounds = 8;
    private const int StageRounds = 6;

    public static Command Create()
    {
        var league = new Option<string?>("--league") { Description = "Only nfl, nba or mlb." };
        var games = new Option<int>("--games") { Description = "How many simulated games.", DefaultValueFactory = static _ => 12 };
        var command = new ExampleCommand(
            "board",
            "On one core: microseconds from a normalised event to the updates of the whole board (each event's best of several; median, p99), bytes allocated, and the share of each kind of market.",
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
            var played = Enumerable.Range(0, games).Select(number => Game.Of(league, number)).ToList();
            var whole = Stage(league, played, ct);
            _ = Shares(league, played, ct);
            var shares = Shares(league, played, ct);
            shares.Add((PlayersAndRest, Math.Max(0, whole.Mean - shares.Sum(share => share.Micros))));
            Print(league, whole, shares, SolveBytes(league, played));
            results.Add(new
            {
                league = league.Code(),
                medianMicros = whole.Median,
                p99Micros = whole.P99,
                meanMicros = whole.Mean,
                updatesPerEvent = whole.Updates,
                medianAllocatedBytes = whole.MedianBytes,
                allocatedBytesPerEvent = whole.MeanBytes,
                shares = shares.Select(share => new { market = share.Name, micros = share.Micros }),
            });
        }

        if (json)
        {
            Cli.PrintJson(new { leagues = results });
        }

        return ExitCodes.Ok;
    }

    private static void Print(League league, BoardFigures whole, List<(string Name, double Micros)> shares, double solveBytes)
    {
        Console.Out.WriteLine(
            $"{league.Code()}  {GameModels.BuiltIn(league).Version}: median {whole.Median:0.0} µs an event, p99 {whole.P99:0.0} µs, mean {whole.Mean:0.0} µs; {whole.Markets:0} open markets "
            + $"of the game, {whole.Updates:0.0} updates an event; bytes allocated: median {whole.MedianBytes}, mean {whole.MeanBytes:0}, of which the model {solveBytes:0}");
        foreach (var (name, micros) in shares)
        {
            Console.Out.WriteLine($"  {name,-50}{micros,8:0.0} µs{micros / shares.Sum(share => share.Micros),8:0 %}");
        }
    }

    /// <summary>
    /// Every event through the real stage: decode, solve, lines, margins, settlement, encode. Each game is played several times from its beginning; an event
    /// counts with its best time, which no other process can have disturbed, and with what it allocated the last time, when every table was there.
    /// </summary>
    private static BoardFigures Stage(League league, List<Game> games, CancellationToken ct)
    {
        var stage = Pipeline.Price(league);
        var buffer = new OutputBuffer();
        var output = new StageOutput(buffer, Topics.Of(league).ToDictionary(topic => topic, _ => 1));
        List<double> times = [];
        List<long> bytes = [];
        long updates = 0, markets = 0;
        foreach (var game in games)
        {
            ct.ThrowIfCancellationRequested();
            var best = new double[game.Records.Count];
            Array.Fill(best, double.MaxValue);
            for (var round = 1; round <= StageRounds; round++)
            {
                var state = stage.Create(game.Id);
                for (var i = 0; i < best.Length; i++)
                {
                    var allocated = GC.GetAllocatedBytesForCurrentThread();
                    var started = Stopwatch.GetTimestamp();
                    stage.Process(state, game.Records[i], output);
                    best[i] = Math.Min(best[i], Stopwatch.GetElapsedTime(started).TotalMicroseconds);
                    if (round == StageRounds)
                    {
                        bytes.Add(GC.GetAllocatedBytesForCurrentThread() - allocated);
                        updates += output.Emitted;
                        markets += state.OpenMarketCount;
                    }

                    buffer.Clear();
                    output.Clear();
                }
            }

            times.AddRange(best);
        }

        times.Sort();
        bytes.Sort();
        return new BoardFigures(
            times[times.Count / 2], times[(int)(times.Count * 0.99)], times.Average(), updates / (double)times.Count, bytes[bytes.Count / 2], bytes.Average(),
            markets / (double)times.Count);
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

    /// <summary>What the events of the games took: microseconds, updates, bytes allocated, markets open.</summary>
    private sealed record BoardFigures(double Median, double P99, double Mean, double Updates, long MedianBytes, double MeanBytes, double Markets);

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
