using System.Buffers.Binary;
using System.Numerics;

namespace Oddswire.Core.Wire;

/// <summary>
/// Austin Appleby's public-domain Murmur hashes: Murmur2 as Kafka's Java client uses it to place keys on partitions, and
/// Murmur3 (x64, 128 bits) for ids that are derived from their cause. Not for secrets.
/// </summary>
public static class Murmur
{
    /// <summary>Murmur2, 32 bits, seed 0x9747b28c: equals <c>org.apache.kafka.common.utils.Utils.murmur2</c>.</summary>
    public static uint Hash32(ReadOnlySpan<byte> data)
    {
        const uint M = 0x5bd1e995;
        var h = 0x9747b28c ^ (uint)data.Length;
        while (data.Length >= 4)
        {
            var k = BinaryPrimitives.ReadUInt32LittleEndian(data) * M;
            k ^= k >> 24;
            h = (h * M) ^ (k * M);
            data = data[4..];
        }

        if (data.Length >= 3)
        {
            h ^= (uint)data[2] << 16;
        }

        if (data.Length >= 2)
        {
            h ^= (uint)data[1] << 8;
        }

        if (data.Length >= 1)
        {
            h = (h ^ data[0]) * M;
        }

        h = (h ^ (h >> 13)) * M;
        return h ^ (h >> 15);
    }

    /// <summary>The partition of a key, as Kafka's default partitioner places it.</summary>
    public static int Partition(ReadOnlySpan<byte> key, int partitions) => (int)((Hash32(key) & 0x7fffffff) % (uint)partitions);

    /// <summary>Murmur3, x64 variant, 128 bits.</summary>
    public static UInt128 Hash128(ReadOnlySpan<byte> data, uint seed = 0)
    {
        const ulong C1 = 0x87c37b91114253d5;
        const ulong C2 = 0x4cf5ad432745937f;
        ulong h1 = seed, h2 = seed;
        var length = (ulong)data.Length;
        while (data.Length >= 16)
        {
            var k1 = BinaryPrimitives.ReadUInt64LittleEndian(data);
            var k2 = BinaryPrimitives.ReadUInt64LittleEndian(data[8..]);
            h1 ^= BitOperations.RotateLeft(k1 * C1, 31) * C2;
            h1 = ((BitOperations.RotateLeft(h1, 27) + h2) * 5) + 0x52dce729;
            h2 ^= BitOperations.RotateLeft(k2 * C2, 33) * C1;
            h2 = ((BitOperations.RotateLeft(h2, 31) + h1) * 5) + 0x38495ab5;
            data = data[16..];
        }

        if (!data.IsEmpty)
        {
            Span<byte> tail = stackalloc byte[16];
            tail.Clear();
            data.CopyTo(tail);
            h2 ^= BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(tail[8..]) * C2, 33) * C1;
            h1 ^= BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(tail) * C1, 31) * C2;
        }

        h1 ^= length;
        h2 ^= length;
        h1 += h2;
        h2 += h1;
        h1 = Mix(h1);
        h2 = Mix(h2);
        h1 += h2;
        h2 += h1;
        return new UInt128(h1, h2);
    }

    /// <summary>A hash of a hash and one more number, by Murmur3's last steps: for many ids that have most of their cause in common.</summary>
    public static UInt128 Extend(UInt128 hash, ulong part)
    {
        var h1 = (ulong)(hash >> 64) ^ (BitOperations.RotateLeft(part * 0x87c37b91114253d5, 31) * 0x4cf5ad432745937f);
        var h2 = (ulong)hash;
        h1 += h2;
        h2 += h1;
        h1 = Mix(h1);
        h2 = Mix(h2);
        h1 += h2;
        h2 += h1;
        return new UInt128(h1, h2);
    }

    private static ulong Mix(ulong k)
    {
        k = (k ^ (k >> 33)) * 0xff51afd7ed558ccd;
        k = (k ^ (k >> 33)) * 0xc4ceb9fe1a85ec53;
        return k ^ (k >> 33);
    }
}
