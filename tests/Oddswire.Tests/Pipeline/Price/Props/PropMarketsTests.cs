using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Props;
using Oddswire.Feeds.Mlb;
using Oddswire.Feeds.Nba;
using Oddswire.Feeds.Nfl;
using Oddswire.Tests.Feeds;
using Oddswire.Tests.Feeds.Players;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Pipeline.Price.Props;

/// <summary>The players' markets of real games: from the feed to the settled market.</summary>
public sealed class PropMarketsTests
{
    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    [InlineData(League.Mlb)]
    public void Every_players_market_of_a_real_game_ends_as_his_box_score_says(League league)
    {
        var (format, messages) = Game(league);
        var rig = new PropRig(league, format).Send(messages);
        var finals = PlayerSums.Of(Events(format, messages));

        rig.Board.Count.ShouldBeGreaterThan(60);
        foreach (var update in rig.Board.Values)
        {
            PropStatistics.TryParse(update.Market.Statistic, out var statistic).ShouldBeTrue();
            var final = finals[update.Market.Subject, statistic];
            if (!finals.HasPlayed(update.Market.Subject))
            {
                (update.Status, update.Reason, update.First.Result).ShouldBe((MarketStatus.Voided, StatusReason.NoResult, SelectionResult.Void), update.Market.ToString());
                continue;
            }

            update.Status.ShouldBe(MarketStatus.Settled, update.Market.ToString());
            update.First.Result.ShouldBe(final * 100 > update.Market.Line.Hundredths ? SelectionResult.Won : SelectionResult.Lost, $"{update.Market}: {final}");
        }
    }

    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    [InlineData(League.Mlb)]
    public void A_stage_restarted_at_any_event_writes_the_same_bytes(League league)
    {
        var (format, messages) = Game(league);
        var whole = new PropRig(league, format).Send(messages);
        var restarted = new PropRig(league, format, restartEvery: 3).Send(messages);
        restarted.Bytes.Count.ShouldBe(whole.Bytes.Count);
        restarted.Bytes.Select(Convert.ToHexString).ShouldBe(whole.Bytes.Select(Convert.ToHexString));
    }

    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    [InlineData(League.Mlb)]
    public void A_players_price_is_never_better_than_fair_not_even_while_it_stays(League league)
    {
        var (format, messages) = Game(league);
        var rig = new PropRig(league, format);
        foreach (var (i, message) in messages.Index())
        {
            rig.Send(message);
            foreach (var update in rig.Board.Values.Where(update => i % 8 == 0 && update.Status == MarketStatus.Open))
            {
                var over = rig.Over(update.Market);
                (update.First.Price.Thousandths * over / 1000).ShouldBeLessThan(1.000001, $"{update.Market} at message {i}");
                (update.Second.Price.Thousandths * (1 - over) / 1000).ShouldBeLessThan(1.000001, $"{update.Market} at message {i}");
            }
        }
    }

