using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Infrastructure.Stores.ClickHouse;

namespace Oddswire.Host.Roles;

/// <summary>
/// Carries odds updates and normalised events of a league from the log into ClickHouse, exactly once. For every block it first
/// writes its intent to the log (which records, which time, which attempt), then inserts, then commits positions and clears the
/// intent; an intent found open at the start is carried out again with the same bytes and the same token. While ClickHouse is slow or away, it
/// simply does not go on: the log keeps the records, and memory stays at one block.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="client">ClickHouse; the schema must have been applied.</param>
/// <param name="league">The league.</param>
/// <param name="options">Block sizes and retries.</param>
/// <param name="counters">Counts of <see cref="Hop.Archive"/> for this league.</param>
/// <param name="time">Stamps blocks, measures latency and waits.</param>
/// <param name="logger">Told about retries and repairs; may be null.</param>
public sealed class ArchiveRole(
    IEventLog log, ClickHouseClient client, League league, ArchiveRoleOptions options, HopCounters counters, TimeProvider time, ILogger? logger = null)
{
    private readonly WorkerSpec _spec = SpecOf(league);
    private readonly ArchiveStore _store = new(client, options, counters, time, logger);
    private readonly Dictionary<int, ArchiveBlock> _blocks = [];
    private readonly Dictionary<TopicPartition, long> _next = [];
    private readonly LogCommit _commit = new();
    private long _blockSince;

    /// <summary>The group under which the archive of a league reads.</summary>
    public static WorkerSpec SpecOf(League league) => new($"archive.{league.Code()}", [.. ArchiveTarget.Of(league).Select(target => target.Topic)], league);

    /// <summary>Runs until cancelled. What is not yet in the archive then comes with the next start.</summary>
    /// <exception cref="StageFailedException">A record cannot be read.</exception>
    /// <exception cref="ClickHouseException">ClickHouse refuses for a reason that does not pass.</exception>
    /// <exception cref="LogCorruptException">Stored records are damaged.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        var working = WorkAsync(ct);
        await ArchiveLag.WatchAsync(working, log, league, counters, options.LagEvery, time);
        await working;
    }

    private async Task WorkAsync(CancellationToken ct)
    {
        try
        {
            for (var failures = 0; !ct.IsCancellationRequested;)
            {
                Forget();
                counters.OnLeft();
                try
                {
                    await using var worker = await log.JoinAsync(_spec, ct);
                    await RunWorkerAsync(worker, ct);
                }
                catch (LogException e) when (e is FencedException or CommitOutcomeUnknownException or LogUnavailableException)
                {
                    counters.OnRetry();
                    logger?.LogWarning("{Group}: rejoining from the committed position: {Error}", _spec.Group, e.Message);
                    await options.Retry.WaitAsync(failures++, time, ct);
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            logger?.LogDebug("{Group}: stopped", _spec.Group);
        }
        finally
        {
            Forget();
        }
    }

    /// <summary>Runs until everything that is in the log is in the archive too.</summary>
    /// <exception cref="StageFailedException">A record cannot be read.</exception>
    /// <exception cref="ClickHouseException">ClickHouse refuses for a reason that does not pass.</exception>
    public async Task DrainAsync(CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = RunAsync(stop.Token);
        while (!running.IsCompleted && await ArchiveLag.OfAsync(log, league, ct) > 0)
        {
            await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(50), time, ct));
        }

        await stop.CancelAsync();
        await running;
    }

    private async Task RunWorkerAsync(ILogWorker worker, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var pending = _blocks.Values.Sum(block => block.Count);
            var left = options.MaxBlockAge - time.GetElapsedTime(_blockSince);
            var wait = pending == 0 ? options.IdleWait : left > TimeSpan.Zero ? left : TimeSpan.Zero;
            var polled = await worker.PollAsync(Math.Max(1, options.MaxRowsPerBlock - pending), wait, ct);
            foreach (var partition in polled.Revoked)
            {
                Drop(partition);
                counters.OnAssigned(0, 1);
            }

            foreach (var partition in polled.Assigned)
            {
                await RecoverAsync(worker, partition, ct);
                await BackfillAsync(worker, partition, ct);
                counters.OnAssigned(1, 0);
            }

            foreach (var batch in polled.Batches)
            {
                Add(batch, pending == 0);
                pending += batch.Remaining;
            }

            if (IsDue())
            {
                await FlushAsync(worker, [.. _blocks.Values.Where(block => block.ByteCount > 0)], inDoubt: false, ct);
            }
        }
    }

    private void Add(RecordBatch batch, bool isFirst)
    {
        var rest = batch.From(_next.GetValueOrDefault(batch.Partition));
        if (rest.NextOffset <= _next.GetValueOrDefault(batch.Partition))
        {
            return;
        }

        if (isFirst)
        {
            _blockSince = time.GetTimestamp();
        }

        _next[batch.Partition] = rest.NextOffset;
        BlockOf(batch.Partition.Partition).Add(rest);
    }

    private bool IsDue()
    {
        var (rows, bytes) = (_blocks.Values.Sum(block => block.Count), _blocks.Values.Sum(block => block.ByteCount));
        return rows > 0 && (rows >= options.MaxRowsPerBlock || bytes >= options.MaxBytesPerBlock || time.GetElapsedTime(_blockSince) >= options.MaxBlockAge);
    }

    private async Task FlushAsync(
        ILogWorker worker, List<ArchiveBlock> blocks, bool inDoubt, CancellationToken ct, IReadOnlyList<PartitionOffset>? kept = null)
    {
        if (!inDoubt)
        {
            var now = Timestamp.From(time.GetUtcNow());
            blocks.ForEach(block => block.Seal(now, attempt: 0));
            await CommitIntentsAsync(worker, blocks, ct);
        }

        foreach (var block in blocks)
        {
            await _store.StoreAsync(block, inDoubt, () => CommitIntentsAsync(worker, [block], ct), ct);
        }

        await CommitPositionsAsync(worker, blocks, kept ?? [], ct);
        OnArchived(blocks);
    }

    /// <summary>Carries out an intent that an earlier run left open.</summary>
    private async Task RecoverAsync(ILogWorker worker, int partition, CancellationToken ct)
    {
        if (worker.ReadState(partition, ArchiveIntent.Key) is not { } saved)
        {
            return;
        }

        var intent = ArchiveIntent.Decode(saved);
        logger?.LogInformation("{Group}: carrying out again what was being inserted when the last run ended", _spec.Group);
        var block = BlockOf(partition);
        foreach (var range in intent.Ranges)
        {
            await ReadAsync(block, range, ct);
        }

        block.Seal(intent.ArchivedAt, intent.Attempt);
        var rebuilt = block.Intent;
        if (!rebuilt.Ranges.SequenceEqual(intent.Ranges))
        {
            throw new LogCorruptException(
                $"The archive was inserting {string.Join(", ", intent.Ranges)} when it was stopped, but the log now holds {string.Join(", ", rebuilt.Ranges)}. "
                + "Records are lost, or retention removed them before they were archived. Run 'oddswire verify' to see which.");
        }

        await FlushAsync(worker, [block], inDoubt: true, ct, await log.CommittedAsync(_spec, ct));
    }

    /// <summary>
    /// Archives again what was archived once and is gone: parts that a power cut took, or the whole folder. Found by counting, so that it costs
    /// nothing when all is there.
    /// </summary>
    private async Task BackfillAsync(ILogWorker worker, int partition, CancellationToken ct)
    {
        var committed = (await log.CommittedAsync(_spec, ct)).Where(position => position.Partition.Partition == partition).ToList();
        foreach (var position in committed)
        {
            var bounds = (await log.DescribeAsync(position.Partition.Topic, ct)).Single(known => known.Partition == position.Partition);
            foreach (var gap in await _store.FindGapsAsync(league, position.Partition, bounds.EarliestOffset, position.Offset, ct))
            {
                using var block = new ArchiveBlock(league, partition);
                await ReadAsync(block, gap, ct);
                block.Seal(Timestamp.From(time.GetUtcNow()), attempt: 1);
                if (block.Parts.Count == 0 || block.Parts[0].Range.Rows <= gap.Rows || IsExpired(block))
                {
                    continue;
                }

                logger?.LogWarning("{Group}: {Partition} from {From} to {To} is missing in the archive; archiving it again", _spec.Group, gap.Partition, gap.From, gap.To);
                await _store.StoreAsync(block, inDoubt: true, () => CommitIntentsAsync(worker, [block], ct), ct);
                await CommitPositionsAsync(worker, [block], committed, ct);
            }

            _next[position.Partition] = position.Offset;
        }
    }

    private bool IsExpired(ArchiveBlock block) =>
        options.HotRetention is { } kept && block.LastReceived < Timestamp.From(time.GetUtcNow() - kept + TimeSpan.FromHours(1));

    private async Task ReadAsync(ArchiveBlock block, ArchiveRange range, CancellationToken ct)
    {
        for (var at = range.From; at < range.To;)
        {
            var batches = await log.ReadAsync(new PartitionOffset(range.Partition, at), 8192, TimeSpan.FromSeconds(1), ct);
            foreach (var batch in batches.TakeWhile(batch => batch.FirstOffset < range.To))
            {
                block.Add(batch, range.To);
            }

            at = batches.Count > 0 ? batches[^1].NextOffset : range.To;
        }

        _next[range.Partition] = Math.Max(range.To, _next.GetValueOrDefault(range.Partition));
    }

    private async Task CommitIntentsAsync(ILogWorker worker, IReadOnlyList<ArchiveBlock> blocks, CancellationToken ct)
    {
        _commit.Clear();
        foreach (var block in blocks)
        {
            _commit.State.Add(new StateChange(block.Partition, ArchiveIntent.Key.ToArray(), block.Intent.Encode()));
        }

        await CommitAsync(worker, ct);
    }

    private async Task CommitPositionsAsync(
        ILogWorker worker, IReadOnlyList<ArchiveBlock> blocks, IReadOnlyList<PartitionOffset> kept, CancellationToken ct)
    {
        _commit.Clear();
        foreach (var block in blocks)
        {
            _commit.State.Add(new StateChange(block.Partition, ArchiveIntent.Key.ToArray(), null));
            foreach (var part in block.Parts)
            {
                // Rows archived again lie before the position, which stays where it was.
                var known = kept.FirstOrDefault(position => position.Partition == part.Range.Partition).Offset;
                _commit.Positions.Add(new PartitionOffset(part.Range.Partition, Math.Max(known, part.Range.To)));
            }
        }

        await CommitAsync(worker, ct);
    }

    private async Task CommitAsync(ILogWorker worker, CancellationToken ct)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                await worker.CommitAsync(_commit, counters, time, CancellationToken.None);
                return;
            }
            catch (LogUnavailableException e)
            {
                counters.OnRetry();
                logger?.LogWarning("{Group}: trying again: {Error}", _spec.Group, e.Message);
                await options.Retry.WaitAsync(failures, time, ct);
                ct.ThrowIfCancellationRequested();
            }
        }
    }

    private void OnArchived(List<ArchiveBlock> blocks)
    {
        var now = Timestamp.From(time.GetUtcNow());
        foreach (var block in blocks)
        {
            foreach (var (receivedAt, rows) in block.Receipts)
            {
                counters.Latency.Record(now - receivedAt, rows);
            }

            var updates = block.Parts.Where(part => part.Table == ArchiveSchema.OddsTable).Sum(part => part.Range.Rows);
            counters.OnProcessed(block.Parts.Sum(part => part.Range.Rows), updates);
            block.Clear();
        }
    }

    private ArchiveBlock BlockOf(int partition)
    {
        if (!_blocks.TryGetValue(partition, out var block))
        {
            _blocks[partition] = block = new ArchiveBlock(league, partition);
        }

        return block;
    }

    private void Drop(int partition)
    {
        if (_blocks.Remove(partition, out var block))
        {
            block.Dispose();
        }

        foreach (var topic in _spec.Inputs)
        {
            _next.Remove(new TopicPartition(topic, partition));
        }
    }

    private void Forget()
    {
        foreach (var block in _blocks.Values)
        {
            block.Dispose();
        }

        _blocks.Clear();
        _next.Clear();
        _commit.Clear();
    }
}
