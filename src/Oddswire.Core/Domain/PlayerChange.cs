using System.Collections;
using System.Runtime.InteropServices;

namespace Oddswire.Core.Domain;

/// <summary>
/// What an event says of a player. Everything but <see cref="Listed"/>, <see cref="Pitching"/> and <see cref="Gone"/> is added up, in whatever order the
/// events come. The numeric values are part of the wire contract.
/// </summary>
public enum PlayerStatistic : byte
{
    /// <summary>Unknown; never written.</summary>
    None = 0,

    /// <summary>Football: yards of completed passes thrown (sacks not counted).</summary>
    PassingYards = 1,

    /// <summary>Football: yards run.</summary>
    RushingYards = 2,

    /// <summary>Football: yards of passes caught.</summary>
    ReceivingYards = 3,

    /// <summary>Football: passes caught.</summary>
    Receptions = 4,

    /// <summary>Football: touchdowns scored, however; a touchdown pass is its catcher's.</summary>
    Touchdowns = 5,

    /// <summary>Basketball: points.</summary>
    Points = 11,

    /// <summary>Basketball: rebounds, offensive and defensive.</summary>
    Rebounds = 12,

    /// <summary>Basketball: assists.</summary>
    Assists = 13,

    /// <summary>Basketball: three-pointers made.</summary>
    Threes = 14,

    /// <summary>Baseball: hits of a batter.</summary>
    Hits = 21,

    /// <summary>Baseball: bases of a batter's hits.</summary>
    TotalBases = 22,

    /// <summary>Baseball: strikeouts of a pitcher.</summary>
    Strikeouts = 23,

    /// <summary>Baseball: home runs of a batter.</summary>
    HomeRuns = 24,

    /// <summary>Football: passes thrown.</summary>
    PassAttempts = 31,

    /// <summary>Football: runs.</summary>
    RushAttempts = 32,

    /// <summary>Football: passes thrown at a receiver, caught or not.</summary>
    Targets = 33,

    /// <summary>Football: passes thrown and caught.</summary>
    Completions = 34,

    /// <summary>Basketball: 1 for coming on, -1 for going off; the sum is 1 while the player is on the court.</summary>
    OnCourt = 41,

    /// <summary>
    /// Basketball: minus the game's time at coming on and plus that at going off, tenths of a second from the tip-off. The time on court so far is the
    /// sum, plus the present time while on court.
    /// </summary>
    CourtTime = 42,

    /// <summary>Basketball: how often the player has scored; counted by the box score, in no message.</summary>
    Scores = 43,

    /// <summary>Baseball: turns at bat that were ended.</summary>
    PlateAppearances = 51,

    /// <summary>Baseball: batters whose turn ended against a pitcher.</summary>
    BattersFaced = 52,

    /// <summary>
    /// Named in the line-up or coming in. Baseball: the amount is the place in the batting order, 1 to 9, 0 for a pitcher who does not bat.
    /// Basketball: 1 for a starter, 0 for the bench.
    /// </summary>
    Listed = 61,

    /// <summary>Baseball: takes over as his side's pitcher.</summary>
    Pitching = 62,

    /// <summary>Out of the game for good.</summary>
    Gone = 63,
}

/// <summary>One thing that an event says of one player.</summary>
/// <param name="Player">The vendor's id, 1 to 24 characters; empty for the pitcher of <see cref="GameEvent.Pitcher"/>.</param>
/// <param name="Statistic">What changed.</param>
/// <param name="Amount">By how much.</param>
/// <param name="Side">The player's side; null where the message tells only the team's code, or neither.</param>
/// <param name="Team">The team's code, where the side is not told.</param>
/// <param name="Name">The player's name to show, at most 40 characters; empty where the message does not have it.</param>
public readonly record struct PlayerChange(
    string Player, PlayerStatistic Statistic, int Amount, Side? Side = null, string Team = "", string Name = "");

/// <summary>What an event says of players: an unchanging list, equal to one with the same entries in the same order.</summary>
public sealed class PlayerChanges : IReadOnlyList<PlayerChange>, IEquatable<PlayerChanges>
{
    /// <summary>The most entries of one event: two rosters of sixty with two entries each.</summary>
    public const int MaxCount = 256;

    private readonly PlayerChange[] _entries;

    private PlayerChanges(PlayerChange[] entries) => _entries = entries;

    /// <summary>Nothing.</summary>
    public static PlayerChanges None { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _entries.Length;

    /// <inheritdoc/>
    public PlayerChange this[int index] => _entries[index];

    /// <summary>The entries.</summary>
    public ReadOnlySpan<PlayerChange> Span => _entries;

    /// <summary>A list of these entries; those beyond <see cref="MaxCount"/> are left out.</summary>
    public static PlayerChanges Of(List<PlayerChange>? entries) => entries is null or [] ? None : new([.. CollectionsMarshal.AsSpan(entries)[..Math.Min(entries.Count, MaxCount)]]);

    /// <inheritdoc/>
    public bool Equals(PlayerChanges? other) => other is not null && Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PlayerChanges);

    /// <inheritdoc/>
    public override int GetHashCode() => _entries.Length == 0 ? 0 : HashCode.Combine(_entries.Length, _entries[0]);

    /// <inheritdoc/>
    public IEnumerator<PlayerChange> GetEnumerator() => ((IEnumerable<PlayerChange>)_entries).GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join("; ", _entries.Select(static e => $"{e.Player} {e.Statistic} {e.Amount:+0;-0;0}"))}]";

    IEnumerator IEnumerable.GetEnumerator() => _entries.GetEnumerator();
}
