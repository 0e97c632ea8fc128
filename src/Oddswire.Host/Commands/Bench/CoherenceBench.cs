using System.CommandLine;
using System.Diagnostics;
using Oddswire.Calibration.Coherence;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Host.Commands.Bench;

/// <summary><c>oddswire bench coherence</c>: no two markets contradict each other, checked over random states.</summary>
internal static class CoherenceBench
{
    private const int Slices = 64;

    public static Command Create()
    {
        var states = new Option<long>("--states") { Description = "How many random states a league.", DefaultValueFactory = static _ => 100_000 };
        var league = new Option<string?>("--league") { Description = "Only nfl, nba or mlb." };
        var seed = new Option<int>("--seed") { Description = "Decides the states.", DefaultValueFactory = static _ => 1 };
        var threads = new Option<int>("--threads") { Description = "Threads.", DefaultValueFactory = static _ => Environment.ProcessorCount };
        var command = new ExampleCommand(
            "coherence",
            "Check over random states that no two markets allow arbitrage, ladders are monotone, chances sum to one, more lead never hurts (docs/markets.md).",
            "oddswire bench coherence",
            "oddswire bench coherence --states 10000000 --league mlb --json")
        { states, league, seed, threads };
        command.SetAction((parsed, ct) => Task.Run(
            () => Run(
                parsed.GetValue(states), OddsCommand.ParseLeagues(parsed.GetValue(league)), parsed.GetValue(seed), parsed.GetValue(threads),
                parsed.GetValue(Cli.Json), ct),
            ct));
        return command;
    }

    private static int Run(long states, IReadOnlyList<League> leagues, int seed, int threads, bool json, CancellationToken ct)
    {
        if (states is < 1 or > 1_000_000_000 || threads is < 1 or > 256)
        {
            throw new UserErrorException(ExitCodes.Usage, "--states is 1 to 1000000000 and --threads 1 to 256.", "Write for example --states 100000 --threads 2.");
        }

        var results = new List<object>();
        var breaches = 0L;
        foreach (var league in leagues)
        {
            var started = Stopwatch.GetTimestamp();
            var findings = Check(league, states, seed, threads, ct);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            breaches += findings.Sum(finding => finding.Breaches);
            Print(league, states, seconds, findings);
            results.Add(new
            {
                league = league.Code(),
                model = GameModels.Create(league).Version,
                states,
                seed,
                seconds = Math.Round(seconds, 1),
                checks = findings.Sum(finding => finding.Checks),
                breaches = findings.Sum(finding => finding.Breaches),
                rules = findings.Select(finding => new { finding.Rule, finding.Checks, finding.Breaches, worst = finding.Worst.Value, finding.Example }),
            });
        }

        if (json)
        {
            Cli.PrintJson(new { breaches, leagues = results });
        }

        return breaches == 0 ? ExitCodes.Ok : ExitCodes.CheckFailed;
    }

    /// <summary>The states come in slices of their own seeds, so that the number of threads does not change them.</summary>
    private static List<CoherenceFinding> Check(League league, long states, int seed, int threads, CancellationToken ct)
    {
        var done = 0L;
        var said = Stopwatch.GetTimestamp();
        var slices = new IReadOnlyList<CoherenceFinding>[Slices];
        Parallel.For(0, Slices, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = ct }, slice =>
        {
            var mine = (states * (slice + 1) / Slices) - (states * slice / Slices);
            slices[slice] = CoherenceRun.Check(league, GameModels.Create(league), mine, (seed * Slices) + slice, null, ct);
            var total = Interlocked.Add(ref done, mine);
            if (Stopwatch.GetElapsedTime(Interlocked.Read(ref said)).TotalSeconds > 5)
            {
                Interlocked.Exchange(ref said, Stopwatch.GetTimestamp());
                Cli.Say($"{league.Code()}: {total:N0} of {states:N0} states");
            }
        });
        return [.. slices.SelectMany(findings => findings).GroupBy(finding => finding.Rule, StringComparer.Ordinal).Select(rule => new CoherenceFinding(
            rule.Key,
            rule.Sum(finding => finding.Checks),
            rule.Sum(finding => finding.Breaches),
            rule.Max(finding => finding.Worst),
            rule.MaxBy(finding => finding.Worst)!.Example))];
    }

    private static void Print(League league, long states, double seconds, List<CoherenceFinding> findings)
    {
        var checks = findings.Sum(finding => finding.Checks);
        Console.Out.WriteLine($"{league.Code()}  {states:N0} states, {checks:N0} checks, {findings.Sum(finding => finding.Breaches):N0} breaches, {seconds:0.0} s");
        foreach (var finding in findings)
        {
            Console.Out.WriteLine($"  {finding.Rule,-55}{finding.Checks,16:N0}{finding.Breaches,12:N0}{(finding.Breaches == 0 ? "" : $"   worst {finding.Worst.Value:0.0e0}")}");
            if (finding.Breaches > 0)
            {
                Console.Out.WriteLine($"    {finding.Example}");
            }
        }
    }
}
