using System.Text.Json;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire.Schemas;

namespace Oddswire.Infrastructure.Schemas;

/// <summary>
/// The released contracts that come with the program, as a registry: <c>contracts/registry.json</c> gives each its id and subjects. Read-only; a
/// new version comes with a new version of the program.
/// </summary>
public sealed class FileSchemaRegistry : ISchemaRegistry
{
    private const string Prefix = "contracts/";
    private readonly Dictionary<int, string> _texts = [];
    private readonly SortedDictionary<string, List<RegisteredSchema>> _subjects = new(StringComparer.Ordinal);

    /// <param name="json">What <c>registry.json</c> says.</param>
    /// <param name="read">Gives the text of a file that it names.</param>
    /// <param name="isShown">Which subjects there are for whoever asks; all unless given.</param>
    /// <exception cref="SchemaRegistryException">An id comes twice, or a version breaks the one before.</exception>
    public FileSchemaRegistry(string json, Func<string, string> read, Func<string, bool>? isShown = null)
    {
        var index = JsonSerializer.Deserialize<Index>(json, JsonSerializerOptions.Web) ?? throw new SchemaRegistryException("registry.json is empty.");
        foreach (var entry in index.Schemas)
        {
            var shown = entry.Subjects.Where(subject => isShown?.Invoke(subject) ?? true).ToList();
            if (shown.Count == 0)
            {
                continue;
            }

            var text = read(entry.File);
            if (!_texts.TryAdd(entry.Id, text))
            {
                throw new SchemaRegistryException($"registry.json gives the id {entry.Id} twice.");
            }

            var subjects = shown.SelectMany(subject => Leagues.All.Select(league => subject.Replace("{league}", league.Code(), StringComparison.Ordinal)));
            foreach (var subject in subjects.Distinct())
            {
                Add(subject, entry.Id, text);
            }
        }
    }

    /// <summary>The registry of this program.</summary>
    public static FileSchemaRegistry Embedded { get; } = new(ReadEmbedded("registry.json"), ReadEmbedded);

    /// <summary>The same as partners see it: what only we read is not in it.</summary>
    public static FileSchemaRegistry Partners { get; } = new(
        ReadEmbedded("registry.json"), ReadEmbedded, subject => subject.StartsWith("odds.updates.public.", StringComparison.Ordinal));

    /// <summary>The current text of a contract of this program.</summary>
    /// <param name="file">The file below <c>contracts/</c>.</param>
    public static string ReadEmbedded(string file)
    {
        using var stream = typeof(FileSchemaRegistry).Assembly.GetManifestResourceStream(Prefix + file)
            ?? throw new SchemaRegistryException($"This program holds no contract '{file}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <inheritdoc/>
    public async ValueTask<int> EnsureAsync(string subject, string schema, CancellationToken ct)
    {
        var parsed = ProtoSchemaParser.Parse(schema);
        if (_subjects.TryGetValue(subject, out var versions) && versions.FindLast(version => ProtoSchemaParser.Parse(version.Text).IsSameAs(parsed)) is { } same)
        {
            return same.Id;
        }

        var faults = await CheckAsync(subject, schema, ct);
        throw faults.Count > 0
            ? new IncompatibleSchemaException(subject, faults)
            : new SchemaNotRegisteredException(subject, "The registry is the files of the program: release the contract first (contracts/README.md says how).");
    }

    /// <inheritdoc/>
    public ValueTask<string?> ByIdAsync(int id, CancellationToken ct) => ValueTask.FromResult(_texts.GetValueOrDefault(id));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> SubjectsAsync(CancellationToken ct) => ValueTask.FromResult<IReadOnlyList<string>>([.. _subjects.Keys]);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<int>> VersionsAsync(string subject, CancellationToken ct) =>
        ValueTask.FromResult<IReadOnlyList<int>>(_subjects.TryGetValue(subject, out var versions) ? [.. versions.Select(version => version.Version)] : []);

    /// <inheritdoc/>
    public ValueTask<RegisteredSchema?> FindAsync(string subject, int? version, CancellationToken ct) =>
        ValueTask.FromResult(_subjects.TryGetValue(subject, out var versions)
            ? version is null ? versions[^1] : versions.Find(known => known.Version == version)
            : null);

    /// <inheritdoc/>
    public ValueTask<CompatibilityLevel> LevelAsync(string subject, CancellationToken ct) => ValueTask.FromResult(CompatibilityLevel.Full);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> CheckAsync(string subject, string schema, CancellationToken ct)
    {
        var parsed = ProtoSchemaParser.Parse(schema);
        return ValueTask.FromResult(_subjects.TryGetValue(subject, out var versions)
            ? SchemaCompatibility.Check(ProtoSchemaParser.Parse(versions[^1].Text), parsed, CompatibilityLevel.Full)
            : []);
    }

    /// <summary>What it is called in messages.</summary>
    public override string ToString() => "the released contracts of the program";

    private void Add(string subject, int id, string text)
    {
        if (!_subjects.TryGetValue(subject, out var versions))
        {
            _subjects[subject] = versions = [];
        }

        var parsed = ProtoSchemaParser.Parse(text);
        if (versions.Count > 0 && SchemaCompatibility.Check(ProtoSchemaParser.Parse(versions[^1].Text), parsed, CompatibilityLevel.Full) is { Count: > 0 } faults)
        {
            throw new IncompatibleSchemaException(subject, faults);
        }

        versions.Add(new RegisteredSchema(subject, versions.Count + 1, id, text));
    }

    private sealed record Index(IReadOnlyList<Entry> Schemas);

    private sealed record Entry(int Id, string File, IReadOnlyList<string> Subjects);
}
