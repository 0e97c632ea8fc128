using System.Text;
using Microsoft.Extensions.Logging;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Host.Composition;
using Oddswire.Host.Roles;
using Oddswire.Host.Roles.Ingest;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.IntegrationTests.Chaos;
using Oddswire.IntegrationTests.Logs.Kafka.Strict;
using Oddswire.Simulator;

namespace Oddswire.IntegrationTests.Logs.Kafka;

/// <summary>
/// The real ingest, normalise and price of one league over a mock cluster: each role with a log of its own, as in processes of their own.
/// </summary>
internal sealed class PipelineRig : IAsyncDisposable
{
    public const League Sport = League.Nba;
    private const int Partitions = 4;
    private readonly ILogger _logger = TestLogger.ForCurrentTest();
    private readonly List<(Task Running, CancellationTokenSource Stop, KafkaEventLog Log)> _roles = [];
    private readonly StrictCluster? _strict;
    private readonly FrontedMock? _bare;

    /// <param name="strict">The cluster, where it is to keep a broker's promises; else a mock of three brokers.</param>
    public PipelineRig(StrictCluster? strict = null) => (_strict, _bare) = (strict, strict is null ? new FrontedMock() : null);

    public MockCluster Cluster => _strict?.Mock ?? _bare!.Mock;

    public HopCounters Counters { get; } = new();

    public IReadOnlyDictionary<string, int> PartitionCounts { get; } = Topics.Of(Sport).ToDictionary(topic => topic, _ => Partitions);

    /// <summary>Short limits, so that a lost answer is noticed within a test.</summary>
    public KafkaSettings Settings => (_strict?.Settings ?? _bare!.Settings) with
    {
        RequestTimeout = TimeSpan.FromMilliseconds(1600),
        CommitTimeout = TimeSpan.FromSeconds(3),
        TransactionTimeout = TimeSpan.FromSeconds(8),
    };

    public KafkaEventLog OpenLog() => new(Settings, TimeProvider.System, _logger);

    /// <summary>A log to look at what came of it, with the patience that a cluster needs which is still answering late.</summary>
    public KafkaEventLog OpenPatientLog() => new(Settings with { RequestTimeout = TimeSpan.FromSeconds(20) }, TimeProvider.System, _logger);

    public static SimulatorSource Source(ulong seed) => new(
        Sport, new SlateOptions { Seed = seed, NbaGames = 4, Rounds = 1, UnderWay = false, Heartbeat = TimeSpan.Zero, Intermission = TimeSpan.Zero });

    public async Task EnsureTopicsAsync()
    {
        await using var log = OpenLog();
        await log.EnsureTopicsAsync([.. PartitionCounts.Select(topic => new TopicSpec(topic.Key, topic.Value))], default);
    }

    /// <summary>Takes a feed in until it ends.</summary>
    public async Task IngestAsync(IFeedSource source)
    {
        await using var log = OpenLog();
        var role = new IngestRole(
            log, Sport, [source], Pipeline.Formats, PartitionCounts, new IngestOptions { Speed = double.PositiveInfinity, MaxRecordsPerCommit = 64 },
            new HopCounters(), TimeProvider.System, logger: _logger);
        await role.RunAsync(default).WaitAsync(Machine.Patience);
    }

    /// <summary>One more member of normalise and price each; gives what stops them.</summary>
    public Func<Task> StartStages()
    {
        var log = OpenLog();
        var stop = new CancellationTokenSource();
        RunningRole[] roles =
        [
            new("normalise", Runner(log, Pipeline.Normalise(Sport), Topics.Raw(Sport)).RunAsync),
            new("price", Runner(log, Pipeline.Price(Sport), Topics.Normalized(Sport)).RunAsync),
        ];
        var role = (RoleSupervisor.RunAsync(roles, _ => Task.CompletedTask, stop.Token), stop, log);
        _roles.Add(role);
        return () => StopAsync(role);
    }

    /// <summary>The transactions that are open, where the cluster knows them.</summary>
    public string DescribeOpen() => _strict?.Book.DescribeOpen() ?? "the mock does not tell what is open";

