namespace Oddswire.Core.Wire;

/// <summary>A published message: where its schema stands, and the id that the schema has in the embedded registry.</summary>
/// <param name="Id">The schema's id; never given to another schema.</param>
/// <param name="File">The schema below <c>contracts/</c>.</param>
/// <param name="Message">The message's full name.</param>
public sealed record Contract(int Id, string File, string Message);

/// <summary>The contracts of the topics.</summary>
public static class Contracts
{
    private const string Events = "oddswire/events/v1/events.proto";

    /// <summary>What ingest writes and only we read.</summary>
    public static Contract RawMessages { get; } = new(3, Events, "oddswire.events.v1.RawMessage");

    /// <summary>What normalise writes and only we read.</summary>
    public static Contract NormalizedEvents { get; } = new(3, Events, "oddswire.events.v1.NormalizedEvent");

    /// <summary>What could not be taken, or is suspicious, with its original bytes.</summary>
    public static Contract DeadLetters { get; } = new(3, Events, "oddswire.events.v1.DeadLetter");

    /// <summary>What price writes and only we read.</summary>
    public static Contract InternalOdds { get; } = new(1, "oddswire/odds/v1/odds.proto", "oddswire.odds.v1.OddsUpdate");

    /// <summary>What partners read.</summary>
    public static Contract PublicOdds { get; } = new(4, "oddswire/public/v1/odds.proto", "oddswire.public.v1.OddsUpdate");
}
