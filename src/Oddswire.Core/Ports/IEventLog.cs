namespace Oddswire.Core.Ports;

/// <summary>
/// The durable, partitioned, ordered log that every hop runs on. Engines: SQLite (embedded), memory (tests, benchmarks),
/// Kafka. What an engine must do is written once, in the log contract suite.
/// </summary>
public interface IEventLog : IAsyncDisposable
{
    /// <summary>
    /// Whether the offsets of records follow each other without holes, but for what compaction took. Where they do not (Kafka's transactions leave marks
    /// between records), a position before the end may have nothing behind it to read; <see cref="LogTail"/> tells.
    /// </summary>
    bool IsGapless => true;

    /// <summary>
    /// Whether readers may meet records of transactions that were never committed (librdkafka's mock cluster shows them). They are repetitions: what the
    /// same input gives again has the same bytes, and readers know it by its place in the game.
    /// </summary>
    bool MayRepeat => false;

    /// <summary>Creates the topics that do not exist yet; never changes or removes one.</summary>
    /// <exception cref="LogConfigurationException">A topic exists with another number of partitions.</exception>
    ValueTask EnsureTopicsAsync(IReadOnlyList<TopicSpec> topics, CancellationToken ct);

    /// <summary>The partitions of a topic with their bounds; empty when the topic does not exist.</summary>
    ValueTask<IReadOnlyList<PartitionBounds>> DescribeAsync(string topic, CancellationToken ct);

    /// <summary>Committed positions of a group, for lag and for verification.</summary>
    ValueTask<IReadOnlyList<PartitionOffset>> CommittedAsync(WorkerSpec group, CancellationToken ct);

    /// <summary>Joins a group as a new member; partitions come with <see cref="ILogWorker.PollAsync"/>.</summary>
    ValueTask<ILogWorker> JoinAsync(WorkerSpec spec, CancellationToken ct);

    /// <summary>
    /// Reads committed batches from an offset on (from the earliest kept one when that is later), outside any group. Gives an empty list
    /// when nothing new came within <paramref name="maxWait"/>. The first batch begins exactly at <paramref name="from"/>.
    /// </summary>
    /// <exception cref="LogCorruptException">A stored batch is damaged; the message says which offsets are lost.</exception>
    ValueTask<IReadOnlyList<RecordBatch>> ReadAsync(PartitionOffset from, int maxRecords, TimeSpan maxWait, CancellationToken ct);

    /// <summary>Reads partitions on side by side from some offsets on (from the earliest kept one when that is later), outside any group.</summary>
    /// <param name="from">Where to begin in each; each partition once.</param>
    /// <param name="maxRecords">Records asked for at once, of all partitions together; 1 or more.</param>
    /// <param name="idleWait">How long a read waits when nothing is there.</param>
    ILogReader OpenReader(IReadOnlyList<PartitionOffset> from, int maxRecords, TimeSpan idleWait) => new SideBySideReader(this, from, maxRecords, idleWait);

    /// <summary>All state records of a group's partition, for verification and read-only views.</summary>
    ValueTask<IReadOnlyList<KeyValuePair<byte[], byte[]>>> ReadStateAsync(WorkerSpec group, int partition, CancellationToken ct);

    /// <summary>
    /// Applies retention and compaction now; a role calls it from time to time. Retention never removes what a group that has committed
    /// positions in the partition has still to read. An engine whose broker does this by itself does nothing.
    /// </summary>
    ValueTask MaintainAsync(CancellationToken ct);
}

/// <summary>What a worker is.</summary>
/// <param name="Group">The consumer group, for example <c>price.nfl</c>; members of one group share the partitions.</param>
/// <param name="Inputs">Topics to read, all with the same number of partitions (partition n of each goes to one member); empty for a source.</param>
/// <param name="League">The league whose file or topics hold the group's state and offsets.</param>
public sealed record WorkerSpec(string Group, IReadOnlyList<string> Inputs, Domain.League League);

