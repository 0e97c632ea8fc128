using Oddswire.Core.Domain;

namespace Oddswire.Board.Views;

/// <summary>How prices are shown.</summary>
public enum OddsFormat
{
    /// <summary>-110, +130.</summary>
    American,

    /// <summary>1.91.</summary>
    Decimal,

    /// <summary>10/11.</summary>
    Fractional,

    /// <summary>52.4 %, without the margin.</summary>
    Probability,
}

/// <summary>Puts prices into words.</summary>
public static class OddsFormats
{
    /// <summary>The fractions bookmakers use, as profit for a stake; between 1/100 and 100/1.</summary>
    private static readonly (int Profit, int Stake)[] Customary =
    [
        (1, 1000), (1, 500), (1, 250), (1, 200), (1, 150), (1, 100), (1, 80), (1, 66), (1, 50), (1, 40), (1, 33), (1, 28), (1, 25), (1, 22),
        (1, 20), (1, 18), (1, 16), (1, 14), (1, 12), (1, 11), (1, 10), (1, 9), (1, 8), (2, 15), (1, 7), (2, 13), (1, 6), (2, 11), (1, 5), (2, 9),
        (1, 4), (2, 7), (3, 10), (1, 3), (4, 11), (2, 5), (4, 9), (1, 2), (8, 15), (4, 7), (8, 13), (4, 6), (8, 11), (4, 5), (5, 6), (10, 11),
        (1, 1), (11, 10), (6, 5), (5, 4), (11, 8), (6, 4), (13, 8), (7, 4), (15, 8), (2, 1), (9, 4), (5, 2), (11, 4), (3, 1), (10, 3), (7, 2),
        (4, 1), (9, 2), (5, 1), (11, 2), (6, 1), (13, 2), (7, 1), (15, 2), (8, 1), (9, 1), (10, 1), (11, 1), (12, 1), (14, 1), (16, 1), (18, 1),
        (20, 1), (22, 1), (25, 1), (28, 1), (33, 1), (40, 1), (50, 1), (66, 1), (80, 1), (100, 1), (150, 1), (200, 1), (250, 1), (500, 1), (999, 1),
    ];

    /// <summary>Reads a format's name as it stands in the cookie; American for anything else.</summary>
    public static OddsFormat Parse(string? text) => text switch
    {
        "decimal" => OddsFormat.Decimal,
        "fractional" => OddsFormat.Fractional,
        "probability" => OddsFormat.Probability,
        _ => OddsFormat.American,
    };

    /// <summary>The lower-case name of a format, as in the cookie.</summary>
    public static string NameOf(OddsFormat format) => GameLabels.Snake(format);

    /// <summary>A selection in a format: <c>-110</c>, <c>1.91</c>, <c>10/11</c>, <c>52.4%</c>; a dash when no price is offered.</summary>
    public static string Show(Contracts.SelectionView selection, OddsFormat format) => format switch
    {
        OddsFormat.Decimal => ShowDecimal(selection.Decimal),
        OddsFormat.Fractional => selection.Fractional ?? "–",
        OddsFormat.Probability => ShowProbability(selection.Probability),
        _ => selection.American ?? "–",
    };

    /// <summary>Two digits after the point, three below 1.10; a dash for none.</summary>
    public static string ShowDecimal(string? price) =>
        price is null ? "–" : price.StartsWith("1.0", StringComparison.Ordinal) ? price : decimal.Parse(price).ToString("0.00");

    /// <summary>Percent with one digit after the point.</summary>
    public static string ShowProbability(string probability) => $"{decimal.Parse(probability) * 100:0.0}%";

    /// <summary>The customary fraction whose implied probability is nearest to the price's; null when there is no price.</summary>
    public static string? Fractional(DecimalOdds odds)
    {
        if (!odds.IsOffered)
        {
            return null;
        }

        var implied = 1000.0 / odds.Thousandths;
        var (profit, stake) = Customary.MinBy(fraction => Math.Abs(((double)fraction.Stake / (fraction.Stake + fraction.Profit)) - implied));
        return $"{profit}/{stake}";
    }
}
