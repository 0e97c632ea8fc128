using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Nba;

namespace Oddswire.Calibration.Nba;

/// <summary>
/// Fits who scores next: a logistic regression on whose ball it is and on the pregame margin, over the events after which somebody has the ball.
/// </summary>
internal static class NextScoreFit
{
    private const int Steps = 12;

    public static NbaParameters Apply(NbaParameters start, IReadOnlyList<ModelRow> rows)
    {
        var seen = Moments(rows).ToList();
        if (seen.Count == 0)
        {
            return start;
        }

        double ball = 0, line = 0;
        for (var step = 0; step < Steps; step++)
        {
            // Newton's step for the two log odds.
            double gBall = 0, gLine = 0, bb = 1e-9, bl = 0, ll = 1e-9;
            foreach (var (hasBall, margin, isHome) in seen)
            {
                var p = 1 / (1 + Math.Exp(-((ball * hasBall) + (line * margin))));
                var (error, weight) = ((isHome ? 1 : 0) - p, p * (1 - p));
                (gBall, gLine) = (gBall + (error * hasBall), gLine + (error * margin));
                (bb, bl, ll) = (bb + (weight * hasBall * hasBall), bl + (weight * hasBall * margin), ll + (weight * margin * margin));
            }

            var determinant = (bb * ll) - (bl * bl);
            ball += ((ll * gBall) - (bl * gLine)) / determinant;
            line += ((bb * gLine) - (bl * gBall)) / determinant;
        }

        return start with { BallScoresNext = 1 / (1 + Math.Exp(-ball)), NextScoreTilt = line };
    }

    private static IEnumerable<(int HasBall, double Margin, bool IsHome)> Moments(IReadOnlyList<ModelRow> rows)
    {
        // From the end: who scores next is known when a moment is met.
        bool? isHome = null;
        for (var i = rows.Count - 1; i >= 0; i--)
        {
            var row = rows[i];
            if (row is SheetRow || (i + 1 < rows.Count && rows[i + 1].Game.Id != row.Game.Id))
            {
                isHome = null;
            }
            else if (i + 1 < rows.Count && rows[i + 1].State.Score != row.State.Score)
            {
                isHome = rows[i + 1].State.Score.Home > row.State.Score.Home;
            }

            if (isHome is { } home && row.State.Possession is { } side && row.Info.Line?.HomeMarginHundredths is { } hundredths)
            {
                yield return (side == Side.Home ? 1 : -1, hundredths / 100.0, home);
            }
        }
    }
}
