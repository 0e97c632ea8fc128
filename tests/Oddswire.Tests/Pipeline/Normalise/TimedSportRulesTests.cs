using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Normalise;

namespace Oddswire.Tests.Pipeline.Normalise;

/// <summary>The rules of football and basketball: what an event does to a game, and what none can do.</summary>
public sealed class TimedSportRulesTests
{
    private static readonly GameId Game = GameId.Of(League.Nfl, "2015091000");
    private static readonly FootballRules Football = new();
    private static readonly BasketballRules Basketball = new();
    private static readonly GameState Live = new() { Phase = GamePhase.Live, Period = 2, ClockTenths = 6000, Score = new Score(14, 7) };

    [Fact]
    public void The_first_play_begins_the_game_and_a_remark_before_it_does_not()
    {
        Football.Apply(new GameState(), Event(EventKind.Other, 1, 9000), null).Phase.ShouldBe(GamePhase.Scheduled);
        Football.Apply(new GameState(), Event(EventKind.Play, 1, 9000), null).Phase.ShouldBe(GamePhase.Live);
        Basketball.Apply(new GameState(), Event(EventKind.PeriodStart, 1, 7200), null).Phase.ShouldBe(GamePhase.Live);
    }

    [Fact]
    public void The_vendors_score_goes_before_the_sum_of_points()
    {
        var play = Event(EventKind.Play, 2, 5000) with { Points = new Score(6, 0) };

        Football.Apply(Live, play, null).Score.ShouldBe(new Score(20, 7));
        Football.Apply(Live, play with { Score = new Score(21, 7) }, null).Score.ShouldBe(new Score(21, 7));
    }

    [Fact]
    public void A_late_entry_of_an_earlier_period_does_not_turn_the_clock_back()
    {
        var after = Football.Apply(Live, Event(EventKind.Other, 1, 100), null);

        (after.Period, after.ClockTenths).ShouldBe((2, 6000));
    }

    [Fact]
    public void An_event_without_a_clock_leaves_it_standing_and_a_new_period_forgets_it()
    {
        Football.Apply(Live, Event(EventKind.Play, 2, -1), null).ClockTenths.ShouldBe(6000);
        Football.Apply(Live, Event(EventKind.Play, 3, -1), null).ClockTenths.ShouldBe(-1);
    }

    [Fact]
    public void A_time_out_leaves_the_situation_and_a_play_replaces_it()
    {
        var before = Live with { Possession = Side.Away, Football = new FootballSituation(3, 4, 40) };

        Football.Apply(before, Event(EventKind.Other, 2, 5900), null).Football.ShouldBe(before.Football);
        Football.Apply(before, Event(EventKind.Play, 2, 5900), null).Football.ShouldBeNull();
        Football.Apply(before, Event(EventKind.Play, 2, 5900), null).Possession.ShouldBeNull();
    }

    [Fact]
    public void Who_has_the_ball_first_is_remembered_if_it_was_seen_before_any_points()
    {
        var tip = Event(EventKind.Play, 1, 7180) with { Possession = Side.Away };
        var begun = Basketball.Apply(Basketball.Apply(new GameState(), tip, null), tip with { ClockTenths = 7000, Possession = Side.Home }, null);
        begun.Sheet.FirstBall.ShouldBe(Side.Away);
        Basketball.Apply(begun, Event(EventKind.Play, 2, 7100) with { Score = new Score(30, 20), Possession = Side.Home }, null).Sheet.FirstBall.ShouldBe(Side.Away);

        var joined = Basketball.Apply(new GameState(), tip with { Score = new Score(2, 0) }, null);
        Basketball.Apply(joined, tip with { ClockTenths = 7000 }, null).Sheet.FirstBall.ShouldBeNull();
    }

    [Fact]
    public void The_end_makes_the_official_score_final()
    {
        var end = Event(EventKind.GameEnd, 4, 0) with { Score = new Score(28, 21) };
        var after = Football.Apply(Live with { Possession = Side.Home }, end, null);

        (after.Phase, after.Score, after.Period, after.Possession).ShouldBe((GamePhase.Final, new Score(28, 21), 4, null));
        Football.Objection(Live, end).ShouldBeNull();
        Football.Apply(Live, Event(EventKind.Abandoned, 2, 0), null).Phase.ShouldBe(GamePhase.Abandoned);
    }

