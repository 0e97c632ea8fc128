using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Calibration.Evaluation;

/// <summary>What was forecast at a state.</summary>
/// <param name="Row">The state.</param>
/// <param name="HomeWin">Chance that home wins, given that somebody does.</param>
public sealed record Prediction(ModelRow Row, Chance HomeWin)
{
    /// <summary>Expected final margin (home minus away) and its standard deviation; null where the forecast does not say.</summary>
    public (double Mean, double Sd)? Margin { get; init; }

    /// <summary>Expected final total and its standard deviation; null where the forecast does not say.</summary>
    public (double Mean, double Sd)? Total { get; init; }

    /// <summary>
    /// How much of the final margin's own probability lies between 10 % and 90 % of what was forecast, 0 to 1 (an interval on whole points cannot be cut exactly);
    /// on average 0.8 where the forecast is right. Null where it does not say, or the result is not known.
    /// </summary>
    public double? MarginCover { get; init; }

    /// <summary>The same of the final total.</summary>
    public double? TotalCover { get; init; }
}

/// <summary>Asks a model.</summary>
public static class Predictor
{
    // Beyond this much probability a tail moves neither mean nor deviation by a thousandth.
    private const double LeastTail = 1e-7;
    private const int FurthestPoint = 600;

    /// <summary>Forecasts of the win alone: what evaluation needs.</summary>
    public static Prediction HomeWin(IGameModel model, ModelRow row)
    {
        var solved = model.Solve(row.State, row.Info);
        var forecast = new Prediction(row, solved.Result().TwoWay);
        return row.Game.Final is not { } final ? forecast : forecast with
        {
            MarginCover = Covered(solved.Spread(new Line(-final.Margin * 100))),
            TotalCover = Covered(solved.Total(new Line(final.Total * 100))),
        };
    }

    /// <summary>Forecasts of the win, the final margin and the final total.</summary>
    public static Prediction All(IGameModel model, ModelRow row)
    {
        var solved = model.Solve(row.State, row.Info);
        var (home, away) = solved.Mean();
        return new Prediction(row, solved.Result().TwoWay)
        {
            Margin = Moments((home - away) / 100, points => solved.Spread(new Line(-points * 100))),
            Total = Moments((home + away) / 100, points => solved.Total(new Line(points * 100))),
        };
    }

    // Mean and deviation of a law on whole points, each point's probability read off as a push, outwards from the middle.
    private static (double Mean, double Sd) Moments(int middle, Func<int, Split> at)
    {
        double mass = 0, first = 0, second = 0;
        void Add(int points, double share)
        {
            double distance = points - middle;
            mass += share;
            first += share * distance;
            second += share * distance * distance;
        }

        for (var (points, tail) = (middle, 1.0); tail > LeastTail && points < middle + FurthestPoint; points++)
        {
            var split = at(points);
            Add(points, split.Push.Value);
            tail = split.Over.Value;
        }

        for (var (points, tail) = (middle - 1, 1.0); tail > LeastTail && points > middle - FurthestPoint; points--)
        {
            var split = at(points);
            Add(points, split.Push.Value);
            tail = split.Under.Value;
        }

        var mean = first / mass;
        return (middle + mean, Math.Sqrt(Math.Max((second / mass) - (mean * mean), 0)));
    }

    private static double Covered(Split split)
    {
        var (below, at) = (split.Under.Value, split.Push.Value);
        return at <= 0 ? 0 : Math.Clamp((Math.Min(below + at, 0.9) - Math.Max(below, 0.1)) / at, 0, 1);
    }
}
