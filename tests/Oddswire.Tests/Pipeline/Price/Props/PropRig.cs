using System.Globalization;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Pipeline.Normalise;
using Oddswire.Core.Pipeline.Price;
using Oddswire.Core.Ports;
using Oddswire.Core.Pricing;
using Oddswire.Core.Wire;

namespace Oddswire.Tests.Pipeline.Price.Props;

/// <summary>Runs messages of one game through adapter, normalise and price, as the platform does.</summary>
internal sealed class PropRig(League league, IFeedFormat format, int restartEvery = 0, LeagueBook? book = null)
{
    private readonly NormaliseStage _normalise = Oddswire.Host.Composition.Pipeline.Normalise(league);
    private readonly OutputBuffer _buffer = new();
    private readonly StringCache _strings = new();
    private readonly ProtoWriter _writer = new();
    private PriceStage _price = new(league, book: book);
    private NormaliseState? _game;
    private PriceState? _state;
    private NormalizedEvent? _last;
    private long _offset;

    /// <summary>Every update, in order.</summary>
    public List<OddsUpdate> All { get; } = [];

    /// <summary>Their bytes.</summary>
    public List<byte[]> Bytes { get; } = [];

    /// <summary>Their headers' player ids.</summary>
    public List<string?> Players { get; } = [];

    /// <summary>The last update of every player's market.</summary>
    public Dictionary<MarketKey, OddsUpdate> Board { get; } = [];

    public PropRig Send(IEnumerable<FeedMessage> messages)
    {
        foreach (var message in messages)
        {
            Send(message);
        }

        return this;
    }

    public List<OddsUpdate> Send(FeedMessage message)
    {
        List<GameEvent> events = [];
        format.Parse(message, events);
        return Send(message, events);
    }

    public List<OddsUpdate> Send(FeedMessage message, List<GameEvent> events)
    {
        _game ??= _normalise.Create(message.GameId);
        _state ??= _price.Create(message.GameId);
        _writer.Clear();
        RawMessageCodec.Write(_writer, new RawMessage { Message = message, ReceivedAt = message.PublishedAt, Format = format.Name, Events = events });
        var before = All.Count;
        foreach (var value in Run(_normalise, _game, _writer.Written.ToArray(), Topics.Raw(league), message.GameId, Topics.Normalized(league)).ToList())
        {
            _last = NormalizedEventCodec.Read(value.Value, _strings);
            foreach (var _ in Run(_price, _state!, value.Value, Topics.Normalized(league), message.GameId, Topics.Odds(league), Take))
            {
            }

            if (restartEvery > 0 && _offset % restartEvery == 0)
            {
                Restart(message.GameId);
            }
        }

        return All[before..];
    }

    /// <summary>The model's chance of over after the last event, whether a price was published for it or not.</summary>
    public double Over(MarketKey market) => double.Parse(
        _price.ExplainPlayer(_state!, _last!.After, _state!.Info ?? GameModels.InfoWhenUnknown(league), market).Single(static figure => figure.Name == "chance of more than the line").Value,
        CultureInfo.InvariantCulture);

    private void Restart(GameId game)
    {
        _writer.Clear();
        _price.Save(_state!, _writer);
        _price = new PriceStage(league, book: book);
        _state = _price.Load(game, _writer.Written.ToArray());
    }

    private void Take(byte[] value, string? player)
    {
        var update = OddsUpdateCodec.Read(value, _strings);
        All.Add(update);
        Bytes.Add(value);
        Players.Add(player);
        if (update.Market.Type == MarketType.PlayerProp)
        {
            Board[update.Market] = update;
        }
    }

    private IEnumerable<(byte[] Value, string? Player)> Run<TState>(
        Stage<TState> stage, TState state, byte[] value, string from, GameId game, string to, Action<byte[], string?>? take = null)
        where TState : class
    {
        _buffer.Clear();
        stage.Process(state, new LogRecord
        {
            Partition = new TopicPartition(from, 0),
            Offset = _offset++,
            AppendedAt = default,
            Key = Encoding.UTF8.GetBytes(game.Value),
            Value = value,
        }, new StageOutput(_buffer, Topics.Of(league).ToDictionary(static topic => topic, static _ => 1)));
        List<(byte[], string?)> written = [];
        foreach (var block in _buffer.Blocks.Where(block => block.Partition.Topic == to))
        {
            foreach (var record in new RecordBatch(block.Partition, 0, block.Count, default, block.Payload))
            {
                var player = record.Headers.Encoded.IsEmpty ? null : record.Headers.Find(HeaderNames.PlayerId);
                written.Add((record.Value.ToArray(), player));
                take?.Invoke(record.Value.ToArray(), player);
            }
        }

        return written;
    }
}
