using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Feeds.Nba;

namespace Oddswire.Tests.Feeds.Nba;

/// <summary>What a liveData message gives, and what is refused.</summary>
public sealed class LiveDataFormatTests
{
    private const string Id = "0022400695";
    private static readonly LiveDataFormat Format = new();

    [Fact]
    public void The_messages_of_the_documentation_are_understood()
    {
        var action = Parse(Live()).ShouldHaveSingleItem();
        var info = Parse(BoxScore()).ShouldHaveSingleItem();

        (action.Key, action.Order, action.Kind, action.Score, action.PossessionTeam)
            .ShouldBe(("7", 70_000, EventKind.Play, new Score(0, 2), "CHI"));
        (info.Info!.Home.Name, info.Info.Away.Code).ShouldBe(("Detroit Pistons", "CHI"));
    }

    [Theory]
    [InlineData("PT11M44.00S", 7040)]
    [InlineData("PT00M00.59S", 5)]
    [InlineData("PT00M09.90S", 99)]
    [InlineData("PT12M00.00S", 7200)]
    [InlineData("PT05M00S", 3000)]
    [InlineData("PT7.3S", 73)]
    public void A_clock_is_read_to_the_tenth(string clock, int tenths) => Parse(Live().Replace("PT11M44.00S", clock))[0].ClockTenths.ShouldBe(tenths);

    [Theory]
    [InlineData("period", "start", EventKind.PeriodStart)]
    [InlineData("period", "end", EventKind.PeriodEnd)]
    [InlineData("game", "end", EventKind.GameEnd)]
    [InlineData("substitution", "out", EventKind.Other)]
    [InlineData("timeout", "full", EventKind.Other)]
    [InlineData("instantreplay", "support", EventKind.Other)]
    [InlineData("freethrow", "1 of 2", EventKind.Play)]
    public void An_action_is_what_its_type_says(string type, string subType, EventKind kind) =>
        Parse(Live().Replace("\"2pt\"", $"\"{type}\"").Replace("\"Layup\"", $"\"{subType}\""))[0].Kind.ShouldBe(kind);

    [Fact]
    public void The_team_with_the_ball_is_known_by_its_id_when_another_team_acts()
    {
        Parse(Live().Replace("\"possession\":1610612741", "\"possession\":1610612765"))[0].PossessionTeam.ShouldBe("DET");
        Parse(Live().Replace("\"possession\":1610612741", "\"possession\":0"))[0].PossessionTeam.ShouldBeNull();
        Parse(Live().Replace("\"possession\":1610612741", "\"possession\":42"))[0].PossessionTeam.ShouldBeNull();
    }

    [Theory]
    [InlineData("foul", "personal", "\"2freethrow\",\"inpenalty\"", "CHI", 2, false)]
    [InlineData("foul", "personal", "", "CHI", 0, false)]
    [InlineData("freethrow", "1 of 3", "", null, 2, false)]
    [InlineData("freethrow", "2 of 3", "", null, 1, false)]
    [InlineData("block", "", "", null, 0, true)]
    public void A_foul_counts_for_its_team_and_says_how_many_free_throws_follow(
        string type, string subType, string qualifiers, string? foulBy, int freeThrows, bool isLoose) =>
        Parse(Live().Replace("\"2pt\"", $"\"{type}\"").Replace("\"subType\":\"Layup\"", $"\"subType\":\"{subType}\",\"qualifiers\":[{qualifiers}]"))[0].Basketball
            .ShouldBe(new BasketballPlay(foulBy, freeThrows, isLoose));

    [Theory]
    [InlineData("offensive")]
    [InlineData("technical")]
    public void A_foul_of_the_offence_or_of_conduct_is_no_team_foul(string subType) =>
        Parse(Live().Replace("\"2pt\"", "\"foul\"").Replace("\"Layup\"", $"\"{subType}\""))[0].Basketball.ShouldBeNull();

    [Fact]
    public void An_action_without_an_order_stands_by_its_number() => Parse(Live().Replace("\"orderNumber\":70000,", ""))[0].Order.ShouldBe(70_000);

    [Theory]
    [InlineData("", "empty-message")]
    [InlineData("7", "wrong-type")]
    [InlineData("{\"meta\":{}}", "missing-field")]
    [InlineData("{\"game\":{\"gameId\":\"0022400695\"}}", "missing-field")]
    [InlineData("{\"game\":{\"actions\":[]}}", "missing-field")]
    [InlineData("{\"game\":{\"gameId\":\"0022400696\",\"actions\":[]}}", "wrong-game")]
    [InlineData("{\"game\":{\"gameId\":22400695,\"actions\":[]}}", "wrong-type")]
    [InlineData("{\"game\":{\"gameId\":\"0022400695\",\"actions\":[7]}}", "wrong-type")]
    [InlineData("{\"game\":{\"gameId\":\"0022400695\",\"actions\":[]}", "malformed-json")]
    [InlineData("{\"game\":{\"gameId\":\"0022400695\",\"homeTeam\":{\"teamTricode\":\"DET\"}}}", "missing-field")]
    [InlineData("{\"game\":{\"gameId\":\"0022400695\",\"homeTeam\":{\"teamId\":1}}}", "missing-field")]
    public void A_document_that_cannot_be_understood_is_refused(string body, string reason) => Refused(body, reason);

