using System.Globalization;
using System.IO.Compression;
using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Data;

/// <summary>
/// A CSV file with a header (RFC 4180), plain or gzip (told by its first bytes), read row by row. Columns are found by name, in any order, whatever else
/// stands beside them; a byte order mark, CRLF line ends, blanks around names, and NA for an empty field are understood. Every error names file and line.
/// </summary>
public sealed class CsvFile : IDisposable
{
    private const string Remedy = "Correct the file, or leave it out.";

    private readonly StreamReader _reader;
    private readonly Dictionary<string, int> _columns = [];
    private readonly List<string> _names = [];
    private readonly List<(int Start, int End, bool IsQuoted)> _fields = [];
    private string _row = "";
    private int _line;
    private int _linesOfRow;

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="CalibrationException">It is not there, cannot be read or has no header.</exception>
    public CsvFile(string path)
    {
        Path = path;
        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            var isGzip = stream.ReadByte() == 0x1F && stream.ReadByte() == 0x8B;
            stream.Position = 0;
            _reader = new StreamReader(isGzip ? new GZipStream(stream, CompressionMode.Decompress) : stream);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CalibrationException($"{path} cannot be read: {error.Message}", "Check the path.", error);
        }

        if (!NextRow())
        {
            throw new CalibrationException($"{path} is empty.", "Expected a CSV file with a header.");
        }

        for (var i = 0; i < _fields.Count; i++)
        {
            var name = Field(i).Trim();
            _names.Add(name);
            _columns.TryAdd(name, i);
        }
    }

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>Path and line of the row, for messages.</summary>
    public string Place => $"{Path}:{_line}";

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Columns => _names;

    /// <summary>A field of the row by its column's name; empty where it says NA.</summary>
    /// <exception cref="CalibrationException">There is no such column.</exception>
    public string this[string column]
    {
        get
        {
            if (!_columns.TryGetValue(column, out var index))
            {
                var near = NearestName.Of(column, _names);
                throw new CalibrationException(
                    $"{Path} has no column '{column}'{(near is null ? "" : $" (is '{near}' meant to be it?)")}.",
                    $"Its header names {string.Join(", ", _names.Take(60))}.");
            }

            var text = Field(index);
            return text == "NA" ? "" : text;
        }
    }

    /// <summary>Whether there is such a column.</summary>
    public bool Has(string column) => _columns.ContainsKey(column);

    /// <summary>A field of the row; empty where it says NA or there is no such column.</summary>
    public string Optional(string column) => Has(column) ? this[column] : "";

    /// <summary>A number; null where the field is empty.</summary>
    /// <exception cref="CalibrationException">It is not a number, or there is no such column.</exception>
    public double? Number(string column)
    {
        var text = this[column];
        return text.Length == 0 ? null
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value
            : throw Error($"{column} '{text}' is not a number");
    }

    /// <summary>A number; null where the field is empty or there is no such column.</summary>
    /// <exception cref="CalibrationException">It is not a number.</exception>
    public double? OptionalNumber(string column) => Has(column) ? Number(column) : null;

    /// <summary>A whole number; 0 where the field is empty.</summary>
    /// <exception cref="CalibrationException">It is not a number of a size that occurs, or there is no such column.</exception>
    public int Int(string column) => Number(column) is not { } value ? 0
        : Math.Abs(value) < 1e9 ? (int)value
        : throw Error($"{column} '{this[column]}' is too large");

    /// <summary>Moves to the next row; blank lines are passed over.</summary>
    /// <exception cref="CalibrationException">The row has more or fewer fields than the header, or the file is damaged.</exception>
    public bool Next()
    {
        do
        {
            if (!NextRow())
            {
                return false;
            }
        }
        while (_row.Length == 0);

        return _fields.Count == _names.Count ? true
            : throw Error($"the row has {_fields.Count} fields, the header {_names.Count}");
    }

    /// <summary>An error in this row.</summary>
    public CalibrationException Error(string message) => new($"{Place}: {message}.", Remedy);

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private string Field(int index)
    {
        var (start, end, isQuoted) = _fields[index];
        return isQuoted ? _row[start..end].Replace("\"\"", "\"", StringComparison.Ordinal) : _row[start..end];
    }

    private bool NextRow()
    {
        _line += Math.Max(_linesOfRow, 1);
        _linesOfRow = 0;
        _fields.Clear();
        if (ReadLine() is not { } line)
        {
            return false;
        }

        _row = line;
        for (var start = 0; start <= _row.Length;)
        {
            start = start < _row.Length && _row[start] == '"' ? TakeQuoted(start + 1) : TakePlain(start);
        }

        return true;
    }

    private int TakePlain(int start)
    {
        var comma = _row.IndexOf(',', start);
        comma = comma < 0 ? _row.Length : comma;
        _fields.Add((start, comma, false));
        return comma + 1;
    }

    private int TakeQuoted(int start)
    {
        for (var at = start; ;)
        {
            var quote = _row.IndexOf('"', at);
            if (quote < 0)
            {
                // A line break within quotes: the row goes on.
                at = _row.Length;
                _row += "\n" + (ReadLine() ?? throw Error("a quoted field does not end"));
            }
            else if (quote + 1 < _row.Length && _row[quote + 1] == '"')
            {
                at = quote + 2;
            }
            else if (quote + 1 == _row.Length || _row[quote + 1] == ',')
            {
                _fields.Add((start, quote, true));
                return quote + 2;
            }
            else
            {
                throw Error("a quoted field continues after its closing quote");
            }
        }
    }

    private string? ReadLine()
    {
        try
        {
            _linesOfRow++;
            return _reader.ReadLine();
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw new CalibrationException($"{Place}: the file cannot be read on: {error.Message}", Remedy, error);
        }
    }
}
