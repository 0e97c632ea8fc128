using BenchmarkDotNet.Attributes;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Pipeline.Price;
using Oddswire.Core.Ports;
using Oddswire.Core.Pricing;
using Oddswire.Host.Commands.Bench;

namespace Oddswire.Benchmarks;

/// <summary>
/// Pricing by league: an event of a simulated game through the whole stage (decode, solve, every market with lines and margins, players, settlement, encode),
/// and what of it the model and each kind of market take: the ratio is the share. A market's figure holds the solution it is read off. Run with
/// <c>--filter *Pricing*</c>. Games are gone through again and again, so figures are means over their events or states.
/// </summary>
[MemoryDiagnoser]
[InProcess]
public class PricingBenchmarks
{
    private const int Games = 3;

    private readonly OutputBuffer _buffer = new();
    private List<BoardGame> _games = [];
    private List<(GameState State, GameInfo Info)> _states = [];
    private LeagueBook _book = null!;
    private IGameModel _model = null!;
    private PriceStage _stage = null!;
    private PriceState _state = null!;
    private StageOutput _output = null!;
    private int _game;
    private int _record;
    private int _next;

    /// <summary>The league.</summary>
    [Params(League.Nfl, League.Nba, League.Mlb)]
    public League League { get; set; }

    /// <summary>Plays the games.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _games = [.. Enumerable.Range(0, Games).Select(number => BoardGame.Of(League, number))];
        _states = [.. _games.SelectMany(static game => game.States)];
        _book = LeagueBook.For(League);
        _model = GameModels.Create(League);
        _stage = Oddswire.Host.Composition.Pipeline.Price(League);
        _state = _stage.Create(_games[0].Id);
        _output = new StageOutput(_buffer, Topics.Of(League).ToDictionary(static topic => topic, static _ => 1));
    }

    /// <summary>An event, every market of the game and of its players.</summary>
    [Benchmark(Baseline = true)]
    public long WholeBoard()
    {
        if (_record == _games[_game].Records.Count)
        {
            (_game, _record) = ((_game + 1) % Games, 0);
            _state = _stage.Create(_games[_game].Id);
        }

        _stage.Process(_state, _games[_game].Records[_record++], _output);
        var emitted = _output.Emitted;
        _buffer.Clear();
        _output.Clear();
        return emitted;
    }

    /// <summary>The joint distribution alone.</summary>
    [Benchmark]
    public Split Model()
    {
        var (state, info) = NextState();
        return _model.Solve(state, info).Result();
    }

    /// <summary>Winner, spread, total and team totals of the whole game.</summary>
    [Benchmark]
    public void MainLines() => Read(static offer => offer.Scope == MarketScope.FullGame
        && offer.Type is MarketType.Moneyline or MarketType.ThreeWay or MarketType.Spread or MarketType.Total or MarketType.TeamTotal);

    /// <summary>Every market of halves, quarters, first innings.</summary>
    [Benchmark]
    public void PartsOfTheGame() => Read(static offer => offer.Scope != MarketScope.FullGame);

    /// <summary>Next score, drive, half-inning.</summary>
    [Benchmark]
    public void MarketsOfTheMoment() => Read(static offer =>
        offer.Type is MarketType.NextScore or MarketType.DriveResult or MarketType.DriveScore or MarketType.HalfInningRuns);

    /// <summary>Races to a number of points.</summary>
    [Benchmark]
    public void Races() => Read(static offer => offer.Type == MarketType.RaceTo);

    private void Read(Func<MarketOffer, bool> isOfKind)
    {
        var (state, info) = NextState();
        var solved = _model.Solve(state, info);
        for (var i = 0; i < _book.Offers.Count; i++)
        {
            if (isOfKind(_book.Offers[i]))
            {
                BoardReading.Price(_book, _book.Offers[i], solved, state);
            }
        }
    }

    private (GameState State, GameInfo Info) NextState() => _states[_next++ % _states.Count];
}
