using Oddswire.Calibration.Data;
using Oddswire.Calibration.Nba;
using Oddswire.Core.Domain;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Calibration;

/// <summary>Free throws to come and the ball, worked out from rows of playbyplayv2 as the vendor writes them.</summary>
public sealed class BallTrackerTests : IDisposable
{
    private const int Home = 4;
    private const int Away = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("oddswire-ball-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_shot_that_fell_gives_the_fouled_shooter_one_throw()
    {
        var moments = Follow(
            new Row(1, 101, "4:23", Away, "Jackson 9' Driving Floating Jump Shot (5 PTS)"),
            new Row(6, 2, "4:23", Home, "Schroder S.FOUL (P1.T3) (Z.Zarba)"));

        moments[1].ShouldBe(new Moment(Side.Away, new BasketballSituation(1, 0, 1, false)));
    }

    [Fact]
    public void A_pause_between_the_shot_and_the_foul_leaves_it_one_throw()
    {
        var moments = Follow(
            new Row(1, 101, "4:23", Away, "Jackson 9' Driving Floating Jump Shot (5 PTS)"),
            new Row(8, 0, "4:23", Home, "SUB: Blake FOR Jackson"),
            new Row(6, 2, "4:23", Home, "Schroder S.FOUL (P1.T3) (Z.Zarba)"));

        moments[2].Situation.FreeThrows.ShouldBe(1);
    }

    [Theory]
    [InlineData("6:48", "6:39")]
    [InlineData("6:39", "6:39")]
    public void A_made_shot_of_the_fouling_team_itself_takes_no_throw_from_the_other(string shot, string foul)
    {
        var moments = Follow(
            new Row(1, 1, shot, Away, "Ilyasova 24' 3PT Jump Shot (3 PTS)"),
            new Row(6, 2, foul, Away, "Ilyasova S.FOUL (P1.T1) (Z.Zarba)"));

        moments[1].ShouldBe(new Moment(Side.Home, new BasketballSituation(0, 1, 2, false)));
    }

    [Fact]
    public void A_made_shot_of_another_moment_is_not_the_one_that_was_fouled()
    {
        var moments = Follow(
            new Row(1, 101, "4:23", Away, "Jackson 9' Driving Floating Jump Shot (5 PTS)"),
            new Row(6, 2, "4:11", Home, "Schroder S.FOUL (P1.T3) (Z.Zarba)"));

        moments[1].Situation.FreeThrows.ShouldBe(2);
    }

    [Fact]
    public void The_rebound_of_a_dead_ball_between_two_throws_leaves_the_second_due()
    {
        var moments = Follow(
            new Row(6, 2, "7:41", Home, "Millsap S.FOUL (P1.T2) (M.Smith)"),
            new Row(3, 11, "7:41", Away, "MISS Drummond Free Throw 1 of 2"),
            new Row(4, 1, "7:41", 3, "Pistons Rebound"),
            new Row(8, 0, "7:41", Home, "SUB: Splitter FOR Horford"),
            new Row(3, 12, "7:41", Away, "MISS Drummond Free Throw 2 of 2"),
            new Row(4, 0, "7:41", Home, "Bazemore REBOUND (Off:0 Def:4)"));

        moments.Select(moment => moment.Situation.FreeThrows).ShouldBe([2, 1, 1, 1, 0, 0]);
        moments.Select(moment => moment.Situation.IsLoose).ShouldBe([false, false, false, false, true, false]);
        moments.Take(4).ShouldAllBe(moment => moment.Ball == Side.Away);
        moments[5].Ball.ShouldBe(Side.Home);
    }

    [Fact]
    public void A_rebound_at_another_clock_ends_the_throws()
    {
        var moments = Follow(
            new Row(6, 2, "7:41", Home, "Millsap S.FOUL (P1.T2) (M.Smith)"),
            new Row(3, 11, "7:41", Away, "MISS Drummond Free Throw 1 of 2"),
            new Row(4, 0, "7:38", Home, "Bazemore REBOUND (Off:0 Def:4)"));

        moments[2].ShouldBe(new Moment(Side.Home, new BasketballSituation(1, 0, 0, false)));
    }

    // All 426 games: the throws said to come right after a shooting foul against the number that the vendor writes with the next one ("1 of 2").
    [Fact]
    public void On_real_games_the_throws_of_a_shooting_foul_are_those_that_follow()
    {
        using var file = new CsvFile(TestData.Require("nba/events_2015-16.csv.gz"));
        var ball = new BallTracker();
        var (game, due, right, all) = ("", 0, 0, 0);
        while (file.Next())
        {
            if (file["GAME_ID"] != game)
            {
                ball.Reset();
                (game, due) = (file["GAME_ID"], 0);
            }

            var text = file["HOMEDESCRIPTION"] + file["VISITORDESCRIPTION"];
            if (due > 0 && file.Int("EVENTMSGTYPE") == 3 && text.IndexOf("Free Throw 1 of ", StringComparison.Ordinal) is var at and >= 0)
            {
                // Nothing tells a foul on a three-point shot from one on a shot of two before its throws.
                (right, all) = (right + (due == Math.Min(text[at + 16] - '0', 2) ? 1 : 0), all + 1);
            }

            ball.Next(file, file.Int("PERIOD"));
            due = file.Int("EVENTMSGTYPE") is 8 or 9 ? due : file.Int("EVENTMSGACTIONTYPE") == 2 && file.Int("EVENTMSGTYPE") == 6 ? ball.Situation.FreeThrows : 0;
        }

        all.ShouldBeGreaterThan(7000);
        (right / (double)all).ShouldBeGreaterThan(0.99);
    }

    private List<Moment> Follow(params Row[] rows)
    {
        var path = Path.Combine(_folder, "rows.csv");
        File.WriteAllLines(path, rows.Select(row => row.Line).Prepend("EVENTMSGTYPE,EVENTMSGACTIONTYPE,PCTIMESTRING,HOMEDESCRIPTION,VISITORDESCRIPTION,PERSON1TYPE"));
        using var file = new CsvFile(path);
        var ball = new BallTracker();
        List<Moment> moments = [];
        while (file.Next())
        {
            moments.Add(new Moment(ball.Next(file, 1), ball.Situation));
        }

        return moments;
    }

    private sealed record Moment(Side? Ball, BasketballSituation Situation);

    // Person types: 2 and 4 are home's team and players, 3 and 5 the visitors'.
    private sealed record Row(int Type, int Action, string Clock, int Person, string Text)
    {
        public string Line => $"{Type},{Action},{Clock},{(Person is 2 or 4 ? $"{Text}," : $",{Text}")},{Person}";
    }
}
