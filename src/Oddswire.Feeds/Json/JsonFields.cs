using System.Buffers.Text;
using System.Text.Json;
using Oddswire.Core.Ports;

namespace Oddswire.Feeds.Json;

/// <summary>
/// Strict reading of a vendor's JSON, value by value, without a document model: every refusal is a <see cref="FeedFormatException"/> that names
/// the field, the byte and the remedy. Bounded in size and depth, so that hostile input costs no more than its length.
/// </summary>
internal static class JsonFields
{
    /// <summary>Longest body accepted; the longest real document is 0.6 MB.</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>Deepest nesting accepted; real documents need 8.</summary>
    public const int MaxDepth = 32;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>A reader standing on the opening brace of the body's only value.</summary>
    public static Utf8JsonReader Open(ReadOnlySpan<byte> body)
    {
        if (body.Length > MaxBytes)
        {
            throw new FeedFormatException(
                "too-large", $"The document has {body.Length} bytes, at most {MaxBytes} are accepted: send one game, or one play, a message.");
        }

        var reader = new Utf8JsonReader(WithoutMark(body), Options);
        if (WithoutMark(body).Trim(" \t\r\n\0"u8).IsEmpty)
        {
            throw new FeedFormatException("empty-message", "The body is empty: expected one JSON object. Have the feed send the message again.");
        }

        reader.Read();
        return reader.TokenType == JsonTokenType.StartObject ? reader : throw WrongType(ref reader, "(document)", "an object");
    }

    /// <summary>The body without a UTF-8 byte order mark.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> body) => body.StartsWith("\uFEFF"u8) ? body[3..] : body;

