using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.Infrastructure.Logs.Kafka.Mock;

namespace Oddswire.IntegrationTests.Logs.Kafka.Strict;

/// <summary>What the front asks the mock on its own behalf.</summary>
internal sealed class MockLog(BrokerLinks mock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The offset behind a partition's last record, open ones too.</summary>
    /// <exception cref="IOException">The mock is away, or an error was injected.</exception>
    public async Task<long> EndAsync(string topic, int partition)
    {
        var body = new ProtocolWriter().Int32(-1).Int32(1).String(topic).Int32(1).Int32(partition).Int64(-1).ToArray();
        var answer = new ProtocolReader(await mock.AskAsync(new ProtocolRequest((short)KafkaApi.ListOffsets, 1, body)));
        long end = 0;
        Layouts.EachPartition(ref answer, (string _, int _, ref ProtocolReader rest) =>
        {
            DemandNoError(rest.Int16());
            Layouts.Int64(ref rest);
            end = Layouts.Int64(ref rest);
        });
        return end;
    }

    /// <summary>
    /// Where the mock has put the marker that ended a producer's last transaction in a partition: it is the last of the producer's records. Null when there is none, for nothing was
    /// written. Asked again until the mock tells.
    /// </summary>
    /// <param name="topic">The partition's topic.</param>
    /// <param name="partition">Its number.</param>
    /// <param name="producer">Whose transaction.</param>
    /// <param name="from">Where it began, or before.</param>
    public async Task<long?> MarkerAsync(string topic, int partition, long producer, long from)
    {
        long? marker = null;
        var end = await PatientlyAsync(() => EndAsync(topic, partition));
        for (var offset = from; offset < end;)
        {
            var at = offset;
            var batch = await PatientlyAsync(() => BatchAsync(topic, partition, at));
            if (batch.Length == 0)
            {
                break;
            }

            var (first, last, writer) = Layouts.Batch(batch);
            marker = writer == producer ? first : marker;
            offset = last + 1;
        }

        return marker;
    }

    /// <summary>Ends a transaction without effect: whatever errors a test injects, they pass within the time that it is asked.</summary>
    /// <exception cref="IOException">They did not.</exception>
    public async Task AbortAsync(string transactionalId, long producer)
    {
        var request = new ProtocolRequest((short)KafkaApi.EndTxn, 1, new ProtocolWriter().String(transactionalId).Int64(producer).Int16(0).Int8(0).ToArray());
        await PatientlyAsync(async () =>
        {
            var answer = await mock.AskAsync(request);
            DemandNoError(ErrorOf(answer));
            return answer;
        });
    }

    /// <summary>The error in an answer that begins with the time to hold back and the error.</summary>
    public static short ErrorOf(byte[] answer)
    {
        var reader = new ProtocolReader(answer);
        reader.Int32();
        return reader.Int16();
    }

    private async Task<byte[]> BatchAsync(string topic, int partition, long offset)
    {
        var body = new ProtocolWriter().Int32(-1).Int32(0).Int32(1).Int32(1 << 30).Int8(0).Int32(1).String(topic).Int32(1).Int32(partition).Int64(offset).Int32(1 << 30).ToArray();
        var answer = new ProtocolReader(await mock.AskAsync(new ProtocolRequest((short)KafkaApi.Fetch, 4, body)));
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
    private static async Task<T> PatientlyAsync<T>(Func<Task<T>> ask)
    {
        for (var left = 100; ; left--)
        {
            try
            {
                return await ask();
            }
            catch (IOException) when (left > 0)
            {
                await Task.Delay(Pause);
            }
        }
    }

    /// <summary>An error that a test injects for clients may meet the front's own questions: to be asked again, as where the broker is away.</summary>
    private static void DemandNoError(short error)
    {
        if (error != 0)
        {
            throw new IOException($"The mock refuses with error {error}.");
        }
    }
}
