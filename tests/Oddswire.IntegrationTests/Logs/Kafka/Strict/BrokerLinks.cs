using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Oddswire.Infrastructure.Logs.Kafka.Mock;

namespace Oddswire.IntegrationTests.Logs.Kafka.Strict;

/// <summary>A front's own connections to the broker behind it: as many as there are questions at a time.</summary>
internal sealed class BrokerLinks(string broker) : IDisposable
{
    private readonly IPEndPoint _broker = IPEndPoint.Parse(broker);
    private readonly ConcurrentBag<TcpClient> _free = [];
    private volatile bool _disposed;

    /// <summary>The body of the answer.</summary>
    /// <exception cref="IOException">The broker is away, or went away: whether it has done what it was asked is not known.</exception>
    public async Task<byte[]> AskAsync(ProtocolRequest request)
    {
        if (!_free.TryTake(out var link))
        {
            link = new TcpClient { NoDelay = true };
        }

        try
        {
            if (!link.Connected)
            {
                await link.ConnectAsync(_broker);
            }

            var answer = await AskAsync(link.GetStream(), request);
            _free.Add(link);
            if (_disposed)
            {
                Dispose();
            }

            return answer;
        }
        catch (SocketException e)
        {
            link.Dispose();
            throw new IOException("The broker is away.", e);
        }
        catch (IOException)
        {
            link.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _disposed = true;
        while (_free.TryTake(out var link))
        {
            link.Dispose();
        }
    }

    private static async Task<byte[]> AskAsync(NetworkStream stream, ProtocolRequest request)
    {
        var frame = new ProtocolWriter().Int16(request.ApiKey).Int16(request.Version).Int32(1).String("front").Raw(request.Body.Span).ToArray();
        await stream.WriteAsync((byte[])[.. new ProtocolWriter().Int32(frame.Length).ToArray(), .. frame]);
        var size = new byte[4];
        await stream.ReadExactlyAsync(size);
        var answer = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
        await stream.ReadExactlyAsync(answer);
        return answer[4..];
    }
}
