using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Tests.Pricing;

/// <summary>What a trader expects of a football price.</summary>
public sealed class NflModelTests
{
    private const double CoherenceTolerance = 1e-5;

    private static readonly IGameModel Model = GameModels.Create(League.Nfl);

    [Fact]
    public void A_team_ahead_with_the_ball_and_half_a_minute_has_won() =>
        Solve(Late(Side.Home, 27, 24, seconds: 30)).Result().Over.Value.ShouldBeGreaterThan(0.99);

    [Fact]
    public void A_team_ahead_that_can_kneel_until_the_end_has_won_and_time_outs_of_the_other_team_take_that_away()
    {
        Split After(int seconds, int? timeouts)
        {
            var state = Late(Side.Home, 24, 23, seconds);
            return Solve(state with { Football = state.Football!.Value with { HomeTimeouts = 0, AwayTimeouts = timeouts } }).Result();
        }

        After(120, 0).Over.Value.ShouldBeGreaterThan(0.998);
        After(80, 1).Over.Value.ShouldBeGreaterThan(0.998);
        After(80, 2).ShouldBe(After(80, null));
        After(129, 0).ShouldBe(After(129, null));
        After(120, null).Over.Value.ShouldBeLessThan(0.99);
    }

    [Fact]
    public void A_lead_at_which_teams_play_worse_wins_as_often_as_a_lesser_one_and_every_market_follows()
    {
        // On the fourth down deep in its own half, four behind, a team goes for it; three behind, it is the likelier to give the ball away.
        var info = Info() with { Line = new PregameLine { HomeMarginHundredths = 800, TotalHundredths = 5500 } };
        var state = Late(Side.Home, 3, 7, seconds: 90) with { Football = new FootballSituation(4, 10, 90) };
        var four = Won(Model.Solve(state, info));
        var three = Model.Solve(state with { Score = new Score(4, 7) }, info);

        Won(three).ShouldBe(four, 1e-5);
        (Won(three) - four).ShouldBeGreaterThan(-CoherenceTolerance);
        three.Spread(default).ShouldBe(three.Result());

        static double Won(IOutcomeDistribution solved) => solved.Result() is var result ? result.Over.Value + (result.Push.Value / 2) : 0;
    }

    [Fact]
    public void A_game_level_at_the_end_of_regulation_ends_in_a_tie_as_often_as_its_overtime_does()
    {
        var level = new GameState { Phase = GamePhase.Live, Period = 4, ClockTenths = 0, Score = new Score(20, 20) };
        level = level with { Sheet = ScoreSheet.Empty.WithScore(level.Score).WithEndOf(4, isSure: true) };
        var overtime = level with { Period = 5, ClockTenths = 6000 };

        Solve(level).Result().Push.Value.ShouldBe(Solve(overtime).Result().Push.Value, 1e-4);
        Solve(level).Result().Push.Value.ShouldBeInRange(0.03, 0.12);
    }

    [Fact]
    public void A_team_nine_behind_needs_two_scores_and_eight_behind_one()
    {
        var eight = Solve(Late(Side.Home, 16, 24, seconds: 100)).Result().TwoWay.Value;
        var nine = Solve(Late(Side.Home, 15, 24, seconds: 100)).Result().TwoWay.Value;

        eight.ShouldBeGreaterThan(3 * nine);
    }

    [Fact]
    public void Three_and_seven_are_the_commonest_margins()
    {
        var solved = Solve(new GameState());
        double At(int margin) => solved.Spread(new Line(-margin * 100)).Push.Value;

        At(3).ShouldBeGreaterThan(2 * At(2));
        At(3).ShouldBeGreaterThan(At(5) * 2);
        At(7).ShouldBeGreaterThan(1.3 * At(8));
    }

    [Fact]
    public void A_field_goal_kicked_first_in_overtime_leaves_the_other_team_a_chance()
    {
        var behind = Solve(Overtime(Side.Away, 23, 20, drives: 2)).Result();

        behind.Over.Value.ShouldBeInRange(0.55, 0.85);
        behind.Push.Value.ShouldBeGreaterThan(0.02);
    }

    [Fact]
    public void A_playoff_game_has_no_tie_and_a_regular_one_may()
    {
        var state = Overtime(Side.Home, 20, 20, drives: 3, seconds: 90);

        Solve(state, mustHaveWinner: true).Result().Push.Value.ShouldBe(0, 1e-9);
        Solve(state).Result().Push.Value.ShouldBeGreaterThan(0.2);
    }

    [Fact]
    public void A_playoff_period_about_to_end_level_is_played_on_and_not_won_by_who_has_the_ball()
    {
        foreach (var seconds in new[] { 0, 1, 6 })
        {
            var result = Solve(Overtime(Side.Home, 20, 20, drives: 3, seconds), mustHaveWinner: true).Result();

            result.Push.Value.ShouldBe(0, 1e-6);
            result.Over.Value.ShouldBeInRange(0.4, 0.75);
        }
    }

    [Fact]
    public void A_touchdown_on_the_first_possession_won_in_2020_and_is_answered_today()
    {
        var state = Overtime(Side.Home, 20, 20, drives: 1) with { Football = new FootballSituation(1, 2, 2) };

        var then = Solve(state, season: 2020).Result().Over.Value;
        var today = Solve(state, season: 2025).Result().Over.Value;
        then.ShouldBeGreaterThan(today + 0.1);
    }

