using Oddswire.Calibration.Evaluation;
using Oddswire.Calibration.Mlb;
using Oddswire.Calibration.Nba;
using Oddswire.Calibration.Nfl;
using Oddswire.Core.Pricing.Mlb;
using Oddswire.Core.Pricing.Nba;
using Oddswire.Core.Pricing.Nfl;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Pricing;

/// <summary>The models on recorded games, with room for noise but none for a broken model. The full figures stand in docs/models.</summary>
public sealed class AccuracyTests
{
    [Fact]
    public void The_NFL_model_forecasts_real_winners()
    {
        TestData.Require("nfl/pbp/pbp_2021.csv.gz");
        var score = ModelScore.Of(new NflModel(), NflRows.Read(Folder("nfl/games_with_lines.csv.gz"), [2021]), withIntervals: true);

        score.Games.ShouldBe(284);
        score.LogLoss.ShouldBeLessThan(0.455);
        score.MarginCover.ShouldBeInRange(0.74, 0.88);
    }

    [Fact]
    public void The_NBA_model_forecasts_real_winners()
    {
        var score = ModelScore.Of(
            new NbaModel(), NbaRows.Read(Folder("nba/events_2015-16.csv.gz")).Where((_, i) => i % 5 == 0), withIntervals: true);

        score.Games.ShouldBe(426);
        score.LogLoss.ShouldBeLessThan(0.46);
        score.MarginCover.ShouldBeInRange(0.74, 0.86);
        score.TotalCover.ShouldBeInRange(0.74, 0.86);
    }

    [Fact]
    public void The_MLB_model_forecasts_real_winners()
    {
        var rows = MlbRows.Read(Folder("mlb/games_2019_2020.csv")).Where((_, i) => i % 5 == 0).Select(row => row.Row);
        var score = ModelScore.Of(new MlbModel(), rows, withIntervals: true);

        score.Games.ShouldBe(2218);
        score.LogLoss.ShouldBeLessThan(0.47);
        score.MarginCover.ShouldBeInRange(0.74, 0.86);
        score.TotalCover.ShouldBeInRange(0.74, 0.86);
    }

    [Fact]
    public void The_pregame_line_helps_every_model()
    {
        var rows = NbaRows.Read(Folder("nba/events_2015-16.csv.gz")).Where((_, i) => i % 10 == 0).ToList();
        var without = rows.Select(row => row with { Info = row.Info with { Line = null } });

        ModelScore.Of(new NbaModel(), rows).LogLoss.ShouldBeLessThan(ModelScore.Of(new NbaModel(), without).LogLoss - 0.02);
    }

    // The folder that holds nfl, nba and mlb.
    private static string Folder(string file) => Path.GetDirectoryName(Path.GetDirectoryName(TestData.Require(file)))!;
}
