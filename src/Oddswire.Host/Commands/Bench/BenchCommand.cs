using System.CommandLine;
using Oddswire.Core.Domain;
using Oddswire.Host.Composition;
using Oddswire.Simulator;

namespace Oddswire.Host.Commands.Bench;

/// <summary><c>oddswire bench pipeline|end-to-end|coherence|truth|board</c>: what this machine can do.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand(
            "bench",
            "Measure throughput and latency on this machine.",
            "oddswire bench pipeline",
            "oddswire bench end-to-end --rate 20000 --for 30s",
            "oddswire bench end-to-end --rate max --json",
            "oddswire bench coherence --states 1000000");
        command.Add(CreatePipeline());
        command.Add(CreateEndToEnd());
        command.Add(LogBench.Create());
        command.Add(CoherenceBench.Create());
        command.Add(TruthBench.Create());
        command.Add(BoardBench.Create());
        return command;
    }

    /// <summary>A full slate of simulated games, without pauses or heartbeats: plays are what costs.</summary>
    public static SlateOptions Slate { get; } = new()
    {
        NflGames = 16,
        NbaGames = 15,
        MlbGames = 15,
        UnderWay = false,
        Heartbeat = TimeSpan.Zero,
        Intermission = TimeSpan.Zero,
    };

    /// <summary>The first messages of a league's slate.</summary>
    public static IReadOnlyList<FeedMessage> Messages(League league, int count) =>
        [.. new SimulatorSource(league, Slate).ReadFrom(0).Take(count).Select(sourced => sourced.Message)];

    private static ExampleCommand CreatePipeline()
    {
        var duration = new Option<string>("--for") { Description = "How long to measure.", DefaultValueFactory = static _ => "10s" };
        var threads = new Option<int>("--threads") { Description = "Threads, each with games of its own.", DefaultValueFactory = static _ => Environment.ProcessorCount };
        var league = new Option<string?>("--league") { Description = "Only nfl, nba or mlb." };
        var command = new ExampleCommand(
            "pipeline",
            "In memory: vendor bytes through parse, normalise, price and serialise; events/s, updates/s, bytes allocated, and where the time goes.",
            "oddswire bench pipeline --for 10s",
            "oddswire bench pipeline --threads 1 --league nba --json")
        { duration, threads, league };
        command.SetAction((parsed, ct) => Task.Run(
            () => RunPipeline(
                Cli.ParseDuration(parsed.GetRequiredValue(duration), "--for"), parsed.GetValue(threads), parsed.GetValue(league), parsed.GetValue(Cli.Json), ct),
            ct));
        return command;
    }

    private static ExampleCommand CreateEndToEnd()
    {
        var rate = new Option<string>("--rate") { Description = "Odds updates per second, or max.", DefaultValueFactory = static _ => "20000" };
        var duration = new Option<string>("--for") { Description = "How long messages arrive and are measured.", DefaultValueFactory = static _ => "20s" };
        var warmUp = new Option<string>("--warm-up") { Description = "How long messages arrive before that, not measured.", DefaultValueFactory = static _ => "8s" };
        var log = new Option<string>("--log") { Description = "embedded, kafka-mock (librdkafka's mock cluster in this process: what the client side costs), kafka (the cluster of --bootstrap or the settings; topics that begin with 'bench-' are made on it and stay), or several one after the other, for example embedded,kafka-mock.", DefaultValueFactory = static _ => "embedded" };
        var durability = new Option<string>("--durability") { Description = "commit or relaxed, as for up.", DefaultValueFactory = static _ => "commit" };
        var command = new ExampleCommand(
            "end-to-end",
            "The whole platform with durable log, archive and board; messages arrive on an open-loop schedule, latency counts from the intended arrival.",
            "oddswire bench end-to-end --rate 20000 --for 30s",
            "oddswire bench end-to-end --log embedded,kafka-mock --rate 20000",
            "oddswire bench end-to-end --log embedded,kafka --bootstrap localhost:9092 --rate 20000",
            "oddswire bench end-to-end --rate max --json")
        { rate, duration, warmUp, durability, log };
        LogCli.AddConnectionTo(command);
        command.SetAction((parsed, ct) => RunEndToEndAsync(
            BenchLog.Parse(parsed.GetRequiredValue(log), LogCli.ReadConfig(parsed)),
            ParseRate(parsed.GetRequiredValue(rate)),
            Cli.ParseDuration(parsed.GetRequiredValue(warmUp), "--warm-up"),
            Cli.ParseDuration(parsed.GetRequiredValue(duration), "--for"),
            parsed.GetRequiredValue(durability) != "relaxed",
            parsed.GetValue(Cli.Json),
            ct));
        return command;
    }

    private static int RunPipeline(TimeSpan duration, int threads, string? leagueText, bool json, CancellationToken ct)
    {
        if (threads is < 1 or > 64)
        {
            throw new UserErrorException(ExitCodes.Usage, $"--threads {threads} is out of range.", "Choose 1 to 64.");
        }

        var leagues = OddsCommand.ParseLeagues(leagueText);
        Cli.Say("making messages …");
        var messages = leagues.SelectMany(league => Messages(league, 60_000 / leagues.Count)).ToList();
        Cli.Say($"{messages.Count:N0} messages; measuring …");
        var figures = new PipelineBench(messages, threads).Run(duration, ct);
        Console.Out.WriteLine($"{figures.EventsPerSecond,12:N0} events/s on {figures.Threads} threads, {figures.UpdatesPerSecond:N0} odds updates/s");
        Console.Out.WriteLine($"{figures.CpuMicrosecondsPerEvent,12:0.00} µs of processor time per event, so {figures.Threads * 1e6 / figures.CpuMicrosecondsPerEvent:N0} events/s where nothing else runs on {figures.Threads} cores");
        Console.Out.WriteLine($"{figures.BytesAllocatedPerEvent,12:N0} bytes allocated per event");
        foreach (var (step, micros) in figures.MicrosecondsPerEvent)
        {
            Console.Out.WriteLine($"{micros,12:0.000} µs per event: {step}");
        }

        if (json)
        {
            Cli.PrintJson(figures);
        }

        return ExitCodes.Ok;
    }

    private static async Task<int> RunEndToEndAsync(
        IReadOnlyList<BenchLog> logs, int? updatesPerSecond, TimeSpan warmUp, TimeSpan duration, bool durable, bool json, CancellationToken ct)
    {
        if (ChdbLibrary.Find() is null)
        {
            throw new UserErrorException(ExitCodes.Environment, "The archive's engine (libchdb.so) was not found, and the bench runs the whole platform.", ChdbLibrary.Remedy);
        }

        List<EndToEndFigures> all = [];
        foreach (var log in logs)
        {
            var folderPath = Path.Combine(Path.GetTempPath(), $"oddswire-bench-{Environment.ProcessId}-{log.Name}");
            using var folder = DataFolder.OpenForWriting(folderPath, fresh: true);
            var (settings, mock) = log.Open(durable);
            try
            {
                Cli.Say($"on {log.Name}:");
                all.Add(await new EndToEndBench(folder, log.Name, settings, updatesPerSecond, warmUp, duration).RunAsync(ct));
                Print(all[^1]);
            }
            finally
            {
                mock?.Dispose();
                Directory.Delete(folderPath, recursive: true);
                if (log.Cluster is not null)
                {
                    BenchLog.SayWhatIsLeft(log.Cluster);
                }
            }
        }

        if (all.Count > 1)
        {
            PrintTable(all);
        }

        if (json)
        {
            Cli.PrintJson<object>(all.Count == 1 ? all[0] : all);
        }

        return ExitCodes.Ok;
    }

    private static void Print(EndToEndFigures figures)
    {
        Console.Out.WriteLine($"{figures.UpdatesPerSecond,12:N0} odds updates/s through log, board and archive ({figures.Updates:N0} in {figures.ElapsedSeconds:0.0} s, drained)");
        Console.Out.WriteLine($"{figures.BoardP50Ms,12:0.0} ms p50, {figures.BoardP99Ms:0.0} ms p99, {figures.BoardP999Ms:0.0} ms p99.9 from the intended arrival to the board");
        Console.Out.WriteLine($"{figures.ArchiveP50Ms,12:0.0} ms p50, {figures.ArchiveP99Ms:0.0} ms p99 to the archive");
        Console.Out.WriteLine($"{figures.CpuCores,12:0.00} cores used by the platform, {figures.ArchiveCpuCores:0.00} by the archive's engine");
        Console.Out.WriteLine($"{figures.PeakMemoryMiB,12:0} MiB at most, {figures.ArchivePeakMemoryMiB:0} MiB for the archive's engine");
        Console.Out.WriteLine("         hop      records    p50 ms    p99 ms  p99.9 ms   (since the intended arrival)     commits    p50 ms    p99 ms  (how long one took)");
        foreach (var hop in figures.Hops)
        {
            Console.Out.WriteLine($"{hop.Hop,12} {hop.Records,12:N0} {hop.P50Ms,9:0.0} {hop.P99Ms,9:0.0} {hop.P999Ms,9:0.0} {hop.Commits,39:N0} {hop.CommitP50Ms,9:0.0} {hop.CommitP99Ms,9:0.0}");
        }
    }

    private static void PrintTable(List<EndToEndFigures> all)
    {
        Console.Out.WriteLine("         log   updates/s  board p50  p99 ms   archive p99   cores   µs CPU an update   longest commits: p50  p99 ms (hop)");
        foreach (var figures in all)
        {
            var slowest = figures.Hops.MaxBy(hop => hop.CommitP99Ms)!;
            Console.Out.WriteLine(
                $"{figures.Log,12} {figures.UpdatesPerSecond,11:N0} {figures.BoardP50Ms,10:0.0} {figures.BoardP99Ms,7:0.0} {figures.ArchiveP99Ms,13:0.0} {figures.CpuCores,7:0.00} {figures.CpuCores * figures.ElapsedSeconds * 1e6 / Math.Max(1, figures.Updates),12:0.0} {slowest.CommitP50Ms,27:0.0} {slowest.CommitP99Ms,7:0.0} ({slowest.Hop})");
        }
    }

    private static int? ParseRate(string text) => text.Equals("max", StringComparison.OrdinalIgnoreCase)
        ? null
        : int.TryParse(text, out var rate) && rate is >= 1 and <= 10_000_000
            ? rate
            : throw new UserErrorException(ExitCodes.Usage, $"--rate '{text}' is not a rate.", "Write odds updates per second, for example 20000, or max.");
}
