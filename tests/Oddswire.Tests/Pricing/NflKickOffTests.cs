using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Nfl;

namespace Oddswire.Tests.Pricing;

/// <summary>Whose ball it is after a kick-off that has not been kicked yet.</summary>
public sealed class NflKickOffTests
{
    // Told before a kick-off: the kicking team's ball on its own 35 (NFL GameCenter).
    private static readonly FootballSituation Tee = new(0, 0, 65);

    [Theory]
    [InlineData(6, 1)]
    [InlineData(6, 2)]
    [InlineData(3, 0)]
    public void A_team_that_scored_kicks_even_where_the_other_one_had_the_ball(int points, int extra)
    {
        var drive = ScoreSheet.Empty.WithDriveOf(Side.Home).WithTurnEnd(DriveEnd.NoScore).WithDriveOf(Side.Away).WithTurnEnd(DriveEnd.NoScore).WithDriveOf(Side.Home);

        var sheet = Scored(Scored(drive, 0, points), 0, extra).WithTurnEnd(DriveEnd.NoScore);

        Next(sheet, Side.Away).ShouldBe(Side.Home, sheet.ToString());
    }

    [Fact]
    public void A_kick_returned_for_a_touchdown_is_followed_by_a_kick_of_the_returner()
    {
        var sheet = ScoreSheet.Empty.WithDriveOf(Side.Home);
        sheet = Scored(Scored(sheet, 6, 0).WithTurnEnd(DriveEnd.Touchdown), 1, 0);
        Next(sheet, Side.Home).ShouldBe(Side.Away);

        sheet = Scored(Scored(sheet, 0, 6), 0, 1);

        Next(sheet, Side.Away).ShouldBe(Side.Home, sheet.ToString());
    }

    [Fact]
    public void Who_returns_the_opening_kick_for_a_touchdown_has_received_it()
    {
        // Home returns it; the visitors have the first drive, and receive again after halftime.
        var sheet = Scored(Scored(ScoreSheet.Empty, 6, 0), 1, 0).WithDriveOf(Side.Away);
        sheet.OpeningReceiver.ShouldBe(Side.Home, sheet.ToString());
        NflPosition.Of(new GameState { Phase = GamePhase.Live, Period = 1, ClockTenths = 8000, Possession = Side.Away, Football = new FootballSituation(1, 10, 75), Sheet = sheet, Score = sheet.Score }, 600, true)
            .ReceivesSecondHalf.ShouldBe(true);

        ScoreSheet.Empty.OpeningReceiver.ShouldBeNull();
        ScoreSheet.Empty.WithDriveOf(Side.Away).WithTurnEnd(DriveEnd.NoScore).WithDriveOf(Side.Home).OpeningReceiver.ShouldBe(Side.Away);
        Scored(ScoreSheet.Empty, 7, 3).WithDriveOf(Side.Away).OpeningReceiver.ShouldBeNull();
        Scored(ScoreSheet.Empty, 3, 0).WithDriveOf(Side.Away).OpeningReceiver.ShouldBeNull();
        Scored(ScoreSheet.Empty, 6, 0).WithDriveOf(Side.Home).OpeningReceiver.ShouldBeNull();
        Scored(ScoreSheet.Empty, 6, 0).OpeningReceiver.ShouldBeNull();
        ScoreSheet.Empty.WithEndOf(1, isSure: true).WithDriveOf(Side.Home).OpeningReceiver.ShouldBeNull();
    }

    [Fact]
    public void After_a_safety_the_team_that_gave_it_up_kicks()
    {
        var sheet = Scored(ScoreSheet.Empty.WithDriveOf(Side.Home), 0, 2).WithTurnEnd(DriveEnd.NoScore);

        sheet.KickReceiver.ShouldBe(Side.Away, sheet.ToString());
        Next(sheet, Side.Home).ShouldBe(Side.Away, sheet.ToString());
    }

