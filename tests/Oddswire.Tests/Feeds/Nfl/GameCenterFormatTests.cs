using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Feeds.Nfl;

namespace Oddswire.Tests.Feeds.Nfl;

/// <summary>What a GameCenter message gives, and what is refused.</summary>
public sealed class GameCenterFormatTests
{
    private const string Id = "2015091000";
    private static readonly GameCenterFormat Format = new();

    [Fact]
    public void The_message_of_the_documentation_is_understood()
    {
        var play = Parse(Live()).ShouldHaveSingleItem();

        play.Key.ShouldBe("1162");
        play.Kind.ShouldBe(EventKind.Play);
        play.Period.ShouldBe(2);
        play.ClockTenths.ShouldBe(((11 * 60) + 28) * 10);
        play.Score.ShouldBe(new Score(7, 0));
        play.Points.ShouldBe(new Score(6, 0));
        play.Possession.ShouldBe(Side.Home);
        play.Football.ShouldBe(new FootballSituation(0, 0, 2) { HomeTimeouts = 3, AwayTimeouts = 2 });
    }

    [Theory]
    [InlineData("11", 0, 6)]
    [InlineData("26", 6, 0)]
    [InlineData("70", 0, 3)]
    [InlineData("72", 0, 1)]
    [InlineData("75", 0, 2)]
    [InlineData("77", 0, 2)]
    [InlineData("89", 2, 0)]
    [InlineData("404", 2, 0)]
    [InlineData("406", 2, 0)]
    [InlineData("69", 0, 0)]
    [InlineData("74", 0, 0)]
    public void Points_follow_the_statistics_of_the_final_ruling(string statId, int defence, int offence)
    {
        var club = defence > 0 ? "PIT" : "NE";
        var play = Parse(Live().Replace("\"NE\",\"playerName\":\"R.Gronkowski\",\"statId\":22", $"\"{club}\",\"playerName\":\"X\",\"statId\":{statId}")
            .Replace("\"sp\":1", "\"sp\":0"))[0];

        play.Points.ShouldBe(new Score(offence, defence));
    }

    [Fact]
    public void A_scoring_play_without_statistics_is_read_by_its_note()
    {
        var bare = Live().Replace("\"players\":", "\"nobody\":");

        Parse(bare)[0].Points.ShouldBe(new Score(6, 0));
        Parse(bare.Replace("\"note\":\"TD\"", "\"note\":\"SAF\""))[0].Points.ShouldBe(new Score(0, 2));
        Parse(bare.Replace("\"sp\":1", "\"sp\":0"))[0].Points.ShouldBe(new Score(0, 0));
    }

    [Fact]
    public void Codes_that_the_leagues_systems_write_differently_are_one_club()
    {
        var play = Parse(Live().Replace("\"abbr\":\"NE\"", "\"abbr\":\"JAC\"").Replace("\"NE\"", "\"JAX\""))[0];

        play.Points.ShouldBe(new Score(6, 0));
        play.Possession.ShouldBe(Side.Home);
    }

    [Fact]
    public void New_plays_of_a_live_game_are_scored_backwards_from_the_header()
    {
        var two = Live().Replace("\"plays\":{", "\"plays\":{\"1100\":{\"qtr\":2,\"desc\":\"run\",\"posteam\":\"NE\",\"down\":1,\"ydstogo\":10,\"yrdln\":\"PIT 30\"},");
        var plays = Parse(two.Replace("\"T\":7", "\"T\":13"));

        plays.Select(static e => e.Score).ShouldBe([new Score(7, 0), new Score(13, 0)]);
        plays[0].Football.ShouldBe(new FootballSituation(1, 10, 16));
    }

    [Fact]
    public void A_document_without_plays_tells_the_teams()
    {
        var info = Parse(Header("\"Pregame\"")).ShouldHaveSingleItem();

        info.Kind.ShouldBe(EventKind.Info);
        info.Info!.Home.ShouldBe(new Team("NE", "New England Patriots"));
        info.Info.Away.ShouldBe(new Team("PIT", "Pittsburgh Steelers"));
        info.Info.MustHaveWinner.ShouldBeFalse();
    }

    [Theory]
    [InlineData("3")]
    [InlineData("\"3\"")]
    [InlineData("\"Halftime\"")]
    public void A_header_without_plays_during_the_game_is_a_heartbeat(string quarter) => Parse(Header(quarter)).ShouldBeEmpty();

