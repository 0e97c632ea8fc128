using Oddswire.Calibration;
using Oddswire.Calibration.Data;
using Oddswire.Calibration.Evaluation;
using Oddswire.Calibration.Fit;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Tests.Calibration;

/// <summary>Figures that can be trusted: right by hand, honest about how few games there are, and never of games that were fitted on.</summary>
public sealed class EvaluationTests
{
    private static readonly ILeagueTrainer Nba = LeagueTrainers.Of(League.Nba);

    [Fact]
    public void Log_loss_and_Brier_are_what_the_definitions_say()
    {
        var report = Judge([(0.8, true), (0.8, false), (0.3, false), (0.5, true)]);

        report.All.LogLoss.Value.ShouldBe(-(Math.Log(0.8) + Math.Log(0.2) + Math.Log(0.7) + Math.Log(0.5)) / 4, 1e-9);
        report.All.Brier.Value.ShouldBe((0.04 + 0.64 + 0.09 + 0.25) / 4, 1e-9);
    }

    [Fact]
    public void Calibration_error_is_the_mean_distance_over_bins_of_five_points()
    {
        // In the bin from 80 %: forecast 0.8, happened 0.5; in the bin from 30 %: 0.3 and 0.
        var report = Judge([(0.8, true), (0.8, false), (0.3, false), (0.3, false)]);

        report.All.CalibrationError.Value.ShouldBe(0.3, 1e-9);
        report.Reliability.Count.ShouldBe(2);
        report.Reliability[1].Happened.Value.ShouldBe(0.5, 1e-9);
    }

    [Fact]
    public void A_game_told_ten_times_is_no_more_evidence_than_told_once()
    {
        var once = Forecasts(200, 1);
        var often = Forecasts(200, 10);

        var (short_, long_) = (Judge(once).All, Judge(often).All);

        long_.Rows.ShouldBe(10 * short_.Rows);
        long_.LogLoss.High.ShouldBe(short_.LogLoss.High, 1e-9);
        long_.Slope.High.ShouldBe(short_.Slope.High, 1e-6);
        long_.CalibrationErrorOfPerfection.ShouldBe(short_.CalibrationErrorOfPerfection, 1e-9);
    }

    [Fact]
    public void Right_chances_have_slope_one_and_the_calibration_error_of_perfection()
    {
        var report = Judge(Forecasts(4000, 1));

        report.All.Slope.Low.ShouldBeLessThan(1);
        report.All.Slope.High.ShouldBeGreaterThan(1);
        report.All.Intercept.Low.ShouldBeLessThan(0);
        report.All.Intercept.High.ShouldBeGreaterThan(0);
        report.All.CalibrationError.Value.ShouldBeInRange(report.All.CalibrationErrorOfPerfection * 0.5, report.All.CalibrationErrorOfPerfection * 1.6);
    }

    [Fact]
    public void Too_bold_a_forecaster_has_a_slope_below_one()
    {
        var bold = Forecasts(4000, 1).Select(forecast => (forecast.Chance > 0.5 ? 0.97 : 0.03, forecast.Won)).ToList();

        Judge(bold).All.Slope.High.ShouldBeLessThan(0.8);
    }

    [Fact]
    public void Others_are_compared_on_the_rows_that_both_have()
    {
        var predictions = Predictions([(0.8, true), (0.6, true), (0.7, false)]).ToList();
        var other = new OtherForecasts("coin", [.. new[] { "game0", "game1", "elsewhere" }.Select(game => new OtherForecast(game, "1", Chance.Of(0.5)))]);

        var compared = new Evaluator(Nba, 1).Judge("m", "x", predictions, [other]).Baselines.Single(baseline => baseline.Name == "coin");

        compared.Rows.ShouldBe(2);
        compared.LogLossDifference.Value.ShouldBe(((-Math.Log(0.8) - Math.Log(0.6)) / 2) + Math.Log(0.5), 1e-9);
    }

    [Fact]
    public void Tied_games_and_rows_that_are_not_counted_are_left_out()
    {
        var rows = Predictions([(0.8, true), (0.6, true)]).ToList();
        var tied = new Prediction(RowOf("tied", new Score(90, 90)), Chance.Of(0.9));
        var uncounted = new Prediction(RowOf("other", new Score(90, 80)) with { IsCounted = false }, Chance.Of(0.9));

        new Evaluator(Nba, 1).Judge("m", "x", [.. rows, tied, uncounted], []).All.Rows.ShouldBe(2);
    }

    [Theory]
    [InlineData(FoldMethod.FiveFold, 5)]
    [InlineData(FoldMethod.Season, 3)]
    public void No_fit_of_a_cross_validation_sees_a_game_that_it_is_judged_on(FoldMethod method, int folds)
    {
        var spy = new SpyTrainer();
        RecordedGame[] games = [.. Enumerable.Range(0, 30).Select(i => new RecordedGame($"g{i}", $"{2020 + (i % 3)}", Nba2015, new Score(100 + i, 99)))];
        var set = new TrainingSet(games, [.. games.Select(game => new ModelRow(game, "1", Live))]);

        var predictions = CrossValidation.Predict(spy, set, method, new FitContext(1, (_, _) => { })).ToList();

        predictions.Select(prediction => prediction.Row.Game.Id).Order().ShouldBe(games.Select(game => game.Id).Order());
        spy.Seen.Count.ShouldBe(folds);
        foreach (var (seen, i) in spy.Seen.Select((seen, i) => (seen, i)))
        {
            var judged = predictions.Skip(spy.JudgedBefore[i]).Take((i + 1 < folds ? spy.JudgedBefore[i + 1] : predictions.Count) - spy.JudgedBefore[i]);
            judged.Select(prediction => prediction.Row.Game.Id).Intersect(seen).ShouldBeEmpty();
        }
    }

