using System.Globalization;
using System.Net;
using System.Text;

namespace Oddswire.Calibration.Evaluation;

/// <summary>An evaluation as an SVG picture: the reliability diagram, and log loss by time left beside the normal baseline. Needs no font or script.</summary>
public static class EvaluationPicture
{
    private const int Width = 1000;
    private const int Height = 460;
    private const int Panel = 340;
    private const int Top = 70;
    private const int Left = 70;
    private const int Right = 570;

    /// <summary>The picture.</summary>
    public static string Draw(EvaluationReport report)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="system-ui, sans-serif" font-size="12" fill="#222">
            <rect width="{Width}" height="{Height}" fill="#fff"/>
            <text x="{Left}" y="24" font-size="15" font-weight="600">{Text($"{report.Model} ({report.League}): log loss {report.All.LogLoss.Value:0.0000}, {report.All.Games} games")}</text>
            <text x="{Left}" y="42" fill="#555">{Text($"{report.Method}; bars are 95 % intervals, clustered by game")}</text>

            """);
        DrawReliability(svg, report);
        DrawStages(svg, report);
        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawReliability(StringBuilder svg, EvaluationReport report)
    {
        Frame(svg, Left, "home win probability, forecast", "how often home won");
        Line(svg, Left, Top + Panel, Left + Panel, Top, "#999", " stroke-dasharray=\"4 4\"");
        for (var tick = 0; tick <= 10; tick += 2)
        {
            var at = Panel * tick / 10.0;
            Label(svg, Left + at, Top + Panel + 16, "middle", $"{tick * 10} %");
            Label(svg, Left - 6, Top + Panel - at + 4, "end", $"{tick * 10} %");
        }

        foreach (var bin in report.Reliability)
        {
            var x = Left + (Panel * bin.Forecast);
            double Y(double share) => Top + Panel - (Panel * Math.Clamp(share, 0, 1));
            Line(svg, x, Y(bin.Happened.Low), x, Y(bin.Happened.High), "#8ab", "");
            var radius = 2 + (6 * Math.Sqrt(bin.Rows / (double)report.All.Rows * 4));
            Circle(svg, x, Y(bin.Happened.Value), Math.Min(radius, 8), "#1565c0");
        }
    }

    private static void DrawStages(StringBuilder svg, EvaluationReport report)
    {
        Frame(svg, Right, "", "log loss");
        var most = Math.Max(0.7, report.Stages.Max(stage => stage.LogLoss.High));
        double Y(double loss) => Top + Panel - (Panel * Math.Clamp(loss / most, 0, 1));
        for (var loss = 0.0; loss <= most; loss += 0.1)
        {
            Label(svg, Right - 6, Y(loss) + 4, "end", loss.ToString("0.0", CultureInfo.InvariantCulture));
            Line(svg, Right, Y(loss), Right + Panel, Y(loss), "#eee", "");
        }

        var step = Panel / (double)report.Stages.Count;
        for (var i = 0; i < report.Stages.Count; i++)
        {
            var (stage, baseline, x) = (report.Stages[i], report.BaselineStages[i], Right + (step * (i + 0.5)));
            Line(svg, x, Y(stage.LogLoss.Low), x, Y(stage.LogLoss.High), "#8ab", "");
            Circle(svg, x, Y(stage.LogLoss.Value), 5, "#1565c0");
            Line(svg, x - 12, Y(baseline.Value), x + 12, Y(baseline.Value), "#c62828", " stroke-width=\"2\"");
            Label(svg, x, Top + Panel + 16 + (i % 2 * 15), "middle", stage.Name);
        }

        Circle(svg, Right + 10, Top - 8, 5, "#1565c0");
        Label(svg, Right + 20, Top - 4, "start", "model");
        Line(svg, Right + 70, Top - 8, Right + 94, Top - 8, "#c62828", " stroke-width=\"2\"");
        Label(svg, Right + 100, Top - 4, "start", "normal model with the line, fitted on these rows");
    }

    private static void Frame(StringBuilder svg, double x, string below, string beside)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x:0.#}\" y=\"{Top}\" width=\"{Panel}\" height=\"{Panel}\" fill=\"none\" stroke=\"#bbb\"/>\n");
        Label(svg, x + (Panel / 2), Top + Panel + 38, "middle", below);
        svg.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate({x - 44:0.#} {Top + (Panel / 2)}) rotate(-90)\" text-anchor=\"middle\">{Text(beside)}</text>\n");
    }

    private static void Line(StringBuilder svg, double x1, double y1, double x2, double y2, string colour, string more) => svg.Append(
        CultureInfo.InvariantCulture, $"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" stroke=\"{colour}\"{more}/>\n");

    private static void Circle(StringBuilder svg, double x, double y, double radius, string colour) => svg.Append(
        CultureInfo.InvariantCulture, $"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{radius:0.#}\" fill=\"{colour}\"/>\n");

    private static void Label(StringBuilder svg, double x, double y, string anchor, string text) => svg.Append(
        CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\">{Text(text)}</text>\n");

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
