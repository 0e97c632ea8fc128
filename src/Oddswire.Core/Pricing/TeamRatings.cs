using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing;

/// <summary>A game of a list of results.</summary>
/// <param name="Game">Its id in the list.</param>
/// <param name="Day">The day it was played on, by the league's own calendar.</param>
/// <param name="Home">The home team's code.</param>
/// <param name="Away">The visitors' code.</param>
/// <param name="Margin">Home points minus away points; null when it has not been played.</param>
public readonly record struct PlayedGame(string Game, DateOnly Day, string Home, string Away, int? Margin);

/// <summary>
/// What results of earlier days say of a game without a line: ratings in points, moved after each game by a share of what the expected margin missed (Elo's
/// scheme with margins: Elo 1978; Glickman and Stern, JASA 93, 1998, 25-35). Each new season draws them towards the mean. Days are taken in their order.
/// </summary>
public sealed class TeamRatings
{
    // A new season begins when no game was played for so long.
    private const int OffSeasonDays = 60;
    private const double KeptOverTheOffSeason = 0.6;

    // Where a vendor's code, or a club that moved, differs from what lists of results call it.
    private static readonly Dictionary<(League, string), string> Usual = new()
    {
        [(League.Nfl, "JAC")] = "JAX",
        [(League.Nfl, "STL")] = "LA",
        [(League.Nfl, "LAR")] = "LA",
        [(League.Nfl, "SD")] = "LAC",
        [(League.Nfl, "OAK")] = "LV",
        [(League.Nfl, "BLT")] = "BAL",
        [(League.Nfl, "CLV")] = "CLE",
        [(League.Nfl, "ARZ")] = "ARI",
        [(League.Nfl, "HST")] = "HOU",
    };

    private readonly League _league;
    private readonly double _edge;
    private readonly double _gain;
    private readonly Dictionary<string, double> _ratings = [];
    private DateOnly? _last;

    /// <summary>Ratings of a league of which nothing has been played yet.</summary>
    public TeamRatings(League league)
    {
        _league = league;

        // Home's edge, and the share of a miss by which each team's rating moves.
        (_edge, _gain) = league switch { League.Nfl => (2.0, 0.06), League.Nba => (2.7, 0.045), _ => (0.2, 0.015) };
    }

    /// <summary>The home team's expected margin, in points, at the beginning of a day later than all that were learned.</summary>
    public double Expected(string home, string away) => _edge + Of(home) - Of(away);

    /// <summary>Whether a result of the team was learned.</summary>
    public bool Knows(string team) => _ratings.ContainsKey(Name(team));

    /// <summary>Begins a day.</summary>
    public void Begin(DateOnly day)
    {
        if (_last is { } last && day.DayNumber - last.DayNumber > OffSeasonDays)
        {
            var kept = Math.Pow(KeptOverTheOffSeason, Math.Max(1, Math.Round((day.DayNumber - last.DayNumber) / 365.0)));
            foreach (var team in _ratings.Keys.ToArray())
            {
                _ratings[team] *= kept;
            }
        }

        _last = day;
    }

    /// <summary>Takes in the results of one day; none of them moves what another is measured by.</summary>
    public void Learn(IReadOnlyList<PlayedGame> day)
    {
        var misses = day.Where(static game => game.Margin is not null)
            .Select(game => (game.Home, game.Away, Miss: _gain * (game.Margin!.Value - Expected(game.Home, game.Away)))).ToArray();
        foreach (var (home, away, miss) in misses)
        {
            _ratings[Name(home)] = Of(home) + miss;
            _ratings[Name(away)] = Of(away) - miss;
        }
    }

    /// <summary>What the results of days before a game's say of its margin; null when neither team has one.</summary>
    /// <param name="league">The league.</param>
    /// <param name="results">Results in any order; those of its day and later are passed over.</param>
    /// <param name="home">The home team's code.</param>
    /// <param name="away">The visitors' code.</param>
    /// <param name="day">The game's day.</param>
    public static double? MarginOf(League league, IEnumerable<PlayedGame> results, string home, string away, DateOnly day)
    {
        var ratings = new TeamRatings(league);
        foreach (var earlier in results.Where(game => game.Day < day && game.Margin is not null).GroupBy(static game => game.Day).OrderBy(static group => group.Key))
        {
            ratings.Begin(earlier.Key);
            ratings.Learn([.. earlier]);
        }

        ratings.Begin(day);
        return ratings.Knows(home) || ratings.Knows(away) ? ratings.Expected(home, away) : null;
    }

    private double Of(string team) => _ratings.GetValueOrDefault(Name(team));

    private string Name(string team) => Usual.GetValueOrDefault((_league, team), team);
}
