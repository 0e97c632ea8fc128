namespace Oddswire.Infrastructure.Logs.Sqlite;

/// <summary>What a commit survives.</summary>
public enum SqliteDurability
{
    /// <summary>Every commit is on the disk before it is acknowledged: it survives a loss of power.</summary>
    OnCommit,

    /// <summary>A commit survives the death of the process, but the last ones may be lost with the power; never torn.</summary>
    Relaxed,

    /// <summary>As <see cref="Relaxed"/>, and a loss of power may damage the file. For throw-away data.</summary>
    None,
}

/// <summary>Set-up of a <see cref="SqliteEventLog"/>.</summary>
public sealed record SqliteLogOptions
{
    /// <summary>The data folder; the log lies in <c>log/{league}.db</c> within.</summary>
    public required string Directory { get; init; }

    /// <summary>What a commit survives.</summary>
    public SqliteDurability Durability { get; init; } = SqliteDurability.OnCommit;

    /// <summary>A member of another process that does not show life for so long loses its partitions. A dead process loses them at once.</summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often commits of other processes are looked for. 1 ms or more.</summary>
    public TimeSpan WatchInterval { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How long to wait for another process to give the file free.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Memory for the latest batches of each league, in bytes; 0 reads all from the file.</summary>
    public long TailCacheBytes { get; init; } = 64L << 20;

    /// <summary>Most records in a stored batch. 1 or more.</summary>
    public int MaxBatchRecords { get; init; } = 1000;

    /// <summary>Most bytes in a stored batch of more than one record.</summary>
    public int MaxBatchBytes { get; init; } = 1 << 20;

    /// <summary>Most keys a compaction remembers at a time, about 50 bytes each.</summary>
    public int MaxCompactionKeys { get; init; } = 1_000_000;

    /// <summary>Most pages of 16 KiB a league's file may have; 0 sets no bound. Beyond it the log says that the disk is full.</summary>
    public long MaxPages { get; init; }

    internal string PathOf(Core.Domain.League league) => Path.Combine(Directory, "log", $"{Core.Domain.Leagues.Code(league)}.db");
}
