using System.Collections.Concurrent;
using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Oddswire.Core.Ports;
using TopicPartition = Oddswire.Core.Ports.TopicPartition;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>The cluster's topics: which there are, where their partitions begin and end; makes missing ones, changes none.</summary>
internal sealed class KafkaTopics(KafkaClients clients, KafkaSettings settings, KafkaNames names, TimeProvider time) : IDisposable
{
    // Questions go by consumers, not by the admin client: in librdkafka 2.15.1 an admin request that times out can end the process.
    private readonly Lazy<IConsumer<Ignore, Ignore>> _committed = new(() => clients.Reader());
    private readonly Lazy<IConsumer<Ignore, Ignore>> _open = new(() => clients.Reader(IsolationLevel.ReadUncommitted));
    private readonly Lazy<IAdminClient> _admin = new(clients.Admin);
    private readonly ConcurrentDictionary<string, int> _partitions = new();

    /// <summary>Number of partitions of a topic; 0 when it does not exist.</summary>
    public async ValueTask<int> PartitionsAsync(string topic) =>
        _partitions.TryGetValue(topic, out var known) ? known : (await FindAsync([topic]))[topic];

    /// <summary>Number of partitions of each topic, as the cluster says now; 0 for those that do not exist.</summary>
    public Task<Dictionary<string, int>> FindAsync(IReadOnlyCollection<string> topics) => Task.Run(() => topics.Distinct().ToDictionary(topic => topic, Find));

    /// <summary>Looks every topic up anew when it is next needed: something may have been deleted.</summary>
    public void Forget() => _partitions.Clear();

    /// <summary>Makes the topics that do not exist and waits until the cluster knows them.</summary>
    public async Task EnsureAsync(IReadOnlyList<TopicSpec> specs, CancellationToken ct)
    {
        var existing = await FindAsync([.. specs.Select(spec => spec.Name)]);
        foreach (var spec in specs)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(spec.Partitions, 1);
            if (existing[spec.Name] is var partitions && partitions != 0 && partitions != spec.Partitions)
            {
                throw LogChecks.OtherPartitionCount(spec, partitions);
            }
        }

