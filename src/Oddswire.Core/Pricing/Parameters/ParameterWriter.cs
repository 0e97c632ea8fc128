using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Oddswire.Core.Pricing.Parameters;

/// <summary>
/// Writes a model file as people read it: a key a line, lists of numbers side by side up to 120 columns. Numbers are written with the fewest digits
/// that read back the same, so that equal parameters are equal bytes.
/// </summary>
public sealed class ParameterWriter
{
    private const int Columns = 120;

    private readonly StringBuilder _text = new();
    private int _depth;
    private bool _isFirst = true;

    /// <summary>A whole file: an object whose keys <paramref name="write"/> writes.</summary>
    public static byte[] Write(Action<ParameterWriter> write)
    {
        var writer = new ParameterWriter();
        writer.Braces(write);
        return Encoding.UTF8.GetBytes(writer._text.Append('\n').ToString());
    }

    /// <summary>A number.</summary>
    public void Number(string key, double value) => Key(key).Append(Show(value));

    /// <summary>A text.</summary>
    public void Text(string key, string value) => Key(key).Append(Quote(value));

    /// <summary>True or false.</summary>
    public void Flag(string key, bool value) => Key(key).Append(value ? "true" : "false");

    /// <summary>Numbers, whole or not.</summary>
    public void Numbers(string key, IEnumerable<double> values)
    {
        Key(key);
        Row([.. values.Select(Show)]);
    }

    /// <summary>Texts.</summary>
    public void Texts(string key, IEnumerable<string> values)
    {
        Key(key);
        Row([.. values.Select(Quote)]);
    }

    /// <summary>Rows of numbers.</summary>
    public void Table(string key, IEnumerable<IEnumerable<double>> rows)
    {
        Key(key).Append('[');
        Lines(rows, row => Row([.. row.Select(Show)]));
    }

    /// <summary>An object.</summary>
    public void Section(string key, Action<ParameterWriter> write)
    {
        Key(key);
        Braces(write);
    }

    /// <summary>A list of objects.</summary>
    public void Sections<T>(string key, IEnumerable<T> items, Action<ParameterWriter, T> write)
    {
        Key(key).Append('[');
        Lines(items, item => Braces(writer => write(writer, item)));
    }

    private void Braces(Action<ParameterWriter> write)
    {
        _text.Append('{');
        _depth++;
        _isFirst = true;
        write(this);
        _depth--;
        _isFirst = false;
        NewLine().Append('}');
    }

    private void Lines<T>(IEnumerable<T> items, Action<T> write)
    {
        _depth++;
        var isFirst = true;
        foreach (var item in items)
        {
            _text.Append(isFirst ? "" : ",");
            NewLine();
            write(item);
            isFirst = false;
        }

        _depth--;
        _isFirst = false;
        NewLine().Append(']');
    }

    private void Row(IReadOnlyList<string> values)
    {
        var fits = (_depth * 2) + values.Sum(value => value.Length + 2) + 20 <= Columns;
        _text.Append('[');
        _depth++;
        var column = Columns;
        for (var i = 0; i < values.Count; i++)
        {
            _text.Append(i == 0 ? "" : ",");
            column += values[i].Length + 2;
            if (!fits && column > Columns)
            {
                NewLine();
                column = (_depth * 2) + values[i].Length + 2;
            }
            else if (i > 0)
            {
                _text.Append(' ');
            }

            _text.Append(values[i]);
        }

        _depth--;
        (fits ? _text : NewLine()).Append(']');
    }

    private StringBuilder Key(string key)
    {
        _text.Append(_isFirst ? "" : ",");
        _isFirst = false;
        return NewLine().Append(Quote(key)).Append(": ");
    }

    private StringBuilder NewLine() => _text.Append('\n').Append(' ', _depth * 2);

    private static string Quote(string value) => '"' + JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString() + '"';

    private static string Show(double value) => double.IsFinite(value)
        ? value.ToString("R", CultureInfo.InvariantCulture)
        : throw new ArgumentOutOfRangeException(nameof(value), value, "A parameter must be finite.");
}