    [Fact]
    public void What_several_points_at_once_were_nobody_knows()
    {
        Scored(ScoreSheet.Empty, 9, 0).KickReceiver.ShouldBeNull();
        Scored(ScoreSheet.Empty, 7, 0).KickReceiver.ShouldBe(Side.Away);
        Scored(ScoreSheet.Empty, 8, 0).KickReceiver.ShouldBe(Side.Away);
        Scored(ScoreSheet.Empty, 7, 3).KickReceiver.ShouldBeNull();
    }

    [Fact]
    public void A_team_behind_that_has_just_scored_kicks_onside_with_little_time()
    {
        var model = new NflModel();
        var sheet = Scored(Scored(ScoreSheet.Empty.WithDriveOf(Side.Home), 3, 0).WithTurnEnd(DriveEnd.FieldGoal).WithDriveOf(Side.Away), 0, 7).WithTurnEnd(DriveEnd.Touchdown);
        var kick = Scored(sheet.WithEndOf(3, isSure: true).WithDriveOf(Side.Home), 3, 0).WithTurnEnd(DriveEnd.FieldGoal);
        var before = new GameState { Phase = GamePhase.Live, Period = 4, ClockTenths = 1000, Score = kick.Score, Sheet = kick, Possession = Side.Home, Football = Tee };
        var drive = kick.WithDriveOf(Side.Away);
        var deep = before with { Sheet = drive, Possession = Side.Away, Football = new FootballSituation(1, 10, 75) };
        var recovered = before with { Sheet = kick.WithDriveOf(Side.Home), Possession = Side.Home, Football = new FootballSituation(1, 10, 50) };
        var info = new GameInfo { Home = new Team("H", "Home"), Away = new Team("A", "Away"), RegulationPeriods = 4 };

        double HomeWins(GameState state) => model.Solve(state, info).Result().Over.Value;

        // 1 behind with a hundred seconds left: mostly the other team has the ball at midfield, where it is worse than deep in its own half.
        HomeWins(before).ShouldBeLessThan(HomeWins(deep) + (0.06 * (HomeWins(recovered) - HomeWins(deep))));
        HomeWins(before).ShouldBeGreaterThan(0.05 * HomeWins(recovered));
    }

    [Fact]
    public void The_drive_after_a_kick_off_is_played_with_the_time_outs_that_are_told()
    {
        var model = new NflModel();
        var sheet = Scored(Scored(ScoreSheet.Empty.WithDriveOf(Side.Home), 3, 0).WithTurnEnd(DriveEnd.FieldGoal).WithDriveOf(Side.Away), 0, 7).WithTurnEnd(DriveEnd.Touchdown);
        var kick = Scored(sheet.WithEndOf(3, isSure: true).WithDriveOf(Side.Home), 3, 0).WithTurnEnd(DriveEnd.FieldGoal);
        var info = new GameInfo { Home = new Team("H", "Home"), Away = new Team("A", "Away"), RegulationPeriods = 4 };
        double HomeWins(int homeTimeouts) => model.Solve(
            new GameState
            {
                Phase = GamePhase.Live,
                Period = 4,
                ClockTenths = 1000,
                Score = kick.Score,
                Sheet = kick,
                Possession = Side.Home,
                Football = Tee with { HomeTimeouts = homeTimeouts, AwayTimeouts = 3 },
            },
            info).Result().Over.Value;

        // 1 behind with a hundred seconds left, an onside kick to come: without time-outs the other team kneels, unless it loses the kick.
        HomeWins(0).ShouldBeLessThan(0.06);
        HomeWins(3).ShouldBeGreaterThan(HomeWins(0) + 0.03);
    }

    [Fact]
    public void A_try_that_failed_at_the_end_of_a_half_is_over()
    {
        var sheet = Scored(ScoreSheet.Empty.WithDriveOf(Side.Home), 6, 0).WithTurnEnd(DriveEnd.Touchdown).WithEndOf(1, isSure: true).WithEndOf(2, isSure: true);

        var position = Read(sheet, Side.Away, Tee, 3);

        position.IsTryDue.ShouldBeFalse();
        position.IsHomeFirst.ShouldBeFalse("home had the ball first and kicks off now");
    }

