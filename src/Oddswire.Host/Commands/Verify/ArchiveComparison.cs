using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using Oddswire.Host.Roles;
using Oddswire.Infrastructure.Stores.ClickHouse;

namespace Oddswire.Host.Commands.Verify;

/// <summary>
/// Compares rows of the archive with the records they were made from: the records are turned into rows again, and the bytes of both must be equal in
/// every column but the time of archiving. Rows of the same record that wait to be merged are the same bytes twice.
/// </summary>
internal sealed class ArchiveComparison(League league, string topic, Timestamp cutoff)
{
    private readonly ArchiveTarget _target = ArchiveTarget.Of(topic);
    private readonly StringCache _strings = new();

    /// <summary>What differs, in words.</summary>
    public List<string> Differences { get; } = [];

    /// <summary>Rows found equal.</summary>
    public long Rows { get; private set; }

    private string Table => _target.Table;

    // The last column, archived_at, is the archive's own.
    private ArchiveColumn[] Columns => [.. (_target.HoldsUpdates ? ArchiveRows.OddsColumns : ArchiveRows.EventColumns).SkipLast(1)];

    private string Scope(TopicPartition partition) => $"league = '{league.Code()}' AND log_partition = {partition.Partition}";

    /// <summary>Compares the records of a range and gives the offset at which to go on.</summary>
    public async Task<long> CompareChunkAsync(
        IEventLog log, ClickHouseClient client, TopicPartition partition, long from, long to, CancellationToken ct)
    {
        var columns = Columns;
        var since = cutoff.IsKnown ? $" AND received_at >= fromUnixTimestamp64Micro({cutoff.UnixMicros}, 'UTC')" : "";
        await using var stream = await client.StreamAsync(
            $"SELECT {ArchiveRows.Names(columns)} FROM {Table} WHERE {Scope(partition)} AND log_offset >= {from} AND log_offset < {to}{since} "
            + $"ORDER BY log_offset, archived_at DESC FORMAT RowBinary",
            "",
            ct);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, ct);
        ReadOnlyMemory<byte> stored = bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
        using var expected = new RowBinaryWriter();
        for (var at = from; at < to;)
        {
            var batches = await log.ReadAsync(new PartitionOffset(partition, at), ChunkOf(to - at), TimeSpan.FromSeconds(1), ct);
            if (batches.Count == 0)
            {
                Differences.Add($"{partition}: the log holds no records from {at} to {to}");
                return to;
            }

            foreach (var batch in batches)
            {
                CompareBatch(batch, to, columns, expected, ref stored);
            }

            at = batches[^1].NextOffset;
        }

        while (!stored.IsEmpty && Differences.Count < 10)
        {
            Differences.Add($"{Describe(columns, Take(columns, ref stored).Span)}: in the archive, but not in the log");
        }

