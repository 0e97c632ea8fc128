using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Nfl;

namespace Oddswire.Tests.Pricing;

/// <summary>How widely football's margins spread, and how long drives take where a quarter ends.</summary>
public sealed class NflMarginTests
{
    [Theory]
    [InlineData(0, 38)]
    [InlineData(3, 42.5)]
    [InlineData(-7, 44)]
    [InlineData(6, 48.5)]
    [InlineData(0, 51.5)]
    [InlineData(10, 55)]
    public void Before_the_kick_off_the_margin_is_as_uncertain_as_in_games_with_such_a_total(double margin, double total)
    {
        var parameters = (NflParameters)GameModels.BuiltIn(League.Nfl).Parameters;
        var info = new GameInfo
        {
            Home = new Team("H", "Home"),
            Away = new Team("A", "Away"),
            RegulationPeriods = 4,
            Line = new PregameLine { HomeMarginHundredths = (int)(margin * 100), TotalHundredths = (int)(total * 100) },
        };

        var solved = GameModels.Create(League.Nfl).Solve(new GameState { Phase = GamePhase.Scheduled }, info);

        var margins = Enumerable.Range(-79, 159).Select(points => (Points: points, Chance: solved.Spread(new Line(-points * 100)).Push.Value)).ToList();
        var mean = margins.Sum(at => at.Points * at.Chance);
        var variance = margins.Sum(at => (at.Points - mean) * (at.Points - mean) * at.Chance);
        var expected = parameters.MarginVariance[0] + (parameters.MarginVariance[1] * (total - parameters.AverageTotal));
        variance.ShouldBe(expected, 0.015 * expected);
    }

    [Theory]
    [InlineData(0.08)]
    [InlineData(-0.05)]
    public void A_law_is_narrowed_about_its_mean(double share)
    {
        var law = Poisson(19, 23);
        law.Finish(isHomeFirst: true, default);
        var (mean, sd) = law.MarginMoments();

        law.Narrow(share);

        law.Finish(isHomeFirst: true, default);
        var (narrowMean, narrowSd) = law.MarginMoments();
        narrowMean.ShouldBe(mean, 0.02);
        (narrowSd * narrowSd).ShouldBe((1 - share) * sd * sd, 0.003 * sd * sd);
    }

    [Theory]
    [InlineData(3, 5, 0)]
    [InlineData(9, 13.5, 0.5)]
    public void With_few_scores_left_less_is_taken_off_and_at_the_end_nothing(double first, double second, double ofTheShare)
    {
        var law = Poisson(first, second);
        law.Finish(isHomeFirst: true, default);
        var variance = Math.Pow(law.MarginMoments().Sd, 2);

        law.Narrow(0.1);

        law.Finish(isHomeFirst: true, default);
        Math.Pow(law.MarginMoments().Sd, 2).ShouldBe((1 - (0.1 * ofTheShare)) * variance, 0.003 * variance);
    }

    [Fact]
    public void A_mirrored_law_is_narrowed_to_the_mirror_image()
    {
        var (law, mirror) = (Poisson(14, 24), Poisson(24, 14));

        law.Narrow(0.06);
        mirror.Narrow(0.06);

        law.Finish(isHomeFirst: true, default);
        mirror.Finish(isHomeFirst: false, default);
        law.Result().Over.Value.ShouldBe(mirror.Result().Over.Value, 1e-6);
        law.MarginMoments().Mean.ShouldBe(mirror.MarginMoments().Mean, 1e-5);
    }

    private static ScoreLaw Poisson(double first, double second)
    {
        double[] Of(double mean)
        {
            var chances = new double[ScoreLaw.Points];
            chances[0] = Math.Exp(-mean);
            for (var points = 1; points < chances.Length; points++)
            {
                chances[points] = chances[points - 1] * mean / points;
            }

            return chances;
        }

        var (rows, columns) = (Of(first), Of(second));
        var law = new ScoreLaw();
        law.Cover(ScoreLaw.Points);
        for (var row = 0; row < ScoreLaw.Points; row++)
        {
            for (var column = 0; column < ScoreLaw.Points; column++)
            {
                law.Cells[(row * ScoreLaw.Points) + column] = (float)(rows[row] * columns[column]);
            }
        }

        return law;
    }
}
