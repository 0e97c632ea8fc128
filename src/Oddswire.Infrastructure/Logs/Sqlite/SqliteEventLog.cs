using System.Collections.Concurrent;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Sqlite;

/// <summary>
/// The durable event log on one machine: a SQLite file a league, a batch of records a row. Several processes may use the same
/// folder at once. A topic lies in the file of the league that its name ends in; a commit stays within one league.
/// </summary>
/// <param name="options">Folder, durability, bounds.</param>
/// <param name="time">Stamps batches, measures waits and leases.</param>
public sealed class SqliteEventLog(SqliteLogOptions options, TimeProvider time) : IEventLog
{
    private readonly ConcurrentDictionary<League, Lazy<LeagueLog>> _leagues = new();
    private readonly SemaphoreSlim _maintenance = new(1, 1);

    /// <inheritdoc/>
    /// <exception cref="LogConfigurationException">A file is not a log, is of a newer version, or cannot be written.</exception>
    /// <exception cref="LogCorruptException">A file is damaged.</exception>
    public async ValueTask EnsureTopicsAsync(IReadOnlyList<TopicSpec> topics, CancellationToken ct)
    {
        foreach (var group in topics.GroupBy(topic => LeagueOf(topic.Name)))
        {
            var log = Of(group.Key);
            await log.Writer.RunAsync(writer => TopicTable.Ensure(writer, [.. group]));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PartitionBounds>> DescribeAsync(string topic, CancellationToken ct)
    {
        IReadOnlyList<PartitionBounds> bounds = Of(LeagueOf(topic)).Views.Topic(topic) is { } found
            ? [.. found.Partitions.Select(p => new PartitionBounds(p.Name, p.Earliest, p.End))]
            : [];
        return ValueTask.FromResult(bounds);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PartitionOffset>> CommittedAsync(WorkerSpec group, CancellationToken ct)
    {
        var log = Of(group.League);
        var positions = log.WithReader(reader => PositionRows.Read(reader.Connection, group.Group));
        IReadOnlyList<PartitionOffset> result =
        [
            .. log.Views.Topics.SelectMany(topic => topic.Partitions)
                .Where(view => positions.ContainsKey(view.Id))
                .Select(view => new PartitionOffset(view.Name, positions[view.Id]))
                .OrderBy(p => p.Partition.Topic, StringComparer.Ordinal).ThenBy(p => p.Partition.Partition),
        ];
        return ValueTask.FromResult(result);
    }

    /// <inheritdoc/>
    public ValueTask<ILogWorker> JoinAsync(WorkerSpec spec, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return SqliteLogWorker.JoinAsync(Of(spec.League), spec);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RecordBatch>> ReadAsync(PartitionOffset from, int maxRecords, TimeSpan maxWait, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRecords, 1);
        ct.ThrowIfCancellationRequested();
        var log = Of(LeagueOf(from.Partition.Topic));
        var view = log.Views.Find(from.Partition);
        var started = log.Now();
        List<RecordBatch> batches = [];
        while (true)
        {
            var changed = log.Views.Changed;
            log.Read(view, from.Offset, maxRecords, batches);
            if (batches.Count > 0 || !await log.WaitAsync(changed, started, maxWait, ct))
            {
                return batches;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<KeyValuePair<byte[], byte[]>>> ReadStateAsync(WorkerSpec group, int partition, CancellationToken ct) =>
        ValueTask.FromResult(Of(group.League).WithReader(reader =>
        {
            List<KeyValuePair<byte[], byte[]>> state = [];
            var rows = reader.Connection.Prepare("SELECT key, value, crc FROM state WHERE grp = ?1 AND partition = ?2 ORDER BY key")
                .Bind(1, group.Group).Bind(2, partition);
            try
            {
                while (rows.Step())
                {
                    var key = rows.Blob(0).ToArray();
                    state.Add(new(key, StateRow.Checked(group.Group, partition, key, rows.Blob(1), rows.Long(2))));
                }
            }
            finally
            {
                rows.Reset();
            }

            return (IReadOnlyList<KeyValuePair<byte[], byte[]>>)state;
        }));

    /// <inheritdoc/>
    public async ValueTask MaintainAsync(CancellationToken ct)
    {
        await _maintenance.WaitAsync(ct);
        try
        {
            foreach (var league in _leagues.Values)
            {
                await new LogMaintenance(league.Value, options, time).RunAsync(ct);
            }
        }
        finally
        {
            _maintenance.Release();
        }
    }

    /// <summary>Leaves all groups, finishes the waiting commits and closes the files.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (var league in _leagues.Values.Where(league => league.IsValueCreated))
        {
            league.Value.Dispose();
        }

        _leagues.Clear();
        _maintenance.Dispose();
        return ValueTask.CompletedTask;
    }

    private static League LeagueOf(string topic)
    {
        try
        {
            return Topics.LeagueOf(topic);
        }
        catch (ArgumentException e)
        {
            throw new LogConfigurationException(e.Message, e);
        }
    }

    private LeagueLog Of(League league)
    {
        var opened = _leagues.GetOrAdd(league, key => new Lazy<LeagueLog>(() => new LeagueLog(key, options, time)));
        try
        {
            return opened.Value;
        }
        catch
        {
            // Lazy remembers a failure; the next call shall try anew.
            _leagues.TryRemove(KeyValuePair.Create(league, opened));
            throw;
        }
    }
}
