using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Infrastructure.Logs.Kafka.Admin;
using Oddswire.IntegrationTests.Chaos;
using Oddswire.Simulator;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>A vendor's NFL topic: what is on it, how it gets there, and reading what became of it.</summary>
internal static class VendorTopic
{
    public const string Topic = "vendor.nfl";
    private const int Partitions = 3;

    /// <summary>What the vendor has to send, three games side by side.</summary>
    public static Lazy<IReadOnlyList<FeedMessage>> Messages { get; } = new(() =>
        [.. new SimulatorSource(League.Nfl, new SlateOptions { Seed = 7, NflGames = 3, NbaGames = 0, MlbGames = 0, Rounds = 1 }).ReadFrom(0).Select(sourced => sourced.Message)]);

    public delegate T Reader<T>(ReadOnlySpan<byte> value);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static PlannedTopic Plan { get; } = new(Topic, Partitions, 1, null);

    public static void MakeTopic(KafkaRig vendor) => vendor.Topics!.Create(Plan);

    public static async Task SendAsync(KafkaRig vendor, IReadOnlyList<FeedMessage> messages) => await SendAsync(vendor, [.. messages.Select(Record)]);

    public static async Task SendAsync(KafkaRig vendor, IReadOnlyList<Message<byte[], byte[]>> records) =>
        await SendAsync(new ProducerConfig { BootstrapServers = vendor.Bootstrap }, records);

    /// <summary>Sends to a cluster that asks for more than its address.</summary>
    public static async Task SendAsync(ProducerConfig vendor, IReadOnlyList<Message<byte[], byte[]>> records)
    {
        using var producer = Producer(vendor);
        await Task.WhenAll(records.Select(record => producer.ProduceAsync(Topic, record)));
    }

    /// <summary>Sends a little at a time, and no more than so much ahead of what was taken: a reader that is slow to start does not find everything there.</summary>
    public static async Task SendSlowlyAsync(KafkaRig vendor, IReadOnlyList<FeedMessage> messages, int ahead, Func<int> taken)
    {
        using var producer = Producer(new ProducerConfig { BootstrapServers = vendor.Bootstrap });
        var sent = 0;
        foreach (var some in messages.Chunk(20))
        {
            await Machine.UntilAsync(() => sent - taken() < ahead, Machine.Patience, () => $"{sent} messages are sent and {taken()} taken");
            sent += some.Length;
            await Task.WhenAll(some.Select(message => producer.ProduceAsync(Topic, Record(message))));
            await Task.Delay(150, Ct);
        }
    }

    private static IProducer<byte[], byte[]> Producer(ProducerConfig vendor)
    {
        (vendor.EnableIdempotence, vendor.LingerMs) = (true, 1);
        return new ProducerBuilder<byte[], byte[]>(vendor).Build();
    }

    public static Message<byte[], byte[]> Record(FeedMessage message) => new()
    {
        Key = Encoding.UTF8.GetBytes(message.GameId.VendorId.ToString()),
        Value = message.Body.ToArray(),
        Headers = new Headers { { "seq", Encoding.UTF8.GetBytes(message.Sequence.ToString(CultureInfo.InvariantCulture)) } },
    };

    public static async Task<IReadOnlyList<T>> ReadAsync<T>(IEventLog log, string topic, Reader<T> read)
    {
        var all = new List<T>();
        foreach (var bounds in await log.DescribeAsync(topic, Ct))
        {
            for (var at = bounds.EarliestOffset; at < bounds.EndOffset;)
            {
                foreach (var batch in await log.ReadAsync(new PartitionOffset(bounds.Partition, at), 10_000, TimeSpan.Zero, Ct))
                {
                    foreach (var record in batch)
                    {
                        all.Add(read(record.Value.Span));
                    }

                    at = batch.NextOffset;
                }
            }
        }

        return all;
    }
}
