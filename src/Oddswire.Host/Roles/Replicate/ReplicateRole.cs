using System.Collections.Concurrent;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Replicate;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Core.Wire;

namespace Oddswire.Host.Roles.Replicate;

/// <summary>
/// Carries a league's odds from the core log to the edge log, each exactly once: what was mapped and how far the core log was read commit in
/// one transaction of the edge log. One instance of a league works at a time; a second one waits, and a zombie is fenced by the edge log.
/// While the edge is away the core log is not read on, so nothing is held that could be lost.
/// </summary>
/// <param name="core">The log that is read, from the committed cursors on.</param>
/// <param name="edge">The log that is written; it also keeps the cursors.</param>
/// <param name="league">The league.</param>
/// <param name="schemaId">Gives the registry's id of the public contract once it is known to be compatible; asked before the first record goes out.</param>
/// <param name="options">Batching, headers, retries.</param>
/// <param name="counters">Counts of <see cref="Hop.Replicate"/> for the league.</param>
/// <param name="time">Paces commits, measures latency and lag.</param>
/// <param name="logger">Told about retries and what was given up; may be null.</param>
public sealed class ReplicateRole(
    IEventLog core,
    IEventLog edge,
    League league,
    Func<CancellationToken, ValueTask<int>> schemaId,
    ReplicateOptions options,
    HopCounters counters,
    TimeProvider time,
    ILogger? logger = null)
{
    private readonly LogCommit _commit = new();
    private readonly Dictionary<int, ReplicateCursor> _cursors = [];
    private readonly Dictionary<int, ReplicateCursor> _mapped = [];
    private readonly Dictionary<int, LogRecord> _lastRecord = [];
    private readonly List<(Timestamp ReceivedAt, int Records)> _received = [];
    private readonly ConcurrentDictionary<int, long> _committed = [];
    private PublicOddsMapper? _mapper;
    private int _partitions;
    private long _records;

    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="CoreLogLostException">The core log cannot go on where replication stands.</exception>
    /// <exception cref="StageFailedException">A record cannot be mapped; nothing of it was committed.</exception>
    /// <exception cref="LogConfigurationException">A topic is missing.</exception>
    /// <exception cref="SchemaRegistryException">The registry does not have the public contract and refuses it; nothing was written.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watching = WatchLagAsync(stop.Token);
        try
        {
            while (!ct.IsCancellationRequested && await RetryAsync(() => edge.JoinAsync(ReplicateCursors.GroupOf(league), ct), ct) is { } worker)
            {
                await using (worker)
                {
                    await RunSessionAsync(worker, ct);
                    counters.OnLeft();
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Asked to stop: what is not committed comes with the next start.
        }
        finally
        {
            await stop.CancelAsync();
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunSessionAsync(ILogWorker worker, CancellationToken ct)
    {
        Forget();
        try
        {
            if (!await IsOurTurnAsync(worker, ct))
            {
                return;
            }

            _mapper ??= new PublicOddsMapper(league, await schemaId(ct), options.CloudEvents);
            _partitions = (await edge.DescribeAsync(Topics.PublicOdds(league), ct)).Count is var count and > 0
                ? count
                : throw LogChecks.UnknownTopic(Topics.PublicOdds(league));
            var start = await StartAsync(ct);
            await using var reader = core.OpenReader(start, options.MaxRecordsPerCommit, options.IdleWait);
            counters.OnAssigned(start.Count, 0);
            await CopyAsync(worker, reader, ct);
        }
        catch (Exception e) when (e is CommitOutcomeUnknownException or FencedException)
        {
            logger?.LogWarning(e, "replicate.{League}: rejoining the edge log and resuming from its committed cursors", league.Code());
        }
        catch (Exception e) when (e is LogUnavailableException or SchemaRegistryUnavailableException)
        {
            counters.OnRetry();
            logger?.LogWarning("replicate.{League}: beginning again at the committed cursors: {Error}", league.Code(), e.Message);
            await options.Retry.WaitAsync(1, time, ct);
        }
    }

    /// <summary>Only one instance of a league works at a time; another waits until it has left or died.</summary>
    private async Task<bool> IsOurTurnAsync(ILogWorker worker, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            if ((await worker.PollAsync(1, options.IdleWait, ct)).Assigned.Contains(0))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Where to read on in each partition of the core log.</summary>
    private async Task<IReadOnlyList<PartitionOffset>> StartAsync(CancellationToken ct)
    {
        var bounds = await core.DescribeAsync(Topics.Odds(league), ct);
        if (bounds.Count == 0)
        {
            throw LogChecks.UnknownTopic(Topics.Odds(league));
        }

        var cursors = await ReplicateCursors.ReadAsync(edge, league, ct);
        var start = new List<PartitionOffset>();
        foreach (var partition in bounds)
        {
            var number = partition.Partition.Partition;
            var fresh = ReplicateCursor.Begin(partition.EarliestOffset);
            var cursor = cursors.GetValueOrDefault(number, fresh);
            if (await ReplicateCursors.FaultAsync(core, partition, cursor, ct) is { } fault)
            {
                cursor = fresh;
                GoOnWithout(fault, cursor.Next);
            }

            _cursors[number] = cursor;
            start.Add(new PartitionOffset(partition.Partition, cursor.Next));
        }

        start.ForEach(position => _committed[position.Partition.Partition] = position.Offset);
        return start;
    }

    /// <summary>Where transactions leave marks in the log, a mark between two records is no hole, and neither are records that were aborted.</summary>
    private async ValueTask OnHoleAsync(PartitionOffset wanted, long found)
    {
        if (!core.IsGapless)
        {
            if (found - wanted.Offset == 1)
            {
                return;
            }

            var bounds = (await core.DescribeAsync(wanted.Partition.Topic, CancellationToken.None)).First(known => known.Partition == wanted.Partition);
            if (bounds.EarliestOffset <= wanted.Offset)
            {
                return;
            }
        }

        GoOnWithout(ReplicateCursors.RemovedByRetention(wanted.Partition, wanted.Offset, found), found);
    }

    private void GoOnWithout(string fault, long next)
    {
        if (!options.AcceptLoss)
        {
            throw new CoreLogLostException(
                $"{fault}. Nothing was skipped. Restore the core log, or start once with --edge-accept-loss to go on at offset {next:N0}: "
                + "partners then see the break in the games' sequences.");
        }

        logger?.LogError("replicate.{League}: {Fault}. Going on at offset {Offset}, as --edge-accept-loss says", league.Code(), fault, next);
    }

    private async Task CopyAsync(ILogWorker worker, ILogReader reader, CancellationToken ct)
    {
        var lastCommit = time.GetTimestamp() - time.TimestampFrequency;
        while (!ct.IsCancellationRequested)
        {
            await TakeAsync(await reader.NextAsync(ct));
            if (_records < options.MaxRecordsPerCommit && options.MinCommitInterval - time.GetElapsedTime(lastCommit) is var left && left > TimeSpan.Zero)
            {
                await Task.Delay(left, time, ct);
                await TakeAsync(await reader.ReadyAsync());
            }

            if (_records == 0)
            {
                continue;
            }

            lastCommit = time.GetTimestamp();
            await CommitAsync(worker, ct);
        }
    }

    private async ValueTask TakeAsync(IReadOnlyList<RecordBatch> batches)
    {
        foreach (var batch in batches)
        {
            var partition = batch.Partition.Partition;
            var cursor = _mapped.TryGetValue(partition, out var known) ? known : _cursors[partition];
            if (batch.BaseOffset > cursor.Next)
            {
                await OnHoleAsync(new PartitionOffset(batch.Partition, cursor.Next), batch.BaseOffset);
            }

            foreach (var record in batch)
            {
                Map(record);
                cursor = cursor with { Last = record.Offset };
                _lastRecord[partition] = record;
            }

            _mapped[partition] = cursor with { Next = batch.NextOffset };
        }
    }

    private void Map(in LogRecord record)
    {
        try
        {
            _mapper!.Map(record, _commit.Outputs, _partitions);
        }
        catch (Exception e) when (e is WireFormatException or NotInContractException or ArgumentOutOfRangeException)
        {
            throw new StageFailedException(
                $"The record at {record.Partition} offset {record.Offset} cannot be replicated: {e.Message} "
                + "The role stops here so that it is not skipped.",
                e);
        }

        _records++;
        if (_received.Count > 0 && _received[^1].ReceivedAt == _mapper.ReceivedAt)
        {
            _received[^1] = (_mapper.ReceivedAt, _received[^1].Records + 1);
        }
        else
        {
            _received.Add((_mapper.ReceivedAt, 1));
        }
    }

    private async Task CommitAsync(ILogWorker worker, CancellationToken ct)
    {
        foreach (var (partition, cursor) in _mapped)
        {
            var value = _lastRecord.TryGetValue(partition, out var last) ? cursor with { Print = ReplicateCursor.PrintOf(last) } : cursor;
            _cursors[partition] = value;
            _commit.State.Add(new StateChange(0, ReplicateCursor.KeyOf(partition), value.ToBytes()));
        }

        await RetryAsync(
            async () =>
            {
                await worker.CommitAsync(_commit, counters, time, CancellationToken.None);
                OnCommitted();
                return worker;
            },
            ct);
        ct.ThrowIfCancellationRequested();
    }

    private void OnCommitted()
    {
        var now = Timestamp.From(time.GetUtcNow());
        foreach (var (receivedAt, records) in _received)
        {
            counters.Latency.Record(now - receivedAt, records);
        }

        counters.OnProcessed(_records, _records);
        foreach (var (partition, cursor) in _mapped)
        {
            _committed[partition] = cursor.Next;
        }

        Forget();
    }

    private void Forget()
    {
        _commit.Clear();
        _mapped.Clear();
        _lastRecord.Clear();
        _received.Clear();
        _records = 0;
    }

    /// <summary>Measures beside the work: an edge that is away must be seen. Nothing is said until it is known where replication stands.</summary>
    private async Task WatchLagAsync(CancellationToken ct)
    {
        var tail = new LogTail(core);
        while (true)
        {
            try
            {
                if (!_committed.IsEmpty)
                {
                    await MeasureLagAsync(tail, ct);
                }
            }
            catch (LogException)
            {
                // The work meets the same fault and deals with it.
            }

            await Task.Delay(options.LagEvery, time, ct);
        }
    }

    private async Task MeasureLagAsync(LogTail tail, CancellationToken ct)
    {
        var (records, oldest) = (0L, TimeSpan.Zero);
        foreach (var bounds in await core.DescribeAsync(Topics.Odds(league), ct))
        {
            var (waiting, first) = await tail.LookAsync(bounds, _committed.GetValueOrDefault(bounds.Partition.Partition), wantsBatch: true, ct);
            records += waiting;
            if (first is not null && Timestamp.From(time.GetUtcNow()) - first.AppendedAt is var age && age > oldest)
            {
                oldest = age;
            }
        }

        counters.OnLag(records, oldest);
    }

    /// <summary>Tries until it works; gives nothing when cancelled meanwhile.</summary>
    private async Task<T?> RetryAsync<T>(Func<ValueTask<T>> work, CancellationToken ct)
        where T : class
    {
        for (var attempt = 0; !ct.IsCancellationRequested; attempt++)
        {
            try
            {
                return await work();
            }
            catch (LogUnavailableException e)
            {
                counters.OnRetry();
                logger?.LogWarning("replicate.{League}: trying again: {Error}", league.Code(), e.Message);
                await options.Retry.WaitAsync(attempt, time, ct);
            }
        }

        return null;
    }
}
