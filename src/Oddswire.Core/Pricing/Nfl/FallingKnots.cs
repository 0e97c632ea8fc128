namespace Oddswire.Core.Pricing.Nfl;

/// <summary>Figures between which a table is drawn straight, the greatest first. Pure.</summary>
internal static class FallingKnots
{
    /// <summary>The place of the next figure, and how much the one before it counts; beyond the first and the last, those.</summary>
    /// <param name="knots">Two or more, falling.</param>
    /// <param name="value">What lies between them.</param>
    public static (int Next, double Before) Between(ReadOnlySpan<int> knots, double value)
    {
        value = Math.Clamp(value, knots[^1], knots[0]);
        var next = 1;
        while (value < knots[next])
        {
            next++;
        }

        return (next, (value - knots[next]) / (knots[next - 1] - knots[next]));
    }
}
