using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Parameters;
using Oddswire.Core.Pricing.Props;

namespace Oddswire.Calibration.Props;

/// <summary>How the players' models do beside the pregame average, for a statistic at a stage. Differences are model minus baseline: below zero is better.</summary>
/// <param name="Statistic">The statistic; <see cref="PlayerStatistic.None"/> for all of the league.</param>
/// <param name="Stage">Share of the game gone; -1 for all stages.</param>
/// <param name="Rows">Moments of players.</param>
/// <param name="Games">Games they come from.</param>
/// <param name="LogLoss">The model's log loss of over and under at a half-point line near the baseline's median.</param>
/// <param name="ProRataLogLoss">That of the pregame average, spread over what is left of the game and added to what the player has.</param>
/// <param name="AverageLogLoss">That of the pregame average of the whole game, given what the player has.</param>
/// <param name="AgainstProRata">Model minus pro rata, with its interval.</param>
/// <param name="AgainstAverage">Model minus average, with its interval.</param>
/// <param name="CrpsAgainstProRata">The same of the continuous ranked probability score of the final figure, in units of the statistic.</param>
/// <param name="Bias">Mean of over (1 or 0) minus its probability.</param>
public sealed record PropFigures(
    PlayerStatistic Statistic, double Stage, int Rows, int Games, double LogLoss, double ProRataLogLoss, double AverageLogLoss,
    MeasuredFigure AgainstProRata, MeasuredFigure AgainstAverage, MeasuredFigure CrpsAgainstProRata, double Bias);

/// <summary>
/// Judges the players' models walking forward through the games: what is expected of a player comes from games before, and the parameters from the other half of
/// the games (even and odd by number). The baselines get their spread and a factor from the same half.
/// </summary>
public sealed class PropEvaluation(League league)
{
    private const double Least = 1e-6;
    private readonly Dictionary<(PlayerStatistic, int), List<Row>> _rows = [];
    private readonly RestBaseline[] _baselines = new RestBaseline[2];

    /// <summary>Runs it.</summary>
    /// <param name="games">In order of play.</param>
    /// <param name="progress">Told what is being done.</param>
    public IReadOnlyList<PropFigures> Run(IReadOnlyList<PropGame> games, Action<string> progress)
    {
        var trainer = new PropTrainer(league);
        var builder = trainer.NewBook();
        var models = new PropModel[2];
        for (var half = 0; half < 2; half++)
        {
            var fitted = trainer.Fit(games, number => number % 2 != half, $"{league.Code()}-props-cv{half}", progress);
            models[half] = PropModel.Create(league, fitted, builder.Book);
            _baselines[half] = RestBaseline.Fit(league, games, number => number % 2 != half, trainer);
        }

        progress($"{league.Code()}: judging");
        new PropPass(league).Walk(games, number => models[number % 2], builder, trainer.WarmUp, Judge);
        return [.. Figures()];
    }

    private void Judge(PropMoment moment)
    {
        var baseline = _baselines[moment.Game % 2];
        var soFar = moment.Player[moment.Statistic];
        var left = moment.Model.View.Left;
        var rest = moment.Final - soFar;
        var proRata = baseline.ProRata(moment.Statistic, moment.Expected, left);
        var line = moment.Statistic is PlayerStatistic.Touchdowns or PlayerStatistic.HomeRuns ? 0 : Median(proRata);
        if (line + soFar > 0 && moment.Statistic is PlayerStatistic.Touchdowns or PlayerStatistic.HomeRuns && soFar > 0)
        {
            // Decided: he has one.
            return;
        }

        var law = moment.Model.Rest(moment.Player, moment.Statistic);
        var isOver = rest > line;
        var model = law.MoreThan(line).Value;
        var average = baseline.Average(moment.Statistic, moment.Expected, soFar);
        var row = new Row(
            moment.Game, Loss(model, isOver), Loss(proRata.Above(line), isOver), Loss(average.Above(line), isOver),
            Crps(law.Above, rest, moment.Statistic) - Crps(proRata.Above, rest, moment.Statistic), (isOver ? 1 : 0) - model);
        var key = (moment.Statistic, moment.Stage);
        (_rows.TryGetValue(key, out var list) ? list : _rows[key] = []).Add(row);
    }

    private IEnumerable<PropFigures> Figures()
    {
        yield return Of(PlayerStatistic.None, -1, [.. _rows.Values.SelectMany(static rows => rows)]);
        foreach (var statistic in PropStatistics.Of(league).ToArray())
        {
            yield return Of(statistic, -1, [.. _rows.Where(entry => entry.Key.Item1 == statistic).SelectMany(static entry => entry.Value)]);
            for (var stage = 0; stage < PropPass.Stages.Count; stage++)
            {
                if (_rows.TryGetValue((statistic, stage), out var rows))
                {
                    yield return Of(statistic, PropPass.Stages[stage], rows);
                }
            }
        }
    }

    private static PropFigures Of(PlayerStatistic statistic, double stage, List<Row> rows) => new(
        statistic, stage, rows.Count, rows.Select(static row => row.Game).Distinct().Count(),
        rows.Average(static row => row.Model), rows.Average(static row => row.ProRata), rows.Average(static row => row.Average),
        Mean("log loss against pro rata", rows, static row => row.Model - row.ProRata),
        Mean("log loss against average", rows, static row => row.Model - row.Average),
        Mean("CRPS against pro rata", rows, static row => row.Crps),
        rows.Average(static row => row.Bias));

    /// <summary>A mean with the 95 % interval of sums by game.</summary>
    private static MeasuredFigure Mean(string name, List<Row> rows, Func<Row, double> value)
    {
        var mean = rows.Average(value);
        var games = rows.GroupBy(static row => row.Game).Select(game => game.Sum(row => value(row) - mean)).ToList();
        var error = Math.Sqrt(games.Sum(static sum => sum * sum)) / rows.Count;
        return new MeasuredFigure(name, mean, mean - (1.96 * error), mean + (1.96 * error));
    }

    private static int Median(RestBaseline.Law law)
    {
        var line = 0;
        while (line < 600 && law.Above(line) > 0.5)
        {
            line++;
        }

        return line;
    }

    private static double Crps(Func<int, double> above, int rest, PlayerStatistic statistic)
    {
        var (least, most, step) = statistic switch
        {
            PlayerStatistic.PassingYards => (-10, 500, 10),
            PlayerStatistic.RushingYards or PlayerStatistic.ReceivingYards => (-10, 250, 5),
            _ => (0, 50, 1),
        };
        double sum = 0;
        for (var x = least; x <= most; x += step)
        {
            var miss = above(x) - (rest > x ? 1 : 0);
            sum += miss * miss * step;
        }

        return sum;
    }

    private static double Loss(double over, bool isOver) => -Math.Log(Math.Clamp(isOver ? over : 1 - over, Least, 1));

    private readonly record struct Row(int Game, double Model, double ProRata, double Average, double Crps, double Bias);
}
