using System.Collections.Concurrent;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.Infrastructure.Logs.Kafka.Mock;

namespace Oddswire.IntegrationTests.Logs.Kafka.Strict;

/// <summary>Answers requests about transactions, and those whose answers transactions decide, with the mock's help. What one transactional id asks is answered in turn.</summary>
internal sealed class StrictFront(BrokerLinks mock, TransactionBook book)
{
    private const short InvalidProducerEpoch = 47;
    private readonly MockLog _log = new(mock);
    private readonly StrictReads _reads = new(mock, book);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new();

    /// <summary>The kinds it answers, in versions that brokers of Kafka 2.4 know and that have plain layouts.</summary>
    public static IReadOnlyList<AnsweredApi> Answers { get; } =
    [
        new((short)KafkaApi.Produce, 7), new((short)KafkaApi.Fetch, 11), new((short)KafkaApi.ListOffsets, 5), new((short)KafkaApi.Metadata, 8), new((short)KafkaApi.OffsetFetch, 5),
        new((short)KafkaApi.InitProducerId, 1), new((short)KafkaApi.AddPartitionsToTxn, 1), new((short)KafkaApi.AddOffsetsToTxn, 1), new((short)KafkaApi.EndTxn, 1),
        new((short)KafkaApi.TxnOffsetCommit, 2),
    ];

    /// <summary>The body of the answer; null for what the mock answers alone.</summary>
    public async ValueTask<byte[]?> AnswerAsync(ProtocolRequest request)
    {
        switch ((KafkaApi)request.ApiKey)
        {
            case KafkaApi.Fetch:
                return await _reads.FetchAsync(request);
            case KafkaApi.ListOffsets:
                return await _reads.ListOffsetsAsync(request);
            case KafkaApi.OffsetFetch:
                return await _reads.OffsetFetchAsync(request);
            case KafkaApi.Metadata:
                // What the platform does for the mock's sake it must not do here.
                return Layouts.Replace(await mock.AskAsync(request), "mockCluster"u8, "testCluster"u8);
            case KafkaApi.Produce or KafkaApi.InitProducerId or KafkaApi.AddPartitionsToTxn or KafkaApi.AddOffsetsToTxn or KafkaApi.EndTxn or KafkaApi.TxnOffsetCommit:
                // All of them begin with the transactional id.
                return new ProtocolReader(request.Body.Span).String() is { } id ? await InTurnAsync(id, async () => await OnTransactionAsync(request, id)) : null;
            default:
                return null;
        }
    }

    /// <summary>Aborts what is open for longer than its producer said it might be.</summary>
    public async Task AbortOverdueAsync()
    {
        foreach (var (id, _) in book.Overdue())
        {
            await InTurnAsync(id, async () =>
            {
                var overdue = book.Overdue().Find(overdue => overdue.TransactionalId == id);
                if (overdue.TransactionalId is not null)
                {
                    await FenceAsync(id, overdue.Producer);
                }

                return null;
            });
        }
    }

    private async Task<byte[]?> InTurnAsync(string id, Func<Task<byte[]?>> answerAsync)
    {
        var turn = _turns.GetOrAdd(id, static _ => new SemaphoreSlim(1));
        await turn.WaitAsync();
        try
        {
            return await answerAsync();
        }
        finally
        {
            turn.Release();
        }
    }

    private Task<byte[]> OnTransactionAsync(ProtocolRequest request, string id) => (KafkaApi)request.ApiKey switch
    {
        KafkaApi.Produce => ProduceAsync(request),
        KafkaApi.InitProducerId => InitProducerIdAsync(request, id),
        KafkaApi.AddPartitionsToTxn => AddPartitionsAsync(request),
        KafkaApi.AddOffsetsToTxn => AddOffsetsAsync(request),
        KafkaApi.EndTxn => EndAsync(request),
        _ => CommitOffsetsAsync(request),
    };

    private async Task<byte[]> ProduceAsync(ProtocolRequest request)
    {
        Dictionary<(string Topic, int Partition), long> producers = [];
        var reader = new ProtocolReader(request.Body.Span);
        (_, _, _) = (reader.String(), reader.Int16(), reader.Int32());
        Layouts.EachPartition(ref reader, (string topic, int partition, ref ProtocolReader rest) => producers[(topic, partition)] = Layouts.Batch(rest.Bytes()).Producer);
        if (producers.Values.Any(book.IsFenced))
        {
            return Layouts.Refuse(producers.Keys, new ProtocolWriter(), writer => writer.Int16(InvalidProducerEpoch).Int64(-1).Int64(-1).Int64(-1)).Int32(0).ToArray();
        }

        // Before it is written: the answer may be lost, and what was written is open all the same.
        foreach (var ((topic, partition), producer) in producers.Where(pair => !book.IsOpen(pair.Key.Topic, pair.Key.Partition, pair.Value)))
        {
            book.OnWriting(topic, partition, producer, await _log.EndAsync(topic, partition));
        }

        return await mock.AskAsync(request);
    }

