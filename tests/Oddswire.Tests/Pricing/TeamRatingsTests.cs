using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Tests.Pricing;

public sealed class TeamRatingsTests
{
    private static readonly DateOnly Day = new(2030, 10, 1);

    [Fact]
    public void Who_won_by_more_than_expected_is_favoured_by_more_the_next_time()
    {
        var results = Enumerable.Range(0, 10).Select(week => new PlayedGame($"{week}", Day.AddDays(7 * week), "AAA", "BBB", 20)).ToArray();
        var after = Enumerable.Range(1, 10).Select(weeks => Margin("AAA", "BBB", Day.AddDays(7 * weeks), results)).ToArray();

        after.ShouldBe(after.Order());
        after[^1].ShouldBeInRange(after[0] + 5, 20);
        Margin("BBB", "AAA", Day.AddDays(70), results).ShouldBeLessThan(0);
    }

    [Fact]
    public void Results_of_the_day_itself_and_later_count_for_nothing_whatever_their_order()
    {
        PlayedGame[] results =
        [
            new("late", Day.AddDays(7), "AAA", "BBB", -50), new("same", Day, "AAA", "CCC", -50), new("early", Day.AddDays(-7), "AAA", "BBB", 10),
        ];
        var margin = Margin("AAA", "BBB", Day, results);

        margin.ShouldBe(Margin("AAA", "BBB", Day, results[2..]));
        margin.ShouldBe(Margin("AAA", "BBB", Day, [.. results.Reverse()]));
    }

    [Fact]
    public void Ratings_fade_with_every_season_that_passes()
    {
        PlayedGame[] results = [new("one", Day, "AAA", "BBB", 40)];
        var edge = new TeamRatings(League.Nfl).Expected("AAA", "BBB");
        var soon = Margin("AAA", "BBB", Day.AddDays(7), results) - edge;

        (Margin("AAA", "BBB", Day.AddDays(330), results) - edge).ShouldBe(soon * 0.6, 1e-9);
        (Margin("AAA", "BBB", Day.AddDays(5 * 365), results) - edge).ShouldBe(soon * Math.Pow(0.6, 5), 1e-9);
    }

    [Fact]
    public void Teams_of_which_nothing_is_known_are_not_rated() =>
        TeamRatings.MarginOf(League.Nba, [new("one", Day, "AAA", "BBB", 40)], "CCC", "DDD", Day.AddDays(1)).ShouldBeNull();

    private static double Margin(string home, string away, DateOnly day, PlayedGame[] results) =>
        TeamRatings.MarginOf(League.Nfl, results, home, away, day).ShouldNotBeNull();
}
