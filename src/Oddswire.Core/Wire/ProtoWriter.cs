using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
    private const int MaxVarint = 10;

    // A string of so many characters has at most 126 bytes, so that one byte holds its length.
    private const int MaxShortString = 42;

    private byte[] _buffer = new byte[capacity];
    private int _length;

    /// <summary>What has been written since the last <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>How many bytes have been written since the last <see cref="Clear"/>.</summary>
    public int Length => _length;

    /// <summary>Starts over, keeping the buffer.</summary>
    public void Clear() => _length = 0;

    /// <summary>Goes back to an earlier <see cref="Length"/>, for messages that begin with the same fields.</summary>
    /// <exception cref="ArgumentOutOfRangeException">So much has not been written.</exception>
    public void Rewind(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)_length);
        _length = length;
    }

    /// <summary>Writes 16 bytes, big-endian, over what stands at a place: the value of a field written by <see cref="UInt128(int, System.UInt128)"/>.</summary>
    public void Overwrite(int at, UInt128 value) => BinaryPrimitives.WriteUInt128BigEndian(_buffer.AsSpan(at, _length - at), value);

    /// <summary>An unsigned integer or enum field.</summary>
    public void UInt(int field, ulong value)
    {
        if (value != 0)
        {
            Ensure(2 * MaxVarint);
            Put((uint)(field << 3) | Varint);
            Put(value);
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

    /// <summary>An <c>int32</c> field with presence (<c>optional</c>).</summary>
    public void OptionalInt(int field, long? value)
    {
        if (value is { } v)
        {
            Tag(field, Varint);
            Raw((ulong)v);
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
        if (value.Length <= MaxShortString)
        {
            Ensure(1 + (3 * MaxShortString));
            var written = Encoding.UTF8.GetBytes(value, _buffer.AsSpan(_length + 1));
            _buffer[_length] = (byte)written;
            _length += 1 + written;
            return;
        }

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

    /// <summary>Makes room for so many bytes and gives its begin; <see cref="Advance"/> says how many were written there.</summary>
    internal ref byte Room(int size)
    {
        Ensure(size);
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_buffer), _length);
    }

    /// <summary>Takes over what was written into the room made before.</summary>
    internal void Advance(int size) => _length += size;

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
        if (size < 0x80)
        {
            _buffer[start - 1] = (byte)size;
            return;
        }

        var extra = VarintSize((ulong)size) - 1;
        if (extra > 0)
        {
            Reserve(extra);
            _buffer.AsSpan(start, size).CopyTo(_buffer.AsSpan(start + extra));
        }

        var end = _length;
        _length = start - 1;
        Put((ulong)size);
        _length = end;
    }

    private static int VarintSize(ulong value) => value == 0 ? 1 : ((63 - System.Numerics.BitOperations.LeadingZeroCount(value)) / 7) + 1;

    private void Tag(int field, int wireType) => Raw((ulong)((field << 3) | wireType));

    private void Raw(ulong value)
    {
        Ensure(MaxVarint);
        Put(value);
    }

    /// <summary>Writes a varint where <see cref="Ensure"/> has made room for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(ulong value)
    {
        ref var at = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_buffer), _length);
        while (value >= 0x80)
        {
            at = (byte)(value | 0x80);
            at = ref Unsafe.Add(ref at, 1);
            _length++;
            value >>= 7;
        }

        at = (byte)value;
        _length++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Ensure(int size)
    {
        if (_buffer.Length - _length < size)
        {
            Grow(size);
        }
    }

    private Span<byte> Reserve(int size)
    {
        Ensure(size);
        var span = _buffer.AsSpan(_length, size);
        _length += size;
        return span;
    }

    private void Grow(int size) => Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + size));
}
