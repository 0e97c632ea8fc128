using System.Text;
using BenchmarkDotNet.Attributes;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Replicate;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Core.Wire;
using Oddswire.Host.Roles.Replicate;
using Oddswire.Infrastructure.Logs.Sqlite;

namespace Oddswire.Benchmarks;

/// <summary>
/// The way to partners: mapping alone, and the whole role from a core log in memory onto an edge log in files. Thirty updates share an event, as they
/// do in a game. Figures are for one odds update.
/// </summary>
[MemoryDiagnoser]
[InProcess]
[MinIterationCount(3)]
[MaxIterationCount(8)]
public class ReplicateBenchmarks
{
    private const int Updates = 60_000;
    private const int Games = 12;
    private const int PerEvent = 30;
    private static readonly string Internal = Topics.Odds(League.Nfl);
    private static readonly MemoryEventLog Core = new(TimeProvider.System);
    private readonly List<RecordBatch> _batches = [];
    private readonly OutputBuffer _output = new();
    private readonly PublicOddsMapper _mapper = new(League.Nfl, 2);

    /// <summary>Fills the core log.</summary>
    [GlobalSetup]
    public async Task FillAsync()
    {
        await Core.EnsureTopicsAsync([new(Internal, 1)], default);
        await using var source = await Core.JoinAsync(new WorkerSpec("price.nfl", [], League.Nfl), default);
        var (commit, value) = (new LogCommit(), new ProtoWriter());
        for (var i = 0; i < Updates; i++)
        {
            var (game, sequence) = (GameId.Of(League.Nfl, $"20150910{i / PerEvent % Games:00}"), (i / (PerEvent * Games) * PerEvent) + (i % PerEvent) + 1);
            value.Clear();
            OddsUpdateCodec.Write(value, Update(game, sequence, i));
            commit.Outputs.Append(
                new TopicPartition(Internal, 0), Encoding.UTF8.GetBytes(game.Value), RecordHeaders.Of(("league", "nfl"), ("game_id", game.Value), ("model_version", "nfl-normal-1")), value.Written);
            if (i % 1000 == 999)
            {
                await source.CommitAsync(commit, default);
                commit.Clear();
            }
        }

        _batches.AddRange(await Core.ReadAsync(new(new(Internal, 0), 0), Updates, TimeSpan.Zero, default));
    }

    /// <summary>Reads an internal update and writes the public one, with its headers.</summary>
    [Benchmark(OperationsPerInvoke = Updates)]
    public long Map()
    {
        _output.Clear();
        foreach (var batch in _batches)
        {
            foreach (var record in batch)
            {
                _mapper.Map(record, _output, 1);
            }
        }

        return _output.ByteCount;
    }

    /// <summary>The role, from an empty edge log to all of it there.</summary>
    [Benchmark(OperationsPerInvoke = Updates)]
    public async Task<long> Replicate()
    {
        var folder = Directory.CreateTempSubdirectory("oddswire-bench-").FullName;
        try
        {
            await using var edge = new SqliteEventLog(new SqliteLogOptions { Directory = folder, Durability = SqliteDurability.Relaxed }, TimeProvider.System);
            await edge.EnsureTopicsAsync([new(Topics.PublicOdds(League.Nfl), 1)], default);
            var counters = new HopStats().Of(Hop.Replicate, League.Nfl);
            using var stop = new CancellationTokenSource();
            var run = new ReplicateRole(Core, edge, League.Nfl, _ => ValueTask.FromResult(2), new ReplicateOptions(), counters, TimeProvider.System).RunAsync(stop.Token);
            while (counters.Sent < Updates)
            {
                await Task.Delay(1);
            }

            await stop.CancelAsync();
            await run;
            return counters.Sent;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static OddsUpdate Update(GameId game, long sequence, int i) => new()
    {
        Id = new UpdateId(Murmur.Hash128(BitConverter.GetBytes(i))),
        GameId = game,
        Epoch = 1,
        Sequence = sequence,
        PreviousSequence = sequence - 1,
        Market = new MarketKey(MarketType.Spread, new Line(-350 + (i % PerEvent * 50))),
        Status = MarketStatus.Open,
        SelectionCount = 2,
        First = new Selection(SelectionCode.Home, DecimalOdds.FromThousandths(1909), Probability.FromMillionths(500_123)),
        Second = new Selection(SelectionCode.Away, DecimalOdds.FromThousandths(1909), Probability.FromMillionths(499_877)),
        ModelVersion = "nfl-normal-1",
        CauseKey = $"{i / PerEvent}",
        Score = new Score(21, 14),
        Period = 3,
        ClockTenths = 4321,
        OccurredAt = new Timestamp(1_441_930_000_000_000),
        ReceivedAt = new Timestamp(1_441_930_000_123_456),
    };
}
