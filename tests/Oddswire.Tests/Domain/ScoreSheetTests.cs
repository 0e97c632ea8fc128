using Oddswire.Core.Domain;

namespace Oddswire.Tests.Domain;

/// <summary>The score sheet knows what happened in which order, and says so when it does not.</summary>
public sealed class ScoreSheetTests
{
    [Fact]
    public void The_score_at_the_end_of_each_period_stays_known()
    {
        var sheet = ScoreSheet.Empty.WithScore(new(3, 0)).WithEndOf(1, true).WithScore(new(3, 7), true).WithEndOf(2, true).WithScore(new(10, 7), true);
        sheet.EndOf(1).ShouldBe(new Score(3, 0));
        sheet.EndOf(2).ShouldBe(new Score(3, 7));
        sheet.EndOf(3).ShouldBeNull();
        var state = new GameState { Phase = GamePhase.Live, Period = 3, Score = sheet.Score, Sheet = sheet };
        state.PointsIn(MarketScope.FirstHalf).ShouldBe(new Score(3, 7));
        state.PointsIn(MarketScope.SecondQuarter).ShouldBe(new Score(0, 7));
        state.PointsIn(MarketScope.SecondHalf).ShouldBe(new Score(7, 0));
        state.PointsIn(MarketScope.FourthQuarter).ShouldBe(default(Score));
        state.HasEnded(MarketScope.FirstHalf).ShouldBeTrue();
        state.HasEnded(MarketScope.SecondHalf).ShouldBeFalse();
    }

    [Fact]
    public void A_period_whose_last_score_was_missed_has_no_known_score()
    {
        var sheet = ScoreSheet.Empty.WithScore(new(3, 0)).WithEndOf(1, isSure: false).WithScore(new(3, 7), true).WithEndOf(2, true);
        sheet.HasEnded(1).ShouldBeTrue();
        sheet.EndOf(1).ShouldBeNull();
        sheet.EndOf(2).ShouldBe(new Score(3, 7));
    }

    [Fact]
    public void The_first_to_a_number_of_points_is_known_by_the_order_of_scores()
    {
        var sheet = ScoreSheet.Empty.WithScore(new(7, 0)).WithScore(new(7, 14)).WithScore(new(21, 14));
        sheet.TryFirstTo(10, out var side).ShouldBeTrue();
        side.ShouldBe(Side.Away);
        sheet.TryFirstTo(20, out side).ShouldBeTrue();
        side.ShouldBe(Side.Home);
        sheet.TryFirstTo(30, out side).ShouldBeTrue();
        side.ShouldBeNull();
    }

    [Fact]
    public void Nobody_knows_who_was_first_when_both_scored_between_two_messages()
    {
        var sheet = ScoreSheet.Empty.WithScore(new(8, 8)).WithScore(new(11, 12));
        sheet.TryFirstTo(10, out var side).ShouldBeFalse();
        side.ShouldBeNull();
        sheet.TryFirstTo(12, out side).ShouldBeTrue();
        side.ShouldBe(Side.Away);
        sheet.TryNextAfter(new(8, 8), out _).ShouldBeFalse();
    }

    [Fact]
    public void A_try_is_not_the_next_score()
    {
        var sheet = ScoreSheet.Empty.WithScore(new(6, 0), true);
        sheet.IsTryDue.ShouldBeTrue();
        sheet = sheet.WithScore(new(7, 0), true);
        sheet.IsTryDue.ShouldBeFalse();
        sheet.TryNextAfter(new(6, 0), out var side).ShouldBeTrue();
        side.ShouldBeNull();
        sheet = sheet.WithScore(new(7, 3), true);
        sheet.TryNextAfter(new(6, 0), out side).ShouldBeTrue();
        side.ShouldBe(Side.Away);
        sheet.TryNextAfter(new(5, 0), out _).ShouldBeFalse();
    }

    [Fact]
    public void A_score_taken_back_strikes_out_the_latest_points()
    {
        var sheet = ScoreSheet.Empty.WithScore(new(3, 0)).WithScore(new(10, 0), true).WithEndOf(1, true).WithScore(new(3, 0), true);
        sheet.Score.ShouldBe(new Score(3, 0));
        sheet.EndOf(1).ShouldBe(new Score(3, 0));
        ScoreSheet.Read(sheet.Entries).ShouldBe(sheet);
    }

    [Fact]
    public void Drives_and_half_innings_are_counted_with_their_ends()
    {
        var football = ScoreSheet.Empty.WithDriveOf(Side.Home).WithTurnEnd(DriveEnd.NoScore).WithDriveOf(Side.Away).WithScore(new(0, 3)).WithTurnEnd(DriveEnd.FieldGoal)
            .WithDriveOf(Side.Home);
        football.Drives.ShouldBe(3);
        football.DriveNow.ShouldBe(Side.Home);
        football.Drive(2).ShouldBe((Side.Away, DriveEnd.FieldGoal));
        football.Drive(3).ShouldBe((Side.Home, DriveEnd.None));

        var baseball = ScoreSheet.Empty.WithScore(new(0, 2)).WithTurnEnd(DriveEnd.None).WithScore(new(1, 2));
        baseball.HalfInning(1).ShouldBe((2, true));
        baseball.HalfInning(2).ShouldBe((1, false));
        baseball.HalfInning(3).ShouldBe((0, false));
    }
}
