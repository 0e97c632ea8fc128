using System.CommandLine;
using System.Diagnostics;
using Oddswire.Calibration.Coherence;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Host.Commands.Models;

namespace Oddswire.Host.Commands.Bench;

/// <summary><c>oddswire bench coherence</c>: no two markets contradict each other, checked over random states.</summary>
internal static class CoherenceBench
{
    private const int LeastSlices = 64;
    private const int StatesOfASlice = 25_000;

    public static Command Create()
    {
        var states = new Option<long>("--states") { Description = "Random states per league.", DefaultValueFactory = static _ => 100_000 };
        var league = new Option<string?>("--league") { Description = "Only nfl, nba or mlb." };
        var seed = new Option<int>("--seed") { Description = "Determines the states.", DefaultValueFactory = static _ => 1 };
        var threads = new Option<int>("--threads") { Description = "Number of threads; does not change the states.", DefaultValueFactory = static _ => Environment.ProcessorCount };
        var log = new Option<string?>("--log")
        {
            Description = "A file that records each finished slice; repeating the command resumes after the slices in it.",
            HelpName = "FILE",
        };
        var command = new ExampleCommand(
            "coherence",
            "Check over random states that no two markets allow arbitrage, ladders are monotone, probabilities sum to one and a larger lead never hurts (docs/markets.md).",
            "oddswire bench coherence",
            "oddswire bench coherence --states 3400000 --log coherence.jsonl",
            "oddswire bench coherence --states 10000000 --league mlb --json")
        { states, league, seed, threads, log };
        command.SetAction((parsed, ct) => Task.Run(
            () => Run(
                parsed.GetValue(states), OddsCommand.ParseLeagues(parsed.GetValue(league)), parsed.GetValue(seed), parsed.GetValue(threads),
                parsed.GetValue(log), parsed.GetValue(Cli.Json), ct),
            ct));
        return command;
    }

    private static int Run(long states, IReadOnlyList<League> leagues, int seed, int threads, string? logFile, bool json, CancellationToken ct)
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
            var order = new CoherenceOrder(league.Code(), GameModels.BuiltIn(league).Version, seed, states);
            var findings = Check(league, order, threads, logFile is null ? null : CoherenceSlices.Open(logFile, order), ct);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            breaches += findings.Sum(finding => finding.Breaches);
            Print(league, states, seconds, findings);
            results.Add(new
            {
                league = league.Code(),
                model = order.Model,
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
    private static List<CoherenceFinding> Check(League league, CoherenceOrder order, int threads, CoherenceSlices? known, CancellationToken ct)
    {
        var count = (int)Math.Max(LeastSlices, order.States / StatesOfASlice);
        var slices = new IReadOnlyList<CoherenceFinding>[count];
        using var progress = new ProgressLine();
        var gate = new Lock();
        var done = 0L;
        Parallel.For(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = ct },
            () => GameModels.Create(league),
            (slice, _, model) =>
            {
                var mine = (order.States * (slice + 1) / count) - (order.States * slice / count);
                if (known?.Find(slice) is { } before)
                {
                    slices[slice] = before;
                }
                else
                {
                    slices[slice] = CoherenceRun.Check(league, model, mine, (order.Seed * count) + slice, null, ct);
                    known?.Add(slice, slices[slice]);
                }

                lock (gate)
                {
                    done += mine;
                    progress.Report(done / (double)order.States, $"{league.Code()}: {done:N0} of {order.States:N0} states");
                }

                return model;
            },
            static _ => { });
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
