using Oddswire.Calibration;
using Oddswire.Calibration.Data;
using Oddswire.Calibration.Evaluation;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Normalise;
using Oddswire.Core.Pricing;
using Oddswire.Feeds.Nba;
using Oddswire.Tests.Feeds;
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
    public void The_NBA_model_holds_nine_seasons_later_without_a_line()
    {
        var rows = LiveNba().ToList();
        var score = ModelScore.Of(GameModels.Create(League.Nba), rows, withIntervals: true);

        TestContext.Current.TestOutputHelper!.WriteLine($"2024-25, no lines: {score}");
        score.Games.ShouldBe(40);
        score.LogLoss.ShouldBeLessThan(0.5);
        score.MarginCover.ShouldBeInRange(0.6, 0.95);
        score.TotalCover.ShouldBeInRange(0.6, 0.95);
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

    // The state after every action of regulation of 40 games of 2024-25, as the platform folds the live feed.
    private static IEnumerable<ModelRow> LiveNba()
    {
        var (format, rules) = (new LiveDataFormat(), new BasketballRules());
        foreach (var (id, recording) in RealGames.Nba())
        {
            var events = format.Cut(recording).SelectMany(format.Parse).ToList();
            var info = events[0].Info!;
            var game = new RecordedGame(id, "2024-25", info, events[^1].Score);
            var state = new GameState();
            foreach (var next in events.Skip(1).OrderBy(next => next.Order))
            {
                state = rules.Apply(state, next, info);
                if (state is { Phase: GamePhase.Live, Period: <= 4 } and not { Period: 4, ClockTenths: 0 })
                {
                    yield return new ModelRow(game, next.Key, state);
                }
            }
        }
    }

    private static IEnumerable<ModelRow> Rows(League league, string file = "")
    {
        var trainer = LeagueTrainers.Of(league);
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(TestData.Require("nfl/games_with_lines.csv.gz")))!;
        return TrainingData.Read(trainer, trainer.Find(folder), path => path.Contains(file, StringComparison.Ordinal)).Rows.Where(row => row.IsCounted);
    }
}
