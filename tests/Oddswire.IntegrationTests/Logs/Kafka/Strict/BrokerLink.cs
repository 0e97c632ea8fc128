using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Oddswire.Infrastructure.Logs.Kafka.Mock;

namespace Oddswire.IntegrationTests.Logs.Kafka.Strict;

/// <summary>A connection of a front to the broker behind it: one request after the other.</summary>
internal sealed class BrokerLink(IPEndPoint broker) : IDisposable
{
    private TcpClient? _client;
    private int _correlation;

    /// <summary>The body of the answer.</summary>
    public byte[] Ask(ProtocolRequest request)
    {
        try
        {
            _client ??= new TcpClient(broker.Address.ToString(), broker.Port) { NoDelay = true };
            var stream = _client.GetStream();
            var frame = new ProtocolWriter().Int16(request.ApiKey).Int16(request.Version).Int32(++_correlation).String("front").Raw(request.Body.Span).ToArray();
            stream.Write([.. new ProtocolWriter().Int32(frame.Length).ToArray(), .. frame]);
            var size = new byte[4];
            stream.ReadExactly(size);
            var answer = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
            stream.ReadExactly(answer);
            return answer[4..];
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The broker is away: the next request begins anew.
            _client?.Dispose();
            _client = null;
            throw;
        }
    }

    public void Dispose() => _client?.Dispose();
}

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
