using Oddswire.Core.Domain;

namespace Oddswire.Tests.Pipeline.Price;

/// <summary>The life of markets of the moment: the next score, races, drives, half-innings.</summary>
public sealed class MomentMarketTests
{
    private int _next;

    [Fact]
    public void The_next_score_is_offered_anew_after_every_score_and_settled_by_it()
    {
        var rig = Football();
        Snap(rig, Side.Home, new(0, 0));
        var first = rig.Board[new MarketKey(MarketType.NextScore, Subject: "0-0")];
        (first.Status, first.SelectionCount, first.Second.Code).ShouldBe((MarketStatus.Open, 3, SelectionCode.Neither));

        Snap(rig, Side.Away, new(0, 3));
        rig.Board[new MarketKey(MarketType.NextScore, Subject: "0-0")].Third.Result.ShouldBe(SelectionResult.Won);
        rig.Board[new MarketKey(MarketType.NextScore, Subject: "0-3")].Status.ShouldBe(MarketStatus.Open);
    }

    [Fact]
    public void Between_a_touchdown_and_its_try_no_next_score_is_offered_and_the_try_does_not_settle_it()
    {
        var rig = Football();
        Snap(rig, Side.Home, new(0, 0));
        Play(rig, null, new(6, 0), down: 0);
        rig.Board.Keys.ShouldNotContain(new MarketKey(MarketType.NextScore, Subject: "6-0"));
        Play(rig, null, new(7, 0), down: 0);
        rig.Board[new MarketKey(MarketType.NextScore, Subject: "0-0")].First.Result.ShouldBe(SelectionResult.Won);
        rig.Board[new MarketKey(MarketType.NextScore, Subject: "7-0")].Status.ShouldBe(MarketStatus.Open);
    }

    [Fact]
    public void When_nobody_scores_any_more_neither_wins_the_next_score_and_the_races_nobody_finished()
    {
        var rig = Football();
        Snap(rig, Side.Home, new(3, 0));
        rig.Play(Event(EventKind.GameEnd, new(3, 0)));

        rig.Board[new MarketKey(MarketType.NextScore, Subject: "3-0")].Second.Result.ShouldBe(SelectionResult.Won);
        rig.Board[new MarketKey(MarketType.RaceTo, new Line(1000))].Second.Result.ShouldBe(SelectionResult.Won);
        rig.Board.Values.ShouldAllBe(update => update.Status == MarketStatus.Settled || update.Status == MarketStatus.Voided);
    }

    [Fact]
    public void A_race_is_settled_when_it_is_won_and_rolled_back_when_the_points_are_taken_back()
    {
        var rig = Football();
        List<GameEvent> history = [Snap(rig, Side.Home, new(7, 0)), Snap(rig, Side.Home, new(7, 3)), Snap(rig, Side.Home, new(14, 3))];
        var race = new MarketKey(MarketType.RaceTo, new Line(1000));
        (rig.Board[race].Status, rig.Board[race].First.Result).ShouldBe((MarketStatus.Settled, SelectionResult.Won));
        rig.Board[new MarketKey(MarketType.RaceTo, new Line(2000))].Status.ShouldBe(MarketStatus.Open);

        rig.Correct([.. history[..2], history[2] with { Score = new Score(7, 3) }], history[2].Key);
        (rig.Board[race].Status, rig.Board[race].SettlementVersion).ShouldBe((MarketStatus.Open, 2));

        Snap(rig, Side.Away, new(7, 10));
        (rig.Board[race].Third.Result, rig.Board[race].SettlementVersion).ShouldBe((SelectionResult.Won, 3));
    }

    [Fact]
    public void A_race_that_both_finish_between_two_messages_has_no_result()
    {
        var rig = Football();
        Snap(rig, Side.Home, new(7, 7));
        Snap(rig, Side.Home, new(14, 14));

        var race = rig.Board[new MarketKey(MarketType.RaceTo, new Line(1000))];
        (race.Status, race.Reason).ShouldBe((MarketStatus.Voided, StatusReason.NoResult));
    }

    [Fact]
    public void A_drive_is_offered_from_its_first_down_and_settled_when_it_ends()
    {
        var rig = Football();
        Snap(rig, Side.Home, new(0, 0));
        var drive = new MarketKey(MarketType.DriveResult, Subject: "1");
        (rig.Board[drive].Status, rig.Board[drive].First.Code, rig.Board[drive].Third.Code)
            .ShouldBe((MarketStatus.Open, SelectionCode.Touchdown, SelectionCode.NoScore));
        rig.Board[new MarketKey(MarketType.DriveScore, Subject: "1")].First.Code.ShouldBe(SelectionCode.Yes);

        Snap(rig, Side.Away, new(0, 0));
        rig.Board[drive].Third.Result.ShouldBe(SelectionResult.Won);
        rig.Board[new MarketKey(MarketType.DriveScore, Subject: "1")].Second.Result.ShouldBe(SelectionResult.Won);

        Play(rig, null, new(0, 3), down: 0);
        rig.Board[new MarketKey(MarketType.DriveResult, Subject: "2")].Second.Result.ShouldBe(SelectionResult.Won);
        rig.Board[new MarketKey(MarketType.DriveScore, Subject: "2")].First.Result.ShouldBe(SelectionResult.Won);
    }

