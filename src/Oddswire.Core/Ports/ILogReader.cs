namespace Oddswire.Core.Ports;

/// <summary>
/// Reads some partitions on side by side, outside any group, each from its place; no more than a little is fetched ahead. Disposing it ends the reads.
/// Used by one thread at a time.
/// </summary>
public interface ILogReader : IAsyncDisposable
{
    /// <summary>
    /// Waits until something is there, or for the idle time; gives what is there by now, in order within each partition. A partition's batch that begins
    /// behind the end of the one before it tells that offsets between them hold nothing, or nothing any more.
    /// </summary>
    /// <exception cref="LogUnavailableException">The log cannot be read; trying again with a new reader may help.</exception>
    /// <exception cref="LogCorruptException">A stored batch is damaged.</exception>
    ValueTask<IReadOnlyList<RecordBatch>> NextAsync(CancellationToken ct);

    /// <summary>What has come since, without waiting.</summary>
    /// <inheritdoc cref="NextAsync" path="/exception"/>
    ValueTask<IReadOnlyList<RecordBatch>> ReadyAsync();
}

/// <summary>A reader on <see cref="IEventLog.ReadAsync"/>, for engines where a read that waits costs next to nothing: one read of each partition is under way at a time.</summary>
internal sealed class SideBySideReader : ILogReader
{
    private readonly IEventLog _log;
    private readonly int _maxRecords;
    private readonly TimeSpan _idleWait;
    private readonly CancellationTokenSource _stop = new();
    private readonly PartitionOffset[] _positions;
    private readonly Task<IReadOnlyList<RecordBatch>>[] _reads;

    public SideBySideReader(IEventLog log, IReadOnlyList<PartitionOffset> from, int maxRecords, TimeSpan idleWait)
    {
        (_log, _positions, _idleWait) = (log, [.. from], idleWait);
        _maxRecords = Math.Max(1, maxRecords / Math.Max(1, from.Count));
        _reads = [.. _positions.Select(Begin)];
    }

    public async ValueTask<IReadOnlyList<RecordBatch>> NextAsync(CancellationToken ct)
    {
        await Task.WhenAny(_reads).WaitAsync(ct);
        return await ReadyAsync();
    }

    public async ValueTask<IReadOnlyList<RecordBatch>> ReadyAsync()
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
                ready.AddRange(batches);
                _positions[i] = _positions[i] with { Offset = batches[^1].NextOffset };
            }

            _reads[i] = Begin(_positions[i]);
        }

        return ready;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var read in _reads)
        {
            await ((Task)read).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _stop.Dispose();
    }

    private Task<IReadOnlyList<RecordBatch>> Begin(PartitionOffset from) => _log.ReadAsync(from, _maxRecords, _idleWait, _stop.Token).AsTask();
}
