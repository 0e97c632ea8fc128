using System.Globalization;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Publish;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;

namespace Oddswire.Host.Roles;

/// <summary>
/// Keeps the board of one league: what it polls is on the board at once; every few seconds the changed games and the positions are
/// committed together, so that a restart loads them and reads on. Records read again are known by their offsets and change nothing. Members of the group
/// share the partitions to save them; where a board is served, what others own is read beside (<see cref="PublishOptions.ShowsAll"/>).
/// </summary>
/// <param name="log">The log.</param>
/// <param name="board">The board of the league; this role is its one writer.</param>
/// <param name="options">Polling, checkpoints, retries.</param>
/// <param name="counters">Counts of <see cref="Hop.Publish"/> for the league.</param>
/// <param name="time">Stamps latency and paces checkpoints.</param>
/// <param name="logger">Told about retries; may be null.</param>
public sealed class PublishRole(
    IEventLog log, LeagueBoard board, PublishOptions options, HopCounters counters, TimeProvider time, ILogger? logger = null)
{
    /// <summary>How often the lag is measured until the board has caught up.</summary>
    private static readonly TimeSpan CatchUpInterval = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<TopicPartition, long> _saved = [];
    private readonly LogCommit _commit = new();
    private readonly BoardOwnership _ownership = new();
    private long _lastCheckpoint;
    private long _lastLag;
    private readonly Dictionary<TopicPartition, long> _ends = [];
    private int _failures;

    /// <summary>The worker group of a league: <c>publish.{league}</c> over its odds updates and normalised events.</summary>
    public static WorkerSpec SpecOf(League league) =>
        new($"publish.{league.Code()}", [Topics.Odds(league), Topics.Normalized(league)], league);

    /// <summary>Runs until cancelled: then the board is saved and the group is left.</summary>
    /// <exception cref="LogCorruptException">Stored records or saved games are damaged.</exception>
    /// <exception cref="Oddswire.Core.Wire.WireFormatException">A record or saved game does not follow its contract.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        if (!options.ShowsAll)
        {
            await KeepAsync(ct);
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var others = new BoardFollower(log, board, _ownership, Show, options, time, logger);
        var both = new[] { KeepAsync(stop.Token), others.RunAsync(stop.Token) };
        await Task.WhenAny(both);
        await stop.CancelAsync();
        try
        {
            await Task.WhenAll(both);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    private async Task KeepAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await using var worker = await log.JoinAsync(SpecOf(board.League), ct);
                await FollowAsync(worker, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (LogException e) when (e is FencedException or LogUnavailableException or CommitOutcomeUnknownException)
            {
                counters.OnRetry();
                logger?.LogWarning(e, "publish.{League}: rejoining the log", board.League.Code());
                if (e is FencedException)
                {
                    Lose(_ownership.Read().Owned);
                }

                await options.Retry.WaitAsync(_failures++, time, ct);
            }
            finally
            {
                // What is in memory stays on the board: reading on from the last checkpoint changes nothing twice.
                _saved.Clear();
                _ownership.Remove(_ownership.Read().Owned);
                counters.OnLeft();
            }
        }
    }

    private async Task FollowAsync(ILogWorker worker, CancellationToken ct)
    {
        _lastCheckpoint = time.GetTimestamp();
        while (!ct.IsCancellationRequested)
        {
            PollResult polled;
            try
            {
                polled = await worker.PollAsync(options.MaxRecordsPerPoll, options.IdleWait, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                break;
            }

            Lose(polled.Revoked);
            await NameRunsAsync(worker, polled.Assigned, ct);
            await TakeAsync(polled.Assigned, ct);

            Apply(polled.Batches);
            await WatchLagAsync(ct);
            if (time.GetElapsedTime(_lastCheckpoint) >= options.CheckpointInterval)
            {
                await CheckpointAsync(worker, ct);
            }
        }

        await SaveOnStopAsync(worker);
    }

    private void Apply(IReadOnlyList<RecordBatch> batches)
    {
        foreach (var batch in batches)
        {
            lock (_ownership.Gate)
            {
                Show(batch);
            }
        }
    }

    /// <summary>Puts a batch on the board; the lock is held.</summary>
    private void Show(RecordBatch batch)
    {
        var counts = board.Apply(batch);
        var now = Timestamp.From(time.GetUtcNow());
        foreach (var (receivedAt, records) in board.Received)
        {
            counters.Latency.Record(now - receivedAt, records);
        }

        counters.OnProcessed(batch.Remaining, counts.Applied);
        if (counts.Duplicates > 0)
        {
            counters.OnDuplicate(counts.Duplicates);
        }

        if (counts.Holes > 0)
        {
            logger?.LogError(
                "publish.{League}: {Holes} holes in the chains of {Partition} before offset {Offset}; see the games' holes, and run verify",
                board.League.Code(), counts.Holes, batch.Partition, batch.NextOffset);
        }
    }

    /// <summary>Gives every partition that is taken for the first time a name for its run, all in one commit.</summary>
    private async Task NameRunsAsync(ILogWorker worker, IReadOnlyList<int> partitions, CancellationToken ct)
    {
        _commit.Clear();
        foreach (var partition in partitions.Where(partition => worker.ReadState(partition, BoardCheckpoint.RunKey) is null))
        {
            var run = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..8];
            _commit.State.Add(new StateChange(partition, BoardCheckpoint.RunKey, Encoding.UTF8.GetBytes(run)));
        }

        if (!_commit.IsEmpty)
        {
            await worker.CommitAsync(_commit, counters, time, ct);
            _commit.Clear();
        }
    }

    private async Task TakeAsync(IReadOnlyList<int> partitions, CancellationToken ct)
    {
        if (partitions.Count == 0)
        {
            return;
        }

        var spec = SpecOf(board.League);
        var states = new List<IReadOnlyList<KeyValuePair<byte[], byte[]>>>();
        foreach (var partition in partitions)
        {
            states.Add(await log.ReadStateAsync(spec, partition, ct));
        }

        var committed = (await log.CommittedAsync(spec, ct)).ToDictionary(position => position.Partition, position => position.Offset);
        lock (_ownership.Gate)
        {
            foreach (var (position, offset) in committed.Where(pair => partitions.Contains(pair.Key.Partition)))
            {
                _saved[position] = offset;
            }

            foreach (var (partition, state) in partitions.Zip(states))
            {
                BoardCheckpoint.Load(board, partition, BoardCheckpoint.RunOf(state)!, state, committed);
            }

            counters.OnAssigned(_ownership.Add(partitions), 0);
        }
    }

    private void Lose(IReadOnlyList<int> partitions)
    {
        lock (_ownership.Gate)
        {
            if (!options.ShowsAll)
            {
                partitions.ToList().ForEach(board.Drop);
            }

            counters.OnAssigned(0, _ownership.Remove(partitions));
        }

        foreach (var position in _saved.Keys.Where(position => partitions.Contains(position.Partition)).ToList())
        {
            _saved.Remove(position);
        }
    }

    private async Task CheckpointAsync(ILogWorker worker, CancellationToken ct)
    {
        _lastCheckpoint = time.GetTimestamp();
        _commit.Clear();
        lock (_ownership.Gate)
        {
            board.Evict(Timestamp.From(time.GetUtcNow()), options.Limits);
            board.CollectCheckpoint(_commit.State, _ownership.Owns);
            CollectPositions();
        }

        if (_commit.IsEmpty)
        {
            return;
        }

        try
        {
            await worker.CommitAsync(_commit, counters, time, ct);
            lock (_ownership.Gate)
            {
                board.OnCheckpointed();
            }

            _commit.Positions.ForEach(position => _saved[position.Partition] = position.Offset);
            _failures = 0;
        }
        catch (LogUnavailableException e)
        {
            // The board stays live; what changed is saved with the next checkpoint.
            counters.OnRetry();
            logger?.LogWarning("publish.{League}: the board stays live and is saved later: {Error}", board.League.Code(), e.Message);
        }
        finally
        {
            _commit.Clear();
        }
    }

    /// <summary>The places that the games in memory stand at, which may be ahead of what this worker polled itself: then they were followed before they came.</summary>
    private void CollectPositions()
    {
        foreach (var position in board.Positions().Where(position => _ownership.Owns(position.Partition)))
        {
            Collect(new TopicPartition(Topics.Odds(board.League), position.Partition), position.Odds);
            Collect(new TopicPartition(Topics.Normalized(board.League), position.Partition), position.Events);
        }

        void Collect(TopicPartition partition, long offset)
        {
            if (offset > _saved.GetValueOrDefault(partition))
            {
                _commit.Positions.Add(new PartitionOffset(partition, offset));
            }
        }
    }

    private async Task SaveOnStopAsync(ILogWorker worker)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), time);
            await CheckpointAsync(worker, limit.Token);
        }
        catch (Exception e) when (e is LogException or OperationCanceledException)
        {
            logger?.LogWarning(e, "publish.{League}: not saved on stop; the next start reads on from the last checkpoint", board.League.Code());
        }
    }

    private async Task WatchLagAsync(CancellationToken ct)
    {
        var every = board.IsCaughtUp ? options.LagInterval : CatchUpInterval;
        if ((!options.ShowsAll && _ownership.Count == 0) || (_lastLag != 0 && time.GetElapsedTime(_lastLag) < every))
        {
            return;
        }

        _lastLag = time.GetTimestamp();
        long lag = 0;
        var isBehind = false;
        var read = board.Positions().ToDictionary(position => position.Partition);
        foreach (var topic in SpecOf(board.League).Inputs)
        {
            var isOdds = topic == Topics.Odds(board.League);
            foreach (var bounds in await log.DescribeAsync(topic, ct))
            {
                if (read.TryGetValue(bounds.Partition.Partition, out var position))
                {
                    var next = isOdds ? position.Odds : position.Events;
                    var waiting = Math.Max(0, bounds.EndOffset - Math.Max(bounds.EarliestOffset, next));
                    lag += waiting;

                    // Under load there is always something new: caught up is who has what was there when it began to look.
                    _ends.TryAdd(bounds.Partition, bounds.EndOffset);
                    isBehind |= waiting > 0 && next < _ends[bounds.Partition];
                }
                else
                {
                    isBehind |= options.ShowsAll;
                }
            }
        }

        counters.OnLag(lag);
        if (!isBehind)
        {
            board.OnCaughtUp();
        }
    }
}