    [Theory]
    [InlineData(22, 7, null)]
    [InlineData(14, 15, null)]
    [InlineData(23, 7, "score-jump")]
    [InlineData(14, 99, "score-jump")]
    [InlineData(121, 7, "score-out-of-range")]
    [InlineData(-1, 7, "score-out-of-range")]
    public void A_play_scores_at_most_eight(int home, int away, string? reason) =>
        ReasonOf(Football, Live, Event(EventKind.Play, 2, 5700) with { Score = new Score(home, away) }).ShouldBe(reason);

    [Theory]
    [InlineData(18, 7, null)]
    [InlineData(19, 7, "score-jump")]
    [InlineData(251, 7, "score-out-of-range")]
    public void An_action_scores_at_most_four(int home, int away, string? reason) =>
        ReasonOf(Basketball, Live, Event(EventKind.Play, 2, 5900) with { Score = new Score(home, away) }).ShouldBe(reason);

    [Fact]
    public void More_may_have_been_scored_the_longer_nothing_was_heard()
    {
        var muchLater = Event(EventKind.Play, 3, 9000) with { Score = new Score(28, 7) };

        Football.Objection(Live, muchLater).ShouldBeNull();
        Football.Objection(Live, muchLater with { Score = new Score(90, 7) })!.Value.Reason.ShouldBe("score-jump");
    }

    [Fact]
    public void With_messages_missing_or_at_the_beginning_any_plausible_score_may_be_the_next()
    {
        var play = Event(EventKind.Play, 2, 5900) with { Score = new Score(35, 30) };

        Football.Objection(Live, play)!.Value.Reason.ShouldBe("score-jump");
        Football.Objection(Live with { MissingMessages = 1 }, play).ShouldBeNull();
        Football.Objection(new GameState(), play).ShouldBeNull();
    }

    [Theory]
    [InlineData(11, 0, "period-out-of-range")]
    [InlineData(-1, 0, "period-out-of-range")]
    [InlineData(2, 9001, "clock-out-of-range")]
    [InlineData(2, -2, "clock-out-of-range")]
    [InlineData(5, 9000, null)]
    public void A_football_period_has_fifteen_minutes(int period, int clock, string? reason) =>
        ReasonOf(Football, Live, Event(EventKind.Play, period, clock)).ShouldBe(reason);

    [Theory]
    [InlineData(15, 0, "period-out-of-range")]
    [InlineData(4, 7201, "clock-out-of-range")]
    [InlineData(5, 3001, "clock-out-of-range")]
    [InlineData(5, 3000, null)]
    public void A_basketball_period_has_twelve_minutes_and_overtime_five(int period, int clock, string? reason) =>
        ReasonOf(Basketball, Live, Event(EventKind.Play, period, clock)).ShouldBe(reason);

    [Theory]
    [InlineData(5, 10, 50)]
    [InlineData(1, 100, 50)]
    [InlineData(1, 10, 100)]
    [InlineData(1, 10, 0)]
    public void There_are_four_downs_and_ninety_nine_yards(int down, int toFirst, int toGoal) =>
        Football.Objection(Live, Event(EventKind.Play, 2, 5900) with { Football = new FootballSituation(down, toFirst, toGoal) })!
            .Value.Reason.ShouldBe("situation-out-of-range");

    [Theory]
    [InlineData(4, 0)]
    [InlineData(0, -1)]
    public void A_team_has_three_time_outs(int home, int away) =>
        Football.Objection(Live, Event(EventKind.Play, 2, 5900) with { Football = new FootballSituation(1, 10, 50) { HomeTimeouts = home, AwayTimeouts = away } })!
            .Value.Reason.ShouldBe("situation-out-of-range");

    private static string? ReasonOf(IGameRules rules, GameState before, GameEvent gameEvent) => rules.Objection(before, gameEvent)?.Reason;

    private static GameEvent Event(EventKind kind, int period, int clockTenths) =>
        new() { GameId = Game, Key = "1", Order = 1, Kind = kind, Period = period, ClockTenths = clockTenths };
}