    /// <summary>Checks that nothing follows the document.</summary>
    public static void Close(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
        }
    }

    /// <summary>What a reader's own exception means to the one who has to act on it.</summary>
    public static FeedFormatException Malformed(JsonException inner) => new(
        "malformed-json",
        $"Not well-formed JSON at line {inner.LineNumber + 1}, byte {inner.BytePositionInLine} of it: {Start(inner.Message)} "
        + "A download that was cut off is the usual cause: fetch the document again.",
        inner);

    /// <summary>Moves to the next property of the object that the reader stands in; false at its end.</summary>
    public static bool NextProperty(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>Whether the property's name, as written, is <paramref name="name"/>. A name in escapes is none that we know.</summary>
    public static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => reader.ValueSpan.SequenceEqual(name);

    /// <summary>Passes over the value of the property that the reader stands on.</summary>
    public static void Skip(ref Utf8JsonReader reader) => reader.Skip();

    /// <summary>Enters the property's value; true when it is an object, false when it is null.</summary>
    public static bool EnterObject(ref Utf8JsonReader reader, string field) => Enter(ref reader, field, JsonTokenType.StartObject, "an object");

    /// <summary>Enters the property's value; true when it is an array, false when it is null.</summary>
    public static bool EnterArray(ref Utf8JsonReader reader, string field) => Enter(ref reader, field, JsonTokenType.StartArray, "an array");

    /// <summary>A whole number within bounds; null for null.</summary>
    public static int? Int(ref Utf8JsonReader reader, string field, int min, int max) => (int?)Long(ref reader, field, min, max);

    /// <summary>A whole number within bounds; null for null.</summary>
    public static long? Long(ref Utf8JsonReader reader, string field, long min, long max)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.Number when reader.TryGetInt64(out var value) && value >= min && value <= max => value,
            JsonTokenType.Number => throw Absurd(ref reader, field, min, max),
            _ => throw WrongType(ref reader, field, "a whole number"),
        };
    }

    /// <summary>A whole number within bounds, also where a vendor writes it in text; null for null and empty text.</summary>
    public static int? Count(ref Utf8JsonReader reader, string field, int min, int max)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.Null || (reader.TokenType == JsonTokenType.String && reader.ValueSpan.IsEmpty))
        {
            return null;
        }

        if (reader.TokenType is not (JsonTokenType.Number or JsonTokenType.String))
        {
            throw WrongType(ref reader, field, "a whole number");
        }

        var digits = reader.ValueSpan;
        if (Utf8Parser.TryParse(digits, out int value, out var used) && used == digits.Length)
        {
            return value >= min && value <= max ? value : throw Absurd(ref reader, field, min, max);
        }

        throw reader.TokenType == JsonTokenType.Number ? Absurd(ref reader, field, min, max) : BadValue(ref reader, field, "a whole number");
    }

    /// <summary>Moves to a text value; false for null.</summary>
    public static bool EnterText(ref Utf8JsonReader reader, string field)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.String => true,
            JsonTokenType.Null => false,
            _ => throw WrongType(ref reader, field, "a text"),
        };
    }

    /// <summary>A text, cut to <paramref name="maxLength"/> characters; empty for null.</summary>
    public static string Text(ref Utf8JsonReader reader, string field, int maxLength)
    {
        if (!EnterText(ref reader, field) || reader.ValueSpan.IsEmpty)
        {
            return "";
        }

        var text = Decoded(ref reader, field);
        return text.Length <= maxLength ? text : text[..(char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength)];
    }

    /// <summary>The text that the reader stands on.</summary>
    public static string Decoded(ref Utf8JsonReader reader, string field)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException inner)
        {
            throw new FeedFormatException(
                "malformed-json", $"Field '{field}' at byte {reader.TokenStartIndex} is not valid UTF-8 text: have the sender encode it as UTF-8.", inner);
        }
    }

    /// <summary>A required field was not there.</summary>
    public static FeedFormatException Missing(string field, string where) =>
        new("missing-field", $"{where} has no '{field}': docs/feeds.md lists the fields that a message must have.");

    /// <summary>The token is of another type than the format's.</summary>
    public static FeedFormatException WrongType(ref Utf8JsonReader reader, string field, string expected) => new(
        "wrong-type", $"Field '{field}' at byte {reader.TokenStartIndex} is {Words(reader.TokenType)}, expected {expected}: see docs/feeds.md.");

    /// <summary>The value is of the right type and cannot be read.</summary>
    public static FeedFormatException BadValue(ref Utf8JsonReader reader, string field, string expected) => new(
        "bad-value", $"Field '{field}' at byte {reader.TokenStartIndex} is {Quoted(ref reader)}, expected {expected}: see docs/feeds.md.");

    /// <summary>The number is outside what a game can show.</summary>
    public static FeedFormatException Absurd(ref Utf8JsonReader reader, string field, long min, long max) => new(
        "absurd-number",
        $"Field '{field}' at byte {reader.TokenStartIndex} is {Quoted(ref reader)}, expected a whole number from {min} to {max}: "
        + "check the feed, then replay the message.");

    /// <summary>The message speaks of another game than the channel it came by.</summary>
    public static FeedFormatException WrongGame(ref Utf8JsonReader reader, string expected) => new(
        "wrong-game",
        $"The document at byte {reader.TokenStartIndex} is of game {Quoted(ref reader)}, but came by the channel of '{expected}': check the feed's routing.");

    private static bool Enter(ref Utf8JsonReader reader, string field, JsonTokenType wanted, string expected)
    {
        reader.Read();
        return reader.TokenType == wanted || (reader.TokenType == JsonTokenType.Null ? false : throw WrongType(ref reader, field, expected));
    }

    private static string Quoted(ref Utf8JsonReader reader)
    {
        const int Shown = 40;
        var bytes = reader.ValueSpan;
        var text = System.Text.Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, Shown)]);
        return $"'{text}{(bytes.Length > Shown ? "…" : "")}'";
    }

    /// <summary>The reader's own words without the place, which is told already; shortened, since it quotes the value it stumbled over in full.</summary>
    private static string Start(string message)
    {
        var words = message.IndexOf(" LineNumber:", StringComparison.Ordinal) is var end and >= 0 ? message[..end] : message;
        return words.Length <= 160 ? words : $"{words.AsSpan(0, 160)}…";
    }

    private static string Words(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        JsonTokenType.Null => "null",
        _ => "cut off",
    };
}
