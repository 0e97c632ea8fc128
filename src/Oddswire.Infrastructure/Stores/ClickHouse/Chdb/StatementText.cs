using System.Text.RegularExpressions;

namespace Oddswire.Infrastructure.Stores.ClickHouse.Chdb;

/// <summary>The little that the HTTP interface must know of a statement's text; the engine does the parsing.</summary>
internal static partial class StatementText
{
    private static readonly HashSet<string> Streamable = new(StringComparer.OrdinalIgnoreCase)
    {
        "TabSeparated", "TSV", "TabSeparatedRaw", "TSVRaw", "CSV", "JSONEachRow", "NDJSON", "RowBinary", "JSONCompactEachRow", "JSONStringsEachRow",
    };

    private static readonly HashSet<string> Binary = new(StringComparer.OrdinalIgnoreCase)
    {
        "RowBinary", "RowBinaryWithNames", "RowBinaryWithNamesAndTypes", "RowBinaryWithDefaults", "Native", "Parquet", "Arrow", "ArrowStream", "ORC", "Avro",
        "MsgPack", "BSONEachRow", "Npy", "CapnProto", "Protobuf", "ProtobufSingle",
    };

    /// <summary>The first word, in upper case, comments and brackets passed over.</summary>
    public static string Verb(string sql)
    {
        var match = FirstWord().Match(sql);
        return match.Success ? match.Groups["word"].Value.ToUpperInvariant() : "";
    }

    /// <summary>Whether the statement inserts rows that come as data (not from a query).</summary>
    public static bool IsInsert(string sql) => Verb(sql) == "INSERT";

    /// <summary>Whether the statement only reads.</summary>
    public static bool IsQuery(string sql) => Verb(sql) is "SELECT" or "WITH";

    /// <summary>The format that the statement itself names at its end, or null.</summary>
    public static string? FormatOf(string sql)
    {
        var match = FormatClause().Match(sql);
        return match.Success ? match.Groups["format"].Value : null;
    }

    /// <summary>Whether a result in this format can be sent in pieces as they come.</summary>
    public static bool CanStream(string format) => Streamable.Contains(format);

    /// <summary>
    /// Rewrites <c>INSERT INTO t … FORMAT X</c> so that the data are read from a file. Null when the statement names no format at its end.
    /// </summary>
    public static string? WithInfile(string sql, string path)
    {
        var format = FormatClause().Match(sql);
        if (!format.Success)
        {
            return null;
        }

        var settings = SettingsBeforeFormat().Match(sql[..format.Index]);
        var at = settings.Success ? settings.Index : format.Index;
        return $"{sql[..at].TrimEnd()} FROM INFILE '{path}' COMPRESSION 'none' {sql[at..format.Index]} FORMAT {format.Groups["format"].Value}";
    }

    /// <summary>
    /// Where the data begin in <c>INSERT … FORMAT X⏎data</c> given as one body, when X is a format that cannot stand inside a statement.
    /// </summary>
    /// <param name="head">The beginning of the body, one character a byte.</param>
    public static bool TryFindBinaryData(string head, out int dataAt)
    {
        var match = InlineFormat().Match(head);
        dataAt = match.Success ? match.Index + match.Length : 0;
        return match.Success && Verb(head) == "INSERT" && Binary.Contains(match.Groups["format"].Value);
    }

    [GeneratedRegex(@"\G(\s|\(|--[^\n]*\n|/\*.*?\*/|#![^\n]*\n)*(?<word>[A-Za-z]+)", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FirstWord();

    [GeneratedRegex(@"\sFORMAT\s+(?<format>\w+)\s*(?<settings>SETTINGS\s[^;]*)?;?\s*\z", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FormatClause();

    [GeneratedRegex(@"\sSETTINGS\s+\w+\s*=[^()]*\z", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SettingsBeforeFormat();

    [GeneratedRegex(@"\sFORMAT\s+(?<format>\w+)[ \t]*\r?\n?", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InlineFormat();
}