    [Fact]
    public void A_touchdown_of_the_defence_ends_the_drive_without_a_score()
    {
        var rig = Football();
        Snap(rig, Side.Home, new(0, 0));
        Play(rig, null, new(0, 6), down: 0);

        rig.Board[new MarketKey(MarketType.DriveResult, Subject: "1")].Third.Result.ShouldBe(SelectionResult.Won);
        rig.Board[new MarketKey(MarketType.NextScore, Subject: "0-0")].Third.Result.ShouldBe(SelectionResult.Won);
    }

    [Fact]
    public void A_model_that_does_not_say_offers_no_moment_and_one_that_stops_saying_suspends_it()
    {
        var model = new EveryReading(League.Nfl) { HasMoments = false };
        var rig = new PriceRig(League.Nfl, model);
        rig.Play(Event(EventKind.Info, null) with { Info = PriceRig.Info(League.Nfl) });
        rig.Board.Keys.ShouldNotContain(market => market.Type >= MarketType.NextScore);

        model.HasMoments = true;
        Snap(rig, Side.Home, new(0, 0));
        model.HasMoments = false;
        Snap(rig, Side.Home, new(0, 0));
        var drive = rig.Board[new MarketKey(MarketType.DriveResult, Subject: "1")];
        (drive.Status, drive.Reason).ShouldBe((MarketStatus.Suspended, StatusReason.NotNow));
    }

    [Fact]
    public void Runs_in_the_half_inning_are_settled_when_exceeded_or_when_it_ends()
    {
        var rig = new PriceRig(League.Mlb, new EveryReading(League.Mlb));
        rig.Play(Event(EventKind.Info, null) with { Info = PriceRig.Info(League.Mlb) });
        Bat(rig, Side.Away, batterTo: 4);
        var (low, high) = (new MarketKey(MarketType.HalfInningRuns, new Line(50), "1t"), new MarketKey(MarketType.HalfInningRuns, new Line(150), "1t"));
        (rig.Board[low].Status, rig.Board[low].First.Result).ShouldBe((MarketStatus.Settled, SelectionResult.Won));
        rig.Board[high].Status.ShouldBe(MarketStatus.Open);

        Bat(rig, Side.Away, outs: 3);
        (rig.Board[high].Status, rig.Board[high].Second.Result).ShouldBe((MarketStatus.Settled, SelectionResult.Won));
        rig.Board[new MarketKey(MarketType.HalfInningRuns, new Line(50), "1b")].Status.ShouldBe(MarketStatus.Open);
    }

    [Fact]
    public void A_game_called_early_voids_lines_and_totals_but_not_the_winner_nor_what_was_decided()
    {
        var rig = new PriceRig(League.Mlb, new EveryReading(League.Mlb));
        rig.Play(Event(EventKind.Info, null) with { Info = PriceRig.Info(League.Mlb) });
        for (var inning = 1; inning <= 6; inning++)
        {
            Bat(rig, Side.Away, batterTo: inning == 1 ? 4 : 0, outs: inning == 1 ? 0 : 3, inning: inning);
            if (inning == 1)
            {
                Bat(rig, Side.Away, outs: 3);
            }

            Bat(rig, Side.Home, outs: 3, inning: inning);
        }

        rig.Play(Event(EventKind.GameEnd, new(0, 1)));
        rig.Board[new MarketKey(MarketType.Moneyline)].Second.Result.ShouldBe(SelectionResult.Won);
        rig.Board[new MarketKey(MarketType.Moneyline, Scope: MarketScope.FirstFiveInnings)].Second.Result.ShouldBe(SelectionResult.Won);
        rig.Board.Values.Where(update => update.Market is { Type: MarketType.Spread, Scope: MarketScope.FullGame })
            .ShouldAllBe(update => update.Status == MarketStatus.Voided && update.Reason == StatusReason.NoResult);
        rig.Board.Values.Where(update => update.Market is { Type: MarketType.Total, Scope: MarketScope.FullGame } && update.Market.Line.Hundredths > 100)
            .ShouldAllBe(update => update.Status == MarketStatus.Voided);
    }

    private PriceRig Football()
    {
        var rig = new PriceRig(League.Nfl, new EveryReading(League.Nfl));
        rig.Play(Event(EventKind.Info, null) with { Info = PriceRig.Info(League.Nfl) });
        return rig;
    }

    private GameEvent Snap(PriceRig rig, Side ball, Score score) => Play(rig, ball, score, down: 1);

    private GameEvent Play(PriceRig rig, Side? ball, Score score, int down)
    {
        var played = Event(EventKind.Play, score) with
        {
            Period = 1,
            ClockTenths = 8000 - (_next * 50),
            Possession = ball,
            Football = down == 0 ? null : new FootballSituation(down, 10, 60),
        };
        rig.Play(played);
        return played;
    }

    private void Bat(PriceRig rig, Side batting, int batterTo = 0, int outs = 0, int inning = 1) => rig.Play(Event(EventKind.Play, null) with
    {
        Baseball = new BaseballPlay { Inning = inning, Batting = batting, Batter = "b", BatterTo = batterTo, Outs = outs },
    });

    private GameEvent Event(EventKind kind, Score? score) => new()
    {
        GameId = GameId.Of(League.Nfl, "2024TEST01"),
        Key = $"m{++_next}",
        Order = _next,
        Kind = kind,
        Score = score,
    };
}
