using System.CommandLine;
using System.Diagnostics;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Host.Composition;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.Infrastructure.Logs.Sqlite;

namespace Oddswire.Host.Commands.Bench;

/// <summary>What one engine did.</summary>
/// <param name="Engine">Its name.</param>
/// <param name="Records">Records appended, and then hopped.</param>
/// <param name="AppendPerSecond">Records appended a second.</param>
/// <param name="AppendCpuMicros">Processor time a record.</param>
/// <param name="HopPerSecond">Records a second from one topic to the next.</param>
/// <param name="HopCpuMicros">Processor time a record.</param>
/// <param name="HopBytesAllocated">Bytes allocated a record.</param>
/// <param name="HopP50Ms">From the moment a commit's first record was asked for (which is when the commit before it was answered) until the commit was answered, milliseconds, median.</param>
/// <param name="HopP99Ms">99th percentile of the same.</param>
internal sealed record LogFigures(
    string Engine,
    long Records,
    double AppendPerSecond,
    double AppendCpuMicros,
    double HopPerSecond,
    double HopCpuMicros,
    double HopBytesAllocated,
    double HopP50Ms,
    double HopP99Ms);

/// <summary>
/// <c>oddswire bench log</c>: the same records through every engine, and through a bare Kafka client. <em>Append</em> writes records
/// of 300 bytes with four headers in commits of a thousand. <em>Hop</em> is what every stage does, without the stage: poll, write one record for each that came, commit outputs
/// and positions in one transaction.
/// </summary>
internal static class LogBench
{
    private const int Partitions = 16;
    private const int CommitRecords = 4096;
    private const int AppendRecords = 1000;
    private const string In = "events.normalized.nfl";
    private const string Out = "odds.updates.internal.nfl";

