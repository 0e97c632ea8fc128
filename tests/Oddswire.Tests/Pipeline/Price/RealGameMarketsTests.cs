using System.Text.Json;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Pricing;
using Oddswire.Feeds.Mlb;
using Oddswire.Feeds.Nba;
using Oddswire.Feeds.Nfl;
using Oddswire.Tests.Feeds;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Pipeline.Price;

/// <summary>Real games through the league's own model: every kind of market of the book is offered, and settled as the league's records say.</summary>
public sealed class RealGameMarketsTests
{
    [Fact]
    public void An_nba_game_offers_every_market_and_settles_it_by_the_box_score()
    {
        foreach (var (_, recording) in RealGames.Nba().Take(3))
        {
            using var document = JsonDocument.Parse(recording.Companions["boxscore.json"]);
            var game = document.RootElement.GetProperty("game");
            var (home, away) = (Periods(game, "homeTeam"), Periods(game, "awayTeam"));
            Check(League.Nba, new LiveDataFormat(), new LiveDataFormat().Cut(recording), [.. home.Zip(away).Select(pair => new Score(pair.First, pair.Second))]);
        }
    }

    [Fact]
    public void An_nfl_game_offers_every_market_and_settles_it_by_the_record_of_quarters()
    {
        foreach (var (id, body) in RealGames.Nfl().Where((_, i) => i is 3 or 40 or 300))
        {
            using var document = JsonDocument.Parse(body);
            var game = document.RootElement.GetProperty(id);
            var quarters = Enumerable.Range(1, 5).Select(quarter => new Score(InQuarter(game, "home", quarter), InQuarter(game, "away", quarter))).ToList();
            Check(League.Nfl, new GameCenterFormat(), new GameCenterFormat().Cut(RealGames.Recording($"{id}.json", body)), quarters);
        }
    }

    [Fact]
    public void An_mlb_game_offers_every_market_and_settles_it_by_its_innings()
    {
        var format = new RetrosheetFormat();
        var path = Path.Combine(TestData.Require("mlb/retrosheet/2019"), "2019ANA.EVA.gz");
        foreach (var game in format.Cut(RealGames.Recording("2019ANA.EVA", TestData.Read(path))).GroupBy(message => message.GameId).Take(3))
        {
            // Retrosheet has no line score: the innings are counted from the plays' own texts by the oracle's fold, tested elsewhere.
            var last = RealGames.Fold(new Oddswire.Core.Pipeline.Normalise.BaseballRules(), game.SelectMany(message => format.Parse(message)));
            var innings = Enumerable.Range(1, last.Period).Select(inning => new Score(
                last.Sheet.HalfInning(2 * inning).Runs ?? 0, last.Sheet.HalfInning((2 * inning) - 1).Runs ?? 0)).ToList();
            Check(League.Mlb, format, game, innings);
        }
    }

    private static void Check(League league, IFeedFormat format, IEnumerable<FeedMessage> messages, IReadOnlyList<Score> periods)
    {
        var rig = new PriceRig(league);
        var seen = new HashSet<(MarketType, MarketScope)>();
        foreach (var gameEvent in messages.SelectMany(format.Parse).GroupBy(e => e.Key).Select(versions => versions.Last()).OrderBy(e => e.Order))
        {
            foreach (var update in rig.Play(gameEvent).Where(update => update.Status == MarketStatus.Open))
            {
                seen.Add((update.Market.Type, update.Market.Scope));
            }
        }

        rig.Board.Keys.ShouldNotContain(static market => market.Type == MarketType.Spread && market.Scope == MarketScope.FullGame && Math.Abs(market.Line.Hundredths) == 50);
        foreach (var offer in LeagueBook.For(league).Offers)
        {
            seen.ShouldContain((offer.Type, offer.Scope), $"{league}");
        }

        var final = periods.Aggregate((a, b) => a + b);
        rig.Board.Values.ShouldAllBe(update => update.Status == MarketStatus.Settled || (update.Status == MarketStatus.Voided && update.Reason == StatusReason.NoResult));
        rig.Board.Values.Count(update => update.Status == MarketStatus.Voided && update.Market.Type != MarketType.PlayerProp).ShouldBe(0);
        foreach (var update in rig.Board.Values)
        {
            Settled(update, periods, final);
        }
    }

    /// <summary>Compares a result with what the record says of the points by period.</summary>
    private static void Settled(OddsUpdate update, IReadOnlyList<Score> periods, Score final)
    {
        var (first, last) = update.Market.Scope.Periods();
        var points = periods.Where((_, i) => i + 1 >= first && i + 1 <= last).Aggregate(default(Score), (a, b) => a + b);
        var line = update.Market.Line.Hundredths;
        double? difference = update.Market.Type switch
        {
            MarketType.Moneyline => points.Margin,
            MarketType.Spread => (points.Margin * 100) + line,
            MarketType.Total => (points.Total * 100) - line,
            MarketType.TeamTotal => ((update.Market.Subject == "home" ? points.Home : points.Away) * 100) - line,
            _ => null,
        };
        if (difference is { } by)
        {
            update.First.Result.ShouldBe(by > 0 ? SelectionResult.Won : by == 0 ? SelectionResult.Push : SelectionResult.Lost, $"{update.Market} with {points}");
            update.Second.Result.ShouldBe(by < 0 ? SelectionResult.Won : by == 0 ? SelectionResult.Push : SelectionResult.Lost, $"{update.Market} with {points}");
        }

        if (update.Market.Type == MarketType.ThreeWay)
        {
            (points.Margin > 0 ? update.First : points.Margin == 0 ? update.Second : update.Third).Result.ShouldBe(SelectionResult.Won, update.Market.ToString());
        }

        if (update.Market.Type == MarketType.RaceTo)
        {
            var (reachedHome, reachedAway) = (final.Home * 100 >= line, final.Away * 100 >= line);
            (update.Second.Result == SelectionResult.Won).ShouldBe(!reachedHome && !reachedAway, update.Market.ToString());
            (update.First.Result != SelectionResult.Won || reachedHome).ShouldBeTrue(update.Market.ToString());
            (update.Third.Result != SelectionResult.Won || reachedAway).ShouldBeTrue(update.Market.ToString());
        }
    }

    private static int[] Periods(JsonElement game, string team) =>
        [.. game.GetProperty(team).GetProperty("periods").EnumerateArray().Select(period => period.GetProperty("score").GetInt32())];

    private static int InQuarter(JsonElement game, string team, int quarter) => game.GetProperty(team).GetProperty("score").GetProperty($"{quarter}").GetInt32();
}
