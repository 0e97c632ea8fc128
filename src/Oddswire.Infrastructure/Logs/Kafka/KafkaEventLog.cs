using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Oddswire.Core.Ports;
using TopicPartition = Oddswire.Core.Ports.TopicPartition;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>
/// The event log on a Kafka cluster (2.4 or newer). What holds where, and why, is in decision records 101 to 104. Offsets have holes where
/// transactions end.
/// </summary>
public sealed class KafkaEventLog : IEventLog
{
    private const int MaxFollowedBytes = 1 << 20;

    /// <summary>
    /// A state that was not read on for longer is read anew: brokers keep the mark of a deleted key for a day (delete.retention.ms) and then compact it away, and who was
    /// before the mark when it went would keep the key for ever.
    /// </summary>
    private static readonly TimeSpan FollowsFor = TimeSpan.FromHours(1);
    private readonly KafkaSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger? _logger;
    private readonly ILogger? _progress;
    private readonly KafkaNames _names;
    private readonly KafkaClients _clients;
    private readonly KafkaTopics _topics;
    private readonly ReaderPool _readers;
    private readonly ConcurrentDictionary<KafkaLogWorker, byte> _workers = new();
    private readonly ConcurrentDictionary<string, IConsumer<Ignore, Ignore>> _committedReaders = new();
    private readonly ConcurrentDictionary<string, Followed> _followed = new();
    private readonly ConcurrentDictionary<(string Group, int Partition), Followed> _followedStates = new();

    /// <summary>Questions that whoever asked may have stopped waiting for; the client that asks them must outlive them.</summary>
    private readonly ConcurrentDictionary<Task, byte> _asked = new();
    private readonly SemaphoreSlim _connecting = new(1);
    private KafkaContext? _context;

    /// <summary>A log; the cluster is asked only when something is done with it.</summary>
    /// <param name="settings">The cluster.</param>
    /// <param name="time">Measures waits; stamps records where the topic does not.</param>
    /// <param name="logger">Told about fences, and what the client reports; may be null.</param>
    /// <param name="progress">Told how far a longer restore of state is; the other one by default.</param>
    /// <exception cref="LogConfigurationException">The settings are refused.</exception>
    public KafkaEventLog(KafkaSettings settings, TimeProvider time, ILogger? logger = null, ILogger? progress = null)
    {
        (_settings, _time, _logger, _progress) = (settings, time, logger, progress ?? logger);
        _names = new KafkaNames(settings);
        _clients = new KafkaClients(settings, logger);
        _topics = new KafkaTopics(_clients, settings, _names, time);
        _readers = new ReaderPool(_clients, _names, settings, time);
    }

    /// <inheritdoc/>
    public bool IsGapless => false;

    /// <inheritdoc/>
    public bool MayRepeat => _context?.ShowsUncommitted == true;

