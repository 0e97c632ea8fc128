using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Pipeline.Normalise;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.Tests.Pipeline.Normalise;

/// <summary>The stage on a table: messages in, records out, with the state saved and loaded whenever a test wants it.</summary>
internal sealed class NormaliseBench
{
    public static readonly GameId Game = GameId.Of(League.Nba, "0022400001");
    private static readonly Timestamp Start = Timestamp.From(new DateTimeOffset(2025, 2, 2, 20, 0, 0, TimeSpan.Zero));
    private readonly OutputBuffer _buffer = new();
    private readonly StringCache _cache = new();
    private readonly NormaliseOptions? _options;
    private NormaliseStage _stage;
    private long _offset;

    public NormaliseBench(NormaliseOptions? options = null)
    {
        _options = options;
        _stage = new NormaliseStage(League.Nba, Rules, options);
        State = _stage.Create(Game);
        Output = new StageOutput(_buffer, Topics.Of(League.Nba).ToDictionary(topic => topic, _ => 1));
    }

    public PointsRules Rules { get; } = new();

    public NormaliseState State { get; private set; }

    public StageOutput Output { get; }

    public IReadOnlyList<NormalizedEvent> Events =>
        [.. Values(Topics.Normalized(League.Nba)).Select(value => NormalizedEventCodec.Read(value, _cache))];

    public IReadOnlyList<DeadLetter> Quarantine =>
        [.. Values(Topics.Quarantine(League.Nba)).Select(value => DeadLetterCodec.Read(value, _cache))];

    /// <summary>What a reader of the stream sees: everything but receipt times and raw positions, which depend on the transport.</summary>
    public IReadOnlyList<string> Story =>
        [.. Events.Select(e => $"#{e.Sequence} {e.Disposition} r{e.Revision} {e.Event} -> {e.After}")];

    public static GameEvent Info(PregameLine? line = null) => new()
    {
        GameId = Game,
        Key = "info",
        Order = 0,
        Kind = EventKind.Info,
        Info = new GameInfo { Home = new Team("DET", "Detroit"), Away = new Team("CHI", "Chicago"), RegulationPeriods = 4, Line = line },
    };

    /// <summary>A play of a vendor that says the score after it.</summary>
    public static GameEvent Play(int number, int home, int away, string text = "") => new()
    {
        GameId = Game,
        Key = $"{number}",
        Order = number * 10_000,
        Kind = EventKind.Play,
        Period = 1,
        ClockTenths = 7200 - number,
        Score = new Score(home, away),
        Description = text,
    };

    /// <summary>A play of a vendor that says only what it was worth.</summary>
    public static GameEvent Points(int number, int home, int away = 0) => new()
    {
        GameId = Game,
        Key = $"{number}",
        Order = number,
        Kind = EventKind.Play,
        Period = 1,
        Points = new Score(home, away),
    };

    public static GameEvent End(int number, int home, int away) =>
        Play(number, home, away) with { Kind = EventKind.GameEnd };

    /// <param name="sequence">Its number; also the second at which it is published, unless <paramref name="at"/> says otherwise.</param>
    public static RawMessage Message(
        long sequence, GameEvent[] events, string feed = "a", long amends = 0, double? at = null, string source = "test", string format = "test") => new()
        {
            Message = new FeedMessage
            {
                Source = source,
                Feed = feed,
                GameId = Game,
                Sequence = sequence,
                AmendsSequence = amends,
                PublishedAt = Start + TimeSpan.FromSeconds(at ?? (sequence * 0.1)),
                Body = Encoding.UTF8.GetBytes($"{sequence} over {feed}"),
            },
            ReceivedAt = Start + TimeSpan.FromSeconds((at ?? sequence) + 1),
            Format = format,
            Events = events,
        };

    public static RawMessage Message(long sequence, GameEvent gameEvent) => Message(sequence, [gameEvent]);

    public static RawMessage Control(EventKind? kind = null) => Message(
        0,
        kind is { } k ? [new GameEvent { GameId = Game, Key = "feed", Order = 0, Kind = k }] : [],
        source: "oddswire",
        format: "oddswire");

    public NormaliseBench Send(params RawMessage[] messages)
    {
        foreach (var message in messages)
        {
            Append(message, default);
        }

        return this;
    }

    public NormaliseBench SendAgainAsReplay(RawMessage message)
    {
        Append(message, RecordHeaders.Of((HeaderNames.ReplayOf, "quarantine.nba:0:0")));
        return this;
    }

    /// <summary>Stops and starts the process: a new stage from the saved bytes.</summary>
    public NormaliseBench Restart()
    {
        var writer = new ProtoWriter();
        _stage.Save(State, writer);
        var before = (Stage: _stage, State);
        _stage = new NormaliseStage(League.Nba, Rules, _options);
        State = _stage.Load(Game, writer.Written);
        for (var part = 0; part < _stage.CompleteParts(before.State); part++)
        {
            writer.Clear();
            before.Stage.SavePart(before.State, part, writer);
            _stage.LoadPart(State, writer.Written);
        }

        return this;
    }

    private void Append(RawMessage message, RecordHeaders headers)
    {
        var writer = new ProtoWriter();
        RawMessageCodec.Write(writer, message);
        _stage.Process(State, new LogRecord
        {
            Partition = new TopicPartition(Topics.Raw(League.Nba), 0),
            Offset = _offset++,
            AppendedAt = default,
            Key = Encoding.UTF8.GetBytes(Game.Value),
            Value = writer.Written.ToArray(),
            Headers = headers,
        }, Output);
    }

    private List<byte[]> Values(string topic)
    {
        var values = new List<byte[]>();
        foreach (var block in _buffer.Blocks.Where(block => block.Partition.Topic == topic))
        {
            foreach (var record in new RecordBatch(block.Partition, 0, block.Count, default, block.Payload))
            {
                values.Add(record.Value.ToArray());
            }
        }

        return values;
    }
}
