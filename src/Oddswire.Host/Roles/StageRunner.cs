using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;

namespace Oddswire.Host.Roles;

/// <summary>
/// Drives a pure stage: polls records, lets the stage decide, and commits its outputs, the changed states and the positions
/// in one transaction. While the log cannot commit it tries again and polls nothing; when its partitions went to another member, or a
/// commit's outcome is unknown, it throws its work away and begins at the committed position.
/// </summary>
/// <typeparam name="TState">What the stage keeps of a game.</typeparam>
/// <param name="log">The log.</param>
/// <param name="stage">The stage; its group is <c>{stage}.{league}</c>.</param>
/// <param name="league">The league.</param>
/// <param name="inputs">Topics to read.</param>
/// <param name="partitionCounts">Partitions of every topic the stage writes to.</param>
/// <param name="options">Batching and retries.</param>
/// <param name="counters">Counts of this hop and league.</param>
/// <param name="time">Measures latency and waits.</param>
/// <param name="logger">Told about retries and fences; may be null.</param>
public sealed class StageRunner<TState>(
    IEventLog log,
    Stage<TState> stage,
    League league,
    IReadOnlyList<string> inputs,
    IReadOnlyDictionary<string, int> partitionCounts,
    StageRunnerOptions options,
    HopCounters counters,
    TimeProvider time,
    ILogger? logger = null)
    where TState : class
{
    private readonly WorkerSpec _spec = new($"{stage.Name}.{league.Code()}", inputs, league);
    private readonly LogCommit _commit = new();
    private readonly StageStates<TState> _states = new(stage, options.MaxCachedStates);
    private readonly Dictionary<TopicPartition, long> _pending = [];
    private StageOutput? _output;
    private long _received;
    private long _lastCommit;
    private int _failures;

    /// <summary>Runs until cancelled: then what is processed is committed and the group is left.</summary>
    /// <exception cref="StageFailedException">The stage cannot handle a record; nothing of it was committed.</exception>
    /// <exception cref="LogCorruptException">Stored records or states are damaged.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        _output ??= new StageOutput(_commit.Outputs, partitionCounts);
        while (!ct.IsCancellationRequested)
        {
            Forget();
            ILogWorker? worker = null;
            await RetryAsync(async () => worker = await log.JoinAsync(_spec, ct), ct);
            if (worker is null)
            {
                return;
            }

            try
            {
                await RunWorkerAsync(worker, ct);
            }
            catch (CommitOutcomeUnknownException e)
            {
                logger?.LogWarning(e, "{Group}: the outcome of a commit is unknown; rejoining from the committed position", _spec.Group);
            }
            finally
            {
                counters.OnLeft();
                await worker.DisposeAsync();
            }
        }
    }

    private async Task RunWorkerAsync(ILogWorker worker, CancellationToken ct)
    {
        _lastCommit = time.GetTimestamp();
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await StepAsync(worker, ct);
            }
            catch (FencedException e)
            {
                logger?.LogInformation(e, "{Group}: partitions went to another member; going on from the committed position", _spec.Group);
                Forget();
            }
            catch (LogUnavailableException e)
            {
                // Records or a state could not be read, maybe in the middle of a batch: begin again at the committed position.
                counters.OnRetry();
                logger?.LogWarning("{Group}: the log cannot be read: {Error}", _spec.Group, e.Message);
                await options.Retry.WaitAsync(_failures++, time, ct);
                Forget();
                return;
            }
        }

        if (_received > 0)
        {
            // Stopping: what is processed is committed now, once; if that fails, the next start does it again.
            await TryCommitOnceAsync(worker);
        }
    }

    private async Task StepAsync(ILogWorker worker, CancellationToken ct)
    {
        PollResult polled;
        try
        {
            polled = await worker.PollAsync(options.MaxRecordsPerCommit, PollWait(), ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return;
        }

        counters.OnAssigned(polled.Assigned.Count, polled.Revoked.Count);
        if (_pending.Keys.Any(pending => polled.Revoked.Contains(pending.Partition)))
        {
            await GiveUpAsync(worker, polled);
        }

        foreach (var partition in polled.Revoked)
        {
            _states.Drop(partition);
        }

        foreach (var batch in polled.Batches)
        {
            if (!await ProcessAsync(worker, batch, ct))
            {
                return;
            }
        }

        if (_received > 0 && IsCommitDue())
        {
            await CommitAsync(worker, ct);
        }
    }

    /// <summary>
    /// Work of lost partitions is mixed into the commit, so all of it goes, and the kept partitions are read again. Committing it is what makes the
    /// log refuse it and rewind; where a lost partition has come back at once, that would not be refused, so the worker goes.
    /// </summary>
    /// <exception cref="FencedException">Always, or:</exception>
    /// <exception cref="CommitOutcomeUnknownException">The worker must be thrown away.</exception>
    private async Task GiveUpAsync(ILogWorker worker, PollResult polled)
    {
        if (!polled.Revoked.Any(polled.Assigned.Contains))
        {
            Prepare();
            await worker.CommitAsync(_commit, counters, time, CancellationToken.None);
        }

        throw new CommitOutcomeUnknownException($"Partitions of '{_spec.Group}' were revoked with uncommitted work.");
    }

    private TimeSpan PollWait()
    {
        if (_received == 0)
        {
            return options.IdleWait;
        }

        var left = options.MinCommitInterval - time.GetElapsedTime(_lastCommit);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private bool IsCommitDue() => _received >= options.MaxRecordsPerCommit || time.GetElapsedTime(_lastCommit) >= options.MinCommitInterval;

    /// <summary>Takes a batch. False where the role is stopped while the log cannot commit: what is left of the batch is the next start's.</summary>
    private async Task<bool> ProcessAsync(ILogWorker worker, RecordBatch batch, CancellationToken ct)
    {
        foreach (var record in batch)
        {
            try
            {
                stage.Process(_states.Touch(worker, record), record, _output!);
            }
            catch (Exception e) when (e is not LogException)
            {
                throw new StageFailedException(
                    $"The stage '{stage.Name}' cannot handle the record at {record.Partition} offset {record.Offset}: {e.Message} "
                    + "Nothing of it was committed, and the role stops here so that it is not skipped. Correct the stage (or restore the log), then start again.",
                    e);
            }

            _received++;
            if (_commit.Outputs.ByteCount >= options.MaxOutputBytesPerCommit)
            {
                _pending[batch.Partition] = record.Offset + 1;
                await CommitAsync(worker, ct);
                if (_received > 0)
                {
                    return false;
                }
            }
        }

        _pending[batch.Partition] = batch.NextOffset;
        return true;
    }

    private async Task CommitAsync(ILogWorker worker, CancellationToken ct)
    {
        _lastCommit = time.GetTimestamp();
        Prepare();
        await RetryAsync(
            async () =>
            {
                await worker.CommitAsync(_commit, counters, time, CancellationToken.None);
                OnCommitted();
            },
            ct);
    }

    private async Task TryCommitOnceAsync(ILogWorker worker)
    {
        try
        {
            Prepare();
            await worker.CommitAsync(_commit, counters, time, CancellationToken.None);
            OnCommitted();
        }
        catch (Exception e) when (e is FencedException or LogUnavailableException or CommitOutcomeUnknownException)
        {
            logger?.LogInformation(e, "{Group}: stopped with uncommitted work, which the next start does again", _spec.Group);
        }
    }

    private void Prepare()
    {
        _commit.State.Clear();
        _commit.Positions.Clear();
        _states.Save(_commit.State);
        foreach (var (partition, offset) in _pending)
        {
            _commit.Positions.Add(new PartitionOffset(partition, offset));
        }
    }

    private void OnCommitted()
    {
        var now = Timestamp.From(time.GetUtcNow());
        foreach (var (receivedAt, records) in _output!.Received)
        {
            counters.Latency.Record(now - receivedAt, records);
        }

        counters.OnProcessed(_received, _output.Emitted);
        counters.OnDuplicate(_output.Duplicates);
        counters.OnQuarantined(_output.Quarantined);
        _states.OnCommitted();
        _output.Clear();
        _commit.Clear();
        _pending.Clear();
        _received = 0;
        _failures = 0;
    }

    private void Forget()
    {
        _states.Clear();
        _commit.Clear();
        _output?.Clear();
        _pending.Clear();
        _received = 0;
    }

    /// <summary>Tries until it works or the role is stopped.</summary>
    private async Task RetryAsync(Func<Task> work, CancellationToken ct)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await work();
                return;
            }
            catch (LogUnavailableException e)
            {
                counters.OnRetry();
                logger?.LogWarning("{Group}: trying again: {Error}", _spec.Group, e.Message);
                await options.Retry.WaitAsync(attempt, time, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }

            if (ct.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
