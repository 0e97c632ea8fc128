using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Oddswire.Infrastructure.Logs.Kafka.Mock;

/// <summary>One connection: frames from the client to the broker, frames back.</summary>
internal sealed class GatewayLink(Stream client, TcpClient toBroker, MockGatewayOptions options, GroupMembers members) : IDisposable
{
    private const short ApiVersions = 18;
    private const short Fetch = 1;

    /// <summary>A broker ends the wait of a fetch when a record comes. The mock lets it wait its whole time, so that it is made short here.</summary>
    private const int LongestFetchWaitMs = 20;
    private const int MaxFrame = 128 << 20;

    /// <summary>The mock's answer to LeaveGroup (13) lacks the members that belong to it from version 3 on, and kafkajs cannot read it. Of fetches and of what members ask the plain layouts.</summary>
    private static readonly AnsweredApi[] Limits = [new(13, 2), new(Fetch, 11), new(GroupMembers.JoinGroup, 5), new(GroupMembers.SyncGroup, 3)];
    private readonly NetworkStream _broker = toBroker.GetStream();
    private readonly ConcurrentDictionary<int, bool> _versionRequests = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Func<ProtocolRequest, ValueTask<byte[]?>> _answer = options.Answer?.Invoke() ?? (_ => default);

    public void Dispose() => _writing.Dispose();

    public async Task PassRequestsAsync(CancellationToken ct)
    {
        while (await ReadFrameAsync(client, ct) is { } frame)
        {
            var (key, version, correlation, body) = Split(frame);
            if (key == ApiVersions)
            {
                _versionRequests[correlation] = true;
            }

            var request = new ProtocolRequest(key, version, body);
            if (key != ApiVersions && await _answer(request) is { } answer)
            {
                await WriteFrameAsync(new ProtocolWriter().Int32(correlation).Raw(answer).ToArray(), ct);
            }
            else
            {
                if (key == Fetch)
                {
                    ShortenWait(frame.AsSpan(frame.Length - body.Length));
                }
                else if (key is GroupMembers.JoinGroup or GroupMembers.SyncGroup)
                {
                    frame = [.. frame.AsSpan(0, frame.Length - body.Length), .. members.OnRequest(request, toBroker)];
                }

                var size = new byte[4];
                BinaryPrimitives.WriteInt32BigEndian(size, frame.Length);
                await _broker.WriteAsync(size, ct);
                await _broker.WriteAsync(frame, ct);
            }
        }
    }

    /// <summary>A fetch begins with who asks and how long it may wait, four bytes each.</summary>
    private static void ShortenWait(Span<byte> fetch)
    {
        if (fetch.Length >= 8 && BinaryPrimitives.ReadInt32BigEndian(fetch[4..]) > LongestFetchWaitMs)
        {
            BinaryPrimitives.WriteInt32BigEndian(fetch[4..], LongestFetchWaitMs);
        }
    }

    public async Task PassAnswersAsync(CancellationToken ct)
    {
        while (await ReadFrameAsync(_broker, ct) is { } frame)
        {
            var isVersions = _versionRequests.TryRemove(BinaryPrimitives.ReadInt32BigEndian(frame), out _);
            await WriteFrameAsync(isVersions ? AddAnswered(frame) : frame, ct);
        }
    }

    /// <summary>Adds what is answered here to the kinds a broker lists, or limits those to the versions known here: correlation id, error, then the count and three numbers for each kind.</summary>
    private byte[] AddAnswered(byte[] frame)
    {
        const int CountAt = 6;
        if (BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(4)) != 0)
        {
            return frame;
        }

        var count = BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(CountAt));
        var end = CountAt + 4 + (count * 6);
        var listed = new ProtocolReader(frame.AsSpan(CountAt + 4));
        var kinds = new SortedDictionary<short, (short Min, short Max)>();
        for (var left = count; left > 0; left--)
        {
            kinds[listed.Int16()] = (listed.Int16(), listed.Int16());
        }

        foreach (var api in options.Answers.Concat(Limits))
        {
            kinds[api.Key] = kinds.TryGetValue(api.Key, out var known) ? (known.Min, Math.Min(known.Max, api.MaxVersion)) : ((short)0, api.MaxVersion);
        }

        var writer = new ProtocolWriter().Raw(frame.AsSpan(0, CountAt)).Int32(kinds.Count);
        foreach (var (kind, (min, max)) in kinds)
        {
            writer.Int16(kind).Int16(min).Int16(max);
        }

        return writer.Raw(frame.AsSpan(end)).ToArray();
    }

    private async Task WriteFrameAsync(byte[] frame, CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        try
        {
            var size = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(size, frame.Length);
            await client.WriteAsync(size, ct);
            await client.WriteAsync(frame, ct);
            await client.FlushAsync(ct);
        }
        finally
        {
            _writing.Release();
        }
    }

    private static (short Key, short Version, int Correlation, ReadOnlyMemory<byte> Body) Split(byte[] frame)
    {
        var reader = new ProtocolReader(frame);
        var (key, version, correlation, client) = (reader.Int16(), reader.Int16(), reader.Int32(), reader.Int16());
        return (key, version, correlation, frame.AsMemory(10 + Math.Max((short)0, client)));
    }

    private static async Task<byte[]?> ReadFrameAsync(Stream from, CancellationToken ct)
    {
        var size = new byte[4];
        if (await from.ReadAtLeastAsync(size, 4, throwOnEndOfStream: false, ct) < 4)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(size);
        if (length is < 8 or > MaxFrame)
        {
            throw new IOException($"A frame of {length} bytes is none of Kafka's.");
        }

        var frame = new byte[length];
        await from.ReadExactlyAsync(frame, ct);
        return frame;
    }
}
