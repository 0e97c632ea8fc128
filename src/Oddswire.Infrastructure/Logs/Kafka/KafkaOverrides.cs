using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>Which settings of librdkafka may be set by name: tuning and connections, never what exactly-once processing stands on.</summary>
public static class KafkaOverrides
{
    /// <summary>The names, without a secret among them.</summary>
    public static IReadOnlySet<string> Allowed { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "batch.num.messages", "batch.size", "broker.address.family", "broker.address.ttl", "client.dns.lookup", "client.rack",
        "compression.level", "connections.max.idle.ms", "debug", "fetch.error.backoff.ms", "fetch.max.bytes", "fetch.message.max.bytes",
        "fetch.min.bytes", "fetch.queue.backoff.ms", "fetch.wait.max.ms", "heartbeat.interval.ms", "linger.ms", "log.connection.close",
        "log_level", "max.in.flight.requests.per.connection", "max.partition.fetch.bytes", "message.max.bytes", "metadata.max.age.ms",
        "metadata.recovery.strategy", "queue.buffering.max.kbytes", "queue.buffering.max.messages", "queued.max.messages.kbytes",
        "queued.min.messages", "receive.message.max.bytes", "reconnect.backoff.max.ms", "reconnect.backoff.ms", "retry.backoff.max.ms",
        "retry.backoff.ms", "session.timeout.ms", "socket.connection.setup.timeout.ms", "socket.keepalive.enable", "socket.nagle.disable",
        "socket.receive.buffer.bytes", "socket.send.buffer.bytes", "socket.timeout.ms", "ssl.cipher.suites", "ssl.crl.location",
        "ssl.curves.list", "ssl.engine.location", "ssl.providers", "ssl.sigalgs.list", "statistics.interval.ms", "sticky.partitioning.linger.ms",
        "topic.metadata.refresh.interval.ms", "transaction.timeout.ms",
    };

    /// <summary>Refuses what is not allowed.</summary>
    /// <exception cref="LogConfigurationException">A name is not among the allowed ones.</exception>
    public static void Check(IReadOnlyDictionary<string, string> overrides)
    {
        foreach (var name in overrides.Keys)
        {
            if (!Allowed.Contains(name))
            {
                throw new LogConfigurationException(
                    $"'{name}' may not be set for Kafka: it is unknown, has an option of its own, or exactly-once processing stands on it. Allowed: "
                    + $"{string.Join(", ", Allowed.Order(StringComparer.Ordinal))}.");
            }
        }
    }
}
