using System.Globalization;
using System.Text;
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
using Oddswire.Infrastructure.Logs.Kafka.Admin;
using Oddswire.IntegrationTests.Chaos;
using Oddswire.Simulator;
using Topics = Oddswire.Core.Ports.Topics;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>A vendor's NFL topic on a cluster of its own, read exactly once into the core log on another.</summary>
public sealed class VendorFeedTests
{
    private const string Topic = "vendor.nfl";
    private const int Partitions = 3;
    private static readonly Lazy<IReadOnlyList<FeedMessage>> Messages = new(() =>
        [.. new SimulatorSource(League.Nfl, new SlateOptions { Seed = 7, NflGames = 3, NbaGames = 0, MlbGames = 0, Rounds = 1 }).ReadFrom(0).Select(sourced => sourced.Message)]);

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
        await Machine.UntilAsync(() => counters.Received >= 403 || running.IsFaulted, TimeSpan.FromSeconds(30), () => $"{counters.Received} of 403 were taken");
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
        var sending = SendSlowlyAsync(vendor, messages);
        var dice = new Random(5);
        await using var log = KafkaLogs.Open(core.Place, TimeProvider.System, null);
        var (taken, inTheMiddle) = (0, 0);
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

    [Fact]
    public async Task A_record_that_is_too_large_becomes_dead_letters_and_its_partition_goes_on()
    {
        await using var vendor = KafkaRig.Open(withTopics: false, mustBeMock: true);
        await using var core = KafkaRig.Open();
        await using var folder = new ChaosFolder();
        MakeTopic(vendor);
        var game = Messages.Value[0].GameId;
        var sent = Messages.Value.Where(message => message.GameId == game).Take(60).ToList();
        var large = Record(sent[^1] with { Body = Encoding.UTF8.GetBytes($"{{\"filler\":\"{new string('x', 200_000)}\"}}"), Sequence = 1_000_000 });
        await SendAsync(vendor, sent.Take(30).ToList());
        await SendAsync(vendor, [large]);
        await SendAsync(vendor, sent.Skip(30).ToList());
        string[] small = [.. core.Options, "--set", "topics.max-message-bytes=262144"];
        await using var process = OddswireProcess.Start([
            "run", "--role", "ingest,normalise,price", "--league", "nfl", "--feed", "kafka", "--feed-bootstrap", vendor.Bootstrap, "--feed-topic", Topic,
            "--set", "feed.sequence=header:seq", "--headless", "--data", folder["data"], .. small]);
        await using var log = KafkaLogs.Open(core.Place, TimeProvider.System, null);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await CountAsync(log) < sent.Count || (await log.CommittedAsync(new WorkerSpec("price.nfl", [Topics.Normalized(League.Nfl)], League.Nfl), Ct)).Sum(position => position.Offset) == 0)
        {
            (process.HasExited || patience.IsCancellationRequested).ShouldBeFalse($"{await CountAsync(log)} of {sent.Count}:\n{process.Said}");
            await Task.Delay(100, Ct);
        }

        await using var list = await OddswireProcess.RunAsync(["dlq", "list", "--league", "nfl", "--json", "--data", folder["data"], .. small]);
        list.Result.GetProperty("letters").EnumerateArray().Select(letter => letter.GetProperty("reason").GetString()).ShouldBe(["too-large", "too-large"], list.Said);
        list.Said.ShouldContain("more than the 131072 allowed; this is part 2 of 2");
        var id = list.Result.GetProperty("letters")[0].GetProperty("id").GetString()!;
        await using var show = await OddswireProcess.RunAsync(["dlq", "show", id, "--data", folder["data"], .. small]);
        show.Said.ShouldContain("filler");
        process.Signal("TERM");
        await process.WaitAsync(TimeSpan.FromSeconds(30));
        process.ExitCode.ShouldBe(0, process.Said);
    }

    private static KafkaFeedOptions OptionsFor(KafkaRig vendor) => new()
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

    private static void MakeTopic(KafkaRig vendor) => vendor.Topics!.Create(new PlannedTopic(Topic, Partitions, 1, null));

    private static async Task SendAsync(KafkaRig vendor, IReadOnlyList<FeedMessage> messages) => await SendAsync(vendor, [.. messages.Select(Record)]);

    private static async Task SendAsync(KafkaRig vendor, IReadOnlyList<Message<byte[], byte[]>> records)
    {
        using var producer = Producer(vendor);
        await Task.WhenAll(records.Select(record => producer.ProduceAsync(Topic, record)));
    }

    private static async Task SendSlowlyAsync(KafkaRig vendor, IReadOnlyList<FeedMessage> messages)
    {
        using var producer = Producer(vendor);
        foreach (var some in messages.Chunk(20))
        {
            await Task.WhenAll(some.Select(message => producer.ProduceAsync(Topic, Record(message))));
            await Task.Delay(150, Ct);
        }
    }

    private static IProducer<byte[], byte[]> Producer(KafkaRig vendor) =>
        new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = vendor.Bootstrap, EnableIdempotence = true, LingerMs = 1 }).Build();

    private static Message<byte[], byte[]> Record(FeedMessage message) => new()
    {
        Key = Encoding.UTF8.GetBytes(message.GameId.VendorId.ToString()),
        Value = message.Body.ToArray(),
        Headers = new Headers { { "seq", Encoding.UTF8.GetBytes(message.Sequence.ToString(CultureInfo.InvariantCulture)) } },
    };

    private static List<string> Show(IEnumerable<FeedMessage> messages) =>
        [.. messages.Select(message => $"{message.GameId} {message.Sequence} {Murmur.Hash128(message.Body.Span):x}")];

    private static async Task<int> CountAsync(IEventLog log) =>
        (await ReadAsync(log, Topics.Raw(League.Nfl), static value => RawMessageCodec.Read(value, new StringCache()).Message)).Select(message => (message.GameId, message.Sequence)).Distinct().Count();

    private static async Task<IReadOnlyList<T>> ReadAsync<T>(IEventLog log, string topic, Reader<T> read)
    {
        var all = new List<T>();
        foreach (var bounds in await log.DescribeAsync(topic, Ct))
        {
            for (var at = bounds.EarliestOffset; at < bounds.EndOffset;)
            {
                foreach (var batch in await log.ReadAsync(new PartitionOffset(bounds.Partition, at), 10_000, TimeSpan.Zero, Ct))
                {
                    foreach (var record in batch)
                    {
                        all.Add(read(record.Value.Span));
                    }

                    at = batch.NextOffset;
                }
            }
        }

        return all;
    }

    private static long DateTimeAfter(int milliseconds) => TimeProvider.System.GetTimestamp() + (long)(milliseconds / 1000.0 * TimeProvider.System.TimestampFrequency);

    private delegate T Reader<T>(ReadOnlySpan<byte> value);
}
