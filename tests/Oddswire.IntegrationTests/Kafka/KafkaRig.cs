using Oddswire.Core.Domain;
using Oddswire.Host.Composition;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.Infrastructure.Logs.Kafka.Admin;
using Oddswire.Infrastructure.Logs.Kafka.Mock;
using Oddswire.IntegrationTests.Logs.Kafka;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>
/// A cluster for a test, with the platform's topics on it: the one that <c>ODDSWIRE_TEST_KAFKA</c> names, under a prefix of the test's own, or
/// else librdkafka's mock in this process, which other processes reach through its gateway.
/// </summary>
internal sealed class KafkaRig : IAsyncDisposable
{
    private readonly MockCluster? _mock;
    private readonly MockGateway? _gateway;

    private KafkaRig(IReadOnlyDictionary<League, int> partitions, bool withTopics, bool mustBeMock, bool isEdge, IReadOnlyList<League> leagues, int port)
    {
        KafkaSettings connection;
        if (!mustBeMock && OutsideCluster.Bootstrap is not null)
        {
            connection = OutsideCluster.Connection(isEdge);
            (Bootstrap, Prefix, IsMock) = (connection.BootstrapServers, OutsideCluster.NewPrefix(), OutsideCluster.IsMock);
        }
        else
        {
            _mock = new MockCluster(1);
            Topics = new MockTopics(_mock);
            _gateway = Topics.Serve(port);
            (Bootstrap, IsMock) = (_gateway.Bootstrap, true);
            connection = new KafkaSettings { BootstrapServers = Bootstrap, SessionTimeout = TimeSpan.FromSeconds(1.5) };
        }

        Place = new KafkaPlace(
            connection,
            new TopicLayout { Prefix = Prefix, Partitions = partitions, Replication = 1, MinInsyncReplicas = 1 });
        if (withTopics && Topics is not null)
        {
            (isEdge ? Place.Layout.EdgeTopics(leagues) : Place.Layout.Topics(leagues)).ToList().ForEach(Topics.Create);
        }
        else if (withTopics && isEdge)
        {
            KafkaLogs.EnsureEdgeTopicsAsync(Place, leagues, mayMake: true, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
        }
        else if (withTopics)
        {
            KafkaLogs.EnsureTopicsAsync(Place, leagues, PlatformOptions.AllRoles, [], mayMake: true, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
        }
    }

    public string Bootstrap { get; }

    public string Prefix { get; } = "";

    /// <summary>Whether it is librdkafka's mock, here or in another process: it shows aborted records and keeps nothing.</summary>
    public bool IsMock { get; }

    public KafkaPlace Place { get; }

    /// <summary>The mock in this process, to let it fail; null on another cluster.</summary>
    public MockCluster? Mock => _mock;

    /// <summary>The topics of the mock in this process; null on another cluster.</summary>
    public MockTopics? Topics { get; }

    /// <summary>What a command needs to be told.</summary>
    public IReadOnlyList<string> Options => ["--log", "kafka", "--bootstrap", Bootstrap, "--set", $"kafka.topic-prefix={Prefix}", "--set", $"kafka.session-timeout={Session}"];

    /// <summary>The same for the cluster that partners read.</summary>
    public IReadOnlyList<string> EdgeOptions => ["--edge-bootstrap", Bootstrap, "--set", $"edge.topic-prefix={Prefix}", "--set", $"edge.session-timeout={Session}"];

    private string Session => $"{Place.Connection.SessionTimeout.TotalMilliseconds:0}ms";

    public static KafkaRig Open(int nfl = 1, int nba = 1, int mlb = 1, bool withTopics = true, bool mustBeMock = false, bool isEdge = false, IReadOnlyList<League>? leagues = null, int port = 0) =>
        new(new Dictionary<League, int> { [League.Nfl] = nfl, [League.Nba] = nba, [League.Mlb] = mlb }, withTopics, mustBeMock, isEdge, leagues ?? Leagues.All, port);

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        if (_mock is null)
        {
            await OutsideCluster.RemoveTopicsAsync(Prefix);
        }

        _mock?.Dispose();
    }
}
