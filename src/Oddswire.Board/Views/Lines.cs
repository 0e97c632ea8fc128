using Oddswire.Board.Contracts;

namespace Oddswire.Board.Views;

/// <summary>Lines as the board writes them beside a price.</summary>
public static class Lines
{
    /// <summary>The home team's handicap, signed: <c>-3.5</c>, <c>+2</c>, <c>PK</c> for none.</summary>
    public static string Home(MarketView? spread) => spread?.Line is { } line ? Signed(decimal.Parse(line)) : "";

    /// <summary>The visitors' handicap: the opposite.</summary>
    public static string Away(MarketView? spread) => spread?.Line is { } line ? Signed(-decimal.Parse(line)) : "";

    /// <summary><c>O 47.5</c>.</summary>
    public static string Over(MarketView? total) => total?.Line is { } line ? $"O {line}" : "";

    /// <summary><c>U 47.5</c>.</summary>
    public static string Under(MarketView? total) => total?.Line is { } line ? $"U {line}" : "";

    private static string Signed(decimal points) => points switch
    {
        0 => "PK",
        > 0 => $"+{points:0.##}",
        _ => $"{points:0.##}",
    };
}
