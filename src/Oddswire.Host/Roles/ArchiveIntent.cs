using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.Host.Roles;

/// <summary>
/// What the archive is about to insert, written to the log before it does: with it, the very same block can be built and inserted again
/// after a crash, and what came of the first try can be checked.
/// </summary>
/// <param name="ArchivedAt">The time that stands in every row of the block.</param>
/// <param name="Attempt">Counts repairs; part of the deduplication token.</param>
/// <param name="Ranges">The records, a range for each topic.</param>
internal sealed record ArchiveIntent(Timestamp ArchivedAt, int Attempt, IReadOnlyList<ArchiveRange> Ranges)
{
    /// <summary>The state key under which it is kept.</summary>
    public static ReadOnlySpan<byte> Key => "intent"u8;

    /// <summary>Its bytes, in Protobuf's wire format.</summary>
    public byte[] Encode()
    {
        var to = new ProtoWriter(256);
        to.Int(1, ArchivedAt.UnixMicros);
        to.Int(2, Attempt);
        foreach (var range in Ranges)
        {
            var nested = to.Begin(3);
            to.String(1, range.Partition.Topic);
            to.Int(2, range.Partition.Partition);
            to.Int(3, range.From);
            to.Int(4, range.To);
            to.Int(5, range.Rows);
            to.End(nested);
        }

        return to.Written.ToArray();
    }

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    /// <exception cref="WireFormatException">The bytes are not an intent.</exception>
    public static ArchiveIntent Decode(ReadOnlySpan<byte> data)
    {
        var reader = new ProtoReader(data);
        var (archivedAt, attempt) = (Timestamp.Unknown, 0);
        var ranges = new List<ArchiveRange>();
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: archivedAt = new Timestamp(reader.Int()); break;
                case 2: attempt = reader.Int32(); break;
                case 3: ranges.Add(DecodeRange(reader.Bytes())); break;
                default: reader.Skip(); break;
            }
        }

        return new ArchiveIntent(archivedAt, attempt, ranges);
    }

    private static ArchiveRange DecodeRange(ReadOnlySpan<byte> data)
    {
        var reader = new ProtoReader(data);
        var topic = "";
        var (partition, rows) = (0, 0);
        long from = 0, to = 0;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: topic = reader.String(); break;
                case 2: partition = reader.Int32(); break;
                case 3: from = reader.Int(); break;
                case 4: to = reader.Int(); break;
                case 5: rows = reader.Int32(); break;
                default: reader.Skip(); break;
            }
        }

        return new ArchiveRange(new TopicPartition(topic, partition), from, to, rows);
    }
}

/// <summary>Consecutive records of one partition: offsets from <paramref name="From"/> to before <paramref name="To"/>.</summary>
internal readonly record struct ArchiveRange(TopicPartition Partition, long From, long To, int Rows);
