using System.Buffers;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Sqlite;

/// <summary>
/// Retention and compaction of one league's file, in small transactions between the commits, so that no commit waits long.
/// Freed pages are used again; the file does not shrink.
/// </summary>
internal sealed class LogMaintenance(LeagueLog log, SqliteLogOptions options, TimeProvider time)
{
    private const int BatchesPerStep = 200;
    private const int ReadAtATime = 4000;

    /// <summary>Does what is due.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        foreach (var view in log.Views.Topics.SelectMany(topic => topic.Partitions).ToList())
        {
            if (view.Spec.IsCompacted)
            {
                await CompactAsync(view, ct);
            }
            else if (view.Spec.Retention is { } retention)
            {
                await ExpireAsync(view, (Timestamp.From(time.GetUtcNow()) + -retention).UnixMicros, ct);
            }
        }
    }

    private async Task ExpireAsync(PartitionView view, long beforeMicros, CancellationToken ct)
    {
        var isMore = true;
        while (isMore)
        {
            ct.ThrowIfCancellationRequested();
            await log.Writer.RunAsync(writer => isMore = ExpireSome(writer.Database, view, beforeMicros));
        }
    }

    /// <summary>Removes the oldest batches that are old enough and read by every group that reads here.</summary>
    private static bool ExpireSome(SqliteConnectionCore db, PartitionView view, long beforeMicros)
    {
        var unread = db.Prepare("SELECT min(next) FROM positions WHERE partition = ?1").Bind(1, view.Id);
        unread.Step();
        var keepFrom = unread.IsNull(0) ? long.MaxValue : unread.Long(0);
        unread.Reset();

        List<long> gone = [];
        var earliest = view.Earliest;
        var rows = db.Prepare("SELECT id, next, appended_us FROM batches WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3")
            .Bind(1, view.LowId).Bind(2, view.HighId).Bind(3, BatchesPerStep);
        while (rows.Step() && rows.Long(2) < beforeMicros && rows.Long(1) <= keepFrom)
        {
            gone.Add(rows.Long(0));
            earliest = rows.Long(1);
        }

        rows.Reset();
        if (gone.Count > 0)
        {
            db.Prepare("DELETE FROM batches WHERE id >= ?1 AND id <= ?2").Bind(1, gone[0]).Bind(2, gone[^1]).Run();
            db.Prepare("UPDATE partitions SET earliest = ?1 WHERE id = ?2").Bind(1, earliest).Bind(2, view.Id).Run();
        }

        return gone.Count == BatchesPerStep;
    }

    private async Task CompactAsync(PartitionView view, CancellationToken ct)
    {
        var cleaned = log.WithReader(reader => Cleaned(reader.Connection, view));
        while (cleaned < view.End)
        {
            var compactor = new BatchCompactor(options.MaxCompactionKeys);
            for (var offset = cleaned; offset < view.End && Note(compactor, view, ref offset);)
            {
                ct.ThrowIfCancellationRequested();
            }

            await RewriteAsync(compactor, view, ct);
            cleaned = compactor.NotedTo;
            await log.Writer.RunAsync(writer =>
                writer.Database.Prepare("UPDATE partitions SET cleaned = ?1 WHERE id = ?2").Bind(1, cleaned).Bind(2, view.Id).Run());
        }
    }

    private static long Cleaned(SqliteConnectionCore db, PartitionView view)
    {
        var row = db.Prepare("SELECT max(cleaned, earliest) FROM partitions WHERE id = ?1").Bind(1, view.Id);
        row.Step();
        var cleaned = row.Long(0);
        row.Reset();
        return cleaned;
    }

    private bool Note(BatchCompactor compactor, PartitionView view, ref long offset)
    {
        foreach (var batch in Read(view, offset))
        {
            if (!compactor.Note(batch))
            {
                return false;
            }

            offset = batch.NextOffset;
        }

        return true;
    }

    private List<RecordBatch> Read(PartitionView view, long offset)
    {
        List<RecordBatch> batches = [];
        log.WithReader(reader =>
        {
            reader.Read(view, offset, ReadAtATime, batches);
            return true;
        });
        return batches;
    }

    /// <summary>Thins the stored batches and joins small neighbours, so that the number of rows goes down as well.</summary>
    private async Task RewriteAsync(BatchCompactor compactor, PartitionView view, CancellationToken ct)
    {
        var run = new ThinnedRun(view.Name, options.MaxBatchRecords, options.MaxBatchBytes);
        for (var offset = view.Earliest; offset < compactor.NotedTo;)
        {
            ct.ThrowIfCancellationRequested();
            foreach (var batch in Read(view, offset))
            {
                offset = batch.NextOffset;
                if (offset > compactor.NotedTo)
                {
                    break;
                }

                var thinned = compactor.Thin(batch);
                if (!run.TryAdd(batch, thinned))
                {
                    await ReplaceAsync(view, run);
                    run.TryAdd(batch, thinned);
                }
            }
        }

        await ReplaceAsync(view, run);
    }

    private async Task ReplaceAsync(PartitionView view, ThinnedRun run)
    {
        if (run.Take() is not { } replacement)
        {
            return;
        }

        await log.Writer.RunAsync(writer =>
        {
            var (low, high) = (view.LowId + replacement.Batch.BaseOffset, view.LowId + replacement.Batch.NextOffset);
            writer.Database.Prepare("DELETE FROM batches WHERE id >= ?1 AND id < ?2").Bind(1, low).Bind(2, high).Run();
            if (writer.Database.Changes != replacement.Rows)
            {
                throw new LogUnavailableException($"Another process compacts {view.Name} at the same time; this compaction is given up.");
            }

            writer.InsertBatch(view, replacement.Batch);
        });
    }
}

/// <summary>Joins neighbouring thinned batches into one of bounded size.</summary>
internal sealed class ThinnedRun(TopicPartition partition, int maxRecords, int maxBytes)
{
    private readonly List<int> _deltas = [];
    private readonly ArrayBufferWriter<byte> _payload = new();
    private Timestamp _appendedAt;
    private long _base = -1;
    private long _next;
    private int _rows;
    private bool _isChanged;

    /// <summary>Adds a batch as it is stored and as it is to be; false when the run is full.</summary>
    public bool TryAdd(RecordBatch stored, RecordBatch thinned)
    {
        if (_rows > 0
            && (_deltas.Count + thinned.Count > maxRecords || _payload.WrittenCount + thinned.Payload.Length > maxBytes || thinned.NextOffset - _base > int.MaxValue))
        {
            return false;
        }

        _base = _rows == 0 ? stored.BaseOffset : _base;
        foreach (var record in thinned)
        {
            _deltas.Add((int)(record.Offset - _base));
        }

        _payload.Write(thinned.Payload.Span);
        _isChanged |= !ReferenceEquals(stored, thinned) || _rows > 0;
        _next = stored.NextOffset;
        _appendedAt = stored.AppendedAt;
        _rows++;
        return true;
    }

    /// <summary>The batch that replaces so many rows, and starts over; null when nothing changes.</summary>
    public (RecordBatch Batch, int Rows)? Take()
    {
        (RecordBatch, int)? result = _isChanged
            ? (RecordBatch.Thinned(partition, _base, _next, [.. _deltas], _appendedAt, _payload.WrittenSpan.ToArray()), _rows)
            : null;
        _deltas.Clear();
        _payload.ResetWrittenCount();
        (_rows, _isChanged, _base) = (0, false, -1);
        return result;
    }
}
