namespace Oddswire.Host.Roles;

/// <summary>How a <see cref="StageRunner{TState}"/> batches, remembers and retries.</summary>
public sealed record StageRunnerOptions
{
    /// <summary>
    /// Records to take into one commit; the batch that reaches it is still taken whole. 1 or more. At a low rate a record is committed as soon
    /// as it comes; the busier the log, the more records have gathered by the next poll, up to this bound.
    /// </summary>
    public int MaxRecordsPerCommit { get; init; } = 4096;

    /// <summary>
    /// Bytes of outputs in one commit; the record that reaches them is still taken whole. It bounds memory and the time of a transaction where
    /// one event makes hundreds of prices. 1 or more.
    /// </summary>
    public long MaxOutputBytesPerCommit { get; init; } = 4 << 20;

    /// <summary>
    /// Shortest time between the beginnings of two commits: within it, records gather. It bounds the commits a second (and their
    /// fsyncs) at a middling rate and adds nothing to the first record after a pause.
    /// </summary>
    public TimeSpan MinCommitInterval { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>How long a poll waits for records before it looks around.</summary>
    public TimeSpan IdleWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Game states kept in memory; the least lately used ones beyond it are read again when needed. 1 or more.</summary>
    public int MaxCachedStates { get; init; } = 1024;

    /// <summary>How long to wait before trying again.</summary>
    public Backoff Retry { get; init; } = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5));
}

/// <summary>A stage cannot handle a record; the role must stop, since going on would skip it.</summary>
public sealed class StageFailedException(string message, Exception inner) : Exception(message, inner);
