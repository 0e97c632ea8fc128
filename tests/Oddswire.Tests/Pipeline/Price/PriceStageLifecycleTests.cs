using Oddswire.Core.Domain;

namespace Oddswire.Tests.Pipeline.Price;

public sealed class PriceStageLifecycleTests
{
    private static readonly GameState Kickoff = new() { Phase = GamePhase.Live, Period = 1, ClockTenths = 9000 };

    private static GameState Live(int home, int away, int period = 2, int clock = 4000) => new()
    {
        Phase = GamePhase.Live,
        Period = period,
        ClockTenths = clock,
        Score = new Score(home, away),
    };

    private static PriceRig Started(League league = League.Nfl, bool mustHaveWinner = false)
    {
        var rig = new PriceRig(league);
        rig.Feed(new GameState(), "info", EventKind.Info, PriceRig.Info(league, mustHaveWinner: mustHaveWinner));
        return rig;
    }

    // The states here have no score sheet, so that nobody knows how their periods ended or who came first to how many points.
    private static IEnumerable<OddsUpdate> WholeGame(PriceRig rig) => rig.Board.Values.Where(update =>
        update.Market.Scope == MarketScope.FullGame
        && update.Market.Type is MarketType.Moneyline or MarketType.ThreeWay or MarketType.Spread or MarketType.Total or MarketType.TeamTotal);

    [Fact]
    public void The_information_of_a_game_opens_every_market_before_it_starts()
    {
        var rig = Started();

        rig.Board.Values.Count(update => update.Market is { Type: MarketType.Spread, Scope: MarketScope.FullGame }).ShouldBe(6, "-3 to PK, without -0.5");
        rig.Board.Values.Count(update => update.Market is { Type: MarketType.Total, Scope: MarketScope.FullGame }).ShouldBe(7);
        rig.Board.Values.Count(update => update.Market is { Type: MarketType.TeamTotal, Scope: MarketScope.FullGame }).ShouldBe(6);
        rig.Board.Keys.ShouldContain(new MarketKey(MarketType.Moneyline));
        rig.Board.Keys.ShouldContain(new MarketKey(MarketType.ThreeWay));
        rig.Board.Values.ShouldAllBe(update => update.Status == MarketStatus.Open && update.First.Price.IsOffered);
        rig.Board.Values.Count(update => update is { IsMainLine: true, Market: { Scope: MarketScope.FullGame, Type: MarketType.Spread or MarketType.Total or MarketType.TeamTotal } })
            .ShouldBe(4);
    }

    [Fact]
    public void A_game_that_must_have_a_winner_has_no_draw_to_bet_on() =>
        Started(mustHaveWinner: true).Board.Keys.ShouldNotContain(new MarketKey(MarketType.ThreeWay));

    [Fact]
    public void Sequences_are_contiguous_over_the_whole_game()
    {
        var rig = Started();
        rig.Feed(Kickoff);
        rig.Feed(Live(7, 0));
        rig.Feed(Live(7, 10));
        rig.Feed(Live(7, 10) with { Phase = GamePhase.Final }, kind: EventKind.GameEnd);

        rig.All.Select(update => update.Sequence).ShouldBe(Enumerable.Range(1, rig.All.Count).Select(i => (long)i));
        rig.All.ShouldAllBe(update => update.PreviousSequence == update.Sequence - 1 && update.Epoch == 1);
        rig.All.Select(update => update.Id).Distinct().Count().ShouldBe(rig.All.Count);
    }

    [Fact]
    public void An_event_that_changes_nothing_emits_nothing()
    {
        var rig = Started();
        rig.Feed(Live(7, 3)).ShouldNotBeEmpty();

        rig.Feed(Live(7, 3), kind: EventKind.Other).ShouldBeEmpty();
    }

