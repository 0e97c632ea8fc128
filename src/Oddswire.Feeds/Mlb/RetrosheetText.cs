using System.Text;
using Oddswire.Core.Ports;

namespace Oddswire.Feeds.Mlb;

/// <summary>The types of records in a Retrosheet event file.</summary>
internal enum RecordType
{
    /// <summary>Not one of Retrosheet's.</summary>
    Unknown,
    Id,
    Version,
    Info,
    Start,
    Play,
    Sub,
    Comment,
    Data,

    /// <summary><c>radj</c>: a runner put on a base.</summary>
    RunnerPlaced,

    /// <summary><c>badj</c>, <c>padj</c>, <c>ladj</c>, <c>presadj</c>: who bats or throws how, and out of turn.</summary>
    Adjustment,
}

/// <summary>Goes through the lines of a Retrosheet text, whatever their ends; blank lines and a final Ctrl-Z are passed over.</summary>
internal ref struct RetrosheetLines(ReadOnlySpan<byte> text)
{
    /// <summary>No real record comes near it; it bounds what a message can hold.</summary>
    public const int MaxLineLength = 4_096;

    private readonly ReadOnlySpan<byte> _text = text;
    private int _next = text.StartsWith("\uFEFF"u8) ? 3 : 0;

    /// <summary>The current line, without its end.</summary>
    public ReadOnlySpan<byte> Line { get; private set; }

    /// <summary>Where the current line begins.</summary>
    public int Start { get; private set; }

    /// <summary>Its number, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>Moves to the next line that is not blank.</summary>
    /// <exception cref="FeedFormatException">The line is longer than any record.</exception>
    public bool Next()
    {
        while (_next < _text.Length)
        {
            Start = _next;
            var length = _text[_next..].IndexOf((byte)'\n');
            Line = (length < 0 ? _text[_next..] : _text.Slice(_next, length)).TrimEnd("\r \t\u001a"u8);
            _next = length < 0 ? _text.Length : _next + length + 1;
            Number++;
            if (Line.Length > MaxLineLength)
            {
                throw new FeedFormatException(
                    "line-too-long", $"Line {Number} has {Line.Length:N0} bytes; a Retrosheet record has at most {MaxLineLength:N0}. Is this another format?");
            }

            if (!Line.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>One record: comma-separated fields, some in double quotes.</summary>
internal ref struct RetrosheetRecord(ReadOnlySpan<byte> line)
{
    private ReadOnlySpan<byte> _rest = line;

    /// <summary>The type, from the first field, which is read by it.</summary>
    public RecordType ReadType()
    {
        var name = Next();
        return name switch
        {
            [(byte)'p', (byte)'l', (byte)'a', (byte)'y'] => RecordType.Play,
            [(byte)'i', (byte)'d'] => RecordType.Id,
            _ when name.SequenceEqual("info"u8) => RecordType.Info,
            _ when name.SequenceEqual("start"u8) => RecordType.Start,
            _ when name.SequenceEqual("sub"u8) => RecordType.Sub,
            _ when name.SequenceEqual("com"u8) => RecordType.Comment,
            _ when name.SequenceEqual("data"u8) => RecordType.Data,
            _ when name.SequenceEqual("version"u8) => RecordType.Version,
            _ when name.SequenceEqual("radj"u8) => RecordType.RunnerPlaced,
            _ when name.SequenceEqual("badj"u8) || name.SequenceEqual("padj"u8) || name.SequenceEqual("ladj"u8)
                || name.SequenceEqual("presadj"u8) => RecordType.Adjustment,
            _ => RecordType.Unknown,
        };
    }

    /// <summary>What has not been read yet, commas included.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>The next field without its quotes; empty when there is none.</summary>
    public ReadOnlySpan<byte> Next()
    {
        if (_rest is [(byte)'"', ..])
        {
            var close = _rest[1..].IndexOf((byte)'"');
            if (close >= 0)
            {
                var quoted = _rest.Slice(1, close);
                var after = _rest[(close + 2)..];
                var skip = after.IndexOf((byte)',');
                _rest = skip < 0 ? default : after[(skip + 1)..];
                return quoted;
            }
        }

        var comma = _rest.IndexOf((byte)',');
        var field = comma < 0 ? _rest : _rest[..comma];
        _rest = comma < 0 ? default : _rest[(comma + 1)..];
        return field;
    }

    /// <summary>The next field as text.</summary>
    public string NextText() => Encoding.Latin1.GetString(Next());

    /// <summary>Whether a player's id can stand in our records: 1 to 16 visible ASCII characters.</summary>
    public static bool IsPlayer(ReadOnlySpan<byte> id) => id.Length is >= 1 and <= 16 && !id.ContainsAnyExceptInRange((byte)'!', (byte)'~');
}
