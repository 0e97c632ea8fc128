using FsCheck;
using FsCheck.Fluent;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Tests.Pricing;

/// <summary>No two markets of a game can contradict each other, whatever the state.</summary>
public sealed class CoherenceTests
{
    // Below what a published price shows; the NFL's tables are in single precision.
    private const double Tolerance = 1e-6;

    public static TheoryData<League> Leagues => [League.Nfl, League.Nba, League.Mlb];

    [Theory]
    [MemberData(nameof(Leagues))]
    public void The_ways_a_market_can_end_sum_to_one(League league) => ForAll(league, (solved, state, _) =>
    {
        foreach (var split in AllSplits(solved, state))
        {
            (split.Over.Value + split.Push.Value + split.Under.Value).ShouldBe(1, Tolerance);
        }
    });

    [Theory]
    [MemberData(nameof(Leagues))]
    public void A_higher_line_is_never_likelier_to_be_exceeded(League league) => ForAll(league, (solved, state, _) =>
    {
        for (var halves = -60; halves < 60; halves++)
        {
            var (low, high) = (Line.FromHalves(halves), Line.FromHalves(halves + 1));
            solved.Spread(high).Over.Value.ShouldBeGreaterThanOrEqualTo(solved.Spread(low).Over.Value - Tolerance);
            var (lowTotal, highTotal) = (Line.FromHalves(halves + 60 + (2 * state.Score.Total)), Line.FromHalves(halves + 61 + (2 * state.Score.Total)));
            solved.Total(highTotal).Over.Value.ShouldBeLessThanOrEqualTo(solved.Total(lowTotal).Over.Value + Tolerance);
            foreach (var side in new[] { Side.Home, Side.Away })
            {
                solved.TeamTotal(side, highTotal).Over.Value
                    .ShouldBeLessThanOrEqualTo(solved.TeamTotal(side, lowTotal).Over.Value + Tolerance);
            }
        }
    });

    [Theory]
    [MemberData(nameof(Leagues))]
    public void The_moneyline_is_the_spread_of_zero_and_lies_between_its_neighbours(League league) => ForAll(league, (solved, _, _) =>
    {
        var result = solved.Result();
        solved.Spread(default).ShouldBe(result);
        solved.Spread(Line.FromHalves(-1)).Over.Value.ShouldBe(result.Over.Value, Tolerance);
        solved.Spread(Line.FromHalves(1)).Under.Value.ShouldBe(result.Under.Value, Tolerance);
    });

    [Theory]
    [MemberData(nameof(Leagues))]
    public void What_the_teams_have_is_certain_and_fewer_points_are_impossible(League league) => ForAll(league, (solved, state, _) =>
    {
        solved.Total(new Line((state.Score.Total * 100) - 50)).Over.Value.ShouldBe(1, Tolerance);
        solved.TeamTotal(Side.Home, new Line((state.Score.Home * 100) - 50)).Over.Value.ShouldBe(1, Tolerance);
        solved.TeamTotal(Side.Away, new Line((state.Score.Away * 100) - 50)).Over.Value.ShouldBe(1, Tolerance);
    });

    [Theory]
    [MemberData(nameof(Leagues))]
    public void Expected_scores_are_the_sums_of_the_lines_chances(League league) => ForAll(league, (solved, state, _) =>
    {
        double total = state.Score.Total, home = state.Score.Home;
        for (var points = 0; points < 400; points++)
        {
            total += solved.Total(new Line(((state.Score.Total + points) * 100) + 50)).Over.Value;
            home += solved.TeamTotal(Side.Home, new Line(((state.Score.Home + points) * 100) + 50)).Over.Value;
        }

        var mean = solved.Mean();
        ((mean.HomeHundredths + mean.AwayHundredths) / 100.0).ShouldBe(total, 0.03);
        (mean.HomeHundredths / 100.0).ShouldBe(home, 0.03);
    });

    [Theory]
    [MemberData(nameof(Leagues))]
    public void More_lead_never_lowers_the_win_probability(League league)
    {
        var model = GameModels.Create(league);
        ForAll(league, (_, state, info) =>
        {
            // In football's overtime a lead is a field goal's, and the ball is then the other team's: no other lead lasts to the next play.
            var isOvertime = league == League.Nfl && state.Period > info.RegulationPeriods;
            if (isOvertime && (state.Score.Margin != 0 || state.Possession != Side.Away))
            {
                return;
            }

            var lead = isOvertime ? 3 : 1;
            var before = WinOrHalfTie(model, state, info);
            var after = WinOrHalfTie(model, state with { Score = state.Score with { Home = state.Score.Home + lead } }, info);
            after.ShouldBeGreaterThanOrEqualTo(before - Tolerance);
        });
    }

