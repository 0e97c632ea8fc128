using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Core.Wire;
using Oddswire.Host.Roles;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Roles;

/// <summary>The driver of the pure stages: exactly once, whatever the log does.</summary>
public sealed class StageRunnerTests : IAsyncDisposable
{
    private const string In = "raw.events.nfl";
    private const string Out = "events.normalized.nfl";
    private const int Records = 600;
    private static readonly WorkerSpec Group = new("count.nfl", [In], League.Nfl);
    private readonly MemoryEventLog _memory = new(TimeProvider.System);
    private readonly HopCounters _counters = new();

    public ValueTask DisposeAsync() => _memory.DisposeAsync();

    [Fact]
    public async Task Every_record_is_handled_once_and_counted()
    {
        await FillAsync();
        await RunUntilDoneAsync(_memory, isDone: () => _counters.Received == Records);
        await AssertExactlyOnceAsync();
        (_counters.Received, _counters.Sent).ShouldBe((Records, Records));
        _counters.Latency.Snapshot().Sum().ShouldBe(Records);
    }

    [Fact]
    public async Task A_log_that_cannot_commit_for_a_while_holds_the_stage_up_and_nothing_is_lost()
    {
        await FillAsync();
        var faulty = new FaultyLog(_memory, commit => commit % 3 != 0 ? Fault.Unavailable : Fault.None);
        await RunUntilDoneAsync(faulty);
        await AssertExactlyOnceAsync();
        _counters.Retries.ShouldBeGreaterThan(0);
        _counters.Received.ShouldBe(Records);
    }

    [Fact]
    public async Task A_commit_of_unknown_outcome_is_neither_lost_nor_doubled()
    {
        await FillAsync();
        var faulty = new FaultyLog(_memory, commit => (commit % 4) switch { 1 => Fault.UnknownButDone, 3 => Fault.UnknownAndNotDone, _ => Fault.None });
        await RunUntilDoneAsync(faulty);
        await AssertExactlyOnceAsync();
    }

    [Fact]
    public async Task A_fenced_commit_is_done_again_from_the_committed_position()
    {
        await FillAsync();
        await RunUntilDoneAsync(new FaultyLog(_memory, commit => commit % 2 == 0 ? Fault.Fenced : Fault.None));
        await AssertExactlyOnceAsync();
    }

    [Fact]
    public async Task A_cache_for_one_state_gives_the_same_as_a_large_one()
    {
        await FillAsync();
        await RunUntilDoneAsync(_memory, new StageRunnerOptions { MaxCachedStates = 1, MaxRecordsPerCommit = 5 });
        await AssertExactlyOnceAsync();
    }

    [Fact]
    public async Task Members_that_come_and_go_hand_over_without_loss_or_repetition()
    {
        await FillAsync();
        using var stop = new CancellationTokenSource();
        var first = Runner(_memory).RunAsync(stop.Token);
        for (var i = 0; i < 5; i++)
        {
            using var brief = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
            await Runner(_memory).RunAsync(brief.Token);
        }

        await WaitUntilDoneAsync(first);
        await stop.CancelAsync();
        await first;
        await AssertExactlyOnceAsync();
    }

    [Fact]
    public async Task A_record_that_the_stage_cannot_handle_stops_the_role_and_is_not_skipped()
    {
        await FillAsync();
        var runner = Runner(_memory, stage: new Count { FailAt = 123 }, options: new StageRunnerOptions { MaxRecordsPerCommit = 1 });
        var error = await Should.ThrowAsync<StageFailedException>(() => runner.RunAsync(default).WaitAsync(TimeSpan.FromSeconds(20)));
        error.Message.ShouldContain($"{In}-");
        error.Message.ShouldContain("offset");
        error.Message.ShouldContain("cannot read 123");
        var handled = (await OutputsAsync()).Count;
        handled.ShouldBeLessThan(Records);
        await RunUntilDoneAsync(_memory);
        await AssertExactlyOnceAsync();
    }

    [Fact]
    public async Task With_a_commit_interval_positions_are_committed_seldom_and_at_the_stop()
    {
        await FillAsync();
        var log = new FaultyLog(_memory, _ => Fault.None);
        using var stop = new CancellationTokenSource();
        var stage = new Count();
        var run = Runner(log, stage, new StageRunnerOptions { MinCommitInterval = TimeSpan.FromMinutes(10), MaxRecordsPerCommit = int.MaxValue }).RunAsync(stop.Token);
        await StageRuns.UntilAsync(() => Task.FromResult(stage.Processed >= Records), run);
        log.Commits.ShouldBe(0);
        await stop.CancelAsync();
        await run;
        log.Commits.ShouldBe(1);
        await AssertExactlyOnceAsync();
    }

