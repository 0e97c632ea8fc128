namespace Oddswire.Feeds.Reference;

/// <summary>Reads comma-separated text (RFC 4180, without line breaks inside quotes) row by row. Blank lines are passed over.</summary>
internal sealed class CsvRows(TextReader reader, string name)
{
    private const int LongestLine = 1 << 16;
    private readonly char[] _buffer = new char[LongestLine];
    private readonly List<string> _fields = [];

    /// <summary>The number of the current line, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The fields of the current row, without quotes and outer blanks.</summary>
    public IReadOnlyList<string> Fields => _fields;

    /// <summary>Moves to the next row.</summary>
    /// <exception cref="ReferenceDataException">The line is too long to be a row, or a quote is not closed.</exception>
    public bool Next()
    {
        while (ReadLine(out var line))
        {
            if (!line.IsWhiteSpace())
            {
                Split(line);
                return true;
            }
        }

        return false;
    }

    private bool ReadLine(out ReadOnlySpan<char> line)
    {
        var length = 0;
        int read;
        while ((read = reader.Read()) is >= 0 and not '\n')
        {
            if (length == LongestLine)
            {
                throw new ReferenceDataException($"'{name}', line {Line + 1}: longer than {LongestLine:N0} characters. Is it a CSV file?");
            }

            _buffer[length++] = (char)read;
        }

        line = _buffer.AsSpan(0, length);
        if (length == 0 && read < 0)
        {
            return false;
        }

        Line++;
        return true;
    }

    private void Split(ReadOnlySpan<char> line)
    {
        _fields.Clear();
        while (true)
        {
            var start = line.TrimStart();
            var isQuoted = start is ['"', ..];
            var end = isQuoted ? Closing(start) : line.IndexOf(',');
            var field = isQuoted ? start[1..end] : end < 0 ? line : line[..end];
            _fields.Add(isQuoted ? field.ToString().Replace("\"\"", "\"") : field.Trim().ToString());
            line = isQuoted ? start[(end + 1)..] : line;
            end = line.IndexOf(',');
            if (end < 0)
            {
                return;
            }

            line = line[(end + 1)..];
        }
    }

    private int Closing(ReadOnlySpan<char> quoted)
    {
        for (var i = 1; i < quoted.Length; i++)
        {
            if (quoted[i] == '"' && (i + 1 == quoted.Length || quoted[++i] != '"'))
            {
                return quoted[i] == '"' ? i : i - 1;
            }
        }

        throw new ReferenceDataException($"'{name}', line {Line}: a quoted field is not closed.");
    }
}
