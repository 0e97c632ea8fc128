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
    // Rules are named by literals: the same string each time.
    private readonly Dictionary<string, Entry> _entries = new(ReferenceEqualityComparer.Instance);

    /// <summary>Says where the next checks are.</summary>
    public Func<string> Place { get; set; } = static () => "";

    /// <summary>Checks that one probability does not exceed another.</summary>
    public void AtMost(string rule, double low, double high) => Take(rule, low - high);

    /// <summary>Checks that two probabilities are equal.</summary>
    public void Equal(string rule, double left, double right) => Take(rule, Math.Abs(left - right));

    /// <summary>What was found, by rule.</summary>
    public IReadOnlyList<CoherenceFinding> Findings() =>
        [.. _entries.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(static pair => new CoherenceFinding(
            pair.Key, pair.Value.Checks, pair.Value.Breaches, Chance.Of(Math.Clamp(pair.Value.Worst, 0, 1)), pair.Value.Example))];

    private void Take(string rule, double excess)
    {
        if (!_entries.TryGetValue(rule, out var entry))
        {
            _entries[rule] = entry = new Entry();
        }

        entry.Checks++;
        if (excess <= tolerance)
        {
            return;
        }

        entry.Breaches++;
        if (excess > entry.Worst)
        {
            (entry.Worst, entry.Example) = (excess, Place());
        }
    }

    private sealed class Entry
    {
        public long Checks { get; set; }

        public long Breaches { get; set; }

        public double Worst { get; set; }

        public string Example { get; set; } = "";
    }
}
