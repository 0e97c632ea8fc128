using Oddswire.Calibration.Data;
using Oddswire.Core.Pricing.Nba;

namespace Oddswire.Calibration.Nba;

/// <summary>Counts how often teams foul: the seconds of regulation between two team fouls of a team, over the games with events.</summary>
internal static class FoulCount
{
    private const double PeriodSeconds = 720;

    public static NbaParameters Apply(NbaParameters start, IReadOnlyList<ModelRow> rows)
    {
        double fouls = 0, periods = 0;
        var most = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            if (row is SheetRow || row.IsOvertime || row.State.Basketball is not { } now)
            {
                continue;
            }

            // The count starts over with the period, in some feeds with the end of the one before.
            most = Math.Max(most, now.HomeFouls + now.AwayFouls);
            if (i + 1 == rows.Count || rows[i + 1].Game.Id != row.Game.Id || rows[i + 1].State.Period != row.State.Period)
            {
                (fouls, periods, most) = (fouls + most, periods + 1, 0);
            }
        }

        return fouls > 0 ? start with { FoulSeconds = Math.Clamp(2 * PeriodSeconds * periods / fouls, 20, 2000) } : start;
    }
}
