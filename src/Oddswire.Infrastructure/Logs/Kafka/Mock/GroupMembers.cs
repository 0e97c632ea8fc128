using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Oddswire.Infrastructure.Logs.Kafka.Mock;

/// <summary>
/// Keeps members of groups from what the mock ends the process for: a member that asks to be let in while it waits for the answer to asking before (rdkafka_mock_cgrp.c of 2.15.1,
/// "!member->resp"). It does not see a connection end on which it owes such an answer, and it names new members by their place in memory, so that one whose session has run out, but
/// which does not know, and the next one may have the same name. So names are given here, and who asks on a new connection has its former one reset.
/// </summary>
internal sealed class GroupMembers
{
    /// <summary>Number of JoinGroup in Kafka's protocol.</summary>
    public const short JoinGroup = 11;

    /// <summary>Number of SyncGroup.</summary>
    public const short SyncGroup = 14;

    private readonly ConcurrentDictionary<(string? Group, string Member), TcpClient> _asked = new();

    /// <summary>Takes note of a request to be let in, or for the share of one that was; gives what is to be passed on in its place.</summary>
    /// <exception cref="Core.Wire.WireFormatException">It is cut off.</exception>
    public byte[] OnRequest(ProtocolRequest request, TcpClient broker)
    {
        // The session's time or the generation comes before the member; and to join, from version 1 on, the time to rebalance.
        var reader = new ProtocolReader(request.Body.Span);
        var (group, _, _) = (reader.String(), reader.Int32(), request is { ApiKey: JoinGroup, Version: >= 1 } ? reader.Int32() : 0);
        var before = request.Body.Length - reader.Left;
        var body = request.Body.ToArray();
        if (reader.String() is not { Length: > 0 } member)
        {
            member = $"member-{Guid.NewGuid():n}";
            body = new ProtocolWriter().Raw(body.AsSpan(0, before)).String(member).Raw(body.AsSpan(request.Body.Length - reader.Left)).ToArray();
        }

        var former = _asked.GetValueOrDefault((group, member));
        _asked[(group, member)] = broker;
        if (former != broker)
        {
            former?.Close();
        }

        return body;
    }
}
