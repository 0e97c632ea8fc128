using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Props;

/// <summary>What the players' models look at in a game: how much of it is gone and left, and what the joint model still expects of each team.</summary>
/// <param name="Elapsed">Share of regulation played; above 1 in overtime.</param>
/// <param name="Left">Share of regulation still to be played, overtime in play included.</param>
/// <param name="Margin">Home points minus away points.</param>
/// <param name="HomePointsLeft">Points the joint model expects of the home team from here.</param>
/// <param name="AwayPointsLeft">The same of the visitors.</param>
public readonly record struct GameView(double Elapsed, double Left, int Margin, double HomePointsLeft, double AwayPointsLeft)
{
    /// <summary>Points ahead of a side.</summary>
    public int Lead(Side side) => side == Side.Home ? Margin : -Margin;

    /// <summary>Points the joint model expects of a side from here.</summary>
    public double PointsLeft(Side side) => side == Side.Home ? HomePointsLeft : AwayPointsLeft;

    /// <summary>The view of a game with a clock.</summary>
    /// <param name="state">The state; scheduled or live.</param>
    /// <param name="solved">What the joint model says at that state.</param>
    /// <param name="periodTenths">Length of one of the four regulation periods.</param>
    /// <param name="overtimeTenths">Length of an overtime.</param>
    public static GameView Timed(GameState state, IOutcomeDistribution solved, int periodTenths, int overtimeTenths)
    {
        const int Periods = 4;
        double whole = Periods * periodTenths;
        var period = Math.Max(1, state.Period);
        var full = period <= Periods ? periodTenths : overtimeTenths;
        var clock = state.Period == 0 ? full : Math.Clamp(state.ClockTenths < 0 ? full : state.ClockTenths, 0, full);
        var elapsed = period <= Periods
            ? (period * periodTenths) - clock
            : whole + ((period - Periods) * overtimeTenths) - clock;
        var left = period <= Periods ? whole - elapsed : clock;
        var (home, away) = solved.Mean();
        return new GameView(
            elapsed / whole, left / whole, state.Score.Margin,
            Math.Max(0, (home / 100.0) - state.Score.Home), Math.Max(0, (away / 100.0) - state.Score.Away));
    }
}
