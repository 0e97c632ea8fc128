using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Feeds.Mlb;

namespace Oddswire.Tests.Feeds.Mlb;

public sealed class RetrosheetMessageTests
{
    private const string Header =
        "version,2\ninfo,visteam,CLE\ninfo,hometeam,ANA\ninfo,date,2020/07/28\ninfo,starttime,6:40PM\ninfo,innings,7\ninfo,tiebreaker,2\n";

    private static readonly GameId Game = GameId.Of(League.Mlb, "ANA202007280");
    private readonly RetrosheetFormat _format = new();

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void The_first_message_tells_teams_start_and_rules(string lineEnd)
    {
        var begin = Parse(1, Header.Replace("\n", lineEnd)).ShouldHaveSingleItem();
        begin.Kind.ShouldBe(EventKind.Info);
        begin.Key.ShouldBe("1");
        var info = begin.Info!;
        info.Home.ShouldBe(new Team("ANA", "Los Angeles Angels"));
        info.Away.ShouldBe(new Team("CLE", "Cleveland Indians"));
        info.ScheduledAt.ShouldBe(Timestamp.From(new DateTimeOffset(2020, 7, 28, 23, 40, 0, TimeSpan.Zero)));
        info.RegulationPeriods.ShouldBe(7);
        info.AutomaticRunnerBase.ShouldBe(2);
        info.HomeBatsFirst.ShouldBeFalse();
        Parse(1, Header + "info,htbf,true\n").Single().Info!.HomeBatsFirst.ShouldBeTrue();
    }

    [Fact]
    public void A_play_is_named_by_its_message_and_a_correction_by_the_message_it_amends()
    {
        var play = Parse(57, "play,3,1,wardt002,12,CCFFBX,S8/L8.2-H\n").ShouldHaveSingleItem();
        play.Key.ShouldBe("57");
        play.Kind.ShouldBe(EventKind.Play);
        play.Period.ShouldBe(3);
        play.Points.ShouldBe(new Score(1, 0));
        play.Baseball.ShouldBe(new BaseballPlay { Inning = 3, Batting = Side.Home, Batter = "wardt002", BatterTo = 1, SecondTo = 4 });

        var amended = Parse(60, "play,3,1,wardt002,12,CCFFBX,S8/L8.2-3\n", amends: 57).ShouldHaveSingleItem();
        (amended.Key, amended.Order).ShouldBe((play.Key, play.Order));
        amended.Points.ShouldBe(default);
        Parse(58, "play,3,1,x,12,X,K\n").Single().Order.ShouldBeGreaterThan(play.Order);
    }

    [Fact]
    public void A_pinch_runner_stands_where_the_radj_record_behind_his_substitution_says()
    {
        var runner = Parse(8, "sub,hermm001,\"Hermosillo, Michael\",1,4,12\nradj,hermm001,2\n").ShouldHaveSingleItem();
        runner.Kind.ShouldBe(EventKind.Other);
        runner.Baseball.ShouldBe(new BaseballPlay { Inning = 0, Batting = Side.Home, Batter = "hermm001", PlacedOnBase = 2 });
        var automatic = Parse(9, "radj,troum001,2\n").ShouldHaveSingleItem();
        automatic.Kind.ShouldBe(EventKind.Play);
        automatic.Baseball!.PlacedOnBase.ShouldBe(2);
    }

    [Theory]
    [InlineData("com,\"Mound visit, long\"\n", EventKind.Other)]
    [InlineData("badj,troum001,L\n", EventKind.Other)]
    [InlineData("presadj,troum001,2\n", EventKind.Other)]
    [InlineData("sub,hermm001,\"M H\",1,4,12\n", EventKind.Other)]
    [InlineData("play,9,0,lopet001,00,,NP\n", EventKind.Other)]
    [InlineData("data,er,sandp002,1\n", EventKind.GameEnd)]
    [InlineData("info,timeofgame,195\n", EventKind.GameEnd)]
    public void Every_other_record_has_its_kind(string record, EventKind kind)
    {
        var found = Parse(30, record).ShouldHaveSingleItem();
        found.Kind.ShouldBe(kind);
        found.Baseball.ShouldBeNull();
        found.Key.ShouldBe("30");
    }

    [Theory]
    [InlineData("", "play,1,0,a,00,,K\n", "not-retrosheet", "begins with id")]
    [InlineData("id,ANA202007281\n", "play,1,0,a,00,,K\n", "wrong-game", "ANA202007281")]
    [InlineData("id,ANA202007280\n", "play,1,0,a,00,,K\nid,ANA202007281\n", "several-games", "Line 3")]
    [InlineData("id,ANA202007280\n", "pla", "unknown-record", "Line 2")]
    [InlineData("id,ANA202007280\n", "play,0,0,a,00,,K\n", "malformed-play", "Line 2")]
    [InlineData("id,ANA202007280\n", "play,1,2,a,00,,K\n", "malformed-play", "half")]
    [InlineData("id,ANA202007280\n", "play,1,0,a,00\n", "malformed-play", "Line 2")]
    [InlineData("id,ANA202007280\n", "play,1,0,a,00,,Q9\n", "malformed-event", "Q9")]
    [InlineData("id,ANA202007280\n", "sub,a,\"A\",2,1,3\n", "malformed-sub", "team")]
    [InlineData("id,ANA202007280\n", "radj,a,4\n", "malformed-radj", "1 to 3")]
    [InlineData("id,ANA202007280\n", "info,visteam,SEA\n", "missing-info", "hometeam")]
    [InlineData("id,ANA202007280\n", "info,date,soon\n", "malformed-info", "soon")]
    public void A_malformed_message_is_refused_whole_with_reason_and_place(string id, string records, string reason, string place)
    {
        var events = new List<GameEvent>();
        var error = Should.Throw<FeedFormatException>(() => _format.Parse(Message(5, id + records), events));
        error.Reason.ShouldBe(reason);
        error.Message.ShouldContain(place);
        events.ShouldBeEmpty();
    }

