using System.Text;
using System.Text.Json;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Normalise;
using Oddswire.Feeds.Mlb;
using Oddswire.Feeds.Nba;
using Oddswire.Feeds.Nfl;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Feeds.Players;

/// <summary>What the events of a game say of each player adds up to what the vendor's own box score says.</summary>
public sealed class PlayerStatisticsOracleTests
{
    [Fact]
    public void Every_NBA_players_points_rebounds_assists_threes_and_minutes_are_those_of_the_box_score()
    {
        var format = new LiveDataFormat();
        var players = 0;
        foreach (var (id, recording) in RealGames.Nba())
        {
            var sums = PlayerSums.Of(format.Cut(recording).SelectMany(message => format.Parse(message)));
            using var box = JsonDocument.Parse(recording.Companions["boxscore.json"]);
            foreach (var (player, stats) in PlayersOf(box))
            {
                players++;
                Check(PlayerStatistic.Points, "points");
                Check(PlayerStatistic.Rebounds, "reboundsTotal");
                Check(PlayerStatistic.Assists, "assists");
                Check(PlayerStatistic.Threes, "threePointersMade");
                sums[player, PlayerStatistic.OnCourt].ShouldBeInRange(0, 1, $"{id} {player}");

                void Check(PlayerStatistic statistic, string field) =>
                    sums[player, statistic].ShouldBe(stats.GetProperty(field).GetInt32(), $"{id} {player} {field}");
            }
        }

        players.ShouldBeGreaterThan(800);

        static IEnumerable<(string Id, JsonElement Stats)> PlayersOf(JsonDocument box) => new[] { "homeTeam", "awayTeam" }
            .SelectMany(team => box.RootElement.GetProperty("game").GetProperty(team).GetProperty("players").EnumerateArray())
            .Select(static player => (player.GetProperty("personId").ToString(), player.GetProperty("statistics")));
    }

    [Fact]
    public void Every_NFL_players_yards_catches_and_attempts_are_those_of_the_vendors_statistics()
    {
        var format = new GameCenterFormat();
        var (figures, differences) = (0, new List<string>());
        foreach (var (id, body) in RealGames.Nfl())
        {
            var sums = PlayerSums.Of(format.Parse(RealGames.Message(League.Nfl, id, body)));
            using var game = JsonDocument.Parse(body);
            foreach (var (group, player, stats) in StatsOf(game.RootElement.GetProperty(id)))
            {
                foreach (var (field, statistic) in FieldsOf(group))
                {
                    figures++;
                    if (sums[player, statistic] != stats.GetProperty(field).GetInt32())
                    {
                        differences.Add($"{id} {player} {group}.{field}: {sums[player, statistic]} for {stats.GetProperty(field)}");
                    }
                }
            }
        }

        figures.ShouldBeGreaterThan(25_000);

        // In six games the vendor's totals and the vendor's own plays disagree, by a play or two.
        differences.Select(static difference => difference[..10]).Distinct().Count().ShouldBe(6);
        differences.Count.ShouldBe(25, string.Join('\n', differences));

        static IEnumerable<(string Group, string Player, JsonElement Stats)> StatsOf(JsonElement game) =>
            from team in new[] { "home", "away" }
            from @group in new[] { "passing", "rushing", "receiving" }
            where game.GetProperty(team).GetProperty("stats").TryGetProperty(@group, out _)
            from player in game.GetProperty(team).GetProperty("stats").GetProperty(@group).EnumerateObject()
            select (@group, player.Name, player.Value);

        static (string Field, PlayerStatistic Statistic)[] FieldsOf(string group) => group switch
        {
            "passing" => [("yds", PlayerStatistic.PassingYards), ("att", PlayerStatistic.PassAttempts), ("cmp", PlayerStatistic.Completions)],
            "rushing" => [("yds", PlayerStatistic.RushingYards), ("att", PlayerStatistic.RushAttempts)],
            _ => [("yds", PlayerStatistic.ReceivingYards), ("rec", PlayerStatistic.Receptions)],
        };
    }

    [Fact]
    public void Every_MLB_batters_hits_and_bases_and_every_pitchers_strikeouts_are_those_that_Retrosheets_own_program_derives()
    {
        var format = new RetrosheetFormat();
        var (games, figures) = (0, 0);
        List<string> differences = [];
        foreach (var path in Directory.EnumerateFiles(TestData.Require("mlb/retrosheet/2019"), "*.EV*.gz").Order(StringComparer.Ordinal).Take(6))
        {
            var expected = Derived(path);
            foreach (var game in format.Cut(RealGames.Recording(Path.GetFileName(path), TestData.Read(path))).GroupBy(static m => m.GameId))
            {
                games++;
                var sums = PlayerSums.Of(WithPitchers(game.SelectMany(message => format.Parse(message))));
                var box = expected[game.Key.VendorId.ToString()];
                figures += box.Count;
                foreach (var ((player, statistic), amount) in box)
                {
                    if (sums[player, statistic] != amount)
                    {
                        differences.Add($"{game.Key} {player} {statistic}: {sums[player, statistic]} for {amount}");
                    }
                }

                sums.Of(PlayerStatistic.Strikeouts).Values.Sum().ShouldBe(box.Where(static e => e.Key.Item2 == PlayerStatistic.Strikeouts).Sum(static e => e.Value));
            }
        }

        games.ShouldBeGreaterThan(400);
        figures.ShouldBeGreaterThan(20_000);

        // The rule book charges a turn to the batter who was replaced with two strikes on him; the plays name who ended it.
        differences.ShouldAllBe(static difference => difference.Contains("PlateAppearances"));
        differences.Count.ShouldBe(4, string.Join('\n', differences));
    }

    /// <summary>Gives every event its pitcher, as normalise does.</summary>
    private static IEnumerable<GameEvent> WithPitchers(IEnumerable<GameEvent> events)
    {
        var rules = new BaseballRules();
        var state = new GameState();
        foreach (var gameEvent in events)
        {
            var pitcher = gameEvent.Players.FirstOrDefault(static change => change.Player.Length == 0).Side == Side.Home ? state.HomePitcher : state.AwayPitcher;
            yield return gameEvent with { Pitcher = pitcher };
            state = rules.Apply(state, gameEvent, null);
        }
    }

    private static Dictionary<string, Dictionary<(string, PlayerStatistic), int>> Derived(string path)
    {
        Dictionary<string, Dictionary<(string, PlayerStatistic), int>> games = [];
        var season = Path.GetFileName(path)[..4];
        var file = TestData.Require($"mlb/retrosheet_states/{season}/{Path.GetFileNameWithoutExtension(path)}.states.csv.gz");
        foreach (var line in Encoding.Latin1.GetString(TestData.Read(file)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            var cells = line.TrimEnd('\r').Split(',');
            if (cells[22] != "T")
            {
                continue;
            }

            var box = games.TryGetValue(cells[0], out var known) ? known : games[cells[0]] = [];
            var (type, hit) = (int.Parse(cells[21]), int.Parse(cells[24]));
            Add(cells[9], PlayerStatistic.PlateAppearances, 1);
            Add(cells[9], PlayerStatistic.Hits, hit > 0 ? 1 : 0);
            Add(cells[9], PlayerStatistic.TotalBases, hit);
            Add(cells[9], PlayerStatistic.HomeRuns, type == 23 ? 1 : 0);
            Add(cells[11], PlayerStatistic.Strikeouts, type == 3 ? 1 : 0);

            void Add(string player, PlayerStatistic statistic, int amount) => box[(player, statistic)] = box.GetValueOrDefault((player, statistic)) + amount;
        }

        return games;
    }
}
