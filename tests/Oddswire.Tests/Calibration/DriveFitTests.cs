using Oddswire.Calibration.Data;
using Oddswire.Calibration.Fit;
using Oddswire.Calibration.Nfl;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Nfl;

namespace Oddswire.Tests.Calibration;

/// <summary>The law of a drive's end is priced as it was fitted.</summary>
public sealed class DriveFitTests
{
    private const int Plays = 4000;

    [Fact]
    public void A_price_uses_the_very_features_that_were_fitted()
    {
        var random = new Random(7);
        var weights = Enumerable.Range(0, NflParameters.Ends)
            .Select(_ => Enumerable.Range(0, DriveFeatures.Count).Select(_ => random.NextDouble() - 0.5).ToArray()).ToArray();
        var drives = new DriveModel((NflParameters)GameModels.BuiltIn(League.Nfl).Parameters with { DriveEnds = weights }, scoring: 0);
        var ends = new double[DriveModel.Results];
        var row = new double[DriveFeatures.Count];
        for (var i = 0; i < 2000; i++)
        {
            var at = new Situation(
                random.Next(1, 5), random.Next(1, 20), random.Next(1, 100), random.Next(0, 1800), random.Next(2) == 0, random.Next(-25, 26), random.NextDouble() - 0.5, random.NextDouble() - 0.5,
                random.Next(3) == 0 ? 60 : double.MaxValue, IsStart: random.Next(2) == 0, OwnTimeouts: random.Next(-3, 4), OtherTimeouts: random.Next(-3, 4), WasBehind: random.Next(2) == 0);
            DriveFeatures.Fill(at, row);
            double[] odds = [1, .. weights.Select(own => Math.Exp(own.Zip(row, static (weight, value) => weight * value).Sum()))];

            drives.Ends(at, ends);

            for (var end = 0; end < ends.Length; end++)
            {
                ends[end].ShouldBe(odds[end] / odds.Sum(), 1e-9, $"{at}, end {end}");
            }
        }
    }

    [Fact]
    public void A_drive_with_far_to_go_is_over_sooner_and_a_short_third_of_all_is_shorter_than_a_long_one()
    {
        var time = new DriveTime((NflParameters)GameModels.BuiltIn(League.Nfl).Parameters);
        var x = new double[DriveLaw.Figures];
        double SecondsOf(int yards)
        {
            var at = new Situation(3, yards, 60, 1200, IsSecondHalf: false, 0, 0, 0);
            DriveLaw.Read(at, x);
            return time.SecondsOf(DriveModel.NoPoints, at, x);
        }

        var third = new Situation(3, 5, 60, 1200, IsSecondHalf: false, 0, 0, 0);
        DriveLaw.Read(third, x);
        Span<double> thirds = stackalloc double[DriveTime.Thirds];
        time.Fill(DriveModel.NoPoints, third, x, thirds);

        thirds[0].ShouldBeLessThan(thirds[1]);
        thirds[1].ShouldBeLessThan(thirds[2]);
        SecondsOf(5).ShouldBe((thirds[0] + thirds[1] + thirds[2]) / 3, 1e-6);
        SecondsOf(18).ShouldBeLessThan(SecondsOf(2));
    }

    [Theory]
    [InlineData(0.0, 0.3333333, 0.166667, 0.5, 0.833333)]
    [InlineData(0.69314718, 0.25, 0.384900, 0.703762, 0.911338)]
    [InlineData(0.0, 0.0024726, 0.472878, 0.5, 0.527122)]
    public void Thirds_of_a_share_are_those_of_the_law_of_Beta(double logOddsOfMean, double spread, double first, double second, double last)
    {
        // With equal parts: the uniform law. With parts 2 and 1: the quantile of u is its square root, the thirds 3 * 2/3 * (differences of u to the power 3/2). Where it is narrow: nearly the normal law, whose
        // thirds lie 1.0908 standard deviations apart.
        Span<double> thirds = stackalloc double[3];

        BetaThirds.Fill(logOddsOfMean, BetaThirds.Logit(spread), thirds);

        thirds[0].ShouldBe(first, 0.004);
        thirds[1].ShouldBe(second, 0.004);
        thirds[2].ShouldBe(last, 0.004);
    }

    [Fact]
    public void Thirds_are_in_order_and_their_mean_is_that_of_all()
    {
        var random = new Random(17);
        Span<double> thirds = stackalloc double[3];
        for (var i = 0; i < 20_000; i++)
        {
            var (mean, spread) = ((random.NextDouble() * 16) - 8, (random.NextDouble() * 10) - 8);

            BetaThirds.Fill(mean, spread, thirds);

            thirds[0].ShouldBeGreaterThanOrEqualTo(0);
            thirds[1].ShouldBeGreaterThanOrEqualTo(thirds[0]);
            thirds[2].ShouldBeGreaterThanOrEqualTo(thirds[1] - 1e-12);
            thirds[2].ShouldBeLessThanOrEqualTo(1);
            ((thirds[0] + thirds[1] + thirds[2]) / 3).ShouldBe(BetaThirds.Share(mean), 2e-3, $"mean {mean}, spread {spread}");
        }
    }

