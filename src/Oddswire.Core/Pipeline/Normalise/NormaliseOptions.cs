namespace Oddswire.Core.Pipeline.Normalise;

/// <summary>How long normalise waits for order, and what it takes for absurd.</summary>
public sealed record NormaliseOptions
{
    /// <summary>Messages that may wait behind a missing one before it is declared a gap; 0 waits for none.</summary>
    public int WindowMessages { get; init; } = 32;

    /// <summary>Time, by the vendor's clock, that a message waits for an earlier one before the hole is declared a gap.</summary>
    public TimeSpan WindowTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Bytes that may wait, so that a game's state stays small.</summary>
    public int WindowBytes { get; init; } = 1 << 20;

    /// <summary>A sequence number further ahead than this is a fault of the sender, not a hole.</summary>
    public long MaxSequenceJump { get; init; } = 10_000;

    /// <summary>A message published further than this from the game's other messages has a wrong clock (a suspended game may go on a season later).</summary>
    public TimeSpan MaxTimeJump { get; init; } = TimeSpan.FromDays(400);
}
