using Oddswire.Calibration;
using Oddswire.Calibration.Evaluation;
using Oddswire.Calibration.Props;
using Oddswire.Core.Domain;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Calibration;

/// <summary>What models are compared with, and that the players' models are better than it.</summary>
public sealed class BaselineTests
{
    [Fact]
    public void The_normal_baseline_finds_the_chances_of_a_normal_game()
    {
        // Margins that are normal about what is left of the line, as Stern has them.
        var random = new Random(5);
        List<NormalInputs> inputs = [];
        List<Judgement> outcomes = [];
        List<double> truth = [];
        for (var game = 0; game < 6000; game++)
        {
            var (left, lead, line) = (random.NextDouble(), random.Next(-15, 16), random.Next(-10, 11));
            var rest = (line * left) + (13 * Math.Sqrt(left) * Gauss(random));
            inputs.Add(new NormalInputs(lead + 0.5, line, left, 0));
            outcomes.Add(new Judgement(default, lead + 0.5 + rest > 0, game));
            truth.Add(Phi((lead + 0.5 + (line * left)) / (13 * Math.Sqrt(left))));
        }

        foreach (var isAtFaceValue in new[] { true, false })
        {
            var normal = NormalBaseline.Fit(inputs, outcomes, isAtFaceValue);

            inputs.Select((input, i) => Math.Abs(normal.Of(input).Value - truth[i])).Average().ShouldBeLessThan(0.012);
        }
    }

    [Fact]
    public void The_players_models_are_better_than_their_averages_and_the_same_games_give_the_same_figures()
    {
        var games = PropGames.Read(League.Nba, Path.GetDirectoryName(TestData.Require("nba"))!).Take(140).ToList();

        var figures = new PropEvaluation(League.Nba).Run(games, static _ => { });

        var all = figures.Single(static row => row is { Statistic: PlayerStatistic.None, Stage: < 0 });
        all.AgainstAverage.High.ShouldBeLessThan(0);
        all.AgainstProRata.High.ShouldBeLessThan(0);
        all.Rows.ShouldBeGreaterThan(5_000);
        figures.Where(static row => row.Stage >= 0.5).ShouldAllBe(static row => row.AgainstAverage.Value < 0);
        new PropEvaluation(League.Nba).Run(games, static _ => { }).ShouldBe(figures);
    }

    private static double Gauss(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    // By its series: enough for a test.
    private static double Phi(double z)
    {
        if (Math.Abs(z) > 6)
        {
            return z > 0 ? 1 : 0;
        }

        double sum = z, term = z;
        for (var n = 3; n < 200; n += 2)
        {
            term *= z * z / n;
            sum += term;
        }

        return 0.5 + (sum * Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI));
    }
}
