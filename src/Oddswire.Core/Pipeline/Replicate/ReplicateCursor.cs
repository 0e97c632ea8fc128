using System.Text;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Replicate;

/// <summary>
/// How far a partition of the core log has been replicated. It lies in the edge log and commits together with what was replicated. Beside
/// the offset it holds a print of the last record, so that a core log that was started over is known from the one that was read.
/// </summary>
/// <param name="Next">Offset of the next record to read from the core log.</param>
/// <param name="Last">Offset of the last record that was replicated; -1 when none was.</param>
/// <param name="Print">Print of that record (<see cref="PrintOf"/>).</param>
public readonly record struct ReplicateCursor(long Next, long Last, UInt128 Print)
{
    private const string KeyPrefix = "core/";

    /// <summary>Nothing was replicated yet, and the first record to read is at this offset.</summary>
    public static ReplicateCursor Begin(long next) => new(next, -1, 0);

    /// <summary>The state key of a partition of the core log.</summary>
    public static byte[] KeyOf(int partition) => Encoding.ASCII.GetBytes($"{KeyPrefix}{partition}");

    /// <summary>Reads a state key.</summary>
    public static bool TryReadKey(ReadOnlySpan<byte> key, out int partition)
    {
        partition = -1;
        return Encoding.UTF8.GetString(key) is var text && text.StartsWith(KeyPrefix, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(KeyPrefix.Length), out partition);
    }

    /// <summary>The print of a record: key and value.</summary>
    public static UInt128 PrintOf(in LogRecord record) => Murmur.Hash128(record.Key.Span) ^ Murmur.Hash128(record.Value.Span);

    /// <summary>Writes it as a state value.</summary>
    public byte[] ToBytes()
    {
        var writer = new ProtoWriter(64);
        writer.Int(1, Next);
        writer.Int(2, Last);
        writer.UInt128(3, Print);
        return writer.Written.ToArray();
    }

    /// <summary>Reads a state value.</summary>
    /// <exception cref="WireFormatException">The bytes are not a cursor.</exception>
    public static ReplicateCursor Read(ReadOnlySpan<byte> saved)
    {
        var reader = new ProtoReader(saved);
        long next = 0, last = 0;
        UInt128 print = 0;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: next = reader.Int(); break;
                case 2: last = reader.Int(); break;
                case 3: print = reader.UInt128(); break;
                default: reader.Skip(); break;
            }
        }

        return new ReplicateCursor(next, last, print);
    }
}
