namespace Oddswire.Core.Wire.Schemas;

/// <summary>A .proto file as far as the wire is concerned: messages and enums by full name. Comments and options are not part of it.</summary>
/// <param name="Package">The package; empty when there is none.</param>
/// <param name="Messages">Messages by full name, nested ones too, in the order of the file.</param>
/// <param name="Enums">Enums by full name, nested ones too.</param>
public sealed record ProtoSchema(string Package, IReadOnlyDictionary<string, ProtoMessage> Messages, IReadOnlyDictionary<string, ProtoEnumeration> Enums)
{
    /// <summary>Whether two files say the same on the wire.</summary>
    public bool IsSameAs(ProtoSchema other) =>
        Package == other.Package
        && Messages.Keys.SequenceEqual(other.Messages.Keys) && Messages.All(pair => pair.Value.IsSameAs(other.Messages[pair.Key]))
        && Enums.Count == other.Enums.Count && Enums.All(pair => other.Enums.TryGetValue(pair.Key, out var found) && pair.Value.IsSameAs(found));
}

/// <summary>A message.</summary>
/// <param name="Name">Full name.</param>
/// <param name="Fields">Fields by number.</param>
/// <param name="Reserved">What may not be used.</param>
public sealed record ProtoMessage(string Name, IReadOnlyDictionary<int, ProtoField> Fields, ProtoReserved Reserved)
{
    internal bool IsSameAs(ProtoMessage other) =>
        Fields.Count == other.Fields.Count && Fields.All(pair => other.Fields.GetValueOrDefault(pair.Key) == pair.Value) && Reserved.IsSameAs(other.Reserved);
}

/// <summary>A field.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">A scalar's name, the full name of a message or enum, or <c>map&lt;K, V&gt;</c>.</param>
/// <param name="IsRepeated">Whether there may be several.</param>
/// <param name="IsOptional">Whether it has presence by the word <c>optional</c>.</param>
/// <param name="OneOf">The oneof it is in; empty when it is in none.</param>
public sealed record ProtoField(int Number, string Name, string Type, bool IsRepeated, bool IsOptional, string OneOf);

/// <summary>An enum.</summary>
/// <param name="Name">Full name.</param>
/// <param name="Values">Names by number (the first, where there are several).</param>
/// <param name="Reserved">What may not be used.</param>
public sealed record ProtoEnumeration(string Name, IReadOnlyDictionary<int, string> Values, ProtoReserved Reserved)
{
    internal bool IsSameAs(ProtoEnumeration other) =>
        Values.Count == other.Values.Count && Values.All(pair => other.Values.GetValueOrDefault(pair.Key) == pair.Value) && Reserved.IsSameAs(other.Reserved);
}

/// <summary>Reserved numbers (both ends included) and names.</summary>
public sealed record ProtoReserved(IReadOnlyList<(int From, int To)> Ranges, IReadOnlyList<string> Names)
{
    /// <summary>Whether a number is reserved.</summary>
    public bool Has(int number) => Ranges.Any(range => number >= range.From && number <= range.To);

    /// <summary>Whether a name is reserved.</summary>
    public bool Has(string name) => Names.Contains(name);

    internal bool IsSameAs(ProtoReserved other) => Ranges.SequenceEqual(other.Ranges) && Names.SequenceEqual(other.Names);
}

/// <summary>The text is not a schema that we understand; the message names line and word.</summary>
public sealed class SchemaFormatException(string message) : FormatException(message);
