using Oddswire.Core.Ports;

namespace Oddswire.Core.Pipeline;

/// <summary>Encodes record headers as <see cref="RecordHeaders"/> has them, into one buffer.</summary>
internal sealed class HeaderWriter
{
    /// <summary>Most bytes of a value.</summary>
    public const int MaxValue = 127;

    private readonly byte[] _buffer = new byte[2048];
    private int _length;

    public RecordHeaders Headers => new(_buffer.AsMemory(0, _length));

    public void Begin(int count)
    {
        _buffer[0] = (byte)count;
        _length = 1;
    }

    /// <summary>Where the headers end so far; give it to <see cref="Cut"/>.</summary>
    public int Length => _length;

    /// <summary>Takes away what came after <paramref name="length"/>; there are so many headers now.</summary>
    public void Cut(int length, int count)
    {
        _length = length;
        _buffer[0] = (byte)count;
    }

    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => value.CopyTo(Reserve(name, value.Length));

    /// <summary>Adds a header and gives the place of its value, at most <see cref="MaxValue"/> bytes.</summary>
    public Span<byte> Reserve(ReadOnlySpan<byte> name, int size)
    {
        _buffer[_length++] = (byte)name.Length;
        name.CopyTo(_buffer.AsSpan(_length));
        _length += name.Length;
        _buffer[_length++] = (byte)size;
        _length += size;
        return _buffer.AsSpan(_length - size, size);
    }
}