    [Fact]
    public void Swapped_teams_swap_the_chances_where_the_rules_are_symmetric()
    {
        foreach (var league in new[] { League.Nfl, League.Nba })
        {
            var model = GameModels.Create(league);
            Check.One(Config.QuickThrowOnFailure, Prop.ForAll(States(league).ToArbitrary(), sample =>
            {
                var margin = sample.Info.Line?.HomeMarginHundredths ?? 0;
                var info = sample.Info with { Line = new PregameLine { HomeMarginHundredths = margin, TotalHundredths = 4500 } };
                var swapped = info with { Line = new PregameLine { HomeMarginHundredths = -margin, TotalHundredths = 4500 } };
                var mirrored = sample.State with
                {
                    Score = new Score(sample.State.Score.Away, sample.State.Score.Home),
                    Possession = sample.State.Possession is { } side ? 1 - side : null,
                };
                var result = model.Solve(sample.State, info).Result();
                var mirror = model.Solve(mirrored, swapped).Result();
                mirror.Under.Value.ShouldBe(result.Over.Value, Tolerance);
                mirror.Push.Value.ShouldBe(result.Push.Value, Tolerance);
            }));
        }
    }

    [Theory]
    [MemberData(nameof(Leagues))]
    public void The_pregame_line_comes_out_again(League league)
    {
        var model = GameModels.Create(league);
        foreach (var margin in new[] { -6, 0, 3 })
        {
            var total = league switch { League.Nfl => 44.5, League.Nba => 221.5, _ => 8.5 };
            var line = league == League.Mlb
                ? new PregameLine { HomeWin = Probability.FromMillionths(500_000 + (margin * 30_000)), TotalHundredths = 850 }
                : new PregameLine { HomeMarginHundredths = margin * 100, TotalHundredths = (int)(total * 100) };
            var solved = model.Solve(new GameState(), PriceTestData.Info(league, line));
            var (home, away) = solved.Mean();
            ((home + away) / 100.0).ShouldBe(total, total * 0.03);
            if (league == League.Mlb)
            {
                solved.Result().TwoWay.Value.ShouldBe(line.HomeWin!.Value.Value, 0.001);
            }
            else
            {
                ((home - away) / 100.0).ShouldBe(margin, 0.4);
            }
        }
    }

    [Fact]
    public void A_decided_game_is_certain()
    {
        var nba = GameModels.Create(League.Nba).Solve(
            new GameState { Phase = GamePhase.Live, Period = 4, ClockTenths = 0, Score = new Score(101, 99) }, PriceTestData.Info(League.Nba));
        nba.Result().Over.Value.ShouldBe(1, 1e-4);

        var walkOff = GameModels.Create(League.Mlb).Solve(
            new GameState
            {
                Phase = GamePhase.Live,
                Period = 9,
                Score = new Score(5, 4),
                Possession = Side.Home,
                Baseball = new BaseballSituation(1, null, null, null),
            },
            PriceTestData.Info(League.Mlb));
        walkOff.Result().Over.Value.ShouldBe(1, Tolerance);
        walkOff.Total(Line.FromHalves(19)).Under.Value.ShouldBe(1, Tolerance);
    }

    private static double WinOrHalfTie(IGameModel model, GameState state, GameInfo info)
    {
        var result = model.Solve(state, info).Result();
        return result.Over.Value + (result.Push.Value / 2);
    }

    private static IEnumerable<Split> AllSplits(IOutcomeDistribution solved, GameState state)
    {
        yield return solved.Result();
        for (var halves = -40; halves <= 40; halves += 3)
        {
            yield return solved.Spread(Line.FromHalves(halves));
            yield return solved.Total(Line.FromHalves((2 * state.Score.Total) + 40 + halves));
            yield return solved.TeamTotal(Side.Home, Line.FromHalves((2 * state.Score.Home) + 40 + halves));
            yield return solved.TeamTotal(Side.Away, Line.FromHalves((2 * state.Score.Away) + 40 + halves));
        }
    }

    private static void ForAll(League league, Action<IOutcomeDistribution, GameState, GameInfo> holds)
    {
        var model = GameModels.Create(league);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(
            States(league).ToArbitrary(), sample => holds(model.Solve(sample.State, sample.Info), sample.State, sample.Info)));
    }

    private static Gen<(GameState State, GameInfo Info)> States(League league) => PriceTestData.States(league);
}
