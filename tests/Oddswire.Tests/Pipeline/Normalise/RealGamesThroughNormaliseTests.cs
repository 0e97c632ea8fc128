using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Pipeline.Normalise;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using Oddswire.Feeds.Mlb;
using Oddswire.Feeds.Nba;
using Oddswire.Feeds.Nfl;
using Oddswire.Tests.Feeds;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Pipeline.Normalise;

/// <summary>
/// Recorded games, cut into live messages and brought by two redundant feeds out of step, each losing some: nothing may be refused, every game
/// must end, and the state must be the fold of the clean stream. What the final score must be, the adapters' tests compare with the records.
/// </summary>
public sealed class RealGamesThroughNormaliseTests
{
    private const int EveryNflGame = 8;
    private const int MlbFiles = 3;

    [Fact]
    public void Nfl_games_come_through_two_lossy_feeds_untouched() => Check(
        new GameCenterFormat(),
        new FootballRules(),
        RealGames.Nfl().Where((_, i) => i % EveryNflGame == 0).Select(game => RealGames.Recording($"{game.Id}.json", game.Body)));

    [Fact]
    public void Nba_games_come_through_two_lossy_feeds_untouched() => Check(
        new LiveDataFormat(), new BasketballRules(), RealGames.Nba().Select(game => game.Recording));

    [Fact]
    public void Mlb_games_come_through_two_lossy_feeds_untouched()
    {
        var folder = TestData.Require("mlb/retrosheet");
        var files = Directory.EnumerateFiles(folder, "*.EV?.gz", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(MlbFiles);
        Check(new RetrosheetFormat(), new BaseballRules(), files.Select(path => RealGames.Recording(Path.GetFileName(path)[..^3], TestData.Read(path))));
    }

    private static void Check(IFeedFormat format, IGameRules rules, IEnumerable<Recording> recordings)
    {
        var games = 0;
        foreach (var messages in recordings.SelectMany(recording => format.Cut(recording).GroupBy(message => message.GameId)))
        {
            var raw = messages.Select(message => Raw(format, message)).ToList();
            var (clean, _) = Run(format.League, rules, raw);
            var (events, refused) = Run(format.League, rules, [.. OutOfStep(raw, new Random(games))]);

            refused.ShouldBeEmpty(messages.Key.Value);
            events.Select(e => (e.Event, e.After)).ShouldBe(clean.Select(e => (e.Event, e.After)), messages.Key.Value);
            events.ShouldAllBe(e => e.After.IsCertain);
            events[^1].After.Phase.ShouldBe(GamePhase.Final, messages.Key.Value);
            games++;
        }

        games.ShouldBeGreaterThan(0);
    }

    private static RawMessage Raw(IFeedFormat format, FeedMessage message) => new()
    {
        Message = message,
        ReceivedAt = message.PublishedAt,
        Format = format.Name,
        Events = format.Parse(message),
    };

    /// <summary>Feed b runs three messages behind feed a; each loses one message in twenty, never the same one.</summary>
    private static IEnumerable<RawMessage> OutOfStep(List<RawMessage> messages, Random random)
    {
        var lostOnA = messages.Select(_ => random.Next(20) == 0).ToList();
        return messages
            .SelectMany((message, i) => new[]
            {
                (At: i * 10, IsLost: lostOnA[i], Message: message),
                (At: (i * 10) + 33, IsLost: !lostOnA[i] && random.Next(20) == 0, Message: message with { Message = message.Message with { Feed = "b" } }),
            })
            .Where(arrival => !arrival.IsLost)
            .OrderBy(arrival => arrival.At)
            .Select(arrival => arrival.Message);
    }

    private static (List<NormalizedEvent> Events, List<string> Refused) Run(League league, IGameRules rules, List<RawMessage> messages)
    {
        // Recorded plays lie half a minute apart; the feeds here are out of step by messages, so time is left out of it.
        var stage = new NormaliseStage(league, rules, new NormaliseOptions { WindowTime = TimeSpan.FromDays(1) });
        var buffer = new OutputBuffer();
        var output = new StageOutput(buffer, Topics.Of(league).ToDictionary(topic => topic, _ => 1));
        var game = messages[0].Message.GameId;
        var state = stage.Create(game);
        var writer = new ProtoWriter();
        foreach (var (message, offset) in messages.Select((message, i) => (message, i)))
        {
            writer.Clear();
            RawMessageCodec.Write(writer, message);
            stage.Process(state, new LogRecord
            {
                Partition = new TopicPartition(Topics.Raw(league), 0),
                Offset = offset,
                AppendedAt = default,
                Key = Encoding.UTF8.GetBytes(game.Value),
                Value = writer.Written.ToArray(),
            }, output);
        }

        var cache = new StringCache();
        return (
            Read(buffer, Topics.Normalized(league), value => NormalizedEventCodec.Read(value, cache)),
            Read(buffer, Topics.Quarantine(league), value => DeadLetterCodec.Read(value, cache)).ConvertAll(letter => $"{letter.Reason}: {letter.Detail}"));
    }

    private static List<T> Read<T>(OutputBuffer buffer, string topic, Func<ReadOnlySpan<byte>, T> read)
    {
        var values = new List<T>();
        foreach (var block in buffer.Blocks.Where(block => block.Partition.Topic == topic))
        {
            foreach (var record in new RecordBatch(block.Partition, 0, block.Count, default, block.Payload))
            {
                values.Add(read(record.Value.Span));
            }
        }

        return values;
    }
}