    [Fact]
    public void Time_outs_count_as_what_is_beyond_the_usual_and_for_nothing_where_they_are_not_known()
    {
        var parameters = (NflParameters)GameModels.BuiltIn(League.Nfl).Parameters;
        double[][] usual = [.. Enumerable.Range(0, NflParameters.TimeoutRows).Select(row => Enumerable.Repeat(row < UsualTimeouts.Knots.Length ? 3.0 : 1.5, DriveFeatures.Leads).ToArray())];
        var drives = new DriveModel(parameters with { UsualTimeouts = usual }, scoring: 0);
        var play = new FootballSituation(2, 8, 55) { HomeTimeouts = 1, AwayTimeouts = 3 };

        var at = drives.At(play, Side.Home, 100, isSecondHalf: true, lead: 4);

        (at.OwnTimeouts, at.OtherTimeouts).ShouldBe((-2, 1.5));
        drives.Start(1, 100, isSecondHalf: true, lead: -4, strength: 0, wasBehind: true).OwnTimeouts.ShouldBe(-1.5);
        (drives.At(play, Side.Home, 100, isSecondHalf: false, lead: 4).OwnTimeouts, drives.At(new FootballSituation(2, 8, 55), Side.Home, 100, isSecondHalf: true, lead: 4).OtherTimeouts).ShouldBe((0, 0));
    }

    [Fact]
    public void Every_class_of_lead_late_in_the_game_has_features_of_its_own()
    {
        var rows = Enumerable.Range(0, DriveFeatures.Leads).Select(lead =>
        {
            var row = new double[DriveFeatures.Count];
            int[] leads = [20, 12, 6, 2, 0, -1, -3, -6, -10, -14, -20];
            DriveFeatures.Fill(new Situation(1, 10, 70, 100, IsSecondHalf: true, leads[lead], 0, 0, IsStart: true), row);
            DriveFeatures.LeadClass(leads[lead]).ShouldBe(lead);
            return string.Join(' ', row.Index().Where(static pair => pair.Item != 0).Select(static pair => pair.Index));
        });

        rows.Distinct().Count().ShouldBe(DriveFeatures.Leads);
    }

    [Fact]
    public void The_fit_finds_the_weights_that_made_the_outcomes_and_adds_nothing_to_them_when_they_are_held()
    {
        var random = new Random(3);
        double[] made = [0.3, 1.2, -0.8, -0.5, 0.4, 1.5];
        var rows = new SparseRows(3);
        var shares = new float[Plays * 2];
        var before = new double[Plays * 2];
        for (var i = 0; i < Plays; i++)
        {
            // The last feature is rare and small, as those of the last minutes are.
            double[] row = [1, random.NextDouble() - 0.5, random.Next(10) == 0 ? 0.1 : 0];
            rows.Add(row);
            for (var k = 0; k < 2; k++)
            {
                before[(2 * i) + k] = row.Select((value, j) => value * made[(3 * k) + j]).Sum();
            }

            double[] odds = [1, Math.Exp(before[2 * i]), Math.Exp(before[(2 * i) + 1])];
            var place = random.NextDouble() * odds.Sum();
            var outcome = place < odds[0] ? 0 : place < odds[0] + odds[1] ? 1 : 2;
            shares[(2 * i) + Math.Max(0, outcome - 1)] = outcome == 0 ? 0 : 1;
        }

        var fitted = new MultinomialFit(rows, shares, 2, ridge: 1e-6).Run(200, static _ => { });
        var added = new MultinomialFit(rows, shares, 2, ridge: 1e-6, before).Run(200, static _ => { });

        // Two standard errors of that many plays.
        fitted[0].ShouldBe(made[0], 0.12);
        fitted[1].ShouldBe(made[1], 0.35);
        fitted[4].ShouldBe(made[4], 0.45);
        for (var i = 0; i < fitted.Length; i++)
        {
            (made[i] + added[i]).ShouldBe(fitted[i], 0.02);
        }
    }

    [Fact]
    public void The_fit_of_shares_finds_the_weights_that_made_them()
    {
        var random = new Random(9);
        double[] made = [-0.4, 1.1];
        var rows = new SparseRows(2);
        var shares = new float[Plays];
        for (var i = 0; i < Plays; i++)
        {
            double[] row = [1, random.NextDouble() - 0.5];
            rows.Add(row);
            shares[i] = (float)BetaThirds.Share(made[0] + (row[1] * made[1]));
        }

        var fitted = new MultinomialFit(rows, shares, 1, ridge: 1e-6).Run(200, static _ => { });

        fitted.ShouldBe(made, 1e-3);
    }

