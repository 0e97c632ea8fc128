using System.Text;
using System.Text.Json;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Normalise;
using Oddswire.Core.Ports;
using Oddswire.Feeds.Nba;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Feeds.Nba;

/// <summary>Forty real games through the adapter and the rules of basketball.</summary>
public sealed class LiveDataRealGamesTests(ITestOutputHelper output)
{
    private static readonly LiveDataFormat Format = new();
    private static readonly BasketballRules Rules = new();

    [Fact]
    public void Every_real_game_ends_at_the_score_of_its_box_score_whether_cut_or_whole()
    {
        var (games, events) = (0, 0);
        foreach (var (id, recording) in RealGames.Nba())
        {
            var live = Format.Cut(recording).SelectMany(Format.Parse).ToList();
            var whole = Format.Parse(RealGames.Message(League.Nba, id, recording.Body.ToArray()));

            live[0].Kind.ShouldBe(EventKind.Info);
            live.Skip(1).ShouldBe(whole, $"game {id}");
            Format.Recognises(recording.Body.Span[..4096]).ShouldBeTrue();
            Format.Recognises(recording.Companions["boxscore.json"].Span[..4096]).ShouldBeTrue();
            var final = RealGames.Fold(Rules, live);
            final.Phase.ShouldBe(GamePhase.Final);
            final.Score.ShouldBe(ScoreInBoxScore(recording), $"game {id}");
            (games, events) = (games + 1, events + live.Count);
        }

        output.WriteLine($"{games} NBA games, {events} events");
        games.ShouldBe(40);
        events.ShouldBe(22_264 + 40);
    }

    [Fact]
    public void A_recording_is_cut_in_its_own_order_and_never_goes_back_in_time()
    {
        var lateEntries = 0;
        foreach (var (id, recording) in RealGames.Nba())
        {
            var messages = Format.Cut(recording).ToList();
            var events = messages.SelectMany(Format.Parse).ToList();

            messages.Select(static m => m.Sequence).ShouldBe(Enumerable.Range(1, messages.Count).Select(static n => (long)n));
            messages.Zip(messages.Skip(1)).ShouldAllBe(static pair => pair.First.PublishedAt <= pair.Second.PublishedAt);
            messages.Count(m => Format.Recognises(m.Body.Span) && m.GameId.Value == "nba:" + id).ShouldBe(messages.Count);
            events.Zip(events.Skip(1)).ShouldAllBe(static pair => pair.First.Order < pair.Second.Order);
            lateEntries += events.Skip(1).Zip(events.Skip(2)).Count(static pair => pair.Second.OccurredAt < pair.First.OccurredAt);
        }

        lateEntries.ShouldBe(106);
    }

    [Fact]
    public void Whoever_has_the_ball_is_known_by_team_and_found_on_its_side_by_the_rules()
    {
        var (_, recording) = RealGames.Nba().First();
        var events = Format.Cut(recording).SelectMany(Format.Parse).ToList();
        var info = events[0].Info!;
        var state = Rules.Apply(new GameState(), events[1], info);

        state.Possession.ShouldBeNull();
        events[2].PossessionTeam.ShouldBe("CHI");
        Rules.Apply(state, events[2], info).Possession.ShouldBe(Side.Away);
        Rules.Apply(state, events[2], info: null).Possession.ShouldBeNull();
        Rules.Apply(state, events.First(static e => e is { PossessionTeam: "DET", IsPossessionPassed: false }), info).Possession.ShouldBe(Side.Home);
    }

    [Fact]
    public void After_a_shot_or_a_turnover_the_ball_is_the_other_teams_until_a_rebound_says_otherwise()
    {
        var (moments, right) = (0, 0);
        foreach (var (_, recording) in RealGames.Nba())
        {
            var events = Format.Cut(recording).SelectMany(Format.Parse).ToList();
            var info = events[0].Info!;
            var state = new GameState();
            Side? ball = null;
            foreach (var next in events.Skip(1))
            {
                // A shot, a free throw or a turnover is of the team that had the ball; a block is told after its shot.
                var acting = next.PossessionTeam == info.Home.Code ? Side.Home : Side.Away;
                if (ball is { } had && next.PossessionTeam is not null && !next.Description.Contains("BLOCK", StringComparison.Ordinal)
                    && (next.IsPossessionPassed || next.Description.StartsWith("MISS", StringComparison.Ordinal)))
                {
                    moments++;
                    right += acting == had ? 1 : 0;
                }

                state = Rules.Apply(state, next, info);
                ball = state.Possession;
            }
        }

        moments.ShouldBeGreaterThan(8000);
        (right / (double)moments).ShouldBeGreaterThan(0.97);
    }

    [Fact]
    public void Free_throws_are_due_before_they_are_taken_and_team_fouls_begin_anew_with_the_quarter()
    {
        var (due, taken, throws, announced, most) = (0, 0, 0, 0, 0);
        foreach (var (_, recording) in RealGames.Nba())
        {
            var events = Format.Cut(recording).SelectMany(Format.Parse).ToList();
            var info = events[0].Info!;
            var state = new GameState();
            foreach (var next in events.Skip(1).Where(static next => next.Kind != EventKind.Other))
            {
                var before = state.Basketball ?? default;
                var isThrow = next.Description.Contains("Free Throw", StringComparison.Ordinal) && !next.Description.Contains("Technical", StringComparison.Ordinal);
                // Between two throws a missed one is told as a rebound of the dead ball.
                var isDue = before.FreeThrows > 0 && !next.Description.Contains("REBOUND", StringComparison.Ordinal);
                (due, taken) = (due + (isDue ? 1 : 0), taken + (before.FreeThrows > 0 && isThrow ? 1 : 0));
                (throws, announced) = (throws + (isThrow ? 1 : 0), announced + (isThrow && before.FreeThrows > 0 ? 1 : 0));
                state = Rules.Apply(state, next, info);
                if (next.Kind == EventKind.PeriodStart)
                {
                    state.Basketball.ShouldBe(new BasketballSituation(0, 0, 0, false));
                }

                most = Math.Max(most, state.Basketball!.Value.HomeFouls);
            }
        }

        due.ShouldBeGreaterThan(1000);
        (taken / (double)due).ShouldBeGreaterThan(0.97);
        (announced / (double)throws).ShouldBeGreaterThan(0.97);
        most.ShouldBeInRange(5, 15);
    }

