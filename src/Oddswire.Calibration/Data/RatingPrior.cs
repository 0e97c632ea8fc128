using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Calibration.Data;

/// <summary>
/// An expected margin for games without a line (<see cref="TeamRatings"/>): a game is rated by the games of earlier days in the same file only.
/// </summary>
internal static class RatingPrior
{
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
            ? game with { Info = game.Info with { Line = (game.Info.Line ?? new PregameLine()) with { HomeMarginHundredths = (int)Math.Round(margin * 100), IsRated = true } } }
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

        List<PlayedGame> games = [];
        while (file.Next())
        {
            if (DateOnly.TryParse(file[date], out var day))
            {
                var margin = (int?)(file.Number(homeScore) - file.Number(awayScore));
                games.Add(new PlayedGame(file["game_id"].TrimStart('0'), day, file[homeTeam], file[awayTeam], margin));
            }
        }

        Rate(games, league, margins);
        return margins;
    }

    private static void Rate(List<PlayedGame> games, League league, Dictionary<string, double> margins)
    {
        var ratings = new TeamRatings(league);
        foreach (var day in games.GroupBy(static game => game.Day).OrderBy(static day => day.Key))
        {
            ratings.Begin(day.Key);
            foreach (var game in day)
            {
                margins[game.Game] = ratings.Expected(game.Home, game.Away);
            }

            ratings.Learn([.. day]);
        }
    }

    private static string? Column(CsvFile file, string[] names) => names.FirstOrDefault(file.Has);
}
