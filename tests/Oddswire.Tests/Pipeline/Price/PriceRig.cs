using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Pipeline.Normalise;
using Oddswire.Core.Pipeline.Price;
using Oddswire.Core.Ports;
using Oddswire.Core.Pricing;
using Oddswire.Core.Wire;

namespace Oddswire.Tests.Pipeline.Price;

/// <summary>Runs the real price stage over events and gives what it emits.</summary>
internal sealed class PriceRig
{
    private readonly League _league;
    private readonly OutputBuffer _buffer = new();
    private readonly StageOutput _output;
    private readonly ProtoWriter _writer = new();
    private readonly StringCache _strings = new();
    private PriceStage _stage;
    private PriceState _state;
    private long _sequence;

    private readonly IGameModel? _model;
    private GameState _folded = new();
    private GameInfo? _info;

    public PriceRig(League league, IGameModel? model = null)
    {
        _model = model;
        _league = league;
        Game = GameId.Of(league, "2024TEST01");
        _output = new StageOutput(_buffer, new Dictionary<string, int> { [Topics.Odds(league)] = 4, [Topics.Shadow(league)] = 4 });
        _stage = new PriceStage(league, model);
        _state = _stage.Create(Game);
    }

    public GameId Game { get; }

    /// <summary>Every record that went in.</summary>
    public List<LogRecord> Inputs { get; } = [];

    /// <summary>Every update that came out.</summary>
    public List<OddsUpdate> All { get; } = [];

    /// <summary>Every update of a shadow model that came out.</summary>
    public List<OddsUpdate> Shadow { get; } = [];

    /// <summary>The bytes of every update.</summary>
    public List<byte[]> AllBytes { get; } = [];

    /// <summary>The headers of the last update.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> LastHeaders { get; private set; } = [];

    /// <summary>The last update of each market.</summary>
    public Dictionary<MarketKey, OddsUpdate> Board { get; } = [];

    public static GameInfo Info(League league, PregameLine? line = null, bool mustHaveWinner = false) => new()
    {
        Home = new Team("HOM", "Home"),
        Away = new Team("AWY", "Away"),
        RegulationPeriods = league == League.Mlb ? 9 : 4,
        MustHaveWinner = mustHaveWinner,
        Line = line,
    };

    public List<OddsUpdate> Feed(
        GameState after, string? key = null, EventKind kind = EventKind.Play, GameInfo? info = null, int revision = 0, ModelChange? model = null)
    {
        _sequence++;
        _writer.Clear();
        NormalizedEventCodec.Write(_writer, new NormalizedEvent
        {
            Event = new GameEvent
            {
                GameId = Game,
                Key = key ?? $"e{_sequence}",
                Order = _sequence,
                Kind = kind,
                Info = info,
                Model = model,
                OccurredAt = new Timestamp(1_700_000_000_000_000 + _sequence),
                Description = "a play",
            },
            After = after,
            Revision = revision,
            Sequence = _sequence,
            ReceivedAt = new Timestamp(1_700_000_000_500_000 + _sequence),
        });
        return Feed(new LogRecord
        {
            Partition = new TopicPartition(Topics.Normalized(_league), 0),
            Offset = _sequence,
            AppendedAt = default,
            Key = Encoding.UTF8.GetBytes(Game.Value),
            Value = _writer.Written.ToArray(),
        });
    }

    /// <summary>Folds an event by the league's rules and feeds the state after it.</summary>
    public List<OddsUpdate> Play(GameEvent gameEvent)
    {
        IGameRules rules = _league switch { League.Nfl => new FootballRules(), League.Nba => new BasketballRules(), _ => new BaseballRules() };
        _info = gameEvent.Info ?? _info;
        _folded = rules.Apply(_folded, gameEvent, _info);
        return Feed(_folded, gameEvent.Key, gameEvent.Kind, gameEvent.Info);
    }

    /// <summary>Folds these events instead of all earlier ones, as a correction does, and feeds the state after them.</summary>
    public List<OddsUpdate> Correct(IEnumerable<GameEvent> history, string key)
    {
        IGameRules rules = _league switch { League.Nfl => new FootballRules(), League.Nba => new BasketballRules(), _ => new BaseballRules() };
        _folded = history.Aggregate(new GameState(), (state, gameEvent) => rules.Apply(state, gameEvent, _info));
        return Feed(_folded, key, revision: 1);
    }

    public List<OddsUpdate> Feed(LogRecord record)
    {
        Inputs.Add(record);
        _buffer.Clear();
        _output.Clear();
        _stage.Process(_state, record, _output);
        List<OddsUpdate> updates = [];
        foreach (var block in _buffer.Blocks)
        {
            foreach (var written in new RecordBatch(block.Partition, 0, block.Count, default, block.Payload))
            {
                var update = OddsUpdateCodec.Read(written.Value.Span, _strings);
                if (block.Partition.Topic == Topics.Shadow(_league))
                {
                    Shadow.Add(update);
                    continue;
                }

                updates.Add(update);
                Board[update.Market] = update;
                AllBytes.Add(written.Value.ToArray());
                LastHeaders = written.Headers.ToList();
            }
        }

        All.AddRange(updates);
        return updates;
    }

    /// <summary>Saves the state and goes on with a new stage and what it loads.</summary>
    public void Restart()
    {
        _writer.Clear();
        _stage.Save(_state, _writer);
        var saved = _writer.Written.ToArray();
        var parts = Enumerable.Range(0, _stage.CompleteParts(_state)).Select(part =>
        {
            _writer.Clear();
            _stage.SavePart(_state, part, _writer);
            return _writer.Written.ToArray();
        }).ToList();
        _stage = new PriceStage(_league, _model);
        _state = _stage.Load(Game, saved);
        _stage.CompleteParts(_state).ShouldBe(parts.Count);
        parts.ForEach(part => _stage.LoadPart(_state, part));
        _writer.Clear();
        _stage.Save(_state, _writer);
        _writer.Written.SequenceEqual(saved).ShouldBeTrue("a loaded state saves to the same bytes");
    }
}
