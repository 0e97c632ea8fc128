using System.CommandLine;
using System.Diagnostics;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Ports;
using Oddswire.Core.Pricing;
using Oddswire.Host.Composition;

namespace Oddswire.Host.Commands.Bench;

/// <summary><c>oddswire bench board</c>: how long the whole board of a game takes, event by event, and which markets the time goes to.</summary>
internal static class BoardBench
{
    private const string PlayersAndRest = "players' markets, settlement, decoding, encoding";
    private const int Rounds = 8;
    private const int StageRounds = 24;

    public static Command Create()
    {
        var league = new Option<string?>("--league") { Description = "Only nfl, nba or mlb." };
        var games = new Option<int>("--games") { Description = "How many simulated games.", DefaultValueFactory = static _ => 12 };
        var players = new Option<int>("--players")
        {
            Description = "Add known players to the box score until the game has this many (nfl, nba); a full board offers 30. 0 keeps the game's own.",
        };
        var command = new ExampleCommand(
            "board",
            "On one core: microseconds from a normalised event to the updates of the whole board (each event's best of several runs; median, p99), bytes allocated, and the share of each kind of market.",
            "oddswire bench board",
            "oddswire bench board --league nfl --games 30 --json",
            "oddswire bench board --league nba --players 30")
        { league, games, players };
        command.SetAction((parsed, ct) => Task.Run(
            () => Run(OddsCommand.ParseLeagues(parsed.GetValue(league)), parsed.GetValue(games), parsed.GetValue(players), parsed.GetValue(Cli.Json), ct), ct));
        return command;
    }

    private static int Run(IReadOnlyList<League> leagues, int games, int players, bool json, CancellationToken ct)
    {
        if (games is < 1 or > 10_000 || players is < 0 or > 60)
        {
            throw new UserErrorException(ExitCodes.Usage, "--games is 1 to 10000, --players 0 to 60.", "Write for example --games 12 --players 30.");
        }

        var results = new List<object>();
        foreach (var league in leagues)
        {
            var played = Enumerable.Range(0, games).Select(number => BoardGame.Of(league, number, players)).ToList();
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
                openMarkets = whole.Markets,
                openPlayerMarkets = whole.PlayerMarkets,
                players = whole.Players,
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
            $"{league.Code()}  {GameModels.BuiltIn(league).Version}: median {whole.Median:0.0} µs an event, p99 {whole.P99:0.0} µs, mean {whole.Mean:0.0} µs; open: {whole.Markets:0} markets of the game, "
            + $"{whole.PlayerMarkets:0} of {whole.Players:0} players; {whole.Updates:0.0} updates an event; bytes allocated: median {whole.MedianBytes}, mean {whole.MeanBytes:0}, of which the model {solveBytes:0}");
        foreach (var (name, micros) in shares)
        {
            Console.Out.WriteLine($"  {name,-50}{micros,8:0.0} µs{micros / shares.Sum(share => share.Micros),8:0 %}");
        }
    }

    /// <summary>
    /// Every event through the real stage: decode, solve, lines, margins, settlement, encode. Each game is played several times from its beginning; an event
    /// counts with its best time, which no other process can have disturbed, and with what it allocated the last time, when every table was there.
    /// </summary>
    private static BoardFigures Stage(League league, List<BoardGame> games, CancellationToken ct)
    {
        var stage = Pipeline.Price(league);
        var buffer = new OutputBuffer();
        var output = new StageOutput(buffer, Topics.Of(league).ToDictionary(topic => topic, _ => 1));
        List<double> times = [];
        List<long> bytes = [];
        long updates = 0, markets = 0, playerMarkets = 0, players = 0;
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
                        playerMarkets += state.OpenPlayerMarketCount;
                        players += state.PlayerCount;
                    }

                    buffer.Clear();
                    output.Clear();
                }
            }

            times.AddRange(best);
        }

        times.Sort();
        bytes.Sort();
        double count = times.Count;
        return new BoardFigures(
            times[times.Count / 2], times[(int)(times.Count * 0.99)], times.Average(), updates / count, bytes[bytes.Count / 2], bytes.Average(),
            markets / count, playerMarkets / count, players / count);
    }

    private static double SolveBytes(League league, List<BoardGame> games)
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
    private static List<(string Name, double Micros)> Shares(League league, List<BoardGame> games, CancellationToken ct)
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

    /// <summary>What the events of the games took: microseconds, updates, bytes allocated, markets open, players on offer.</summary>
    private sealed record BoardFigures(double Median, double P99, double Mean, double Updates, long MedianBytes, double MeanBytes, double Markets, double PlayerMarkets, double Players);
}
