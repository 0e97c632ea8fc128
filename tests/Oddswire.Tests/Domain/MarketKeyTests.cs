using Oddswire.Core.Domain;

namespace Oddswire.Tests.Domain;

/// <summary>A market's name is written and read without loss.</summary>
public sealed class MarketKeyTests
{
    [Theory]
    [InlineData("moneyline")]
    [InlineData("first_half.three_way")]
    [InlineData("spread:-3.5")]
    [InlineData("first_five_innings.total:4.5")]
    [InlineData("fourth_quarter.team_total:away:6.5")]
    [InlineData("race_to:20")]
    [InlineData("next_score:14-10")]
    [InlineData("drive_result:7")]
    [InlineData("drive_score:7")]
    [InlineData("half_inning_runs:3t:0.5")]
    [InlineData("player_prop:00-0019596:passing_yards:255.5")]
    public void A_name_reads_back_as_the_market_it_names(string name)
    {
        MarketKey.TryParse(name, out var market).ShouldBeTrue();
        market.ToString().ShouldBe(name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("spread")]
    [InlineData("moneyline:1")]
    [InlineData("third_third.total:5")]
    [InlineData("team_total:both:5")]
    [InlineData("next_score:")]
    [InlineData("total:over")]
    [InlineData("total:5:5")]
    [InlineData("player_prop:x:'; drop table:1")]
    public void What_names_no_market_is_refused(string name) => MarketKey.TryParse(name, out _).ShouldBeFalse();

    [Fact]
    public void A_name_without_its_line_names_the_main_line_of_the_moment()
    {
        MarketKey.TryParse("first_half.team_total:home", out var market, out var hasLine).ShouldBeTrue();
        hasLine.ShouldBeFalse();
        market.ShouldBe(new MarketKey(MarketType.TeamTotal, default, "home", "", MarketScope.FirstHalf));
    }
}