        List<TopicSpec> missing = [.. specs.Where(spec => existing[spec.Name] == 0)];
        if (missing.Count > 0)
        {
            await CreateAsync(missing);
            await WaitForAsync(missing, ct);
        }
    }

    /// <summary>First kept and next offset of every partition, counting what is committed; empty when the topic does not exist.</summary>
    public async Task<IReadOnlyList<PartitionBounds>> BoundsAsync(string topic)
    {
        var partitions = await PartitionsAsync(topic);
        if (partitions == 0)
        {
            return [];
        }

        TopicPartition[] all = [.. Enumerable.Range(0, partitions).Select(p => new TopicPartition(topic, p))];
        return await Task.Run(() =>
        {
            var (first, next) = (Offsets(all, LogEdge.First), Offsets(all, LogEdge.End));
            return (IReadOnlyList<PartitionBounds>)[.. all.Select(p => new PartitionBounds(p, first[p], next[p]))];
        });
    }

    /// <summary>An edge of each partition; blocks.</summary>
    public Dictionary<TopicPartition, long> Offsets(IReadOnlyCollection<TopicPartition> partitions, LogEdge edge)
    {
        if (partitions.Count == 0)
        {
            return [];
        }

        var client = (edge == LogEdge.EndWithOpen ? _open : _committed).Value;
        try
        {
            return Ask(client, partitions, edge);
        }
        catch (KafkaException e) when (KafkaErrors.IsLeaderless(e.Error.Code) || !KafkaErrors.IsFatal(e.Error.Code, settings))
        {
            // librdkafka keeps what it knew of a partition's leader when a broker went; asking for the topics makes it look again.
            Refresh(client, partitions.Select(p => p.Topic).Distinct());
        }

        try
        {
            return Ask(client, partitions, edge);
        }
        catch (TopicPartitionOffsetException e)
        {
            var failed = e.Results.First(result => result.Error.IsError);
            throw KafkaErrors.ToLogException(failed.Error, $"say where {failed.TopicPartition} ends", settings, e);
        }
        catch (KafkaException e) when (KafkaErrors.IsLeaderless(e.Error.Code))
        {
            // Not in the filter, which would take what Find throws for no.
            var counts = partitions.Select(p => p.Topic).Distinct().ToDictionary(topic => topic, Find);
            throw partitions.Any(p => p.Partition >= counts[p.Topic]) ? Explain(e, "say where partitions end") : new LogUnavailableException($"Kafka ({settings.BootstrapServers}) could not say where partitions of '{partitions.First().Topic}' end: no broker leads them now.", e);
        }
        catch (KafkaException e)
        {
            throw Explain(e, "say where partitions end");
        }
    }

    /// <summary>Refuses nothing: the cluster's id, as a first contact; blocks.</summary>
    public string ClusterId() => NativeHandles.ClusterId(_committed.Value.Handle, settings.RequestTimeout)
        ?? throw Explain(new KafkaException(new Error(ErrorCode.Local_Transport, "no broker answers")), "be reached");

    public void Dispose()
    {
        foreach (var made in new[] { _committed, _open }.Where(made => made.IsValueCreated))
        {
            made.Value.Dispose();
        }

        if (_admin.IsValueCreated)
        {
            _admin.Value.Dispose();
        }
    }

    /// <summary>Names a refused login where the call itself only says that it took too long.</summary>
    public LogException Explain(KafkaException e, string doing)
    {
        var cause = clients.LastError is { } last && KafkaErrors.IsFatal(last.Code, settings) ? last : e.Error;
        return KafkaErrors.ToLogException(cause, doing, settings, e);
    }

    private Dictionary<TopicPartition, long> Ask(IConsumer<Ignore, Ignore> client, IReadOnlyCollection<TopicPartition> partitions, LogEdge edge)
    {
        // Two timestamps have a meaning of their own in Kafka's protocol: -1 asks for the end, -2 for the beginning.
        var at = new Confluent.Kafka.Timestamp(edge == LogEdge.First ? -2 : -1, TimestampType.CreateTime);
        var asked = partitions.Select(p => new TopicPartitionTimestamp(names.Topic(p.Topic), p.Partition, at));
        return client.OffsetsForTimes(asked, settings.RequestTimeout)
            .ToDictionary(offset => new TopicPartition(names.FromKafka(offset.Topic), offset.Partition.Value), offset => offset.Offset.Value);
    }

    private void Refresh(IConsumer<Ignore, Ignore> client, IEnumerable<string> topics)
    {
        try
        {
            using var admin = new DependentAdminClientBuilder(client.Handle).Build();
            foreach (var topic in topics)
            {
                admin.GetMetadata(names.Topic(topic), settings.RequestTimeout);
            }
        }
        catch (KafkaException e)
        {
            throw Explain(e, "tell who leads its partitions");
        }
    }

    private int Find(string topic)
    {
        try
        {
            using var client = new DependentAdminClientBuilder(_committed.Value.Handle).Build();
            var found = client.GetMetadata(names.Topic(topic), settings.RequestTimeout).Topics.SingleOrDefault();
            if (found is null || found.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic)
            {
                return 0;
            }

            if (found.Error.IsError)
            {
                throw KafkaErrors.ToLogException(found.Error, $"describe the topic '{names.Topic(topic)}'", settings);
            }

            return _partitions[topic] = found.Partitions.Count;
        }
        catch (KafkaException e)
        {
            throw Explain(e, $"describe the topic '{names.Topic(topic)}'");
        }
    }

    private async Task CreateAsync(List<TopicSpec> missing)
    {
        if (MockCluster.Find(settings.BootstrapServers) is { } mock)
        {
            missing.ForEach(spec => mock.CreateTopic(names.Topic(spec.Name), spec.Partitions));
            return;
        }

        try
        {
            await _admin.Value.CreateTopicsAsync(missing.Select(Specify), new CreateTopicsOptions { RequestTimeout = settings.RequestTimeout, OperationTimeout = settings.RequestTimeout });
        }
        catch (CreateTopicsException e)
        {
            foreach (var result in e.Results.Where(result => result.Error.IsError && result.Error.Code != ErrorCode.TopicAlreadyExists))
            {
                throw KafkaErrors.ToLogException(result.Error, $"create the topic '{result.Topic}'", settings, e);
            }
        }
        catch (KafkaException e)
        {
            throw Explain(e, $"create the topic '{names.Topic(missing[0].Name)}'");
        }
    }

    private TopicSpecification Specify(TopicSpec spec) => new()
    {
        Name = names.Topic(spec.Name),
        NumPartitions = spec.Partitions,
        ReplicationFactor = settings.ReplicationFactor,
        Configs = Configs(spec),
    };

    private Dictionary<string, string> Configs(TopicSpec spec)
    {
        var configs = new Dictionary<string, string>
        {
            ["min.insync.replicas"] = settings.MinInSyncReplicas.ToString(CultureInfo.InvariantCulture),
            ["max.message.bytes"] = settings.MaxMessageBytes.ToString(CultureInfo.InvariantCulture),
            ["message.timestamp.type"] = "LogAppendTime",
            ["cleanup.policy"] = spec.IsCompacted ? "compact" : "delete",
            ["unclean.leader.election.enable"] = "false",
        };
        if (spec.IsCompacted)
        {
            // A claim that a newer one has replaced must still be there when the newer owner reads the changelog.
            configs["min.compaction.lag.ms"] = "600000";
        }
        else
        {
            configs["retention.ms"] = spec.Retention is { } kept ? ((long)kept.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) : "-1";
        }

        return configs;
    }

    private async Task WaitForAsync(List<TopicSpec> made, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var found = await FindAsync([.. made.Select(spec => spec.Name)]);
            if (made.TrueForAll(spec => found[spec.Name] > 0))
            {
                return;
            }

            if (time.GetElapsedTime(started) > settings.RequestTimeout)
            {
                throw new LogUnavailableException($"Kafka ({settings.BootstrapServers}) does not show the topic '{made[0].Name}' that was just created.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), time, ct);
        }
    }
}

/// <summary>An edge of a partition.</summary>
internal enum LogEdge
{
    /// <summary>The first record that is kept.</summary>
    First,

    /// <summary>Behind the last record before any open transaction.</summary>
    End,

    /// <summary>Behind everything, open transactions included.</summary>
    EndWithOpen,
}
