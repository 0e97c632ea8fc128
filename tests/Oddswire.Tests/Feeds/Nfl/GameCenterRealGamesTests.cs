using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Normalise;
using Oddswire.Feeds.Nfl;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Feeds.Nfl;

/// <summary>Two seasons of real games through the adapter and the rules of football.</summary>
public sealed class GameCenterRealGamesTests(ITestOutputHelper output)
{
    private static readonly GameCenterFormat Format = new();
    private static readonly FootballRules Rules = new();

    [Fact]
    public void Every_real_game_ends_at_its_recorded_score_whether_cut_or_whole()
    {
        var official = OfficialScores();
        var (games, events, corrected) = (0, 0, 0);
        foreach (var (id, body) in RealGames.Nfl())
        {
            var live = Format.Cut(RealGames.Recording(id, body)).SelectMany(Format.Parse).ToList();
            var whole = Format.Parse(RealGames.Message(League.Nfl, id, body));

            live.ShouldBe(whole, $"game {id}");
            Format.Recognises(body.AsSpan(0, 4096)).ShouldBeTrue();
            var final = RealGames.Fold(Rules, live);
            final.Phase.ShouldBe(GamePhase.Final);
            final.Score.ShouldBe(official[id], $"game {id}");
            final.Score.ShouldBe(ScoreInHeader(id, body), $"game {id}");

            var beforeFinal = RealGames.Fold(Rules, live.Where(static e => e.Kind != EventKind.GameEnd));
            corrected += beforeFinal.Score == final.Score ? 0 : 1;
            (games, events) = (games + 1, events + live.Count);
        }

        output.WriteLine($"{games} NFL games, {events} events, {corrected} whose plays do not add up to the official score");
        games.ShouldBe(534);
        corrected.ShouldBe(0);
    }

    [Fact]
    public void No_real_game_has_points_that_neither_plays_nor_missing_tries_explain()
    {
        foreach (var (id, body) in RealGames.Nfl())
        {
            var game = GameCenterReader.Read(body, expected: null);
            RunningScore.Of(game).Unexplained.ShouldBe(0, $"game {id}");
        }
    }

    [Fact]
    public void A_game_whose_document_lacks_plays_still_ends_at_its_official_score_and_meets_no_objection()
    {
        var official = OfficialScores();
        var random = new Random(20140904);
        foreach (var (id, body) in RealGames.Nfl().Where(static (_, n) => n % 3 == 0))
        {
            var thinned = WithoutSomePlays(id, body, random);
            var live = Format.Cut(RealGames.Recording(id, thinned)).SelectMany(Format.Parse).ToList();

            Format.Parse(RealGames.Message(League.Nfl, id, thinned)).ShouldBe(live, $"game {id}");
            var beforeFinal = RealGames.Fold(Rules, live.Where(static e => e.Kind != EventKind.GameEnd));
            beforeFinal.Score.ShouldBe(official[id], $"game {id}");
        }
    }

    [Fact]
    public void A_recording_is_cut_into_a_header_one_play_a_message_and_the_final_header_in_the_order_of_time()
    {
        foreach (var (id, body) in RealGames.Nfl().Take(40))
        {
            var messages = Format.Cut(RealGames.Recording(id, body)).ToList();

            messages.Select(static m => m.Sequence).ShouldBe(Enumerable.Range(1, messages.Count).Select(static n => (long)n));
            messages.Zip(messages.Skip(1)).ShouldAllBe(static pair => pair.First.PublishedAt < pair.Second.PublishedAt);
            messages.Count(m => Format.Recognises(m.Body.Span) && m.GameId.Value == "nfl:" + id).ShouldBe(messages.Count);
            messages.Select(m => Format.Parse(m).Count).ShouldAllBe(static count => count == 1);
            Format.Parse(messages[0])[0].Kind.ShouldBe(EventKind.Info);
            Format.Parse(messages[^1])[0].Kind.ShouldBe(EventKind.GameEnd);
            (messages[^1].PublishedAt - messages[0].PublishedAt).TotalHours.ShouldBeInRange(2.2, 4.5);
        }
    }

