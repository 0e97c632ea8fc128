using Oddswire.Core.Pipeline.Publish;

namespace Oddswire.Host.Roles;

/// <summary>How the publish role reads and saves.</summary>
public sealed record PublishOptions
{
    /// <summary>Records asked for in one poll, 1 to 100,000.</summary>
    public int MaxRecordsPerPoll { get; init; } = 10_000;

    /// <summary>How long a poll waits for records when there are none.</summary>
    public TimeSpan IdleWait { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Time between two checkpoints of the board; a restart reads at most this much of the log again.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time between two looks at how far the log is ahead.</summary>
    public TimeSpan LagInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether the board also shows the partitions that other members own; else only what this one owns.</summary>
    public bool ShowsAll { get; init; }

    /// <summary>How long to wait for partitions of its own before it follows those of others.</summary>
    public TimeSpan FollowAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Saved partitions of others loaded at the same time, 1 or more.</summary>
    public int LoadedAtOnce { get; init; } = 8;

    /// <summary>How long to wait before joining the log again.</summary>
    public Backoff Retry { get; init; } = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));

    /// <summary>What stays in memory.</summary>
    public BoardLimits Limits { get; init; } = BoardLimits.Default;
}
