using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Replicate;
using Oddswire.Core.Ports;

namespace Oddswire.Host.Roles.Replicate;

/// <summary>How far a league has been replicated, as the edge log has it, and whether the core log can go on from there.</summary>
internal static class ReplicateCursors
{
    /// <summary>The source on the edge log that replicates a league, alone.</summary>
    public static WorkerSpec GroupOf(League league) => new($"replicate.{league.Code()}", [], league);

    /// <summary>The committed cursors, by partition of the core log; empty when nothing was replicated yet.</summary>
    public static async ValueTask<Dictionary<int, ReplicateCursor>> ReadAsync(IEventLog edge, League league, CancellationToken ct)
    {
        var cursors = new Dictionary<int, ReplicateCursor>();
        foreach (var (key, value) in await edge.ReadStateAsync(GroupOf(league), 0, ct))
        {
            if (ReplicateCursor.TryReadKey(key, out var partition))
            {
                cursors[partition] = ReplicateCursor.Read(value);
            }
        }

        return cursors;
    }

    /// <summary>Whether a league has nothing left to replicate.</summary>
    public static async ValueTask<bool> HaveAllAsync(IEventLog core, IEventLog edge, LogTail tail, League league, CancellationToken ct)
    {
        var cursors = await ReadAsync(edge, league, ct);
        foreach (var bounds in await core.DescribeAsync(Topics.Odds(league), ct))
        {
            if ((await tail.LookAsync(bounds, cursors.GetValueOrDefault(bounds.Partition.Partition).Next, wantsBatch: false, ct)).Waiting > 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Says that records were removed before they were replicated.</summary>
    public static string RemovedByRetention(TopicPartition partition, long wanted, long earliest) =>
        $"{partition} of the core log begins at offset {earliest:N0}, but {wanted:N0} is to be replicated next: "
        + $"{earliest - wanted:N0} records were removed by retention before they were replicated";

    /// <summary>Says why a cursor does not fit the core log; null when it fits.</summary>
    /// <param name="core">The core log.</param>
    /// <param name="bounds">The partition as it is now.</param>
    /// <param name="cursor">Where replication stands in it.</param>
    /// <param name="ct">Gives up.</param>
    public static async ValueTask<string?> FaultAsync(IEventLog core, PartitionBounds bounds, ReplicateCursor cursor, CancellationToken ct)
    {
        if (cursor.Next > bounds.EndOffset)
        {
            return $"{bounds.Partition} of the core log ends at offset {bounds.EndOffset:N0}, but {cursor.Next:N0} was replicated already: "
                + "the core log was started over, or has lost its end";
        }

        if (cursor.Next < bounds.EarliestOffset)
        {
            return RemovedByRetention(bounds.Partition, cursor.Next, bounds.EarliestOffset);
        }

        if (cursor.Last < bounds.EarliestOffset)
        {
            // The last record is not kept any more, so nothing can be said.
            return null;
        }

        foreach (var batch in await core.ReadAsync(new PartitionOffset(bounds.Partition, cursor.Last), 1, TimeSpan.Zero, ct))
        {
            foreach (var record in batch)
            {
                return record.Offset == cursor.Last && ReplicateCursor.PrintOf(record) == cursor.Print
                    ? null
                    : $"{bounds.Partition} of the core log holds another record at offset {cursor.Last:N0} than the one that was replicated from there: "
                        + "the core log was started over";
            }
        }

        return null;
    }
}
