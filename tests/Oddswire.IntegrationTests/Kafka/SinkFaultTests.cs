using System.Net;
using Microsoft.Extensions.Logging;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Host.Api;
using Oddswire.Host.Composition;
using Oddswire.Host.Roles.Ingest;
using Oddswire.Host.Roles.Lag;
using Oddswire.Infrastructure.Logs.Kafka.Admin;
using Oddswire.IntegrationTests.Chaos;
using Oddswire.IntegrationTests.Logs.Kafka;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>
/// The whole platform while its two clusters misbehave, looked at where users look: the board, the archive's rows and the public topic hold what an undisturbed
/// platform gives for the same messages, once each and in order. Seeded, as <see cref="KafkaFaultTests"/> is.
/// </summary>
public sealed class SinkFaultTests(ITestOutputHelper output)
{
    private const League Sport = PipelineRig.Sport;
    private const int Messages = 150;
    private const int Faults = 12;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(300);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>One seed of these unless more are asked for: each run starts the archive's engine four times.</summary>
    public static TheoryData<ulong> Seeds => Environment.GetEnvironmentVariable("ODDSWIRE_FAULT_SEED") is null && Environment.GetEnvironmentVariable("ODDSWIRE_FAULT_RUNS") is null
        ? [11]
        : KafkaFaultTests.Seeds;

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Whatever_the_clusters_do_board_archive_and_partners_have_everything_once_and_in_order(ulong seed)
    {
        Machine.DemandChdb();
        await using var folder = new ChaosFolder();
        var source = new FirstMessages(PipelineRig.Source(seed), Messages);
        var calm = await RunAsync(folder["calm"], Options(source, 0) with { StopWhenDrained = true }, static (_, run) => run.WaitAsync(Machine.Patience, Ct));
        var expected = await Outcome.OfAsync(folder["calm"]);
        expected.Updates.ShouldBeGreaterThan(2_000);

        await using var core = new FrontedMock();
        await using var edge = new FrontedMock(1);
        var (corePlace, edgePlace) = (Place(core, isEdge: false), Place(edge, isEdge: true));
        var script = new FaultScript(seed, core.Mock, ["normalise.nba", "price.nba", "publish.nba", "archive.nba"], () => Join(folder, corePlace));
        var beyond = new FaultScript(seed + 1000, edge.Mock, ["replicate.nba"], static () => static () => Task.CompletedTask);
        var options = Options(source, Messages * 1000 / (int)(Faults * Pace.TotalMilliseconds)) with { Log = new LogSettings { Kafka = corePlace }, Edge = new EdgeSettings { Kafka = edgePlace } };
        try
        {
            var board = await RunAsync(folder["kafka"], options, async (_, run) =>
            {
                await Task.WhenAll(script.RunAsync(Faults, Pace), beyond.RunAsync(Faults / 2, Pace * 2));
                await using var log = KafkaLogs.Open(corePlace, TimeProvider.System, null);
                await using var public_ = KafkaLogs.Open(edgePlace, TimeProvider.System, null);
                var count = new OddsCount(log, [Sport]);
                await UntilAsync(run, () => MissingAsync(log, public_, count, expected.Updates));
            });
            board.ShouldBe(calm);
            var outcome = await Outcome.OfAsync(folder["kafka"], log: ["--log", "kafka", "--bootstrap", core.Bootstrap, "--edge-bootstrap", edge.Bootstrap]);
            outcome.ShouldEqual(expected);
        }
        catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
        {
            throw new InvalidOperationException($"Seed {seed} (ODDSWIRE_FAULT_SEED={seed}): {e.Message}", e);
        }
        finally
        {
            output.WriteLine($"Seed {seed}, core:\n{string.Join('\n', script.Said)}\nedge:\n{string.Join('\n', beyond.Said)}");
        }
    }

    private static PlatformOptions Options(IFeedSource source, int messagesPerSecond) => new()
    {
        Leagues = [Sport],
        Roles = PlatformOptions.AllRoles,
        Sources = [source],
        Ingest = new IngestOptions { Speed = double.PositiveInfinity, MaxMessagesPerSecond = messagesPerSecond, BurstMessages = 5 },
        Api = new ApiOptions { Address = IPAddress.Loopback, Port = 0 },
    };