    private async Task<byte[]> InitProducerIdAsync(ProtocolRequest request, string id)
    {
        var asked = new ProtocolReader(request.Body.Span);
        var timeout = (asked.String(), TimeSpan.FromMilliseconds(asked.Int32())).Item2;
        if (book.ProducerOf(id) is { } former && !book.IsFenced(former))
        {
            // A broker aborts what the former producer of the id has open before it answers.
            await FenceAsync(id, former);
        }

        var answer = await mock.AskAsync(request);
        if (MockLog.ErrorOf(answer) == 0)
        {
            var result = new ProtocolReader(answer);
            (_, _) = (result.Int32(), result.Int16());
            book.OnProducer(id, Layouts.Int64(ref result), timeout);
        }

        return answer;
    }

    /// <summary>Aborts what a producer has open and refuses it from now on.</summary>
    private async Task FenceAsync(string id, long producer)
    {
        await _log.AbortAsync(id, producer);
        book.Fence(producer);
    }

    private async Task<byte[]> AddPartitionsAsync(ProtocolRequest request)
    {
        if (!book.IsFenced(ProducerOf(request)))
        {
            return await mock.AskAsync(request);
        }

        List<(string Topic, int Partition)> partitions = [];
        var reader = new ProtocolReader(request.Body.Span);
        (_, _, _) = (reader.String(), Layouts.Int64(ref reader), reader.Int16());
        Layouts.EachPartition(ref reader, (string topic, int partition, ref ProtocolReader _) => partitions.Add((topic, partition)));
        return Layouts.Refuse(partitions, new ProtocolWriter().Int32(0), writer => writer.Int16(InvalidProducerEpoch)).ToArray();
    }

    private async Task<byte[]> AddOffsetsAsync(ProtocolRequest request) => book.IsFenced(ProducerOf(request)) ? Refusal() : await mock.AskAsync(request);

    private async Task<byte[]> EndAsync(ProtocolRequest request)
    {
        var producer = ProducerOf(request);
        if (book.IsFenced(producer))
        {
            return Refusal();
        }

        var answer = await mock.AskAsync(request);
        if (MockLog.ErrorOf(answer) != 0)
        {
            return answer;
        }

        // It ends with whether to commit.
        if (request.Body.Span[^1] != 0)
        {
            book.Commit(producer);
            return answer;
        }

        Dictionary<(string Topic, int Partition), long?> markers = [];
        foreach (var (topic, partition, first) in book.OpenOf(producer))
        {
            markers[(topic, partition)] = await _log.MarkerAsync(topic, partition, producer, first);
        }

        book.Abort(producer, markers);
        return answer;
    }

    private async Task<byte[]> CommitOffsetsAsync(ProtocolRequest request)
    {
        var version = request.Version;
        var reader = new ProtocolReader(request.Body.Span);
        var (_, group, producer, _) = (reader.String(), reader.String()!, Layouts.Int64(ref reader), reader.Int16());
        List<(string Topic, int Partition, long Offset)> offsets = [];
        Layouts.EachPartition(ref reader, (string topic, int partition, ref ProtocolReader rest) =>
        {
            offsets.Add((topic, partition, Layouts.Int64(ref rest)));
            _ = version >= 2 ? rest.Int32() : 0;
            rest.String();
        });
        if (book.IsFenced(producer))
        {
            return Layouts.Refuse(offsets.Select(offset => (offset.Topic, offset.Partition)), new ProtocolWriter().Int32(0), writer => writer.Int16(InvalidProducerEpoch)).ToArray();
        }

        offsets.ForEach(offset => book.OnOffset(producer, group, offset.Topic, offset.Partition, offset.Offset));
        return await mock.AskAsync(request);
    }

    /// <summary>Of requests that say it right behind the transactional id.</summary>
    private static long ProducerOf(ProtocolRequest request)
    {
        var reader = new ProtocolReader(request.Body.Span);
        reader.String();
        return Layouts.Int64(ref reader);
    }

    private static byte[] Refusal() => new ProtocolWriter().Int32(0).Int16(InvalidProducerEpoch).ToArray();
}
