using System.Buffers.Binary;

namespace Oddswire.Feeds.Recordings;

/// <summary>
/// The last eight bytes of a gzip file: CRC-32 and size of its content (RFC 1952, 2.3.1). The framework's reader takes a truncated file for a complete
/// one; a trailer that does not fit what was read gives it away.
/// </summary>
internal static class GzipTrailer
{
    private const int Size = 8;
    private static readonly uint[] Table = MakeTable();

    /// <summary>Whether the trailer fits the content. Of a file of several members, it describes the last one.</summary>
    public static bool Fits(string path, ReadOnlySpan<byte> content)
    {
        Span<byte> trailer = stackalloc byte[Size];
        using (var file = File.OpenRead(path))
        {
            if (file.Length < Size)
            {
                return false;
            }

            file.Position = file.Length - Size;
            file.ReadExactly(trailer);
        }

        var crc = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]);

        // The reader has checked the sum of a complete member; only one that is cut off, or the last of several, is left to check.
        return size == content.Length || (size < content.Length && Crc(content[^(int)size..]) == crc);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] MakeTable()
    {
        const uint polynomial = 0xEDB8_8320;
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ polynomial;
            }

            table[i] = crc;
        }

        return table;
    }
}
