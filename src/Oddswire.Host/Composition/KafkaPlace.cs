using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.Infrastructure.Logs.Kafka.Admin;

namespace Oddswire.Host.Composition;

/// <summary>The cluster that carries the log, and how the topics lie on it.</summary>
internal sealed record KafkaPlace
{
    public KafkaPlace(KafkaSettings connection, TopicLayout layout)
    {
        Layout = layout;
        Connection = connection with
        {
            TopicPrefix = layout.Prefix,
            GroupPrefix = layout.Prefix,
            TransactionalIdPrefix = layout.Prefix + "oddswire",
            ReplicationFactor = layout.Replication,
            MinInSyncReplicas = (short)layout.MinInsyncReplicas,
            MaxMessageBytes = layout.MaxMessageBytes,
        };
    }

    /// <summary>How to reach it.</summary>
    public KafkaSettings Connection { get; private init; }

    /// <summary>The same place with another patience of fetches that find nothing.</summary>
    public KafkaPlace With(TimeSpan fetchMaxWait) => this with { Connection = Connection with { FetchMaxWait = fetchMaxWait } };

    /// <summary>The topics.</summary>
    public TopicLayout Layout { get; }

    /// <summary>Whether what librdkafka's mock cluster repeats stays visible; leaving it out costs time, which a benchmark does not want to measure.</summary>
    public bool ShowsRepeats { get; init; }

    /// <summary>What to call it in messages.</summary>
    public string Name => Layout.Prefix.Length == 0 ? Connection.BootstrapServers : $"{Connection.BootstrapServers} (topics {Layout.Prefix}…)";

    /// <summary>
    /// The longest message of a feed: a record holds it together with what was read out of it, and a letter with the reason, so that half of what a topic
    /// takes is left for that.
    /// </summary>
    public int MaxFeedMessageBytes => Layout.MaxMessageBytes / 2;
}