    /// <summary>Throws what a role has thrown, if one has ended.</summary>
    public async Task ThrowIfStoppedAsync()
    {
        foreach (var (running, _, _) in _roles.Where(role => role.Running.IsCompleted).ToList())
        {
            await running;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var role in _roles.ToList())
        {
            await StopAsync(role);
        }

        await (_strict?.DisposeAsync() ?? _bare!.DisposeAsync());
    }

    private async Task StopAsync((Task Running, CancellationTokenSource Stop, KafkaEventLog Log) role)
    {
        _roles.Remove(role);
        await role.Stop.CancelAsync();
        await role.Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await role.Log.DisposeAsync();
        role.Stop.Dispose();
    }

    private StageRunner<TState> Runner<TState>(IEventLog log, Stage<TState> stage, string input)
        where TState : class => new(
        log, stage, Sport, [input], PartitionCounts,
        new StageRunnerOptions { MaxRecordsPerCommit = 50, Retry = new(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(500)) },
        Counters, TimeProvider.System, _logger);
}

/// <summary>
/// What a stage must have written, computed from its input, and a reader that is fenced by sequence as every consumer of ours is: it takes the
/// next expected record of a game and drops every other one, which must be an identical copy of an expected one.
/// </summary>
/// <remarks>
/// The mock cluster shows aborted records to everyone, so the raw stream may hold records twice, or records of a transaction whose first part
/// was refused: what an aborted transaction wrote, and the same again when the work was done anew. Stages are deterministic, so the copy must
/// equal the original, byte for byte. A lost record, or one that was never repeated behind those before it, leaves the reader waiting for ever, and a record
/// that the input does not give is refused: that holds on the mock as on a real cluster, where the copies are not visible at all.
/// </remarks>
internal sealed class FencedReader(IReadOnlyDictionary<string, List<byte[]>> expected)
{
    private readonly Dictionary<string, int> _next = [];

    public int Duplicates { get; private set; }

    public int Missing => expected.Sum(game => game.Value.Count - _next.GetValueOrDefault(game.Key));

    public int Count => expected.Sum(game => game.Value.Count);

    public void Take(LogRecord record)
    {
        var game = Encoding.UTF8.GetString(record.Key.Span);
        var next = _next.GetValueOrDefault(game);
        var records = expected[game];
        if (next < records.Count && record.Value.Span.SequenceEqual(records[next]))
        {
            _next[game] = next + 1;
            return;
        }

        var value = record.Value.ToArray();
        records.Exists(bytes => bytes.AsSpan().SequenceEqual(value)).ShouldBeTrue(
            $"{record.Partition} offset {record.Offset} of {game} is not what the input gives (after {next} of {records.Count} records)");
        Duplicates++;
    }

    /// <summary>What a stage gives for its input, by output topic and game.</summary>
    public static Dictionary<string, Dictionary<string, List<byte[]>>> Expect<TState>(
        Stage<TState> stage, IEnumerable<LogRecord> input, IReadOnlyDictionary<string, int> partitionCounts)
        where TState : class
    {
        var buffer = new OutputBuffer();
        var output = new StageOutput(buffer, partitionCounts);
        Dictionary<string, TState> states = [];
        Dictionary<string, Dictionary<string, List<byte[]>>> expected = [];
        foreach (var record in input)
        {
            var key = Encoding.UTF8.GetString(record.Key.Span);
            if (!states.TryGetValue(key, out var state))
            {
                states[key] = state = stage.Create(GameId.Parse(key));
            }

            stage.Process(state, record, output);
            foreach (var block in buffer.Blocks)
            {
                foreach (var made in new RecordBatch(block.Partition, 0, block.Count, default, block.Payload.ToArray()))
                {
                    var byGame = expected.TryGetValue(block.Partition.Topic, out var known) ? known : expected[block.Partition.Topic] = [];
                    (byGame.TryGetValue(key, out var list) ? list : byGame[key] = []).Add(made.Value.ToArray());
                }
            }

            buffer.Clear();
            output.Clear();
        }

        return expected;
    }
}
