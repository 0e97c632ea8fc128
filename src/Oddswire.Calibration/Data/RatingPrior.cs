using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Data;

/// <summary>
/// An expected margin for games without a line: ratings in points, moved after each game by a share of what the expected margin missed (Elo's scheme with
/// margins: Elo 1978; Glickman and Stern, JASA 93, 1998, 25-35). A game is rated by the games of earlier days in the same file only.
/// </summary>
internal static class RatingPrior
{
    // A new season begins when no game was played for so long: ratings are then drawn towards the mean.
    private const int OffSeasonDays = 60;
    private const double KeptOverTheOffSeason = 0.6;

    private static readonly string[] Dates = ["gameday", "date"];
    private static readonly string[] HomeTeams = ["home_team", "home", "hometeam"];
    private static readonly string[] AwayTeams = ["away_team", "away", "visteam"];
    private static readonly string[] HomeScores = ["home_score", "home_final"];
    private static readonly string[] AwayScores = ["away_score", "away_final"];

    /// <summary>The games, with a line by ratings where there is none and the file says who played whom and when.</summary>
    public static IReadOnlyList<RecordedGame> Fill(IReadOnlyList<RecordedGame> games, string lines, League league)
    {
        if (games.All(HasLine))
        {
            return games;
        }

        var margins = MarginsOf(lines, league);
        return [.. games.Select(game => !HasLine(game) && margins.TryGetValue(game.Id.TrimStart('0'), out var margin)
            ? game with { Info = game.Info with { Line = (game.Info.Line ?? new PregameLine()) with { HomeMarginHundredths = (int)Math.Round(margin * 100) } } }
            : game)];
    }

    private static bool HasLine(RecordedGame game) => game.Info.Line is { } line && (line.HomeMarginHundredths is not null || line.HomeWin is not null);

    private static Dictionary<string, double> MarginsOf(string lines, League league)
    {
        using var file = new CsvFile(lines);
        Dictionary<string, double> margins = [];
        if (Column(file, Dates) is not { } date || Column(file, HomeTeams) is not { } homeTeam || Column(file, AwayTeams) is not { } awayTeam
            || Column(file, HomeScores) is not { } homeScore || Column(file, AwayScores) is not { } awayScore)
        {
            return margins;
        }

        List<Played> games = [];
        while (file.Next())
        {
            if (DateOnly.TryParse(file[date], out var day))
            {
                var margin = file.Number(homeScore) - file.Number(awayScore);
                games.Add(new Played(file["game_id"].TrimStart('0'), day, file[homeTeam], file[awayTeam], margin));
            }
        }

        Rate(games, league, margins);
        return margins;
    }

    private static void Rate(List<Played> games, League league, Dictionary<string, double> margins)
    {
        // Home's edge, and the share of a miss by which each team's rating moves.
        var (edge, gain) = league switch { League.Nfl => (2.0, 0.06), League.Nba => (2.7, 0.045), _ => (0.2, 0.015) };
        Dictionary<string, double> ratings = [];
        var before = DateOnly.MinValue;
        foreach (var day in games.GroupBy(game => game.Day).OrderBy(day => day.Key))
        {
            if (before != DateOnly.MinValue && day.Key.DayNumber - before.DayNumber > OffSeasonDays)
            {
                ratings = ratings.ToDictionary(pair => pair.Key, pair => pair.Value * KeptOverTheOffSeason);
            }

            before = day.Key;
            double Expected(Played game) => edge + ratings.GetValueOrDefault(game.Home) - ratings.GetValueOrDefault(game.Away);
            foreach (var game in day)
            {
                margins[game.Id] = Expected(game);
            }

            foreach (var game in day.Where(game => game.Margin is not null))
            {
                var miss = gain * (game.Margin!.Value - margins[game.Id]);
                ratings[game.Home] = ratings.GetValueOrDefault(game.Home) + miss;
                ratings[game.Away] = ratings.GetValueOrDefault(game.Away) - miss;
            }
        }
    }

    private static string? Column(CsvFile file, string[] names) => names.FirstOrDefault(file.Has);

    private sealed record Played(string Id, DateOnly Day, string Home, string Away, double? Margin);
}
