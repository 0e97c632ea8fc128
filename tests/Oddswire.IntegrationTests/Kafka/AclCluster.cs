using System.Collections.Concurrent;
using System.Net;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.Infrastructure.Logs.Kafka.Admin;
using Oddswire.Infrastructure.Logs.Kafka.Mock;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>
/// The mock cluster behind brokers' doors where everyone logs in (PLAIN) under the name of a role, and is let do what a list of permissions says and no more. Topics that someone
/// may not describe are left out, as brokers leave them out.
/// </summary>
internal sealed class AclCluster : IAsyncDisposable
{
    private readonly MockCluster _mock = new(1);
    private readonly MockTopics _topics;
    private readonly MockGateway _gateway;
    private readonly ConcurrentBag<AclConnection> _connections = [];

    public AclCluster(IReadOnlyList<RoleAcl> acls)
    {
        _topics = new MockTopics(_mock);
        _gateway = new MockGateway(_mock, new MockGatewayOptions
        {
            Answer = () =>
            {
                var connection = new AclConnection(IPEndPoint.Parse(_mock.Bootstrap), acls, _topics.Answer, this);
                _connections.Add(connection);
                return connection.Answer;
            },
            Answers = [.. AclConnection.Answers, .. MockTopics.Answers],
        });
    }

    public string Bootstrap => _gateway.Bootstrap;

    /// <summary>Who was refused what.</summary>
    public ConcurrentQueue<string> Refused { get; } = new();

    /// <summary>Topics that something was written to.</summary>
    public ConcurrentDictionary<string, string> Written { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }

        _mock.Dispose();
    }
}
