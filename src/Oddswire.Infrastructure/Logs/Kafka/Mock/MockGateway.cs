using System.Net;
using System.Net.Sockets;
using Oddswire.Core.Wire;

namespace Oddswire.Infrastructure.Logs.Kafka.Mock;

/// <summary>What a gateway does beside passing requests on.</summary>
public sealed record MockGatewayOptions
{
    /// <summary>Port of the first broker, the others follow; 0 takes any free ones.</summary>
    public int Port { get; init; }

    /// <summary>Made for each connection around its stream, for example TLS; null leaves it plain.</summary>
    public Func<Stream, CancellationToken, Task<Stream>>? Secure { get; init; }

    /// <summary>
    /// Makes for each connection what looks at its requests first, one after the other: it gives the body of an answer, or null to pass the request on, or throws
    /// <see cref="WireFormatException"/> to close the connection.
    /// </summary>
    public Func<Func<ProtocolRequest, ValueTask<byte[]?>>>? Answer { get; init; }

    /// <summary>The kinds it answers, so that clients are told of them; those that the broker answers too are limited to the versions named here.</summary>
    public IReadOnlyList<AnsweredApi> Answers { get; init; } = [];
}

/// <summary>
/// Stands in front of a <see cref="MockCluster"/>, a port for each broker, and is what clients are told to connect to: it gives the cluster fixed
/// ports, and can answer requests that the mock does not know. For trying out and for tests; nothing of it is meant for traffic that matters.
/// </summary>
public sealed class MockGateway : IAsyncDisposable
{
    private readonly MockGatewayOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<TcpListener> _listeners = [];
    private readonly List<Task> _accepting = [];
    private readonly GroupMembers _members = new();

    /// <summary>Opens the ports.</summary>
    /// <exception cref="SocketException">A port is in use.</exception>
    public MockGateway(MockCluster cluster, MockGatewayOptions options)
    {
        _options = options;
        var brokers = cluster.Bootstrap.Split(',');
        var addresses = new List<string>();
        for (var i = 0; i < brokers.Length; i++)
        {
            var listener = new TcpListener(IPAddress.Loopback, options.Port == 0 ? 0 : options.Port + i);
            listener.Start();
            _listeners.Add(listener);
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            cluster.Advertise(i + 1, "127.0.0.1", port);
            addresses.Add($"127.0.0.1:{port}");
            var upstream = IPEndPoint.Parse(brokers[i]);
            _accepting.Add(Task.Run(() => AcceptAsync(listener, upstream)));
        }

        Bootstrap = string.Join(',', addresses);
    }

    /// <summary>Where clients connect.</summary>
    public string Bootstrap { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listeners.ForEach(listener => listener.Dispose());
        await Task.WhenAll(_accepting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, IPEndPoint upstream)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptTcpClientAsync(_stop.Token);
                _ = ServeAsync(client, upstream);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client, IPEndPoint upstream)
    {
        using var own = client;
        using var broker = new TcpClient();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        try
        {
            client.NoDelay = broker.NoDelay = true;

            // Ends with a reset, which the mock sees whatever it is doing.
            broker.LingerState = new LingerOption(enable: true, seconds: 0);
            Stream front = client.GetStream();
            if (_options.Secure is { } secure)
            {
                front = await secure(front, ended.Token);
            }

            await broker.ConnectAsync(upstream, ended.Token);
            using var link = new GatewayLink(front, broker, _options, _members);
            Task[] passing = [link.PassRequestsAsync(ended.Token), link.PassAnswersAsync(ended.Token)];
            await Task.WhenAny(passing);
            await ended.CancelAsync();
            await Task.WhenAll(passing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client, the broker or the handshake broke off: the connection ends, and the client sees that.
        }
        finally
        {
            await ended.CancelAsync();
        }
    }
}
