using System.Buffers.Binary;
using System.Text;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline;

/// <summary>
/// W3C trace context (w3.org/TR/trace-context, version 00) derived from an event's id: every stage that handles the event writes the
/// same trace id and a parent id of its own, without passing anything along and without randomness, so that a replay gives the same bytes.
/// </summary>
public static class TraceContext
{
    /// <summary>Length of a <c>traceparent</c> value: <c>00-{32 hex}-{16 hex}-01</c>.</summary>
    public const int Length = 55;

    /// <summary>The <c>traceparent</c> of an event in a stage.</summary>
    /// <param name="eventId">The event's id, <c>{game}/{key}</c>.</param>
    /// <param name="stage">The stage's name, for example <c>price</c>.</param>
    public static string Of(string eventId, string stage)
    {
        Span<byte> text = stackalloc byte[Length];
        Write(Encoding.UTF8.GetBytes(eventId), Encoding.UTF8.GetBytes(stage), text);
        return Encoding.ASCII.GetString(text);
    }

    /// <summary>Writes the <c>traceparent</c> of an event in a stage, without allocating.</summary>
    /// <param name="eventId">UTF-8 of the event's id.</param>
    /// <param name="stage">UTF-8 of the stage's name.</param>
    /// <param name="into">At least <see cref="Length"/> bytes.</param>
    public static void Write(ReadOnlySpan<byte> eventId, ReadOnlySpan<byte> stage, Span<byte> into)
    {
        Span<byte> ids = stackalloc byte[24];
        var trace = Murmur.Hash128(eventId);
        var parent = (ulong)Murmur.Hash128(stage) ^ (ulong)(trace >> 64);
        BinaryPrimitives.WriteUInt128BigEndian(ids, trace == 0 ? 1 : trace);
        BinaryPrimitives.WriteUInt64BigEndian(ids[16..], parent == 0 ? 1 : parent);
        "00-"u8.CopyTo(into);
        Convert.TryToHexStringLower(ids[..16], into[3..35], out _);
        into[35] = (byte)'-';
        Convert.TryToHexStringLower(ids[16..], into[36..52], out _);
        "-01"u8.CopyTo(into[52..]);
    }
}
