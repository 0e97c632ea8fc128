using System.Text;
using BenchmarkDotNet.Attributes;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Pipeline.Price;
using Oddswire.Core.Ports;
using Oddswire.Core.Pricing;
using Oddswire.Core.Wire;

namespace Oddswire.Benchmarks;

/// <summary>
/// Pricing of one event, by league: the model alone, and the whole stage (decode, solve, lines, margins, encode). Run with
/// <c>--filter *Pricing*</c>. A game is gone through again and again, so figures are means over its states.
/// </summary>
[MemoryDiagnoser]
[InProcess]
public class PricingBenchmarks
{
    private const int Events = 128;

    private readonly List<LogRecord> _records = [];
    private readonly List<GameState> _states = [];
    private readonly OutputBuffer _buffer = new();
    private GameId _game;
    private GameInfo _info = null!;
    private IGameModel _model = null!;
    private PriceStage _stage = null!;
    private PriceState _state = null!;
    private StageOutput _output = null!;
    private int _next;

    /// <summary>The league.</summary>
    [Params(League.Nfl, League.Nba, League.Mlb)]
    public League League { get; set; }

    /// <summary>Encodes a game's events.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _game = GameId.Of(League, "2024BENCH1");
        _info = GameModels.InfoWhenUnknown(League);
        _model = GameModels.Create(League);
        _stage = new PriceStage(League, _model);
        _state = _stage.Create(_game);
        _output = new StageOutput(_buffer, new Dictionary<string, int> { [Topics.Odds(League)] = 1 });
        var writer = new ProtoWriter();
        for (var i = 0; i < Events; i++)
        {
            _states.Add(StateAt(i));
            writer.Clear();
            NormalizedEventCodec.Write(writer, new NormalizedEvent
            {
                Event = new GameEvent
                {
                    GameId = _game,
                    Key = $"{i}",
                    Order = i,
                    Kind = i == 0 ? EventKind.Info : EventKind.Play,
                    Info = i == 0 ? _info : null,
                    Description = "(9:41) (Shotgun) pass short right to the 35 for 9 yards",
                },
                After = _states[i],
                Sequence = i + 1,
                ReceivedAt = new Timestamp(1_700_000_000_000_000 + i),
            });
            _records.Add(new LogRecord
            {
                Partition = new TopicPartition(Topics.Normalized(League), 0),
                Offset = i,
                AppendedAt = default,
                Key = Encoding.UTF8.GetBytes(_game.Value),
                Value = writer.Written.ToArray(),
            });
        }
    }

    /// <summary>The joint distribution alone.</summary>
    [Benchmark]
    public Split Solve() => _model.Solve(_states[_next++ % Events], _info).Result();

    /// <summary>An event through the whole stage.</summary>
    [Benchmark]
    public long Process()
    {
        if (_buffer.Count > 2_000)
        {
            _buffer.Clear();
            _output.Clear();
        }

        _stage.Process(_state, _records[_next++ % Events], _output);
        return _output.Emitted;
    }

    private GameState StateAt(int i)
    {
        var isBaseball = League == League.Mlb;
        var period = isBaseball ? 1 + (i * 9 / Events) : 1 + (i * 4 / Events);
        var inPeriod = i % (Events / 4);
        return new GameState
        {
            Phase = GamePhase.Live,
            Period = period,
            ClockTenths = isBaseball ? -1 : 7_100 - (inPeriod * 200),
            Score = League switch
            {
                League.Nfl => new Score(i / 32 * 7, i / 40 * 7),
                League.Nba => new Score(i * 6 / 7, i * 5 / 6),
                _ => new Score(i / 30, i / 25),
            },
            Possession = i % 6 < 3 ? Side.Away : Side.Home,
            Football = League == League.Nfl ? new FootballSituation((i % 4) + 1, 10, 5 + (i * 7 % 90)) : null,
            Baseball = isBaseball ? new BaseballSituation(i % 3, i % 2 == 0 ? "r" : null, i % 5 == 0 ? "s" : null, null) : null,
        };
    }
}
