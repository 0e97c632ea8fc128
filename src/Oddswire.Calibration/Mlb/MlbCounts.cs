using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Mlb;

namespace Oddswire.Calibration.Mlb;

/// <summary>Counts the MLB model's tables on recorded games.</summary>
public static class MlbCounts
{
    private const int Columns = 14;

    // Keeps rare numbers of runs possible: each row is mixed with a hundredth of a percent of a falling tail.
    private const double TailShare = 1e-4;

    /// <summary>Counts; half-innings before the last of regulation, which no walk-off cuts short.</summary>
    public static MlbParameters Count(TrainingSet set, FitContext context)
    {
        context.Progress(0, "counting runs by outs and bases");
        var rows = set.Rows;
        var counts = new double[MlbParameters.States, Columns];
        var walkOffs = new double[4];
        var games = rows.Select(row => row.Game).DistinctBy(game => game.Id).ToList();
        var toCome = 0;
        for (var i = rows.Count - 1; i >= 0; i--)
        {
            var (row, state) = (rows[i], rows[i].State);
            var isLastOfGame = i == rows.Count - 1 || rows[i + 1].Game.Id != row.Game.Id;
            var isLastOfHalf = isLastOfGame || rows[i + 1].State.Possession != state.Possession;
            var runs = (isLastOfGame ? row.Final.Total : rows[i + 1].State.Score.Total) - state.Score.Total;
            toCome = runs + (isLastOfHalf ? 0 : toCome);
            if (state.Period < row.Info.RegulationPeriods)
            {
                counts[(state.Baseball!.Outs * 8) + state.Baseball.BasesMask, Math.Clamp(toCome, 0, Columns - 1)]++;
            }

            if (isLastOfGame && state.Period >= row.Info.RegulationPeriods && state.Possession == Side.Home && row.Final.Margin is > 0 and <= 4)
            {
                walkOffs[row.Final.Margin - 1]++;
            }
        }

        return new MlbParameters
        {
            RunsToEndOfHalf = [.. Enumerable.Range(0, MlbParameters.States)
                .Select(s => Share(Enumerable.Range(0, Columns).Select(k => counts[s, k])))],
            WalkOffMargins = Share(walkOffs),
            AverageHomeWin = (int)Math.Round(games.Average(game => game.Final!.Value.Margin > 0 ? 1.0 : 0.0) * 1000) * 1000,
            AverageTotal = (int)Math.Round(games.Where(game => game.Info.RegulationPeriods == 9).Average(game => game.Final!.Value.Total) * 20) * 5,
        };
    }

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