    [Theory]
    [InlineData("\"scoreHome\":\"0\"", "\"scoreHome\":\"99999\"", "absurd-number")]
    [InlineData("\"scoreHome\":\"0\"", "\"scoreHome\":\"-1\"", "absurd-number")]
    [InlineData("\"scoreHome\":\"0\"", "\"scoreHome\":\"2x\"", "bad-value")]
    [InlineData("\"scoreHome\":\"0\"", "\"scoreHome\":\"\"", "bad-value")]
    [InlineData("\"scoreHome\":\"0\"", "\"scoreHome\":0", "wrong-type")]
    [InlineData("\"scoreHome\":\"0\",", "", "missing-field")]
    [InlineData("\"period\":1", "\"period\":400", "absurd-number")]
    [InlineData("\"period\":1", "\"period\":0", "absurd-number")]
    [InlineData("\"period\":1,", "", "missing-field")]
    [InlineData("\"actionNumber\":7,", "", "missing-field")]
    [InlineData("\"actionNumber\":7,", "\"actionNumber\":-7,", "absurd-number")]
    [InlineData("\"actionNumber\":7,", "\"actionNumber\":99999999999,", "absurd-number")]
    [InlineData("\"orderNumber\":70000", "\"orderNumber\":7e30", "absurd-number")]
    [InlineData("PT11M44.00S", "11:44", "bad-value")]
    [InlineData("PT11M44.00S", "PT99M00.00S", "bad-value")]
    [InlineData("PT11M44.00S", "PT99999999999999M", "bad-value")]
    [InlineData("PT11M44.00S", "PS", "bad-value")]
    [InlineData("2025-02-02T20:11:19.3Z", "yesterday", "bad-value")]
    [InlineData("\"actionType\":\"2pt\"", "\"actionType\":null", "missing-field")]
    [InlineData("\"description\":\"", "\"description\":\"\\ud800", "malformed-json")]
    public void A_field_out_of_its_bounds_is_refused(string from, string to, string reason) => Refused(Live().Replace(from, to), reason);

    [Fact]
    public void A_bomb_is_refused_whether_deep_or_long()
    {
        Refused($"{{\"game\":{string.Concat(Enumerable.Repeat("[", 100_000))}", "wrong-type");
        Refused($"{{\"meta\":{string.Concat(Enumerable.Repeat("[", 100_000))}", "malformed-json");
        var longLine = Encoding.UTF8.GetBytes($"{{\"meta\":\"{new string('y', 17 << 20)}\"}}");
        Should.Throw<FeedFormatException>(() => Format.Parse(RealGames.Message(League.Nba, Id, longLine))).Reason.ShouldBe("too-large");
    }

    [Fact]
    public void A_refusal_names_the_field_the_place_and_the_remedy()
    {
        var refusal = Should.Throw<FeedFormatException>(() => Parse(Live().Replace("\"scoreHome\":\"0\"", "\"scoreHome\":\"99999\"")));

        refusal.Message.ShouldMatch("^Field 'scoreHome' at byte [0-9]+ is '99999', expected a whole number from 0 to 999: check the feed, then replay the message.$");
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over()
    {
        var marked = Encoding.UTF8.GetBytes("\uFEFF" + Live());

        Format.Recognises(marked).ShouldBeTrue();
        Format.Cut(RealGames.Recording("x.json", marked)).SelectMany(Format.Parse).Last().Key.ShouldBe("7");
    }

    [Theory]
    [InlineData("{\"2015091000\":{\"home\":{\"abbr\":\"NE\"}}}")]
    [InlineData("id,ANA201904040")]
    [InlineData("{\"resource\":\"playbyplay\",\"parameters\":{\"GameID\":\"0021900001\"},\"resultSets\":[]}")]
    [InlineData("")]
    public void Another_format_is_not_recognised(string body) => Format.Recognises(Encoding.UTF8.GetBytes(body)).ShouldBeFalse();

    [Fact]
    public void Damaged_documents_are_read_or_refused_and_nothing_else()
    {
        MangledBytes.Check(Format, Id, Encoding.UTF8.GetBytes(Live()), times: 3000).ShouldBeInRange(500, 2999);
        MangledBytes.Check(Format, Id, Encoding.UTF8.GetBytes(BoxScore()), times: 1000).ShouldBeInRange(100, 999);
        var (id, recording) = RealGames.Nba().Skip(7).First();
        MangledBytes.Check(Format, id, recording.Body.ToArray(), times: 100).ShouldBeInRange(10, 99);
    }

    /// <summary>The action of docs/feeds.md, in one line.</summary>
    internal static string Live() =>
        """{"meta":{"version":1,"code":200},"game":{"gameId":"0022400695","actions":[{"actionNumber":7,"orderNumber":70000,"clock":"PT11M44.00S","timeActual":"2025-02-02T20:11:19.3Z","period":1,"periodType":"REGULAR","teamId":1610612741,"teamTricode":"CHI","actionType":"2pt","subType":"Layup","possession":1610612741,"scoreHome":"0","scoreAway":"2","edited":"2025-02-02T20:11:27Z","description":"C. White 7' driving Layup (2 PTS)"}]}}""";

    private static string BoxScore() =>
        """{"meta":{"version":1,"code":200},"game":{"gameId":"0022400695","gameTimeUTC":"2025-02-02T20:00:00Z","regulationPeriods":4,"homeTeam":{"teamId":1610612765,"teamName":"Pistons","teamCity":"Detroit","teamTricode":"DET"},"awayTeam":{"teamId":1610612741,"teamName":"Bulls","teamCity":"Chicago","teamTricode":"CHI"}}}""";

    private static List<GameEvent> Parse(string body) => Format.Parse(RealGames.Message(League.Nba, Id, body));

    private static void Refused(string body, string reason)
    {
        var events = new List<GameEvent>();
        var refusal = Should.Throw<FeedFormatException>(() => Format.Parse(RealGames.Message(League.Nba, Id, body), events));
        refusal.Reason.ShouldBe(reason, refusal.Message);
        events.ShouldBeEmpty();
    }
}
