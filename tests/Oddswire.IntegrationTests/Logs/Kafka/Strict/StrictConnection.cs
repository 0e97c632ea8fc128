using System.Buffers.Binary;
using System.Net;
using Oddswire.Infrastructure.Logs.Kafka.Mock;

namespace Oddswire.IntegrationTests.Logs.Kafka.Strict;

/// <summary>One connection of a client: requests about transactions, and those whose answers transactions decide, are answered here, with the mock's help.</summary>
internal sealed class StrictConnection(IPEndPoint broker, TransactionBook book, Func<ProtocolRequest, byte[]?> others) : IDisposable
{
    private const short Produce = 0, Fetch = 1, ListOffsets = 2, Metadata = 3, OffsetFetch = 9, InitProducerId = 22, AddPartitions = 24, AddOffsets = 25, EndTransaction = 26, CommitOffsets = 28;
    private const short InvalidProducerEpoch = 47;
    private readonly BrokerLink _link = new(broker);

    /// <summary>The kinds it answers, in versions that brokers of Kafka 2.4 know and that have plain layouts.</summary>
    public static IReadOnlyList<AnsweredApi> Answers { get; } =
    [
        new(Produce, 7), new(Fetch, 11), new(ListOffsets, 5), new(Metadata, 8), new(OffsetFetch, 5), new(InitProducerId, 1), new(AddPartitions, 1), new(AddOffsets, 1),
        new(EndTransaction, 1), new(CommitOffsets, 2),
    ];

    public byte[]? Answer(ProtocolRequest request)
    {
        switch (request.ApiKey)
        {
            case Fetch:
                return OnFetch(request);
            case Metadata:
                // What the platform does for the mock's sake it must not do here.
                return Layouts.Replace(Ask(request), "mockCluster"u8, "testCluster"u8);
            case Produce or ListOffsets or OffsetFetch or InitProducerId or AddPartitions or AddOffsets or EndTransaction or CommitOffsets:
                lock (book.Lock)
                {
                    AbortOverdue();
                    return AnswerLocked(request);
                }

            default:
                return others(request);
        }
    }

    public void Dispose() => _link.Dispose();

    private byte[] Ask(ProtocolRequest request) => _link.Ask(request);

    private byte[] AnswerLocked(ProtocolRequest request) => request.ApiKey switch
    {
        Produce => OnProduce(request),
        ListOffsets => OnListOffsets(request),
        OffsetFetch => OnOffsetFetch(request),
        InitProducerId => OnInitProducerId(request),
        AddPartitions => OnAddPartitions(request),
        AddOffsets => OnAddOffsets(request),
        EndTransaction => OnEndTransaction(request),
        _ => OnCommitOffsets(request),
    };

    private byte[] OnProduce(ProtocolRequest request)
    {
        var reader = new ProtocolReader(request.Body.Span);
        var isTransactional = reader.String() is not null;
        (_, _) = (reader.Int16(), reader.Int32());
        Dictionary<(string Topic, int Partition), long> producers = [];
        Layouts.EachPartition(ref reader, (string topic, int partition, ref ProtocolReader rest) => producers[(topic, partition)] = BinaryPrimitives.ReadInt64BigEndian(rest.Bytes().AsSpan(43)));
        if (isTransactional && producers.Values.Any(book.IsFenced))
        {
            return Layouts.Refuse(producers.Keys, new ProtocolWriter(), writer => writer.Int16(InvalidProducerEpoch).Int64(-1).Int64(-1).Int64(-1)).Int32(0).ToArray();
        }

        if (isTransactional)
        {
            // Before it is written: the answer may be lost, and what was written is open all the same.
            foreach (var ((topic, partition), producer) in producers.Where(pair => !book.IsOpen(pair.Key.Topic, pair.Key.Partition, pair.Value)))
            {
                book.OnWriting(topic, partition, producer, EndOf(topic, partition));
            }
        }

        return Ask(request);
    }

