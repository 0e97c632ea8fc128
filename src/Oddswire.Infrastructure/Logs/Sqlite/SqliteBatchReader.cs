using System.Runtime.InteropServices;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Sqlite;

/// <summary>
/// Reads stored batches over one connection and checks them: every batch against its checksum, and that each begins where the one
/// before ends. Used by one thread at a time.
/// </summary>
internal sealed class SqliteBatchReader(SqliteConnectionCore db, string path) : IDisposable
{
    private const string First = "SELECT id FROM batches WHERE id <= ?1 AND id >= ?2 ORDER BY id DESC LIMIT 1";
    private const string Rows = "SELECT id, next, count, appended_us, crc, deltas, payload FROM batches WHERE id >= ?1 AND id < ?2 ORDER BY id";
    private const string NextId = "SELECT id FROM batches WHERE id > ?1 AND id < ?2 ORDER BY id LIMIT 1";

    public SqliteConnectionCore Connection => db;

    /// <summary>Reads from an offset on; stops at the first damaged batch, and throws when it is the first of all.</summary>
    public void Read(PartitionView view, long offset, int maxRecords, List<RecordBatch> to)
    {
        db.Execute("BEGIN");
        try
        {
            var (earliest, end) = Bounds(view);
            var expected = Math.Max(offset, earliest);
            var any = to.Count;
            if (expected >= end)
            {
                return;
            }

            try
            {
                ReadRows(view, expected, end, maxRecords, to);
            }
            catch (LogCorruptException) when (to.Count > any)
            {
                // What is sound before the damage is given first; the next read begins at the damage.
            }
        }
        finally
        {
            EndRead();
        }
    }

    public void Dispose() => db.Dispose();

    private void ReadRows(PartitionView view, long expected, long end, int maxRecords, List<RecordBatch> to)
    {
        var from = expected;
        try
        {
            var rows = db.Prepare(Rows).Bind(1, FirstId(view, expected)).Bind(2, view.HighId);
            try
            {
                for (var left = maxRecords; left > 0 && expected < end;)
                {
                    if (!rows.Step())
                    {
                        throw Lost(view, expected, end, "stored batches are missing");
                    }

                    if (ReadRow(rows, view, ref expected, from) is { } batch)
                    {
                        to.Add(batch);
                        left -= batch.Remaining;
                    }
                }
            }
            finally
            {
                rows.Reset();
            }
        }
        catch (SqliteFault fault) when (fault.Primary == SQLitePCL.raw.SQLITE_CORRUPT)
        {
            throw Lost(view, expected, NextReadable(view, expected, end), $"a page of the file is damaged ({fault.Message})");
        }
    }

    private static long OffsetOf(long id) => id & ((1L << SqliteLogSchema.OffsetBits) - 1);

    private RecordBatch? ReadRow(SqliteStatement rows, PartitionView view, ref long expected, long from)
    {
        var (id, next, count, appended) = (rows.Long(0), rows.Long(1), (int)rows.Long(2), rows.Long(3));
        var start = OffsetOf(id);
        if (start > expected)
        {
            throw Lost(view, expected, start, "stored batches are missing");
        }

        ReadOnlySpan<byte> deltas = rows.IsNull(5) ? default : rows.Blob(5);
        var payload = rows.Blob(6);
        if (Crc32C.OfBatch(id, next, count, appended, deltas, payload) != (uint)rows.Long(4))
        {
            throw Lost(view, expected, next > expected ? next : expected + 1, "the batch does not agree with its checksum");
        }

        if (next <= expected)
        {
            return null; // The batch before the one that is wanted: that one is missing.
        }

        expected = next;
        var batch = rows.IsNull(5)
            ? new RecordBatch(view.Name, start, count, new Timestamp(appended), payload.ToArray())
            : RecordBatch.Thinned(view.Name, start, next, MemoryMarshal.Cast<byte, int>(deltas).ToArray(), new Timestamp(appended), payload.ToArray());
        return batch.From(from);
    }

    private long FirstId(PartitionView view, long offset)
    {
        var statement = db.Prepare(First).Bind(1, view.LowId + offset).Bind(2, view.LowId);
        var id = statement.Step() ? statement.Long(0) : view.LowId + offset;
        statement.Reset();
        return id;
    }

    private (long Earliest, long End) Bounds(PartitionView view)
    {
        var statement = db.Prepare("SELECT earliest, next FROM partitions WHERE id = ?1").Bind(1, view.Id);
        var bounds = statement.Step() ? (statement.Long(0), statement.Long(1)) : (view.Earliest, view.End);
        statement.Reset();
        return bounds;
    }

    private long NextReadable(PartitionView view, long offset, long end)
    {
        try
        {
            var statement = db.Prepare(NextId).Bind(1, view.LowId + offset).Bind(2, view.HighId);
            var next = statement.Step() ? OffsetOf(statement.Long(0)) : end;
            statement.Reset();
            return next;
        }
        catch (SqliteFault)
        {
            return end;
        }
    }

    private LogCorruptException Lost(PartitionView view, long from, long to, string why) => new(
        $"The log {path} is damaged: {why}. Lost: offsets {from} to {to - 1} of {view.Name} ({to - from} records). "
        + "Restore the file from a copy, or replay the feeds into a fresh data folder; the records before and after can still be read.");

    private void EndRead()
    {
        try
        {
            if (db.InTransaction)
            {
                db.Execute("ROLLBACK");
            }
        }
        catch (SqliteFault)
        {
            // After a damaged page SQLite may refuse this too; the connection is then thrown away.
        }
    }
}
