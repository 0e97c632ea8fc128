using System.Globalization;
using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Evaluation;

/// <summary>Predictions as a CSV file, one row a state.</summary>
public static class PredictionCsv
{
    /// <summary>The columns, in order.</summary>
    public const string Header = "game_id,row_key,home_win_probability,expected_margin,margin_sd,expected_total,total_sd";

    // Columns that hold a row's key and a home win probability in files of this program and of others.
    private static readonly string[] KeyColumns = ["row_key", "play_id", "EVENTNUM"];
    private static readonly string[] ChanceColumns = ["home_win_probability", "home_wp_recon", "home_wp", "vegas_home_wp"];

    /// <summary>One line. Certainty is written as one in a million short of it: no forecast is worth an infinite loss.</summary>
    public static string LineOf(Prediction prediction)
    {
        var (margin, total) = (prediction.Margin ?? default, prediction.Total ?? default);
        return string.Create(CultureInfo.InvariantCulture, $"""
            {Quoted(prediction.Row.Game.Id)},{Quoted(prediction.Row.Key)},{Math.Clamp(prediction.HomeWin.Value, 1e-6, 1 - 1e-6):0.000000},{margin.Mean:0.0000},{margin.Sd:0.0000},{total.Mean:0.0000},{total.Sd:0.0000}
            """);
    }

    /// <summary>Reads the chances of such a file, or of one that names its columns as nflfastR does.</summary>
    /// <exception cref="CalibrationException">A column is missing, or a chance is none.</exception>
    public static OtherForecasts Read(string name, string path)
    {
        using var file = new CsvFile(path);
        var key = KeyColumns.FirstOrDefault(file.Has) ?? KeyColumns[0];
        var chance = ChanceColumns.FirstOrDefault(file.Has) ?? ChanceColumns[0];
        List<OtherForecast> found = [];
        while (file.Next())
        {
            if (file.Number(chance) is { } value)
            {
                found.Add(new OtherForecast(file["game_id"], KeyOf(file[key]), value is >= 0 and <= 1
                    ? Chance.Of(value)
                    : throw file.Error($"{chance} {value} is not between 0 and 1")));
            }
        }

        return new OtherForecasts(name, found);
    }

    private static string KeyOf(string text) => text.EndsWith(".0", StringComparison.Ordinal) ? text[..^2] : text;

    private static string Quoted(string text) => text.AsSpan().IndexOfAny(',', '"', '\n') < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
