namespace Oddswire.Core.Domain;

/// <summary>A handicap or total in hundredths of a point: -3.5 is -350. Signed; a spread is the home team's handicap.</summary>
public readonly record struct Line(int Hundredths) : IComparable<Line>
{
    /// <summary>The value in points (or runs).</summary>
    public decimal Points => Hundredths / 100m;

    /// <summary>Whether a result can fall exactly on the line, so that bets are pushed.</summary>
    public bool CanPush => Hundredths % 100 == 0;

    /// <summary>The line of so many half points: <c>FromHalves(-7)</c> is -3.5.</summary>
    public static Line FromHalves(int halves) => new(halves * 50);

    /// <inheritdoc/>
    public int CompareTo(Line other) => Hundredths.CompareTo(other.Hundredths);

    /// <inheritdoc/>
    public override string ToString() => Points.ToString("0.##");
}
