using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Props;

namespace Oddswire.Calibration.Props;

/// <summary>
/// Chooses how much a player's own yards (points) a touch weigh against the usual, and this game's against his own: the weights, of a few, whose squared
/// error per touch is least.
/// </summary>
internal static class TouchFit
{
    private static readonly double[] Weights = [3, 8, 15, 30, 60, 120, 250, 500, 1_000];
    private static readonly double[] Spreads = [0.02, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1, 1.25, 1.6, 2];

    /// <summary>The parameters with the weights.</summary>
    public static PropParameters Apply(League league, PropTrainer trainer, IReadOnlyList<PropGame> games, PropParameters parameters, Func<int, bool> isUsed)
    {
        Dictionary<PlayerStatistic, List<Touches>> taken = [];
        var builder = trainer.NewBook();
        var model = PropModel.Create(league, parameters, builder.Book);
        new PropPass(league).Walk(games, _ => model, builder, trainer.WarmUp, Take);
        var figures = parameters.Figures.ToDictionary();
        foreach (var (statistic, rows) in taken)
        {
            var typical = rows.Sum(static row => row.RestValue) / rows.Sum(static row => row.Rest);
            var player = Weights.MinBy(weight => rows.Where(static row => row.IsBefore).Sum(row => Error(row, row.Before(typical, weight))));
            var game = Weights.MinBy(weight => rows.Sum(row => Error(row, PropModel.Now(row.Before(typical, player), row.SoFarValue, row.SoFar, weight))));
            figures[PropModel.PlayerWeight(statistic)] = player;
            figures[PropModel.GameWeight(statistic)] = game;
        }

        return WithSpreads(league, trainer, games, parameters with { Figures = figures }, isUsed);

        void Take(PropMoment moment)
        {
            var touches = PropModel.TouchesOf(moment.Statistic);
            double rest = moment.FinalLine[touches] - moment.Player[touches];
            if (!isUsed(moment.Game) || touches == moment.Statistic || rest <= 0)
            {
                return;
            }

            var prior = model.Book.Of(moment.Player);
            (taken.TryGetValue(moment.Statistic, out var list) ? list : taken[moment.Statistic] = []).Add(new Touches(
                prior[touches] > 0.05 ? prior[moment.Statistic] / prior[touches] : 0, prior.Games * prior[touches],
                moment.Player[touches], moment.Player[moment.Statistic], rest, moment.Final - moment.Player[moment.Statistic], moment.Stage == 0));
        }
    }

    /// <summary>Chooses how wide the law of yards (points) is: the likeliest of a few.</summary>
    private static PropParameters WithSpreads(
        League league, PropTrainer trainer, IReadOnlyList<PropGame> games, PropParameters parameters, Func<int, bool> isUsed)
    {
        Dictionary<PlayerStatistic, double[]> costs = [];
        var builder = trainer.NewBook();
        var model = PropModel.Create(league, parameters, builder.Book);
        new PropPass(league).Walk(games, _ => model, builder, trainer.WarmUp, Take);
        var figures = parameters.Figures.ToDictionary();
        foreach (var (statistic, cost) in costs)
        {
            figures[PropModel.SpreadName(statistic)] = Spreads[Array.IndexOf(cost, cost.Min())];
        }

        return parameters with { Figures = figures };

        void Take(PropMoment moment)
        {
            if (!isUsed(moment.Game) || PropModel.TouchesOf(moment.Statistic) == moment.Statistic)
            {
                return;
            }

            // Points are counted one by one; yards within two, since a table of measured runs and catches is rough yard by yard.
            var (rest, near) = (moment.Final - moment.Player[moment.Statistic], league == League.Nba ? 0 : 2);
            var sums = costs.TryGetValue(moment.Statistic, out var known) ? known : costs[moment.Statistic] = new double[Spreads.Length];
            for (var i = 0; i < Spreads.Length; i++)
            {
                model.TrySpread(moment.Statistic, Spreads[i]);
                var law = model.Rest(moment.Player, moment.Statistic);
                sums[i] -= Math.Log(Math.Max(1e-6, law.Above(rest - near - 1) - law.Above(rest + near)));
            }
        }
    }

    private static double Error(Touches row, double perTouch) => Math.Pow(row.RestValue - (row.Rest * perTouch), 2) / row.Rest;

    private readonly record struct Touches(
        double Own, double OwnTouches, double SoFar, double SoFarValue, double Rest, double RestValue, bool IsBefore)
    {
        public double Before(double typical, double weight) => PropModel.Before(typical, Own, OwnTouches, weight);
    }
}
