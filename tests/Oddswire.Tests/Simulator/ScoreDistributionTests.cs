using System.IO.Compression;
using Oddswire.Core.Domain;
using Oddswire.Simulator;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Simulator;

/// <summary>
/// Simulated finals against real ones: NFL 2015 to 2024, NBA 2016-17 and 2017-18, MLB 2019 and 2020 (nine innings). The table of docs/simulator.md is this
/// test's output.
/// </summary>
public sealed class ScoreDistributionTests(ITestOutputHelper output)
{
    private const int Games = 6000;

    [Fact]
    public void Nfl_finals_are_distributed_like_real_ones()
    {
        var real = new ScoreStatistics();
        foreach (var game in Rows("nfl/games_with_lines.csv.gz").Where(game => int.Parse(game["season"]) >= 2015))
        {
            real.Add(new Score((int)double.Parse(game["home_score"]), (int)double.Parse(game["away_score"])), double.Parse(game["overtime"]) > 0);
        }

        var simulated = Simulated(League.Nfl, real);
        Close(simulated.MarginMean, real.MarginMean, 0.9, "mean margin");
        Close(simulated.MarginSpread, real.MarginSpread, 0.7, "margin's standard deviation");
        Close(simulated.TotalMean, real.TotalMean, 0.9, "mean total");

        // Real totals also miss their lines because lines err; simulated lines do not.
        Close(simulated.TotalSpread, real.TotalSpread, 1.1, "total's standard deviation");
        Close(simulated.Within(8), real.Within(8), 0.03, "share within one score");
        Close(simulated.Overtime, real.Overtime, 0.02, "share of overtimes");
        Close(simulated.Margin(0), real.Margin(0), 0.004, "share of ties");
        Close(simulated.Margin(3), real.Margin(3), 0.02, "share decided by 3");
        Close(simulated.Margin(7), real.Margin(7), 0.025, "share decided by 7");
        foreach (var points in (int[])[1, 2, 4, 5, 6, 8, 10, 14])
        {
            Close(simulated.Margin(points), real.Margin(points), 0.03, $"share decided by {points}");
        }
    }

    [Fact]
    public void Nba_finals_are_distributed_like_real_ones()
    {
        var real = new ScoreStatistics();
        foreach (var season in (string[])["2016-17", "2017-18"])
        {
            foreach (var pair in Rows($"odds/nba_sbro/nba odds {season}.csv.gz").Chunk(2))
            {
                var (away, home) = (pair[0], pair[1]);
                var regulation = new Score(Regulation(home), Regulation(away));
                real.Add(new Score(int.Parse(home["Final"]), int.Parse(away["Final"])), regulation.Margin == 0);
            }
        }

        var simulated = Simulated(League.Nba, real);
        Close(simulated.MarginMean, real.MarginMean, 0.9, "mean margin");
        Close(simulated.MarginSpread, real.MarginSpread, 0.7, "margin's standard deviation");
        Close(simulated.TotalMean, real.TotalMean, 2, "mean total");
        Close(simulated.TotalSpread, real.TotalSpread, 1, "total's standard deviation");
        Close(simulated.Within(5), real.Within(5), 0.03, "share within 5");
        Close(simulated.Overtime, real.Overtime, 0.015, "share of overtimes");
        Close(simulated.HomeWins, real.HomeWins, 0.03, "share of home wins");
    }

    [Fact]
    public void Mlb_finals_are_distributed_like_real_ones()
    {
        var real = new ScoreStatistics();
        foreach (var game in Rows("mlb/games_2019_2020.csv").Where(game => game["scheduled_innings"] is "" or "9"))
        {
            real.Add(new Score(int.Parse(game["home_final"]), int.Parse(game["away_final"])), int.Parse(game["innings_played"]) > 9);
        }

        var simulated = Simulated(League.Mlb, real);
        Close(simulated.MarginMean, real.MarginMean, 0.25, "mean margin");
        Close(simulated.MarginSpread, real.MarginSpread, 0.25, "margin's standard deviation");
        Close(simulated.TotalMean, real.TotalMean, 0.35, "mean total");
        Close(simulated.TotalSpread, real.TotalSpread, 0.3, "total's standard deviation");
        Close(simulated.Margin(1), real.Margin(1), 0.025, "share of one-run games");
        Close(simulated.Overtime, real.Overtime, 0.015, "share of extra innings");
        Close(simulated.HomeWins, real.HomeWins, 0.025, "share of home wins");
    }

    [Theory]
    [InlineData(League.Nfl, 0.6)]
    [InlineData(League.Nba, 0.9)]
    [InlineData(League.Mlb, 0.25)]
    public void The_pregame_line_is_what_the_games_come_to_on_average(League league, double tolerance)
    {
        var season = new Season(league, 4, Timestamp.From(new SlateOptions().FirstStart));
        var games = Enumerable.Range(0, 12_000).Select(number => season.At(number)).Select(fixture => (fixture, Slate.PlayGame(fixture).Final)).ToList();

        var middle = games.Average(game => game.fixture.HomeMargin);
        foreach (var half in games.GroupBy(game => game.fixture.HomeMargin > middle))
        {
            half.Average(game => game.Final.Margin - game.fixture.HomeMargin).ShouldBeInRange(-tolerance, tolerance);
        }

        games.Average(game => game.Final.Total - game.fixture.Total).ShouldBeInRange(-2 * tolerance, 2 * tolerance);
        var wins = games.Average(game => game.Final.Margin > 0 ? 1.0 : 0);
        games.Average(game => game.fixture.Line.HomeWin!.Value.Value).ShouldBeInRange(wins - 0.025, wins + 0.025);
    }

    private ScoreStatistics Simulated(League league, ScoreStatistics real)
    {
        var simulated = ScoreStatistics.OfSimulated(league, Games, seed: 1);
        output.WriteLine(ScoreStatistics.Compare(league, simulated, real));
        return simulated;
    }

    private static void Close(double simulated, double real, double tolerance, string what) =>
        Math.Abs(simulated - real).ShouldBeLessThanOrEqualTo(tolerance, $"{what}: simulated {simulated:0.####}, real {real:0.####}");

    private static int Regulation(Dictionary<string, string> team) =>
        int.Parse(team["1st"]) + int.Parse(team["2nd"]) + int.Parse(team["3rd"]) + int.Parse(team["4th"]);

    /// <summary>The rows of a comma-separated file without quoted commas, by column name.</summary>
    private static IEnumerable<Dictionary<string, string>> Rows(string file)
    {
        var path = TestData.Require(file);
        using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(File.OpenRead(path), CompressionMode.Decompress) : File.OpenRead(path);
        using var reader = new StreamReader(stream);
        var names = reader.ReadLine()!.Split(',');
        while (reader.ReadLine() is { } line)
        {
            var values = line.Split(',');
            yield return names.Zip(values).GroupBy(pair => pair.First).ToDictionary(pair => pair.Key, pair => pair.First().Second);
        }
    }
}
