using System.Text;
using Oddswire.Core.Ports;

namespace Oddswire.Host.Commands.Verify;

/// <summary>Walks through what the log holds, one record for each that was recomputed.</summary>
internal sealed class LogCursor(IEventLog log, PartitionBounds bounds)
{
    private readonly RepeatFilter? _repeats = log.MayRepeat ? new RepeatFilter() : null;
    private readonly Queue<LogRecord> _ahead = new();
    private IAsyncEnumerator<RecordBatch>? _batches;
    private bool _isAtEnd;

    public long Compared { get; private set; }

    public async Task CompareAsync(RecordBatch expected, CancellationToken ct)
    {
        foreach (var record in expected)
        {
            if (_ahead.Count == 0)
            {
                await FillAsync(ct);
            }

            if (!_ahead.TryDequeue(out var actual))
            {
                // Written after the comparison began.
                return;
            }

            if (!actual.Key.Span.SequenceEqual(record.Key.Span) || !actual.Value.Span.SequenceEqual(record.Value.Span)
                || !actual.Headers.Encoded.Span.SequenceEqual(record.Headers.Encoded.Span))
            {
                throw new RecomputationDiffersException(
                    $"{bounds.Partition} offset {actual.Offset} ({Encoding.UTF8.GetString(actual.Key.Span)}) is not what the stage gives for its input");
            }

            Compared++;
        }
    }

    public async Task ExpectEndAsync(CancellationToken ct)
    {
        if (_ahead.Count == 0)
        {
            await FillAsync(ct);
        }

        if (_ahead.TryPeek(out var more))
        {
            throw new RecomputationDiffersException(
                $"{bounds.Partition} continues at offset {more.Offset} ({Encoding.UTF8.GetString(more.Key.Span)}), but its input gives only {Compared} records");
        }
    }

    /// <summary>Reads on until there is a record, or the end. One walk from end to end: a read of its own for each batch would start over each time.</summary>
    private async Task FillAsync(CancellationToken ct)
    {
        _batches ??= log.ReadAllAsync(bounds, bounds.EndOffset, ct).GetAsyncEnumerator(ct);
        while (_ahead.Count == 0 && !_isAtEnd)
        {
            _isAtEnd = !await _batches.MoveNextAsync();
            if (_isAtEnd)
            {
                return;
            }

            foreach (var record in _batches.Current)
            {
                if (record.Offset < bounds.EndOffset && _repeats?.IsRepeat(record) != true)
                {
                    _ahead.Enqueue(record);
                }
            }
        }
    }
}
