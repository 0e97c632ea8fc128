using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Mlb;

namespace Oddswire.Calibration.Mlb;

/// <summary>Counts the MLB model's tables on recorded games and writes them as the source file that the program compiles in.</summary>
public static class MlbCounts
{
    private const int Columns = 14;

    // Keeps rare numbers of runs possible: each row is mixed with a hundredth of a percent of a falling tail.
    private const double TailShare = 1e-4;

    public static MlbParameters Count(IReadOnlyList<MlbRow> rows)
    {
        var counts = new double[MlbParameters.States, Columns];
        var walkOffs = new double[4];
        var games = rows.Select(row => row.Row).DistinctBy(row => row.Game).ToList();
        var toCome = 0;
        for (var i = rows.Count - 1; i >= 0; i--)
        {
            var row = rows[i];
            var state = row.Row.State;
            var isLastOfHalf = i == rows.Count - 1 || rows[i + 1].Row.Game != row.Row.Game || rows[i + 1].IsBottom != row.IsBottom;
            toCome = row.Runs + (isLastOfHalf ? 0 : toCome);
            if (row.IsRegulationBeforeLast)
            {
                counts[(state.Baseball!.Outs * 8) + state.Baseball.BasesMask, Math.Min(toCome, Columns - 1)]++;
            }

            if (row is { EndsGame: true, IsBottom: true, IsRegulationBeforeLast: false } && row.Row.Final.Margin is > 0 and <= 4)
            {
                walkOffs[row.Row.Final.Margin - 1]++;
            }
        }

        return new MlbParameters
        {
            RunsToEndOfHalf = [.. Enumerable.Range(0, MlbParameters.States)
                .Select(s => Share(Enumerable.Range(0, Columns).Select(k => counts[s, k])))],
            WalkOffMargins = Share(walkOffs),
            AverageHomeWin = (int)Math.Round(games.Average(game => game.Final.Margin > 0 ? 1.0 : 0.0) * 1000) * 1000,
            AverageTotal = (int)Math.Round(games.Where(game => game.Info.RegulationPeriods == 9).Average(game => game.Final.Total) * 20) * 5,
        };
    }

    public static string ToSource(MlbParameters parameters, int rows, int games)
    {
        var text = new StringBuilder($$"""
            namespace Oddswire.Core.Pricing.Mlb;

            /// <summary>
            /// Counted on {{rows}} states of {{games}} games (2019, 2020) by the benchmark project's command <c>models fit mlb</c>; tables from innings before
            /// the last of regulation, which no walk-off cuts short. The information used here was obtained free of charge from and is copyrighted
            /// by Retrosheet. Interested parties may contact Retrosheet at "www.retrosheet.org".
            /// </summary>
            internal static class MlbFittedParameters
            {
                public static MlbParameters Value { get; } = new()
                {
                    AverageHomeWin = {{parameters.AverageHomeWin}},
                    AverageTotal = {{parameters.AverageTotal}},
                    WalkOffMargins = [{{string.Join(", ", parameters.WalkOffMargins)}}],
                    RunsToEndOfHalf =
                    [

            """);
        for (var state = 0; state < MlbParameters.States; state++)
        {
            text.AppendLine($"            [{string.Join(", ", parameters.RunsToEndOfHalf[state])}], // {state / 8} out, runners {Bases(state % 8)}");
        }

        return text.Append("        ],\n    };\n}\n").ToString();
    }

    private static string Bases(int mask) => mask == 0 ? "none" : string.Concat(Enumerable.Range(0, 3).Where(b => (mask & (1 << b)) != 0).Select(b => b + 1));

    // Millionths that sum to one: the first cell takes what rounding leaves.
    private static int[] Share(IEnumerable<double> counts)
    {
        var values = counts.ToArray();
        var sum = values.Sum();
        var tail = Enumerable.Range(0, values.Length).Select(k => Math.Pow(0.5, k + 1)).ToArray();
        var shares = values.Select((v, k) => (int)Math.Round(Probability.One * (((1 - TailShare) * v / sum) + (TailShare * tail[k])))).ToArray();
        shares[0] += Probability.One - shares.Sum();
        return shares;
    }
}
