using System.IO.Compression;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Feeds.Reference;

/// <summary>A file of reference data cannot be used; the message names file, line, column and what was expected.</summary>
public sealed class ReferenceDataException(string message, Exception? inner = null) : FormatException(message, inner);

/// <summary>What a file of pregame lines holds.</summary>
/// <param name="Lines">Games with their lines, in the file's order; games without any line are left out.</param>
/// <param name="League">The league.</param>
/// <param name="Results">Who played whom, when and how it ended, where the file says so: games without a line are rated by them (<see cref="TeamRatings"/>).</param>
/// <param name="Refused">Rows left out because a value is absurd: each message names file, line, column, value and what was expected.</param>
public sealed record PregameLineFile(IReadOnlyList<(GameId Game, PregameLine Line)> Lines, League League, IReadOnlyList<PlayedGame> Results, IReadOnlyList<string> Refused);

/// <summary>
/// Reads pregame lines from CSV files (plain or gzip) whose layout is recognised by the header: nflverse games (<c>old_game_id</c>,
/// <c>spread_line</c> positive when the home team is favoured), NBA games (<c>close_home_spread</c> negative when the home team is favoured) and MLB games
/// (moneylines and total; the run line is a fixed 1.5 and says nothing of the margin). The vig is taken out of a pair of moneylines in proportion.
/// </summary>
public static class PregameLines
{
    private static readonly PregameLineLayout[] Layouts =
    [
        new("nflverse games", League.Nfl, "old_game_id", "spread_line", 1, "total_line", "home_moneyline", "away_moneyline", MaxMargin: 40, MinTotal: 15, MaxTotal: 90,
            new ResultColumns("gameday", "home_team", "away_team", "home_score", "away_score")),
        new("NBA games", League.Nba, "game_id", "close_home_spread", -1, "close_total", "home_ml", "away_ml", MaxMargin: 50, MinTotal: 100, MaxTotal: 350,
            new ResultColumns("date", "home", "away", "home_final", "away_final")),
        new("MLB games", League.Mlb, "game_id", null, 0, "total_close", "home_ml_close", "away_ml_close", MaxMargin: 0, MinTotal: 3, MaxTotal: 30,
            new ResultColumns("date", "hometeam", "visteam", "home_final", "away_final")),
    ];

    /// <summary>Reads a file.</summary>
    /// <exception cref="ReferenceDataException">It cannot be read or has no known layout.</exception>
    public static PregameLineFile Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var isGzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
            file.Position = 0;
            using Stream content = isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
            using var reader = new StreamReader(content);
            return Read(reader, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ReferenceDataException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a text; <paramref name="name"/> stands for it in messages.</summary>
    /// <exception cref="ReferenceDataException">It has no known layout, or is no CSV file.</exception>
    public static PregameLineFile Read(TextReader reader, string name)
    {
        var csv = new CsvRows(reader, name);
        if (!csv.Next())
        {
            throw new ReferenceDataException($"'{name}' is empty; expected a CSV file with pregame lines.");
        }

        string[] header = [.. csv.Fields];
        var layout = Array.Find(Layouts, candidate => candidate.Fits(header)) ?? throw new ReferenceDataException(
            $"'{name}' has no known layout. Its header needs the columns of one of: {string.Join("; ", Layouts.Select(l => $"{l.Name}: {string.Join(", ", l.Columns)}"))}.");
        var row = new PregameLineRow(csv, name, layout, header);
        List<(GameId Game, PregameLine Line)> lines = [];
        List<PlayedGame> results = [];
        List<string> refused = [];
        while (csv.Next())
        {
            try
            {
                if (row.Result() is { } played)
                {
                    results.Add(played);
                }

                if (row.Read() is { } found)
                {
                    lines.Add(found);
                }
            }
            catch (ReferenceDataException e)
            {
                refused.Add(e.Message);
            }
        }

        return new PregameLineFile(lines, layout.League, results, refused);
    }
}

/// <summary>Which columns of a file hold what, and what values are possible (points or runs).</summary>
internal sealed record PregameLineLayout(
    string Name,
    League League,
    string Id,
    string? Spread,
    int SpreadSign,
    string Total,
    string HomeMoneyline,
    string AwayMoneyline,
    decimal MaxMargin,
    decimal MinTotal,
    decimal MaxTotal,
    ResultColumns Results)
{
    public IEnumerable<string> Columns => new[] { Id, Spread, Total, HomeMoneyline, AwayMoneyline }.OfType<string>();

    public bool Fits(string[] header) => Columns.All(header.Contains);
}

/// <summary>Which columns say how a game ended; a file can do without them.</summary>
internal sealed record ResultColumns(string Day, string Home, string Away, string HomeScore, string AwayScore)
{
    public bool AreIn(string[] header) => header.Contains(Day) && header.Contains(Home) && header.Contains(Away)
        && header.Contains(HomeScore) && header.Contains(AwayScore);
}
