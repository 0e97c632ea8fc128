using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Core.Pricing.Props;

/// <summary>
/// How a count goes on. The rate a game, given c so far in a share e of the game and π expected: (A + c) / (A / π + e) with A = <see cref="Base"/> +
/// <see cref="Slope"/> π (a gamma prior of the rate). The count still to come has the mean m = rate × share left × exp(effects · features) and the variance
/// <see cref="Variance"/> m + m² / <see cref="Size"/>, where (<see cref="Variance"/> - 1) and <see cref="Size"/> grow by exp(slope × share left).
/// </summary>
public sealed record CountParameters
{
    private readonly double[] _effects = [];

    /// <summary>Weight of the expectation, in counts.</summary>
    public required double Base { get; init; }

    /// <summary>Weight of the expectation that grows with it.</summary>
    public required double Slope { get; init; }

    /// <summary>Variance over mean of small counts, at least 1.</summary>
    public required double Variance { get; init; }

    /// <summary>Size of the negative binomial for large counts.</summary>
    public required double Size { get; init; }

    /// <summary>Logarithm of the growth of (<see cref="Variance"/> - 1) over a whole game left.</summary>
    public double VarianceSlope { get; init; }

    /// <summary>Logarithm of the growth of <see cref="Size"/> over a whole game left.</summary>
    public double SizeSlope { get; init; }

    /// <summary>Weights of the league's features.</summary>
    public required IReadOnlyList<double> Effects
    {
        get => _effects;
        init => _effects = [.. value];
    }

    /// <summary>Expected count still to come.</summary>
    /// <param name="expected">Count expected of the whole game (or of a unit of exposure).</param>
    /// <param name="soFar">Count so far.</param>
    /// <param name="elapsed">Exposure so far.</param>
    /// <param name="left">Exposure left.</param>
    /// <param name="features">The league's features.</param>
    public double MeanOf(double expected, double soFar, double elapsed, double left, ReadOnlySpan<double> features)
    {
        expected = Math.Max(0.01, expected);
        var weight = Base + (Slope * expected);
        double effect = 0;
        var effects = _effects;
        features = features[..effects.Length];
        for (var i = 0; i < effects.Length; i++)
        {
            effect += effects[i] * features[i];
        }

        return (weight + soFar) / ((weight / expected) + elapsed) * left * Math.Exp(Math.Clamp(effect, -6, 2));
    }

    /// <summary>The size of the negative binomial law of a mean.</summary>
    /// <param name="mean">The mean.</param>
    /// <param name="left">Share of the game left.</param>
    public double SizeOf(double mean, double left) => SizeOf(mean, WidthAt(left));

    /// <summary>What the size depends on beside the mean: (<see cref="Variance"/> - 1) and <see cref="Size"/> with that share of the game left.</summary>
    internal (double Excess, double Size) WidthAt(double left) => ((Variance - 1) * Math.Exp(VarianceSlope * left), Size * Math.Exp(SizeSlope * left));

    /// <inheritdoc cref="SizeOf(double, double)"/>
    internal static double SizeOf(double mean, (double Excess, double Size) width) => Math.Max(1e-9, mean) / Math.Max(1e-6, width.Excess + (mean / width.Size));
}

/// <summary>What training found for the players' markets of a league; see <c>props-nfl.json</c> and its like.</summary>
public sealed record PropParameters
{
    /// <summary>Name and version, for example <c>nfl-props-1</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The data files they were fitted on.</summary>
    public IReadOnlyList<TrainingFile> Files { get; init; } = [];

    /// <summary>How many games those hold.</summary>
    public int Games { get; init; }

    /// <summary>How good such models were on games they had not seen: log loss of over and under, model minus pro rata, by statistic; none when not evaluated.</summary>
    public IReadOnlyList<MeasuredFigure> Measured { get; init; } = [];

    /// <summary>The counts by statistic.</summary>
    public required IReadOnlyDictionary<PlayerStatistic, CountParameters> Counts { get; init; }

    /// <summary>Football: weights of <see cref="FirstYard"/> yards and each more, on one run and on one catch.</summary>
    public IReadOnlyList<double> RunYards { get; init; } = [];

    /// <summary>The same of a catch.</summary>
    public IReadOnlyList<double> CatchYards { get; init; } = [];

    /// <summary>Basketball: weights of 1, 2 and 3 points when somebody scores.</summary>
    public IReadOnlyList<double> ScorePoints { get; init; } = [];

    /// <summary>Yards of the first weight.</summary>
    public int FirstYard { get; init; }

    /// <summary>The table of <see cref="RunYards"/>; built when first asked for, and shared.</summary>
    internal YardTable Runs => field ??= new YardTable(FirstYard, [.. RunYards], 40);

    /// <summary>The table of <see cref="CatchYards"/>.</summary>
    internal YardTable Catches => field ??= new YardTable(FirstYard, [.. CatchYards], 50);

    /// <summary>The table of <see cref="ScorePoints"/>.</summary>
    internal YardTable Scores => field ??= new YardTable(1, [.. ScorePoints], 48);

    /// <summary>Single figures by name: weights of expectations, hazards.</summary>
    public required IReadOnlyDictionary<string, double> Figures { get; init; }

    /// <summary>A figure.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public double Figure(string name) => Figures.TryGetValue(name, out var value) ? value : throw new KeyNotFoundException($"The parameters '{Version}' have no figure '{name}'.");
}