    [Fact]
    public async Task A_batch_that_is_committed_in_parts_is_handled_once_whatever_becomes_of_the_parts()
    {
        await FillAsync();
        var faulty = new FaultyLog(
            _memory,
            commit => (commit % 23) switch { 3 => Fault.Unavailable, 7 => Fault.Fenced, 13 => Fault.UnknownButDone, 17 => Fault.UnknownAndNotDone, _ => Fault.None });
        await RunUntilDoneAsync(faulty, InParts(MaxPartBytes));
        faulty.Commits.ShouldBeGreaterThan(Records / 10, "records come by the ten, so that fewer commits would be whole batches");
        await AssertExactlyOnceAsync();
    }

    [Fact]
    public async Task A_stop_while_the_log_cannot_commit_a_part_of_a_batch_does_not_try_each_record_that_is_left()
    {
        await FillAsync();
        using var stop = new CancellationTokenSource();
        var faulty = new FaultyLog(_memory, commit => commit > 2 ? Fault.Unavailable : Fault.None);
        var run = Runner(faulty, options: InParts(1)).RunAsync(stop.Token);
        await StageRuns.UntilAsync(() => Task.FromResult(faulty.Commits > 2), run);
        await stop.CancelAsync();
        var tried = faulty.Commits;
        await run;
        (faulty.Commits - tried).ShouldBeLessThanOrEqualTo(2);
        await RunUntilDoneAsync(_memory);
        await AssertExactlyOnceAsync();
    }

    private const int MaxPartBytes = 60;

    /// <summary>Polls all there is, and commits whenever there are so many bytes.</summary>
    private static StageRunnerOptions InParts(int bytes) =>
        new() { MaxRecordsPerCommit = Records, MaxOutputBytesPerCommit = bytes, MinCommitInterval = TimeSpan.Zero, Retry = new(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(5)) };

    private StageRunner<Count.State> Runner(IEventLog log, Count? stage = null, StageRunnerOptions? options = null) => new(
        log,
        stage ?? new Count(),
        League.Nfl,
        [In],
        new Dictionary<string, int> { [Out] = 2 },
        options ?? new StageRunnerOptions { MaxRecordsPerCommit = 40, MinCommitInterval = TimeSpan.Zero, Retry = new(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(5)) },
        _counters,
        TimeProvider.System);

    private async Task FillAsync()
    {
        await _memory.EnsureTopicsAsync([new(In, 2), new(Out, 2)], default);
        await using var source = await _memory.JoinAsync(new("ingest.nfl", [], League.Nfl), default);
        var commit = new LogCommit();
        for (var i = 0; i < Records; i++)
        {
            commit.Outputs.Append(In, 2, Encoding.UTF8.GetBytes($"nfl:game-{i % 9}"), default, Encoding.UTF8.GetBytes($"{i}"));
            if (i % 10 == 9)
            {
                await source.CommitAsync(commit, default);
                commit.Clear();
            }
        }
    }

    private async Task RunUntilDoneAsync(IEventLog log, StageRunnerOptions? options = null, Func<bool>? isDone = null)
    {
        using var stop = new CancellationTokenSource();
        var run = Runner(log, options: options).RunAsync(stop.Token);
        await WaitUntilDoneAsync(run);
        await StageRuns.UntilAsync(() => Task.FromResult(isDone?.Invoke() ?? true), run);
        await stop.CancelAsync();
        await run;
    }

    private Task WaitUntilDoneAsync(Task run) =>
        StageRuns.UntilAsync(async () => (await _memory.CommittedAsync(Group, default)).Sum(p => p.Offset) >= Records, run);

    /// <summary>Each output carries the game's count so far: a loss, a repetition or a wrong state shows.</summary>
    private async Task AssertExactlyOnceAsync()
    {
        var outputs = await OutputsAsync();
        outputs.Count.ShouldBe(Records);
        foreach (var game in outputs.GroupBy(o => o.Key))
        {
            var number = int.Parse(game.Key.AsSpan("nfl:game-".Length));
            game.Select(o => o.Value).ShouldBe(Enumerable.Range(0, game.Count()).Select(n => $"{number + (9 * n)} is {n + 1}"));
        }
    }

    private async Task<List<(string Key, string Value)>> OutputsAsync()
    {
        List<(string, string)> outputs = [];
        for (var partition = 0; partition < 2; partition++)
        {
            foreach (var batch in await _memory.ReadAsync(new(new(Out, partition), 0), int.MaxValue, TimeSpan.Zero, default))
            {
                foreach (var record in batch)
                {
                    outputs.Add((Encoding.UTF8.GetString(record.Key.Span), Encoding.UTF8.GetString(record.Value.Span)));
                }
            }
        }

        return outputs;
    }