    [Fact]
    public void Only_what_changed_is_emitted()
    {
        var rig = Started();
        rig.Feed(Live(7, 3));
        var before = rig.Board.ToDictionary(pair => pair.Key, pair => pair.Value);
        foreach (var update in rig.Feed(Live(7, 3, clock: 3400)))
        {
            if (before.TryGetValue(update.Market, out var last))
            {
                (last.First.Price, last.Second.Price, last.Third.Price, last.Status, last.IsMainLine)
                    .ShouldNotBe((update.First.Price, update.Second.Price, update.Third.Price, update.Status, update.IsMainLine));
            }
        }
    }

    [Fact]
    public void A_stalled_feed_suspends_every_open_market_and_its_return_opens_them_again()
    {
        var rig = Started();
        rig.Feed(Live(7, 3));
        var open = rig.Board.Values.Where(update => update.Status == MarketStatus.Open).Select(update => update.Market).ToList();
        open.Count.ShouldBeGreaterThan(10);

        rig.Feed(Live(7, 3) with { IsFeedStalled = true }, kind: EventKind.FeedStalled);
        open.ShouldAllBe(market => rig.Board[market].Status == MarketStatus.Suspended
            && rig.Board[market].Reason == StatusReason.FeedStalled && !rig.Board[market].First.Price.IsOffered);
        rig.Board.Values.ShouldAllBe(update => update.Status != MarketStatus.Open);

        rig.Feed(Live(7, 3), kind: EventKind.FeedResumed);
        open.ShouldAllBe(market => rig.Board[market].Status == MarketStatus.Open);
    }

    [Fact]
    public void A_gap_suspends_until_the_state_is_certain_again()
    {
        var rig = Started(League.Nba);
        rig.Feed(Live(20, 22, period: 1));
        rig.Feed(Live(20, 22, period: 1) with { MissingMessages = 2 }, kind: EventKind.Gap);
        rig.Board.Values.ShouldAllBe(update => update.Status == MarketStatus.Suspended || update.Reason == StatusReason.NoResult);
        rig.Board[new MarketKey(MarketType.Moneyline)].Reason.ShouldBe(StatusReason.FeedGap);

        rig.Feed(Live(42, 44));
        rig.Board[new MarketKey(MarketType.Moneyline)].Status.ShouldBe(MarketStatus.Open);
    }

    [Fact]
    public void A_nearly_certain_winner_suspends_the_moneyline_at_the_price_limit()
    {
        var rig = Started(League.Nba);
        rig.Feed(Live(120, 90, period: 4, clock: 300));

        var moneyline = rig.Board[new MarketKey(MarketType.Moneyline)];
        (moneyline.Status, moneyline.Reason).ShouldBe((MarketStatus.Suspended, StatusReason.PriceLimit));
        moneyline.First.Fair.Millionths.ShouldBeGreaterThan(990_000);
    }

    [Fact]
    public void A_line_that_leaves_the_ladder_is_suspended_and_settled_at_the_end()
    {
        var rig = Started();
        var early = rig.Board.Values.First(update => update is { IsMainLine: true, Market.Type: MarketType.Total }).Market;
        rig.Feed(Live(21, 17, period: 2));
        (rig.Board[early].Status, rig.Board[early].Reason).ShouldBe((MarketStatus.Suspended, StatusReason.OffTheBoard));

        rig.Feed(Live(35, 31, period: 4, clock: 0) with { Phase = GamePhase.Final }, kind: EventKind.GameEnd);

        (rig.Board[early].Status, rig.Board[early].First.Result).ShouldBe((MarketStatus.Settled, SelectionResult.Won));
        WholeGame(rig).ShouldAllBe(update => update.Status == MarketStatus.Settled && update.SettlementVersion == 1
            && update.Reason == StatusReason.GameOver);
    }

    [Fact]
    public void A_result_on_the_line_is_a_push_and_a_tie_wins_the_draw()
    {
        var rig = Started();
        rig.Feed(Live(20, 20, period: 5, clock: 0) with { Phase = GamePhase.Final }, kind: EventKind.GameEnd);

        var moneyline = rig.Board[new MarketKey(MarketType.Moneyline)];
        (moneyline.First.Result, moneyline.Second.Result).ShouldBe((SelectionResult.Push, SelectionResult.Push));
        rig.Board[new MarketKey(MarketType.ThreeWay)].Second.Result.ShouldBe(SelectionResult.Won);
    }