    [Fact]
    public void The_curvature_divides_by_the_matrix_that_its_rows_make()
    {
        var random = new Random(5);
        const int features = 7;
        var rows = new SparseRows(features);
        var (curvature, matrix) = (new Curvature(2, features, parts: 3), new double[2, features, features]);
        double[] sizes = [1, 2, 0.5, 1, 1, 3, 1];
        for (var i = 0; i < 60; i++)
        {
            double[] row = [1, .. Enumerable.Range(1, features - 1).Select(_ => random.Next(2) == 0 ? 0 : (float)random.NextDouble())];
            double[] curvatures = [random.NextDouble(), random.NextDouble()];
            rows.Add(row);
            curvature.Add(i % 3, rows[i], new double[features], sizes, curvatures);
            for (var k = 0; k < 2; k++)
            {
                for (var (a, b) = (0, 0); a < features; (a, b) = b == features - 1 ? (a + 1, 0) : (a, b + 1))
                {
                    matrix[k, a, b] += curvatures[k] * row[a] * row[b] / sizes[a] / sizes[b];
                }
            }
        }

        curvature.Factor([.. Enumerable.Repeat(0.25, features)]);
        double[] step = [.. Enumerable.Range(0, 2 * features).Select(_ => random.NextDouble() - 0.5)];
        double[] gradient = [.. Enumerable.Range(0, 2 * features).Select(j => (0.25 * step[j])
            + Enumerable.Range(0, features).Sum(b => matrix[j / features, j % features, b] * step[(j / features * features) + b]))];

        curvature.Solve(gradient);

        gradient.ShouldBe(step, 1e-9);
    }

    [Fact]
    public void Without_overtimes_to_learn_from_their_urgency_is_the_usual()
    {
        var parameters = (NflParameters)GameModels.BuiltIn(League.Nfl).Parameters;

        OvertimeLaw.Of(parameters, []).ShouldBe(OvertimeLaw.Usual);
    }

    [Fact]
    public void An_overtime_drive_is_read_with_its_own_clock_and_counted_to_its_phase()
    {
        var game = new RecordedGame("g", "2022", new GameInfo { Home = new Team("H", "H"), Away = new Team("A", "A"), RegulationPeriods = 4 }, new Score(0, 0));
        ModelRow[] rows = [Play(game, 4, 300, Side.Home, 1), Play(game, 5, 600, Side.Away, 2), Play(game, 5, 420, Side.Home, 3)];

        var samples = DriveSample.Read(rows, 45, isOvertime: true);

        samples.Select(static sample => (sample.Half, sample.At.Seconds, sample.At.IsSecondHalf, sample.End)).ShouldBe(
            [(3, 600.0, true, DriveModel.NoPoints), (3, 420.0, true, DriveModel.HalfEnds)]);
        samples[0].Seconds.ShouldBe(180);
    }

    [Fact]
    public void A_team_was_behind_where_the_other_led_in_the_drive_before()
    {
        var game = new RecordedGame("g", "2022", new GameInfo { Home = new Team("H", "H"), Away = new Team("A", "A"), RegulationPeriods = 4 }, new Score(7, 0));
        ModelRow Led(int seconds, Side side, int drives) => Play(game, 4, seconds, side, drives) is var row ? row with { State = row.State with { Score = new Score(7, 0) } } : row;
        ModelRow[] rows = [Play(game, 4, 400, Side.Home, 1), Led(300, Side.Away, 2), Led(200, Side.Home, 3), Led(100, Side.Away, 4), Led(90, Side.Away, 4)];

        var samples = DriveSample.Read(rows, 45);

        // Scored upon in the drive before; ahead; behind before the other's drive; not a first play.
        samples.Select(static sample => sample.At.WasBehind).ShouldBe([false, false, false, true, false]);
    }

    [Fact]
    public void The_spread_of_a_drives_time_is_drawn_between_cells_of_the_table()
    {
        var random = new Random(23);
        var cells = new (int Row, int Column, double Share)[4];
        for (var i = 0; i < 5000; i++)
        {
            var at = new Situation(1, 10, random.Next(1, 100), random.Next(0, 1801), random.Next(2) == 0, random.Next(-25, 26), 0, 0);

            TimeSpread.Read(random.Next(TimeSpread.Ends), at, cells);

            cells.Sum(static cell => cell.Share).ShouldBe(1, 1e-12);
            cells.ShouldAllBe(static cell => cell.Share >= 0 && cell.Row >= 0 && cell.Row < TimeSpread.Rows && cell.Column >= 0 && cell.Column < TimeSpread.Columns);
        }
    }

    private static ModelRow Play(RecordedGame game, int period, int seconds, Side side, int drives) => new(game, $"{drives}", new GameState
    {
        Phase = GamePhase.Live,
        Period = period,
        ClockTenths = seconds * 10,
        Possession = side,
        Football = new FootballSituation(1, 10, 70),
        Sheet = Enumerable.Range(0, drives).Aggregate(ScoreSheet.Empty, static (sheet, i) => sheet.WithTurnEnd(DriveEnd.NoScore).WithDriveOf((Side)(i % 2))),
    });
}
