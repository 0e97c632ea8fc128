using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Oddswire.Core.Telemetry;
using Oddswire.Infrastructure.Logs.Kafka;

namespace Oddswire.Host.Commands.Bench;

/// <summary>The work of <see cref="LogBench"/> by Confluent.Kafka alone, as its documentation shows it: the same bytes, transactions and positions, no platform.</summary>
internal sealed class BareClientBench(
    KafkaSettings settings, IReadOnlyList<(string Name, string Value)> headerValues, int records, int appendRecords, int commitRecords, int partitions)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private bool HasTokens => settings.Security.TokenSource is not null;

    /// <summary>A record's value: 300 bytes that compress as prices do.</summary>
    public static byte[] Value()
    {
        var value = new byte[300];
        var random = new Random(1);
        for (var i = 0; i < value.Length; i++)
        {
            value[i] = (byte)(i % 3 == 0 ? random.Next(256) : i);
        }

        return value;
    }

    public LogFigures Run(string engine, string input, string output)
    {
        var (from, to) = (settings.TopicPrefix + input, settings.TopicPrefix + output);
        using var producer = Producer();
        var clock = Clock.Start();
        Append(producer, from);
        var (appendSeconds, appendCpu, _) = clock.Stop();
        using var consumer = Consumer();
        consumer.Subscribe(from);
        var first = consumer.Consume(Limit);
        clock = Clock.Start();
        var commits = new LatencyHistogram();
        Hop(producer, consumer, first, to, commits);
        var (seconds, cpu, bytes) = clock.Stop();
        consumer.Close();
        return new LogFigures(
            engine,
            records,
            records / appendSeconds,
            appendCpu / records,
            records / seconds,
            cpu / records,
            bytes / records,
            commits.Quantile(0.5).TotalMilliseconds,
            commits.Quantile(0.99).TotalMilliseconds);
    }

    private void Append(IProducer<byte[], byte[]> producer, string topic)
    {
        var (key, value) = (Encoding.UTF8.GetBytes("nfl:2015091000"), Value());
        for (var i = 0; i < records; i++)
        {
            if (i % appendRecords == 0)
            {
                producer.BeginTransaction();
            }

            producer.Produce(new TopicPartition(topic, i / 16 % partitions), new Message<byte[], byte[]> { Key = key, Value = value, Headers = MakeHeaders() });
            if (i % appendRecords == appendRecords - 1 || i == records - 1)
            {
                producer.CommitTransaction(Limit);
            }
        }
    }

    private void Hop(IProducer<byte[], byte[]> producer, IConsumer<byte[], byte[]> consumer, ConsumeResult<byte[], byte[]>? result, string to, LatencyHistogram commits)
    {
        Dictionary<TopicPartition, Offset> positions = [];
        var (open, asked) = (0, Stopwatch.GetTimestamp());
        for (var hopped = 0; hopped < records; result = consumer.Consume(hopped < records ? TimeSpan.FromMilliseconds(10) : TimeSpan.Zero))
        {
            if (result is not null)
            {
                if (open++ == 0)
                {
                    producer.BeginTransaction();
                }

                producer.Produce(
                    new TopicPartition(to, result.Partition),
                    new Message<byte[], byte[]> { Key = result.Message.Key, Value = result.Message.Value, Headers = result.Message.Headers });
                positions[result.TopicPartition] = result.Offset + 1;
                hopped++;
            }

            if (open > 0 && (open == commitRecords || result is null || hopped == records))
            {
                producer.SendOffsetsToTransaction(positions.Select(pair => new TopicPartitionOffset(pair.Key, pair.Value)), consumer.ConsumerGroupMetadata, Limit);
                producer.CommitTransaction(Limit);
                commits.Record(Stopwatch.GetElapsedTime(asked));
                asked = Stopwatch.GetTimestamp();
                positions.Clear();
                open = 0;
            }
        }
    }

    private Headers MakeHeaders()
    {
        var headers = new Headers();
        foreach (var (name, value) in headerValues)
        {
            headers.Add(name, Encoding.UTF8.GetBytes(value));
        }

        return headers;
    }

    /// <summary>What the settings pass on to librdkafka, as the platform's clients take it.</summary>
    private void Override(ClientConfig config)
    {
        foreach (var (name, value) in settings.Overrides)
        {
            config.Set(name, value);
        }
    }

    private IProducer<byte[], byte[]> Producer()
    {
        var config = new ProducerConfig
        {
            BootstrapServers = settings.BootstrapServers,
            TransactionalId = $"{settings.TransactionalIdPrefix}.bench-{Guid.NewGuid():n}",
            EnableDeliveryReports = false,
            LingerMs = 1,
            CompressionType = CompressionType.Lz4,
            QueueBufferingMaxMessages = 500_000,
        };
        KafkaLogin.Apply(config, settings.Security);
        Override(config);
        var builder = new ProducerBuilder<byte[], byte[]>(config);
        var producer = (HasTokens ? builder.SetOAuthBearerTokenRefreshHandler((client, _) => KafkaLogin.Refresh(client, settings.Security)) : builder).Build();
        producer.InitTransactions(Limit);
        return producer;
    }

    private IConsumer<byte[], byte[]> Consumer()
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = settings.BootstrapServers,
            GroupId = $"{settings.GroupPrefix}bench-{Guid.NewGuid():n}",
            EnableAutoCommit = false,
            IsolationLevel = IsolationLevel.ReadCommitted,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            FetchWaitMaxMs = (int)settings.FetchMaxWait.TotalMilliseconds,
            SessionTimeoutMs = (int)settings.SessionTimeout.TotalMilliseconds,
            HeartbeatIntervalMs = 500,
        };
        KafkaLogin.Apply(config, settings.Security);
        Override(config);
        var builder = new ConsumerBuilder<byte[], byte[]>(config);
        return (HasTokens ? builder.SetOAuthBearerTokenRefreshHandler((client, _) => KafkaLogin.Refresh(client, settings.Security)) : builder).Build();
    }
}
