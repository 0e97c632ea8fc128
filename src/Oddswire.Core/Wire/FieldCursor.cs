using System.Runtime.CompilerServices;

namespace Oddswire.Core.Wire;

/// <summary>
/// Writes small fields one behind the other where <see cref="ProtoWriter.Room"/> has made enough room for all of them: no check of the buffer for each.
/// </summary>
/// <param name="start">Where the room begins.</param>
internal ref struct FieldCursor(ref byte start)
{
    private ref byte _at = ref start;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>An unsigned integer or enum field with a number from 1 to 15; left out when zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void UInt(int field, ulong value)
    {
        if (value != 0)
        {
            Byte((byte)(field << 3));
            Varint(value);
        }
    }

    /// <summary>Opens a nested message of less than 128 bytes; give what it returns to <see cref="End"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Begin(int field)
    {
        Byte((byte)((field << 3) | 2));
        Byte(0);
        return Length;
    }

    /// <summary>Closes it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void End(int start) => Unsafe.Subtract(ref _at, Length - start + 1) = (byte)(Length - start);

    /// <summary>A short text in ASCII.</summary>
    public void Text(int field, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            Byte((byte)((field << 3) | 2));
            Byte((byte)value.Length);
            foreach (var b in value)
            {
                Byte(b);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Byte((byte)(value | 0x80));
        }

        Byte((byte)value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Byte(byte value)
    {
        _at = value;
        _at = ref Unsafe.Add(ref _at, 1);
        Length++;
    }
}
