using Oddswire.Core.Ports;

namespace Oddswire.Host.Roles.Replicate;

/// <summary>
/// Reads the partitions of a topic side by side, one read of each under way at a time: while one batch is being committed the next ones come,
/// and no more than that is ever held. Used by one thread at a time.
/// </summary>
internal sealed class CoreReader
{
    private readonly IEventLog _log;
    private readonly ReplicateOptions _options;
    private readonly Func<PartitionOffset, long, ValueTask> _onHole;
    private readonly CancellationToken _ct;
    private readonly PartitionOffset[] _positions;
    private readonly Task<IReadOnlyList<RecordBatch>>[] _reads;

    /// <param name="log">The log.</param>
    /// <param name="start">Where to begin in each partition.</param>
    /// <param name="options">Sizes and waits.</param>
    /// <param name="onHole">Asked where the next record is further on than what was to be read next: the place, and where it goes on. It may throw.</param>
    /// <param name="ct">Ends the reads.</param>
    public CoreReader(
        IEventLog log, IReadOnlyList<PartitionOffset> start, ReplicateOptions options, Func<PartitionOffset, long, ValueTask> onHole, CancellationToken ct)
    {
        (_log, _options, _onHole, _ct) = (log, options, onHole, ct);
        _positions = [.. start];
        _reads = [.. _positions.Select(Begin)];
    }

    /// <summary>Waits until something was read, or for the idle time; gives all that is there.</summary>
    /// <exception cref="LogException">A read failed.</exception>
    public async Task<IReadOnlyList<RecordBatch>> NextAsync()
    {
        await Task.WhenAny(_reads);
        return await ReadyAsync();
    }

    /// <summary>What has been read meanwhile; what was given is read on.</summary>
    /// <exception cref="LogException">A read failed.</exception>
    public async Task<IReadOnlyList<RecordBatch>> ReadyAsync()
    {
        var ready = new List<RecordBatch>();
        for (var i = 0; i < _reads.Length; i++)
        {
            if (!_reads[i].IsCompleted)
            {
                continue;
            }

            var batches = await _reads[i];
            if (batches.Count > 0)
            {
                if (batches[0].BaseOffset > _positions[i].Offset)
                {
                    await _onHole(_positions[i], batches[0].BaseOffset);
                }

                ready.AddRange(batches);
                _positions[i] = _positions[i] with { Offset = batches[^1].NextOffset };
            }

            _reads[i] = Begin(_positions[i]);
        }

        return ready;
    }

    /// <summary>Waits until no read is under way any more; they must have been cancelled.</summary>
    public async Task StopAsync()
    {
        foreach (var read in _reads)
        {
            await ((Task)read).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task<IReadOnlyList<RecordBatch>> Begin(PartitionOffset from) =>
        _log.ReadAsync(from, Math.Max(1, _options.MaxRecordsPerCommit / _positions.Length), _options.IdleWait, _ct).AsTask();
}
