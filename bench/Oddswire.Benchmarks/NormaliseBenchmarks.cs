using System.Text;
using BenchmarkDotNet.Attributes;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Pipeline.Normalise;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.Benchmarks;

/// <summary>One NBA game of 500 actions through normalise: over one feed, and over two redundant ones. Per message.</summary>
[MemoryDiagnoser]
[InProcess]
public class NormaliseBenchmarks
{
    private const int Actions = 500;
    private static readonly GameId Game = GameId.Of(League.Nba, "0022400695");
    private readonly LogRecord[] _oneFeed = Records("a");
    private readonly LogRecord[] _twoFeeds = Records("a", "b");
    private readonly OutputBuffer _buffer = new();
    private readonly NormaliseStage _stage = new(League.Nba, new BasketballRules());

    /// <summary>Every message is news.</summary>
    [Benchmark(OperationsPerInvoke = Actions)]
    public long OneFeed() => Run(_oneFeed);

    /// <summary>Every other message is a duplicate.</summary>
    [Benchmark(OperationsPerInvoke = 2 * Actions)]
    public long TwoFeeds() => Run(_twoFeeds);

    private long Run(LogRecord[] records)
    {
        _buffer.Clear();
        var output = new StageOutput(_buffer, Topics.Of(League.Nba).ToDictionary(topic => topic, _ => 1));
        var state = _stage.Create(Game);
        foreach (var record in records)
        {
            _stage.Process(state, record, output);
        }

        return output.Emitted;
    }

    private static LogRecord[] Records(params string[] feeds)
    {
        var writer = new ProtoWriter();
        return [.. Enumerable.Range(1, Actions).SelectMany(number => feeds.Select(feed => (number, feed))).Select((arrival, offset) =>
        {
            writer.Clear();
            RawMessageCodec.Write(writer, Message(arrival.number, arrival.feed));
            return new LogRecord
            {
                Partition = new TopicPartition(Topics.Raw(League.Nba), 0),
                Offset = offset,
                AppendedAt = default,
                Key = Encoding.UTF8.GetBytes(Game.Value),
                Value = writer.Written.ToArray(),
            };
        })];
    }

    private static RawMessage Message(int number, string feed) => new()
    {
        Message = new FeedMessage
        {
            Source = "bench",
            Feed = feed,
            GameId = Game,
            Sequence = number,
            PublishedAt = new Timestamp(1_738_526_400_000_000 + (number * 15_000_000L)),
            Body = new byte[900],
        },
        ReceivedAt = new Timestamp(1_738_526_400_000_000),
        Format = "nba-livedata",
        Events =
        [
            new GameEvent
            {
                GameId = Game,
                Key = $"{number}",
                Order = number * 10_000,
                Kind = EventKind.Play,
                OccurredAt = new Timestamp(1_738_526_400_000_000 + (number * 15_000_000L)),
                Period = 1 + (number / 126),
                ClockTenths = 7200 - (number % 126 * 57),
                Score = new Score(number / 5, number / 6),
                PossessionTeam = "CHI",
                Description = "C. White 7' driving Layup (2 PTS)",
            },
        ],
    };
}
