using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Price;
using Oddswire.Core.Pricing;

namespace Oddswire.Tests.Pipeline.Price;

/// <summary>Which line is the main one.</summary>
public sealed class LineLadderTests
{
    private static readonly FamilyKey Spread = new(MarketType.Spread);

    [Theory]
    [InlineData(League.Mlb, 500_000)]
    [InlineData(League.Mlb, 530_000)]
    [InlineData(League.Nba, 510_000)]
    public void Where_nothing_lies_between_the_main_spread_stays_on_its_side_until_the_other_is_clearly_nearer(League league, int homeWin)
    {
        var solved = Solve(league, homeWin);
        foreach (var side in new Line[] { new(-150), new(150) })
        {
            LineLadder.Choose(solved, Spread, StyleOf(league), side, out _).ShouldBe(side);
        }
    }

    [Theory]
    [InlineData(League.Mlb, 620_000, -150)]
    [InlineData(League.Mlb, 380_000, 150)]
    [InlineData(League.Nba, 620_000, -450)]
    public void The_favourite_gives_the_points_wherever_the_main_line_was(League league, int homeWin, int expected)
    {
        var solved = Solve(league, homeWin);
        foreach (var before in new Line?[] { null, new(-150), new(150), new(50), new(950), new(-950) })
        {
            LineLadder.Choose(solved, Spread, StyleOf(league), before, out _).ShouldBe(new Line(expected), $"from {before}");
        }
    }

    private static LadderStyle StyleOf(League league) => LeagueBook.For(league).Of(MarketType.Spread, MarketScope.FullGame)!.Ladder!;

    private static IOutcomeDistribution Solve(League league, int homeWin) => GameModels.Create(league).Solve(
        new GameState(), PriceRig.Info(league, new PregameLine { HomeWin = Probability.FromMillionths(homeWin), TotalHundredths = league == League.Mlb ? 850 : 22_000 }));
}
