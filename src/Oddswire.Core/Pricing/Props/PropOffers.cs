using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Props;

/// <summary>
/// How the players' markets are offered: half-point lines as the market has them, the main one near the median with an alternate on each side; one
/// touchdown and one home run, over only in effect. The margin is that of such markets, wider than a game's.
/// </summary>
public static class PropOffers
{
    private static readonly MarginRule Main = new(MarginMethod.Power, 650);
    private static readonly MarginRule Alternate = new(MarginMethod.Power, 800);

    private static readonly MarketOffer PassingYards = Ladder(1_000, 450, 2_000, 0.08);
    private static readonly MarketOffer Yards = Ladder(500, 450, 1_000, 0.08);
    private static readonly MarketOffer Points = Ladder(100, 50, 300, 0.08);
    private static readonly MarketOffer Counts = Ladder(100, 50, 100, 0.12);
    private static readonly MarketOffer One = new() { Type = MarketType.PlayerProp, Margin = Main, AlternateMargin = Alternate, FixedLines = [new Line(50)] };

    /// <summary>The offer of a statistic.</summary>
    public static MarketOffer Of(PlayerStatistic statistic) => statistic switch
    {
        PlayerStatistic.PassingYards => PassingYards,
        PlayerStatistic.RushingYards or PlayerStatistic.ReceivingYards => Yards,
        PlayerStatistic.Points => Points,
        PlayerStatistic.Touchdowns or PlayerStatistic.HomeRuns => One,
        _ => Counts,
    };

    /// <summary>Whether a statistic can go down by what a player does: yards can, so that a line passed is not won before the end.</summary>
    public static bool CanFall(PlayerStatistic statistic) =>
        statistic is PlayerStatistic.PassingYards or PlayerStatistic.RushingYards or PlayerStatistic.ReceivingYards;

    private static MarketOffer Ladder(int step, int offset, int alternate, double stickiness) => new()
    {
        Type = MarketType.PlayerProp,
        Margin = Main,
        AlternateMargin = Alternate,
        Ladder = new LadderStyle(step, offset, alternate, 1, Chance.Of(stickiness)),
    };
}
