namespace Oddswire.Core.Wire.Schemas;

/// <summary>What a new schema of a subject must not do; the names are those of Confluent's registry.</summary>
public enum CompatibilityLevel
{
    /// <summary>Nothing is checked.</summary>
    None,

    /// <summary>Readers with the new schema understand what was written with the old one.</summary>
    Backward,

    /// <summary>Readers with the old schema understand what is written with the new one.</summary>
    Forward,

    /// <summary>Both.</summary>
    Full,
}

/// <summary>
/// Compares two versions of a schema by the rules of protobuf.dev/programming-guides/proto3/#updating. Stricter than the wire alone asks for in one
/// thing: what is removed must be reserved, so that its number never comes back with another meaning.
/// </summary>
public static class SchemaCompatibility
{
    /// <summary>Types that are read as one another without loss, from the narrower to the wider.</summary>
    private static readonly HashSet<(string From, string To)> Widenings =
    [
        ("int32", "int64"), ("uint32", "uint64"), ("sint32", "sint64"), ("bool", "int32"), ("bool", "int64"), ("bool", "uint32"), ("bool", "uint64"),
        ("uint32", "int64"), ("string", "bytes"),
    ];

    /// <summary>What of a new schema breaks the readers or writers of an old one; each entry names message and field. Empty when nothing does.</summary>
    public static IReadOnlyList<string> Check(ProtoSchema old, ProtoSchema @new, CompatibilityLevel level)
    {
        var found = new List<string>();
        if (level == CompatibilityLevel.None)
        {
            return found;
        }

        if (old.Package != @new.Package)
        {
            found.Add($"the package was '{old.Package}' and is '{@new.Package}'");
            return found;
        }

        if (old.Messages.Count > 0 && @new.Messages.Count > 0 && old.Messages.Keys.First() != @new.Messages.Keys.First())
        {
            found.Add($"the first message, which the frame names by its place, was {old.Messages.Keys.First()} and is {@new.Messages.Keys.First()}");
        }

        foreach (var (name, before) in old.Messages)
        {
            if (@new.Messages.TryGetValue(name, out var now))
            {
                CheckMessage(before, now, level, found);
            }
            else
            {
                found.Add($"{name}: the message was removed");
            }
        }

        foreach (var (name, before) in old.Enums)
        {
            if (@new.Enums.TryGetValue(name, out var now))
            {
                CheckEnum(before, now, found);
            }
            else
            {
                found.Add($"{name}: the enum was removed");
            }
        }

        return found;
    }

    private static void CheckMessage(ProtoMessage old, ProtoMessage now, CompatibilityLevel level, List<string> found)
    {
        foreach (var field in old.Fields.Values)
        {
            var moved = now.Fields.Values.FirstOrDefault(other => other.Name == field.Name && other.Number != field.Number);
            if (moved is not null)
            {
                found.Add($"{old.Name}.{field.Name}: its number was {field.Number} and is {moved.Number}");
            }
            else if (now.Fields.TryGetValue(field.Number, out var same))
            {
                CheckField(old.Name, field, same, level, found);
            }
            else if (!now.Reserved.Has(field.Number))
            {
                found.Add($"{old.Name}.{field.Name}: it was removed without reserving its number {field.Number}");
            }
        }

        foreach (var field in now.Fields.Values.Where(field => !old.Fields.ContainsKey(field.Number)))
        {
            if (old.Reserved.Has(field.Number) || old.Reserved.Has(field.Name))
            {
                found.Add($"{now.Name}.{field.Name}: its number {field.Number} or its name was reserved");
            }
        }

        CheckOneOfs(old, now, found);
    }

    private static void CheckField(string message, ProtoField old, ProtoField now, CompatibilityLevel level, List<string> found)
    {
        var place = $"{message}.{now.Name}";
        if (old.Name != now.Name)
        {
            found.Add($"{place}: number {old.Number} was '{old.Name}'");
        }

        if (old.IsRepeated != now.IsRepeated)
        {
            found.Add($"{place}: it was {(old.IsRepeated ? "repeated and is single" : "single and is repeated")}");
        }

        var isRead = old.Type == now.Type || Widenings.Contains((old.Type, now.Type));
        var isUnderstood = old.Type == now.Type || Widenings.Contains((now.Type, old.Type));
        if ((level is CompatibilityLevel.Backward or CompatibilityLevel.Full && !isRead)
            || (level is CompatibilityLevel.Forward or CompatibilityLevel.Full && !isUnderstood))
        {
            found.Add($"{place}: its type was {old.Type} and is {now.Type}");
        }
    }

    /// <summary>A field may begin a oneof of its own; one that joins others, or leaves them, would push values out.</summary>
    private static void CheckOneOfs(ProtoMessage old, ProtoMessage now, List<string> found)
    {
        foreach (var field in now.Fields.Values)
        {
            if (!old.Fields.TryGetValue(field.Number, out var before) || before.OneOf == field.OneOf)
            {
                continue;
            }

            var company = now.Fields.Values.Count(other => other.OneOf == field.OneOf && old.Fields.ContainsKey(other.Number));
            if (before.OneOf.Length > 0 || company > 1)
            {
                found.Add($"{now.Name}.{field.Name}: it was {Describe(before.OneOf)} and is {Describe(field.OneOf)}");
            }
        }
    }

    private static string Describe(string oneOf) => oneOf.Length == 0 ? "in no oneof" : $"in the oneof '{oneOf}'";

    private static void CheckEnum(ProtoEnumeration old, ProtoEnumeration now, List<string> found)
    {
        foreach (var (number, name) in old.Values)
        {
            if (now.Values.TryGetValue(number, out var same))
            {
                if (same != name)
                {
                    found.Add($"{old.Name}.{same}: number {number} was '{name}'");
                }
            }
            else if (!now.Reserved.Has(number))
            {
                found.Add($"{old.Name}.{name}: it was removed without reserving its number {number}");
            }
        }

        foreach (var (number, name) in now.Values.Where(value => !old.Values.ContainsKey(value.Key)))
        {
            if (old.Reserved.Has(number) || old.Reserved.Has(name))
            {
                found.Add($"{now.Name}.{name}: its number {number} or its name was reserved");
            }
        }
    }
}
