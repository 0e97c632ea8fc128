using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Infrastructure.Logs.Sqlite;

namespace Oddswire.Benchmarks;

/// <summary>
/// Appending and reading records of 300 bytes, in commits of <see cref="BatchSize"/>, on the engines of the log. One operation is one
/// record. The SQLite log lies in the folder that <c>ODDSWIRE_BENCH_DIR</c> names, else in the temporary folder.
/// </summary>
[MemoryDiagnoser]
[Config(typeof(OneRunAnIteration))]
public class LogBenchmarks
{
    private const int Total = 200_000;
    private const string Topic = "odds.updates.internal.nfl";
    private readonly byte[] _value = new byte[270];
    private readonly LogCommit _commit = new();
    private IEventLog _log = null!;
    private ILogWorker _source = null!;
    private string _folder = "";

    /// <summary>Which engine.</summary>
    [Params("memory", "sqlite", "sqlite-relaxed")]
    public string Engine { get; set; } = "";

    /// <summary>Records a commit.</summary>
    [Params(100, 1000)]
    public int BatchSize { get; set; }

    // Not async themselves: the in-process runner does not wait for a task here.
    [GlobalSetup]
    public void SetUp() => SetUpAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void CleanUp() => CleanUpAsync().GetAwaiter().GetResult();

    /// <summary>What the iteration wrote goes, so that memory and disk stay bounded.</summary>
    [IterationSetup(Target = nameof(Append))]
    public void Drop() => _log.MaintainAsync(default).AsTask().GetAwaiter().GetResult();

    [Benchmark(OperationsPerInvoke = Total)]
    public void Append() => AppendAsync().GetAwaiter().GetResult();

    [Benchmark(OperationsPerInvoke = Total)]
    public long Read() => ReadAsync().GetAwaiter().GetResult();

    private async Task SetUpAsync()
    {
        new Random(1).NextBytes(_value);
        _folder = Directory.CreateDirectory(Path.Combine(
            Environment.GetEnvironmentVariable("ODDSWIRE_BENCH_DIR") ?? Path.GetTempPath(), $"oddswire-bench-{Guid.NewGuid():n}")).FullName;
        _log = Engine == "memory"
            ? new MemoryEventLog(TimeProvider.System)
            : new SqliteEventLog(
                new SqliteLogOptions
                {
                    Directory = _folder,
                    Durability = Engine == "sqlite" ? SqliteDurability.OnCommit : SqliteDurability.Relaxed,
                },
                TimeProvider.System);
        await _log.EnsureTopicsAsync([new(Topic, 1, TimeSpan.Zero)], default);
        _source = await _log.JoinAsync(new WorkerSpec("bench.nfl", [], League.Nfl), default);
        await AppendAsync();
    }

    private async Task CleanUpAsync()
    {
        await _source.DisposeAsync();
        await _log.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task AppendAsync()
    {
        for (var i = 0; i < Total; i += BatchSize)
        {
            for (var j = 0; j < BatchSize; j++)
            {
                _commit.Outputs.Append(new TopicPartition(Topic, 0), "nfl:2015091000"u8, default, _value);
            }

            await _source.CommitAsync(_commit, default);
            _commit.Clear();
        }
    }

    private async Task<long> ReadAsync()
    {
        var bounds = (await _log.DescribeAsync(Topic, default))[0];
        long bytes = 0;
        for (var offset = bounds.EndOffset - Total; offset < bounds.EndOffset;)
        {
            foreach (var batch in await _log.ReadAsync(new PartitionOffset(bounds.Partition, offset), 4096, TimeSpan.Zero, default))
            {
                foreach (var record in batch)
                {
                    bytes += record.Value.Length;
                }

                offset = batch.NextOffset;
            }
        }

        return bytes;
    }

    /// <summary>Each iteration writes 60 MB: one run each, in this process.</summary>
    private sealed class OneRunAnIteration : ManualConfig
    {
        public OneRunAnIteration() => AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithStrategy(RunStrategy.Monitoring)
            .WithWarmupCount(2)
            .WithIterationCount(5)
            .WithInvocationCount(1)
            .WithUnrollFactor(1));
    }
}