    [Fact]
    public void The_first_message_is_the_box_score_as_it_stood_before_the_game()
    {
        var (_, recording) = RealGames.Nba().First();
        var first = Format.Cut(recording).First();

        Encoding.UTF8.GetString(first.Body.Span).ShouldStartWith(
            """{"meta":{"version":1,"code":200},"game":{"gameId":"0022400695","gameTimeUTC":"2025-02-02T20:00:00Z","gameStatus":1,"regulationPeriods":4,"period":0,"gameClock":"","homeTeam":{"teamId":1610612765,"teamName":"Pistons","teamCity":"Detroit","teamTricode":"DET","score":0,"players":[{"personId":1641709,"starter":"1","nameI":"A. Thompson"},""");
        Format.Parse(first).Single().Players.Count(static change => change.Statistic == PlayerStatistic.OnCourt).ShouldBe(10);
        Format.Parse(first).ShouldHaveSingleItem().Info.ShouldBe(new GameInfo
        {
            Home = new Team("DET", "Detroit Pistons"),
            Away = new Team("CHI", "Chicago Bulls"),
            ScheduledAt = Timestamp.From(new DateTimeOffset(2025, 2, 2, 20, 0, 0, TimeSpan.Zero)),
            RegulationPeriods = 4,
            MustHaveWinner = true,
        });
    }

    [Fact]
    public void An_action_becomes_an_event_with_the_score_and_clock_after_it()
    {
        var (_, recording) = RealGames.Nba().First();
        var third = Format.Cut(recording).ElementAt(3);

        Encoding.UTF8.GetString(third.Body.Span).ShouldStartWith(
            """{"meta":{"version":1,"code":200},"game":{"gameId":"0022400695","actions":[{"actionNumber": 7, "clock": "PT11M44.00S",""");
        Format.Parse(third).ShouldHaveSingleItem().ShouldBe(new GameEvent
        {
            GameId = GameId.Parse("nba:0022400695"),
            Key = "7",
            Order = 70_000,
            Kind = EventKind.Play,
            OccurredAt = Timestamp.From(new DateTimeOffset(2025, 2, 2, 20, 11, 19, 300, TimeSpan.Zero)),
            Period = 1,
            ClockTenths = ((11 * 60) + 44) * 10,
            Score = new Score(0, 0),
            PossessionTeam = "CHI",
            IsPossessionPassed = true,
            Basketball = new BasketballPlay(null, 0, true),
            Description = "MISS C. White 7' driving Layup - blocked",
        });
    }

    [Fact]
    public void A_play_by_play_without_its_box_score_finds_its_teams_by_who_scored()
    {
        foreach (var (id, recording) in RealGames.Nba().Take(10))
        {
            var alone = RealGames.Recording("playbyplay.json", recording.Body.ToArray());
            var info = Format.Parse(Format.Cut(alone).First()).ShouldHaveSingleItem().Info!;
            var full = Format.Parse(Format.Cut(recording).First())[0].Info!;

            (info.Home, info.Away).ShouldBe((full.Home, full.Away), $"game {id}");
        }
    }

    [Fact]
    public void A_game_of_another_season_goes_through_as_well()
    {
        var body = TestData.Read(TestData.Require("vendor-samples/nba-com/pbp_live_0022000001.json.gz"));
        var events = Format.Cut(RealGames.Recording("pbp.json", body)).SelectMany(Format.Parse).ToList();

        var final = RealGames.Fold(Rules, events);
        final.Phase.ShouldBe(GamePhase.Final);
        final.Score.ShouldBe(new Score(125, 99));
    }

    [Fact]
    public void A_box_score_alone_gives_no_messages()
    {
        var (id, recording) = RealGames.Nba().First();
        var boxScore = recording.Companions["boxscore.json"];

        Format.Cut(new Recording("boxscore.json", boxScore, recording.Companions)).ShouldBeEmpty();
        Format.Parse(RealGames.Message(League.Nba, id, boxScore.ToArray())).ShouldHaveSingleItem().Kind.ShouldBe(EventKind.Info);
    }

    [Fact]
    public void The_box_score_of_another_game_is_refused()
    {
        var games = RealGames.Nba().Take(2).ToList();
        var mixed = new Recording("playbyplay.json", games[0].Recording.Body, games[1].Recording.Companions);

        Should.Throw<FeedFormatException>(() => Format.Cut(mixed).ToList()).Reason.ShouldBe("wrong-game");
    }

    private static Score ScoreInBoxScore(Recording recording)
    {
        using var document = JsonDocument.Parse(recording.Companions["boxscore.json"]);
        var game = document.RootElement.GetProperty("game");
        return new Score(game.GetProperty("homeTeam").GetProperty("score").GetInt32(), game.GetProperty("awayTeam").GetProperty("score").GetInt32());
    }
}
