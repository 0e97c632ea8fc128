using System.Buffers.Binary;

namespace Oddswire.Core.Wire;

/// <summary>
/// Confluent's wire format for Protobuf (docs.confluent.io, "Wire format"): a zero byte, the schema's id in four bytes, big-endian, then which
/// message of the schema it is, as zigzag varints: a count and that many indexes. A schema's first message is the single byte 0.
/// </summary>
public static class SchemaFrame
{
    /// <summary>Size of the frame of a schema's first message.</summary>
    public const int Size = 6;

    private const int MaxDepth = 16;

    /// <summary>Writes the frame of a schema's first message.</summary>
    /// <param name="schemaId">The id in the registry.</param>
    /// <param name="into">At least <see cref="Size"/> bytes.</param>
    public static void Write(int schemaId, Span<byte> into)
    {
        into[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(into[1..], schemaId);
        into[5] = 0;
    }

    /// <summary>Takes the frame off a value.</summary>
    /// <param name="value">Frame and message.</param>
    /// <param name="schemaId">The id of the schema.</param>
    /// <returns>The message.</returns>
    /// <exception cref="WireFormatException">There is no frame, or it names another message than the schema's first.</exception>
    public static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> value, out int schemaId)
    {
        if (value.Length < Size || value[0] != 0)
        {
            throw new WireFormatException("The value does not begin with Confluent's frame (a zero byte and a schema id).");
        }

        schemaId = BinaryPrimitives.ReadInt32BigEndian(value[1..]);
        var position = 5;
        var count = ZigZag(value, ref position);
        if (count is < 0 or > MaxDepth)
        {
            throw new WireFormatException($"The frame names a message {count} levels deep.");
        }

        // No index at all is short for the one index 0.
        var isFirst = count <= 1;
        for (; count > 0; count--)
        {
            isFirst &= ZigZag(value, ref position) == 0;
        }

        return isFirst ? value[position..] : throw new WireFormatException("The frame names another message than the first of its schema.");
    }

    private static long ZigZag(ReadOnlySpan<byte> from, ref int position)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (position >= from.Length)
            {
                throw new WireFormatException("The value ends within its frame.");
            }

            var b = from[position++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return (long)(value >> 1) ^ -(long)(value & 1);
            }
        }

        throw new WireFormatException("The frame holds an integer of more than 10 bytes.");
    }
}
