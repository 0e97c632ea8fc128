using FsCheck;
using FsCheck.Fluent;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Nba;

namespace Oddswire.Tests.Pricing;

/// <summary>What the NBA's joint law says of parts of a game, of races and of the next score.</summary>
public sealed class NbaModelTests
{
    private static readonly PregameLine Line = new()
    {
        HomeMarginHundredths = 450,
        TotalHundredths = 22_150,
        HomeWin = Probability.FromMillionths(660_000),
    };

    private static readonly GameInfo Info = PriceTestData.Info(League.Nba, Line);

    private readonly NbaModel _model = new();

    [Fact]
    public void Quarters_make_halves_and_halves_make_the_game()
    {
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Games().ToArbitrary(), state =>
        {
            var solved = _model.Solve(state, Info);
            Sum(solved, state, MarketScope.FirstQuarter, MarketScope.SecondQuarter).ShouldBe(MeanOf(solved, state, MarketScope.FirstHalf), 0.25);
            Sum(solved, state, MarketScope.FirstHalf, MarketScope.SecondHalf).ShouldBe(MeanOf(solved, state, MarketScope.FullGame), 0.25);
        }));
    }

    [Fact]
    public void Line_lead_ball_and_fouls_explain_the_whole_expected_margin()
    {
        var figures = _model.Explain(At(3, 400, new Score(71, 60), new Score(52, 50), Side.Away), Info).ToDictionary(static figure => figure.Name, static figure => figure.Value);
        double Of(string name) => double.Parse(figures[name], System.Globalization.CultureInfo.InvariantCulture);

        var parts = new[] { "contribution of the lead to the final margin (points)", "contribution of the pregame margin (points)", "contribution of the ball and of free throws to come (points)", "contribution of team fouls (points)" };
        parts.Sum(Of).ShouldBe(Of("expected final margin before weights and overtime (points)"), 0.01);
        Of(parts[0]).ShouldBeInRange(8, 12);
        Of(parts[2]).ShouldBeLessThan(0, "away has the ball");
    }

    [Fact]
    public void Every_reading_of_a_part_is_a_probability_and_more_points_are_never_likelier()
    {
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Games().ToArbitrary(), state =>
        {
            var solved = _model.Solve(state, Info);
            foreach (var scope in MarketScopes.Of(League.Nba))
            {
                if (!solved.Covers(scope))
                {
                    continue;
                }

                var (spread, total, team) = (1.0, 1.0, 1.0);
                for (var halves = -60; halves <= 60; halves++)
                {
                    Falls(solved.Spread(Line_(-halves), scope), ref spread);
                    Falls(solved.Total(Line_((2 * halves) + 120), scope), ref total);
                    Falls(solved.TeamTotal(Side.Home, Line_(halves + 60), scope), ref team);
                }
            }
        }));

        static void Falls(Split split, ref double before)
        {
            var over = split.Over.Value;
            (over + split.Push.Value + split.Under.Value).ShouldBe(1, 1e-9);
            over.ShouldBeLessThanOrEqualTo(before + 1e-9);
            before = over;
        }
    }

    [Fact]
    public void Free_throws_to_come_and_fouls_of_the_other_team_are_worth_something_and_a_loose_ball_less_than_a_held_one()
    {
        var plain = At(4, 180, new Score(90, 90)) with { Possession = Side.Home, Basketball = new BasketballSituation(2, 2, 0, false) };
        double Of(BasketballSituation situation) => _model.Solve(plain with { Basketball = situation }, Info).Result().TwoWay.Value;
        var held = Of(new BasketballSituation(2, 2, 0, false));

        Of(new BasketballSituation(2, 2, 2, false)).ShouldBeGreaterThan(held);
        Of(new BasketballSituation(2, 2, 0, true)).ShouldBeLessThan(held);
        Of(new BasketballSituation(2, 5, 0, false)).ShouldBeGreaterThan(held);
        Of(new BasketballSituation(5, 2, 0, false)).ShouldBeLessThan(held);
        _model.Solve(plain with { Basketball = null }, Info).Result().TwoWay.Value.ShouldBe(Of(default));
    }

    [Fact]
    public void A_second_half_under_way_is_the_game_less_the_first()
    {
        var state = At(3, 300, new Score(70, 66), new Score(52, 55));
        var solved = _model.Solve(state, Info);

        solved.Spread(Line_(-9), MarketScope.SecondHalf).ShouldBe(solved.Spread(Line_(-9 + 6)));
        solved.Total(Line_(221), MarketScope.SecondHalf).ShouldBe(solved.Total(Line_(221 + 214)));
        solved.TeamTotal(Side.Away, Line_(99), MarketScope.SecondHalf).ShouldBe(solved.TeamTotal(Side.Away, Line_(99 + 110)));
    }

    [Fact]
    public void A_quarter_near_its_end_is_nearly_decided_and_the_game_is_not()
    {
        var solved = _model.Solve(At(1, 1, new Score(30, 25)), Info);

        solved.Result(MarketScope.FirstQuarter).Over.Value.ShouldBeGreaterThan(0.999);
        solved.Total(Line_(2 * 60), MarketScope.FirstQuarter).Under.Value.ShouldBeGreaterThan(0.98);
        solved.Result().Over.Value.ShouldBeInRange(0.6, 0.85);
    }

    [Fact]
    public void A_part_that_is_over_or_whose_beginning_nobody_saw_is_not_offered()
    {
        var third = _model.Solve(At(3, 300, new Score(70, 66), new Score(52, 55)), Info);
        third.Covers(MarketScope.FirstHalf).ShouldBeFalse();
        third.Covers(MarketScope.SecondQuarter).ShouldBeFalse();
        third.Covers(MarketScope.ThirdQuarter).ShouldBeTrue();
        third.Covers(MarketScope.FourthQuarter).ShouldBeTrue();
        third.Covers(MarketScope.FirstFiveInnings).ShouldBeFalse();
        Should.Throw<ArgumentOutOfRangeException>(() => third.Result(MarketScope.FirstHalf)).Message.ShouldContain("Covers");

        var unseen = _model.Solve(new GameState { Phase = GamePhase.Live, Period = 3, ClockTenths = 3000, Score = new Score(70, 66) }, Info);
        unseen.Covers(MarketScope.SecondHalf).ShouldBeFalse();
        unseen.Covers(MarketScope.FullGame).ShouldBeTrue();
    }

    [Fact]
    public void Who_has_the_ball_is_likelier_to_score_next()
    {
        double Home(Side? ball) => _model.Solve(At(2, 400, new Score(40, 40), ball: ball), Info).NextScore()!.Value.Over.Value;

        Home(Side.Home).ShouldBeGreaterThan(Home(null));
        Home(null).ShouldBeGreaterThan(Home(Side.Away));
        _model.Solve(At(4, 3, new Score(101, 90), new Score(50, 50)), Info).NextScore()!.Value.Push.Value.ShouldBeGreaterThan(0.5);
        _model.Solve(At(4, 3, new Score(100, 100), new Score(50, 50)), Info).NextScore()!.Value.Push.Value.ShouldBeLessThan(1e-6);
    }

    [Theory]
    [InlineData(1, -1)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 0)]
    public void Who_won_the_tip_begins_the_fourth_quarter_and_the_other_team_the_two_before(int period, int sign)
    {
        double Home(Side? tip) => _model.Solve(At(period, 400, new Score(70, 70), new Score(50, 50), tip: tip), Info).Result().TwoWay.Value;

        Math.Sign(Home(Side.Home) - Home(null)).ShouldBe(sign);
        Math.Sign(Home(Side.Away) - Home(null)).ShouldBe(-sign);
    }

    [Fact]
    public void To_begin_a_quarter_is_worth_something_in_that_quarter()
    {
        double Fourth(Side? tip) => MeanOf(
            _model.Solve(At(3, 400, new Score(70, 70), new Score(50, 50), tip: tip), Info), At(3, 400, new Score(70, 70)), MarketScope.FourthQuarter);

        Fourth(Side.Home).ShouldBeGreaterThan(Fourth(Side.Away) + 0.1);
    }

    [Fact]
    public void A_race_is_between_getting_there_and_getting_there_alone()
    {
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Games().ToArbitrary(), state =>
        {
            var solved = _model.Solve(state, Info);
            var neither = 0.0;
            for (var points = 10 * ((Math.Max(state.Score.Home, state.Score.Away) / 10) + 1); points <= 160; points += 10)
            {
                var race = solved.RaceTo(points)!.Value;
                (race.Over.Value + race.Push.Value + race.Under.Value).ShouldBe(1, 1e-9);
                race.Push.Value.ShouldBeGreaterThanOrEqualTo(neither - 1e-9);

                // The tables are of single precision: chances of a hundred-millionth are not told apart.
                race.Over.Value.ShouldBeLessThanOrEqualTo(solved.TeamTotal(Side.Home, Line_((2 * points) - 1)).Over.Value + 1e-6);
                race.Under.Value.ShouldBeLessThanOrEqualTo(solved.TeamTotal(Side.Away, Line_((2 * points) - 1)).Over.Value + 1e-6);
                neither = race.Push.Value;
            }
        }));
    }

    [Fact]
    public void A_race_that_was_won_stays_won()
    {
        var state = At(2, 100, new Score(45, 48)) with { Sheet = ScoreSheet.Empty.WithScore(new Score(45, 0)).WithScore(new Score(45, 48)) };
        var solved = _model.Solve(state, Info);

        solved.RaceTo(20)!.Value.Over.Value.ShouldBe(1);
        solved.RaceTo(46)!.Value.Under.Value.ShouldBe(1);
    }

    [Fact]
    public void Without_a_line_the_lead_says_who_is_stronger()
    {
        var unknown = PriceTestData.Info(League.Nba);
        var even = PriceTestData.Info(League.Nba, new PregameLine { HomeMarginHundredths = 280, TotalHundredths = 22_150 });
        var lead = At(3, 700, new Score(80, 60), new Score(60, 45));

        _model.Solve(lead, unknown).Mean().HomeHundredths.ShouldBeGreaterThan(_model.Solve(lead, even).Mean().HomeHundredths);
    }

    [Fact]
    public void Solving_and_reading_the_whole_board_takes_no_memory()
    {
        var states = Games().Sample(64).ToArray();
        ReadAll(states);
        var before = GC.GetAllocatedBytesForCurrentThread();
        ReadAll(states);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private void ReadAll(GameState[] states)
    {
        foreach (var state in states)
        {
            var solved = _model.Solve(state, Info);
            foreach (var scope in MarketScopes.Of(League.Nba))
            {
                if (solved.Covers(scope))
                {
                    solved.Spread(Line_(-5), scope);
                    solved.Total(Line_(200), scope);
                    solved.TeamTotal(Side.Home, Line_(99), scope);
                    solved.Mean(scope);
                }
            }

            solved.NextScore();
            solved.RaceTo(state.Score.Total + 20);
        }
    }

    private static Line Line_(int halves) => Core.Domain.Line.FromHalves(halves);

    private static double Sum(IOutcomeDistribution solved, GameState state, MarketScope first, MarketScope second) =>
        MeanOf(solved, state, first) + MeanOf(solved, state, second);

    // Expected home margin of a part; of a part that is over, what it was.
    private static double MeanOf(IOutcomeDistribution solved, GameState state, MarketScope scope)
    {
        if (!solved.Covers(scope))
        {
            return state.PointsIn(scope)!.Value.Margin;
        }

        var (home, away) = solved.Mean(scope);
        return (home - away) / 100.0;
    }

    private static GameState At(int period, int seconds, Score score, Score half = default, Side? ball = null, Side? tip = null)
    {
        var sheet = tip is { } side ? ScoreSheet.Empty.WithDriveOf(side) : ScoreSheet.Empty;
        for (var ended = 1; ended < period; ended++)
        {
            sheet = sheet.WithScore(ended == 1 ? new Score(half.Home / 2, half.Away / 2) : ended == 2 ? half : score).WithEndOf(ended, isSure: true);
        }

        return new GameState
        {
            Phase = GamePhase.Live,
            Period = period,
            ClockTenths = seconds * 10,
            Score = score,
            Possession = ball,
            Sheet = sheet.WithScore(score),
        };
    }

    private static Gen<GameState> Games() =>
        from period in Gen.Choose(1, 4)
        from seconds in Gen.Choose(0, 719)
        from home in Gen.Choose((period - 1) * 20, period * 33)
        from away in Gen.Choose((period - 1) * 20, period * 33)
        from ball in Gen.Elements<Side?>(Side.Home, Side.Away, null)
        from tip in Gen.Elements<Side?>(Side.Home, Side.Away, null)
        select At(period, seconds, new Score(home, away), period > 2 ? new Score(home / 2, away / 2) : default, ball, tip);
}