    [Theory]
    [InlineData("\"Final\"", 4)]
    [InlineData("\"final overtime\"", 5)]
    public void A_final_header_ends_the_game_at_the_official_score(string quarter, int period)
    {
        var end = Parse(Header(quarter)).ShouldHaveSingleItem();

        (end.Kind, end.Key, end.Period, end.Score).ShouldBe((EventKind.GameEnd, "final", period, new Score(7, 0)));
    }

    [Theory]
    [InlineData("END QUARTER 2", "", EventKind.PeriodEnd)]
    [InlineData("END GAME", "", EventKind.PeriodEnd)]
    [InlineData("Two-Minute Warning", "", EventKind.Other)]
    [InlineData("Timeout #1 by NE at 02:00.", "", EventKind.Other)]
    [InlineData("(2:00) T.Brady kneels.", "NE", EventKind.Play)]
    public void A_remark_is_no_play(string words, string club, EventKind kind)
    {
        var body = """{"2015091000":{"home":{"abbr":"NE"},"away":{"abbr":"PIT"},"drives":{"5":{"plays":{"9":{"qtr":2,"posteam":"CLUB","desc":"WORDS"}}}},"qtr":2}}"""
            .Replace("CLUB", club).Replace("WORDS", words);

        Parse(body)[0].Kind.ShouldBe(kind);
    }

    [Theory]
    [InlineData("", "empty-message")]
    [InlineData("   ", "empty-message")]
    [InlineData("[1]", "wrong-type")]
    [InlineData("{}", "missing-field")]
    [InlineData("{\"2015091000\":7}", "wrong-type")]
    [InlineData("{\"2015091000\":{}}", "missing-field")]
    [InlineData("{\"2015091099\":{}}", "wrong-game")]
    [InlineData("{\"2015091000\":{\"home\":{\"abbr\":\"NE\"}", "malformed-json")]
    [InlineData("{\"2015091000\":{\"home\":{\"abbr\":\"NE\"},\"away\":{\"abbr\":\"PIT\"}}}}", "malformed-json")]
    [InlineData("{\"2015091000\":{\"home\":{\"abbr\":\"NE\"},\"away\":{\"abbr\":\"NE\"}}}", "bad-value")]
    [InlineData("not json at all", "malformed-json")]
    public void A_document_that_cannot_be_understood_is_refused(string body, string reason) => Refused(body, reason);

    [Theory]
    [InlineData("\"T\":7", "\"T\":99999", "absurd-number")]
    [InlineData("\"T\":7", "\"T\":-7", "absurd-number")]
    [InlineData("\"T\":7", "\"T\":7.5", "absurd-number")]
    [InlineData("\"T\":7", "\"T\":1e400", "absurd-number")]
    [InlineData("\"T\":7", "\"T\":\"seven\"", "bad-value")]
    [InlineData("\"T\":7", "\"T\":\"99999\"", "absurd-number")]
    [InlineData("\"T\":7", "\"T\":true", "wrong-type")]
    [InlineData("\"T\":7", "\"T\":[7]", "wrong-type")]
    [InlineData("\"sp\":1,\"qtr\":2", "\"sp\":1,\"qtr\":400", "absurd-number")]
    [InlineData("\"sp\":1,\"qtr\":2", "\"sp\":1", "missing-field")]
    [InlineData("\"down\":1", "\"down\":5", "absurd-number")]
    [InlineData("\"qtr\":2,\"clock\"", "\"qtr\":400,\"clock\"", "absurd-number")]
    [InlineData("11:28", "99:99", "bad-value")]
    [InlineData("11:28", "15:01", "bad-value")]
    [InlineData("11:28", "11:60", "bad-value")]
    [InlineData("\"1162\"", "\"first\"", "bad-value")]
    [InlineData("\"1162\"", "\"-1162\"", "bad-value")]
    [InlineData("\"1162\"", "\"99999999999\"", "bad-value")]
    [InlineData("\"clubcode\":\"NE\"", "\"clubcode\":\"NEW ENGLAND\"", "bad-value")]
    [InlineData("\"desc\":\"", "\"desc\":\"\\ud800", "malformed-json")]
    public void A_field_out_of_its_bounds_is_refused(string from, string to, string reason) => Refused(Live().Replace(from, to), reason);

