using Oddswire.Core.Wire.Schemas;

namespace Oddswire.Core.Ports;

/// <summary>
/// Where the schemas of topics are registered, in the notions of Confluent's Schema Registry: a subject (<c>{topic}-value</c>) has versions, each with
/// an id that stands in front of every value. Engines: a registry over HTTP, and the files that come with the program (read-only).
/// </summary>
public interface ISchemaRegistry
{
    /// <summary>
    /// The id under which a subject has the schema; registered where it is not there yet and the registry may be written. Asked by a producer
    /// before its first record.
    /// </summary>
    /// <exception cref="IncompatibleSchemaException">The schema breaks what the subject has; the message names the fields.</exception>
    /// <exception cref="SchemaNotRegisteredException">The subject does not have it, and it may not be registered from here.</exception>
    /// <exception cref="SchemaRegistryUnavailableException">The registry does not answer; trying again may help.</exception>
    /// <exception cref="SchemaRegistryException">The registry refuses for another reason.</exception>
    ValueTask<int> EnsureAsync(string subject, string schema, CancellationToken ct);

    /// <summary>The schema of an id; null when there is none.</summary>
    ValueTask<string?> ByIdAsync(int id, CancellationToken ct);

    /// <summary>All subjects.</summary>
    ValueTask<IReadOnlyList<string>> SubjectsAsync(CancellationToken ct);

    /// <summary>The versions of a subject, ascending; empty when there is no such subject.</summary>
    ValueTask<IReadOnlyList<int>> VersionsAsync(string subject, CancellationToken ct);

    /// <summary>A version of a subject; null when there is none.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="version">From 1; null for the latest.</param>
    /// <param name="ct">Gives up.</param>
    ValueTask<RegisteredSchema?> FindAsync(string subject, int? version, CancellationToken ct);

    /// <summary>What is asked of a new version of the subject.</summary>
    ValueTask<CompatibilityLevel> LevelAsync(string subject, CancellationToken ct);

    /// <summary>What of a schema breaks the latest version of a subject; empty when nothing does, or when there is no version yet.</summary>
    /// <exception cref="SchemaFormatException">It is not a schema.</exception>
    ValueTask<IReadOnlyList<string>> CheckAsync(string subject, string schema, CancellationToken ct);
}

/// <summary>A version of a subject.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Version">From 1.</param>
/// <param name="Id">The schema's id.</param>
/// <param name="Text">The .proto file.</param>
public sealed record RegisteredSchema(string Subject, int Version, int Id, string Text);

/// <summary>Base of what a schema registry may report.</summary>
public class SchemaRegistryException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The registry does not answer; trying again may help.</summary>
public sealed class SchemaRegistryUnavailableException(string message, Exception? inner = null) : SchemaRegistryException(message, inner);

/// <summary>A schema would break what is registered.</summary>
/// <param name="subject">The subject.</param>
/// <param name="faults">What breaks, each with message and field.</param>
public sealed class IncompatibleSchemaException(string subject, IReadOnlyList<string> faults)
    : SchemaRegistryException($"The schema is not compatible with what '{subject}' has: {string.Join("; ", faults)}. Nothing was written under it.")
{
    /// <summary>What breaks, each with message and field.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}

/// <summary>A subject does not have a schema, and it may not be registered from here.</summary>
/// <param name="subject">The subject.</param>
/// <param name="remedy">What to do.</param>
public sealed class SchemaNotRegisteredException(string subject, string remedy)
    : SchemaRegistryException($"'{subject}' does not have the schema of this program. {remedy}");
