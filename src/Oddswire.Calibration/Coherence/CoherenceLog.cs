using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Coherence;

/// <summary>How often a rule was checked, how often and how far it was broken, and where it was broken worst.</summary>
/// <param name="Rule">The rule, in words.</param>
/// <param name="Checks">How often it was checked.</param>
/// <param name="Breaches">How often it did not hold within the tolerance.</param>
/// <param name="Worst">The greatest excess, a probability.</param>
/// <param name="Example">The state of the worst breach; empty when there is none.</param>
public sealed record CoherenceFinding(string Rule, long Checks, long Breaches, Chance Worst, string Example);

/// <summary>Counts checks and breaches by rule.</summary>
/// <param name="tolerance">The greatest excess that counts as rounding.</param>
internal sealed class CoherenceLog(double tolerance)
{
    private readonly List<CoherenceCheck> _rules = [];

    /// <summary>The greatest excess that counts as rounding.</summary>
    public double Tolerance => tolerance;

    /// <summary>Says where the next checks are; asked only where one fails.</summary>
    public Func<string> Place { get; set; } = static () => "";

    /// <summary>A rule to check.</summary>
    public CoherenceCheck Rule(string name)
    {
        var rule = new CoherenceCheck(this, name);
        _rules.Add(rule);
        return rule;
    }

    /// <summary>What was found, by rule.</summary>
    public IReadOnlyList<CoherenceFinding> Findings() =>
        [.. _rules.Where(static rule => rule.Checks > 0).Select(static rule => rule.Finding).OrderBy(static finding => finding.Rule, StringComparer.Ordinal)];
}

/// <summary>One rule, and what became of its checks.</summary>
internal sealed class CoherenceCheck(CoherenceLog log, string name)
{
    private readonly double _tolerance = log.Tolerance;
    private long _breaches;
    private double _worst;
    private string _example = "";

    public long Checks { get; private set; }

    public CoherenceFinding Finding => new(name, Checks, _breaches, Chance.Of(Math.Clamp(_worst, 0, 1)), _example);

    /// <summary>Checks that one probability does not exceed another.</summary>
    public void AtMost(double low, double high) => Take(low - high);

    /// <summary>Checks that two probabilities are equal.</summary>
    public void Equal(double left, double right) => Take(Math.Abs(left - right));

    private void Take(double excess)
    {
        Checks++;
        if (!(excess <= _tolerance))
        {
            Break(excess);
        }
    }

    // What is not a number is the worst breach of all.
    private void Break(double excess)
    {
        excess = double.IsNaN(excess) ? 1 : excess;
        _breaches++;
        if (excess > _worst)
        {
            (_worst, _example) = (excess, log.Place());
        }
    }
}