    [Fact]
    public void Who_receives_the_second_half_is_worth_something_from_the_first_drive_on()
    {
        var state = new GameState { Phase = GamePhase.Live, Period = 2, ClockTenths = 100, Score = new Score(10, 10) };
        var homeReceives = Solve(state with { Sheet = ScoreSheet.Empty.WithDriveOf(Side.Away).WithTurnEnd(DriveEnd.NoScore) });
        var home = homeReceives.Result().TwoWay.Value;
        var away = Solve(state with { Sheet = ScoreSheet.Empty.WithDriveOf(Side.Home).WithTurnEnd(DriveEnd.NoScore) }).Result().TwoWay.Value;

        home.ShouldBeInRange(away + 0.02, away + 0.15);
    }

    [Fact]
    public void Halves_and_quarters_add_up_to_the_game()
    {
        var solved = Solve(new GameState());
        double Points(MarketScope scope) => (solved.Mean(scope).HomeHundredths + solved.Mean(scope).AwayHundredths) / 100.0;

        (Points(MarketScope.FirstHalf) + Points(MarketScope.SecondHalf)).ShouldBe(Points(MarketScope.FullGame), 0.8);
        (Points(MarketScope.FirstQuarter) + Points(MarketScope.SecondQuarter)).ShouldBe(Points(MarketScope.FirstHalf), 0.5);
        Points(MarketScope.SecondQuarter).ShouldBeGreaterThan(Points(MarketScope.FirstQuarter));
    }

    [Fact]
    public void A_game_without_a_line_is_priced_with_home_a_little_ahead() =>
        Model.Solve(new GameState(), PriceTestData.Info(League.Nfl)).Result().TwoWay.Value.ShouldBeInRange(0.5, 0.6);

    [Fact]
    public void A_moneyline_says_more_than_the_spread_beside_it()
    {
        double Home(int? spread, double? win) => Model.Solve(new GameState(), PriceTestData.Info(League.Nfl, new PregameLine
        {
            HomeMarginHundredths = spread,
            TotalHundredths = 4500,
            HomeWin = win is { } chance ? Probability.RoundNearest(chance) : null,
        })).Result().TwoWay.Value;

        Home(300, 0.65).ShouldBeGreaterThan(Home(300, 0.55) + 0.03);
        Home(300, 0.55).ShouldBeLessThan(Home(300, null));
        Home(null, 0.6).ShouldBe(0.6, 0.03);
        Home(-300, 0.4).ShouldBe(1 - Home(300, 0.6), 1e-3);
    }

    [Fact]
    public void What_a_lead_takes_back_is_expected_before_it_is_scored()
    {
        // First and goal at the one in the first quarter: nearly seven points; then the kick-off after them.
        var before = new GameState { Phase = GamePhase.Live, Period = 1, ClockTenths = 6000, Possession = Side.Home, Football = new FootballSituation(1, 1, 1) };
        var after = before with { ClockTenths = 5700, Score = new Score(7, 0), Possession = Side.Away, Football = new FootballSituation(1, 10, 70) };

        Solve(after).Result().TwoWay.Value.ShouldBeInRange(Solve(before).Result().TwoWay.Value, Solve(before).Result().TwoWay.Value + 0.04);
    }

    [Fact]
    public void The_explanation_names_line_score_possession_and_drive()
    {
        var names = Model.Explain(Late(Side.Home, 20, 24, seconds: 100), Info()).Select(figure => figure.Name).ToList();

        names.ShouldContain("line alone: margin (points), home win");
        names.ShouldContain("score and clock add");
        names.ShouldContain("learned from the lead and the points so far");
        names.ShouldContain("possession, down and place add");
        names.ShouldContain(name => name.StartsWith("this drive", StringComparison.Ordinal));
    }

    private static IOutcomeDistribution Solve(GameState state, bool mustHaveWinner = false, int season = 2024) =>
        Model.Solve(state, Info(mustHaveWinner, season));

    private static GameInfo Info(bool mustHaveWinner = false, int season = 2024) =>
        PriceTestData.Info(League.Nfl, new PregameLine { HomeMarginHundredths = 0, TotalHundredths = 4500 }, mustHaveWinner) with
        {
            ScheduledAt = Timestamp.From(new DateTimeOffset(season, 10, 1, 17, 0, 0, TimeSpan.Zero)),
        };

    private static GameState Late(Side ball, int home, int away, int seconds) => new()
    {
        Phase = GamePhase.Live,
        Period = 4,
        ClockTenths = seconds * 10,
        Score = new Score(home, away),
        Possession = ball,
        Football = new FootballSituation(1, 10, 60),
    };

    private static GameState Overtime(Side ball, int home, int away, int drives, int seconds = 400)
    {
        var sheet = ScoreSheet.Empty.WithScore(new Score(20, 20)).WithEndOf(4, isSure: true);
        for (var i = drives; i > 0; i--)
        {
            sheet = (i < drives ? sheet.WithTurnEnd(DriveEnd.NoScore) : sheet).WithDriveOf(i % 2 == 1 ? ball : 1 - ball);
        }

        return new GameState
        {
            Phase = GamePhase.Live,
            Period = 5,
            ClockTenths = seconds * 10,
            Score = new Score(home, away),
            Sheet = sheet.WithScore(new Score(home, away)),
            Possession = ball,
            Football = new FootballSituation(1, 10, 70),
        };
    }
}