    [Fact]
    public void Numbers_in_text_are_numbers_and_a_clock_in_words_tells_no_time()
    {
        Parse(Live().Replace("\"T\":7", "\"T\":\"7\"").Replace("\"down\":0", "\"down\":\"\"")).ShouldBe(Parse(Live()));
        Parse(Live().Replace("11:28", "-1:28"))[0].ClockTenths.ShouldBe(-1);
    }

    [Fact]
    public void A_bomb_is_refused_whether_deep_or_long()
    {
        Refused($"{{\"nextupdate\":{string.Concat(Enumerable.Repeat("[", 100_000))}", "malformed-json");
        var longLine = Encoding.UTF8.GetBytes($"{{\"{Id}\":{{\"x\":\"{new string('y', 17 << 20)}\"}}}}");
        Should.Throw<FeedFormatException>(() => Format.Parse(RealGames.Message(League.Nfl, Id, longLine))).Reason.ShouldBe("too-large");
    }

    [Fact]
    public void A_refusal_names_the_field_the_place_and_the_remedy()
    {
        var refusal = Should.Throw<FeedFormatException>(() => Parse(Live().Replace("\"T\":7", "\"T\":99999")));

        refusal.Message.ShouldBe(
            "Field 'score.T' at byte 78 is '99999', expected a whole number from 0 to 999: check the feed, then replay the message.");
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over()
    {
        var marked = "\uFEFF" + Live();

        Format.Recognises(Encoding.UTF8.GetBytes(marked)).ShouldBeTrue();
        Parse(marked).ShouldHaveSingleItem();
        Format.Cut(RealGames.Recording("x.json", Encoding.UTF8.GetBytes(marked))).SelectMany(Format.Parse).Last().Key.ShouldBe("1162");
    }

    [Theory]
    [InlineData("{\"meta\":{},\"game\":{\"gameId\":\"0022400695\",\"actions\":[]}}")]
    [InlineData("id,ANA201904040")]
    [InlineData("{\"2015091000\":7}")]
    [InlineData("{")]
    [InlineData("")]
    public void Another_format_is_not_recognised(string body) => Format.Recognises(Encoding.UTF8.GetBytes(body)).ShouldBeFalse();

    [Fact]
    public void Damaged_documents_are_read_or_refused_and_nothing_else()
    {
        Format.Recognises(Encoding.UTF8.GetBytes(Live())).ShouldBeTrue();
        MangledBytes.Check(Format, Id, Encoding.UTF8.GetBytes(Live()), times: 3000).ShouldBeInRange(500, 2999);
        var (id, body) = RealGames.Nfl().Skip(77).First();
        MangledBytes.Check(Format, id, body, times: 150).ShouldBeInRange(20, 149);
    }

    /// <summary>The example of docs/feeds.md, in one line.</summary>
    internal static string Live() =>
        """{"2015091000":{"home":{"abbr":"NE","score":{"1":0,"2":7,"3":0,"4":0,"5":0,"T":7},"to":3},"away":{"abbr":"PIT","score":{"1":0,"2":0,"3":0,"4":0,"5":0,"T":0},"to":2},"drives":{"5":{"posteam":"NE","qtr":2,"plays":{"1162":{"sp":1,"qtr":2,"down":1,"time":"11:34","yrdln":"PIT 16","ydstogo":10,"posteam":"NE","note":"TD","desc":"(11:34) T.Brady pass deep middle to R.Gronkowski for 16 yards, TOUCHDOWN.","players":{"00-0027656":[{"sequence":2,"clubcode":"NE","playerName":"R.Gronkowski","statId":22,"yards":16}]}}}},"crntdrv":5},"qtr":2,"clock":"11:28","posteam":"NE","down":0,"togo":0,"yl":"PIT 2","redzone":true},"nextupdate":15}""";

    private static string Header(string quarter) =>
        """{"2015091000":{"home":{"abbr":"NE","score":{"T":7}},"away":{"abbr":"PIT","score":{"T":0}},"drives":null,"qtr":QTR}}""".Replace("QTR", quarter);

    private static List<GameEvent> Parse(string body) => Format.Parse(RealGames.Message(League.Nfl, Id, body));

    private static void Refused(string body, string reason)
    {
        var events = new List<GameEvent>();
        var refusal = Should.Throw<FeedFormatException>(() => Format.Parse(RealGames.Message(League.Nfl, Id, body), events));
        refusal.Reason.ShouldBe(reason, refusal.Message);
        events.ShouldBeEmpty();
    }
}
