using System.Collections.Concurrent;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Host.Roles.Replicate;

namespace Oddswire.Host.Roles.Lag;

/// <summary>How far a group is behind in one partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Position">Offset of the next record to read.</param>
/// <param name="End">Offset that the next record will get.</param>
/// <param name="Records">Records that wait; on an engine whose transactions leave marks in the log, these count too.</param>
/// <param name="Age">For how long the first of them has been in the log; zero when none waits.</param>
public sealed record PartitionLag(TopicPartition Partition, long Position, long End, long Records, TimeSpan Age);

/// <summary>How far a group is behind.</summary>
/// <param name="Hop">The role.</param>
/// <param name="Group">The group.</param>
/// <param name="League">The league.</param>
/// <param name="Partitions">Each partition that it reads.</param>
public sealed record GroupLag(Hop Hop, string Group, League League, IReadOnlyList<PartitionLag> Partitions)
{
    /// <summary>Records that wait in all partitions.</summary>
    public long Records => Partitions.Sum(partition => partition.Records);

    /// <summary>The age of the oldest record that waits.</summary>
    public TimeSpan Age => Partitions.Count == 0 ? TimeSpan.Zero : Partitions.Max(partition => partition.Age);

    /// <summary>The partition that is furthest behind; null when nothing waits.</summary>
    public PartitionLag? Worst => Partitions.Where(partition => partition.Records > 0).MaxBy(partition => (partition.Age, partition.Records));
}

/// <summary>Reads off the log how far its groups are behind, on any engine, whether they run or not. Not for several threads.</summary>
/// <param name="log">The log.</param>
/// <param name="time">Says what time it is.</param>
/// <param name="edge">Gives the edge log, which knows how far was replicated, or null as long as none is known; no function where there is to be none.</param>
public sealed class LagReader(IEventLog log, TimeProvider time, Func<IEventLog?>? edge = null)
{
    /// <summary>Partitions looked into at the same time.</summary>
    private const int Parallel = 8;

    /// <summary>An edge that did not answer holds every look up; it is left alone for so long.</summary>
    private static readonly TimeSpan LeaveEdgeFor = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<TopicPartition, LogTail> _tails = new();
    private readonly Dictionary<string, string> _refused = [];
    private long? _edgeFailed;

    /// <summary>Groups that the log does not let this process look at, and why; they are left out and not asked for again.</summary>
    public IReadOnlyDictionary<string, string> Refused => _refused;

    /// <summary>Why the lag of replicate is not known, after a look, for everybody's eyes; null when it is, or when there is to be no edge.</summary>
    public string? EdgeUnknown { get; private set; }

    /// <summary>What the edge log answered when it could not be asked, which may name brokers and groups; null when it could, or there is none.</summary>
    public string? EdgeFault { get; private set; }

    /// <summary>The groups of a league that read the log, in the order of the way of the data.</summary>
    public static IReadOnlyList<(Hop Hop, WorkerSpec Group)> GroupsOf(League league) =>
    [
        (Hop.Normalise, new WorkerSpec($"normalise.{league.Code()}", [Topics.Raw(league)], league)),
        (Hop.Price, new WorkerSpec($"price.{league.Code()}", [Topics.Normalized(league)], league)),
        (Hop.Publish, PublishRole.SpecOf(league)),
        (Hop.Archive, ArchiveRole.SpecOf(league)),
    ];

    /// <summary>How far every group of a league is behind that has ever read; one that never ran is left out.</summary>
    /// <exception cref="LogException">The log cannot be read.</exception>
    public async Task<IReadOnlyList<GroupLag>> ReadAsync(League league, CancellationToken ct)
    {
        var bounds = new Dictionary<string, IReadOnlyList<PartitionBounds>>();
        var lags = new List<GroupLag>();
        foreach (var (hop, group) in GroupsOf(league).Where(pair => !_refused.ContainsKey(pair.Group.Group)))
        {
            try
            {
                if (await ReadAsync(hop, group, bounds, ct) is { } lag)
                {
                    lags.Add(lag);
                }
            }
            catch (LogConfigurationException e)
            {
                // A role's own permissions do not cover the groups of others.
                _refused[group.Group] = e.Message;
            }
        }

        if (await ReplicatedAsync(league, ct) is { Count: > 0 } replicated)
        {
            var partitions = (await log.DescribeAsync(Topics.Odds(league), ct)).Select(partition => Behind(partition, replicated)).ToList();
            lags.Add(new GroupLag(Hop.Replicate, ReplicateCursors.GroupOf(league).Group, league, await WithAgesAsync(partitions, ct)));
        }

        return lags;
    }

