namespace Oddswire.Host.Roles.Ingest;

/// <summary>How ingest paces, checks and batches.</summary>
public sealed record IngestOptions
{
    /// <summary>How many seconds of the sources' schedule pass in one: 1 is real time, <see cref="double.PositiveInfinity"/> never waits. Above 0.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>
    /// The longest a live game's feed is silent when nothing is wrong, on the source's schedule (at speed 60 it passes in a sixtieth of it).
    /// Beyond it the feed is declared stalled. Null for feeds that send nothing between plays, such as recordings: their silence says nothing.
    /// </summary>
    public TimeSpan? Heartbeat { get; init; }

    /// <summary>
    /// Awaited before each message of a source that nothing paces, so that it does not run ahead of the stages that read it; null where the log may
    /// take all there is. Never awaited for a paced feed: its buffer is the log.
    /// </summary>
    public Func<Core.Domain.League, CancellationToken, ValueTask>? WaitForReaders { get; init; }

    /// <summary>A longer body is not parsed; it goes to the DLQ in parts of this size. Bytes, 1 KiB or more.</summary>
    public int MaxMessageBytes { get; init; } = 16 << 20;

    /// <summary>Messages a second taken from each source; what comes faster waits. 0 for no limit.</summary>
    public int MaxMessagesPerSecond { get; init; }

    /// <summary>Messages taken at once after a pause, before <see cref="MaxMessagesPerSecond"/> bites.</summary>
    public int BurstMessages { get; init; } = 100;

    /// <summary>Most records in one commit.</summary>
    public int MaxRecordsPerCommit { get; init; } = 4096;

    /// <summary>A commit is full with so many bytes.</summary>
    public int MaxBytesPerCommit { get; init; } = 8 << 20;

    /// <summary>Shortest time between the beginnings of two commits; within it messages gather. Adds nothing to the first one after a pause.</summary>
    public TimeSpan MinCommitInterval { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Parsed messages that may wait for the log before the sources must wait.</summary>
    public int MaxQueuedMessages { get; init; } = 8192;

    /// <summary>Bytes of bodies that may wait for the log before the sources must wait.</summary>
    public int MaxQueuedBytes { get; init; } = 64 << 20;

    /// <summary>How long to wait before trying a commit again.</summary>
    public Backoff Retry { get; init; } = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5));

    /// <summary>Checks the options against each other.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Demand(Speed > 0, nameof(Speed), "above 0");
        Demand(Heartbeat is null || Heartbeat > TimeSpan.Zero, nameof(Heartbeat), "above zero, or absent");
        Demand(MaxMessageBytes >= 1024, nameof(MaxMessageBytes), "1 KiB or more");
        Demand(MaxMessagesPerSecond >= 0, nameof(MaxMessagesPerSecond), "0 or more");
        Demand(BurstMessages > 0, nameof(BurstMessages), "1 or more");
        Demand(MaxRecordsPerCommit > 0 && MaxBytesPerCommit > 0, nameof(MaxRecordsPerCommit), "1 or more, in records and bytes");
        Demand(MaxQueuedMessages > 0 && MaxQueuedBytes > 0, nameof(MaxQueuedMessages), "1 or more, in messages and bytes");
    }

    private static void Demand(bool holds, string name, string range)
    {
        if (!holds)
        {
            throw new ArgumentException($"Ingest option {name} must be {range}.", name);
        }
    }
}
