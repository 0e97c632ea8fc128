using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Normalise;
using Oddswire.Core.Ports;
using Oddswire.Feeds.Mlb;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Feeds.Mlb;

/// <summary>Retrosheet's own BEVENT program says what the state was before each of 174,502 plays; we must say the same.</summary>
public sealed class RetrosheetOracleTests
{
    private readonly RetrosheetFormat _format = new();
    private readonly BaseballRules _rules = new();

    [Theory]
    [InlineData("2019", 128_482, 1_620)]
    [InlineData("2020", 46_020, 598)]
    public void The_state_before_every_play_and_every_final_score_equal_the_oracles(string season, int rows, int games)
    {
        var finals = Finals();
        var (seenRows, seenGames) = (0, 0);
        var differences = new List<string>();
        foreach (var path in Directory.EnumerateFiles(TestData.Require($"mlb/retrosheet/{season}"), "*.EV?.gz").Order(StringComparer.Ordinal))
        {
            var expected = Oracle(season, Path.GetFileNameWithoutExtension(path));
            var at = 0;
            foreach (var game in Cut(path).GroupBy(m => m.GameId))
            {
                seenGames++;
                var final = Fold(game, (before, play) =>
                {
                    var row = at < expected.Length ? expected[at++] : "no more rows";
                    var mine = Describe(before, play.Baseball!, game.Key);
                    if (row != mine)
                    {
                        differences.Add($"{play.Id} {play.Description}: expected {row}, got {mine}");
                    }
                });
                final.Phase.ShouldBe(GamePhase.Final, game.Key.Value);
                final.Score.ShouldBe(finals[game.Key.VendorId.ToString()], game.Key.Value);
            }

            at.ShouldBe(expected.Length, path);
            seenRows += at;
        }

        differences.Take(20).ShouldBeEmpty();
        seenRows.ShouldBe(rows);
        seenGames.ShouldBe(games);
    }

    [Fact]
    public void A_game_that_reaches_its_end_is_over_on_its_last_play_and_a_shortened_one_with_the_last_message()
    {
        var (byRules, byRecord) = (0, 0);
        foreach (var path in Directory.EnumerateFiles(TestData.Require("mlb/retrosheet/2019"), "*.EV?.gz"))
        {
            foreach (var game in Cut(path).GroupBy(m => m.GameId))
            {
                var phaseBeforeLast = GamePhase.Scheduled;
                var last = Fold(game, (_, _) => { }, before => phaseBeforeLast = before.Phase);
                last.Phase.ShouldBe(GamePhase.Final);
                _ = phaseBeforeLast == GamePhase.Final ? byRules++ : byRecord++;
            }
        }

        byRules.ShouldBe(1_614);
        byRecord.ShouldBe(6);
    }

    [Fact]
    public void A_whole_document_gives_the_same_events_as_its_live_messages()
    {
        var path = Path.Combine(TestData.Require("mlb/retrosheet/2020"), "2020ANA.EVA.gz");
        foreach (var game in Documents(path))
        {
            var whole = new List<GameEvent>();
            var cut = new List<GameEvent>();
            _format.Parse(game, whole);
            foreach (var message in _format.Cut(new Recording("game", game.Body, new Dictionary<string, ReadOnlyMemory<byte>>())))
            {
                message.GameId.ShouldBe(game.GameId);
                _format.Parse(message, cut);
            }

            whole.Select(e => e with { Order = e.Order }).ShouldBe(cut);
            whole.Select(e => e.Key).ShouldBeUnique();
            whole.Select(e => e.Order).ShouldBeInOrder();
        }
    }

    private static IEnumerable<FeedMessage> Documents(string path)
    {
        var text = Encoding.Latin1.GetString(TestData.Read(path));
        foreach (var part in text.Split("id,", StringSplitOptions.RemoveEmptyEntries).Select(p => "id," + p))
        {
            if (part.Length > 500)
            {
                yield return new FeedMessage
                {
                    Source = "poll",
                    GameId = GameId.Of(League.Mlb, part.AsSpan(3, 12)),
                    Body = Encoding.Latin1.GetBytes(part),
                };
            }
        }
    }

    private IEnumerable<FeedMessage> Cut(string path) =>
        _format.Cut(new Recording(Path.GetFileName(path), TestData.Read(path), new Dictionary<string, ReadOnlyMemory<byte>>()));

    private GameState Fold(IEnumerable<FeedMessage> messages, Action<GameState, GameEvent> beforePlay, Action<GameState>? beforeEach = null)
    {
        var state = new GameState();
        GameInfo? info = null;
        var events = new List<GameEvent>();
        foreach (var message in messages)
        {
            events.Clear();
            _format.Parse(message, events);
            foreach (var gameEvent in events)
            {
                _rules.Objection(state, gameEvent).ShouldBeNull(gameEvent.Id);
                info ??= gameEvent.Info;
                beforeEach?.Invoke(state);
                if (gameEvent.Baseball is { PlacedOnBase: 0 })
                {
                    beforePlay(state, gameEvent);
                }

                state = _rules.Apply(state, gameEvent, info);
            }
        }

        return state;
    }

    private static string Describe(GameState before, BaseballPlay play, GameId game)
    {
        var begun = before.Phase is not GamePhase.Scheduled;
        var now = before.Baseball!.Value;
        return $"{game.VendorId},{(begun ? before.Period : 1)},{(before.Possession == Side.Home ? 1 : 0)},{now.Outs},{before.Score.Away},{before.Score.Home},"
            + $"{now.First},{now.Second},{now.Third}";
    }

    private static string[] Oracle(string season, string file)
    {
        var text = Encoding.Latin1.GetString(TestData.Read(TestData.Require($"mlb/retrosheet_states/{season}/{file}.states.csv.gz")));
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line =>
        {
            var f = line.TrimEnd('\r').Split(',');
            return string.Join(',', f[0], f[2], f[3], f[4], f[7], f[8], f[13], f[14], f[15]);
        })];
    }

    private static Dictionary<string, Score> Finals()
    {
        var lines = File.ReadAllLines(TestData.Require("mlb/games_2019_2020.csv"));
        var header = lines[0].Split(',');
        var (id, away, home) = (Array.IndexOf(header, "game_id"), Array.IndexOf(header, "away_final"), Array.IndexOf(header, "home_final"));
        return lines.Skip(1).Select(l => l.Split(',')).ToDictionary(f => f[id], f => new Score(int.Parse(f[home]), int.Parse(f[away])));
    }
}
