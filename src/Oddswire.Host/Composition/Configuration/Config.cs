using System.Collections;
using Oddswire.Core.Domain;
using Oddswire.Host.Commands;

namespace Oddswire.Host.Composition.Configuration;

/// <summary>A setting's value and where it came from, for messages.</summary>
internal readonly record struct ConfigValue(string Text, string Where);

/// <summary>
/// The settings of one run: options win over <c>--set</c>, that over the environment, that over the file. One model: what is a key in the
/// file is a variable in the environment under the same name. An unknown name anywhere is refused, so that a slip is never taken for a default.
/// </summary>
internal sealed class Config
{
    private static readonly string[] Sections = [.. ConfigSchema.Keys.Select(key => key.Section).Distinct()];
    private readonly Dictionary<string, ConfigValue> _values = [];

    private Config()
    {
    }

    /// <summary>Nothing is set.</summary>
    public static Config Empty { get; } = new();

    /// <summary>Reads the file (when there is one), the environment and the <c>--set</c> options.</summary>
    /// <param name="file">An INI file; null for none.</param>
    /// <param name="sets">Of the form <c>section.name=value</c>.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <exception cref="UserErrorException">A name is unknown, a line makes no sense, a secret stands where it may not, or the file cannot be read.</exception>
    public static Config Load(string? file, IReadOnlyList<string> sets, IDictionary environment)
    {
        var config = new Config();
        if (file is not null)
        {
            config.ReadFile(file);
        }

        config.ReadEnvironment(environment);
        foreach (var set in sets)
        {
            config.ReadSet(set);
        }

        return config;
    }

    /// <summary>A setting; null when it is not set. Blank is not set.</summary>
    public ConfigValue? Find(string section, string name) =>
        _values.TryGetValue(KeyOf(section, name).Path, out var value) && value.Text.Length > 0 ? value : null;

    /// <summary>A setting's text; null when it is not set.</summary>
    public string? Text(string section, string name) => Find(section, name)?.Text;

    /// <summary>Whether any setting of a section is set.</summary>
    public bool HasSection(string section) => _values.Any(pair => pair.Key.StartsWith(section + ".", StringComparison.Ordinal) && pair.Value.Text.Length > 0);

    /// <summary>The same settings with one more, which wins (an option of the command line); null leaves it as it is.</summary>
    public Config With(string section, string name, string? value, string where)
    {
        if (value is null)
        {
            return this;
        }

        var copy = new Config();
        foreach (var (path, known) in _values)
        {
            copy._values[path] = known;
        }

        copy._values[KeyOf(section, name).Path] = new ConfigValue(value, where);
        return copy;
    }

    /// <summary>A secret: from the environment, or the content of the file that <c>{name}-file</c> names, without the line end; null when not set.</summary>
    /// <exception cref="UserErrorException">Both are set, or the file cannot be read or is empty.</exception>
    public string? Secret(string section, string name)
    {
        var (direct, file) = (Find(section, name), Find(section, name + "-file"));
        if (direct is not null && file is not null)
        {
            throw new UserErrorException(
                ExitCodes.Usage, $"{section}.{name} is set twice: in {direct.Value.Where}, and by the file that {file.Value.Where} names.", "Keep one of the two.");
        }

        if (file is not { } from)
        {
            return direct?.Text;
        }

        try
        {
            return File.ReadAllText(from.Text).TrimEnd('\r', '\n') is { Length: > 0 } secret
                ? secret
                : throw new UserErrorException(ExitCodes.Environment, $"The file '{from.Text}' ({section}.{name}-file, {from.Where}) is empty.", "Write the secret into it.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(
                ExitCodes.Environment, $"The file '{from.Text}' ({section}.{name}-file, {from.Where}) cannot be read: {e.Message}", "Name a file that this user can read.", e);
        }
    }

    /// <summary>A whole number within bounds; <paramref name="otherwise"/> when it is not set.</summary>
    /// <exception cref="UserErrorException">It is no such number.</exception>
    public int Number(string section, string name, int otherwise, int min, int max)
    {
        if (Find(section, name) is not { } value)
        {
            return otherwise;
        }

        return int.TryParse(value.Text, out var number) && number >= min && number <= max
            ? number
            : throw new UserErrorException(ExitCodes.Usage, $"{section}.{name} '{value.Text}' ({value.Where}) is not a number from {min} to {max}.", "Correct it.");
    }

