using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Simulator;
using Oddswire.Simulator.Faults;

namespace Oddswire.Tests.Simulator;

public sealed class SimulatorSourceTests
{
    private static readonly SlateOptions Small = new() { NflGames = 2, NbaGames = 2, MlbGames = 2, Rounds = 1, Seed = 7 };

    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    [InlineData(League.Mlb)]
    public void The_same_seed_gives_the_same_bytes(League league)
    {
        var first = Read(new SimulatorSource(league, Small));
        var second = Read(new SimulatorSource(league, Small));

        first.Count.ShouldBeGreaterThan(300);
        Same(first, second);
    }

    [Fact]
    public void Another_seed_gives_another_game_and_another_identity()
    {
        var source = new SimulatorSource(League.Nba, Small);
        var other = new SimulatorSource(League.Nba, Small with { Seed = 8 });

        other.Identity.ShouldNotBe(source.Identity);
        other.ReadFrom(0).ElementAt(20).Message.Body.Span.SequenceEqual(source.ReadFrom(0).ElementAt(20).Message.Body.Span).ShouldBeFalse();
    }

    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    [InlineData(League.Mlb)]
    public void Reading_on_from_a_cursor_gives_what_an_unbroken_reading_would_have_given(League league)
    {
        var options = Small with { Faults = FaultPlanParser.Parse("duplicates=3%,reorder=5%,gaps=1%,corrections=2%,garbled=1%,redundant=300ms,stall=game1@20s+9s") };
        var source = new SimulatorSource(league, options);
        var whole = Read(source);

        foreach (var cursor in (int[])[1, 17, whole.Count / 2, whole.Count - 1, whole.Count])
        {
            Same(Read(source, cursor), whole[cursor..]);
        }
    }

    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    [InlineData(League.Mlb)]
    public void Messages_are_due_in_order_and_numbered_without_holes_within_each_game(League league)
    {
        var messages = Read(new SimulatorSource(league, Small));

        messages.Select(message => message.Cursor).ShouldBe(Enumerable.Range(1, messages.Count).Select(n => (long)n));
        messages.Select(message => message.Due).ShouldBeInOrder();
        foreach (var game in messages.GroupBy(message => message.Message.GameId))
        {
            game.Select(message => message.Message.Sequence).ShouldBe(Enumerable.Range(1, game.Count()).Select(n => (long)n));
        }
    }

    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    [InlineData(League.Mlb)]
    public void A_live_game_is_never_silent_beyond_its_heartbeat(League league)
    {
        foreach (var game in Read(new SimulatorSource(league, Small)).GroupBy(message => message.Message.GameId))
        {
            var due = game.Select(message => message.Due).ToList();
            due.Zip(due.Skip(1), (before, after) => after - before).Max().ShouldBeLessThanOrEqualTo(Small.Heartbeat);
        }
    }

    [Theory]
    [InlineData(League.Nfl, 6)]
    [InlineData(League.Nba, 8)]
    [InlineData(League.Mlb, 5)]
    public void Every_game_of_the_slate_has_spoken_in_the_first_seconds(League league, int games)
    {
        var source = new SimulatorSource(league, new SlateOptions());

        var early = source.ReadFrom(0).TakeWhile(message => message.Due < TimeSpan.FromSeconds(8)).ToList();

        early.Select(message => message.Message.GameId).Distinct().Count().ShouldBe(games);
        early.Where(message => message.Message.Sequence > 2).Select(message => message.Message.GameId).Distinct().Count().ShouldBeGreaterThan(games / 2);
    }

    [Fact]
    public void An_endless_slate_begins_a_new_game_when_one_ends()
    {
        var source = new SimulatorSource(League.Nba, Small with { NbaGames = 1, Rounds = null, Heartbeat = TimeSpan.Zero });

        source.ReadFrom(0).Take(3000).Select(message => message.Message.GameId).Distinct().Count().ShouldBeGreaterThan(3);
    }

    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    [InlineData(League.Mlb)]
    public void The_pregame_line_of_every_game_is_found_by_its_id_alone(League league)
    {
        var source = new SimulatorSource(league, new SlateOptions { NflGames = 40, NbaGames = 40, MlbGames = 40, Rounds = 2, Seed = 3 });

        for (var slot = 0; slot < 40; slot++)
        {
            var fixture = source.Slate.FixtureOf(slot, 1);
            source.LineOf(fixture.Id).ShouldBe(fixture.Line);
        }

        source.LineOf(GameId.Of(league, "20150910XX")).ShouldBeNull();
    }

    [Fact]
    public void A_message_rate_for_load_spaces_the_same_messages_evenly()
    {
        var source = new SimulatorSource(League.Nfl, Small with { MessagesPerSecond = 1000 });

        source.ReadFrom(0).Take(500).Last().Due.ShouldBe(TimeSpan.FromSeconds(0.5));
    }

    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    public void Every_body_of_a_json_vendor_is_one_whole_document(League league)
    {
        foreach (var message in Read(new SimulatorSource(league, Small)))
        {
            using var document = JsonDocument.Parse(message.Message.Body);
            document.RootElement.ValueKind.ShouldBe(JsonValueKind.Object);
        }
    }

    [Fact]
    public void Options_outside_their_range_are_refused_with_the_range()
    {
        Should.Throw<ArgumentException>(() => new SimulatorSource(League.Nfl, new SlateOptions { NflGames = 5000 }))
            .Message.ShouldContain("choose 0 to 1000");
    }

    /// <summary>
    /// Cursors in data folders stand for these messages, on any machine. When a change of the simulator changes them, raise the version in
    /// <see cref="SlateOptions"/>'s fingerprint and pin the new hashes, so that no folder goes on in the middle of another game.
    /// </summary>
    [Theory]
    [InlineData(League.Nfl, "45b053ebaa3269c7")]
    [InlineData(League.Nba, "c09820bf324d11e2")]
    [InlineData(League.Mlb, "ae2072d062fc8957")]
    public void The_messages_behind_an_identity_are_the_same_on_every_machine(League league, string expected)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var message in new SimulatorSource(league, new SlateOptions()).ReadFrom(0).Take(5000))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{message.Due.Ticks} {message.Message.GameId} {message.Message.Sequence} "));
            hash.AppendData(message.Message.Body.Span);
        }

        Convert.ToHexStringLower(hash.GetHashAndReset())[..16].ShouldBe(expected);
    }

    private static List<SourcedMessage> Read(SimulatorSource source, long cursor = 0) => [.. source.ReadFrom(cursor)];

    private static void Same(List<SourcedMessage> actual, List<SourcedMessage> expected)
    {
        actual.Count.ShouldBe(expected.Count);
        for (var i = 0; i < actual.Count; i++)
        {
            (actual[i].Cursor, actual[i].Due).ShouldBe((expected[i].Cursor, expected[i].Due));
            (actual[i].Message with { Body = default }).ShouldBe(expected[i].Message with { Body = default });
            actual[i].Message.Body.Span.SequenceEqual(expected[i].Message.Body.Span).ShouldBeTrue();
        }
    }
}
