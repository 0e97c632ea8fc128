using System.Collections.Concurrent;
using Oddswire.Infrastructure.Logs.Kafka.Admin;

namespace Oddswire.Infrastructure.Logs.Kafka.Mock;

/// <summary>
/// Answers the requests about topics that librdkafka's mock cluster does not know: CreateTopics, DescribeConfigs and IncrementalAlterConfigs, with
/// the layouts of kafka.apache.org/protocol. The topics are the mock's; their settings are kept here and have no effect.
/// </summary>
/// <param name="cluster">Where topics are made.</param>
public sealed class MockTopics(MockCluster cluster)
{
    private const short CreateTopics = 19;
    private const short DescribeConfigs = 32;
    private const short IncrementalAlterConfigs = 44;
    private const short TopicAlreadyExists = 36;
    private const short InvalidReplicationFactor = 38;
    private const sbyte TopicResource = 2;
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, string>> _settings = new();

    /// <summary>The kinds of requests it answers.</summary>
    public static IReadOnlyList<AnsweredApi> Answers { get; } = [new(CreateTopics, 4), new(DescribeConfigs, 2), new(IncrementalAlterConfigs, 0)];

    /// <summary>A broker's own settings of a topic that says nothing else.</summary>
    private static IReadOnlyDictionary<string, string> Defaults { get; } = new Dictionary<string, string>
    {
        [TopicSettings.CleanupPolicy] = "delete",
        [TopicSettings.Retention] = "604800000",
        [TopicSettings.MinInsyncReplicas] = "1",
        [TopicSettings.MaxMessageBytes] = "1048588",
        [TopicSettings.TimestampType] = "CreateTime",
        [TopicSettings.UncleanElection] = "false",
        [TopicSettings.CompactionLag] = "0",
    };

    /// <summary>The cluster behind a gateway that answers these requests and nothing else.</summary>
    /// <param name="port">Port of the first broker, the others follow; 0 takes any free ones.</param>
    /// <exception cref="System.Net.Sockets.SocketException">A port is in use.</exception>
    public MockGateway Serve(int port = 0) => new(cluster, new MockGatewayOptions { Port = port, Answer = () => AnswerAsync, Answers = Answers });

    /// <summary>Makes a topic as a plan describes it.</summary>
    public void Create(PlannedTopic topic)
    {
        cluster.CreateTopic(topic.Name, topic.Partitions);
        _settings[topic.Name] = new ConcurrentDictionary<string, string>(topic.Settings ?? new Dictionary<string, string>());
    }

    /// <summary>Answers a request; null when it is of another kind.</summary>
    /// <exception cref="Core.Wire.WireFormatException">The request is cut off.</exception>
    public ValueTask<byte[]?> AnswerAsync(ProtocolRequest request) => new(request.ApiKey switch
    {
        CreateTopics => Create(request),
        DescribeConfigs => Describe(request),
        IncrementalAlterConfigs => Alter(request),
        _ => null,
    });

    private byte[] Create(ProtocolRequest request)
    {
        var reader = new ProtocolReader(request.Body.Span);
        var results = new List<(string Name, short Error)>();
        for (var left = reader.Int32(); left > 0; left--)
        {
            var (name, partitions, replication) = (reader.String()!, reader.Int32(), reader.Int16());
            for (var assignments = reader.Int32(); assignments > 0; assignments--)
            {
                reader.Int32();
                for (var brokers = reader.Int32(); brokers > 0; brokers--)
                {
                    reader.Int32();
                }
            }

            var settings = new Dictionary<string, string>();
            for (var configs = reader.Int32(); configs > 0; configs--)
            {
                settings[reader.String()!] = reader.String() ?? "";
            }

            results.Add((name, TryCreate(new PlannedTopic(name, partitions, replication, settings))));
        }

        var writer = new ProtocolWriter();
        if (request.Version >= 2)
        {
            writer.Int32(0);
        }

        writer.Int32(results.Count);
        foreach (var (name, error) in results)
        {
            writer.String(name).Int16(error);
            if (request.Version >= 1)
            {
                writer.String(error == InvalidReplicationFactor ? $"Replication factor larger than available brokers: {cluster.Brokers}." : null);
            }
        }

        return writer.ToArray();
    }

    private short TryCreate(PlannedTopic topic)
    {
        if (topic.Replication > cluster.Brokers)
        {
            return InvalidReplicationFactor;
        }

        if (!_settings.TryAdd(topic.Name, new ConcurrentDictionary<string, string>(topic.Settings!)))
        {
            return TopicAlreadyExists;
        }

        cluster.CreateTopic(topic.Name, topic.Partitions);
        return 0;
    }

    private byte[] Describe(ProtocolRequest request)
    {
        var reader = new ProtocolReader(request.Body.Span);
        var count = reader.Int32();
        var writer = new ProtocolWriter().Int32(0).Int32(count);
        for (var left = count; left > 0; left--)
        {
            var (_, name) = (reader.Int8(), reader.String()!);
            for (var names = reader.Int32(); names > 0; names--)
            {
                reader.String();
            }

            var own = _settings.TryGetValue(name, out var known) ? known : [];
            var all = Defaults.Keys.Union(own.Keys).Order(StringComparer.Ordinal).ToList();
            writer.Int16(0).String(null).Int8(TopicResource).String(name).Int32(all.Count);
            foreach (var setting in all)
            {
                var isOwn = own.TryGetValue(setting, out var value);
                writer.String(setting).String(isOwn ? value : Defaults[setting]).Int8(0);

                // Before version 1 whether it is a default; from then on where it is from (1 the topic, 5 the default).
                writer.Int8(request.Version == 0 ? (isOwn ? 0 : 1) : isOwn ? 1 : 5).Int8(0);
                if (request.Version >= 1)
                {
                    writer.Int32(0);
                }
            }
        }

        return writer.ToArray();
    }

    private byte[] Alter(ProtocolRequest request)
    {
        var reader = new ProtocolReader(request.Body.Span);
        var names = new List<string>();
        for (var left = reader.Int32(); left > 0; left--)
        {
            var (_, name) = (reader.Int8(), reader.String()!);
            var own = _settings.GetOrAdd(name, _ => []);
            for (var configs = reader.Int32(); configs > 0; configs--)
            {
                var (setting, operation, value) = (reader.String()!, reader.Int8(), reader.String());
                if (operation == 0 && value is not null)
                {
                    own[setting] = value;
                }
                else
                {
                    own.TryRemove(setting, out _);
                }
            }

            names.Add(name);
        }

        var writer = new ProtocolWriter().Int32(0).Int32(names.Count);
        names.ForEach(name => writer.Int16(0).String(null).Int8(TopicResource).String(name));
        return writer.ToArray();
    }
}
