using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing;

/// <summary>What a normal model takes from the pregame line: expected home margin and expected total, in points.</summary>
public static class PregamePrior
{
    /// <summary>The home team's expected margin: the line's, or the one its win probability stands for, or the league's average.</summary>
    public static double Margin(PregameLine? line, double leagueAverage, double finalMarginSd) => line switch
    {
        { HomeMarginHundredths: { } hundredths } => hundredths / 100.0,
        { HomeWin: { } win } => finalMarginSd * NormalQuantile(Math.Clamp(win.Value, 0.001, 0.999)),
        _ => leagueAverage,
    };

    /// <summary>The expected total: the line's or the league's average.</summary>
    public static double Total(PregameLine? line, double leagueAverage) =>
        line?.TotalHundredths is { } hundredths ? hundredths / 100.0 : leagueAverage;

    /// <summary>
    /// The standard normal law's quantile, within 1.2e-9: P. J. Acklam, "An algorithm for computing the inverse normal cumulative
    /// distribution function" (2003).
    /// </summary>
    public static double NormalQuantile(double p)
    {
        if (p > 0.5)
        {
            return -NormalQuantile(1 - p);
        }

        if (p < 0.02425)
        {
            var q = Math.Sqrt(-2 * Math.Log(p));
            return ((((((((((-7.784894002430293e-03 * q) - 3.223964580411365e-01) * q) - 2.400758277161838) * q)
                - 2.549732539343734) * q) + 4.374664141464968) * q) + 2.938163982698783)
                / ((((((((7.784695709041462e-03 * q) + 3.224671290700398e-01) * q) + 2.445134137142996) * q)
                + 3.754408661907416) * q) + 1);
        }

        var centred = p - 0.5;
        var r = centred * centred;
        return ((((((((((-3.969683028665376e+01 * r) + 2.209460984245205e+02) * r) - 2.759285104469687e+02) * r)
            + 1.383577518672690e+02) * r) - 3.066479806614716e+01) * r) + 2.506628277459239) * centred
            / ((((((((((-5.447609879822406e+01 * r) + 1.615858368580409e+02) * r) - 1.556989798598866e+02) * r)
            + 6.680131188771972e+01) * r) - 1.328068155288572e+01) * r) + 1);
    }
}