    /// <summary>The cluster with its topics, and limits so short that a lost answer is noticed within a test.</summary>
    private static KafkaPlace Place(FrontedMock cluster, bool isEdge)
    {
        var place = new KafkaPlace(
            cluster.Settings with { RequestTimeout = TimeSpan.FromMilliseconds(1600), CommitTimeout = TimeSpan.FromSeconds(3), TransactionTimeout = TimeSpan.FromSeconds(8) },
            new TopicLayout { Replication = (short)cluster.Mock.Brokers, MinInsyncReplicas = 1, Partitions = Leagues.All.ToDictionary(league => league, _ => 4) });
        foreach (var topic in isEdge ? place.Layout.EdgeTopics([Sport]) : place.Layout.Topics([Sport]))
        {
            cluster.Mock.CreateTopic(topic.Name, topic.Partitions);
        }

        return place;
    }

    /// <summary>Runs a platform for as long as something takes; gives what its board shows then.</summary>
    private async Task<IReadOnlyList<string>> RunAsync(string data, PlatformOptions options, Func<Platform, Task, Task> meanwhile)
    {
        using var folder = DataFolder.OpenForWriting(data, fresh: false);
        using var logging = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Warning).AddProvider(new TestLoggerProvider()));
        await using var platform = await Platform.OpenAsync(folder, options, TimeProvider.System, logging, Ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var run = platform.RunAsync(stop.Token);
        await meanwhile(platform, run);
        var shown = platform.Board.Leagues.SelectMany(board => board.Games).Select(game => game.Read()).OrderBy(game => game.GameId.Value, StringComparer.Ordinal).Select(Show).ToList();
        await stop.CancelAsync();
        await run.WaitAsync(Machine.Patience, Ct);
        return shown;
    }

    /// <summary>One more member of normalise and price, as another process would be.</summary>
    private static Func<Task> Join(ChaosFolder folder, KafkaPlace place)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var running = Task.Run(
            async () =>
            {
                using var own = DataFolder.OpenForWriting(folder[$"member-{Guid.NewGuid():n}"], fresh: false);
                var options = new PlatformOptions { Leagues = [Sport], Roles = new HashSet<Role> { Role.Normalise, Role.Price }, Log = new LogSettings { Kafka = place } };
                using var logging = LoggerFactory.Create(_ => { });
                await using var platform = await Platform.OpenAsync(own, options, TimeProvider.System, logging, stop.Token);
                await platform.RunAsync(stop.Token);
            },
            Ct);
        return async () =>
        {
            await stop.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.Dispose();
        };
    }

    /// <summary>What a sink still lacks of what there is, or what there is of what is to be; nothing when everything is everywhere.</summary>
    private static async Task<string> MissingAsync(IEventLog log, IEventLog edge, OddsCount count, long wanted)
    {
        var reader = new LagReader(log, TimeProvider.System, () => edge);
        var lags = await reader.ReadAsync(Sport, Ct);
        var updates = await count.ReadAsync();
        return lags.Count == 5 && lags.Sum(lag => lag.Records) == 0 && updates >= wanted
            ? ""
            : $"{string.Join(", ", lags.Select(lag => $"{lag.Group} is {lag.Records} behind"))}, {updates} of {wanted} updates {reader.EdgeUnknown} {reader.EdgeFault}";
    }

    private static string Show(Core.Pipeline.Publish.BoardSnapshot game)
    {
        var quotes = game.Quotes.Select(quote => quote.Update).OrderBy(update => $"{update.Market}", StringComparer.Ordinal)
            .Select(update => $"{update.Id} {update.Market} {update.Status} {update.First.Price} {update.Second.Price}");
        return $"{game.GameId} {game.State.Phase} {game.State.Score} event {game.EventSequence} ({game.MissingEvents} missing) update {game.Epoch}.{game.Sequence}, {game.Holes.Count} holes: {string.Join("; ", quotes)}";
    }

    private static async Task UntilAsync(Task run, Func<Task<string>> missing)
    {
        using var patience = new CancellationTokenSource(Machine.Patience);
        for (var last = "nothing was seen"; last.Length > 0;)
        {
            try
            {
                last = await missing().WaitAsync(patience.Token);
            }
            catch (LogUnavailableException e)
            {
                // The last fault still holds.
                last = e.Message;
            }
            catch (OperationCanceledException) when (patience.IsCancellationRequested)
            {
                Assert.Fail($"It does not come to its end: {last}");
            }

            if (run.IsCompleted)
            {
                await run;
                Assert.Fail($"The platform has ended by itself: {last}");
            }

            await Task.Delay(300, Ct);
        }
    }

    private sealed class TestLoggerProvider : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => TestLogger.ForCurrentTest();

        public void Dispose()
        {
        }
    }
}
