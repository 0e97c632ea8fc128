using System.Text.Json;
using Oddswire.Core.Domain;

namespace Oddswire.Simulator;

/// <summary>A club: index in its league, vendor's code and number, city and name.</summary>
internal sealed record Club(int Index, string Code, int VendorNumber, string City, string Name)
{
    /// <summary>The code, ready to be written.</summary>
    public JsonEncodedText EncodedCode { get; } = JsonEncodedText.Encode(Code);

    /// <summary>City and name.</summary>
    public string FullName => $"{City} {Name}";
}

/// <summary>
/// One game of the simulated season: who, when, how strong. <see cref="Number"/> counts the league's games from 0 and, with the seed, determines everything
/// that happens in it.
/// </summary>
internal sealed record Fixture
{
    public required GameId Id { get; init; }

    public required ulong Seed { get; init; }

    public required long Number { get; init; }

    public required Club Home { get; init; }

    public required Club Away { get; init; }

    /// <summary>Scheduled start by the vendor's clock.</summary>
    public required Timestamp ScheduledAt { get; init; }

    /// <summary>What the market expects; the game is played from it.</summary>
    public required double HomeMargin { get; init; }

    public required double Total { get; init; }

    /// <summary>Standard deviation of the home margin around its expectation, for the win probability of the line.</summary>
    public required double MarginSpread { get; init; }

    /// <summary>What batting last adds to the chance to win beyond the margin, in points of margin; 0 where nobody does.</summary>
    public required double WinEdge { get; init; }

    public double ExpectedHome => (Total + HomeMargin) / 2;

    public double ExpectedAway => (Total - HomeMargin) / 2;

    public Club Team(Side side) => side == Side.Home ? Home : Away;

    /// <summary>The line as the betting market would quote it: margin and total to the half point, win probability from a normal margin.</summary>
    public PregameLine Line => new()
    {
        HomeMarginHundredths = ToHalves(HomeMargin),
        TotalHundredths = ToHalves(Total),
        HomeWin = Probability.RoundNearest(NormalShare((HomeMargin + WinEdge) / MarginSpread)),
    };

    /// <summary>
    /// The same without rounding, to the hundredth of a point: what a trader knows who reads the spread's and the total's prices beside their half points.
    /// </summary>
    public PregameLine Expectation => Line with { HomeMarginHundredths = ToHundredths(HomeMargin), TotalHundredths = ToHundredths(Total) };

    private static int ToHundredths(double value) => (int)Math.Floor((value * 100) + 0.5);

    private static int ToHalves(double value) => (int)Math.Floor((value * 2) + 0.5) * 50;

    /// <summary>Normal distribution function by Abramowitz and Stegun 26.2.19 (error below 1.5e-7; no transcendental functions).</summary>
    private static double NormalShare(double x)
    {
        var z = Math.Abs(x);
        var p = 1 + (z * (0.0498673470 + (z * (0.0211410061 + (z * (0.0032776263
            + (z * (0.0000380036 + (z * (0.0000488906 + (z * 0.0000053830)))))))))));
        p *= p;
        p *= p;
        p *= p;
        p *= p;
        var upper = 0.5 / p;
        return x >= 0 ? 1 - upper : upper;
    }
}
