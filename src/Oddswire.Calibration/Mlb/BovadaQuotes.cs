using Oddswire.Calibration.Data;
using Oddswire.Calibration.Evaluation;
using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Mlb;

/// <summary>
/// Bovada's in-play moneylines of May 2019, matched to states. The quotes know inning and score and come about every 36 seconds; the states know no time of day.
/// So the quotes of one inning at one score and the states of the same inning at the same score are laid side by side, both in order: the
/// state halfway through its stretch gets the quote halfway through. The margin is removed in proportion; suspended markets are left out.
/// </summary>
public static class BovadaQuotes
{
    private const string Quotes = "odds/mlb_live_bovada_2019-05.csv";
    private const string Games = "odds/mlb_live_bovada_2019-05_games.csv";

    /// <summary>The quotes in a data folder; none where it has no such file.</summary>
    public static IReadOnlyList<OtherForecasts> In(string folder, IReadOnlyList<ModelRow> rows)
    {
        string?[] paths = [.. new[] { Quotes, Games }.Select(name => new[] { name, name + ".gz" }.Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists))];
        if (paths is not [{ } quotes, { } games])
        {
            return [];
        }

        var states = rows.GroupBy(row => (row.Game.Id, row.State.Period, row.State.Score)).ToDictionary(stretch => stretch.Key, stretch => stretch.ToList());
        List<OtherForecast> matched = [];
        foreach (var stretch in Read(quotes, GamesOf(games)).GroupBy(quote => (quote.Game, quote.Inning, quote.Score)))
        {
            if (states.TryGetValue(stretch.Key, out var inside))
            {
                var quoted = stretch.OrderBy(quote => quote.Time).ToList();
                matched.AddRange(quoted.Select((quote, i) => new OtherForecast(
                    quote.Game, inside[(int)((i + 0.5) / quoted.Count * inside.Count)].Key, quote.HomeWin)));
            }
        }

        return [new OtherForecasts("Bovada in play, same moments", matched)];
    }

    private static Dictionary<string, string> GamesOf(string path)
    {
        Dictionary<string, string> games = [];
        using var file = new CsvFile(path);
        while (file.Next())
        {
            var id = file["retrosheet_game_id"];
            if (id.Length == 12)
            {
                games[file["bovada_game_id"]] = id;
            }
        }

        return games;
    }

    private static IEnumerable<Quote> Read(string path, Dictionary<string, string> games)
    {
        using var file = new CsvFile(path);
        while (file.Next())
        {
            if (file.Int("status") == 1 && file.Int("quarter") is >= 1 and < 50 && games.TryGetValue(file["game_id"], out var game)
                && RecordedGame.HomeWin(file.Number("h_ml"), file.Number("a_ml")) is { } win)
            {
                yield return new Quote(
                    file.Number("cur_time") ?? 0, game, file.Int("quarter"), new Score(file.Int("h_pts"), file.Int("a_pts")), Chance.Of(win.Value));
            }
        }
    }

    private sealed record Quote(double Time, string Game, int Inning, Score Score, Chance HomeWin);
}