    /// <inheritdoc/>
    /// <exception cref="LogConfigurationException">A topic exists with another number of partitions, or the broker forbids creating it.</exception>
    public async ValueTask EnsureTopicsAsync(IReadOnlyList<TopicSpec> topics, CancellationToken ct) => await _topics.EnsureAsync(topics, ct);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<PartitionBounds>> DescribeAsync(string topic, CancellationToken ct)
    {
        await ConnectAsync();
        var asked = _topics.BoundsAsync(topic);
        _asked[asked] = 0;
        _ = asked.ContinueWith(done => _asked.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return await asked.WaitAsync(ct);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<PartitionOffset>> CommittedAsync(WorkerSpec group, CancellationToken ct)
    {
        var found = new SortedDictionary<(string Topic, int Partition), long>();
        List<TopicPartition> elsewhere = [];
        var local = Workers(group).SelectMany(worker => worker.Owned()).ToHashSet();
        foreach (var topic in group.Inputs)
        {
            var partitions = await _topics.PartitionsAsync(topic);
            elsewhere.AddRange(Enumerable.Range(0, partitions).Where(p => !local.Contains(p)).Select(p => new TopicPartition(topic, p)));
        }

        foreach (var position in elsewhere.Count == 0 ? [] : await PositionsElsewhereAsync(group, elsewhere, ct))
        {
            found[(position.Partition.Topic, position.Partition.Partition)] = position.Offset;
        }

        foreach (var position in Workers(group).SelectMany(worker => worker.Positions()))
        {
            found[(position.Partition.Topic, position.Partition.Partition)] = position.Offset;
        }

        return [.. found.Select(pair => new PartitionOffset(new TopicPartition(pair.Key.Topic, pair.Key.Partition), pair.Value))];
    }

    /// <inheritdoc/>
    public async ValueTask<ILogWorker> JoinAsync(WorkerSpec spec, CancellationToken ct)
    {
        var context = await ConnectAsync();
        var counts = spec.Inputs.Count == 0 ? [] : await _topics.FindAsync(spec.Inputs);
        var partitions = LogChecks.PartitionsOf(spec, topic => counts[topic]);
        await _topics.EnsureAsync([new TopicSpec(Changelog.TopicOf(spec.Group), partitions, null, IsCompacted: true)], ct);
        var worker = new KafkaLogWorker(context, spec, partitions, left => _workers.TryRemove(left, out _));
        _workers[worker] = 0;
        if (spec.Inputs.Count == 0)
        {
            try
            {
                await worker.JoinedAsync(ct);
            }
            catch
            {
                await worker.DisposeAsync();
                throw;
            }
        }

        return worker;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RecordBatch>> ReadAsync(PartitionOffset from, int maxRecords, TimeSpan maxWait, CancellationToken ct)
    {
        var partitions = await _topics.PartitionsAsync(from.Partition.Topic);
        if (partitions == 0)
        {
            throw LogChecks.UnknownTopic(from.Partition.Topic);
        }

        if ((uint)from.Partition.Partition >= (uint)partitions)
        {
            throw LogChecks.UnknownPartition(from.Partition, partitions);
        }

        return await _readers.ReadAsync(from, maxRecords, maxWait, ct);
    }

    /// <inheritdoc/>
    public ILogReader OpenReader(IReadOnlyList<PartitionOffset> from, int maxRecords, TimeSpan idleWait) =>
        new KafkaLogReader(new NativeConsumer(_clients.Reader(), _names), from, maxRecords, idleWait, _settings, _time);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<KeyValuePair<byte[], byte[]>>> ReadStateAsync(WorkerSpec group, int partition, CancellationToken ct)
    {
        foreach (var worker in Workers(group))
        {
            if (worker.StateOf(partition) is { } state)
            {
                return state;
            }
        }

        return await FollowStateAsync(group, partition, ct);
    }

    /// <summary>
    /// A partition's state as its changelog says. What is small is kept and read on at the next question: who watches a group asks every few seconds, and
    /// a changelog that is not compacted yet may be long.
    /// </summary>
    private async Task<IReadOnlyList<KeyValuePair<byte[], byte[]>>> FollowStateAsync(WorkerSpec group, int partition, CancellationToken ct)
    {
        var followed = _followedStates.GetOrAdd((group.Group, partition), _ => new Followed());
        await followed.Turn.WaitAsync(ct);
        try
        {
            followed.States.Remove(partition, out var known);
            var asked = _time.GetTimestamp();
            if (known is not null && _time.GetElapsedTime(followed.ReadAt, asked) > FollowsFor)
            {
                known = null;
            }

            // A transaction's positions may be seen before its state: who asked for positions first must not get a state that is older.
            var restored = await FoldAsync(group, new() { [partition] = known ?? new PartitionState() }, LogEdge.EndWithOpen, ct);
            if (!restored.TryGetValue(partition, out var found))
            {
                return [];
            }

            var state = found.All();
            if (state.Sum(pair => pair.Key.Length + pair.Value.Length) <= MaxFollowedBytes)
            {
                (followed.States[partition], followed.ReadAt) = (found, asked);
            }

            return state;
        }
        finally
        {
            followed.Turn.Release();
        }
    }

    /// <summary>Does nothing: the brokers retain and compact.</summary>
    public ValueTask MaintainAsync(CancellationToken ct) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers.Keys)
        {
            await worker.DisposeAsync();
        }

        await _readers.DisposeAsync();
        foreach (var reader in _committedReaders.Values)
        {
            reader.Dispose();
        }

        await Task.WhenAll(_asked.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _topics.Dispose();
        _connecting.Dispose();
    }

    private IEnumerable<KafkaLogWorker> Workers(WorkerSpec group) => _workers.Keys.Where(worker => worker.Spec.Group == group.Group);

    /// <summary>
    /// Positions of partitions that no worker of this process owns: what the group has committed with its transactions, and where the broker does
    /// not know (offsets of a group expire; the mock cluster keeps none) what the changelog says.
    /// </summary>
    private async Task<List<PartitionOffset>> PositionsElsewhereAsync(WorkerSpec group, List<TopicPartition> partitions, CancellationToken ct)
    {
        List<PartitionOffset> found = [];
        try
        {
            var reader = _committedReaders.GetOrAdd(group.Group, name => _clients.Reader(group: _names.Group(name)));
            var asked = partitions.Select(p => new Confluent.Kafka.TopicPartition(_names.Topic(p.Topic), p.Partition)).ToList();
            var committed = await Task.Run(() => reader.Committed(asked, _settings.RequestTimeout), ct);
            found.AddRange(committed.Where(p => p.Offset.Value >= 0)
                .Select(p => new PartitionOffset(new TopicPartition(_names.FromKafka(p.Topic), p.Partition.Value), p.Offset.Value)));
        }
        catch (KafkaException e)
        {
            throw _topics.Explain(e, $"say what '{group.Group}' has committed");
        }

        var known = found.Select(position => position.Partition).ToHashSet();
        var unknown = partitions.Where(p => !known.Contains(p)).Select(p => p.Partition).Distinct().ToList();
        if (unknown.Count > 0)
        {
            foreach (var (partition, state) in await FollowAsync(group, unknown, ct))
            {
                found.AddRange(state.Positions.Select(pair => new PartitionOffset(new TopicPartition(pair.Key, partition), pair.Value))
                    .Where(position => !known.Contains(position.Partition)));
            }
        }

        return found;
    }

    /// <summary>Positions in the changelog, read on from where the last question ended.</summary>
    private async Task<Dictionary<int, PartitionState>> FollowAsync(WorkerSpec group, List<int> partitions, CancellationToken ct)
    {
        var followed = _followed.GetOrAdd(group.Group, _ => new Followed());
        await followed.Turn.WaitAsync(ct);
        try
        {
            partitions.ForEach(partition => followed.States.TryAdd(partition, new PartitionState(keepsValues: false)));
            var folded = await FoldAsync(group, partitions.ToDictionary(p => p, p => followed.States[p]), LogEdge.End, ct);
            folded.ToList().ForEach(pair => followed.States[pair.Key] = pair.Value);
            return folded;
        }
        finally
        {
            followed.Turn.Release();
        }
    }

    /// <summary>Folds what the changelog holds by now, up to an edge (what is open before it is waited for); gives the partitions that exist.</summary>
    private async Task<Dictionary<int, PartitionState>> FoldAsync(WorkerSpec group, Dictionary<int, PartitionState> states, LogEdge upTo, CancellationToken ct)
    {
        var topic = Changelog.TopicOf(group.Group);
        var count = await _topics.PartitionsAsync(topic);
        List<TopicPartition> existing = [.. states.Keys.Where(p => p < count).Select(p => new TopicPartition(topic, p))];
        if (existing.Count == 0)
        {
            return [];
        }

        var reader = (await ConnectAsync()).Changelog(_logger);
        await Task.Run(
            () =>
            {
                var ends = _topics.Offsets(existing, upTo).ToDictionary(pair => pair.Key.Partition, pair => pair.Value);
                foreach (var partition in ends.Where(pair => pair.Value < states[pair.Key].Next).Select(pair => pair.Key))
                {
                    // The topic was made anew.
                    states[partition] = states[partition].Anew();
                }

                reader.Read(topic, states, ends, ct.ThrowIfCancellationRequested);
            },
            ct);
        return existing.ToDictionary(p => p.Partition, p => states[p.Partition]);
    }

    private sealed class Followed
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public Dictionary<int, PartitionState> States { get; } = [];

        /// <summary>When reading on began last, where the values are kept.</summary>
        public long ReadAt { get; set; }
    }

    private async Task<KafkaContext> ConnectAsync()
    {
        if (_context is { } known)
        {
            return known;
        }

        await _connecting.WaitAsync();
        try
        {
            return _context ??= await AskAsync();
        }
        finally
        {
            _connecting.Release();
        }
    }

    private async Task<KafkaContext> AskAsync()
    {
        var cluster = await Task.Run(_topics.ClusterId);
        var isMock = cluster.StartsWith("mockCluster", StringComparison.Ordinal);
        if (isMock)
        {
            _logger?.LogWarning("Kafka ({Brokers}) is librdkafka's mock cluster: nothing is kept, and readers see aborted records", _settings.BootstrapServers);
        }

        return new KafkaContext(_settings, _clients, _names, _topics, _time, _logger, _progress, ShowsUncommitted: isMock);
    }
}
