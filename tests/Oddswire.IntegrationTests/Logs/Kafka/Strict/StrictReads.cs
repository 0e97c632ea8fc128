using Oddswire.Infrastructure.Logs.Kafka.Mock;

namespace Oddswire.IntegrationTests.Logs.Kafka.Strict;

/// <summary>What readers are shown: records up to the first open transaction, with word of the aborted ones among them, and the offsets that transactions committed.</summary>
internal sealed class StrictReads(BrokerLinks mock, TransactionBook book)
{
    /// <summary>The mock answers at once where it has records that are hidden; a broker would let the client wait.</summary>
    private static readonly TimeSpan HiddenWait = TimeSpan.FromMilliseconds(5);

    public async Task<byte[]> FetchAsync(ProtocolRequest request)
    {
        var answer = await mock.AskAsync(request);
        var from = FetchedFrom(request);
        if (from is null)
        {
            return answer;
        }

        var (shown, given, hidden) = Show(answer, from);
        if (hidden > 0 && given == 0)
        {
            await Task.Delay(HiddenWait);
        }

        return shown;
    }

    /// <summary>From where on each partition is read; null for who wants to see everything.</summary>
    private static Dictionary<(string Topic, int Partition), long>? FetchedFrom(ProtocolRequest request)
    {
        var asked = new ProtocolReader(request.Body.Span);
        (_, _, _, _) = (asked.Int32(), asked.Int32(), asked.Int32(), asked.Int32());
        if (asked.Int8() == 0)
        {
            return null;
        }

        (_, _) = (asked.Int32(), asked.Int32());
        Dictionary<(string Topic, int Partition), long> from = [];
        Layouts.EachPartition(ref asked, (string topic, int partition, ref ProtocolReader rest) =>
        {
            rest.Int32();
            from[(topic, partition)] = Layouts.Int64(ref rest);
            (_, _) = (Layouts.Int64(ref rest), rest.Int32());
        });
        return from;
    }

    private (byte[] Shown, int Given, int Hidden) Show(byte[] fetched, Dictionary<(string Topic, int Partition), long> from)
    {
        var answer = new ProtocolReader(fetched);
        var writer = new ProtocolWriter().Int32(answer.Int32()).Int16(answer.Int16()).Int32(answer.Int32());
        var (given, hidden) = (0, 0);
        Layouts.CopyPartitions(ref answer, writer, (string topic, int partition, ref ProtocolReader rest) =>
        {
            var (error, end, _, first) = (rest.Int16(), Layouts.Int64(ref rest), Layouts.Int64(ref rest), Layouts.Int64(ref rest));
            (_, _) = (rest.Int32(), rest.Int32());
            var records = rest.Bytes();
            var (stable, aborted) = book.View(topic, partition, from[(topic, partition)], end);
            if (records.Length > 0 && Layouts.Batch(records).First >= stable)
            {
                (records, hidden) = ([], hidden + 1);
            }

            given += records.Length;
            writer.Int16(error).Int64(end).Int64(stable).Int64(first).Int32(aborted.Count);
            aborted.ForEach(one => writer.Int64(one.Producer).Int64(one.First));
            writer.Int32(-1).Bytes(records);
        });
        return (writer.ToArray(), given, hidden);
    }

    public async Task<byte[]> ListOffsetsAsync(ProtocolRequest request) => ShowOffsets(request, await mock.AskAsync(request));

    private byte[] ShowOffsets(ProtocolRequest request, byte[] listed)
    {
        var version = request.Version;
        var asked = new ProtocolReader(request.Body.Span);
        var isCommittedOnly = (asked.Int32(), asked.Int8()).Item2 == 1;
        HashSet<(string Topic, int Partition)> latest = [];
        Layouts.EachPartition(ref asked, (string topic, int partition, ref ProtocolReader rest) =>
        {
            _ = version >= 4 ? rest.Int32() : 0;
            if (Layouts.Int64(ref rest) == -1 && isCommittedOnly)
            {
                latest.Add((topic, partition));
            }
        });
        var answer = new ProtocolReader(listed);
        var writer = new ProtocolWriter().Int32(answer.Int32());
        Layouts.CopyPartitions(ref answer, writer, (string topic, int partition, ref ProtocolReader rest) =>
        {
            writer.Int16(rest.Int16()).Int64(Layouts.Int64(ref rest));
            var offset = Layouts.Int64(ref rest);
            writer.Int64(latest.Contains((topic, partition)) ? book.View(topic, partition, offset, offset).Stable : offset);
            if (version >= 4)
            {
                writer.Int32(rest.Int32());
            }
        });
        return writer.ToArray();
    }

    public async Task<byte[]> OffsetFetchAsync(ProtocolRequest request) => ShowCommitted(request, await mock.AskAsync(request));

    private byte[] ShowCommitted(ProtocolRequest request, byte[] fetched)
    {
        var version = request.Version;
        var group = new ProtocolReader(request.Body.Span).String()!;
        var answer = new ProtocolReader(fetched);
        var writer = new ProtocolWriter();
        if (version >= 3)
        {
            writer.Int32(answer.Int32());
        }

        Layouts.CopyPartitions(ref answer, writer, (string topic, int partition, ref ProtocolReader rest) =>
        {
            var offset = Layouts.Int64(ref rest);
            writer.Int64(book.OffsetOf(group, topic, partition) ?? offset);
            if (version >= 5)
            {
                writer.Int32(rest.Int32());
            }

            writer.String(rest.String()).Int16(rest.Int16());
        });
        return (version >= 2 ? writer.Int16(answer.Int16()) : writer).ToArray();
    }
}
