using System.Globalization;
using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing;

/// <summary>Reads a price as people write it: American (<c>+130</c>, <c>-150</c>), decimal (<c>1.91</c>) or fractional (<c>10/11</c>, <c>evens</c>).</summary>
public static class PriceText
{
    private const double LongestPrice = 1_000_000;

    /// <summary>The chance that a price implies, the margin included, without rounding: 1 / decimal price.</summary>
    /// <param name="text">The price.</param>
    /// <param name="implied">What it implies, above 0 and below 1.</param>
    /// <param name="problem">Why it is no price, with the remedy; empty when it is one.</param>
    public static bool TryReadImplied(string text, out Chance implied, out string problem)
    {
        var trimmed = text.Trim();
        var price = trimmed switch
        {
            _ when trimmed.Equals("evens", StringComparison.OrdinalIgnoreCase) || trimmed.Equals("even", StringComparison.OrdinalIgnoreCase) => 2,
            ['+' or '-' or '−', ..] => American(trimmed),
            _ when trimmed.Contains('/', StringComparison.Ordinal) => Fractional(trimmed),
            _ => Decimal(trimmed),
        };
        problem = price switch
        {
            null => $"'{text}' is not a price. Write American (+130, -150), decimal (1.91) or fractional (10/11) odds.",
            > 1 and < LongestPrice => "",
            _ => $"'{text}' is not a price: it must return more than the stake, and less than {LongestPrice:0} times it.",
        };
        if (problem.Length == 0 && IsAmbiguous(trimmed))
        {
            problem = $"'{text}' can be an American or a decimal price. Write +{trimmed} or {trimmed}.0.";
        }

        implied = problem.Length == 0 ? Chance.Of(1 / price!.Value) : default;
        return problem.Length == 0;
    }

    private static bool IsAmbiguous(string text) => text.Length >= 3 && text.All(char.IsAsciiDigit);

    private static double? American(string text)
    {
        if (!int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 100)
        {
            return null;
        }

        return text[0] == '+' ? 1 + (number / 100.0) : 1 + (100.0 / number);
    }

    private static double? Fractional(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return Number(text[..slash]) is { } profit && Number(text[(slash + 1)..]) is { } stake && stake > 0 ? 1 + (profit / stake) : null;
    }

    private static double? Decimal(string text) => Number(text);

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
