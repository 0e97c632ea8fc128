using Oddswire.Core.Domain;

namespace Oddswire.Core.Ports;

/// <summary>
/// A vendor's format: the one shape of every feed adapter. Stateless and pure: bytes in, events out. A message may hold one play
/// (as a live feed pushes it) or a whole game (as a poll or a recording holds it); both go through <see cref="Parse"/>.
/// </summary>
public interface IFeedFormat
{
    /// <summary>The format's name, for example <c>nfl-gamecenter</c>.</summary>
    string Name { get; }

    /// <summary>The league it reports.</summary>
    League League { get; }

    /// <summary>Whether the beginning of a body looks like this format. Sees at least the first 4 KiB, or all of it.</summary>
    bool Recognises(ReadOnlySpan<byte> head);

    /// <summary>Parses one message, adding its events in the vendor's order.</summary>
    /// <exception cref="FeedFormatException">The body is malformed; nothing was added.</exception>
    void Parse(FeedMessage message, List<GameEvent> events);

    /// <summary>
    /// Cuts the recording of one or more whole games into the messages that the live feed would have sent: one play a message, each a
    /// valid document of the format, numbered from 1 within each game, with <see cref="FeedMessage.PublishedAt"/> from the recording (where it
    /// has no times, a plausible synthetic pace from the game's start).
    /// </summary>
    /// <exception cref="FeedFormatException">The recording is malformed.</exception>
    IEnumerable<FeedMessage> Cut(Recording recording);
}

/// <summary>A recorded file, uncompressed, with the files beside it that belong to it (a box score for names, team and roster lists), by file name.</summary>
/// <param name="Name">The file's name, for messages to people.</param>
/// <param name="Body">Its bytes, uncompressed.</param>
/// <param name="Companions">Uncompressed bytes of companion files by name, in lower case.</param>
public sealed record Recording(string Name, ReadOnlyMemory<byte> Body, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Companions);

/// <summary>A vendor's bytes cannot be understood.</summary>
/// <param name="reason">A short stable code, for example <c>malformed-json</c>.</param>
/// <param name="detail">What is wrong, where (line, byte or path), and what was expected.</param>
public sealed class FeedFormatException(string reason, string detail, Exception? inner = null) : FormatException(detail, inner)
{
    /// <summary>The code.</summary>
    public string Reason { get; } = reason;
}
