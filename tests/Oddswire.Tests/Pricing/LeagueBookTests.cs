using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Props;

namespace Oddswire.Tests.Pricing;

/// <summary>A book file says what is offered; what it cannot mean is refused with its place.</summary>
public sealed class LeagueBookTests
{
    private const string Good = """
        { "league": "mlb", "version": "mine-1", "least_fair": 0.02, "shortest_price": 1.02, "longest_price": 50, "markets": [
          { "scope": "full_game", "type": "moneyline", "margin": { "method": "shin", "percent": 4 } },
          { "scope": "first_five_innings", "type": "total", "margin": { "method": "proportional", "percent": 5 }, "alternate_margin": { "method": "power", "percent": 6.25 },
            "lines": { "step": 0.5, "half_points_only": false, "alternates": 2, "stickiness": 0.05 } },
          { "type": "half_inning_runs", "margin": { "method": "additive", "percent": 7 }, "fixed_lines": [0.5, 2.5] } ] }
        """;

    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    [InlineData(League.Mlb)]
    public void The_programs_own_books_offer_every_kind_of_market_of_their_league(League league)
    {
        var book = LeagueBook.For(league);
        book.League.ShouldBe(league);
        foreach (var scope in MarketScopes.Of(league).ToArray())
        {
            foreach (var type in new[] { MarketType.Moneyline, MarketType.Spread, MarketType.Total, MarketType.TeamTotal })
            {
                book.Of(type, scope).ShouldNotBeNull($"{type} {scope}");
            }

            (book.Of(MarketType.ThreeWay, scope) is not null).ShouldBe(league == League.Nfl || scope != MarketScope.FullGame);
        }

        book.Players.Keys.ShouldBe(PropStatistics.Of(league).ToArray(), ignoreOrder: true);
        book.Of(MarketType.NextScore, MarketScope.FullGame).ShouldNotBeNull();
        book.Of(MarketType.RaceTo, MarketScope.FullGame).ShouldNotBeNull();
        (book.Of(MarketType.DriveResult, MarketScope.FullGame) is not null).ShouldBe(league == League.Nfl);
        (book.Of(MarketType.HalfInningRuns, MarketScope.FullGame) is not null).ShouldBe(league == League.Mlb);
    }

    [Fact]
    public void A_book_is_read_as_it_is_written()
    {
        var book = Read(Good);
        (book.League, book.Version, book.LeastFair.Value, book.ShortestPrice.Thousandths, book.LongestPrice.Thousandths).ShouldBe((League.Mlb, "mine-1", 0.02, 1020, 50_000));
        var total = book.Of(MarketType.Total, MarketScope.FirstFiveInnings).ShouldNotBeNull();
        (total.Margin, total.AlternateMargin).ShouldBe((new MarginRule(MarginMethod.Proportional, 500), new MarginRule(MarginMethod.Power, 625)));
        total.Ladder.ShouldBe(new LadderStyle(50, 0, 50, 2, Chance.Of(0.05)));
        book.Of(MarketType.HalfInningRuns, MarketScope.FullGame)!.FixedLines.ShouldBe([new Line(50), new Line(250)]);
    }

    [Theory]
    [InlineData("\"mlb\"", "\"nhl\"", "league is 'nhl'; expected nfl, nba or mlb")]
    [InlineData("\"least_fair\": 0.02", "\"least_fair\": 0.5", "least_fair is '0.5'; expected 0 to 0.2")]
    [InlineData("first_five_innings", "first_half", "markets[1]: scope is 'first_half'")]
    [InlineData("half_inning_runs", "drive_result", "markets[2]: type is 'drive_result'")]
    [InlineData("\"shin\", \"percent\": 4", "\"shin\", \"percent\": 40", "markets[0]: margin: percent is '40'")]
    [InlineData("\"shin\"", "\"magic\"", "method is 'magic'; expected one of proportional, power")]
    [InlineData("\"step\": 0.5", "\"step\": 0.3", "lines: step is '0.3'")]
    [InlineData("\"stickiness\": 0.05", "\"stickiness\": 0.05, \"least\": 1.5", "lines: least is '1.5'; expected 0.5, 1 … 5, on spreads only")]
    [InlineData("\"fixed_lines\": [0.5, 2.5]", "\"fixed_lines\": []", "fixed_lines is '0'; expected 1 to 12 lines")]
    [InlineData("\"version\"", "\"verzion\"", "verzion")]
    [InlineData("\"type\": \"moneyline\"", "\"typ\": \"moneyline\"", "typ")]
    [InlineData("] }", "]", "is not a book")]
    public void What_a_book_cannot_mean_is_refused_with_its_place(string right, string wrong, string message) =>
        Should.Throw<FormatException>(() => Read(Good.Replace(right, wrong))).Message.ShouldContain(message);

    [Fact]
    public void Statistics_of_players_are_offered_one_by_one_and_left_as_they_are_where_a_book_is_silent()
    {
        Read(Good).Players.ShouldBe(LeagueBook.For(League.Mlb).Players);
        var mine = Read(WithPlayers("hits", "\"lines\": { \"step\": 1, \"half_points_only\": true, \"alternates\": 0, \"stickiness\": 0.1 }")).Players;
        mine.Keys.ShouldHaveSingleItem().ShouldBe(PlayerStatistic.Hits);
        mine[PlayerStatistic.Hits].Ladder.ShouldBe(new LadderStyle(100, 50, 100, 0, Chance.Of(0.1)));
    }

    [Theory]
    [InlineData("points", "\"fixed_lines\": [0.5]", "statistic is 'points'; expected one of hits, total_bases, strikeouts, home_runs")]
    [InlineData("hits", "\"fixed_lines\": [1]", "not on half points")]
    [InlineData("hits", "\"fixed_lines\": [0.5, 1.5]", "not on half points")]
    [InlineData("hits", "\"lines\": { \"step\": 1, \"half_points_only\": false, \"alternates\": 0, \"stickiness\": 0.1 }", "not on half points")]
    [InlineData("hits", "\"lines\": { \"step\": 2, \"offset\": 2.5, \"half_points_only\": true, \"alternates\": 0, \"stickiness\": 0.1 }", "offset is '2.5'")]
    public void A_players_market_that_cannot_be_is_refused(string statistic, string lines, string message) =>
        Should.Throw<FormatException>(() => Read(WithPlayers(statistic, lines))).Message.ShouldContain(message);

    private static string WithPlayers(string statistic, string lines) => Good.TrimEnd()[..^3].TrimEnd()
        + $", {{ \"type\": \"player_prop\", \"statistic\": \"{statistic}\", \"margin\": {{ \"method\": \"power\", \"percent\": 6 }}, {lines} }} ] }}";

    [Fact]
    public void A_kind_of_market_is_offered_once_a_scope() =>
        Should.Throw<FormatException>(() => Read(Good.Replace("\"half_inning_runs\"", "\"moneyline\"").Replace(", \"fixed_lines\": [0.5, 2.5]", "")))
            .Message.ShouldContain("each kind of market once a scope");

    private static LeagueBook Read(string json) => LeagueBookFile.Read(Encoding.UTF8.GetBytes(json), "my-book.json");
}
