using Oddswire.Calibration.Data;
using Oddswire.Calibration.Evaluation;
using Oddswire.Calibration.Mlb;
using Oddswire.Calibration.Nba;
using Oddswire.Calibration.Nfl;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Mlb;
using Oddswire.Core.Pricing.Nba;
using Oddswire.Core.Pricing.Nfl;

namespace Oddswire.Benchmarks;

/// <summary><c>models score|fit nfl|nba|mlb DATA</c>: measures the models on recorded games, or fits their parameters anew.</summary>
internal static class ModelCommands
{
    public static int Run(string[] args)
    {
        if (args is not [var verb, var league, var data] || !Directory.Exists(data))
        {
            Console.Error.WriteLine("usage: models score|fit nfl|nba|mlb DATA   (DATA: the folder that holds nfl, nba and mlb)");
            return 2;
        }

        switch (verb, league)
        {
            case ("score", "nfl"):
                Report(new NflModel(), NflRows.Read(data, NflRows.Seasons));
                return 0;
            case ("score", "nba"):
                Report(new NbaModel(), NbaRows.Read(data));
                return 0;
            case ("score", "mlb"):
                Report(new MlbModel(), [.. MlbRows.Read(data).Select(row => row.Row)]);
                return 0;
            case ("fit", "mlb"):
                var rows = MlbRows.Read(data);
                Console.Write(MlbCounts.ToSource(MlbCounts.Count(rows), rows.Count, rows.DistinctBy(row => row.Row.Game).Count()));
                return 0;
            case ("fit", "nfl"):
                NflFit.Run(data);
                return 0;
            case ("fit", "nba"):
                NbaFit.Run(NbaRows.Read(data));
                return 0;
            default:
                Console.Error.WriteLine($"'{verb} {league}' is not known; expected score or fit, and nfl, nba or mlb.");
                return 2;
        }
    }

    private static void Report(IGameModel model, List<ModelRow> rows)
    {
        Console.WriteLine($"{model.Version}: with the pregame line");
        Console.WriteLine($"  all        {ModelScore.Of(model, rows, withIntervals: true)}");
        foreach (var period in rows.GroupBy(row => row.State.Period).OrderBy(group => group.Key).Where(group => group.Count() > 300))
        {
            Console.WriteLine($"  period {period.Key,2}  {ModelScore.Of(model, period, withIntervals: true)}");
        }

        var without = rows.Select(row => row with { Info = row.Info with { Line = null } });
        Console.WriteLine($"without it   {ModelScore.Of(model, without, withIntervals: true)}");
    }
}
