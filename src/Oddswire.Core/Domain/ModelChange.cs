namespace Oddswire.Core.Domain;

/// <summary>What a model is to do for a game. The numeric values are part of the wire contract.</summary>
public enum ModelRole : byte
{
    /// <summary>Not a role; never written.</summary>
    None = 0,

    /// <summary>It makes the prices that are published.</summary>
    Live = 1,

    /// <summary>It prices beside the live model: its prices are archived and compared, not published.</summary>
    Shadow = 2,
}

/// <summary>
/// An operator's choice of a model for a game. It travels through the log like any event, with the whole parameter file in it, so that every
/// price after it can be recomputed from the log alone and every instance of a role changes over at the same event.
/// </summary>
public sealed record ModelChange
{
    /// <summary>What the model is to do.</summary>
    public required ModelRole Role { get; init; }

    /// <summary>The model's version, as in its parameter file; empty to end a shadow run.</summary>
    public required string Version { get; init; }

    /// <summary>Whether it only says with what a new game begins: a game that an operator has already given a model keeps it.</summary>
    public bool IsDefault { get; init; }

    /// <summary>The parameter file, UTF-8; empty when <see cref="Version"/> is.</summary>
    public ReadOnlyMemory<byte> Parameters { get; init; }
}
