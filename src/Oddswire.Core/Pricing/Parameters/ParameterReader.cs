using System.Globalization;
using System.Text.Json;
using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Parameters;

/// <summary>A model file that cannot be used. The message names the file, the place within it, and what is expected there.</summary>
public sealed class ModelFileException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Reads one object of a model file strictly: every key must be there, be of its kind and within its range, and none may be left over.
/// Errors are <see cref="ModelFileException"/> and name the path, for example <c>nfl.json: parameters.marginSd</c>.
/// </summary>
public sealed class ParameterReader
{
    private readonly string _path;
    private readonly JsonElement _element;
    private readonly HashSet<string> _read = [];

    /// <summary>A reader of an object.</summary>
    /// <param name="element">The object.</param>
    /// <param name="path">The file's name, and the keys down to the object.</param>
    /// <exception cref="ModelFileException">It is not an object.</exception>
    public ParameterReader(JsonElement element, string path)
    {
        _path = path;
        _element = element.ValueKind == JsonValueKind.Object ? element : throw new ModelFileException($"{path} must be an object.");
    }

    /// <summary>The keys of the object, in the file's order.</summary>
    public IEnumerable<string> Keys => _element.EnumerateObject().Select(property => property.Name);

    /// <summary>A number within the limits.</summary>
    public double Number(string key, double least, double most) => NumberOf(Get(key), At(key), least, most);

    /// <summary>A whole number within the limits.</summary>
    public int Whole(string key, int least, int most) => WholeOf(Get(key), At(key), least, most);

    /// <summary>A text of 1 to <paramref name="mostCharacters"/> characters.</summary>
    public string Text(string key, int mostCharacters = 200) => TextOf(Get(key), At(key), mostCharacters);

    /// <summary>True or false.</summary>
    public bool Flag(string key) => Get(key) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw new ModelFileException($"{At(key)} must be true or false."),
    };

    /// <summary>Numbers within the limits; any count of them when <paramref name="count"/> is null.</summary>
    public double[] Numbers(string key, int? count, double least, double most) =>
        ArrayOf(Get(key), At(key), count, (element, path) => NumberOf(element, path, least, most));

    /// <summary>Whole numbers within the limits; any count of them when <paramref name="count"/> is null.</summary>
    public int[] Wholes(string key, int? count, int least, int most) =>
        ArrayOf(Get(key), At(key), count, (element, path) => WholeOf(element, path, least, most));

    /// <summary>Texts; any count of them when <paramref name="count"/> is null.</summary>
    public string[] Texts(string key, int? count = null, int mostCharacters = 200) =>
        ArrayOf(Get(key), At(key), count, (element, path) => TextOf(element, path, mostCharacters));

    /// <summary>Rows of numbers within the limits; any count of rows or columns when null.</summary>
    public double[][] Table(string key, int? rows, int? columns, double least, double most) => ArrayOf(Get(key), At(key), rows, (row, path) =>
        ArrayOf(row, path, columns, (element, cell) => NumberOf(element, cell, least, most)));

    /// <summary>An object, read whole.</summary>
    public T Section<T>(string key, Func<ParameterReader, T> read) => ReadWhole(Get(key), At(key), read);

    /// <summary>Objects, each read whole; any count of them when <paramref name="count"/> is null.</summary>
    public T[] Sections<T>(string key, int? count, Func<ParameterReader, T> read) =>
        ArrayOf(Get(key), At(key), count, (element, path) => ReadWhole(element, path, read));

    /// <summary>Checks that nothing was left unread.</summary>
    /// <exception cref="ModelFileException">A key is not known.</exception>
    public void Done()
    {
        foreach (var key in Keys)
        {
            if (!_read.Contains(key))
            {
                var hint = NearestName.Of(key, _read.Where(known => !_element.TryGetProperty(known, out _))) ?? NearestName.Of(key, _read);
                throw new ModelFileException($"{At(key)} is not known{(hint is null ? "; remove it" : $"; did you mean '{hint}'?")}.");
            }
        }
    }

    /// <summary>The exception for a value of this object that makes no sense beside others.</summary>
    public ModelFileException Wrong(string key, string message) => new($"{At(key)} {message}");

    private static T ReadWhole<T>(JsonElement element, string path, Func<ParameterReader, T> read)
    {
        var reader = new ParameterReader(element, path);
        var value = read(reader);
        reader.Done();
        return value;
    }

    private JsonElement Get(string key)
    {
        _read.Add(key);
        if (_element.TryGetProperty(key, out var value))
        {
            return value;
        }

        var near = NearestName.Of(key, Keys);
        throw new ModelFileException($"{At(key)} is missing{(near is null ? "" : $" (is '{near}' meant to be it?)")}.");
    }

    private string At(string key) => _path.EndsWith(':') ? $"{_path} {key}" : $"{_path}.{key}";

    private static double NumberOf(JsonElement element, string path, double least, double most)
    {
        if (element.ValueKind != JsonValueKind.Number || !element.TryGetDouble(out var value))
        {
            throw new ModelFileException($"{path} must be a number from {Show(least)} to {Show(most)}.");
        }

        return value >= least && value <= most
            ? value
            : throw new ModelFileException($"{path} is {Show(value)}; expected {Show(least)} to {Show(most)}.");
    }

    private static int WholeOf(JsonElement element, string path, int least, int most) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var value) && value >= least && value <= most
            ? value
            : throw new ModelFileException($"{path} is {element.GetRawText()}; expected a whole number from {least} to {most}.");

    private static string TextOf(JsonElement element, string path, int most) =>
        element.ValueKind == JsonValueKind.String && element.GetString() is { Length: > 0 } text && text.Length <= most
            ? text
            : throw new ModelFileException($"{path} must be a text of 1 to {most} characters.");

    private static T[] ArrayOf<T>(JsonElement element, string path, int? count, Func<JsonElement, string, T> read)
    {
        if (element.ValueKind != JsonValueKind.Array || (count is { } expected && element.GetArrayLength() != expected))
        {
            var what = element.ValueKind == JsonValueKind.Array ? $" has {element.GetArrayLength()} entries;" : "";
            throw new ModelFileException($"{path}{what} must be a list{(count is null ? "" : $" of {count}")}.");
        }

        return [.. element.EnumerateArray().Select((item, i) => read(item, $"{path}[{i}]"))];
    }

    private static string Show(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
