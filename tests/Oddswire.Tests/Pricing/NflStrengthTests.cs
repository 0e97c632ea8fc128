using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Nfl;

namespace Oddswire.Tests.Pricing;

/// <summary>How the pregame line joins the laws of drives.</summary>
public sealed class NflStrengthTests
{
    private static readonly IGameModel Model = GameModels.Create(League.Nfl);

    [Theory]
    [InlineData(0, 33)]
    [InlineData(2.5, 46)]
    [InlineData(7, 41.5)]
    [InlineData(-10.5, 52)]
    [InlineData(17, 58)]
    public void A_game_is_expected_to_end_as_its_line_says_whatever_tables_it_takes(double margin, double total)
    {
        var parameters = (NflParameters)GameModels.BuiltIn(League.Nfl).Parameters;
        var info = Info(margin, total);

        var solved = Model.Solve(new GameState { Phase = GamePhase.Scheduled }, info);

        Enumerable.Range(-79, 159).Sum(points => points * solved.Spread(new Line(-points * 100)).Push.Value).ShouldBe(parameters.MarginOf(info.Line), 0.1);
        Enumerable.Range(0, 159).Sum(points => points * solved.Total(new Line(points * 100)).Push.Value).ShouldBe(total, 0.25);
    }

    [Theory]
    [InlineData(7, 46)]
    [InlineData(-12, 41)]
    [InlineData(3, 51)]
    public void The_first_drive_brings_no_strength_that_was_not_there_before_the_kick_off(double margin, double total)
    {
        var info = Info(margin, total);
        (double Margin, double Total) Expected(Side side, FootballSituation? play)
        {
            var solver = new NflSolver((NflParameters)GameModels.BuiltIn(League.Nfl).Parameters);
            solver.Solve(new GameState { Phase = GamePhase.Live, Period = 1, ClockTenths = 9000, Possession = side, Football = play }, info);
            var (home, away) = solver.Whole.Mean();
            return (home - away, home + away);
        }

        (double Margin, double Total) Both(FootballSituation? play)
        {
            var (home, away) = (Expected(Side.Home, play), Expected(Side.Away, play));
            return ((home.Margin + away.Margin) / 2, (home.Total + away.Total) / 2);
        }

        // Whoever receives, from where most kick-offs end. A drive weighed twice shows as a third of a point.
        var (before, after) = (Both(null), Both(new FootballSituation(1, 10, 73)));

        after.Margin.ShouldBe(before.Margin, 0.1);
        after.Total.ShouldBe(before.Total, 0.35);
    }

    [Theory]
    [InlineData(14)]
    [InlineData(-14)]
    public void A_half_is_expected_to_have_as_many_points_after_the_first_snap_as_before(double margin)
    {
        double FirstHalf(FootballSituation? play)
        {
            var solver = new NflSolver((NflParameters)GameModels.BuiltIn(League.Nfl).Parameters);
            solver.Solve(new GameState { Phase = GamePhase.Live, Period = 1, ClockTenths = 9000, Possession = Side.Home, Football = play, Sheet = ScoreSheet.Empty }, Info(margin, 46));
            var (home, away) = solver.Law(MarketScope.FirstHalf)!.Mean();
            return home + away;
        }

        FirstHalf(new FootballSituation(1, 10, 73)).ShouldBe(FirstHalf(null), 0.25);
    }

