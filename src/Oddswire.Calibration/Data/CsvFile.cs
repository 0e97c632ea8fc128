using System.IO.Compression;

namespace Oddswire.Calibration.Data;

/// <summary>A CSV file with a header, plain or gzip, read row by row. Quoted fields may hold commas, not line breaks.</summary>
public sealed class CsvFile : IDisposable
{
    private readonly StreamReader _reader;
    private readonly Dictionary<string, int> _columns = [];
    private readonly List<string> _fields = [];

    public CsvFile(string path)
    {
        Stream stream = File.OpenRead(path);
        _reader = new StreamReader(
            path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream);
        Split(_reader.ReadLine() ?? throw new InvalidDataException($"{path} is empty."));
        for (var i = 0; i < _fields.Count; i++)
        {
            _columns[_fields[i].Trim()] = i;
        }
    }

    /// <summary>A field of the row by its column's name.</summary>
    public string this[string column] => _fields[_columns[column]];

    /// <summary>Moves to the next row.</summary>
    public bool Next()
    {
        if (_reader.ReadLine() is not { } line)
        {
            return false;
        }

        Split(line);
        return true;
    }

    /// <summary>A number; null where the field is empty.</summary>
    public double? Number(string column) => double.TryParse(this[column], out var value) ? value : null;

    /// <summary>A whole number; 0 where the field is empty.</summary>
    public int Int(string column) => (int)(Number(column) ?? 0);

    public void Dispose() => _reader.Dispose();

    private void Split(string line)
    {
        _fields.Clear();
        for (var start = 0; start <= line.Length;)
        {
            if (start < line.Length && line[start] == '"')
            {
                var end = line.IndexOf('"', start + 1);
                _fields.Add(line[(start + 1)..end]);
                start = end + 2;
                continue;
            }

            var comma = line.IndexOf(',', start);
            comma = comma < 0 ? line.Length : comma;
            _fields.Add(line[start..comma]);
            start = comma + 1;
        }
    }
}