    [Fact]
    public void The_same_seed_makes_the_same_folds_whatever_the_order_of_the_games()
    {
        var a = new SeededSequence(7).Shuffled(Enumerable.Range(0, 100));

        new SeededSequence(7).Shuffled(Enumerable.Range(0, 100)).ShouldBe(a);
        new SeededSequence(8).Shuffled(Enumerable.Range(0, 100)).ShouldNotBe(a);
        a.Order().ShouldBe(Enumerable.Range(0, 100));
    }

    [Fact]
    public void The_picture_is_well_formed()
    {
        var picture = System.Xml.Linq.XDocument.Parse(EvaluationPicture.Draw(Judge(Forecasts(400, 1))));

        picture.Descendants().Count(element => element.Name.LocalName == "circle").ShouldBeGreaterThan(10);
    }

    [Fact]
    public void A_forecast_of_certainty_that_fails_costs_much_but_not_everything() =>
        Judge([(1, false), (0, true)]).All.LogLoss.Value.ShouldBe(-Math.Log(1e-6), 1e-6);

    [Fact]
    public void One_game_has_no_interval_and_is_refused() =>
        Should.Throw<CalibrationException>(() => Judge(new Repeated(50).With(0.8, true))).Message.ShouldContain("one game");

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public void A_baseline_that_is_fitted_without_the_games_it_judges_needs_as_many_as_folds(int games, bool isThere) =>
        Judge([.. Enumerable.Range(0, games).Select(static i => (0.6, i % 2 == 0))]).Baselines
            .Any(static baseline => baseline.Name == "the same, cross-validated by game").ShouldBe(isThere);

    [Fact]
    public void A_group_of_one_game_has_no_figures()
    {
        var overtime = Live with { Period = 5 };
        var rows = Predictions([(0.8, true), (0.6, false)]).Append(new Prediction(new ModelRow(new RecordedGame("game1", "2015-16", Nba2015, new Score(90, 80)), "2", overtime), Chance.Of(0.7)));

        new Evaluator(Nba, 1).Judge("m", "x", rows, []).Overtime.ShouldBeNull();
    }

    private static readonly GameInfo Nba2015 = GameModels.InfoWhenUnknown(League.Nba);

    private static readonly GameState Live = new() { Phase = GamePhase.Live, Period = 1, ClockTenths = 6000 };

    private static EvaluationReport Judge(IReadOnlyList<(double Chance, bool Won)> forecasts) =>
        new Evaluator(Nba, 1).Judge("m", "x", Predictions(forecasts), []);

    private static IEnumerable<Prediction> Predictions(IReadOnlyList<(double Chance, bool Won)> forecasts) => forecasts.Select((forecast, i) =>
        new Prediction(RowOf($"game{i % 200000 / RepeatOf(forecasts)}", forecast.Won ? new Score(90, 80) : new Score(80, 90)), Chance.Of(forecast.Chance)));

    // Forecasts made by Forecasts(n, times) come game by game.
    private static int RepeatOf(IReadOnlyList<(double Chance, bool Won)> forecasts) => forecasts is Repeated repeated ? repeated.Times : 1;

    private static ModelRow RowOf(string game, Score final) => new(new RecordedGame(game, "2015-16", Nba2015, final), "1", Live);

    // Outcomes drawn with the very chances that are forecast.
    private static Repeated Forecasts(int games, int times)
    {
        var random = new Random(3);
        var all = new Repeated(times);
        for (var game = 0; game < games; game++)
        {
            var chance = 0.05 + (0.9 * random.NextDouble());
            var won = random.NextDouble() < chance;
            all.AddRange(Enumerable.Repeat((chance, won), times));
        }

        return all;
    }

    private sealed class Repeated(int times) : List<(double Chance, bool Won)>
    {
        public Repeated With(double chance, bool won)
        {
            AddRange(Enumerable.Repeat((chance, won), Times));
            return this;
        }

        public int Times { get; } = times;
    }

    private sealed class SpyTrainer : ILeagueTrainer
    {
        private int _judged;

        public List<HashSet<string>> Seen { get; } = [];

        public List<int> JudgedBefore { get; } = [];

        public League League => League.Nba;

        public string Structure => "nba-spy";

        public FoldMethod Folds => FoldMethod.FiveFold;

        public TrainingSources Find(string folder) => throw new NotSupportedException();

        public IReadOnlyList<RecordedGame> ReadGames(CsvFile lines) => throw new NotSupportedException();

        public IEnumerable<ModelRow> ReadRows(CsvFile plays, GameTable games) => throw new NotSupportedException();

        public IModelParameters Fit(TrainingSet set, FitContext context)
        {
            Seen.Add([.. set.Rows.Select(row => row.Game.Id), .. set.Games.Select(game => game.Id)]);
            JudgedBefore.Add(_judged);
            _judged += 30 - set.Rows.Count;
            return GameModels.BuiltIn(League.Nba).Parameters;
        }

        public (int Rank, string Name) StageOf(ModelRow row) => (0, "all");

        public NormalInputs BaselineOf(ModelRow row) => default;

        public IReadOnlyList<OtherForecasts> OthersIn(string folder, IReadOnlyList<ModelRow> rows) => [];
    }
}
