using Oddswire.Core.Domain;

namespace Oddswire.Core.Wire;

/// <summary>Writes and reads <see cref="ModelChange"/> as <c>oddswire.events.v1.ModelChange</c>.</summary>
public static class ModelChangeCodec
{
    /// <summary>Writes the fields of a change (no length in front).</summary>
    public static void Write(ProtoWriter to, ModelChange change)
    {
        to.UInt(1, (ulong)change.Role);
        to.String(2, change.Version);
        to.Bool(3, change.IsDefault);
        to.Bytes(4, change.Parameters.Span);
    }

    /// <summary>Reads a change.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ModelChange Read(ReadOnlySpan<byte> data)
    {
        var reader = new ProtoReader(data);
        var (role, version, isDefault, parameters) = (0, "", false, Array.Empty<byte>());
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: role = reader.Int32(); break;
                case 2: version = reader.String(); break;
                case 3: isDefault = reader.Bool(); break;
                case 4: parameters = reader.Bytes().ToArray(); break;
                default: reader.Skip(); break;
            }
        }

        return new ModelChange { Role = (ModelRole)role, Version = version, IsDefault = isDefault, Parameters = parameters };
    }
}
