using Oddswire.Calibration.Fit;
using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Evaluation;

/// <summary>
/// The plain model that every other has to beat: home wins with chance Φ((lead + a·line·s^b + c·extra) / √(σ²·s^2q + w)), s the share of the game left (Stern, "A
/// Brownian Motion Model for the Progress of Sports Scores", JASA 89, 1994, with the closing line and the situation added). Its six parameters are fitted to
/// the log loss of the very rows that are judged, which favours it.
/// </summary>
internal sealed class NormalBaseline
{
    private const int MostFitRows = 25_000;
    private const int Evaluations = 400;

    // A simplex that has shrunk before it came to the least cost finds the way on when it is set up anew.
    private const int Searches = 3;

    private readonly double[] _parameters;

    private NormalBaseline(double[] parameters) => _parameters = parameters;

    /// <summary>Fits it.</summary>
    /// <param name="inputs">What it knows of each row.</param>
    /// <param name="outcomes">What happened.</param>
    /// <param name="isAtFaceValue">Whether the line counts as it stands and loses weight evenly, which leaves four parameters.</param>
    public static NormalBaseline Fit(IReadOnlyList<NormalInputs> inputs, IReadOnlyList<Judgement> outcomes, bool isAtFaceValue = false)
    {
        var step = Math.Max(inputs.Count / MostFitRows, 1);
        var sample = Enumerable.Range(0, (inputs.Count + step - 1) / step).Select(i => i * step).ToArray();
        var sd = Math.Max(Math.Sqrt(sample.Average(i => Math.Pow(inputs[i].Lead, 2))) * 1.3, 1);
        double[] line = isAtFaceValue ? [] : [1, 1];
        double[] best = [.. line, 1, sd, 0.5, 0.3 * sd];
        for (var search = 0; search < Searches; search++)
        {
            best = NelderMead.Minimise(
                best,
                [.. line.Select(_ => 0.1), 0.2, sd * 0.2, 0.05, 0.2 * sd],
                p => sample.Sum(i => (outcomes[i] with { HomeWin = Forecast(isAtFaceValue ? [1, 1, .. p] : p, inputs[i]) }).LogLoss),
                Evaluations);
        }

        return new NormalBaseline(isAtFaceValue ? [1, 1, .. best] : best);
    }

    /// <summary>Its forecast.</summary>
    public Chance Of(in NormalInputs inputs) => Forecast(_parameters, inputs);

    private static Chance Forecast(double[] p, in NormalInputs inputs)
    {
        var left = Math.Clamp(inputs.ShareLeft, 0, 1);
        var centre = inputs.Lead + (p[0] * inputs.Line * Math.Pow(left, Math.Max(p[1], 0.1))) + (p[2] * inputs.Extra);
        var variance = (p[3] * p[3] * Math.Pow(left, 2 * Math.Clamp(p[4], 0.1, 1.5))) + Math.Abs(p[5]) + 0.01;
        return Chance.Of(Cumulative(centre / Math.Sqrt(variance)));
    }

    // Zelen and Severo in Abramowitz and Stegun (1964), 26.2.17: within 7.5e-8.
    private static double Cumulative(double z)
    {
        if (z < 0)
        {
            return 1 - Cumulative(-z);
        }

        var t = 1 / (1 + (0.2316419 * z));
        var sum = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return 1 - (Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * sum);
    }
}