    private static readonly (string Name, string Value)[] Headers =
        [("league", "nfl"), ("game_id", "nfl:2015091000"), ("model_version", "nfl-drives-1"), ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")];

    public static Command Create()
    {
        var records = new Option<int>("--records") { Description = "How many records, 10000 to 200000.", DefaultValueFactory = static _ => 100_000 };
        var command = new ExampleCommand(
            "log",
            "Compare the log engines and a bare Kafka client: append, and poll-to-commit. Without --bootstrap, Kafka is librdkafka's mock cluster in this process, which measures the client side without a broker's disk or network. On a cluster it creates topics named 'bench-…' and leaves them there.",
            "oddswire bench log",
            "oddswire bench log --bootstrap localhost:9092",
            "oddswire bench log --records 200000 --json")
        { records };
        LogCli.AddConnectionTo(command);
        command.SetAction((parsed, ct) => RunAsync(parsed.GetValue(records), ChooseCluster(parsed), parsed.GetValue(Cli.Json), ct));
        return command;
    }

    /// <summary>A cluster is loaded only where the command line names it, never because a settings file or the environment does.</summary>
    private static KafkaPlace? ChooseCluster(ParseResult parsed) => parsed.GetValue(LogCli.Bootstrap) is null ? null : BenchLog.FindCluster(LogCli.ReadConfig(parsed));

    private static async Task<int> RunAsync(int records, KafkaPlace? cluster, bool json, CancellationToken ct)
    {
        if (records is < 10_000 or > 200_000)
        {
            throw new UserErrorException(ExitCodes.Usage, $"--records {records} is out of range.", "Choose 10000 to 200000: the mock cluster keeps no more.");
        }

        using var mock = cluster is null ? new MockCluster() : null;
        var settings = (cluster?.Connection ?? mock!.Settings) with { FetchMaxWait = TimeSpan.FromMilliseconds(5) };
        List<LogFigures> figures = [];
        for (var round = 0; round < 2; round++)
        {
            // The first round warms up: its figures are thrown away.
            figures.Clear();
            Cli.Say(round == 0 ? "warming up …" : $"{records:N0} records on each engine …");
            var folder = Directory.CreateTempSubdirectory("oddswire-bench-").FullName;
            try
            {
                await using (var sqlite = new SqliteEventLog(new SqliteLogOptions { Directory = folder }, TimeProvider.System))
                {
                    figures.Add(await MeasureAsync("embedded (SQLite)", sqlite, records, ct));
                }
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }

            var name = mock is null ? "Kafka" : "Kafka (mock)";
            var prefix = $"{settings.TopicPrefix}{round}-";
            await using (var kafka = new KafkaEventLog(settings with { TopicPrefix = prefix, GroupPrefix = prefix }, TimeProvider.System))
            {
                figures.Add(await MeasureAsync(name, kafka, records, ct));
            }

            var bare = settings with { TopicPrefix = prefix + "bare-" };
            await using (var topics = new KafkaEventLog(bare, TimeProvider.System))
            {
                await EnsureAsync(topics, ct);
            }

            figures.Add(await Task.Run(() => new BareClientBench(bare, Headers, records, AppendRecords, CommitRecords, Partitions).Run($"bare client, {name}", In, Out), ct));
        }

        Print(figures);
        if (cluster is not null)
        {
            BenchLog.SayWhatIsLeft(cluster);
        }

        if (json)
        {
            Cli.PrintJson(figures);
        }

        return ExitCodes.Ok;
    }

    private static void Print(List<LogFigures> figures)
    {
        Console.Out.WriteLine("engine                        append/s   µs CPU    hop/s   µs CPU   bytes allocated  (a record)   p50 ms   p99 ms  (asked for to committed)");
        foreach (var figure in figures)
        {
            Console.Out.WriteLine(
                $"{figure.Engine,-26} {figure.AppendPerSecond,11:N0} {figure.AppendCpuMicros,8:0.00} {figure.HopPerSecond,9:N0} {figure.HopCpuMicros,8:0.00} {figure.HopBytesAllocated,12:N0} {figure.HopP50Ms,26:0.0} {figure.HopP99Ms,8:0.0}");
        }

        Console.Out.WriteLine($"{figures[1].Engine} against {figures[2].Engine}: {figures[1].HopPerSecond / figures[2].HopPerSecond:0.00} times the hops, {figures[1].HopCpuMicros / figures[2].HopCpuMicros:0.00} times the processor time, {figures[1].HopP50Ms / figures[2].HopP50Ms:0.00} and {figures[1].HopP99Ms / figures[2].HopP99Ms:0.00} times the p50 and p99");
    }

    private static async Task EnsureAsync(IEventLog log, CancellationToken ct) =>
        await log.EnsureTopicsAsync([new(In, Partitions), new(Out, Partitions)], ct);

    private static async Task<LogFigures> MeasureAsync(string engine, IEventLog log, int records, CancellationToken ct)
    {
        await EnsureAsync(log, ct);
        var (append, appendCpu) = await AppendAsync(log, records, ct);
        await using var worker = await log.JoinAsync(new WorkerSpec("price.nfl", [In], League.Nfl), ct);
        var polled = await worker.PollAsync(1, TimeSpan.FromSeconds(30), ct);
        var clock = Clock.Start();
        var commits = new LatencyHistogram();
        var hopped = await HopAsync(worker, polled, records, commits, ct);
        var (seconds, cpu, bytes) = clock.Stop();
        return new LogFigures(
            engine, hopped, append, appendCpu, hopped / seconds, cpu / hopped, bytes / hopped, commits.Quantile(0.5).TotalMilliseconds, commits.Quantile(0.99).TotalMilliseconds);
    }

    private static async Task<(double PerSecond, double CpuMicros)> AppendAsync(IEventLog log, int records, CancellationToken ct)
    {
        await using var source = await log.JoinAsync(new WorkerSpec("ingest.nfl", [], League.Nfl), ct);
        var (commit, value, headers) = (new LogCommit(), BareClientBench.Value(), RecordHeaders.Of(Headers));
        var clock = Clock.Start();
        for (var i = 0; i < records; i++)
        {
            commit.Outputs.Append(new TopicPartition(In, i / 16 % Partitions), "nfl:2015091000"u8, headers, value);
            if (commit.Outputs.Count == AppendRecords || i == records - 1)
            {
                await source.CommitAsync(commit, ct);
                commit.Clear();
            }
        }

        var (seconds, cpu, _) = clock.Stop();
        return (records / seconds, cpu / records);
    }

    private static async Task<long> HopAsync(ILogWorker worker, PollResult polled, int records, LatencyHistogram commits, CancellationToken ct)
    {
        var commit = new LogCommit();
        Dictionary<TopicPartition, long> positions = [];
        var asked = Stopwatch.GetTimestamp();
        for (long hopped = 0; ;)
        {
            foreach (var batch in polled.Batches)
            {
                foreach (var record in batch)
                {
                    commit.Outputs.Append(new TopicPartition(Out, record.Partition.Partition), record.Key.Span, record.Headers, record.Value.Span);
                    hopped++;
                }

                positions[batch.Partition] = batch.NextOffset;
            }

            if (commit.Outputs.Count > 0)
            {
                commit.Positions.AddRange(positions.Select(pair => new PartitionOffset(pair.Key, pair.Value)));
                await worker.CommitAsync(commit, ct);
                commits.Record(Stopwatch.GetElapsedTime(asked));
                asked = Stopwatch.GetTimestamp();
                commit.Clear();
                positions.Clear();
            }

            if (hopped >= records)
            {
                return hopped;
            }

            polled = await worker.PollAsync(CommitRecords, TimeSpan.FromSeconds(30), ct);
        }
    }
}

/// <summary>Time by the clock, processor time and allocation of this process from one moment on.</summary>
internal sealed class Clock
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TimeSpan _cpu = Environment.CpuUsage.TotalTime;
    private readonly long _bytes = GC.GetTotalAllocatedBytes(precise: true);

    public static Clock Start() => new();

    public (double Seconds, double CpuMicros, double Bytes) Stop() => (
        Stopwatch.GetElapsedTime(_started).TotalSeconds, (Environment.CpuUsage.TotalTime - _cpu).TotalMicroseconds,
        GC.GetTotalAllocatedBytes(precise: true) - _bytes);
}
