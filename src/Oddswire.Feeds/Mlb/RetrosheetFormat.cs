using Oddswire.Core.Domain;
using Oddswire.Core.Ports;

namespace Oddswire.Feeds.Mlb;

/// <summary>
/// Retrosheet event files (retrosheet.org/eventfile.htm): text records, one a line. A live message is the record <c>id,&lt;game&gt;</c> and what is new.
/// Records carry no numbers: the event's key is the transport's sequence of the message (of the amended one in a correction), and in a
/// document that begins with the game's header, the number the record's message would have had.
/// </summary>
public sealed class RetrosheetFormat : IFeedFormat
{
    /// <inheritdoc/>
    public string Name => "mlb-retrosheet";

    /// <inheritdoc/>
    public League League => League.Mlb;

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> head)
    {
        if (!head.TrimStart("\uFEFF\r\n"u8).StartsWith("id,"u8))
        {
            return false;
        }

        try
        {
            var lines = new RetrosheetLines(head);
            return lines.Next() && IsGame(lines.Line[3..]) && (!lines.Next() || TypeOf(lines.Line) is not RecordType.Unknown);
        }
        catch (FeedFormatException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Parse(FeedMessage message, List<GameEvent> events)
    {
        var before = events.Count;
        try
        {
            new RetrosheetMessageReader(message, events).Read();
        }
        catch (FeedFormatException)
        {
            events.RemoveRange(before, events.Count - before);
            throw;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<FeedMessage> Cut(Recording recording) => RetrosheetCutter.Cut(recording);

    /// <summary>Whether a text can be a game's id.</summary>
    internal static bool IsGame(ReadOnlySpan<byte> id)
    {
        Span<char> text = stackalloc char[48];
        if (id.Length is 0 or > 48)
        {
            return false;
        }

        for (var i = 0; i < id.Length; i++)
        {
            text[i] = (char)id[i];
        }

        return GameId.IsVendorId(text[..id.Length]);
    }

    private static RecordType TypeOf(ReadOnlySpan<byte> line) => new RetrosheetRecord(line).ReadType();
}
