using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using Oddswire.Host.Composition;
using Oddswire.Host.Roles.Lag;
using Oddswire.IntegrationTests.Chaos;
using static Oddswire.IntegrationTests.Kafka.VendorTopic;
using Topics = Oddswire.Core.Ports.Topics;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>A message that is refused on its way in, mended, and sent again by <c>oddswire dlq replay</c>, on Kafka.</summary>
public sealed class DeadLettersOnKafkaTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_record_that_is_too_large_becomes_dead_letters_stops_nothing_and_a_replay_brings_its_prices_once()
    {
        await using var vendor = KafkaRig.Open(withTopics: false, mustBeMock: true);
        await using var core = KafkaRig.Open(leagues: [League.Nfl]);
        await using var folder = new ChaosFolder();
        MakeTopic(vendor);
        var game = Messages.Value[0].GameId;
        var sent = Messages.Value.Where(message => message.GameId == game).Take(60).ToList();
        sent = sent[..(sent.FindLastIndex(IsPlay) + 1)];

        // Whitespace behind a document changes nothing of it but its size. It is the newest of its game, so that nothing but a replay moves the prices on.
        var large = sent[^1] with { Body = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(sent[^1].Body.Span) + new string(' ', 200_000)) };
        await SendAsync(vendor, [.. sent.Take(30)]);
        await SendAsync(vendor, [large]);
        await SendAsync(vendor, [.. sent.Skip(30).SkipLast(1)]);
        string[] small = ["--data", folder["data"], .. core.Options, "--set", "topics.max-message-bytes=262144"];
        await using var process = OddswireProcess.Start([
            "run", "--role", "ingest,normalise,price", "--league", "nfl", "--feed", "kafka", "--feed-bootstrap", vendor.Bootstrap, "--feed-topic", Topic,
            "--set", "feed.sequence=header:seq", "--headless", .. small]);
        await using var log = KafkaLogs.Open(core.Place, TimeProvider.System, null);
        await UntilAsync(async () => (await RawAsync(log)).Count == sent.Count - 1 && await HasSettledAsync(log), process, log);
        var before = await OddsAsync(log);
        before.Count.ShouldBeGreaterThan(100);

        await using var list = await OddswireProcess.RunAsync(["dlq", "list", "--league", "nfl", "--json", .. small]);
        var letters = list.Result.GetProperty("letters").EnumerateArray().ToList();
        letters.Select(letter => letter.GetProperty("reason").GetString()).ShouldBe(["too-large", "too-large"], list.Said);
        list.Said.ShouldContain("more than the 131072 allowed; this is part 2 of 2");
        var id = letters[0].GetProperty("id").GetString()!;
        await using var show = await OddswireProcess.RunAsync(["dlq", "show", id, .. small]);
        show.Said.ShouldContain(game.Value);

        (await ReplayAsync(small, "--all", "--league", "nfl")).ShouldBe((0, 2, 0));
        await UntilAsync(async () => (await RawAsync(log)).Count == sent.Count && await HasSettledAsync(log) && (await OddsAsync(log)).Count > before.Count, process, log);
        var after = await OddsAsync(log);
        after.Except(before).ShouldAllBe(update => update.Cause == after.Except(before).First().Cause, "one message is the cause of all that is new");

        (await ReplayAsync(small, id)).ShouldBe((1, 0, 1));
        (await ReplayAsync(small, "--all")).ShouldBe((0, 0, 0));
        process.Signal("TERM");
        await process.WaitAsync();
        process.ExitCode.ShouldBe(0, process.Said);
        (await OddsAsync(log)).ShouldBe(after, ignoreOrder: true);
        await using var verify = await OddswireProcess.RunAsync(["verify", "--no-archive", .. small]);
        verify.ExitCode.ShouldBe(0, verify.Said);
    }

    private static bool IsPlay(FeedMessage message) => Encoding.UTF8.GetString(message.Body.Span).Contains("\"desc\"", StringComparison.Ordinal);

    private static async Task<(int Code, int Sent, int Failed)> ReplayAsync(string[] place, params string[] what)
    {
        await using var replay = await OddswireProcess.RunAsync(["dlq", "replay", .. what, "--json", .. place]);
        return (replay.ExitCode, replay.Result.GetProperty("sent").GetInt32(), replay.Result.GetProperty("failed").GetInt32());
    }

    private static async Task<IReadOnlySet<long>> RawAsync(IEventLog log) =>
        (await ReadAsync(log, Topics.Raw(League.Nfl), static value => RawMessageCodec.Read(value, new StringCache()).Message.Sequence)).ToHashSet();

    private static async Task<IReadOnlySet<(UpdateId Id, string Cause)>> OddsAsync(IEventLog log) =>
        (await ReadAsync(log, Topics.Odds(League.Nfl), static value => OddsUpdateCodec.Read(value, new StringCache()) is var update ? (update.Id, update.CauseKey) : default)).ToHashSet();

    /// <summary>Whether both stages have read all there is.</summary>
    private static async Task<bool> HasSettledAsync(IEventLog log) =>
        await new LagReader(log, TimeProvider.System).ReadAsync(League.Nfl, Ct) is { Count: >= 2 } lags && lags.Sum(lag => lag.Records) == 0;

    private static async Task UntilAsync(Func<Task<bool>> holds, OddswireProcess process, IEventLog log)
    {
        using var patience = new CancellationTokenSource(Machine.Patience);
        while (!await holds())
        {
            (process.HasExited || patience.IsCancellationRequested).ShouldBeFalse($"{(await RawAsync(log)).Count} messages, {(await OddsAsync(log)).Count} updates:\n{process.Said}");
            await Task.Delay(200, Ct);
        }
    }
}
