using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Oddswire.Core.Wire;

/// <summary>The bytes of one of our own records do not follow its contract.</summary>
public sealed class WireFormatException(string message) : FormatException(message);

/// <summary>
/// Reads Protobuf's wire format from a span. Unknown fields are skipped, so that a newer writer can be read. Every length
/// is checked against what is there.
/// </summary>
/// <exception cref="WireFormatException">Thrown by every member when the bytes end too early or make no sense.</exception>
public ref struct ProtoReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;
    private int _wireType;

    /// <summary>How many bytes have been read.</summary>
    public readonly int Position => _position;

    /// <summary>Moves to the next field and gives its number; false at the end.</summary>
    public bool Next(out int field)
    {
        if (_position >= _data.Length)
        {
            field = 0;
            return false;
        }

        var tag = Raw();
        field = (int)(tag >> 3);
        _wireType = (int)(tag & 7);
        return field > 0 ? true : throw new WireFormatException($"Field number 0 at byte {_position}.");
    }

    /// <summary>An unsigned integer or enum.</summary>
    public ulong UInt() => _wireType == 0 ? Raw() : throw Unexpected("an integer");

    /// <summary>A signed 64-bit integer (plain).</summary>
    public long Int() => (long)UInt();

    /// <summary>A signed 32-bit integer (plain).</summary>
    public int Int32() => (int)(long)UInt();

    /// <summary>A zigzag integer.</summary>
    public long SInt()
    {
        var value = UInt();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A zigzag 32-bit integer.</summary>
    public int SInt32() => (int)SInt();

    /// <summary>A boolean.</summary>
    public bool Bool() => UInt() != 0;

    /// <summary>Bytes, in place.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        if (_wireType != 2)
        {
            throw Unexpected("bytes");
        }

        var size = Raw();
        if (size > (ulong)(_data.Length - _position))
        {
            throw new WireFormatException($"A field of {size} bytes at byte {_position} goes beyond the end at {_data.Length}.");
        }

        var span = _data.Slice(_position, (int)size);
        _position += (int)size;
        return span;
    }

    /// <summary>A string.</summary>
    public string String() => Encoding.UTF8.GetString(Bytes());

    /// <summary>A string out of a cache, for values that come again and again.</summary>
    public string String(StringCache cache) => cache.Get(Bytes());

    /// <summary>A 16-byte big-endian integer.</summary>
    public UInt128 UInt128()
    {
        var bytes = Bytes();
        return bytes.Length == 16
            ? BinaryPrimitives.ReadUInt128BigEndian(bytes)
            : throw new WireFormatException($"An id of {bytes.Length} bytes; expected 16.");
    }

    /// <summary>Passes over a field that is not known.</summary>
    public void Skip()
    {
        switch (_wireType)
        {
            case 0:
                Raw();
                break;
            case 1:
                Advance(8);
                break;
            case 2:
                Bytes();
                break;
            case 5:
                Advance(4);
                break;
            default:
                throw new WireFormatException($"Wire type {_wireType} at byte {_position} is not known.");
        }
    }

    private readonly WireFormatException Unexpected(string wanted) =>
        new($"Wire type {_wireType} at byte {_position}; expected {wanted}.");

    private void Advance(int size)
    {
        if (size > _data.Length - _position)
        {
            throw new WireFormatException($"The record ends within a field at byte {_position}.");
        }

        _position += size;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Raw()
    {
        var bytes = _data;
        var position = _position;
        if ((uint)position < (uint)bytes.Length && bytes[position] < 0x80)
        {
            _position = position + 1;
            return bytes[position];
        }

        return RawLong();
    }

    private ulong RawLong()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_position >= _data.Length)
            {
                throw new WireFormatException($"The record ends within an integer at byte {_position}.");
            }

            var b = _data[_position++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new WireFormatException($"An integer of more than 10 bytes before byte {_position}.");
    }
}