    [Theory]
    [InlineData(14)]
    [InlineData(-14)]
    public void Points_of_a_drive_that_outlasts_the_quarter_say_nothing_of_the_quarter(double margin)
    {
        // At the twenty: with little time nobody scores in the quarter, with more the touchdown is in it or the field goal, with plenty both are.
        var solver = new NflSolver((NflParameters)GameModels.BuiltIn(League.Nfl).Parameters);
        var ends = new double[DriveModel.Results];
        for (var seconds = 30; seconds <= 180; seconds += 5)
        {
            solver.Solve(
                new GameState { Phase = GamePhase.Live, Period = 1, ClockTenths = 10 * seconds, Possession = Side.Home, Football = new FootballSituation(1, 10, 20), Sheet = ScoreSheet.Empty },
                Info(margin, 46));
            solver.EndsWithStrength(ends);
            double[] possible = [0, ends[DriveModel.Touchdown], ends[DriveModel.FieldGoal], ends[DriveModel.Touchdown] + ends[DriveModel.FieldGoal]];

            var scored = solver.Law(MarketScope.FirstQuarter)!.Total(new Line(50)).Over.Value;

            possible.Min(chance => Math.Abs(scored - chance)).ShouldBeLessThan(0.03, $"{seconds} s: {scored}, {string.Join(' ', possible)}");
        }
    }

    [Fact]
    public void The_better_team_is_favoured_with_three_minutes_left_in_a_level_game_and_hardly_with_ten_seconds()
    {
        HomeWins(Level(seconds: 180), Info(10, 46)).ShouldBeGreaterThan(HomeWins(Level(seconds: 180), Info(0, 46)) + 0.02);
        HomeWins(Level(seconds: 10), Info(10, 46)).ShouldBe(HomeWins(Level(seconds: 10), Info(0, 46)), 0.15);
    }

    [Fact]
    public void The_final_margin_of_equals_spreads_no_more_than_half_as_fast_as_the_total_grows()
    {
        double Variance(double total)
        {
            var solved = Model.Solve(new GameState { Phase = GamePhase.Scheduled }, Info(0, total));
            var chances = Enumerable.Range(-70, 141).Select(margin => (Margin: margin, Chance: solved.Spread(new Line(-margin * 100)).Push.Value)).ToList();
            return chances.Sum(pair => pair.Margin * pair.Margin * pair.Chance);
        }

        // Recorded games: 0.24 of the total's growth, standard error 0.18.
        (Variance(55.7) / Variance(35.7)).ShouldBeInRange(0.9, 1 + (0.5 * ((55.7 / 35.7) - 1)));
    }

    [Fact]
    public void Teams_on_either_side_of_a_border_between_tables_are_priced_alike()
    {
        var parameters = (NflParameters)GameModels.BuiltIn(League.Nfl).Parameters;
        const double above = 3.125;
        int Tables(double beyond) => NflTables.LevelOf(NflEndings.AboveOf(NflEndings.LevelOf(0, beyond)));
        Tables(above - 0.01).ShouldBe(Tables(above + 0.01) - 1);
        var border = parameters.AverageTotal + above;
        var third = Level(seconds: 420) with { Period = 3, Score = new Score(17, 10) };

        HomeWins(third, Info(0, border - 0.01)).ShouldBe(HomeWins(third, Info(0, border + 0.01)), 0.015);
    }

    [Theory]
    [InlineData(2, 300)]
    [InlineData(3, 300)]
    [InlineData(4, 600)]
    [InlineData(4, 350)]
    [InlineData(4, 100)]
    public void Half_a_point_of_line_is_worth_as_much_between_tables_as_at_them(int period, int seconds)
    {
        var level = Level(seconds) with { Period = period };

        var steps = Enumerable.Range(1, 24).Select(half => HomeWins(level, Info(half / 2.0, 42)) - HomeWins(level, Info((half - 1) / 2.0, 42))).ToList();

        // Taken from the nearest of tables two points apart, a step was a fifth of another.
        steps.Min().ShouldBeGreaterThan(0.5 * steps.Max(), string.Join(' ', steps));
    }

    [Fact]
    public void A_point_of_total_moves_a_late_comeback_as_much_between_tables_as_at_them()
    {
        var behind = Level(seconds: 350) with { Score = new Score(20, 13) };

        var steps = Enumerable.Range(37, 18).Select(total => HomeWins(behind, Info(0, total)) - HomeWins(behind, Info(0, total + 1))).ToList();

        steps.Max().ShouldBeLessThan(0.004, string.Join(' ', steps));
        steps.Min().ShouldBeGreaterThan(-0.002, string.Join(' ', steps));
    }

