using Confluent.Kafka;
using Oddswire.Core.Ports;
using Oddswire.Host.Composition;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.IntegrationTests.Chaos;
using static Oddswire.IntegrationTests.Logs.LogTestKit;

namespace Oddswire.IntegrationTests.Logs.Kafka;

/// <summary>What each kind of error of the cluster becomes in the words of the port.</summary>
public sealed class KafkaErrorTests : IAsyncLifetime
{
    private readonly FrontedMock _cluster = new(1);
    private KafkaEventLog _log = null!;
    private ILogWorker _source = null!;

    private KafkaSettings Settings => _cluster.Settings with
    {
        RequestTimeout = TimeSpan.FromSeconds(2),
        CommitTimeout = TimeSpan.FromSeconds(3),
        TransactionTimeout = TimeSpan.FromSeconds(6),
    };

    public async ValueTask InitializeAsync()
    {
        _log = new KafkaEventLog(Settings, TimeProvider.System, TestLogger.ForCurrentTest());
        await _log.EnsureTopicsAsync([new(In, 2), new(Out, 2)], default);
        _source = await _log.JoinAsync(Source, default);
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _log.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Errors_that_pass_are_tried_again_inside_the_commit()
    {
        _cluster.Mock.PushErrors(KafkaApi.Produce, ErrorCode.NotEnoughReplicas, ErrorCode.NotLeaderForPartition, ErrorCode.RequestTimedOut);
        _cluster.Mock.PushErrors(KafkaApi.EndTxn, ErrorCode.GroupCoordinatorNotAvailable, ErrorCode.NotCoordinatorForGroup);
        await _source.ProduceAsync(In, 0, "a", "b");
        (await _log.ReadAllValuesAsync(In, 0)).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task A_worker_whose_reading_has_died_refuses_commits_for_good()
    {
        var time = new FailingTime();
        await using var log = new KafkaEventLog(Settings, time, TestLogger.ForCurrentTest());
        await using var worker = await log.JoinAsync(new("dlq.nba", [], Core.Domain.League.Nba), default);
        time.FailsReading = true;
        await Should.ThrowAsync<FencedException>(
            async () =>
            {
                using var deadline = new CancellationTokenSource(Soon);
                while (!deadline.IsCancellationRequested)
                {
                    await worker.ProduceAsync(In, 0, "a");
                }
            });
        await Should.ThrowAsync<FencedException>(async () => await worker.ProduceAsync(In, 0, "never"));
        (await _log.ReadAllValuesAsync(In, 0)).ShouldNotContain("never");
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_ends_the_worker_and_the_next_one_goes_on_from_what_became_of_it()
    {
        // One lost answer is asked for again within the commit; this loses all of them.
        for (var i = 0; i < 2; i++)
        {
            _cluster.Mock.PushDelay(1, KafkaApi.EndTxn, TimeSpan.FromSeconds(6));
        }

        var commit = new LogCommit();
        commit.Put(In, 0, "k", "a");
        commit.State.Add(new(0, Utf8("cursor"), Utf8("1")));
        await Should.ThrowAsync<CommitOutcomeUnknownException>(async () => await _source.CommitAsync(commit, default));
        await Should.ThrowAsync<CommitOutcomeUnknownException>(async () => await _source.CommitAsync(commit, default));
        await _source.DisposeAsync();
        _cluster.Mock.ClearErrors(KafkaApi.EndTxn);
        _source = await _log.JoinAsync(Source, default);
        _source.ReadState(0, Utf8("cursor")).ShouldBe(Utf8("1"));
        await _source.ProduceAsync(In, 0, "b");
    }

    [Theory]
    [InlineData(ErrorCode.ProducerFenced)]
    [InlineData(ErrorCode.InvalidProducerEpoch)]
    [InlineData(ErrorCode.InvalidProducerIdMapping)]
    public async Task A_fence_as_the_answer_to_a_commit_leaves_its_outcome_open_and_the_changelog_tells_it(ErrorCode fence)
    {
        // Carried out, but the answer is lost; asked again, the broker knows a newer producer.
        _cluster.Mock.PushDelay(1, KafkaApi.EndTxn, Settings.RequestTimeout + TimeSpan.FromMilliseconds(400));
        _cluster.Mock.PushDelay(1, KafkaApi.EndTxn, TimeSpan.Zero, fence);
        var commit = new LogCommit();
        commit.Put(In, 0, "k", "a");
        commit.State.Add(new(0, Utf8("cursor"), Utf8("1")));
        var unknown = await Should.ThrowAsync<CommitOutcomeUnknownException>(async () => await _source.CommitAsync(commit, default));
        unknown.Message.ShouldContain("is unknown");
        unknown.Message.ShouldNotContain("othing was committed");
        await _source.DisposeAsync();
        _source = await _log.JoinAsync(Source, default);
        _source.ReadState(0, Utf8("cursor")).ShouldBe(Utf8("1"));
        await _source.ProduceAsync(In, 0, "b");
        (await _log.ReadAllValuesAsync(In, 0)).ShouldBe(["a", "b"]);
    }

    [Theory]
    [InlineData(KafkaApi.AddPartitionsToTxn, ErrorCode.ProducerFenced)]
    [InlineData(KafkaApi.AddPartitionsToTxn, ErrorCode.InvalidProducerEpoch)]
    public async Task A_fenced_producer_is_replaced_and_the_partitions_are_claimed_anew(KafkaApi api, ErrorCode error)
    {
        (await _source.PollAssignedAsync(1)).Assigned.ShouldBe([0]);
        _cluster.Mock.PushErrors(api, error);
        await Should.ThrowAsync<FencedException>(async () => await _source.ProduceAsync(In, 0, "lost"));
        var again = await _source.PollAssignedAsync(1);
        (again.Revoked, again.Assigned).ShouldSatisfyAllConditions(x => x.Revoked.ShouldBe([0]), x => x.Assigned.ShouldBe([0]));
        await _source.ProduceAsync(In, 0, "kept");
        (await _log.ReadAllValuesAsync(In, 0))[^1].ShouldBe("kept");
    }

    [Fact]
    public async Task A_worker_whose_producer_goes_with_a_lost_answer_claims_anew_what_it_keeps()
    {
        await using var worker = await _log.JoinAsync(Stage, default);
        await worker.PollAssignedAsync(2);

        // The answer to giving a partition up to the other one.
        for (var i = 0; i < 2; i++)
        {
            _cluster.Mock.PushDelay(1, KafkaApi.EndTxn, TimeSpan.FromSeconds(6));
        }

        await using var other = await _log.JoinAsync(Stage, default);
        var polled = await worker.PollUntilAsync(polled => polled.Assigned.Count > 0);
        polled.Revoked.Order().ShouldBe([0, 1]);
        var kept = polled.Assigned.ShouldHaveSingleItem();
        await _source.ProduceAsync(In, kept, "a");
        await worker.CommitAsync(Behind(await worker.PollRecordsAsync(1)), default);
    }

    [Fact]
    public async Task A_partition_that_is_taken_away_before_its_state_was_read_is_left_for_the_next_owner_to_fence()
    {
        // The claims are written at once, for nothing is in the changelog yet; nobody can read up to them until the other one has come and taken its part.
        _cluster.Mock.PushErrors(KafkaApi.Fetch, [.. Enumerable.Repeat(ErrorCode.RequestTimedOut, 1000)]);
        var logger = TestLogger.ForCurrentTest();
        await using var log = new KafkaEventLog(Settings, TimeProvider.System, logger);
        await using var worker = await log.JoinAsync(Stage, default);
        await Machine.UntilAsync(
            async () => (await log.DescribeAsync("state.normalise.nfl", default)).All(bounds => bounds.EndOffset > 0), Soon, () => "a partition is not claimed", everyMs: 20);
        await using var other = await log.JoinAsync(Stage, default);
        await Machine.UntilAsync(() => logger.Said.Any(line => line.Contains("giving up", StringComparison.Ordinal)), Soon, () => "nothing is taken away from the first one");
        _cluster.Mock.ClearErrors(KafkaApi.Fetch);
        var kept = (await worker.PollUntilAsync(polled => polled.Assigned.Count > 0)).Assigned.ShouldHaveSingleItem();
        (await other.PollAssignedAsync(1)).Assigned.ShouldBe([1 - kept]);
        var owners = (await _log.ReadAllAsync("state.normalise.nfl", 1 - kept)).Select(record => Changelog.DecodePositions(record.Value.Span, new(In, 0), 0).Owner).ToList();
        owners.ShouldAllBe(owner => owner.StartsWith(Changelog.ClaimMark), "nobody who had not read the state gave it up");
        await _source.ProduceAsync(In, kept, "a");
        await _source.ProduceAsync(In, 1 - kept, "b");
        await worker.CommitAsync(Behind(await worker.PollRecordsAsync(1)), default);
        await other.CommitAsync(Behind(await other.PollRecordsAsync(1)), default);
    }

    [Fact]
    public async Task A_stage_whose_producer_is_fenced_reads_its_uncommitted_work_again()
    {
        await _source.ProduceAsync(In, 0, "a");
        await _source.ProduceAsync(In, 1, "b");
        await using var worker = await _log.JoinAsync(Stage, default);
        var polled = await worker.PollRecordsAsync(2);

        // Before anything is written: on the mock, what a fenced transaction wrote would stay visible.
        _cluster.Mock.PushErrors(KafkaApi.AddPartitionsToTxn, ErrorCode.InvalidProducerEpoch);
        await Should.ThrowAsync<FencedException>(async () => await worker.CommitAsync(Behind(polled), default));
        var again = await worker.PollRecordsAsync(2);
        again.Batches.Values().Order().ShouldBe(["a", "b"]);
        again.Revoked.Order().ShouldBe([0, 1]);
    }

    [Fact]
    public async Task Offsets_of_an_old_generation_fence_the_worker_and_its_work_is_read_again()
    {
        await _source.ProduceAsync(In, 0, "a");
        await using var worker = await _log.JoinAsync(Stage, default);
        var polled = await worker.PollRecordsAsync(1);
        _cluster.Mock.PushErrors(KafkaApi.TxnOffsetCommit, ErrorCode.IllegalGeneration);
        await Should.ThrowAsync<FencedException>(async () => await worker.CommitAsync(Behind(polled), default));
        var again = await worker.PollRecordsAsync(1);
        again.Batches.Values().ShouldBe(["a"]);
        await worker.CommitAsync(Behind(again), default);
        (await _log.CommittedAsync(Stage, default)).ShouldHaveSingleItem().Offset.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(KafkaApi.Produce, ErrorCode.MsgSizeTooLarge, "max.message.bytes")]
    [InlineData(KafkaApi.Produce, ErrorCode.TopicAuthorizationFailed, "topics acls")]
    [InlineData(KafkaApi.AddPartitionsToTxn, ErrorCode.TopicAuthorizationFailed, "topics acls")]
    public async Task What_someone_must_set_right_is_said_with_the_remedy(KafkaApi api, ErrorCode error, string remedy)
    {
        _cluster.Mock.PushErrors(api, [.. Enumerable.Repeat(error, 40)]);
        var thrown = await Should.ThrowAsync<LogException>(async () => await _source.ProduceAsync(In, 0, "a"));
        thrown.ShouldBeOfType<LogConfigurationException>(thrown.Message);
        thrown.Message.ShouldContain(remedy);
        thrown.Message.ShouldContain(_cluster.Bootstrap);
        _cluster.Mock.ClearErrors(api);
    }

    [Fact]
    public async Task A_record_beyond_the_limit_is_refused_before_it_is_sent()
    {
        var commit = new LogCommit();
        commit.Outputs.Append(new(In, 0), Utf8("k"), default, new byte[Settings.MaxMessageBytes + 1]);
        var thrown = await Should.ThrowAsync<LogConfigurationException>(async () => await _source.CommitAsync(commit, default));
        thrown.Message.ShouldContain($"{In}-0");
        await _source.ProduceAsync(In, 0, "goes on");
        (await _log.ReadAllValuesAsync(In, 0)).ShouldBe(["goes on"]);
    }

    [Fact]
    public async Task A_fatal_error_stops_the_role_with_a_message_that_names_it()
    {
        _cluster.Mock.PushErrors(KafkaApi.InitProducerId, [.. Enumerable.Repeat(ErrorCode.TransactionalIdAuthorizationFailed, 40)]);
        RunningRole role = new("normalise.nfl", async ct =>
        {
            await using var log = new KafkaEventLog(Settings, TimeProvider.System);
            await using var worker = await log.JoinAsync(Stage, ct);
            await worker.PollAsync(1, TimeSpan.FromSeconds(20), ct);
        });
        var thrown = await Should.ThrowAsync<RoleFailedException>(() => RoleSupervisor.RunAsync([role], _ => Task.CompletedTask, default));
        thrown.Message.ShouldContain("normalise.nfl");
        thrown.Message.ShouldContain("transactional ids that begin with 'oddswire'");
    }

    [Fact]
    public async Task Brokers_that_are_away_are_waited_for()
    {
        _cluster.Mock.StopBroker(1);
        var commit = _source.ProduceAsync(In, 0, "a");
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        _cluster.Mock.StartBroker(1);
        await commit.WaitAsync(Soon);
        (await _log.ReadAllValuesAsync(In, 0)).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_slow_broker_is_not_taken_for_the_end_of_a_partition()
    {
        await _source.ProduceAsync(In, 0, "a", "b");
        await _log.ReadAllValuesAsync(In, 0);
        var next = (await _log.DescribeAsync(In, default))[0].EndOffset;
        (await _log.ReadAsync(new(new(In, 0), next), 100, TimeSpan.Zero, default)).ShouldBeEmpty();
        _cluster.Mock.SetRoundTrip(1, Settings.FetchMaxWait * 15);
        await _source.ProduceAsync(In, 0, "c");
        (await _log.ReadAsync(new(new(In, 0), next), 100, TimeSpan.Zero, default)).Values().ShouldBe(["c"]);
        await using var other = new KafkaEventLog(Settings, TimeProvider.System, TestLogger.ForCurrentTest());
        (await other.ReadAllValuesAsync(In, 0)).ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public async Task A_partition_whose_leader_is_being_chosen_is_waited_for_and_not_taken_for_a_missing_one()
    {
        // Nothing may be written meanwhile: the mock ends the process where a partition that is written to has no leader.
        const string State = "state.ingest.nfl";
        await _source.DisposeAsync();
        _cluster.Mock.SetLeader(State, 0, null);
        await using var other = new KafkaEventLog(Settings, TimeProvider.System, TestLogger.ForCurrentTest());
        (await Should.ThrowAsync<LogUnavailableException>(async () => await other.ReadStateAsync(Source, 0, default))).Message.ShouldContain("no broker leads them");
        (await Should.ThrowAsync<LogUnavailableException>(async () => await other.ReadAsync(new(new(State, 0), 0), 1, TimeSpan.Zero, default))).Message.ShouldContain("no broker leads it");

        // A worker that is given the partition goes on trying.
        var joining = other.JoinAsync(Source, default).AsTask();
        (await Task.WhenAny(joining, Task.Delay(TimeSpan.FromSeconds(1)))).ShouldNotBe(joining);
        _cluster.Mock.SetLeader(State, 0, 1);
        _source = await joining.WaitAsync(Soon);
        await _source.ProduceAsync(In, 0, "a");
    }

    [Fact]
    public async Task A_cluster_that_is_not_there_is_named()
    {
        var settings = Settings with { BootstrapServers = "127.0.0.1:1" };
        await using var log = new KafkaEventLog(settings, TimeProvider.System);
        var thrown = await Should.ThrowAsync<LogUnavailableException>(async () => await log.EnsureTopicsAsync([new(In, 1)], default));
        thrown.Message.ShouldContain("127.0.0.1:1");
    }

    [Fact]
    public void What_exactly_once_stands_on_cannot_be_overridden()
    {
        var settings = Settings with { Overrides = new Dictionary<string, string> { ["enable.idempotence"] = "false" } };
        Should.Throw<LogConfigurationException>(() => new KafkaEventLog(settings, TimeProvider.System)).Message.ShouldContain("enable.idempotence");
    }

    [Fact]
    public void No_secret_shows_in_the_settings_text()
    {
        var settings = Settings with { Security = new KafkaSecurity { Username = "me", Password = new Secret("hunter2"), KeyPassword = new Secret("hunter3") } };
        settings.ToString().ShouldNotContain("hunter");
    }

    /// <summary>A clock that is out of order for the reading threads alone: a fault that nobody foresaw.</summary>
    private sealed class FailingTime : TimeProvider
    {
        public volatile bool FailsReading;

        public override long GetTimestamp() =>
            FailsReading && Thread.CurrentThread.Name?.StartsWith("read ", StringComparison.Ordinal) == true
                ? throw new InvalidOperationException("The clock stands still.")
                : base.GetTimestamp();
    }
}
