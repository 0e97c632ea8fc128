using System.Globalization;
using System.Text.RegularExpressions;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;

namespace Oddswire.Host.Roles.Ingest;

/// <summary>What became of a message: a raw message, or dead letters (several when it is too long for one).</summary>
internal readonly record struct Parsed(RawMessage? Message, IReadOnlyList<DeadLetter> Letters);

/// <summary>
/// Parses messages with whichever format recognises them, and adds the pregame line. What cannot be parsed becomes a dead letter with
/// its bytes. Used by ingest and by the replay of dead letters. Not for several threads.
/// </summary>
/// <param name="league">The league.</param>
/// <param name="formats">Formats to try; those of other leagues are left out.</param>
/// <param name="pregameLine">Looks up the market's view of a game; null or a null answer where none is known.</param>
/// <param name="maxBytes">Longer bodies are refused.</param>
internal sealed partial class MessageParser(League league, IReadOnlyList<IFeedFormat> formats, Func<GameId, GameInfo, PregameLine?>? pregameLine, int maxBytes)
{
    private const int HeadBytes = 4096;
    private const string TooLarge = "too-large";
    private readonly IFeedFormat[] _formats = [.. formats.Where(format => format.League == league)];
    private IFeedFormat? _latest;

    /// <summary>Parses a message.</summary>
    public Parsed Parse(FeedMessage message, Timestamp receivedAt, FeedRefusal? refusal = null)
    {
        if (refusal is not null && message.Body.Length <= maxBytes)
        {
            return Refuse(message, receivedAt, refusal.Reason, refusal.Detail);
        }

        if (message.GameId.League != league)
        {
            return Refuse(message, receivedAt, "wrong-league", $"A message of {message.GameId} came from a source of the league {league.Code()}: check the source's set-up.");
        }

        if (message.Body.Length > maxBytes)
        {
            return Split(message, receivedAt);
        }

        if (Recognise(message.Body.Span) is not { } format)
        {
            var known = string.Join(", ", _formats.Select(f => f.Name));
            return Refuse(message, receivedAt, "unknown-format",
                $"Message {message.Sequence} of {message.Source} for {message.GameId} is in none of the formats known for {league.Code()} ({known}).");
        }

        var events = new List<GameEvent>(1);
        try
        {
            format.Parse(message, events);
        }
        catch (FeedFormatException e)
        {
            return Refuse(message, receivedAt, e.Reason, e.Message);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A fault of the parser, not of the feed: the bytes wait in the DLQ for the corrected parser.
            return Refuse(message, receivedAt, "parser-fault",
                $"The parser of {format.Name} failed with {e.GetType().Name}: {e.Message} Report it, then send the message again with 'oddswire dlq replay'.");
        }

        AddLines(events);
        return new Parsed(new RawMessage { Message = message, ReceivedAt = receivedAt, Format = format.Name, Events = events }, []);
    }

    /// <summary>Reads from a letter which part of a message that was too long it holds.</summary>
    /// <returns>Whether it is such a part.</returns>
    public static bool TryReadPart(DeadLetter letter, out int part, out int count)
    {
        var match = letter.Reason == TooLarge ? PartOf().Match(letter.Detail) : Match.Empty;
        part = match.Success ? int.Parse(match.Groups["part"].ValueSpan, CultureInfo.InvariantCulture) : 0;
        count = match.Success ? int.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture) : 0;
        return match.Success;
    }

    private IFeedFormat? Recognise(ReadOnlySpan<byte> body)
    {
        var head = body[..Math.Min(body.Length, HeadBytes)];
        if (_latest is not null && _latest.Recognises(head))
        {
            return _latest;
        }

        foreach (var format in _formats)
        {
            if (format.Recognises(head))
            {
                return _latest = format;
            }
        }

        // Nothing recognises what is cut off or garbled at the start; the only format there is can at least say what is wrong with it.
        return _formats.Length == 1 ? _formats[0] : null;
    }

    private void AddLines(List<GameEvent> events)
    {
        if (pregameLine is null)
        {
            return;
        }

        for (var i = 0; i < events.Count; i++)
        {
            if (events[i] is { Kind: EventKind.Info, Info: { Line: null } info } gameEvent && pregameLine(gameEvent.GameId, info) is { } line)
            {
                events[i] = gameEvent with { Info = info with { Line = line } };
            }
        }
    }

    private Parsed Split(FeedMessage message, Timestamp receivedAt)
    {
        var parts = (message.Body.Length + maxBytes - 1) / maxBytes;
        var letters = new List<DeadLetter>(parts);
        for (var part = 0; part < parts; part++)
        {
            var from = part * maxBytes;
            var body = message.Body.Slice(from, Math.Min(maxBytes, message.Body.Length - from));
            letters.Add(Letter(message with { Body = body }, receivedAt, TooLarge,
                $"The message has {message.Body.Length} bytes, more than the {maxBytes} allowed; this is part {part + 1} of {parts}."));
        }

        return new Parsed(null, letters);
    }

    private static Parsed Refuse(FeedMessage message, Timestamp receivedAt, string reason, string detail) =>
        new(null, [Letter(message, receivedAt, reason, detail)]);

    private static DeadLetter Letter(FeedMessage message, Timestamp receivedAt, string reason, string detail) =>
        new() { Message = message, ReceivedAt = receivedAt, Stage = "ingest", Reason = reason, Detail = detail };

    [GeneratedRegex(@"part (?<part>\d{1,9}) of (?<count>\d{1,9})\.$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PartOf();
}
