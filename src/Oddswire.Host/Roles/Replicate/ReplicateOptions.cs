namespace Oddswire.Host.Roles.Replicate;

/// <summary>How the replicate role batches, names headers and retries.</summary>
public sealed record ReplicateOptions
{
    /// <summary>Records to take into one commit; the batch that reaches it is still taken whole. 1 or more.</summary>
    public int MaxRecordsPerCommit { get; init; } = 8192;

    /// <summary>Shortest time between the beginnings of two commits: within it, records gather.</summary>
    public TimeSpan MinCommitInterval { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long a read of the core log waits for records before it looks around.</summary>
    public TimeSpan IdleWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether the headers also carry CloudEvents' names.</summary>
    public bool CloudEvents { get; init; }

    /// <summary>
    /// Whether to go on where the core log still can when it no longer holds what would come next, or is another log than the one that was
    /// replicated before. Partners see the hole. Otherwise the role stops and says what is missing.
    /// </summary>
    public bool AcceptLoss { get; init; }

    /// <summary>How long to wait before trying again.</summary>
    public Backoff Retry { get; init; } = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5));

    /// <summary>How often the lag is measured.</summary>
    public TimeSpan LagEvery { get; init; } = TimeSpan.FromMilliseconds(500);
}

/// <summary>The core log no longer holds what was to be replicated next, or is not the log that was replicated before.</summary>
/// <param name="message">What is missing, and what to do.</param>
public sealed class CoreLogLostException(string message) : Exception(message);
