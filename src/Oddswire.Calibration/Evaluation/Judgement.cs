using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Calibration.Evaluation;

/// <summary>A forecast beside what happened.</summary>
/// <param name="HomeWin">The forecast.</param>
/// <param name="HomeWon">Whether home won.</param>
/// <param name="Game">The game, as a number: rows of one game share one outcome and are one cluster.</param>
public readonly record struct Judgement(Chance HomeWin, bool HomeWon, int Game)
{
    // A forecast of certainty that fails would cost without limit: it is judged as one in a million.
    private const double Least = 1e-6;

    /// <summary>The chance as it is judged.</summary>
    internal double P => Math.Clamp(HomeWin.Value, Least, 1 - Least);

    /// <summary>1 when home won, else 0.</summary>
    internal double Y => HomeWon ? 1 : 0;

    /// <summary>-ln of the chance given to what happened.</summary>
    internal double LogLoss => -Math.Log(HomeWon ? P : 1 - P);

    /// <summary>Squared error.</summary>
    internal double Brier => (P - Y) * (P - Y);
}

/// <summary>Means with 95 % intervals from the spread between games (the cluster-robust or sandwich variance: Liang and Zeger, Biometrika 73, 1986).</summary>
internal static class ClusteredMean
{
    private const double Z95 = 1.959964;

    /// <summary>The mean of a value over rows; clusters are games.</summary>
    public static MeasuredFigure Of(string name, IReadOnlyList<Judgement> rows, Func<int, double> value)
    {
        if (rows.Count == 0)
        {
            return new MeasuredFigure(name, 0, 0, 0);
        }

        double sum = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            sum += value(i);
        }

        var mean = sum / rows.Count;
        var error = StandardErrorOfSum(rows, i => value(i) - mean) / rows.Count;
        return new MeasuredFigure(name, mean, mean - (Z95 * error), mean + (Z95 * error));
    }

    /// <summary>The standard error of a sum of values that are 0 in expectation and depend on each other within a game only.</summary>
    public static double StandardErrorOfSum(IReadOnlyList<Judgement> rows, Func<int, double> value)
    {
        Dictionary<int, double> games = [];
        for (var i = 0; i < rows.Count; i++)
        {
            games[rows[i].Game] = games.GetValueOrDefault(rows[i].Game) + value(i);
        }

        var variance = games.Values.Sum(sum => sum * sum);
        return Math.Sqrt(games.Count > 1 ? variance * games.Count / (games.Count - 1) : variance);
    }

    /// <summary>An estimate with the interval of its standard error.</summary>
    public static MeasuredFigure Of(string name, double value, double error) => new(name, value, value - (Z95 * error), value + (Z95 * error));
}
