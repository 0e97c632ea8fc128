using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Host.Roles.Replicate;
using Oddswire.Tests.Simulation;

namespace Oddswire.IntegrationTests.Replicate;

/// <summary>
/// What replication from a core log to an edge log promises, whatever engines the two logs run on. An engine's tests say how to open the two.
/// </summary>
public abstract class ReplicationContract : IAsyncLifetime
{
    private readonly List<IEventLog> _opened = [];
    private ReplicationRig _rig = null!;

    /// <summary>How many updates the longer tests send.</summary>
    protected virtual int Many => 5000;

    /// <summary>Opens a log; the same name is the same log again.</summary>
    protected abstract ValueTask<IEventLog> OpenAsync(string name);

    public async ValueTask InitializeAsync() => _rig = await new ReplicationRig(await OpenKeptAsync("core"), await OpenKeptAsync("edge")).PrepareAsync();

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var log in _opened)
        {
            await log.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Every_update_is_on_the_edge_once_and_in_the_order_of_its_game()
    {
        await _rig.PriceAsync(Many);
        await _rig.RunUntilDoneAsync(_rig.Role());
        await _rig.AssertExactlyOnceAsync();
        _rig.Counters.Sent.ShouldBe(Many);
    }

    [Fact]
    public async Task A_role_goes_on_where_an_earlier_one_stopped()
    {
        for (var i = 0; i < 3; i++)
        {
            await _rig.PriceAsync(500);
            await _rig.RunUntilDoneAsync(_rig.Role());
        }

        await _rig.AssertExactlyOnceAsync();
    }

    [Fact]
    public async Task Stopped_at_any_moment_and_started_again_it_loses_and_doubles_nothing()
    {
        var random = new Random(20260314);
        await _rig.PriceAsync(Many);
        for (var i = 0; i < 12; i++)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(1, 60)));
            await _rig.Role(new ReplicateOptions { MaxRecordsPerCommit = 50, MinCommitInterval = TimeSpan.Zero }).RunAsync(stop.Token);
        }

        await _rig.RunUntilDoneAsync(_rig.Role());
        await _rig.AssertExactlyOnceAsync();
    }

    [Fact]
    public async Task A_second_instance_waits_and_takes_over_when_the_first_one_goes()
    {
        await _rig.PriceAsync(300);
        using var stopFirst = new CancellationTokenSource();
        var first = _rig.Role().RunAsync(stopFirst.Token);
        await _rig.UntilDoneAsync(first);
        using var stopSecond = new CancellationTokenSource();
        var second = _rig.Role().RunAsync(stopSecond.Token);
        await _rig.PriceAsync(300);
        await _rig.UntilDoneAsync(first);
        await stopFirst.CancelAsync();
        await first;
        await _rig.PriceAsync(300);
        await _rig.UntilDoneAsync(second);
        await stopSecond.CancelAsync();
        await second;
        await _rig.AssertExactlyOnceAsync();
    }

    [Fact]
    public async Task Commits_that_fail_or_whose_answer_is_lost_cost_nothing()
    {
        await _rig.PriceAsync(Many);
        var faulty = new FaultyLog(_rig.Edge, new Random(7), 0.25);
        await _rig.RunUntilDoneAsync(_rig.Role(edge: faulty));
        faulty.Faults.ShouldBeGreaterThan(0);
        await _rig.AssertExactlyOnceAsync();
    }

    [Fact]
    public async Task An_edge_that_is_away_holds_the_role_up_and_nothing_is_lost()
    {
        using var away = new AwayLog(_rig.Edge);
        using var stop = new CancellationTokenSource();
        var run = _rig.Role(edge: away).RunAsync(stop.Token);
        await _rig.PriceAsync(100);
        await _rig.UntilDoneAsync(run);
        away.IsAway = true;
        await _rig.PriceAsync(Many);
        await ReplicationRig.UntilAsync(
            () => Task.FromResult(_rig.Counters.LagRecords >= Many && _rig.Counters.Behind > TimeSpan.FromMilliseconds(50) && _rig.Counters.Retries > 0), run);
        _rig.Counters.Sent.ShouldBe(100);
        away.IsAway = false;
        await _rig.UntilDoneAsync(run);
        await ReplicationRig.UntilAsync(() => Task.FromResult(_rig.Counters is { LagRecords: 0, Behind.Ticks: 0 }), run);
        await stop.CancelAsync();
        await run;
        await _rig.AssertExactlyOnceAsync();
    }

    [Fact]
    public async Task A_core_log_that_was_begun_anew_and_is_shorter_is_reported()
    {
        await _rig.PriceAsync(900);
        await _rig.RunUntilDoneAsync(_rig.Role());
        var anew = await new ReplicationRig(await OpenKeptAsync("anew"), _rig.Edge).PrepareAsync();
        await anew.PriceAsync(90);
        var lost = await Should.ThrowAsync<CoreLogLostException>(() => anew.Role().RunAsync(TestContext.Current.CancellationToken));
        lost.Message.ShouldContain("started over");
        lost.Message.ShouldContain("--edge-accept-loss");
        (await anew.VerifyAsync()).Ok.ShouldBeFalse();
    }

    [Fact]
    public async Task A_core_log_that_was_begun_anew_and_is_longer_is_reported_too()
    {
        await _rig.PriceAsync(90);
        await _rig.RunUntilDoneAsync(_rig.Role());
        var anew = await new ReplicationRig(await OpenKeptAsync("anew"), _rig.Edge).PrepareAsync();
        await anew.PriceAsync(900);
        (await Should.ThrowAsync<CoreLogLostException>(() => anew.Role().RunAsync(TestContext.Current.CancellationToken)))
            .Message.ShouldContain("another record at offset");
    }

    [Fact]
    public async Task A_record_that_cannot_be_mapped_stops_the_role_and_is_named()
    {
        await _rig.PriceAsync(90);
        await using (var source = await _rig.Core.JoinAsync(ReplicationRig.Pricing, default))
        {
            await Logs.LogTestKit.PollAssignedAsync(source, 1);
            var commit = new LogCommit();
            commit.Outputs.Append(new TopicPartition(ReplicationRig.Internal, 1), "nfl:x"u8, default, [1, 2, 3]);
            await source.CommitAsync(commit, default);
        }

        var error = await Should.ThrowAsync<Host.Roles.StageFailedException>(() => _rig.Role().RunAsync(TestContext.Current.CancellationToken));
        error.Message.ShouldContain($"{ReplicationRig.Internal}-1 offset");
    }

    [Fact]
    public async Task Not_a_record_goes_out_before_the_schema_is_known_to_be_compatible()
    {
        await _rig.PriceAsync(90);
        var refused = _rig.Role(schemaId: _ => throw new IncompatibleSchemaException("odds.updates.public.nfl-value", ["OddsUpdate.sequence: its type was int64 and is string"]));
        (await Should.ThrowAsync<IncompatibleSchemaException>(() => refused.RunAsync(TestContext.Current.CancellationToken))).Message.ShouldContain("OddsUpdate.sequence");
        (await _rig.Edge.DescribeAsync(ReplicationRig.Public, default)).Sum(bounds => bounds.EndOffset).ShouldBe(0);

        var asked = 0;
        await _rig.RunUntilDoneAsync(_rig.Role(schemaId: _ => asked++ < 2
            ? throw new SchemaRegistryUnavailableException("the registry is away")
            : ValueTask.FromResult(ReplicationRig.SchemaId)));
        asked.ShouldBe(3, "a registry that is away is asked again");
        await _rig.AssertExactlyOnceAsync();
    }

    [Fact]
    public async Task Verify_finds_a_public_record_that_is_not_the_mapping()
    {
        await _rig.PriceAsync(90);
        await _rig.RunUntilDoneAsync(_rig.Role());
        await using (var intruder = await _rig.Edge.JoinAsync(new WorkerSpec("intruder.nfl", [], League.Nfl), default))
        {
            await Logs.LogTestKit.PollAssignedAsync(intruder, 1);
            var record = (await Logs.LogTestKit.ReadAllAsync(_rig.Edge, ReplicationRig.Public, 0))[^1];
            var commit = new LogCommit();
            commit.Outputs.Append(record.Partition, record.Key.Span, record.Headers, [.. record.Value.Span, 0xf8, 0x07, 1]);
            await intruder.CommitAsync(commit, default);
        }

        var check = await _rig.VerifyAsync();
        check.Ok.ShouldBeFalse();
        check.Detail.ShouldContain("comes after sequence");
    }

    private protected async ValueTask<IEventLog> OpenKeptAsync(string name)
    {
        var log = await OpenAsync(name);
        _opened.Add(log);
        return log;
    }

    private protected ReplicationRig Rig => _rig;
}
