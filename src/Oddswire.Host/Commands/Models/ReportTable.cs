using System.Globalization;
using Oddswire.Calibration.Evaluation;

namespace Oddswire.Host.Commands.Models;

/// <summary>An evaluation as a table of text.</summary>
internal static class ReportTable
{
    public static void Write(EvaluationReport report, TextWriter to)
    {
        to.WriteLine($"{report.Model} ({report.League}): {report.Method}");
        to.WriteLine("95 % intervals in brackets, clustered by game; calibration next to what exactly right probabilities would show on that many games");
        to.WriteLine();
        to.WriteLine($"{"",-18} {"rows",8} {"games",6}  {"log loss",-26} {"Brier",-26} {"calibration error",-26} {"right",6}  {"slope",-26} intercept");
        Write(report.All, to);
        if (report.Overtime is { } overtime)
        {
            Write(overtime, to);
        }

        foreach (var groups in new[] { report.Periods, report.Stages, report.Seasons.Count > 1 ? report.Seasons : [] })
        {
            to.WriteLine();
            foreach (var group in groups)
            {
                Write(group, to);
            }
        }

        to.WriteLine();
        to.WriteLine($"{"compared with",-50} {"rows",8} {"games",6}  {"their log loss",-26} {"ours minus theirs",-26} {"Brier, ours minus theirs",-26}");
        foreach (var other in report.Baselines)
        {
            to.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{other.Name,-50} {other.Rows,8} {other.Games,6}  {ModelsCommand.Show(other.LogLoss)} {ModelsCommand.Show(other.LogLossDifference)} {ModelsCommand.Show(other.BrierDifference)}"));
        }

        if (report.MarginIn80 is { } margin && report.TotalIn80 is { } total)
        {
            to.WriteLine();
            to.WriteLine($"80 % intervals contain the final margin in {ModelsCommand.Show(margin).Trim()}, the final total in {ModelsCommand.Show(total).Trim()}");
            foreach (var stage in report.StagesIn80)
            {
                to.WriteLine($"{stage.Name,-18} margin {(stage.Margin is { } m ? ModelsCommand.Show(m) : "")} total {(stage.Total is { } t ? ModelsCommand.Show(t) : "")}".TrimEnd());
            }
        }
    }

    private static void Write(GroupFigures group, TextWriter to) => to.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{group.Name,-18} {group.Rows,8} {group.Games,6}  {ModelsCommand.Show(group.LogLoss)} {ModelsCommand.Show(group.Brier)} {ModelsCommand.Show(group.CalibrationError)} {group.CalibrationErrorOfPerfection:0.0000}  {ModelsCommand.Show(group.Slope)} {ModelsCommand.Show(group.Intercept)}"));
}
