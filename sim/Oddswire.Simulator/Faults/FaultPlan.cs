using System.Globalization;

namespace Oddswire.Simulator.Faults;

/// <summary>
/// What goes wrong between the vendor and us: shares are of messages, each decided from the seed. The first message of a game and its last are
/// never lost, spoilt or late, so that every game can be known and ends.
/// </summary>
public sealed record FaultPlan
{
    /// <summary>Nothing goes wrong.</summary>
    public static FaultPlan None { get; } = new();

    /// <summary>Chooses which messages are hit.</summary>
    public ulong Seed { get; init; }

    /// <summary>Share of messages sent twice, the copy a few messages later.</summary>
    public double Duplicates { get; init; }

    /// <summary>Share of messages that 1 to <see cref="ReorderDepth"/> later messages of their game overtake.</summary>
    public double Reorder { get; init; }

    /// <summary>Most messages that overtake a reordered one. Default 1: whatever the pace, normalise then puts it back in order.</summary>
    public int ReorderDepth { get; init; } = 1;

    /// <summary>Share of messages that come only after <see cref="LateDepth"/> others: beyond a usual reorder window.</summary>
    public double Late { get; init; }

    /// <summary>How many messages of the game overtake a late one. Default 200.</summary>
    public int LateDepth { get; init; } = 200;

    /// <summary>Share of messages never sent.</summary>
    public double Gaps { get; init; }

    /// <summary>Share of plays first reported in error and corrected by the vendor later.</summary>
    public double Corrections { get; init; }

    /// <summary>Share of messages whose bytes are spoilt; the good bytes never come.</summary>
    public double Malformed { get; init; }

    /// <summary>Share of messages whose bytes are spoilt, but sent again intact half a second later.</summary>
    public double Garbled { get; init; }

    /// <summary>Delay of a second, redundant feed <c>b</c>, on which all of the above is decided anew; null for no second feed.</summary>
    public TimeSpan? Redundant { get; init; }

    /// <summary>Feeds that fall silent and then send all at once.</summary>
    public IReadOnlyList<Silence> Silences { get; init; } = [];

    /// <summary>Whether nothing goes wrong.</summary>
    public bool IsNone => Duplicates + Reorder + Late + Gaps + Corrections + Malformed + Garbled == 0 && Redundant is null && Silences.Count == 0;

    /// <summary>The plan in the form that <see cref="FaultPlanParser.Parse"/> reads.</summary>
    public override string ToString()
    {
        var parts = new List<string>();
        AddShare(parts, "duplicates", Duplicates);
        AddShare(parts, "reorder", Reorder, ReorderDepth);
        AddShare(parts, "late", Late, LateDepth);
        AddShare(parts, "gaps", Gaps);
        AddShare(parts, "corrections", Corrections);
        AddShare(parts, "malformed", Malformed);
        AddShare(parts, "garbled", Garbled);
        if (Redundant is { } delay)
        {
            parts.Add($"redundant={Duration(delay)}");
        }

        parts.AddRange(Silences.Select(silence => silence.ToString()));
        if (Seed != 0)
        {
            parts.Add($"seed={Seed}");
        }

        return string.Join(',', parts);
    }

    /// <inheritdoc/>
    public bool Equals(FaultPlan? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    internal static string Duration(TimeSpan span) => span.Ticks % TimeSpan.TicksPerSecond == 0
        ? $"{span.Ticks / TimeSpan.TicksPerSecond}s"
        : $"{span.TotalMilliseconds:0.###}ms";

    private static void AddShare(List<string> parts, string name, double share, int? depth = null)
    {
        if (share > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{name}={share * 100:0.######}%{(depth is { } d ? $":{d}" : "")}"));
        }
    }
}

/// <summary>A span of silence of one game's feed, or of all; what was sent in it arrives at its end, at once.</summary>
/// <param name="Game">Place in the slate, from 1; null for every game (a burst).</param>
/// <param name="From">When it begins, from the start of the schedule.</param>
/// <param name="Length">How long it lasts.</param>
public sealed record Silence(int? Game, TimeSpan From, TimeSpan Length)
{
    /// <inheritdoc/>
    public override string ToString() => Game is { } game
        ? $"stall=game{game}@{FaultPlan.Duration(From)}+{FaultPlan.Duration(Length)}"
        : $"burst={FaultPlan.Duration(From)}+{FaultPlan.Duration(Length)}";
}

/// <summary>What was done to the messages.</summary>
public sealed class FaultTally
{
    /// <summary>Messages delivered, whatever was done to them.</summary>
    public long Delivered { get; internal set; }

    /// <summary>Copies of messages already sent on the same feed.</summary>
    public long Duplicates { get; internal set; }

    /// <summary>Messages of the second feed.</summary>
    public long Redundant { get; internal set; }

    /// <summary>Messages overtaken within the reorder depth.</summary>
    public long Reordered { get; internal set; }

    /// <summary>Messages overtaken beyond it.</summary>
    public long Late { get; internal set; }

    /// <summary>Messages never sent, counted for each feed.</summary>
    public long Lost { get; internal set; }

    /// <summary>Plays sent in error and corrected.</summary>
    public long Corrections { get; internal set; }

    /// <summary>Messages with spoilt bytes whose good bytes never come.</summary>
    public long Malformed { get; internal set; }

    /// <summary>Messages with spoilt bytes sent again intact.</summary>
    public long Garbled { get; internal set; }

    /// <summary>Messages held back by a stall or burst.</summary>
    public long HeldBack { get; internal set; }
}
