using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Infrastructure.Logs.Kafka;
using TopicPartition = Confluent.Kafka.TopicPartition;

namespace Oddswire.Infrastructure.Feeds.Kafka;

/// <summary>
/// A vendor's topic on a cluster outside as a feed: each partition is a shard whose cursor, the offset of the next record, is committed with the core log's own
/// transaction, so that every record is taken exactly once whatever happens here. The vendor's group takes no part in that; our offsets are committed
/// to it now and then, so that the vendor sees how far we are.
/// </summary>
/// <param name="options">The topic and the mapping.</param>
/// <param name="time">Paces and measures.</param>
/// <param name="logger">Told about faults; may be null.</param>
public sealed class KafkaFeed(KafkaFeedOptions options, TimeProvider time, ILogger? logger = null) : IFeedSource
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan CountPartitionsEvery = TimeSpan.FromMinutes(1);
    private readonly KafkaClients _clients = new(options.Cluster, logger);
    private readonly FeedRecordMapper _mapper = new(options);
    private readonly ConcurrentDictionary<int, long> _committed = new();
    private readonly Dictionary<int, long> _starts = [];
    private readonly FeedBacklog _backlog = new();
    private readonly Lock _reading = new();
    private IConsumer<byte[], byte[]>? _consumer;
    private long _lastShown;
    private long _lastCounted;
    private long _lastHeard;
    private volatile string? _awayBecause;

    /// <inheritdoc/>
    public string Identity { get; } = $"kafka/{options.Name}";

    /// <inheritdoc/>
    public League League => options.League;

    /// <inheritdoc/>
    public bool IsLive => true;

    /// <inheritdoc/>
    public FeedProgress? Progress
    {
        get
        {
            // Asked from outside, for whoever reads may be held up by a core log that takes nothing more.
            lock (_reading)
            {
                return _consumer is { } consumer ? Measure(consumer) : _awayBecause is { } why ? new FeedProgress(0, TimeSpan.Zero, why) : null;
            }
        }
    }

    /// <inheritdoc/>
    public void OnCommitted(int shard, long cursor)
    {
        _committed[shard] = cursor;
        _backlog.OnCommitted(shard, cursor);
    }

    /// <summary>Reads from the beginning until the process ends; for callers that have no cursors.</summary>
    public IEnumerable<SourcedMessage> ReadFrom(long cursor) => ReadFrom(new Dictionary<int, long>(), CancellationToken.None);

    /// <inheritdoc/>
    /// <exception cref="LogConfigurationException">The vendor's cluster refuses us, or has no such topic.</exception>
    /// <exception cref="LogCorruptException">The topic ends before a cursor: it was recreated.</exception>
    public IEnumerable<SourcedMessage> ReadFrom(IReadOnlyDictionary<int, long> cursors, CancellationToken stop)
    {
        if (Connect(stop) is not { } partitions)
        {
            yield break;
        }

        using var consumer = _clients.Feed(options.Group);
        Begin(consumer, partitions, cursors);
        try
        {
            _lastShown = _lastCounted = _lastHeard = time.GetTimestamp();
            while (!stop.IsCancellationRequested)
            {
                var result = Next(consumer);
                LookAround(consumer, partitions, result);
                if (result is { IsPartitionEOF: false })
                {
                    yield return _mapper.Map(result);
                }
            }

            ShowOffsets(consumer);
        }
        finally
        {
            lock (_reading)
            {
                _consumer = null;
            }
        }
    }

    private void Begin(IConsumer<byte[], byte[]> consumer, int partitions, IReadOnlyDictionary<int, long> cursors)
    {
        var places = Enumerable.Range(0, partitions).Select(partition => PlaceOf(partition, cursors.GetValueOrDefault(partition))).ToList();
        consumer.Assign(places);
        _backlog.Start(places.Select(place => KeyValuePair.Create(place.Partition.Value, place.Offset.Value)));
        lock (_reading)
        {
            _consumer = consumer;
        }
    }

    private TopicPartitionOffset PlaceOf(int partition, long cursor)
    {
        _starts[partition] = cursor;
        return new(options.Topic, partition, cursor > 0 ? new Offset(cursor) : options.FromEarliest ? Offset.Beginning : Offset.End);
    }

    /// <summary>Waits until the vendor's cluster says how many partitions there are; null when stopped meanwhile.</summary>
    private int? Connect(CancellationToken stop)
    {
        using var admin = _clients.Admin();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var partitions = CountPartitions(admin);
                _awayBecause = null;
                return partitions;
            }
            catch (LogUnavailableException e)
            {
                _awayBecause = e.Message;
                logger?.LogWarning("Feed {Name}: {Reason}", options.Name, e.Message);
                stop.WaitHandle.WaitOne(TimeSpan.FromSeconds(1));
            }
        }

        return null;
    }

    private int CountPartitions(IAdminClient admin)
    {
        try
        {
            var topic = admin.GetMetadata(options.Topic, options.Cluster.RequestTimeout).Topics[0];
            if (topic.Error.IsError && !KafkaErrors.IsFatal(topic.Error.Code, options.Cluster))
            {
                // Its brokers are choosing who leads it, for example.
                throw new KafkaException(topic.Error);
            }

            return topic.Error.IsError || topic.Partitions.Count == 0 ? throw Refused(topic.Error) : topic.Partitions.Count;
        }
        catch (KafkaException e)
        {
            var cause = _clients.LastError is { } last && KafkaErrors.IsFatal(last.Code, options.Cluster) ? last : e.Error;
            throw KafkaErrors.ToLogException(cause, $"tell about the vendor's topic '{options.Topic}'", options.Cluster, e);
        }
    }

    private LogConfigurationException Refused(Error error, Exception? inner = null) => new(
        $"The vendor's cluster at {options.Cluster.BootstrapServers} does not let us read the topic '{options.Topic}': {error.Reason.TrimEnd('.')}. "
        + $"Check feed.topic, and ask the vendor for Read on the topic and on the group '{options.Group}'.",
        inner);

    private ConsumeResult<byte[], byte[]>? Next(IConsumer<byte[], byte[]> consumer)
    {
        try
        {
            return consumer.Consume(Step);
        }
        catch (ConsumeException e) when (e.Error.Code is ErrorCode.OffsetOutOfRange or ErrorCode.Local_AutoOffsetReset)
        {
            GoOn(consumer, new TopicPartition(options.Topic, e.ConsumerRecord.Partition));
        }
        catch (ConsumeException e) when (e.Error.Code is ErrorCode.TopicAuthorizationFailed or ErrorCode.UnknownTopicOrPart or ErrorCode.GroupAuthorizationFailed)
        {
            throw Refused(e.Error, e);
        }
        catch (ConsumeException e) when (KafkaErrors.IsFatal(e.Error.Code, options.Cluster))
        {
            throw KafkaErrors.ToLogException(e.Error, $"give records of the vendor's topic '{options.Topic}'", options.Cluster, e);
        }
        catch (ConsumeException e)
        {
            logger?.LogWarning("Feed {Name}: {Reason}; trying on", options.Name, e.Error.Reason);
        }

        return null;
    }

    /// <summary>A cursor points where the topic has no record: retention went over it, or the topic is another one under the same name.</summary>
    private void GoOn(IConsumer<byte[], byte[]> consumer, TopicPartition partition)
    {
        var cursor = Math.Max(_starts[partition.Partition.Value], consumer.Position(partition).Value);
        if (BoundsOf(consumer, partition) is not { } bounds)
        {
            // Reading at the same place once more brings us here again.
            consumer.Seek(new TopicPartitionOffset(partition, cursor));
            return;
        }

        if (cursor > bounds.High.Value)
        {
            throw new LogCorruptException(
                $"The feed '{options.Name}' was read up to offset {cursor} of {partition}, but the vendor's topic ends at {bounds.High.Value}: it was made anew. "
                + "Give the feed another feed.name to read it from its beginning.");
        }

        logger?.LogError(
            "Feed {Name}: the vendor's retention has removed records of {Partition} before offset {Low} that were never read; going on there. Games show the gap where the vendor numbers its messages",
            options.Name, partition, bounds.Low.Value);
        consumer.Seek(new TopicPartitionOffset(partition, bounds.Low));
    }

    private WatermarkOffsets? BoundsOf(IConsumer<byte[], byte[]> consumer, TopicPartition partition)
    {
        try
        {
            return consumer.QueryWatermarkOffsets(partition, options.Cluster.RequestTimeout);
        }
        catch (KafkaException e) when (!KafkaErrors.IsLeaderless(e.Error.Code) && KafkaErrors.IsFatal(e.Error.Code, options.Cluster))
        {
            throw KafkaErrors.ToLogException(e.Error, $"say where the vendor's topic '{options.Topic}' begins", options.Cluster, e);
        }
        catch (KafkaException e)
        {
            logger?.LogWarning("Feed {Name}: where {Partition} begins is not told: {Reason}; trying on", options.Name, partition, e.Error.Reason);
            return null;
        }
    }

    private void Note(ConsumeResult<byte[], byte[]>? latest)
    {
        if (latest is { IsPartitionEOF: true })
        {
            _backlog.OnEnd(latest.Partition.Value, latest.Offset.Value);
        }
        else if (latest is not null)
        {
            _backlog.OnTaken(latest.Partition.Value, latest.Offset.Value, FeedRecordMapper.KnownMs(latest.Message.Timestamp.UnixTimestampMs));
        }
    }

    private void LookAround(IConsumer<byte[], byte[]> consumer, int partitions, ConsumeResult<byte[], byte[]>? latest)
    {
        Note(latest);
        AskWhenSilent(consumer, latest is not null);
        if (time.GetElapsedTime(_lastShown) > options.ShowOffsetsEvery)
        {
            _lastShown = time.GetTimestamp();
            ShowOffsets(consumer);
        }

        if (time.GetElapsedTime(_lastCounted) > CountPartitionsEvery)
        {
            _lastCounted = time.GetTimestamp();
            DemandSamePartitions(partitions);
        }
    }

    private FeedProgress Measure(IConsumer<byte[], byte[]> consumer)
    {
        var now = time.GetUtcNow();
        var (waiting, oldest) = _backlog.Measure(
            partition =>
            {
                // What the last fetch said; it asks nobody.
                var seen = consumer.GetWatermarkOffsets(new TopicPartition(options.Topic, partition));
                return (seen.Low.Value, seen.High.Value);
            },
            now.ToUnixTimeMilliseconds());
        var age = oldest == 0 ? TimeSpan.Zero : now - DateTimeOffset.FromUnixTimeMilliseconds(oldest);
        return new FeedProgress(waiting, age > TimeSpan.Zero ? age : TimeSpan.Zero, _awayBecause);
    }

    /// <summary>A vendor that sends nothing and one that cannot be reached look the same, unless one asks.</summary>
    private void AskWhenSilent(IConsumer<byte[], byte[]> consumer, bool hasSpoken)
    {
        if (hasSpoken)
        {
            (_lastHeard, _awayBecause) = (time.GetTimestamp(), null);
        }
        else if (time.GetElapsedTime(_lastHeard) > options.Cluster.RequestTimeout)
        {
            try
            {
                consumer.QueryWatermarkOffsets(new TopicPartition(options.Topic, 0), options.Cluster.RequestTimeout);
                _awayBecause = null;
            }
            catch (KafkaException e)
            {
                _awayBecause = $"the vendor's cluster at {options.Cluster.BootstrapServers} does not answer: {e.Error.Reason}";
                logger?.LogWarning("Feed {Name}: {Reason}", options.Name, _awayBecause);
            }

            _lastHeard = time.GetTimestamp();
        }
    }

    private void DemandSamePartitions(int partitions)
    {
        using var admin = _clients.Admin();
        try
        {
            if (CountPartitions(admin) is var now && now != partitions)
            {
                throw new LogConfigurationException($"The vendor's topic '{options.Topic}' has {now} partitions by now, {partitions} were there at the start: start again to read them all.");
            }
        }
        catch (LogUnavailableException e)
        {
            logger?.LogWarning("Feed {Name}: {Reason}", options.Name, e.Message);
        }
    }

    /// <summary>Best effort: nothing of ours stands on it.</summary>
    private void ShowOffsets(IConsumer<byte[], byte[]> consumer)
    {
        try
        {
            var offsets = _committed.Select(pair => new TopicPartitionOffset(options.Topic, pair.Key, pair.Value)).ToList();
            if (offsets.Count > 0)
            {
                consumer.Commit(offsets);
            }
        }
        catch (KafkaException e)
        {
            logger?.LogInformation("Feed {Name}: the vendor was not told how far we are: {Reason}", options.Name, e.Error.Reason);
        }
    }
}