    private byte[] OnFetch(ProtocolRequest request)
    {
        var asked = new ProtocolReader(request.Body.Span);
        (_, _, _, _) = (asked.Int32(), asked.Int32(), asked.Int32(), asked.Int32());
        if (asked.Int8() == 0)
        {
            return Ask(request);
        }

        (_, _) = (asked.Int32(), asked.Int32());
        Dictionary<(string Topic, int Partition), long> from = [];
        Layouts.EachPartition(ref asked, (string topic, int partition, ref ProtocolReader rest) =>
        {
            rest.Int32();
            from[(topic, partition)] = Layouts.Int64(ref rest);
            (_, _) = (Layouts.Int64(ref rest), rest.Int32());
        });
        var answer = new ProtocolReader(Ask(request));
        var writer = new ProtocolWriter().Int32(answer.Int32()).Int16(answer.Int16()).Int32(answer.Int32());
        var (given, hidden) = (0, 0);
        lock (book.Lock)
        {
            // Where nothing but fetches comes, they are what notices.
            AbortOverdue();
            Layouts.CopyPartitions(ref answer, writer, (string topic, int partition, ref ProtocolReader rest) =>
            {
                var (error, end, _, first) = (rest.Int16(), Layouts.Int64(ref rest), Layouts.Int64(ref rest), Layouts.Int64(ref rest));
                (_, _) = (rest.Int32(), rest.Int32());
                var records = rest.Bytes();
                var stable = book.LastStable(topic, partition, end);
                if (records.Length > 0 && BinaryPrimitives.ReadInt64BigEndian(records) >= stable)
                {
                    (records, hidden) = ([], hidden + 1);
                }

                given += records.Length;
                var aborted = book.Aborted(topic, partition, from[(topic, partition)]);
                writer.Int16(error).Int64(end).Int64(stable).Int64(first).Int32(aborted.Count);
                aborted.ForEach(one => writer.Int64(one.Producer).Int64(one.First));
                writer.Int32(-1).Bytes(records);
            });
            if (hidden > 0 && given == 0)
            {
                // The mock answers at once, for it has records; a broker would let the client wait.
                Monitor.Wait(book.Lock, TimeSpan.FromMilliseconds(5));
            }
        }

        return writer.ToArray();
    }

    private byte[] OnListOffsets(ProtocolRequest request)
    {
        var asked = new ProtocolReader(request.Body.Span);
        var version = request.Version;
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
        var answer = new ProtocolReader(Ask(request));
        var writer = new ProtocolWriter().Int32(answer.Int32());
        Layouts.CopyPartitions(ref answer, writer, (string topic, int partition, ref ProtocolReader rest) =>
        {
            writer.Int16(rest.Int16()).Int64(Layouts.Int64(ref rest));
            var offset = Layouts.Int64(ref rest);
            writer.Int64(latest.Contains((topic, partition)) ? book.LastStable(topic, partition, offset) : offset);
            if (version >= 4)
            {
                writer.Int32(rest.Int32());
            }
        });
        return writer.ToArray();
    }

