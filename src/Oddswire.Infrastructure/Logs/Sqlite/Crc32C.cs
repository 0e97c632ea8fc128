using System.Numerics;
using System.Runtime.InteropServices;

namespace Oddswire.Infrastructure.Logs.Sqlite;

/// <summary>CRC-32C (Castagnoli, RFC 3720 appendix B.4), by the processor's instruction where it has one.</summary>
internal static class Crc32C
{
    /// <summary>The checksum of what a stored batch says, header and payload.</summary>
    public static uint OfBatch(long id, long next, int count, long appendedMicros, ReadOnlySpan<byte> deltas, ReadOnlySpan<byte> payload)
    {
        var crc = ~0u;
        crc = BitOperations.Crc32C(crc, (ulong)id);
        crc = BitOperations.Crc32C(crc, (ulong)next);
        crc = BitOperations.Crc32C(crc, (ulong)count);
        crc = BitOperations.Crc32C(crc, (ulong)appendedMicros);
        return ~Add(Add(crc, deltas), payload);
    }

    /// <summary>The checksum of a key and its value.</summary>
    public static uint OfPair(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => ~Add(Add(~0u, key), value);

    private static uint Add(uint crc, ReadOnlySpan<byte> data)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(data);
        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (var b in data[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return crc;
    }
}