    [Fact]
    public void A_hit_and_a_first_total_base_are_one_event_and_have_one_price()
    {
        var (format, messages) = Game(League.Mlb);
        var rig = new PropRig(League.Mlb, format);
        var compared = 0;
        foreach (var message in messages)
        {
            rig.Send(message);
            var open = rig.Board.Values.Where(static update => update.Status == MarketStatus.Open && update.Market.Line.Hundredths == 50).ToLookup(static update => update.Market.Statistic);
            foreach (var (hits, bases) in open["hits"].Join(open["total_bases"], static update => update.Market.Subject, static update => update.Market.Subject, static (hits, bases) => (hits, bases)))
            {
                // What was fair when a price was written may have moved since by less than a step of the ladder.
                Math.Abs(bases.First.Fair.Millionths - hits.First.Fair.Millionths).ShouldBeLessThan(12_000, $"{hits.Market}");
                if (bases.IsMainLine == hits.IsMainLine)
                {
                    compared++;
                    (bases.First.Price, bases.Second.Price).ShouldBe((hits.First.Price, hits.Second.Price), $"{hits.Market}");
                }
            }
        }

        compared.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void The_book_says_which_statistics_are_offered_and_with_which_margin()
    {
        var (format, messages) = Game(League.Nba);
        var usual = LeagueBook.For(League.Nba);
        var points = usual.Players[PlayerStatistic.Points];
        var book = usual with { Players = new Dictionary<PlayerStatistic, MarketOffer> { [PlayerStatistic.Points] = points with { Margin = new MarginRule(MarginMethod.Proportional, 2_000) } } };
        var players = new PropRig(League.Nba, format, restartEvery: 50, book).Send(messages).All.Where(static update => update.Market.Type == MarketType.PlayerProp).ToList();

        players.Select(static update => update.Market.Statistic).Distinct().ShouldBe(["points"]);
        var main = players.Where(static update => update.IsMainLine && update.Status == MarketStatus.Open).ToList();
        main.Average(static update => (1000.0 / update.First.Price.Thousandths) + (1000.0 / update.Second.Price.Thousandths)).ShouldBe(1.2, 0.02);
    }

    [Theory]
    [InlineData(League.Nfl, "passing_yards", "rushing_yards", "receiving_yards", "receptions", "touchdowns")]
    [InlineData(League.Nba, "points", "rebounds", "assists", "threes")]
    [InlineData(League.Mlb, "hits", "total_bases", "strikeouts", "home_runs")]
    public void Every_statistic_is_offered_at_open_prices_and_moves_with_the_game(League league, params string[] statistics)
    {
        var (format, messages) = Game(league);
        var rig = new PropRig(league, format).Send(messages);
        var version = PropModel.Create(league).Version;
        foreach (var statistic in statistics)
        {
            var updates = rig.All.Where(update => update.Market.Statistic == statistic).ToList();
            updates.Count(static update => update.Status == MarketStatus.Open).ShouldBeGreaterThan(15, statistic);
            updates.ShouldAllBe(static update => update.Market.Line.Hundredths % 100 == 50);
            updates.Count(update => update.ModelVersion != version).ShouldBe(0);
        }

        rig.All.Zip(rig.Players).ShouldAllBe(static pair => pair.Second == (pair.First.Market.Type == MarketType.PlayerProp ? pair.First.Market.Subject : null));
        rig.Board.Values.Count(static update => update.PlayerName.Length > 0).ShouldBe(rig.Board.Count);
        rig.Board.Keys.Select(static market => market.Subject).Distinct().Count().ShouldBeInRange(8, 30);
    }

    [Fact]
    public void A_corrected_play_rolls_a_settled_market_back_and_settles_it_anew()
    {
        var (format, messages) = Game(League.Nba);
        var rig = new PropRig(League.Nba, format);
        var earlier = rig.Send(messages);
        var settled = rig.All.First(static update => update.Status == MarketStatus.Settled && update.Reason == StatusReason.Decided && update.Market.Statistic == "points");

        // The basket that took him over the line, called off after the game.
        var cause = messages.Select(message => (Message: message, Event: format.Parse(message).Single())).First(pair => pair.Event.Key == settled.CauseKey);
        var corrected = cause.Event with { Players = PlayerChanges.None, Description = "No basket" };
        var before = rig.Board[settled.Market];
        var updates = rig.Send(
            cause.Message with { Sequence = messages.Count + 1, AmendsSequence = cause.Message.Sequence }, [corrected]);

        var mine = updates.Where(static update => update.Market.Type == MarketType.PlayerProp).ToList();
        mine.ShouldNotBeEmpty();
        mine.ShouldAllBe(static update => update.Reason == StatusReason.SettlementRolledBack && update.SettlementVersion >= 2);
        before.Status.ShouldBe(MarketStatus.Settled);
        earlier.Board.ShouldNotBeEmpty();
    }

    [Fact]
    public void Lost_messages_stop_the_players_markets_and_leave_them_without_a_result()
    {
        var (format, messages) = Game(League.Nba);
        var rig = new PropRig(League.Nba, format).Send(messages.Where(static message => message.Sequence is < 200 or > 203));
        var ended = rig.Board.Values.ToList();
        ended.ShouldAllBe(static update => update.Status == MarketStatus.Voided || update.First.Result == SelectionResult.Won);
        ended.Count(static update => update.Status == MarketStatus.Voided).ShouldBeGreaterThan(20);
        rig.All.Where(static update => update.Market.Type == MarketType.PlayerProp).Any(static update => update.Reason == StatusReason.FeedGap).ShouldBeTrue();
    }

    private static (IFeedFormat Format, List<FeedMessage> Messages) Game(League league)
    {
        switch (league)
        {
            case League.Nfl:
                var nfl = new GameCenterFormat();
                var (id, body) = RealGames.Nfl().Skip(300).First();
                return (nfl, [.. nfl.Cut(RealGames.Recording(id, body))]);
            case League.Nba:
                var nba = new LiveDataFormat();
                return (nba, [.. nba.Cut(RealGames.Nba().First().Recording)]);
            default:
                var mlb = new RetrosheetFormat();
                var path = Path.Combine(TestData.Require("mlb/retrosheet/2019"), "2019ANA.EVA.gz");
                var all = mlb.Cut(RealGames.Recording("2019ANA.EVA", TestData.Read(path))).ToList();
                return (mlb, [.. all.Where(message => message.GameId == all[0].GameId)]);
        }
    }

    private static IEnumerable<GameEvent> Events(IFeedFormat format, List<FeedMessage> messages)
    {
        var rules = new Oddswire.Core.Pipeline.Normalise.BaseballRules();
        var state = new GameState();
        foreach (var gameEvent in messages.SelectMany(message => format.Parse(message)))
        {
            var isHome = gameEvent.Players.FirstOrDefault(static change => change.Player.Length == 0).Side == Side.Home;
            yield return gameEvent with { Pitcher = isHome ? state.HomePitcher : state.AwayPitcher };
            state = format.League == League.Mlb ? rules.Apply(state, gameEvent, gameEvent.Info) : state;
        }
    }
}