    /// <summary>A duration; <paramref name="otherwise"/> when it is not set.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public TimeSpan Duration(string section, string name, TimeSpan otherwise) =>
        Find(section, name) is { } value ? Cli.ParseDuration(value.Text, $"{section}.{name} ({value.Where})") : otherwise;

    /// <summary>One of some words; null when it is not set.</summary>
    /// <exception cref="UserErrorException">It is another.</exception>
    public string? Word(string section, string name, params ReadOnlySpan<string> words)
    {
        if (Find(section, name) is not { } value)
        {
            return null;
        }

        foreach (var word in words)
        {
            if (value.Text.Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return word;
            }
        }

        var known = words.ToArray();
        throw new UserErrorException(
            ExitCodes.Usage,
            $"{section}.{name} '{value.Text}' ({value.Where}) is not known.{DidYouMean(value.Text, known)}",
            $"Write {string.Join(", ", known[..^1])} or {known[^1]}.");
    }

    private static ConfigKey KeyOf(string section, string name) =>
        ConfigSchema.Keys.FirstOrDefault(key => key.Section == section && key.Name == name) ?? throw new ArgumentException($"{section}.{name} is no setting.", nameof(name));

    private void ReadFile(string file)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCodes.Environment, $"The configuration file '{file}' cannot be read: {e.Message}", "Name another with --config, or none.", e);
        }

        var section = "";
        for (var i = 0; i < lines.Length; i++)
        {
            var (line, where) = (lines[i].Trim(), $"{file} line {i + 1}");
            if (line.Length == 0 || line[0] is '#' or ';')
            {
                continue;
            }

            if (line[0] == '[' && line[^1] == ']')
            {
                section = line[1..^1].Trim();
                if (!Sections.Contains(section))
                {
                    throw Unknown($"The section [{section}] in {where}", section, Sections);
                }

                continue;
            }

            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || section.Length == 0)
            {
                // The line's text is not repeated: it may be a secret that was pasted into the wrong place.
                throw new UserErrorException(ExitCodes.Usage, $"{where} is neither a section nor a setting of one.", "Write [section] and below it name = value.");
            }

            Take($"{section}.{line[..equals].Trim()}", line[(equals + 1)..].Trim(), where, mayBeSecret: false);
        }
    }

    private void ReadEnvironment(IDictionary environment)
    {
        var keys = ConfigSchema.Keys.ToDictionary(key => key.Variable);
        foreach (DictionaryEntry entry in environment)
        {
            var name = (string)entry.Key;
            if (keys.TryGetValue(name, out var key))
            {
                Take(key.Path, (string?)entry.Value ?? "", name, mayBeSecret: true);
            }
            else if (Sections.Any(section => name.StartsWith($"{ConfigSchema.VariablePrefix}{section}_".ToUpperInvariant(), StringComparison.Ordinal)))
            {
                throw Unknown($"The environment variable {name}", name, [.. keys.Keys]);
            }
        }
    }

    private void ReadSet(string set)
    {
        var equals = set.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw new UserErrorException(ExitCodes.Usage, "A --set option is not of the form section.name=value.", "Write for example --set kafka.security=tls.");
        }

        Take(set[..equals].Trim(), set[(equals + 1)..].Trim(), "--set", mayBeSecret: false);
    }

    private void Take(string path, string value, string where, bool mayBeSecret)
    {
        var key = ConfigSchema.Keys.FirstOrDefault(key => key.Path == path)
            ?? throw Unknown($"The setting '{path}' ({where})", path, [.. ConfigSchema.Keys.Select(known => known.Path)]);
        if (key.IsSecret && !mayBeSecret)
        {
            throw new UserErrorException(
                ExitCodes.Usage,
                $"The secret {path} may not stand in {where}.",
                $"Write it into a file that only this user can read and name that with {path}-file, or set the environment variable {key.Variable}.");
        }

        _values[path] = new ConfigValue(value, where);
    }

    private static UserErrorException Unknown(string what, string word, IReadOnlyList<string> known) =>
        new(ExitCodes.Usage, $"{what} is not known.{DidYouMean(word, known)}", "'oddswire config' lists every setting.");

    private static string DidYouMean(string word, IReadOnlyList<string> known) =>
        NearestName.Of(word, known) is { } meant ? $" Did you mean '{meant}'?" : "";
}
