using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Calibration.Fit;

/// <summary>
/// What the fits minimise. The winner alone fixes only the ratio of expected margin to its spread, so the final margin's own likelihood counts as
/// well: else spreads would be priced from a scale that nothing measured.
/// </summary>
public static class FitCost
{
    private const double LeastLikelihood = 1e-9;

    /// <summary>Log loss of the winner plus the mean negative log likelihood of the final margin.</summary>
    public static double OfMargin(IGameModel model, IReadOnlyList<ModelRow> rows) => rows.Average(row =>
    {
        var solved = model.Solve(row.State, row.Info);
        var home = solved.Result().TwoWay.Value;
        var winner = row.Final.Margin > 0 ? home : 1 - home;
        return -Log(winner) - Log(solved.Spread(new Line(-row.Final.Margin * 100)).Push.Value);
    });

    /// <summary>Mean negative log likelihood of the final total.</summary>
    public static double OfTotal(IGameModel model, IReadOnlyList<ModelRow> rows) => rows.Average(row =>
        -Log(model.Solve(row.State, row.Info).Total(new Line(row.Final.Total * 100)).Push.Value));

    private static double Log(double value) => Math.Log(Math.Max(value, LeastLikelihood));
}