    private async Task<GroupLag?> ReadAsync(Hop hop, WorkerSpec group, Dictionary<string, IReadOnlyList<PartitionBounds>> bounds, CancellationToken ct)
    {
        var committed = (await log.CommittedAsync(group, ct)).ToDictionary(position => position.Partition, position => position.Offset);
        if (committed.Count == 0)
        {
            return null;
        }

        var partitions = new List<PartitionLag>();
        foreach (var topic in group.Inputs)
        {
            if (!bounds.TryGetValue(topic, out var ofTopic))
            {
                bounds[topic] = ofTopic = await log.DescribeAsync(topic, ct);
            }

            partitions.AddRange(ofTopic.Select(partition => Behind(partition, committed)));
        }

        return new GroupLag(hop, group.Group, group.League, await WithAgesAsync(partitions, ct));
    }

    /// <summary>How far a league has been replicated; nothing while the edge cannot be asked, so that the other groups stay seen.</summary>
    private async Task<Dictionary<TopicPartition, long>> ReplicatedAsync(League league, CancellationToken ct)
    {
        if (edge is null || (_edgeFailed is { } failed && time.GetElapsedTime(failed) < LeaveEdgeFor))
        {
            return [];
        }

        try
        {
            var known = edge() is { } log ? await ReplicateCursors.ReadAsync(log, league, ct) : null;
            EdgeUnknown = known is null ? "no edge log is known here: name the cluster that partners read with --edge-bootstrap, and its login in [edge]" : null;
            EdgeFault = null;
            return known?.ToDictionary(pair => new TopicPartition(Topics.Odds(league), pair.Key), pair => pair.Value.Next) ?? [];
        }
        catch (LogException e)
        {
            (EdgeUnknown, EdgeFault, _edgeFailed) = ("the edge log cannot be asked", e.Message, time.GetTimestamp());
            return [];
        }
    }

    private static PartitionLag Behind(PartitionBounds bounds, Dictionary<TopicPartition, long> committed)
    {
        var position = Math.Max(bounds.EarliestOffset, committed.GetValueOrDefault(bounds.Partition));
        return new PartitionLag(bounds.Partition, position, bounds.EndOffset, Math.Max(0, bounds.EndOffset - position), TimeSpan.Zero);
    }

    private async Task<IReadOnlyList<PartitionLag>> WithAgesAsync(List<PartitionLag> partitions, CancellationToken ct)
    {
        using var turn = new SemaphoreSlim(Parallel);
        return await Task.WhenAll(partitions.Select(async partition =>
        {
            if (partition.Records == 0)
            {
                return partition;
            }

            await turn.WaitAsync(ct);
            try
            {
                return await WithAgeAsync(partition, ct);
            }
            finally
            {
                turn.Release();
            }
        }));
    }

    private async Task<PartitionLag> WithAgeAsync(PartitionLag lag, CancellationToken ct)
    {
        var tail = _tails.GetOrAdd(lag.Partition, _ => new LogTail(log));
        var (waiting, first) = await tail.LookAsync(new PartitionBounds(lag.Partition, lag.Position, lag.End), lag.Position, wantsBatch: true, ct);
        var age = first is null ? TimeSpan.Zero : Timestamp.From(time.GetUtcNow()) - first.AppendedAt;
        return lag with { Records = waiting, Age = age > TimeSpan.Zero ? age : TimeSpan.Zero };
    }
}