    [Fact]
    public void Two_points_of_the_defence_on_a_try_change_nothing()
    {
        var sheet = Scored(Scored(ScoreSheet.Empty.WithDriveOf(Side.Home), 6, 0).WithTurnEnd(DriveEnd.Touchdown), 0, 2);

        sheet.KickReceiver.ShouldBe(Side.Away, sheet.ToString());
        sheet.KickedAfter.ShouldBe((Side.Home, 6));
    }

    [Fact]
    public void Points_that_a_kick_off_follows_on_are_those_of_the_try_too()
    {
        var touchdown = Scored(ScoreSheet.Empty.WithDriveOf(Side.Home), 6, 0).WithTurnEnd(DriveEnd.Touchdown);

        touchdown.KickedAfter.ShouldBe((Side.Home, 6));
        Scored(touchdown, 1, 0).KickedAfter.ShouldBe((Side.Home, 7));
        Scored(touchdown, 2, 0).KickedAfter.ShouldBe((Side.Home, 8));
        Scored(touchdown, 1, 0).WithDriveOf(Side.Away).KickedAfter.ShouldBeNull();
    }

    [Fact]
    public void A_try_that_brought_nothing_is_over_when_the_ball_is_on_the_tee()
    {
        var sheet = Scored(ScoreSheet.Empty.WithDriveOf(Side.Home), 6, 0).WithTurnEnd(DriveEnd.Touchdown);

        Read(sheet, Side.Home, new FootballSituation(0, 0, 2), 1).IsTryDue.ShouldBeTrue();
        Read(sheet, Side.Home, Tee, 1).IsTryDue.ShouldBeFalse();
        Next(sheet, Side.Home).ShouldBe(Side.Away);
    }

    [Fact]
    public void What_was_scored_before_the_half_ended_or_the_next_drive_began_says_nothing()
    {
        var sheet = Scored(Scored(ScoreSheet.Empty.WithDriveOf(Side.Home), 6, 0).WithTurnEnd(DriveEnd.Touchdown), 1, 0);

        sheet.WithEndOf(1, isSure: true).KickReceiver.ShouldBe(Side.Away);
        sheet.WithEndOf(1, isSure: true).WithEndOf(2, isSure: true).KickReceiver.ShouldBeNull();
        sheet.WithDriveOf(Side.Away).KickReceiver.ShouldBeNull();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Before_the_first_kick_off_the_team_on_its_own_half_kicks(int period)
    {
        var sheet = period == 1 ? ScoreSheet.Empty : ScoreSheet.Empty.WithDriveOf(Side.Home).WithTurnEnd(DriveEnd.NoScore).WithEndOf(4, isSure: true);

        Next(sheet, Side.Home, Tee, period).ShouldBe(Side.Away);
        Next(sheet, Side.Home, new FootballSituation(0, 0, 35), period).ShouldBe(Side.Home);
        Next(sheet, Side.Home, null, period).ShouldBe(Side.Home);
    }

    private static ScoreSheet Scored(ScoreSheet sheet, int home, int away) =>
        sheet.WithScore(sheet.Score + new Score(home, away), isFootball: true);

    private static Side Next(ScoreSheet sheet, Side told) => Next(sheet, told, Tee, 1);

    private static Side Next(ScoreSheet sheet, Side told, FootballSituation? football, int period)
    {
        var position = Read(sheet, told, football, period);
        position.IsPossessionKnown.ShouldBeTrue();
        return position.IsHomeFirst ? Side.Home : Side.Away;
    }

    private static NflPosition Read(ScoreSheet sheet, Side told, FootballSituation? football, int period) => NflPosition.Of(
        new GameState { Phase = GamePhase.Live, Period = period, ClockTenths = 6000, Score = sheet.Score, Sheet = sheet, Possession = told, Football = football }, 600, isHomeFavoured: true);
}
