using System.Collections.Concurrent;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.Infrastructure.Logs.Kafka.Admin;
using Oddswire.Infrastructure.Logs.Kafka.Mock;
using Oddswire.IntegrationTests.Logs.Kafka.Strict;

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
    private readonly BrokerLinks _links;

    public AclCluster(IReadOnlyList<RoleAcl> acls)
    {
        _topics = new MockTopics(_mock);
        _links = new BrokerLinks(_mock.Bootstrap);
        _gateway = new MockGateway(_mock, new MockGatewayOptions
        {
            Answer = () =>
            {
                var connection = new AclConnection(_links, acls, this);
                return async request => await connection.AnswerAsync(request) ?? await _topics.AnswerAsync(request);
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
        _links.Dispose();
        _mock.Dispose();
    }
}
