using System.Net;

namespace Oddswire.Host.Api;

/// <summary>Where and how the API and the web board are served.</summary>
public sealed record ApiOptions
{
    /// <summary>The address to listen on; loopback unless others are to reach it, which needs <see cref="Token"/>.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 for any free one.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>The secret that clients must give (<c>Authorization: Bearer …</c>, or once <c>?token=…</c> in a browser); null for none, on loopback only.</summary>
    public string? Token { get; init; }

    /// <summary>Names by which clients may call the server beside its address and <c>localhost</c>; guards loopback against rebinding of names.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>Streams open at once, 1 to 10,000.</summary>
    public int MaxStreams { get; init; } = 256;

    /// <summary>Least time between two deltas of a stream: updates of a market within it are conflated.</summary>
    public TimeSpan StreamInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Time without a change after which a stream sends a heartbeat.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a client may take to receive what was sent before it is disconnected.</summary>
    public TimeSpan SlowClientLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Requests per second of one client address, on average, 1 to 100,000; bursts of ten times as many pass.</summary>
    public int RequestsPerSecond { get; init; } = 50;

    /// <summary>How long a question to the archive may take.</summary>
    public TimeSpan ArchiveTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Checks that the options fit together.</summary>
    /// <exception cref="ArgumentException">They do not; the message names the option and the remedy.</exception>
    public void Validate()
    {
        if (!IPAddress.IsLoopback(Address) && string.IsNullOrEmpty(Token))
        {
            throw new ArgumentException(
                $"The API would be open to everyone on {Address}: give it a token (--api-token-file), or bind it to loopback (127.0.0.1).");
        }

        if (Token is { Length: < 16 })
        {
            throw new ArgumentException("The API token is too short to be a secret: give at least 16 characters.");
        }

        Check(Port is >= 0 and <= 65_535, $"Port {Port} is not a port: 0 to 65535.");
        Check(MaxStreams is >= 1 and <= 10_000, $"MaxStreams is {MaxStreams}: 1 to 10,000.");
        Check(RequestsPerSecond is >= 1 and <= 100_000, $"--requests-per-second {RequestsPerSecond} is out of range: 1 to 100,000.");
        Check(StreamInterval > TimeSpan.Zero && StreamInterval <= TimeSpan.FromSeconds(10), $"StreamInterval is {StreamInterval}: above 0, at most 10 s.");
        Check(Heartbeat >= TimeSpan.FromMilliseconds(100), $"Heartbeat is {Heartbeat}: at least 100 ms.");
    }

    private static void Check(bool holds, string message)
    {
        if (!holds)
        {
            throw new ArgumentException(message);
        }
    }
}
