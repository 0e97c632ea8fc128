using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Publish;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Host.Api;
using Oddswire.Host.Roles.Lag;
using Oddswire.IntegrationTests.Chaos;
using Oddswire.IntegrationTests.Logs;
using Oddswire.IntegrationTests.Logs.Kafka;
using Oddswire.IntegrationTests.Replicate;
using static Oddswire.IntegrationTests.Logs.LogTestKit;

namespace Oddswire.IntegrationTests.Api;

/// <summary>How far a group is behind: what <c>oddswire lag</c> prints, what <c>/metrics</c> tells, and what the pipeline page reads.</summary>
public sealed class LagTests
{
    private static readonly CancellationToken Ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_group_that_is_behind_is_seen_by_partition_in_records_and_seconds_wherever_one_looks()
    {
        var time = new FixedClock();
        await using var log = new MemoryEventLog(time);
        await log.EnsureTopicsAsync([new(In, 2), new(Out, 2)], Ct);
        await using var source = await log.JoinAsync(Source, Ct);
        await source.ProduceAsync(In, 0, "a", "b");
        await source.ProduceAsync(In, 1, "c");
        await using (var worker = await log.JoinAsync(Stage, Ct))
        {
            await worker.CommitAsync(Behind(await worker.PollRecordsAsync(3)), Ct);
        }

        await source.ProduceAsync(In, 1, "d", "e");
        time.Now += TimeSpan.FromSeconds(90);

        var lag = (await new LagReader(log, time).ReadAsync(League.Nfl, Ct)).ShouldHaveSingleItem();
        (lag.Group, lag.Hop, lag.Records).ShouldBe(("normalise.nfl", Hop.Normalise, 2));
        lag.Partitions.Select(partition => (partition.Position, partition.End, partition.Records)).ShouldBe([(2, 2, 0), (1, 3, 2)]);
        lag.Partitions[0].Age.ShouldBe(TimeSpan.Zero);
        lag.Worst!.Partition.ShouldBe(new TopicPartition(In, 1));
        lag.Age.ShouldBe(TimeSpan.FromSeconds(90));

        var monitor = new LagMonitor(log, [League.Nfl], new HopStats(), TimeSpan.FromMinutes(1), time, NullLogger.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var looking = monitor.RunAsync(stop.Token);
        await Machine.UntilAsync(() => monitor.Latest.Count > 0, Soon, () => "nobody looks");
        await using var app = ApiApplication.Build(
            new ApiOptions { Port = 0 }, new ApiSources { Board = new LiveBoard([League.Nfl]), Stats = new HopStats(), Lag = monitor });
        await app.StartAsync(Ct);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        var metrics = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Ct);
        metrics.ShouldContain($"oddswire_group_lag_records{{role=\"normalise\",group=\"normalise.nfl\",league=\"nfl\",topic=\"{In}\",partition=\"1\"}} 2\n");
        metrics.ShouldMatch($"oddswire_group_lag_seconds\\{{[^}}]*topic=\"{In}\",partition=\"1\"\\}} 90\n");
        using var pipeline = System.Text.Json.JsonDocument.Parse(await client.GetStringAsync(new Uri("/api/v1/pipeline", UriKind.Relative), Ct));
        var group = pipeline.RootElement.GetProperty("groups").EnumerateArray().ShouldHaveSingleItem();
        (group.GetProperty("group").GetString(), group.GetProperty("records").GetInt64(), group.GetProperty("partitions").GetArrayLength()).ShouldBe(("normalise.nfl", 2, 2));
        group.GetProperty("partitions")[1].GetProperty("records").GetInt64().ShouldBe(2);
        (await client.GetStringAsync(new Uri("/pipeline", UriKind.Relative), Ct)).ShouldContain($"{In}-1: 2 waiting, 90");
        group.GetProperty("seconds").GetDouble().ShouldBe(90);
        group.GetProperty("worst").GetString().ShouldNotBeNull().ShouldContain($"{In}-1");

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => looking);
    }

    [Fact]
    public async Task An_edge_that_cannot_be_asked_is_told_and_hides_no_other_group()
    {
        var time = new LeapingClock();
        await using var log = new MemoryEventLog(time);
        await log.EnsureTopicsAsync([new(In, 1), new(Out, 1)], Ct);
        await using var source = await log.JoinAsync(Source, Ct);
        await source.ProduceAsync(In, 0, "a");
        await using (var worker = await log.JoinAsync(Stage, Ct))
        {
            await worker.CommitAsync(Behind(await worker.PollRecordsAsync(1)), Ct);
        }

        using var edge = new AwayLog(new MemoryEventLog(time)) { IsAway = true };
        var reader = new LagReader(log, time, () => edge);
        (await reader.ReadAsync(League.Nfl, Ct)).ShouldHaveSingleItem().Group.ShouldBe("normalise.nfl");
        reader.EdgeUnknown.ShouldBe("the edge log cannot be asked");
        reader.EdgeFault.ShouldBe("the edge is away");
        var logger = TestLogger.ForCurrentTest();
        (await ToldAsync(new LagMonitor(log, [League.Nfl], new HopStats(), TimeSpan.FromMilliseconds(20), time, logger, () => edge)))
            .ShouldBe(["replicate: the edge log cannot be asked"], "everybody reads it: what the cluster answered is for the log");
        logger.Said.Count(line => line.Contains("the edge is away", StringComparison.Ordinal)).ShouldBe(1);
        edge.IsAway = false;
        await reader.ReadAsync(League.Nfl, Ct);
        reader.EdgeUnknown.ShouldNotBeNull("it is left alone for a while, so that a look does not take as long as its time-out");
        time.Leap = TimeSpan.FromMinutes(1);
        await reader.ReadAsync(League.Nfl, Ct);
        reader.EdgeUnknown.ShouldBeNull();
        reader.EdgeFault.ShouldBeNull();
    }

    [Fact]
    public async Task An_edge_that_is_not_known_is_asked_for_and_one_that_is_not_to_be_is_not()
    {
        await using var log = new MemoryEventLog(TimeProvider.System);
        await log.EnsureTopicsAsync([new(In, 1), new(Out, 1)], Ct);
        var unknown = new LagReader(log, TimeProvider.System, static () => null);
        await unknown.ReadAsync(League.Nfl, Ct);
        unknown.EdgeUnknown.ShouldNotBeNull().ShouldContain("--edge-bootstrap");
        var off = new LagReader(log, TimeProvider.System);
        await off.ReadAsync(League.Nfl, Ct);
        off.EdgeUnknown.ShouldBeNull();
    }

    /// <summary>What a monitor says of groups that it cannot look at, after some looks.</summary>
    private static async Task<IReadOnlyList<string>> ToldAsync(LagMonitor monitor)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var looking = monitor.RunAsync(stop.Token);
        await Machine.UntilAsync(() => monitor.Unknown.Count > 0, Soon, () => "nothing is told");
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => looking);
        return monitor.Unknown;
    }
}