    /// <summary>Counts the records of each game.</summary>
    private sealed class Count : Stage<Count.State>
    {
        private int _processed;

        public int Processed => Volatile.Read(ref _processed);

        public int FailAt { get; init; } = -1;

        public override string Name => "count";

        public override State Create(GameId game) => new() { Game = game };

        public override State Load(GameId game, ReadOnlySpan<byte> saved)
        {
            var reader = new ProtoReader(saved);
            reader.Next(out _).ShouldBeTrue();
            return new State { Game = game, Seen = (int)reader.UInt() };
        }

        public override void Save(State state, ProtoWriter to) => to.UInt(1, (ulong)state.Seen);

        public override void Process(State state, in LogRecord record, StageOutput output)
        {
            var value = Encoding.UTF8.GetString(record.Value.Span);
            if (value == $"{FailAt}")
            {
                throw new WireFormatException($"cannot read {value}");
            }

            output.Emit(Out, state.Game, default, Encoding.UTF8.GetBytes($"{value} is {++state.Seen}"));
            output.NoteReceived(record.AppendedAt, 1);
            Interlocked.Increment(ref _processed);
        }

        public sealed class State
        {
            public GameId Game { get; init; }

            public int Seen { get; set; }
        }
    }

    private enum Fault
    {
        None,
        Unavailable,
        Fenced,
        UnknownButDone,
        UnknownAndNotDone,
    }

    /// <summary>The log in memory, with faults at chosen commits.</summary>
    private sealed class FaultyLog(IEventLog inner, Func<int, Fault> faultOf) : IEventLog
    {
        private int _commits;

        public int Commits => _commits;

        public ValueTask EnsureTopicsAsync(IReadOnlyList<TopicSpec> topics, CancellationToken ct) => inner.EnsureTopicsAsync(topics, ct);

        public ValueTask<IReadOnlyList<PartitionBounds>> DescribeAsync(string topic, CancellationToken ct) => inner.DescribeAsync(topic, ct);

        public ValueTask<IReadOnlyList<PartitionOffset>> CommittedAsync(WorkerSpec group, CancellationToken ct) => inner.CommittedAsync(group, ct);

        public async ValueTask<ILogWorker> JoinAsync(WorkerSpec spec, CancellationToken ct) => new Worker(this, inner, spec, await inner.JoinAsync(spec, ct));

        public ValueTask<IReadOnlyList<RecordBatch>> ReadAsync(PartitionOffset from, int maxRecords, TimeSpan maxWait, CancellationToken ct) =>
            inner.ReadAsync(from, maxRecords, maxWait, ct);

        public ValueTask<IReadOnlyList<KeyValuePair<byte[], byte[]>>> ReadStateAsync(WorkerSpec group, int partition, CancellationToken ct) =>
            inner.ReadStateAsync(group, partition, ct);

        public ValueTask MaintainAsync(CancellationToken ct) => inner.MaintainAsync(ct);

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        private sealed class Worker(FaultyLog log, IEventLog inner, WorkerSpec spec, ILogWorker first) : ILogWorker
        {
            private ILogWorker _worker = first;

            public ValueTask<PollResult> PollAsync(int maxRecords, TimeSpan maxWait, CancellationToken ct) => _worker.PollAsync(maxRecords, maxWait, ct);

            public byte[]? ReadState(int partition, ReadOnlySpan<byte> key) => _worker.ReadState(partition, key);

            public async ValueTask CommitAsync(LogCommit commit, CancellationToken ct)
            {
                var fault = faultAt(Interlocked.Increment(ref log._commits));
                switch (fault)
                {
                    case Fault.Unavailable:
                        throw new LogUnavailableException("the disk is full");
                    case Fault.Fenced:
                        await _worker.DisposeAsync();
                        _worker = await inner.JoinAsync(spec, ct);
                        throw new FencedException("another member owns it");
                    case Fault.UnknownAndNotDone:
                        throw new CommitOutcomeUnknownException("timed out");
                    default:
                        await _worker.CommitAsync(commit, ct);
                        break;
                }

                if (fault == Fault.UnknownButDone)
                {
                    throw new CommitOutcomeUnknownException("timed out");
                }

                Fault faultAt(int number) => log.FaultOf(number);
            }

            public ValueTask DisposeAsync() => _worker.DisposeAsync();
        }

        private Fault FaultOf(int commit) => faultOf(commit);
    }
}
