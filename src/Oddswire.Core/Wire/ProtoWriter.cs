using System.Buffers.Binary;
using System.Text;

namespace Oddswire.Core.Wire;

/// <summary>
/// Writes Protobuf's wire format (protobuf.dev/programming-guides/encoding) into a buffer that grows and is used again,
/// so that a hot path allocates nothing. Fields with their default value are left out, as proto3 has it, and fields are
/// written in ascending order by the codecs: the same value gives the same bytes.
/// </summary>
public sealed class ProtoWriter(int capacity = 1024)
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;

    private byte[] _buffer = new byte[capacity];
    private int _length;

    /// <summary>What has been written since the last <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>Begins anew, keeping the buffer.</summary>
    public void Clear() => _length = 0;

    /// <summary>An unsigned integer or enum field.</summary>
    public void UInt(int field, ulong value)
    {
        if (value != 0)
        {
            Tag(field, Varint);
            Raw(value);
        }
    }

    /// <summary>An <c>int32</c> or <c>int64</c> field that is not negative in the usual case.</summary>
    public void Int(int field, long value) => UInt(field, (ulong)value);

    /// <summary>A <c>sint32</c> or <c>sint64</c> field (zigzag).</summary>
    public void SInt(int field, long value) => UInt(field, (ulong)((value << 1) ^ (value >> 63)));

    /// <summary>A <c>sint32</c> field with presence (<c>optional</c>).</summary>
    public void OptionalSInt(int field, long? value)
    {
        if (value is { } v)
        {
            Tag(field, Varint);
            Raw((ulong)((v << 1) ^ (v >> 63)));
        }
    }

    /// <summary>A boolean field.</summary>
    public void Bool(int field, bool value) => UInt(field, value ? 1UL : 0UL);

    /// <summary>A string field.</summary>
    public void String(int field, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return;
        }

        Tag(field, LengthDelimited);
        var size = Encoding.UTF8.GetByteCount(value);
        Raw((ulong)size);
        Encoding.UTF8.GetBytes(value, Reserve(size));
    }

    /// <summary>A bytes field.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            Tag(field, LengthDelimited);
            Raw((ulong)value.Length);
            value.CopyTo(Reserve(value.Length));
        }
    }

    /// <summary>Fields that were encoded before, for what many messages share.</summary>
    public void Fields(ReadOnlySpan<byte> encoded) => encoded.CopyTo(Reserve(encoded.Length));

    /// <summary>A 16-byte bytes field, big-endian.</summary>
    public void UInt128(int field, UInt128 value)
    {
        Tag(field, LengthDelimited);
        Raw(16);
        BinaryPrimitives.WriteUInt128BigEndian(Reserve(16), value);
    }

    /// <summary>Opens a nested message; give what it returns to <see cref="End"/>.</summary>
    public int Begin(int field)
    {
        Tag(field, LengthDelimited);
        Reserve(1);
        return _length;
    }

    /// <summary>Closes a nested message: the length goes in front of it, moved up where one byte is not enough.</summary>
    public void End(int start)
    {
        var size = _length - start;
        var extra = VarintSize((ulong)size) - 1;
        if (extra > 0)
        {
            Reserve(extra);
            _buffer.AsSpan(start, size).CopyTo(_buffer.AsSpan(start + extra));
        }

        Put(_buffer.AsSpan(start - 1), (ulong)size);
    }

    private static int VarintSize(ulong value) => value == 0 ? 1 : ((63 - System.Numerics.BitOperations.LeadingZeroCount(value)) / 7) + 1;

    private void Tag(int field, int wireType) => Raw((ulong)((field << 3) | wireType));

    private void Raw(ulong value)
    {
        if (_buffer.Length - _length < 10)
        {
            Grow(10);
        }

        _length += Put(_buffer.AsSpan(_length), value);
    }

    private static int Put(Span<byte> into, ulong value)
    {
        var i = 0;
        while (value >= 0x80)
        {
            into[i++] = (byte)(value | 0x80);
            value >>= 7;
        }

        into[i++] = (byte)value;
        return i;
    }

    private Span<byte> Reserve(int size)
    {
        if (_buffer.Length - _length < size)
        {
            Grow(size);
        }

        var span = _buffer.AsSpan(_length, size);
        _length += size;
        return span;
    }

    private void Grow(int size) => Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + size));
}
