using Oddswire.Core.Domain;

namespace Oddswire.Core.Pipeline.Publish;

/// <summary>What the board did with a record.</summary>
public enum BoardOutcome : byte
{
    /// <summary>It is on the board.</summary>
    Applied = 0,

    /// <summary>It is on the board, and records before it are missing.</summary>
    AppliedAfterHole = 1,

    /// <summary>Its sequence was seen before; nothing changed.</summary>
    Duplicate = 2,

    /// <summary>Its offset was read before (a restart reads on from the last checkpoint); nothing changed, nothing is wrong.</summary>
    Reread = 3,
}

/// <summary>The last update of one market, and where it stands in the log. Immutable.</summary>
public sealed class BoardQuote(in OddsUpdate update, long offset)
{
    private readonly OddsUpdate _update = update;

    /// <summary>The update.</summary>
    public ref readonly OddsUpdate Update => ref _update;

    /// <summary>Its offset in the odds topic.</summary>
    public long Offset { get; } = offset;
}

/// <summary>One entry of a game's event list: what a reader of the board wants to know of a normalised event.</summary>
public sealed record BoardEvent
{
    /// <summary>Place among the normalised events of the game; a correction keeps the place of what it corrects in the list, with its own sequence.</summary>
    public required long Sequence { get; init; }

    /// <summary>Its offset in the topic of normalised events.</summary>
    public required long Offset { get; init; }

    /// <summary>The vendor's key of the event.</summary>
    public required string Key { get; init; }

    /// <summary>What it reports.</summary>
    public required EventKind Kind { get; init; }

    /// <summary>How it came to be applied.</summary>
    public Disposition Disposition { get; init; }

    /// <summary>0, then counted up by each correction.</summary>
    public int Revision { get; init; }

    /// <summary>Period after the event.</summary>
    public int Period { get; init; }

    /// <summary>Clock after the event, tenths of a second left; -1 where none runs.</summary>
    public int ClockTenths { get; init; } = -1;

    /// <summary>Score after the event.</summary>
    public Score Score { get; init; }

    /// <summary>Who had the ball (or batted) after it.</summary>
    public Side? Possession { get; init; }

    /// <summary>When it happened, by the vendor's clock.</summary>
    public Timestamp OccurredAt { get; init; }

    /// <summary>The vendor's words.</summary>
    public string Description { get; init; } = "";
}

/// <summary>Sequences <paramref name="From"/> to <paramref name="To"/> (both missing) of a game's chain never came.</summary>
public readonly record struct SequenceHole(int Epoch, long From, long To);

/// <summary>A game as the board shows it at one moment: a copy that no writer changes.</summary>
public sealed record BoardSnapshot
{
    /// <summary>The game.</summary>
    public required GameId GameId { get; init; }

    /// <summary>Partition of the league's topics that carries the game.</summary>
    public required int Partition { get; init; }

    /// <summary>Grows with every change, within one run of the process.</summary>
    public required long Version { get; init; }

    /// <summary>Teams, schedule and lines; null before the game's info event.</summary>
    public GameInfo? Info { get; init; }

    /// <summary>The state after the last normalised event.</summary>
    public required GameState State { get; init; }

    /// <summary>Sequence of the last normalised event; 0 for none.</summary>
    public long EventSequence { get; init; }

    /// <summary>Offset of the last normalised event; -1 for none.</summary>
    public long EventOffset { get; init; } = -1;

    /// <summary>Normalised events that never came, seen by a jump of their sequence.</summary>
    public long MissingEvents { get; init; }

    /// <summary>Epoch of the odds chain.</summary>
    public int Epoch { get; init; }

    /// <summary>Sequence of the last odds update; 0 for none.</summary>
    public long Sequence { get; init; }

    /// <summary>Offset of the last odds update; -1 for none.</summary>
    public long OddsOffset { get; init; } = -1;

    /// <summary>When ingest received the last cause of a change.</summary>
    public Timestamp UpdatedAt { get; init; }

    /// <summary>Whether the board joined the chain after its beginning (records were no longer kept, or the game had been evicted).</summary>
    public bool IsPartial { get; init; }

    /// <summary>Holes in the odds chain, oldest first, at most <see cref="BoardGame.MaxHoles"/>.</summary>
    public IReadOnlyList<SequenceHole> Holes { get; init; } = [];

    /// <summary>The last update of each market, in the order in which the markets first came.</summary>
    public required IReadOnlyList<BoardQuote> Quotes { get; init; }

    /// <summary>The newest events in order, at most <see cref="BoardGame.MaxEvents"/>; empty when not asked for.</summary>
    public IReadOnlyList<BoardEvent> Events { get; init; } = [];
}

/// <summary>Makes event list entries.</summary>
internal static class BoardEvents
{
    public static BoardEvent From(NormalizedEvent normalized, long offset) => new()
    {
        Sequence = normalized.Sequence,
        Offset = offset,
        Key = normalized.Event.Key,
        Kind = normalized.Event.Kind,
        Disposition = normalized.Disposition,
        Revision = normalized.Revision,
        Period = normalized.After.Period,
        ClockTenths = normalized.After.ClockTenths,
        Score = normalized.After.Score,
        Possession = normalized.After.Possession,
        OccurredAt = normalized.Event.OccurredAt,
        Description = normalized.Event.Description,
    };
}