    [Fact]
    public void A_message_that_nobody_numbered_is_refused_because_its_records_have_no_name() =>
        Should.Throw<FeedFormatException>(() => Parse(0, "play,1,0,a,00,,K\n")).Reason.ShouldBe("no-sequence");

    [Fact]
    public void A_game_without_final_records_still_gets_a_message_that_ends_it()
    {
        var messages = Cut($"id,{Game.VendorId}\n{Header}play,1,0,a,00,,K\nplay,1,0,b,00,,NP\ncom,\"Rain\"\n");
        messages.Select(m => m.Sequence).ShouldBe([1L, 2, 3, 4]);
        Parse(4, Encoding.ASCII.GetString(messages[3].Body.Span), withId: false).Single().Kind.ShouldBe(EventKind.GameEnd);
        messages.Select(m => m.PublishedAt).ShouldBeInOrder();
    }

    [Fact]
    public void The_first_message_does_not_tell_who_won()
    {
        var messages = Cut($"id,{Game.VendorId}\n{Header}info,wp,buchr001\ninfo,timeofgame,195\nplay,1,0,a,00,,K\ndata,er,a,1\n");
        Encoding.ASCII.GetString(messages[0].Body.Span).ShouldNotContain("buchr001");
        Encoding.ASCII.GetString(messages[^1].Body.Span).ShouldContain("buchr001");
    }

    [Fact]
    public void A_line_that_cannot_be_understood_is_passed_on_and_takes_only_its_own_message()
    {
        var messages = Cut($"id,{Game.VendorId}\n{Header}play,1,0,a,00,,K\nplay,1,0,b,00,,nonsense\nplay,1,0,c,00,,K\n");
        messages.Count.ShouldBe(5);
        var refused = messages.Where(m => Record.Exception(() => _format.Parse(m, [])) is FeedFormatException);
        refused.ShouldHaveSingleItem().Sequence.ShouldBe(3);
    }

    [Fact]
    public void Comments_before_the_header_are_numbered_behind_it_whatever_the_transport_calls_the_message()
    {
        var events = new List<GameEvent>();

        _format.Parse(Message(3, "id,ANA202007280\ncom,\"early\"\ninfo,visteam,SEA\ninfo,hometeam,ANA\ninfo,date,2020/07/28\ncom,\"late\"\n"), events);

        events.Select(e => e.Key).ShouldBe(["1", "2", "3"]);
        events.Select(e => e.Order).ShouldBeInOrder(SortDirection.Ascending);
        events.Select(e => e.Order).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public void Any_bytes_behind_the_id_are_either_events_or_refused_and_nothing_else_is_thrown()
    {
        var pieces = Gen.Elements(
            "play,1,0,a,00,,K\n", "play,", "sub,a,\"A\",0,1,12\n", "radj,a,2\n", "radj,", "info,visteam,SEA\n", "info,hometeam,ANA\n", "info,date,2020/07/28\n", "info,",
            "start,a,\"A\",0,1,1\n", "com,\"\n", "data,er\n", "\n", "\r", ",", "\"", "id,", "\u00ff", "\0", "99999999999", "version,2\n", "ladj,0,1\n", "-1");
        Prop.ForAll(Gen.ArrayOf(pieces).ToArbitrary(), parts =>
        {
            var events = new List<GameEvent>();
            var text = "id,ANA202007280\n" + string.Concat(parts);
            try
            {
                _format.Parse(Message(3, text), events);
                return events.TrueForAll(e => e.Key.Length is > 0 and <= 32) && events.Select(e => e.Order).Distinct().Count() == events.Count;
            }
            catch (FeedFormatException)
            {
                return events.Count == 0;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(10_000).WithEndSize(30));
    }

    [Theory]
    [InlineData("id,ANA202007280\r\nversion,2\r\n", true)]
    [InlineData("\uFEFFid,ANA202007280\nplay,1,0,a,00,,K\n", true)]
    [InlineData("id,ANA202007280", true)]
    [InlineData("id,name,age\n1,2,3\n", false)]
    [InlineData("id,ANA202007280\nsomething else\n", false)]
    [InlineData("{\"id\":1}", false)]
    [InlineData("", false)]
    public void The_format_is_recognised_by_its_first_records(string text, bool isOurs) =>
        _format.Recognises(Encoding.UTF8.GetBytes(text)).ShouldBe(isOurs);

    private List<GameEvent> Parse(long sequence, string records, long amends = 0, bool withId = true)
    {
        var events = new List<GameEvent>();
        _format.Parse(Message(sequence, withId ? $"id,{Game.VendorId}\n{records}" : records) with { AmendsSequence = amends }, events);
        return events;
    }

    private List<FeedMessage> Cut(string text) =>
        [.. _format.Cut(new Recording("test", Encoding.ASCII.GetBytes(text), new Dictionary<string, ReadOnlyMemory<byte>>()))];

    private static FeedMessage Message(long sequence, string text) =>
        new() { Source = "test", GameId = Game, Sequence = sequence, Body = Encoding.Latin1.GetBytes(text) };
}