        return to;
    }

    /// <summary>Looks for rows beyond what was archived.</summary>
    public async Task CompareTailAsync(ClickHouseClient client, TopicPartition partition, long end, CancellationToken ct)
    {
        var count = (await client.TextAsync($"SELECT count() FROM {Table} WHERE {Scope(partition)} AND log_offset >= {end}", ct)).Trim();
        if (count != "0")
        {
            Differences.Add($"{partition}: {count} rows of the archive from offset {end} on, which the archive has not committed");
        }
    }

    private static int ChunkOf(long records) => (int)Math.Min(records, 8192);

    private void CompareBatch(RecordBatch batch, long to, ArchiveColumn[] columns, RowBinaryWriter expected, ref ReadOnlyMemory<byte> stored)
    {
        foreach (var record in batch)
        {
            if (record.Offset >= to || Differences.Count >= 10)
            {
                return;
            }

            expected.Clear();
            if (!Write(record, expected))
            {
                continue;
            }

            var row = expected.Written.Span[..^8];
            if (stored.IsEmpty || OffsetOf(columns, stored.Span) > record.Offset)
            {
                Differences.Add($"{Describe(columns, row)}: missing in the archive");
                continue;
            }

            CompareRow(columns, row, record.Offset, ref stored);
        }
    }

    private void CompareRow(ArchiveColumn[] columns, ReadOnlySpan<byte> row, long offset, ref ReadOnlyMemory<byte> stored)
    {
        while (!stored.IsEmpty && OffsetOf(columns, stored.Span) is var at && at <= offset)
        {
            var found = Take(columns, ref stored).Span;
            if (at < offset)
            {
                Differences.Add($"{Describe(columns, found)}: in the archive, but not in the log");
            }
            else if (!found.SequenceEqual(row))
            {
                Differences.Add($"{Describe(columns, row)}: {FirstDifference(columns, row, found)}");
                return;
            }
        }

        Rows++;
    }

    private bool Write(in LogRecord record, RowBinaryWriter to)
    {
        if (_target.HoldsUpdates)
        {
            var update = OddsUpdateCodec.Read(record.Value.Span, _strings);
            ArchiveRows.WriteOdds(to, update, record.Partition.Partition, record.Offset, record.AppendedAt, default);
            return update.ReceivedAt >= cutoff;
        }

        var value = NormalizedEventCodec.Read(record.Value.Span, _strings);
        ArchiveRows.WriteEvent(to, value, record.Partition.Partition, record.Offset, record.AppendedAt, default);
        return value.ReceivedAt >= cutoff;
    }

    /// <summary>Offset in the log: the last eight bytes of a row without its archiving time.</summary>
    private static long OffsetOf(ArchiveColumn[] columns, ReadOnlySpan<byte> rows) =>
        BinaryPrimitives.ReadInt64LittleEndian(rows[(SizeOf(columns, rows) - 8)..]);

    private static ReadOnlyMemory<byte> Take(ArchiveColumn[] columns, ref ReadOnlyMemory<byte> rows)
    {
        var row = rows[..SizeOf(columns, rows.Span)];
        rows = rows[row.Length..];
        return row;
    }

    private static int SizeOf(ArchiveColumn[] columns, ReadOnlySpan<byte> rows)
    {
        var size = 0;
        foreach (var column in columns)
        {
            size += FieldSize(column, rows[size..], out var header) + header;
        }

        return size;
    }

    private static int FieldSize(ArchiveColumn column, ReadOnlySpan<byte> data, out int header)
    {
        header = 0;
        if (column.Size > 0)
        {
            return column.Size;
        }

        var size = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = data[header++];
            size |= (b & 0x7f) << shift;
            if (b < 0x80)
            {
                return size;
            }
        }
    }

    private string Describe(ArchiveColumn[] columns, ReadOnlySpan<byte> row)
    {
        var text = new StringBuilder();
        foreach (var name in _target.HoldsUpdates ? new[] { "game_id", "epoch", "sequence" } : ["game_id", "sequence", "key"])
        {
            text.Append(text.Length > 0 ? " " : "").Append(name).Append(' ').Append(FieldOf(columns, row, name));
        }

        return text.Append(CultureInfo.InvariantCulture, $" (offset {OffsetOf(columns, row)})").ToString();
    }

    private static string FirstDifference(ArchiveColumn[] columns, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> found)
    {
        foreach (var column in columns)
        {
            var (want, have) = (FieldOf(columns, expected, column.Name), FieldOf(columns, found, column.Name));
            if (want != have)
            {
                return $"{column.Name} is {have} in the archive and {want} in the log";
            }
        }

        return "the bytes differ";
    }

    private static string FieldOf(ArchiveColumn[] columns, ReadOnlySpan<byte> row, string name)
    {
        foreach (var column in columns)
        {
            var size = FieldSize(column, row, out var header);
            var field = row.Slice(header, size);
            if (column.Name == name)
            {
                return Show(column, field);
            }

            row = row[(header + size)..];
        }

        return "?";
    }

    private static string Show(ArchiveColumn column, ReadOnlySpan<byte> field) => column.Size switch
    {
        0 or 32 => Encoding.UTF8.GetString(field),
        1 => field[0].ToString(CultureInfo.InvariantCulture),
        2 => BinaryPrimitives.ReadInt16LittleEndian(field).ToString(CultureInfo.InvariantCulture),
        4 => (BinaryPrimitives.ReadInt32LittleEndian(field) / ScaleOf(column.Name)).ToString(CultureInfo.InvariantCulture),
        _ => BinaryPrimitives.ReadInt64LittleEndian(field).ToString(CultureInfo.InvariantCulture),
    };

    private static decimal ScaleOf(string name) => name switch
    {
        "line" => 100m,
        _ when name.StartsWith("price_", StringComparison.Ordinal) => 1000m,
        _ when name.StartsWith("fair_", StringComparison.Ordinal) => 1_000_000m,
        _ => 1m,
    };
}
