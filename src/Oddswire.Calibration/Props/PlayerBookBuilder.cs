using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Props;

namespace Oddswire.Calibration.Props;

/// <summary>
/// Keeps what is expected of players as games go by: an average of a player's games in which older ones count less, drawn towards what newcomers in his
/// role did. A game changes the book only after it was played.
/// </summary>
/// <param name="league">The league.</param>
/// <param name="decay">What a game counts after the next one, 0 to 1.</param>
/// <param name="newcomerGames">Games' worth of the role's average.</param>
public sealed class PlayerBookBuilder(League league, double decay, double newcomerGames)
{
    private readonly Dictionary<string, Sums> _players = [];
    private readonly Sums[] _roles = [.. Enumerable.Range(0, PlayerBook.Roles).Select(static _ => new Sums())];

    /// <summary>The book as it stands.</summary>
    public PlayerBook Book { get; } = new();

    /// <summary>The statistics a book of the league keeps.</summary>
    public static IReadOnlyList<PlayerStatistic> StatisticsOf(League league) => league switch
    {
        League.Nfl =>
        [
            PlayerStatistic.PassingYards, PlayerStatistic.RushingYards, PlayerStatistic.ReceivingYards, PlayerStatistic.Receptions, PlayerStatistic.Touchdowns,
            PlayerStatistic.PassAttempts, PlayerStatistic.RushAttempts, PlayerStatistic.Targets, PlayerStatistic.Completions,
        ],
        League.Nba => [PlayerStatistic.Points, PlayerStatistic.Rebounds, PlayerStatistic.Assists, PlayerStatistic.Threes, PlayerStatistic.Scores, PlayerStatistic.CourtTime],
        _ =>
        [
            PlayerStatistic.Hits, PlayerStatistic.TotalBases, PlayerStatistic.HomeRuns, PlayerStatistic.PlateAppearances, PlayerStatistic.Strikeouts,
            PlayerStatistic.BattersFaced,
        ],
    };

    /// <summary>Takes in a game that is over.</summary>
    /// <param name="box">Its box score.</param>
    /// <param name="minutes">Basketball: a player's minutes.</param>
    public void Take(BoxScore box, Func<PlayerLine, double> minutes)
    {
        foreach (var line in box.Players)
        {
            if (!line.HasPlayed || (league == League.Mlb && line.IsPitcher && !line.IsStartingPitcher))
            {
                continue;
            }

            var isNew = !_players.TryGetValue(line.Id, out var sums);
            sums ??= _players[line.Id] = new Sums();
            if (line.Name.Length > 0)
            {
                Book.Entry(line.Id).Name = line.Name;
            }

            // A role's average is that of players seen for the first time; before there are many, of everybody.
            var role = _roles[RoleOf(line)];
            if (isNew || role.Games < 200)
            {
                Add(role, line, minutes, 0.998);
            }

            Add(sums, line, minutes, decay);
            Publish(sums, role, Book.Entry(line.Id));
        }

        for (var role = 0; role < PlayerBook.Roles; role++)
        {
            Publish(_roles[role], null, Book.Role(role));
        }
    }

    private static int RoleOf(PlayerLine line) => Math.Clamp(line.Slot, 0, PlayerBook.Roles - 1);

    private void Add(Sums sums, PlayerLine line, Func<PlayerLine, double> minutes, double kept)
    {
        sums.Games = (sums.Games * kept) + 1;
        foreach (var statistic in StatisticsOf(league))
        {
            var amount = statistic == PlayerStatistic.CourtTime ? minutes(line) : line[statistic];
            sums.Amounts[(int)statistic] = (sums.Amounts[(int)statistic] * kept) + amount;
        }
    }

    private void Publish(Sums sums, Sums? role, PlayerPrior prior)
    {
        prior.Games = sums.Games;
        var weight = role is null || role.Games == 0 ? 0 : newcomerGames;
        foreach (var statistic in StatisticsOf(league))
        {
            var per = Per(statistic);
            if (league == League.Mlb && per != statistic)
            {
                // A turn's (or batter's) worth: drawn towards the average by turns.
                double turns = sums.Amounts[(int)per], usual = role is null || role.Amounts[(int)per] == 0 ? 0 : role.Amounts[(int)statistic] / role.Amounts[(int)per];
                var pull = role is null ? 0 : per == PlayerStatistic.BattersFaced ? 120 : 250;
                prior[statistic] = turns + pull == 0 ? 0 : (sums.Amounts[(int)statistic] + (pull * usual)) / (turns + pull);
            }
            else
            {
                var usual = weight == 0 ? 0 : role!.Amounts[(int)statistic] / role.Games;
                prior[statistic] = sums.Games + weight == 0 ? 0 : (sums.Amounts[(int)statistic] + (weight * usual)) / (sums.Games + weight);
            }
        }
    }

    private static PlayerStatistic Per(PlayerStatistic statistic) => statistic switch
    {
        PlayerStatistic.Hits or PlayerStatistic.TotalBases or PlayerStatistic.HomeRuns => PlayerStatistic.PlateAppearances,
        PlayerStatistic.Strikeouts => PlayerStatistic.BattersFaced,
        _ => statistic,
    };

    private sealed class Sums
    {
        public double Games { get; set; }

        public double[] Amounts { get; } = new double[64];
    }
}
