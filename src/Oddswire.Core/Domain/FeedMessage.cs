namespace Oddswire.Core.Domain;

/// <summary>
/// One message of a vendor's feed as it came over the transport, not yet understood. The envelope is the transport's
/// (HTTP header, Kafka key and offset, channel); the body is the vendor's bytes, untouched.
/// </summary>
public sealed record FeedMessage
{
    /// <summary>The feed's name, for example <c>sim-nba</c> or <c>replay</c>; 1 to 40 characters.</summary>
    public required string Source { get; init; }

    /// <summary>Which of the redundant feeds of this source brought it: <c>a</c>, <c>b</c>, …</summary>
    public string Feed { get; init; } = "a";

    /// <summary>The game whose channel it came by.</summary>
    public required GameId GameId { get; init; }

    /// <summary>
    /// Place in the game's channel, from 1, without holes at the sender and equal in redundant feeds; 0 where the
    /// transport does not count, in which case holes cannot be seen.
    /// </summary>
    public long Sequence { get; init; }

    /// <summary>The sequence of the earlier message that this one corrects; 0 for none.</summary>
    public long AmendsSequence { get; init; }

    /// <summary>When the vendor sent it, by the vendor's clock.</summary>
    public Timestamp PublishedAt { get; init; }

    /// <summary>The vendor's bytes.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }
}

/// <summary>
/// The record of <c>raw.events.{league}</c>: a feed message with ingest's stamp and the events found in it.
/// </summary>
public sealed record RawMessage
{
    /// <summary>The message as it came.</summary>
    public required FeedMessage Message { get; init; }

    /// <summary>When ingest received it, by ingest's clock.</summary>
    public required Timestamp ReceivedAt { get; init; }

    /// <summary>The format that recognised it, for example <c>nfl-gamecenter</c>; <c>oddswire</c> for ingest's own control events.</summary>
    public required string Format { get; init; }

    /// <summary>The events, in the vendor's order; empty when the message held nothing new for us.</summary>
    public required IReadOnlyList<GameEvent> Events { get; init; }
}

/// <summary>How an event came to be applied. The numeric values are part of the wire contract.</summary>
public enum Disposition : byte
{
    /// <summary>In order.</summary>
    OnTime = 0,

    /// <summary>After its gap had been declared, or inserted by the vendor between earlier events.</summary>
    Late = 1,

    /// <summary>It replaces an earlier version of the same event.</summary>
    Correction = 2,

    /// <summary>Our own: gap, stall, resume.</summary>
    Control = 3,
}

/// <summary>The record of <c>events.normalized.{league}</c>: an accepted event and the game's state after it.</summary>
public sealed record NormalizedEvent
{
    /// <summary>The event.</summary>
    public required GameEvent Event { get; init; }

    /// <summary>The state with this event and all before it applied (after a correction: all events, in the vendor's order).</summary>
    public required GameState After { get; init; }

    /// <summary>How it came to be applied.</summary>
    public Disposition Disposition { get; init; }

    /// <summary>0 for the first version of an event, then counted up by each correction.</summary>
    public int Revision { get; init; }

    /// <summary>After a correction: what the earlier version had said of players, to be taken back.</summary>
    public PlayerChanges Withdrawn { get; init; } = PlayerChanges.None;

    /// <summary>The pitcher to whom the withdrawn entries without a player belonged.</summary>
    public string? WithdrawnPitcher { get; init; }

    /// <summary>Place among the normalised events of the game, from 1, without holes.</summary>
    public long Sequence { get; init; }

    /// <summary>When ingest received the message, by ingest's clock.</summary>
    public Timestamp ReceivedAt { get; init; }

    /// <summary>Partition of the raw record it came from.</summary>
    public int RawPartition { get; init; }

    /// <summary>Offset of the raw record it came from.</summary>
    public long RawOffset { get; init; }
}

/// <summary>The record of <c>dlq.{league}</c> (malformed) and <c>quarantine.{league}</c> (well-formed, but suspicious).</summary>
public sealed record DeadLetter
{
    /// <summary>The message with its original bytes.</summary>
    public required FeedMessage Message { get; init; }

    /// <summary>When ingest received it.</summary>
    public required Timestamp ReceivedAt { get; init; }

    /// <summary>The stage that refused it: <c>ingest</c> or <c>normalise</c>.</summary>
    public required string Stage { get; init; }

    /// <summary>A short stable code, for example <c>malformed-json</c> or <c>score-went-down</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>What is wrong, where, and what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>Partition of the raw record, -1 when it never became one.</summary>
    public int RawPartition { get; init; } = -1;

    /// <summary>Offset of the raw record, -1 when it never became one.</summary>
    public long RawOffset { get; init; } = -1;
}
