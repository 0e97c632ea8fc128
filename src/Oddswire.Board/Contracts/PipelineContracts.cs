namespace Oddswire.Board.Contracts;

/// <summary>One hop of one league.</summary>
public sealed record HopView
{
    /// <summary><c>ingest</c>, <c>normalise</c>, <c>price</c>, <c>publish</c>, <c>archive</c> or <c>replicate</c>.</summary>
    public required string Hop { get; init; }

    /// <summary><c>nfl</c>, <c>nba</c> or <c>mlb</c>.</summary>
    public required string League { get; init; }

    /// <summary>Records received since the start of the process.</summary>
    public required long Received { get; init; }

    /// <summary>Records sent on.</summary>
    public required long Sent { get; init; }

    /// <summary>Records sent on per second, over the last seconds.</summary>
    public required double RatePerSecond { get; init; }

    /// <summary>Input records that wait.</summary>
    public required long Lag { get; init; }

    /// <summary>Median time from ingest's receipt, milliseconds, over the last seconds; null when nothing came.</summary>
    public double? P50Ms { get; init; }

    /// <summary>99th percentile of the same.</summary>
    public double? P99Ms { get; init; }

    /// <summary>Messages in the dead-letter queue.</summary>
    public required long DeadLettered { get; init; }

    /// <summary>Messages in quarantine.</summary>
    public required long Quarantined { get; init; }

    /// <summary>Duplicates dropped.</summary>
    public required long Duplicates { get; init; }
}

/// <summary>A league on the board.</summary>
/// <param name="League">The league's code.</param>
/// <param name="Games">Games on the board.</param>
/// <param name="Live">Of these, in play.</param>
/// <param name="Stalled">Of these, with a silent feed.</param>
/// <param name="Holes">Records known to be missing from chains.</param>
/// <param name="IsCaughtUp">Whether the board has read all that was in the log when it started.</param>
public sealed record LeagueBoardView(string League, int Games, int Live, int Stalled, long Holes, bool IsCaughtUp);

/// <summary>How far a group is behind its input, wherever its role runs.</summary>
/// <param name="Group">The group.</param>
/// <param name="Hop">Its role.</param>
/// <param name="League">The league's code.</param>
/// <param name="Records">Records that wait.</param>
/// <param name="Seconds">For how long the oldest of them has been in the log.</param>
/// <param name="Partitions">The partitions that it reads.</param>
/// <param name="Worst">The partition that is furthest behind; null when nothing waits.</param>
public sealed record GroupLagView(string Group, string Hop, string League, long Records, double Seconds, IReadOnlyList<PartitionLagView> Partitions, string? Worst);

/// <summary>How far a group is behind in one partition.</summary>
/// <param name="Partition">Topic and number.</param>
/// <param name="Records">Records that wait.</param>
/// <param name="Seconds">For how long the oldest of them has been in the log.</param>
public sealed record PartitionLagView(string Partition, long Records, double Seconds);

/// <summary>The pipeline at a glance.</summary>
/// <param name="At">When it was measured, ISO 8601 UTC.</param>
/// <param name="WindowSeconds">Rates and quantiles are over so many seconds.</param>
/// <param name="Hops">The hops, in the order of the way of the data, by league.</param>
/// <param name="Leagues">The board by league.</param>
/// <param name="Groups">How far the groups are behind.</param>
/// <param name="NotShown">Groups whose lag is not known here, and why, a line each.</param>
/// <param name="StreamClients">Open streams.</param>
public sealed record PipelineView(
    string At, double WindowSeconds, IReadOnlyList<HopView> Hops, IReadOnlyList<LeagueBoardView> Leagues, IReadOnlyList<GroupLagView> Groups,
    IReadOnlyList<string> NotShown, int StreamClients);
