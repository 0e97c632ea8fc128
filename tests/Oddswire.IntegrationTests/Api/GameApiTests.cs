using System.Net;
using System.Text.Json;
using Oddswire.Core.Domain;
using Oddswire.Host.Api;

namespace Oddswire.IntegrationTests.Api;

public sealed class GameApiTests
{
    private static readonly CancellationToken Ct = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("odds=-110,-110", 200, "\"probability\":\"0.500000\"")]
    [InlineData("odds=-150,+130&method=shin", 200, "\"method\":\"shin\"")]
    [InlineData("odds=2.4,17/5,%2B210&method=power,worst-case", 200, "\"method\":\"worst_case\"")]
    [InlineData("odds=-110", 400, "2 to 64 outcomes")]
    [InlineData("odds=110,110", 400, "Write +110 or 110.0")]
    [InlineData("", 400, "prices of all outcomes")]
    [InlineData("odds=-110,-110&method=magic", 400, "multiplicative, additive")]
    public async Task The_margin_is_taken_out_of_any_prices(string query, int status, string expected)
    {
        await using var rig = await BoardRig.StartAsync();
        using var response = await rig.Client.GetAsync(new Uri($"/api/v1/devig?{query}", UriKind.Relative));
        ((int)response.StatusCode).ShouldBe(status);
        (await response.Content.ReadAsStringAsync()).ShouldContain(expected);
    }

    [Fact]
    public async Task A_live_game_shows_score_clock_situation_and_main_markets()
    {
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();
        await rig.PlayAsync(Games.Patriots, Games.Football(3, 4625, 21, 14), "Touchdown");
        await rig.UntilAsync(Games.Patriots, game => game.State.Score.Home == 21 && game.Quotes[^1].Update.Score.Home >= 0);

        var game = await GetAsync(rig, $"/api/v1/games/{Games.Patriots}");

        game.GetProperty("phase").GetString().ShouldBe("live");
        game.GetProperty("home").GetProperty("name").GetString().ShouldBe("New England Patriots");
        game.GetProperty("homeScore").GetInt32().ShouldBe(21);
        game.GetProperty("periodLabel").GetString().ShouldBe("Q3");
        game.GetProperty("clock").GetString().ShouldBe("7:42");
        game.GetProperty("situation").GetString().ShouldBe("2nd & 7 · opp 42");
        var moneyline = game.GetProperty("main").GetProperty("moneyline");
        moneyline.GetProperty("status").GetString().ShouldBe("open");
        var home = moneyline.GetProperty("selections")[0];
        home.GetProperty("decimal").GetString()!.ShouldMatch(@"^\d+\.\d{3}$");
        home.GetProperty("american").GetString()!.ShouldMatch(@"^[+-]\d{3,}$");
        home.GetProperty("fractional").GetString()!.ShouldMatch(@"^\d+/\d+$");
        home.GetProperty("probability").GetString()!.ShouldMatch(@"^[01]\.\d{6}$");
    }

    [Fact]
    public async Task The_list_is_filtered_by_league_and_phase()
    {
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();
        await rig.PlayAsync(Games.Celtics, new GameState(), kind: EventKind.Info, info: Games.CelticsInfo);
        await rig.UntilAsync(Games.Celtics, game => game.EventSequence == 1);

        Ids(await GetAsync(rig, "/api/v1/games")).ShouldBe([Games.Patriots.Value, Games.Celtics.Value]);
        Ids(await GetAsync(rig, "/api/v1/games?league=nba")).ShouldBe([Games.Celtics.Value]);
        Ids(await GetAsync(rig, "/api/v1/games?phase=live")).ShouldBe([Games.Patriots.Value]);
        Ids(await GetAsync(rig, "/api/v1/games?limit=1")).Count.ShouldBe(1);

        static List<string> Ids(JsonElement list) => [.. list.GetProperty("games").EnumerateArray().Select(game => game.GetProperty("id").GetString()!)];
    }

    [Fact]
    public async Task The_odds_of_a_game_hold_every_market_once_in_order()
    {
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();

        var odds = await GetAsync(rig, $"/api/v1/games/{Games.Patriots}/odds");

        var markets = odds.GetProperty("markets").EnumerateArray().Select(market => market.GetProperty("market").GetString()!).ToList();
        markets.ShouldBeUnique();
        markets.ShouldContain("moneyline");
        markets.Count(market => market.StartsWith("spread:", StringComparison.Ordinal)).ShouldBeGreaterThan(2);
        odds.GetProperty("sequence").GetInt64().ShouldBeGreaterThan(markets.Count - 1);
    }

    [Fact]
    public async Task Events_come_oldest_first_and_can_be_asked_for_from_a_sequence_on()
    {
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();

        var events = (await GetAsync(rig, $"/api/v1/games/{Games.Patriots}/events?after=1")).GetProperty("events");

        events.GetArrayLength().ShouldBe(1);
        events[0].GetProperty("text").GetString().ShouldBe("Kick-off");
        events[0].GetProperty("clock").GetString().ShouldBe("15:00");
    }

    [Theory]
    [InlineData("/api/v1/games/nonsense", HttpStatusCode.BadRequest, "bad-game-id")]
    [InlineData("/api/v1/games/nfl:1", HttpStatusCode.NotFound, "unknown-game")]
    [InlineData("/api/v1/games?league=nhl", HttpStatusCode.BadRequest, "bad-parameter")]
    [InlineData("/api/v1/games?phase=7", HttpStatusCode.BadRequest, "bad-parameter")]
    [InlineData("/api/v1/games?limit=1000000", HttpStatusCode.BadRequest, "bad-parameter")]
    [InlineData("/api/v1/games/nfl:1/history?market=nonsense", HttpStatusCode.BadRequest, "bad-parameter")]
    [InlineData("/api/v1/games/nfl:1/history?market=player_prop:a'b:c", HttpStatusCode.BadRequest, "bad-parameter")]
    [InlineData("/api/v1/games/nfl:1/history?market=spread:1e5", HttpStatusCode.BadRequest, "bad-parameter")]
    [InlineData("/api/v1/games/nfl:1/history", HttpStatusCode.ServiceUnavailable, "archive-unavailable")]
    [InlineData("/api/v1/stream?game=nonsense", HttpStatusCode.BadRequest, "bad-game-id")]
    [InlineData("/api/v1/stream?markets=some", HttpStatusCode.BadRequest, "bad-parameter")]
    public async Task An_error_says_in_problem_details_what_is_wrong(string path, HttpStatusCode status, string code)
    {
        await using var rig = await BoardRig.StartAsync([League.Nfl]);

        using var response = await rig.Client.GetAsync(new Uri(path, UriKind.Relative), Ct);

        response.StatusCode.ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Ct)).RootElement;
        problem.GetProperty("type").GetString().ShouldBe($"urn:oddswire:problem:{code}");
        problem.GetProperty("detail").GetString()!.Length.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task A_number_that_is_no_number_is_a_bad_request_with_problem_details()
    {
        await using var rig = await BoardRig.StartAsync([League.Nfl]);

        using var response = await rig.Client.GetAsync(new Uri("/api/v1/games?limit=many", UriKind.Relative), Ct);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task History_comes_from_the_archive_oldest_first_with_the_market_as_parameters()
    {
        string? asked = null;
        IReadOnlyDictionary<string, string>? parameters = null;
        await using var rig = await BoardRig.StartAsync([League.Nfl], archive: (sql, given, _) =>
        {
            (asked, parameters) = (sql, given);
            return Task.FromResult(JsonDocument.Parse(
                """
                {"data":[
                  {"at":"1442000002000000","sequence":"9","state":"open","points":"-3.5","price":"1.909","fair":"0.5","period":2,"score_home":7,"score_away":3},
                  {"at":"1442000001000000","sequence":"4","state":"suspended","points":"-3","price":"0","fair":"0.52","period":1,"score_home":0,"score_away":3}]}
                """));
        });

        var history = await GetAsync(rig, "/api/v1/games/nfl:2015091000/history?market=spread");

        asked!.ShouldContain("AND is_main_line");
        (parameters!["game"], parameters["type"]).ShouldBe(("nfl:2015091000", "spread"));
        var points = history.GetProperty("points");
        points[0].GetProperty("sequence").GetInt64().ShouldBe(4);
        points[0].TryGetProperty("decimal", out _).ShouldBeFalse();
        points[1].GetProperty("market").GetString().ShouldBe("spread:-3.5");
        points[1].GetProperty("decimal").GetString().ShouldBe("1.909");
        points[1].GetProperty("at").GetString().ShouldBe("2015-09-11T19:33:22.000000Z");
    }

    [Fact]
    public async Task A_silent_archive_is_a_clear_problem_after_the_timeout()
    {
        await using var rig = await BoardRig.StartAsync(
            [League.Nfl], new ApiOptions { ArchiveTimeout = TimeSpan.FromMilliseconds(100) },
            async (_, _, ct) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, ct);
                throw new InvalidOperationException("Never reached.");
            });

        using var response = await rig.Client.GetAsync(new Uri("/api/v1/games/nfl:1/history", UriKind.Relative), Ct);

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await response.Content.ReadAsStringAsync(Ct)).ShouldContain("did not answer within 0.1 s");
    }

    internal static async Task<JsonElement> GetAsync(BoardRig rig, string path)
    {
        using var response = await rig.Client.GetAsync(new Uri(path, UriKind.Relative), Ct);
        var body = await response.Content.ReadAsStringAsync(Ct);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement;
    }
}
