using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Oddswire.Infrastructure.Stores.ClickHouse;

/// <summary>
/// Writes rows in ClickHouse's RowBinary format (clickhouse.com/docs/interfaces/formats/RowBinary) into a pooled buffer that grows and is used
/// again, with no allocation a row. Not for several threads.
/// </summary>
public sealed class RowBinaryWriter : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
    private int _length;

    /// <summary>What has been written since the last <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);

    /// <summary>How many bytes have been written.</summary>
    public int Length => _length;

    /// <summary>Starts over; a buffer that grew beyond <paramref name="keep"/> bytes goes back to the pool.</summary>
    public void Clear(int keep = 32 << 20)
    {
        _length = 0;
        if (_buffer.Length > keep)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        }
    }

    /// <summary>A UInt8, Int8, Bool or Enum8.</summary>
    public void Byte(byte value) => Reserve(1)[0] = value;

    /// <summary>A UInt16.</summary>
    public void UInt16(int value) => BinaryPrimitives.WriteUInt16LittleEndian(Reserve(2), (ushort)Math.Clamp(value, 0, ushort.MaxValue));

    /// <summary>An Int16.</summary>
    public void Int16(int value) => BinaryPrimitives.WriteInt16LittleEndian(Reserve(2), (short)Math.Clamp(value, short.MinValue, short.MaxValue));

    /// <summary>An Int32 or Decimal32.</summary>
    public void Int32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Reserve(4), value);

    /// <summary>An Int64, UInt64 or DateTime64.</summary>
    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Reserve(8), value);

    /// <summary>A String or LowCardinality(String).</summary>
    public void String(string? value)
    {
        value ??= "";
        var size = Encoding.UTF8.GetByteCount(value);
        for (var rest = (uint)size; ; rest >>= 7)
        {
            if (rest < 0x80)
            {
                Reserve(1)[0] = (byte)rest;
                break;
            }

            Reserve(1)[0] = (byte)(rest | 0x80);
        }

        Encoding.UTF8.GetBytes(value, Reserve(size));
    }

    /// <summary>A FixedString(32) with the hexadecimal digits of a 128-bit number.</summary>
    public void Hex(UInt128 value)
    {
        var to = Reserve(32);
        for (var i = 31; i >= 0; i--, value >>= 4)
        {
            to[i] = "0123456789abcdef"u8[(int)(value & 15)];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _buffer, []));

    private Span<byte> Reserve(int size)
    {
        if (_buffer.Length - _length < size)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + size));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        var span = _buffer.AsSpan(_length, size);
        _length += size;
        return span;
    }
}
