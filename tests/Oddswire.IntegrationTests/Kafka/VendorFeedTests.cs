using Confluent.Kafka;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Core.Wire;
using Oddswire.Feeds;
using Oddswire.Host.Composition;
using Oddswire.Host.Roles;
using Oddswire.Host.Roles.Ingest;
using Oddswire.Infrastructure.Feeds.Kafka;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.IntegrationTests.Chaos;
using static Oddswire.IntegrationTests.Kafka.VendorTopic;
using Topics = Oddswire.Core.Ports.Topics;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>A vendor's NFL topic on a cluster of its own, read exactly once into the core log on another.</summary>
public sealed class VendorFeedTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_record_of_the_vendor_is_taken_once_with_its_game_and_number_and_what_names_no_game_becomes_a_dead_letter()
    {
        await using var vendor = KafkaRig.Open(withTopics: false, mustBeMock: true);
        await using var core = KafkaRig.Open();
        MakeTopic(vendor);
        var sent = Messages.Value.Take(400).ToList();
        await SendAsync(vendor, sent);
        await SendAsync(vendor, [new Message<byte[], byte[]> { Value = "{}"u8.ToArray() }, new Message<byte[], byte[]> { Key = "what a key!"u8.ToArray(), Value = sent[0].Body.ToArray() }]);
        await SendAsync(vendor, [new Message<byte[], byte[]> { Key = "2026091300"u8.ToArray(), Value = "not json"u8.ToArray() }]);
        await using var log = KafkaLogs.Open(core.Place, TimeProvider.System, null);
        var counters = new HopCounters();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var feed = new KafkaFeed(OptionsFor(vendor), TimeProvider.System);
        var running = Role(log, feed, counters).RunAsync(stop.Token);
        await Machine.UntilAsync(() => counters.Received >= 403 || running.IsFaulted, Machine.Patience, () => $"{counters.Received} of 403 were taken");
        (feed.Progress?.Records).ShouldBe(0);
        await stop.CancelAsync();
        await running;
        var raw = await ReadAsync(log, Topics.Raw(League.Nfl), static value => RawMessageCodec.Read(value, new StringCache()).Message);
        Show(raw).ShouldBe(Show(sent), ignoreOrder: true);
        raw.ShouldAllBe(message => message.Source == "vendor.nfl" && message.PublishedAt.IsKnown);
        var letters = await ReadAsync(log, Topics.DeadLetters(League.Nfl), static value => DeadLetterCodec.Read(value, new StringCache()));
        letters.Select(letter => letter.Reason).Order(StringComparer.Ordinal).ShouldBe(["malformed-json", FeedRefusal.NoGame, FeedRefusal.NoGame]);
        letters.ShouldContain(letter => letter.Detail.Contains("'what a key!'", StringComparison.Ordinal) && letter.Detail.Contains("vendor.nfl [", StringComparison.Ordinal));

        var service = new DeadLetterService(log, League.Nfl, FeedFormats.All, new Dictionary<string, int> { [Topics.Raw(League.Nfl)] = 1 }, TimeProvider.System);
        (await service.ReplayAsync(null, Ct)).ShouldAllBe(replayed => !replayed.IsSent);
    }

    [Fact]
    public async Task Killed_in_the_middle_it_goes_on_where_the_core_log_says_and_loses_and_doubles_nothing()
    {
        await using var vendor = KafkaRig.Open(withTopics: false, mustBeMock: true);
        await using var core = KafkaRig.Open();
        await using var folder = new ChaosFolder();
        MakeTopic(vendor);
        var messages = Messages.Value.Take(1_000).ToList();
        var (taken, inTheMiddle) = (0, 0);
        var sending = SendSlowlyAsync(vendor, messages, ahead: 500, () => Volatile.Read(ref taken));
        var dice = new Random(5);
        await using var log = KafkaLogs.Open(core.Place, TimeProvider.System, null);
        for (var start = 0; taken < messages.Count && start < 30; start++)
        {
            await using var process = OddswireProcess.Start([
                "run", "--role", "ingest", "--league", "nfl", "--feed", "kafka", "--feed-bootstrap", vendor.Bootstrap, "--feed-topic", Topic,
                "--set", "feed.sequence=header:seq", "--headless", "--data", folder["data"], .. core.Options]);
            var until = DateTimeAfter(20_000);
            var goal = start < 3 ? Math.Min(taken + 100 + dice.Next(150), messages.Count - 1) : messages.Count;
            while (!process.HasExited && TimeProvider.System.GetTimestamp() < until && (taken = await CountAsync(log)) < goal)
            {
                await Task.Delay(25, Ct);
            }

            process.HasExited.ShouldBeFalse(process.Said);
            await process.KillAsync();
            inTheMiddle += taken > 0 && taken < messages.Count ? 1 : 0;
        }

        await sending;
        inTheMiddle.ShouldBeGreaterThanOrEqualTo(1, "no kill hit the work in the middle");
        var raw = await ReadAsync(log, Topics.Raw(League.Nfl), static value => RawMessageCodec.Read(value, new StringCache()).Message);
        if (core.IsMock)
        {
            // The mock shows what a killed process had written and not committed; the next one wrote it again, in the same order.
            raw = [.. raw.DistinctBy(message => (message.GameId, message.Sequence))];
        }

        Show(raw).ShouldBe(Show(messages), ignoreOrder: true);
        foreach (var game in raw.GroupBy(message => message.GameId))
        {
            game.Select(message => message.Sequence).ShouldBe(messages.Where(message => message.GameId == game.Key).Select(message => message.Sequence));
        }
    }

    [Fact]
    public async Task A_topic_that_is_missing_or_was_made_anew_ends_the_role_with_a_message_that_says_what_to_do()
    {
        await using var vendor = KafkaRig.Open(withTopics: false, mustBeMock: true);
        MakeTopic(vendor);
        await SendAsync(vendor, Messages.Value.Take(20).ToList());
        var feed = new KafkaFeed(OptionsFor(vendor), TimeProvider.System);
        var error = Should.Throw<LogCorruptException>(() => feed.ReadFrom(new Dictionary<int, long> { [0] = 1_000_000, [1] = 0, [2] = 0 }, Ct).Take(50).ToList());
        error.Message.ShouldContain("feed.name");
    }

    internal static KafkaFeedOptions OptionsFor(KafkaRig vendor) => new()
    {
        Cluster = new KafkaSettings { BootstrapServers = vendor.Bootstrap },
        League = League.Nfl,
        Topic = Topic,
        Name = Topic,
        Group = "oddswire-nfl",
        SequenceHeader = "seq",
    };

    private static IngestRole Role(IEventLog log, IFeedSource feed, HopCounters counters) => new(
        log, League.Nfl, [feed], FeedFormats.All, new Dictionary<string, int> { [Topics.Raw(League.Nfl)] = 1, [Topics.DeadLetters(League.Nfl)] = 1 },
        new IngestOptions(), counters, TimeProvider.System);

    private static List<string> Show(IEnumerable<FeedMessage> messages) =>
        [.. messages.Select(message => $"{message.GameId} {message.Sequence} {Murmur.Hash128(message.Body.Span):x}")];

    private static async Task<int> CountAsync(IEventLog log) =>
        (await ReadAsync(log, Topics.Raw(League.Nfl), static value => RawMessageCodec.Read(value, new StringCache()).Message)).Select(message => (message.GameId, message.Sequence)).Distinct().Count();

    private static long DateTimeAfter(int milliseconds) => TimeProvider.System.GetTimestamp() + (long)(milliseconds / 1000.0 * TimeProvider.System.TimestampFrequency);
}