    [Fact]
    public void A_cut_message_holds_the_header_as_it_stood_after_the_play()
    {
        var (id, body) = RealGames.Nfl().First();
        var messages = Format.Cut(RealGames.Recording(id, body)).Select(static m => Encoding.UTF8.GetString(m.Body.Span)).ToList();

        messages[0].ShouldBe(
            """{"2014090400":{"home":{"abbr":"SEA","score":{"1":0,"2":0,"3":0,"4":0,"5":0,"T":0},"to":3},"away":{"abbr":"GB","score":{"1":0,"2":0,"3":0,"4":0,"5":0,"T":0},"to":3},"drives":null,"yl":"","qtr":"Pregame","note":null,"down":0,"togo":0,"redzone":false,"clock":"","posteam":""},"nextupdate":15}""");
        messages[2].ShouldStartWith(
            """{"2014090400":{"home":{"abbr":"SEA","score":{"1":0,"2":0,"3":0,"4":0,"5":0,"T":0},"to":3},"away":{"abbr":"GB","score":{"1":0,"2":0,"3":0,"4":0,"5":0,"T":0},"to":3},"drives":{"1":{"posteam":"GB","qtr":1,"plays":{"58":{"sp":0,"qtr":1,"down":1,""");
        messages[2].ShouldEndWith(
            """},"crntdrv":1},"yl":"GB 19","qtr":1,"note":null,"down":2,"togo":4,"redzone":false,"clock":"14:30","posteam":"GB"},"nextupdate":15}""");
        messages[^1].ShouldBe(
            """{"2014090400":{"home":{"abbr":"SEA","score":{"1":3,"2":14,"3":5,"4":14,"5":0,"T":36},"to":3},"away":{"abbr":"GB","score":{"1":7,"2":3,"3":0,"4":6,"5":0,"T":16},"to":2},"drives":null,"yl":"","qtr":"Final","note":null,"down":0,"togo":0,"redzone":false,"clock":"00:00","posteam":""},"nextupdate":15}""");
    }

    [Fact]
    public void A_situation_is_the_one_after_the_play()
    {
        var (id, body) = RealGames.Nfl().First();
        var run = Format.Parse(RealGames.Message(League.Nfl, id, body)).Single(static e => e.Key == "58");

        run.ShouldBe(new GameEvent
        {
            GameId = GameId.Parse("nfl:2014090400"),
            Key = "58",
            Order = 58,
            Kind = EventKind.Play,
            Period = 1,
            ClockTenths = ((14 * 60) + 30) * 10,
            Score = new Score(0, 0),
            Possession = Side.Away,
            Football = new FootballSituation(2, 4, 81) { HomeTimeouts = 3, AwayTimeouts = 3 },
            Description = "(14:56) E.Lacy right tackle to GB 19 for 6 yards (K.Williams).",
            Players = PlayerChanges.Of(
            [
                new("00-0030485", PlayerStatistic.RushingYards, 6, Side.Away, Name: "E.Lacy"),
                new("00-0030485", PlayerStatistic.RushAttempts, 1, Side.Away),
            ]),
        });
    }

    [Fact]
    public void A_team_has_three_time_outs_a_half_less_those_it_took()
    {
        var (id, body) = RealGames.Nfl().First();
        var events = Format.Parse(RealGames.Message(League.Nfl, id, body));
        var taken = events.FindIndex(static e => e.Description.StartsWith("Timeout #2 by GB", StringComparison.Ordinal));

        Left(events.Take(taken)).ShouldBe((3, 2));
        Left(events.Take(taken + 2)).ShouldBe((3, 1));
        Left(events.Where(static e => e.Period == 3)).ShouldBe((3, 3));

        static (int?, int?) Left(IEnumerable<GameEvent> some) =>
            some.Last(static e => e.Football is not null).Football!.Value is var last ? (last.HomeTimeouts, last.AwayTimeouts) : default;
    }

    [Fact]
    public void Only_post_season_games_must_have_a_winner()
    {
        var checkedGames = 0;
        foreach (var row in GamesWithLines().Where(static row => string.CompareOrdinal(row[1], "2002") >= 0))
        {
            var date = NflCalendar.DateOf(row[15]);
            NflCalendar.IsPostSeason(date!.Value).ShouldBe(row[2] != "REG", row[0]);
            checkedGames++;
        }

        checkedGames.ShouldBeGreaterThan(4000);
    }

    /// <summary>Takes out one play in ten, scoring plays and quarter ends as well.</summary>
    private static byte[] WithoutSomePlays(string id, byte[] body, Random random)
    {
        var root = JsonNode.Parse(body)!;
        foreach (var (_, drive) in root[id]!["drives"]!.AsObject())
        {
            if (drive is JsonObject { } found && found["plays"] is JsonObject plays)
            {
                foreach (var key in plays.Select(static play => play.Key).Where(_ => random.Next(10) == 0).ToList())
                {
                    plays.Remove(key);
                }
            }
        }

        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static Dictionary<string, Score> OfficialScores() =>
        GamesWithLines().ToDictionary(static row => row[15], static row => new Score(int.Parse(row[10]), int.Parse(row[8])));

    private static IEnumerable<string[]> GamesWithLines() =>
        Encoding.UTF8.GetString(TestData.Read(TestData.Require("nfl/games_with_lines.csv.gz")))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(static row => row.Split(','));

    private static Score ScoreInHeader(string id, byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        var game = document.RootElement.GetProperty(id);
        return new Score(Total("home"), Total("away"));

        int Total(string side) => game.GetProperty(side).GetProperty("score").GetProperty("T").GetInt32();
    }
}
