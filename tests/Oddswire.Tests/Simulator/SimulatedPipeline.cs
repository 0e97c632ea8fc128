using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Pipeline.Normalise;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using Oddswire.Feeds.Mlb;
using Oddswire.Feeds.Nba;
using Oddswire.Feeds.Nfl;

namespace Oddswire.Tests.Simulator;

/// <summary>Simulated messages through the real adapters, rules and normalise stage, on a table.</summary>
internal sealed class SimulatedPipeline(League league)
{
    private readonly Dictionary<GameId, NormaliseState> _states = [];
    private readonly OutputBuffer _buffer = new();
    private readonly StringCache _cache = new();
    private readonly NormaliseStage _stage = new(league, RulesOf(league));
    private long _offset;

    /// <summary>Messages that the adapter refused, with the reason.</summary>
    public List<(FeedMessage Message, string Reason)> Refused { get; } = [];

    /// <summary>Everything normalise accepted, in order.</summary>
    public List<NormalizedEvent> Accepted { get; } = [];

    /// <summary>What normalise put aside.</summary>
    public List<DeadLetter> Quarantine { get; } = [];

    /// <summary>Duplicates that normalise dropped.</summary>
    public long Duplicates { get; private set; }

    public static IFeedFormat FormatOf(League league) => league switch
    {
        League.Nfl => new GameCenterFormat(),
        League.Nba => new LiveDataFormat(),
        _ => new RetrosheetFormat(),
    };

    public static IGameRules RulesOf(League league) => league switch
    {
        League.Nfl => new FootballRules(),
        League.Nba => new BasketballRules(),
        _ => new BaseballRules(),
    };

    /// <summary>The last state of a game.</summary>
    public GameState Last(GameId game) => Accepted.Last(accepted => accepted.Event.GameId == game).After;

    public SimulatedPipeline Send(IEnumerable<SourcedMessage> messages)
    {
        var format = FormatOf(league);
        var output = new StageOutput(_buffer, Topics.Of(league).ToDictionary(topic => topic, _ => 1));
        foreach (var (_, due, message) in messages)
        {
            var events = new List<GameEvent>();
            try
            {
                format.Parse(message, events);
            }
            catch (FeedFormatException refused)
            {
                Refused.Add((message, refused.Reason));
                continue;
            }

            Process(message, events, new Timestamp(due.Ticks / 10), format.Name, output);
        }

        Duplicates = output.Duplicates;
        Collect();
        return this;
    }

    private void Process(FeedMessage message, List<GameEvent> events, Timestamp at, string format, StageOutput output)
    {
        if (!_states.TryGetValue(message.GameId, out var state))
        {
            _states[message.GameId] = state = _stage.Create(message.GameId);
        }

        var writer = new ProtoWriter();
        RawMessageCodec.Write(writer, new RawMessage { Message = message, ReceivedAt = at, Format = format, Events = events });
        _stage.Process(state, new LogRecord
        {
            Partition = new TopicPartition(Topics.Raw(league), 0),
            Offset = _offset++,
            AppendedAt = default,
            Key = Encoding.UTF8.GetBytes(message.GameId.Value),
            Value = writer.Written.ToArray(),
            Headers = default,
        }, output);
    }

    private void Collect()
    {
        foreach (var block in _buffer.Blocks)
        {
            foreach (var record in new RecordBatch(block.Partition, 0, block.Count, default, block.Payload))
            {
                if (block.Partition.Topic == Topics.Normalized(league))
                {
                    Accepted.Add(NormalizedEventCodec.Read(record.Value.ToArray(), _cache));
                }
                else
                {
                    Quarantine.Add(DeadLetterCodec.Read(record.Value.ToArray(), _cache));
                }
            }
        }
    }
}
