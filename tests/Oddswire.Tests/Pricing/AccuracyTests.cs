using Oddswire.Calibration;
using Oddswire.Calibration.Data;
using Oddswire.Calibration.Evaluation;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Pricing;

/// <summary>The models on recorded games, with room for noise but none for a broken model. The full figures stand in docs/models.</summary>
public sealed class AccuracyTests
{
    [Fact]
    public void The_NFL_model_forecasts_real_winners()
    {
        var score = ModelScore.Of(GameModels.Create(League.Nfl), Rows(League.Nfl, "pbp_2021"), withIntervals: true);

        score.Games.ShouldBe(284);
        score.LogLoss.ShouldBeLessThan(0.455);
        score.MarginCover.ShouldBeInRange(0.74, 0.88);
    }

    [Fact]
    public void The_NBA_model_forecasts_real_winners()
    {
        var score = ModelScore.Of(
            GameModels.Create(League.Nba), Rows(League.Nba).Where((_, i) => i % 5 == 0), withIntervals: true);

        score.Games.ShouldBe(426);
        score.LogLoss.ShouldBeLessThan(0.46);
        score.MarginCover.ShouldBeInRange(0.74, 0.86);
        score.TotalCover.ShouldBeInRange(0.74, 0.86);
    }

    [Fact]
    public void The_MLB_model_forecasts_real_winners()
    {
        var score = ModelScore.Of(GameModels.Create(League.Mlb), Rows(League.Mlb).Where((_, i) => i % 5 == 0), withIntervals: true);

        score.Games.ShouldBe(2218);
        score.LogLoss.ShouldBeLessThan(0.47);
        score.MarginCover.ShouldBeInRange(0.74, 0.86);
        score.TotalCover.ShouldBeInRange(0.74, 0.86);
    }

    [Fact]
    public void The_pregame_line_helps_every_model()
    {
        var rows = Rows(League.Nba).Where((_, i) => i % 10 == 0).ToList();
        var without = rows.Select(row => row with { Info = row.Info with { Line = null } });

        ModelScore.Of(GameModels.Create(League.Nba), rows).LogLoss.ShouldBeLessThan(ModelScore.Of(GameModels.Create(League.Nba), without).LogLoss - 0.02);
    }

    private static IEnumerable<ModelRow> Rows(League league, string file = "")
    {
        var trainer = LeagueTrainers.Of(league);
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(TestData.Require("nfl/games_with_lines.csv.gz")))!;
        return TrainingData.Read(trainer, trainer.Find(folder), path => path.Contains(file, StringComparison.Ordinal)).Rows.Where(row => row.IsCounted);
    }
}