    private byte[] OnOffsetFetch(ProtocolRequest request)
    {
        var version = request.Version;
        var group = new ProtocolReader(request.Body.Span).String()!;
        var answer = new ProtocolReader(Ask(request));
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

    private byte[] OnInitProducerId(ProtocolRequest request)
    {
        var asked = new ProtocolReader(request.Body.Span);
        var (id, timeout) = (asked.String(), TimeSpan.FromMilliseconds(asked.Int32()));
        if (id is not null && book.ProducerOf(id) is { } former && !book.IsFenced(former))
        {
            // A broker aborts what the former producer of the id has open before it answers.
            AbortFor(id, former);
        }

        var answer = Ask(request);
        var result = new ProtocolReader(answer);
        result.Int32();
        if (result.Int16() == 0 && id is not null)
        {
            book.OnProducer(id, Layouts.Int64(ref result), timeout);
        }

        return answer;
    }

    private void AbortOverdue() => book.Overdue().ForEach(overdue => AbortFor(overdue.TransactionalId, overdue.Producer));

    /// <summary>Aborts what a producer has open and refuses it from now on, whatever the mock says: errors that a test injects, and restarts, pass within the time that it is asked.</summary>
    private void AbortFor(string id, long producer)
    {
        var request = new ProtocolRequest(EndTransaction, 1, new ProtocolWriter().String(id).Int64(producer).Int16(0).Int8(0).ToArray());
        for (var left = 40; left > 0 && !IsDone(request); left--)
        {
            Task.Delay(50).GetAwaiter().GetResult();
        }

        book.Abort(producer);
        Monitor.PulseAll(book.Lock);
    }

    private bool IsDone(ProtocolRequest request)
    {
        try
        {
            return BinaryPrimitives.ReadInt16BigEndian(Ask(request).AsSpan(4)) == 0;
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private byte[] OnAddPartitions(ProtocolRequest request)
    {
        var reader = new ProtocolReader(request.Body.Span);
        reader.String();
        if (!IsRefused(ref reader))
        {
            return Ask(request);
        }

        List<(string Topic, int Partition)> partitions = [];
        Layouts.EachPartition(ref reader, (string topic, int partition, ref ProtocolReader _) => partitions.Add((topic, partition)));
        return Layouts.Refuse(partitions, new ProtocolWriter().Int32(0), writer => writer.Int16(InvalidProducerEpoch)).ToArray();
    }

    private byte[] OnAddOffsets(ProtocolRequest request)
    {
        var reader = new ProtocolReader(request.Body.Span);
        reader.String();
        return IsRefused(ref reader) ? new ProtocolWriter().Int32(0).Int16(InvalidProducerEpoch).ToArray() : Ask(request);
    }

    private byte[] OnEndTransaction(ProtocolRequest request)
    {
        var reader = new ProtocolReader(request.Body.Span);
        reader.String();
        var rest = reader;
        var producer = Layouts.Int64(ref rest);
        rest.Int16();
        return IsRefused(ref reader) ? new ProtocolWriter().Int32(0).Int16(InvalidProducerEpoch).ToArray() : End(request, producer, rest.Int8() != 0);
    }

    private byte[] OnCommitOffsets(ProtocolRequest request)
    {
        var reader = new ProtocolReader(request.Body.Span);
        var (_, group) = (reader.String(), reader.String()!);
        var peek = reader;
        var producer = Layouts.Int64(ref peek);
        var isRefused = IsRefused(ref reader);
        var version = request.Version;
        List<(string Topic, int Partition, long Offset)> offsets = [];
        Layouts.EachPartition(ref reader, (string topic, int partition, ref ProtocolReader rest) =>
        {
            offsets.Add((topic, partition, Layouts.Int64(ref rest)));
            _ = version >= 2 ? rest.Int32() : 0;
            rest.String();
        });
        if (isRefused)
        {
            return Layouts.Refuse(offsets.Select(offset => (offset.Topic, offset.Partition)), new ProtocolWriter().Int32(0), writer => writer.Int16(InvalidProducerEpoch)).ToArray();
        }

        offsets.ForEach(offset => book.OnOffset(producer, group, offset.Topic, offset.Partition, offset.Offset));
        return Ask(request);
    }

    private byte[] End(ProtocolRequest request, long producer, bool isCommitted)
    {
        var answer = Ask(request);
        var reader = new ProtocolReader(answer);
        reader.Int32();
        if (reader.Int16() == 0)
        {
            if (isCommitted)
            {
                book.Commit(producer);
            }
            else
            {
                book.OnAborted(producer, book.OpenOf(producer).ToDictionary(open => (open.Topic, open.Partition), open => MarkerOf(open.Topic, open.Partition, producer, open.First)));
            }

            Monitor.PulseAll(book.Lock);
        }

        return answer;
    }

    /// <summary>Where the mock has put the marker that ends a transaction: the last of the producer's records, which is one of control; null when it wrote nothing, so that there is none.</summary>
    private long? MarkerOf(string topic, int partition, long producer, long from)
    {
        long? marker = null;
        for (var (offset, end) = (from, Patiently(() => EndOf(topic, partition))); offset < end;)
        {
            var at = offset;
            var batch = Patiently(() => BatchAt(topic, partition, at));
            if (batch.Length == 0)
            {
                break;
            }

            var first = BinaryPrimitives.ReadInt64BigEndian(batch);
            marker = BinaryPrimitives.ReadInt64BigEndian(batch.AsSpan(43)) == producer ? first : marker;
            offset = first + BinaryPrimitives.ReadInt32BigEndian(batch.AsSpan(23)) + 1;
        }

        return marker;
    }

    private byte[] BatchAt(string topic, int partition, long offset)
    {
        var body = new ProtocolWriter().Int32(-1).Int32(0).Int32(1).Int32(1 << 30).Int8(0).Int32(1).String(topic).Int32(1).Int32(partition).Int64(offset).Int32(1 << 30).ToArray();
        var answer = new ProtocolReader(Ask(new ProtocolRequest(Fetch, 4, body)));
        answer.Int32();
        byte[] batch = [];
        Layouts.EachPartition(ref answer, (string _, int _, ref ProtocolReader rest) =>
        {
            DemandNoError(rest.Int16());
            Layouts.Int64(ref rest);
            Layouts.Int64(ref rest);
            rest.Int32();
            batch = rest.Bytes();
        });
        return batch;
    }

    /// <summary>A broker that restarts remembers how a transaction ended: the front asks until it is back.</summary>
    private static T Patiently<T>(Func<T> ask)
    {
        for (var left = 100; ; left--)
        {
            try
            {
                return ask();
            }
            catch (Exception e) when (left > 0 && e is IOException or System.Net.Sockets.SocketException)
            {
                Task.Delay(50).GetAwaiter().GetResult();
            }
        }
    }

    private long EndOf(string topic, int partition)
    {
        var answer = new ProtocolReader(Ask(new ProtocolRequest(ListOffsets, 1, new ProtocolWriter().Int32(-1).Int32(1).String(topic).Int32(1).Int32(partition).Int64(-1).ToArray())));
        long end = 0;
        Layouts.EachPartition(ref answer, (string _, int _, ref ProtocolReader rest) =>
        {
            DemandNoError(rest.Int16());
            Layouts.Int64(ref rest);
            end = Layouts.Int64(ref rest);
        });
        return end;
    }

    /// <summary>An error that a test injects for clients may meet the front's own questions: to be asked again, as where the broker is away.</summary>
    private static void DemandNoError(short error)
    {
        if (error != 0)
        {
            throw new IOException($"The mock refuses with error {error}.");
        }
    }

    /// <summary>Reads producer and epoch.</summary>
    private bool IsRefused(ref ProtocolReader reader)
    {
        var isFenced = book.IsFenced(Layouts.Int64(ref reader));
        reader.Int16();
        return isFenced;
    }
}