    [Fact]
    public void A_point_more_never_hurts_on_the_goal_line_with_seconds_left()
    {
        // Four behind the touchdown is needed, and it wins more often than the field goal that a level team would kick.
        var level = Level(seconds: 14) with { Football = new FootballSituation(1, 1, 1) { HomeTimeouts = 0, AwayTimeouts = 3 } };

        var wins = Enumerable.Range(-8, 12).Select(lead => HomeWins(level with { Score = new Score(20 + lead, 20) }, Info(-9, 44))).ToList();

        wins.Zip(wins.Skip(1)).ShouldAllBe(static pair => pair.First <= pair.Second + 1e-6, string.Join(' ', wins));
    }

    [Fact]
    public void A_line_just_beyond_a_table_or_a_diagonal_between_them_is_priced_as_one_just_before()
    {
        var late = Level(seconds: 200) with { Score = new Score(17, 20) };
        var average = ((NflParameters)GameModels.BuiltIn(League.Nfl).Parameters).AverageTotal;
        foreach (var (margin, above) in new[] { (2.0, -5.0), (4, 3), (6, 5), (6, -2), (8, 0), (0, 4.9), (12, 10), (16, -10) })
        {
            var (before, after) = (HomeWins(late, Info(margin - 0.02, average + above - 0.02)), HomeWins(late, Info(margin + 0.02, average + above + 0.02)));

            after.ShouldBe(before, 0.0015, $"{margin} {above}");
        }
    }

    [Fact]
    public void The_last_minutes_of_any_line_are_three_tables_at_most()
    {
        var grid = NflTables.Of((NflParameters)GameModels.BuiltIn(League.Nfl).Parameters).Late;
        for (var above = -12.0; above <= 12; above += 3)
        {
            for (var margin = 0.0; margin <= 18; margin += 1.5)
            {
                var parts = grid.At(above, margin).Parts.ToArray();

                parts.Length.ShouldBeInRange(1, 3);
                parts.Sum(static part => part.Share).ShouldBe(1, 1e-6);
                parts.ShouldAllBe(static part => part.Share > 0);
            }
        }
    }

    [Fact]
    public void Chances_of_both_teams_to_reach_points_survive_what_rounding_makes_of_a_sure_one()
    {
        for (var i = 1; i < 2000; i++)
        {
            var law = new ScoreLaw();
            law.Cover(7);
            law.Cells[(6 * ScoreLaw.Points) + 6] = i / 2000f;
            law.Cells[6] = 1 - (i / 2000f);
            law.Normalise();
            law.Finish(isHomeFirst: true, default);

            var (home, away, both) = law.AtLeast(6, 6, isHomeFirst: true);

            both.ShouldBeLessThanOrEqualTo(Math.Min(home, away));
        }
    }

    private static GameInfo Info(double margin, double total) => new()
    {
        Home = new Team("H", "Home"),
        Away = new Team("A", "Away"),
        RegulationPeriods = 4,
        ScheduledAt = Timestamp.From(new DateTimeOffset(2024, 10, 6, 17, 0, 0, TimeSpan.Zero)),
        Line = new PregameLine { HomeMarginHundredths = (int)Math.Round(margin * 100), TotalHundredths = (int)Math.Round(total * 100) },
    };

    private static GameState Level(int seconds) => new()
    {
        Phase = GamePhase.Live,
        Period = 4,
        ClockTenths = seconds * 10,
        Score = new Score(20, 20),
        Possession = Side.Home,
        Football = new FootballSituation(1, 10, 70),
    };

    private static double HomeWins(GameState state, GameInfo info) => Model.Solve(state, info).Result() is var result ? result.Over.Value + (result.Push.Value / 2) : 0;
}
