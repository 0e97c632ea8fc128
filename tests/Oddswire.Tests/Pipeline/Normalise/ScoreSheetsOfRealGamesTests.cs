using System.Text.Json;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Normalise;
using Oddswire.Core.Ports;
using Oddswire.Feeds.Mlb;
using Oddswire.Feeds.Nba;
using Oddswire.Feeds.Nfl;
using Oddswire.Tests.Feeds;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Pipeline.Normalise;

/// <summary>The score sheet folded from real games' plays says what the leagues' own records say of quarters, drives and innings.</summary>
public sealed class ScoreSheetsOfRealGamesTests
{
    [Fact]
    public void Nfl_quarters_are_those_of_the_record_and_scoring_drives_nearly_so()
    {
        var (format, games, driveDifferences, drives) = (new GameCenterFormat(), 0, 0, 0);
        List<string> differences = [];
        foreach (var (id, body) in RealGames.Nfl())
        {
            var sheet = Last(format, new FootballRules(), RealGames.Recording($"{id}.json", body)).Sheet;
            using var document = JsonDocument.Parse(body);
            var game = document.RootElement.GetProperty(id);
            for (var quarter = 1; quarter <= 4; quarter++)
            {
                if (sheet.EndOf(quarter) != new Score(UpTo(game.GetProperty("home"), quarter), UpTo(game.GetProperty("away"), quarter)))
                {
                    differences.Add($"{id} Q{quarter}: {sheet.EndOf(quarter)}");
                }
            }

            foreach (var (result, end) in new[] { ("Touchdown", DriveEnd.Touchdown), ("Field Goal", DriveEnd.FieldGoal) })
            {
                var recorded = game.GetProperty("drives").EnumerateObject()
                    .Count(drive => drive.Value.ValueKind == JsonValueKind.Object && drive.Value.GetProperty("result").GetString() == result);
                var mine = Enumerable.Range(1, sheet.Drives).Count(number => sheet.Drive(number)!.Value.End == end);
                (driveDifferences, drives) = (driveDifferences + Math.Abs(recorded - mine), drives + recorded);
            }

            Enumerable.Range(1, sheet.Drives).ShouldAllBe(number => sheet.Drive(number)!.Value.End != DriveEnd.None, id);
            games++;
        }

        games.ShouldBe(534);

        // The document lacks the try of a touchdown, and nothing before the next quarter tells of it.
        differences.ShouldBe(["2015101807 Q3: 13-10"]);
        (driveDifferences / (double)drives).ShouldBeLessThan(0.01);
    }

    [Fact]
    public void Nba_quarters_are_those_of_the_box_score()
    {
        var (format, games) = (new LiveDataFormat(), 0);
        foreach (var (id, recording) in RealGames.Nba())
        {
            var sheet = Last(format, new BasketballRules(), recording).Sheet;
            using var document = JsonDocument.Parse(recording.Companions["boxscore.json"]);
            var game = document.RootElement.GetProperty("game");
            var (home, away) = (Periods(game, "homeTeam"), Periods(game, "awayTeam"));
            for (var period = 1; period <= home.Length; period++)
            {
                sheet.EndOf(period).ShouldBe(new Score(home[..period].Sum(), away[..period].Sum()), $"{id} period {period}");
            }

            games++;
        }

        games.ShouldBe(40);
    }

    [Fact]
    public void Mlb_innings_end_with_the_score_at_which_the_next_begins()
    {
        var (format, games) = (new RetrosheetFormat(), 0);
        foreach (var path in Directory.EnumerateFiles(TestData.Require("mlb/retrosheet/2020"), "*.EV?.gz").Order(StringComparer.Ordinal).Take(4))
        {
            foreach (var game in format.Cut(RealGames.Recording(Path.GetFileName(path)[..^3], TestData.Read(path))).GroupBy(message => message.GameId))
            {
                var starts = new Dictionary<int, Score>();
                var last = Fold(format, new BaseballRules(), game, state => starts.TryAdd(state.Period, state.Score));
                foreach (var (inning, score) in starts.Where(start => start.Key > 1))
                {
                    last.Sheet.EndOf(inning - 1).ShouldBe(score, $"{game.Key} inning {inning - 1}");
                }

                last.Sheet.Score.ShouldBe(last.Score);
                Enumerable.Range(1, last.Sheet.HalfInnings).Sum(half => last.Sheet.HalfInning(half).Runs).ShouldBe(last.Score.Total, game.Key.Value);
                games++;
            }
        }

        games.ShouldBeGreaterThan(80);
    }

    private static int UpTo(JsonElement team, int quarter) =>
        Enumerable.Range(1, quarter).Sum(i => team.GetProperty("score").GetProperty($"{i}").GetInt32());

    private static int[] Periods(JsonElement game, string team) =>
        [.. game.GetProperty(team).GetProperty("periods").EnumerateArray().Select(period => period.GetProperty("score").GetInt32())];

    private static GameState Last(IFeedFormat format, IGameRules rules, Recording recording) => Fold(format, rules, format.Cut(recording), _ => { });

    private static GameState Fold(IFeedFormat format, IGameRules rules, IEnumerable<FeedMessage> messages, Action<GameState> look)
    {
        var state = new GameState();
        GameInfo? info = null;
        foreach (var gameEvent in messages.SelectMany(format.Parse).GroupBy(e => e.Key).Select(versions => versions.Last()).OrderBy(e => e.Order))
        {
            info = gameEvent.Info ?? info;
            state = rules.Apply(state, gameEvent, info);
            state.Sheet.Score.ShouldBe(state.Score);
            look(state);
        }

        return state;
    }
}
