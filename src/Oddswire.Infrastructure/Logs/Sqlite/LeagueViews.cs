using System.Collections.Concurrent;
using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Sqlite;

/// <summary>What the process knows of a league's file. Changed by the writer thread only, read by all.</summary>
internal sealed class LeagueViews(long tailCacheBytes)
{
    private readonly ConcurrentDictionary<string, TopicView> _topics = new();
    private readonly ConcurrentDictionary<string, long> _generations = new();
    private readonly Dictionary<long, PartitionView> _byId = [];
    private TaskCompletionSource _changed = NewSignal();
    private long _tailBytes;
    private long _order;

    /// <summary>Done at the next change. Take it before looking.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    public IEnumerable<TopicView> Topics => _topics.Values;

    public TopicView? Topic(string name) => _topics.GetValueOrDefault(name);

    /// <summary>How often the group's partitions have changed hands.</summary>
    public long Generation(string group) => _generations.GetValueOrDefault(group);

    public PartitionView Find(TopicPartition name)
    {
        if (!_topics.TryGetValue(name.Topic, out var topic))
        {
            throw LogChecks.UnknownTopic(name.Topic);
        }

        return (uint)name.Partition < topic.Partitions.Length
            ? topic.Partitions[name.Partition]
            : throw LogChecks.UnknownPartition(name, topic.Partitions.Length);
    }

    /// <summary>Reads all again; on the writer thread, outside of a job's changes.</summary>
    public void Refresh(SqliteConnectionCore db)
    {
        var rows = db.Prepare("""
            SELECT p.id, p.number, p.earliest, p.next, p.appended_us, t.name, t.partitions, t.retention_us, t.compacted
            FROM partitions p JOIN topics t ON t.id = p.topic ORDER BY t.id, p.number
            """);
        List<PartitionView> topic = [];
        while (rows.Step())
        {
            var view = ViewOf(rows);
            view.SetBounds(rows.Long(2), rows.Long(3));
            (view.WriterEnd, view.WriterAppendedMicros) = (rows.Long(3), rows.Long(4));
            topic.Add(view);
            if (topic.Count == view.Spec.Partitions)
            {
                _topics.TryAdd(view.Spec.Name, new TopicView(view.Spec, [.. topic]));
                topic.Clear();
            }
        }

        rows.Reset();
        var groups = db.Prepare("SELECT name, generation FROM groups");
        while (groups.Step())
        {
            _generations[groups.Text(0)] = groups.Long(1);
        }

        groups.Reset();
    }

    /// <summary>Makes a committed batch visible.</summary>
    public void Publish(RecordBatch batch)
    {
        var view = Find(batch.Partition);
        if (tailCacheBytes > 0)
        {
            _tailBytes -= view.TailBytes;
            view.AddToTail(batch, _order++);
            _tailBytes += view.TailBytes;
            while (_tailBytes > tailCacheBytes)
            {
                _tailBytes -= _byId.Values.MinBy(v => v.OldestTailOrder)!.DropOldest();
            }
        }

        view.SetBounds(view.Earliest, batch.NextOffset);
    }

    /// <summary>Wakes all who wait.</summary>
    public void Signal()
    {
        var changed = Interlocked.Exchange(ref _changed, NewSignal());
        changed.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PartitionView ViewOf(SqliteStatement row)
    {
        var id = row.Long(0);
        if (!_byId.TryGetValue(id, out var view))
        {
            TimeSpan? retention = row.IsNull(7) ? null : TimeSpan.FromMicroseconds(row.Long(7));
            var spec = new TopicSpec(row.Text(5), (int)row.Long(6), retention, row.Long(8) != 0);
            _byId[id] = view = new PartitionView(id, new TopicPartition(spec.Name, (int)row.Long(1)), spec);
        }

        return view;
    }
}
