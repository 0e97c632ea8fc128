using System.Globalization;
using System.Text;
using Oddswire.Core.Domain;

namespace Oddswire.Simulator;

/// <summary>
/// The distribution of final scores, of simulated games or of real ones, in the figures that docs/simulator.md compares. Shares are of games.
/// </summary>
internal sealed class ScoreStatistics
{
    private readonly List<Score> _finals = [];
    private int _overtimes;

    public void Add(Score final, bool isOvertime)
    {
        _finals.Add(final);
        _overtimes += isOvertime ? 1 : 0;
    }

    /// <summary>Plays that many games of a season and takes their finals.</summary>
    public static ScoreStatistics OfSimulated(League league, int games, ulong seed)
    {
        var season = new Season(league, seed, Timestamp.From(new SlateOptions().FirstStart));
        var statistics = new ScoreStatistics();
        for (var number = 0; number < games; number++)
        {
            var game = Slate.PlayGame(season.At(number));
            statistics.Add(game.Final, game.Periods > (league == League.Mlb ? 9 : 4));
        }

        return statistics;
    }

    public int Games => _finals.Count;

    public double MarginMean => _finals.Average(final => final.Margin);

    public double MarginSpread => Spread(final => final.Margin);

    public double TotalMean => _finals.Average(final => final.Total);

    public double TotalSpread => Spread(final => final.Total);

    public double TeamSpread => Math.Sqrt((Variance(final => final.Home) + Variance(final => final.Away)) / 2);

    public double HomeWins => Share(final => final.Margin > 0);

    public double Overtime => _overtimes / (double)Games;

    /// <summary>Share of games decided by that margin, whoever won.</summary>
    public double Margin(int points) => Share(final => Math.Abs(final.Margin) == points);

    /// <summary>Share of games decided by at most that margin.</summary>
    public double Within(int points) => Share(final => Math.Abs(final.Margin) <= points);

    /// <summary>The figures one after another, with names: the rows of the table in docs/simulator.md.</summary>
    public IEnumerable<(string Name, double Value)> Rows(League league)
    {
        yield return ("home margin, mean", MarginMean);
        yield return ("home margin, standard deviation", MarginSpread);
        yield return ("total, mean", TotalMean);
        yield return ("total, standard deviation", TotalSpread);
        yield return ("one team's score, standard deviation", TeamSpread);
        yield return ("home wins", HomeWins);
        yield return ("overtime or extra innings", Overtime);
        switch (league)
        {
            case League.Nfl:
                yield return ("tie", Margin(0));
                yield return ("within one score (8)", Within(8));
                foreach (var points in (int[])[1, 2, 3, 4, 5, 6, 7, 8, 10, 14])
                {
                    yield return ($"by {points}", Margin(points));
                }

                break;
            case League.Nba:
                yield return ("within 5", Within(5));
                yield return ("within 10", Within(10));
                break;
            default:
                yield return ("by 1", Margin(1));
                yield return ("by 2", Margin(2));
                yield return ("within 4", Within(4));
                break;
        }
    }

    /// <summary>Both as the rows of a Markdown table.</summary>
    public static string Compare(League league, ScoreStatistics simulated, ScoreStatistics real)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"| {league.Code().ToUpperInvariant()} | simulated ({simulated.Games:#,0} games) | real ({real.Games:#,0} games) |");
        text.AppendLine("|---|---|---|");
        foreach (var ((name, value), (_, other)) in simulated.Rows(league).Zip(real.Rows(league)))
        {
            var format = name.Contains("mean", StringComparison.Ordinal) || name.Contains("deviation", StringComparison.Ordinal) ? "0.00" : "0.0 %";
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {value.ToString(format)} | {other.ToString(format)} |");
        }

        return text.ToString();
    }

    private double Share(Func<Score, bool> predicate) => _finals.Count(predicate) / (double)Games;

    private double Spread(Func<Score, double> value) => Math.Sqrt(Variance(value));

    private double Variance(Func<Score, double> value)
    {
        var mean = _finals.Average(value);
        return _finals.Average(final => (value(final) - mean) * (value(final) - mean));
    }
}
