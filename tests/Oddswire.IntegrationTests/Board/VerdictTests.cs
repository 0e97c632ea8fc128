using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Oddswire.IntegrationTests.Chaos;

namespace Oddswire.IntegrationTests.Board;

/// <summary>How the model did in a game that is over: from the archive of the game, through the API, to the page.</summary>
[Collection(BusySuite.Name)]
public sealed partial class VerdictTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    [Fact]
    public async Task A_finished_game_says_how_the_model_did()
    {
        Machine.DemandChdb();
        await using var folder = new ChaosFolder();
        await using var played = await OddswireProcess.RunAsync(
            "up", "--rounds", "1", "--speed", "max", "--games", "nba=1", "--port", "0", "--headless", "--data", folder["d"]);
        played.ExitCode.ShouldBe(0, played.Said);
        await using var served = OddswireProcess.Start("run", "--role", "archive,api", "--league", "nba", "--port", "0", "--headless", "--data", folder["d"]);
        await served.WaitUntilRunningAsync();
        var address = new Uri(Address().Match(served.Said).Value);
        using var http = new HttpClient { BaseAddress = address };
        JsonElement game = default;
        await Machine.UntilAsync(
            async () =>
            {
                var games = await ReadAsync(http, "/api/v1/games");
                return games.GetProperty("games").EnumerateArray().SingleOrDefault() is { ValueKind: JsonValueKind.Object } one && (game = one).GetProperty("phase").GetString() == "final";
            },
            Machine.Patience,
            () => $"no finished game is served:\n{served.Said}");

        var path = new Uri($"/api/v1/games/{game.GetProperty("id").GetString()}/verdict", UriKind.Relative);
        await Machine.UntilAsync(
            async () =>
            {
                // Until the archive's engine answers it is 503.
                using var answer = await http.GetAsync(path, TestContext.Current.CancellationToken);
                return answer.IsSuccessStatusCode;
            },
            Machine.Patience,
            () => $"the archive does not answer:\n{served.Said}");
        var verdict = await ReadAsync(http, path.ToString());

        var (home, away) = (verdict.GetProperty("homeScore").GetInt32(), verdict.GetProperty("awayScore").GetInt32());
        (home, away).ShouldBe((game.GetProperty("homeScore").GetInt32(), game.GetProperty("awayScore").GetInt32()));
        verdict.GetProperty("winner").GetString().ShouldBe(home > away ? "home" : "away");
        var model = verdict.GetProperty("model");
        model.GetProperty("prices").GetInt32().ShouldBeGreaterThan(100);
        Number(model, "logLoss").ShouldBeInRange(0.001, 3);
        Number(model, "brier").ShouldBeInRange(0.0001, 1);
        Number(verdict, "pregame").ShouldBeInRange(0.02, 0.98);

        // Some games of the slate are under way when it begins.
        verdict.GetProperty("periods").GetArrayLength().ShouldBeGreaterThanOrEqualTo(2);

        await using var page = await browser.OpenAsync();
        await page.GoAsync(address, $"/games/{game.GetProperty("id").GetString()}");
        await page.UntilAsync("document.querySelector('#verdict-body').textContent.includes('Log loss')");
        (await page.TextAsync("#verdict-body")).ShouldContain(model.GetProperty("logLoss").GetString()!);
    }

    private static double Number(JsonElement of, string name) => double.Parse(of.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    private static async Task<JsonElement> ReadAsync(HttpClient http, string path) =>
        JsonDocument.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken)).RootElement;

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
