using Oddswire.Core.Domain;

namespace Oddswire.Simulator.Baseball;

/// <summary>What a record of a baseball game is.</summary>
internal enum BaseballEntryKind : byte
{
    /// <summary>A <c>play</c> record that ends a turn at bat.</summary>
    Play,

    /// <summary>A <c>play</c> record between pitches: stolen base, wild pitch.</summary>
    Running,

    /// <summary>An automatic runner.</summary>
    AutomaticRunner,

    /// <summary>A substitution.</summary>
    Substitution,

    /// <summary>The records after the game.</summary>
    PostGame,
}

/// <summary>One message's records, without the <c>id</c> record in front.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Records">The records, each ended by CR LF.</param>
/// <param name="Slip">The records as a scorer may first have them, with the same effect; null where there is no such slip.</param>
/// <param name="Inning">From 1.</param>
/// <param name="Half">0 the visitors bat, 1 the home team.</param>
/// <param name="Runners">Occupied bases before the turn at bat, a bit each: 1 first, 2 second, 4 third.</param>
/// <param name="Score">The score after it.</param>
internal sealed record BaseballEntry(BaseballEntryKind Kind, string Records, string? Slip, int Inning, int Half, int Runners, Score Score);