/// <summary>
/// One member of a group: polls records and commits what came of them. Outputs, state and positions of a commit become
/// visible together or not at all. Used by one thread at a time. Disposing it leaves the group.
/// </summary>
/// <remarks>
/// A source (a worker without inputs) owns partition 0 of its group, alone: a second source of the same group waits (no assignment)
/// until the first has left or died. A source that finds the group free owns it as soon as it has joined.
/// </remarks>
public interface ILogWorker : IAsyncDisposable
{
    /// <summary>
    /// Waits for records. Revoked partitions come before assigned ones: state held for a revoked partition must be dropped,
    /// uncommitted work with it. Positions start at what the group committed, or at the earliest offset. After a
    /// <see cref="FencedException"/> the next poll revokes everything and assigns what is still owned, from its committed positions.
    /// Batches are never cut at the end: the last one may go beyond <paramref name="maxRecords"/>.
    /// </summary>
    ValueTask<PollResult> PollAsync(int maxRecords, TimeSpan maxWait, CancellationToken ct);

    /// <summary>The committed value of a state key, or null. Only for an assigned partition (a source uses partition 0).</summary>
    /// <exception cref="FencedException">The partition is not this worker's.</exception>
    byte[]? ReadState(int partition, ReadOnlySpan<byte> key);

    /// <summary>
    /// Makes outputs, state changes and positions durable and visible in one transaction. A commit that has begun is finished,
    /// whatever <paramref name="ct"/> says; the commit must not be touched before this returns.
    /// </summary>
    /// <exception cref="LogConfigurationException">An output's topic or partition does not exist; nothing was committed.</exception>
    /// <exception cref="FencedException">The partitions belong to another member by now; nothing was committed.</exception>
    /// <exception cref="LogUnavailableException">Nothing was committed; trying again may help (disk full, broker away).</exception>
    /// <exception cref="CommitOutcomeUnknownException">Committed or not: throw this worker away, rejoin and resume from the committed position.</exception>
    ValueTask CommitAsync(LogCommit commit, CancellationToken ct);
}

/// <summary>What a poll gave.</summary>
/// <param name="Batches">Records, in order within each partition.</param>
/// <param name="Assigned">Partitions newly owned (input partition numbers).</param>
/// <param name="Revoked">Partitions lost.</param>
public sealed record PollResult(IReadOnlyList<RecordBatch> Batches, IReadOnlyList<int> Assigned, IReadOnlyList<int> Revoked)
{
    /// <summary>Nothing came.</summary>
    public static PollResult Empty { get; } = new([], [], []);
}

/// <summary>One atomic commit. Reused: <see cref="Clear"/> after it succeeded.</summary>
public sealed class LogCommit
{
    /// <summary>Records to append.</summary>
    public OutputBuffer Outputs { get; } = new();

    /// <summary>State to put; a null value removes the key.</summary>
    public List<StateChange> State { get; } = [];

    /// <summary>New positions of the group: the offset of the next record to read.</summary>
    public List<PartitionOffset> Positions { get; } = [];

    /// <summary>Whether there is nothing to commit.</summary>
    public bool IsEmpty => Outputs.Count == 0 && State.Count == 0 && Positions.Count == 0;

    /// <summary>Empties it for the next commit.</summary>
    public void Clear()
    {
        Outputs.Clear();
        State.Clear();
        Positions.Clear();
    }
}

/// <summary>A change of a group's state: the partition it belongs to, the key, and the new value (null removes).</summary>
public readonly record struct StateChange(int Partition, byte[] Key, byte[]? Value);

/// <summary>Base of what a log may report.</summary>
public abstract class LogException(string message, Exception? inner) : Exception(message, inner);

/// <summary>The log is set up otherwise than asked for.</summary>
public sealed class LogConfigurationException(string message, Exception? inner = null) : LogException(message, inner);

/// <summary>Another member owns the partition by now.</summary>
public sealed class FencedException(string message, Exception? inner = null) : LogException(message, inner);

/// <summary>A passing fault: nothing was committed, trying again may help.</summary>
public sealed class LogUnavailableException(string message, Exception? inner = null) : LogException(message, inner);

/// <summary>The commit may or may not have happened.</summary>
public sealed class CommitOutcomeUnknownException(string message, Exception? inner = null) : LogException(message, inner);

/// <summary>Stored records are damaged; the message says which are lost and what to do.</summary>
public sealed class LogCorruptException(string message, Exception? inner = null) : LogException(message, inner);
