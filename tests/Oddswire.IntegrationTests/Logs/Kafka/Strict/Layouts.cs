using System.Buffers.Binary;
using Oddswire.Infrastructure.Logs.Kafka.Mock;

namespace Oddswire.IntegrationTests.Logs.Kafka.Strict;

/// <summary>What nearly every layout of Kafka's protocol has.</summary>
internal static class Layouts
{
    /// <summary>Reads what follows a partition's number.</summary>
    public delegate void PartitionReader(string topic, int partition, ref ProtocolReader rest);

    /// <summary>Goes through topics and their partitions.</summary>
    public static void EachPartition(ref ProtocolReader reader, PartitionReader read) => CopyPartitions(ref reader, new ProtocolWriter(), read);

    /// <summary>The same, and writes counts, topics and numbers again.</summary>
    public static void CopyPartitions(ref ProtocolReader reader, ProtocolWriter to, PartitionReader read)
    {
        var topics = reader.Int32();
        to.Int32(topics);
        for (; topics > 0; topics--)
        {
            var (topic, partitions) = (reader.String()!, reader.Int32());
            to.String(topic).Int32(partitions);
            for (; partitions > 0; partitions--)
            {
                var partition = reader.Int32();
                to.Int32(partition);
                read(topic, partition, ref reader);
            }
        }
    }

    public static long Int64(ref ProtocolReader reader) => ((long)reader.Int32() << 32) | (uint)reader.Int32();

    /// <summary>A batch of records begins with its first offset; behind come the distance to its last one and, further on, who has written it.</summary>
    public static (long First, long Last, long Producer) Batch(ReadOnlySpan<byte> batch)
    {
        var first = BinaryPrimitives.ReadInt64BigEndian(batch);
        return (first, first + BinaryPrimitives.ReadInt32BigEndian(batch[23..]), BinaryPrimitives.ReadInt64BigEndian(batch[43..]));
    }

    /// <summary>Puts a text in the place of one of the same length.</summary>
    public static byte[] Replace(byte[] bytes, ReadOnlySpan<byte> text, ReadOnlySpan<byte> with)
    {
        if (bytes.AsSpan().IndexOf(text) is var at and >= 0)
        {
            with.CopyTo(bytes.AsSpan(at));
        }

        return bytes;
    }

    /// <summary>Writes an answer's topics and partitions, with the same for each.</summary>
    public static ProtocolWriter Refuse(IEnumerable<(string Topic, int Partition)> partitions, ProtocolWriter writer, Action<ProtocolWriter> write)
    {
        var topics = partitions.GroupBy(partition => partition.Topic).ToList();
        writer.Int32(topics.Count);
        foreach (var topic in topics)
        {
            writer.String(topic.Key).Int32(topic.Count());
            foreach (var (_, partition) in topic)
            {
                write(writer.Int32(partition));
            }
        }

        return writer;
    }
}