    [Fact]
    public void A_correction_after_the_settlement_rolls_back_only_what_it_changes()
    {
        var rig = Started();
        rig.Feed(Live(24, 23) with { Phase = GamePhase.Final }, "end", EventKind.GameEnd);

        var again = rig.Feed(Live(24, 26) with { Phase = GamePhase.Final }, "end", EventKind.GameEnd, revision: 1);

        var moneyline = rig.Board[new MarketKey(MarketType.Moneyline)];
        (moneyline.SettlementVersion, moneyline.Reason, moneyline.Second.Result)
            .ShouldBe((2, StatusReason.SettlementRolledBack, SelectionResult.Won));
        again.ShouldAllBe(update => update.SettlementVersion == 2);
        again.Count.ShouldBeLessThan(rig.Board.Count);
        rig.Feed(Live(24, 26) with { Phase = GamePhase.Final }, kind: EventKind.Other).ShouldBeEmpty();
    }

    [Fact]
    public void A_correction_that_reopens_the_game_opens_the_markets_again()
    {
        var rig = Started();
        rig.Feed(Live(24, 23, 4, 600));
        rig.Feed(Live(24, 23) with { Phase = GamePhase.Final }, "end", EventKind.GameEnd);

        rig.Feed(Live(24, 23, 4, 600), "end", revision: 1);

        var moneyline = rig.Board[new MarketKey(MarketType.Moneyline)];
        (moneyline.Status, moneyline.Reason, moneyline.SettlementVersion)
            .ShouldBe((MarketStatus.Open, StatusReason.SettlementRolledBack, 2));
        WholeGame(rig).ShouldAllBe(update => update.Status != MarketStatus.Settled || update.Reason == StatusReason.Decided);
        rig.Feed(Live(24, 23) with { Phase = GamePhase.Final }, "end", EventKind.GameEnd, revision: 2);
        WholeGame(rig).ShouldAllBe(update => update.Status == MarketStatus.Settled && (update.SettlementVersion == 3 || update.Reason == StatusReason.Decided));
    }

    [Fact]
    public void An_abandoned_game_voids_every_market()
    {
        var rig = Started(League.Nba);
        rig.Feed(Live(20, 22, period: 1) with { Phase = GamePhase.Abandoned }, kind: EventKind.Abandoned);

        rig.Board.Values.ShouldAllBe(update => update.Status == MarketStatus.Voided && update.Reason == StatusReason.Abandoned
            && update.First.Result == SelectionResult.Void && update.SettlementVersion == 1);
    }

    [Fact]
    public void Headers_name_league_game_model_and_trace()
    {
        var rig = Started();
        var headers = rig.LastHeaders.ToDictionary(header => header.Key, header => header.Value);

        headers["league"].ShouldBe("nfl");
        headers["game_id"].ShouldBe(rig.Game.Value);
        headers["model_version"].ShouldBe(rig.All[0].ModelVersion);
        headers["content-type"].ShouldBe("application/x-protobuf; messageType=oddswire.odds.v1.OddsUpdate");
        headers["traceparent"].ShouldMatch("^00-[0-9a-f]{32}-[0-9a-f]{16}-01$");
        headers["traceparent"].ShouldBe(Oddswire.Core.Pipeline.TraceContext.Of($"{rig.Game}/info", "price"));
    }

    [Fact]
    public void An_update_says_what_caused_it()
    {
        var rig = Started();
        var update = rig.Feed(Live(14, 3), "play-77")[0];

        (update.CauseKey, update.Score, update.Period, update.ClockTenths).ShouldBe(("play-77", new Score(14, 3), 2, 4000));
        (update.OccurredAt.IsKnown, update.ReceivedAt - update.OccurredAt).ShouldBe((true, TimeSpan.FromMilliseconds(500)));
    }
}
