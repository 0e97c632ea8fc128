using System.Collections.Concurrent;
using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Oddswire.Core.Ports;
using TopicPartition = Oddswire.Core.Ports.TopicPartition;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>The cluster's topics: which there are, where their partitions begin and end; makes missing ones, changes none.</summary>
internal sealed class KafkaTopics(IAdminClient admin, KafkaClients clients, KafkaSettings settings, KafkaNames names, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, int> _partitions = new();

    /// <summary>Number of partitions of a topic; 0 when it does not exist.</summary>
    public async ValueTask<int> PartitionsAsync(string topic) =>
        _partitions.TryGetValue(topic, out var known) ? known : (await FindAsync([topic]))[topic];

    /// <summary>Number of partitions of each topic, as the cluster says now; 0 for those that do not exist.</summary>
    public async Task<Dictionary<string, int>> FindAsync(IReadOnlyCollection<string> topics)
    {
        List<TopicDescription> described;
        try
        {
            var options = new DescribeTopicsOptions { RequestTimeout = settings.RequestTimeout };
            described = (await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames(topics.Select(names.Topic)), options)).TopicDescriptions;
        }
        catch (DescribeTopicsException e)
        {
            described = e.Results.TopicDescriptions;
        }
        catch (KafkaException e)
        {
            throw Explain(e, "describe topics");
        }

        Dictionary<string, int> found = [];
        foreach (var topic in described)
        {
            if (topic.Error.IsError && topic.Error.Code is not (ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic))
            {
                throw KafkaErrors.ToLogException(topic.Error, $"describe the topic '{topic.Name}'", settings);
            }

            var name = names.FromKafka(topic.Name);
            found[name] = topic.Error.IsError ? 0 : topic.Partitions.Count;
            if (found[name] > 0)
            {
                _partitions[name] = found[name];
            }
        }

        return found;
    }

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
        var earliest = OffsetsAsync(all, OffsetSpec.Earliest(), IsolationLevel.ReadCommitted);
        var end = OffsetsAsync(all, OffsetSpec.Latest(), IsolationLevel.ReadCommitted);
        var (first, next) = (await earliest, await end);
        return [.. all.Select(p => new PartitionBounds(p, first[p], next[p]))];
    }

    /// <summary>An offset of each partition.</summary>
    public async Task<Dictionary<TopicPartition, long>> OffsetsAsync(IReadOnlyCollection<TopicPartition> partitions, OffsetSpec which, IsolationLevel isolation)
    {
        try
        {
            var specs = partitions.Select(p => new TopicPartitionOffsetSpec
            {
                TopicPartition = new(names.Topic(p.Topic), p.Partition),
                OffsetSpec = which,
            });
            var options = new ListOffsetsOptions { IsolationLevel = isolation, RequestTimeout = settings.RequestTimeout };
            var listed = await admin.ListOffsetsAsync(specs, options);
            return listed.ResultInfos.ToDictionary(
                info => new TopicPartition(names.FromKafka(info.TopicPartitionOffsetError.Topic), info.TopicPartitionOffsetError.Partition.Value),
                info => info.TopicPartitionOffsetError.Offset.Value);
        }
        catch (ListOffsetsException e)
        {
            var failed = e.Result.ResultInfos.First(info => info.TopicPartitionOffsetError.Error.IsError).TopicPartitionOffsetError;
            throw KafkaErrors.ToLogException(failed.Error, $"say where {failed.TopicPartition} ends", settings, e);
        }
        catch (KafkaException e)
        {
            throw Explain(e, "say where partitions end");
        }
    }

    /// <summary>Names a refused login where the call itself only says that it took too long.</summary>
    public LogException Explain(KafkaException e, string doing)
    {
        var cause = clients.LastError is { } last && KafkaErrors.IsFatal(last.Code, settings) ? last : e.Error;
        return KafkaErrors.ToLogException(cause, doing, settings, e);
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
            await admin.CreateTopicsAsync(missing.Select(Specify), new CreateTopicsOptions { RequestTimeout = settings.RequestTimeout, OperationTimeout = settings.RequestTimeout });
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
