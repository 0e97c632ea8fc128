using System.Buffers.Binary;
using System.Text;
using Oddswire.Core.Wire;

namespace Oddswire.Infrastructure.Logs.Kafka.Mock;

/// <summary>Reads the primitive types of Kafka's protocol (kafka.apache.org/protocol, "Protocol Primitive Types"), those of the versions before the flexible ones.</summary>
/// <param name="body">What is still to be read.</param>
public ref struct ProtocolReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> _left = body;

    /// <summary>How many bytes are still to be read.</summary>
    public readonly int Left => _left.Length;

    /// <summary>INT8.</summary>
    public sbyte Int8() => (sbyte)Take(1)[0];

    /// <summary>INT16.</summary>
    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    /// <summary>INT32.</summary>
    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    /// <summary>STRING or NULLABLE_STRING; null for the latter's null.</summary>
    public string? String() => Int16() is var size and >= 0 ? Encoding.UTF8.GetString(Take(size)) : null;

    /// <summary>BYTES.</summary>
    public byte[] Bytes() => Int32() is var size and >= 0 ? Take(size).ToArray() : [];

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _left.Length)
        {
            throw new WireFormatException($"A Kafka request ends {count - _left.Length} bytes too early.");
        }

        var taken = _left[..count];
        _left = _left[count..];
        return taken;
    }
}

/// <summary>Writes the same types.</summary>
public sealed class ProtocolWriter
{
    private readonly List<byte> _bytes = [];

    /// <summary>What was written.</summary>
    public byte[] ToArray() => [.. _bytes];

    /// <summary>INT8 or BOOLEAN.</summary>
    public ProtocolWriter Int8(int value)
    {
        _bytes.Add((byte)value);
        return this;
    }

    /// <summary>INT16.</summary>
    public ProtocolWriter Int16(int value) => Int8(value >> 8).Int8(value);

    /// <summary>INT32.</summary>
    public ProtocolWriter Int32(int value) => Int16(value >> 16).Int16(value);

    /// <summary>INT64.</summary>
    public ProtocolWriter Int64(long value) => Int32((int)(value >> 32)).Int32((int)value);

    /// <summary>STRING or NULLABLE_STRING.</summary>
    public ProtocolWriter String(string? value)
    {
        var text = Encoding.UTF8.GetBytes(value ?? "");
        Int16(value is null ? -1 : text.Length);
        _bytes.AddRange(text);
        return this;
    }

    /// <summary>BYTES.</summary>
    public ProtocolWriter Bytes(ReadOnlySpan<byte> value)
    {
        Int32(value.Length);
        _bytes.AddRange(value);
        return this;
    }

    /// <summary>Bytes without a length.</summary>
    public ProtocolWriter Raw(ReadOnlySpan<byte> value)
    {
        _bytes.AddRange(value);
        return this;
    }
}

/// <summary>A request on its way to a broker.</summary>
/// <param name="ApiKey">Its kind.</param>
/// <param name="Version">The version of its layout.</param>
/// <param name="Body">What follows the header; of versions that are not flexible.</param>
public readonly record struct ProtocolRequest(short ApiKey, short Version, ReadOnlyMemory<byte> Body);

/// <summary>A kind of request that something in front of the brokers answers.</summary>
/// <param name="Key">The kind.</param>
/// <param name="MaxVersion">The newest version it understands; from 0 on.</param>
public readonly record struct AnsweredApi(short Key, short MaxVersion);
