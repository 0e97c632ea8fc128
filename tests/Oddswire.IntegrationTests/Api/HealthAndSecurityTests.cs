using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Publish;
using Oddswire.Core.Telemetry;
using Oddswire.Host.Api;
using Oddswire.IntegrationTests.Chaos;

namespace Oddswire.IntegrationTests.Api;

public sealed class HealthAndSecurityTests
{
    private static readonly CancellationToken Ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ready_once_the_board_has_caught_up_and_alive_always()
    {
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();
        var said = "";
        await Machine.UntilAsync(
            async () =>
            {
                using var ready = await rig.Client.GetAsync(new Uri("/readyz", UriKind.Relative), Ct);
                said = await ready.Content.ReadAsStringAsync(Ct);
                return ready.IsSuccessStatusCode;
            },
            Machine.Patience,
            () => $"it is not ready: {said}");

        using var live = await rig.Client.GetAsync(new Uri("/livez", UriKind.Relative), Ct);
        live.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Not_ready_says_why()
    {
        await using var app = ApiApplication.Build(
            new ApiOptions { Port = 0 },
            new ApiSources
            {
                Board = new LiveBoard([League.Nfl]),
                Stats = new HopStats(),
                Checks = [new ReadinessCheck("archive", _ => ValueTask.FromResult<string?>("it restarts"))],
            });
        await app.StartAsync(Ct);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        using var response = await client.GetAsync(new Uri("/readyz", UriKind.Relative), Ct);

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var reasons = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Ct)).RootElement.GetProperty("reasons");
        reasons.EnumerateArray().Select(reason => reason.GetString()).ShouldBe(["board: nfl has not caught up with the log yet", "archive: it restarts"]);
    }

    [Fact]
    public async Task Metrics_are_valid_for_Prometheus_and_count_what_happened()
    {
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();

        // What is on the board is counted right after it is there.
        var text = "";
        await Machine.UntilAsync(
            async () =>
            {
                text = await rig.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Ct);
                return Regex.IsMatch(text, "oddswire_records_sent_total\\{hop=\"publish\",league=\"nfl\"\\} [1-9]")
                    && Regex.IsMatch(text, "oddswire_latency_seconds_bucket\\{hop=\"publish\",league=\"nfl\",le=\"\\+Inf\"\\} [1-9]");
            },
            Machine.Patience,
            () => $"what publish sent, and how long it took, is not counted:\n{text}");

        text.ShouldContain("oddswire_board_games{league=\"nfl\",phase=\"live\"} 1\n");
        CheckFamilies(text);
        await CheckWithPromtoolAsync(text);
    }

    [Fact]
    public async Task The_OpenAPI_document_describes_every_path_of_the_API()
    {
        await using var rig = await BoardRig.StartAsync();

        var document = await GameApiTests.GetAsync(rig, "/openapi/v1.json");

        var paths = document.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();
        paths.ShouldBe(
            [
                "/api/v1/games", "/api/v1/games/{id}", "/api/v1/games/{id}/odds", "/api/v1/games/{id}/events", "/api/v1/games/{id}/history",
                "/api/v1/games/{id}/verdict", "/api/v1/devig", "/schemas/types", "/schemas/ids/{id}", "/schemas/ids/{id}/schema", "/schemas/ids/{id}/versions",
                "/subjects", "/subjects/{subject}", "/subjects/{subject}/versions", "/subjects/{subject}/versions/{version}",
                "/subjects/{subject}/versions/{version}/schema", "/compatibility/subjects/{subject}/versions/{version}",
                "/config", "/config/{subject}", "/mode", "/mode/{subject}",
                "/api/v1/stream", "/api/v1/stream/updates", "/api/v1/pipeline", "/livez", "/readyz", "/metrics",
            ],
            ignoreOrder: true);
        foreach (var operation in document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()))
        {
            operation.Value.GetProperty("summary").GetString().ShouldNotBeNullOrEmpty();
            operation.Value.GetProperty("responses").EnumerateObject().ShouldNotBeEmpty();
        }

        document.GetProperty("components").GetProperty("schemas").GetProperty("MarketView").GetProperty("properties").EnumerateObject()
            .Select(property => property.Name).ShouldContain("settlementVersion");
    }

    [Fact]
    public async Task Every_answer_forbids_foreign_scripts_frames_and_guessed_types()
    {
        await using var rig = await BoardRig.StartAsync();

        foreach (var path in new[] { "/", "/api/v1/games", "/nowhere", "/assets/board.css" })
        {
            using var response = await rig.Client.GetAsync(new Uri(path, UriKind.Relative), Ct);
            var policy = response.Headers.GetValues("Content-Security-Policy").Single();
            policy.ShouldContain("default-src 'none'");
            policy.ShouldContain("script-src 'self';");
            policy.ShouldContain("frame-ancestors 'none'");
            policy.ShouldNotContain("unsafe");
            response.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
            response.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
            response.Headers.Contains("Server").ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("/", HttpStatusCode.OK)]
    [InlineData("/api/v1/games", HttpStatusCode.OK)]
    [InlineData("/nowhere", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/stream", HttpStatusCode.MethodNotAllowed)]
    public async Task HEAD_is_answered_like_GET_without_a_body_but_for_a_stream(string path, HttpStatusCode expected)
    {
        await using var rig = await BoardRig.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, path);

        using var response = await rig.Client.SendAsync(request, Ct);

        response.StatusCode.ShouldBe(expected);
        (await response.Content.ReadAsByteArrayAsync(Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_that_is_not_ours_is_refused()
    {
        await using var rig = await BoardRig.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/games");
        request.Headers.Host = "evil.example";

        using var response = await rig.Client.SendAsync(request, Ct);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync(Ct)).ShouldContain("wrong-host");
    }

    [Theory]
    [InlineData("0.0.0.0", null, "open to everyone")]
    [InlineData("127.0.0.1", "short", "too short")]
    public void Options_that_would_open_the_door_are_refused_at_the_start(string address, string? token, string message) =>
        Should.Throw<ArgumentException>(() => ApiApplication.Build(
            new ApiOptions { Address = IPAddress.Parse(address), Token = token },
            new ApiSources { Board = new LiveBoard(), Stats = new HopStats() })).Message.ShouldContain(message);

    [Fact]
    public async Task With_a_token_only_those_who_give_it_are_let_in()
    {
        const string Token = "a-secret-of-some-length";
        await using var rig = await BoardRig.StartAsync([League.Nfl], new ApiOptions { Token = Token });

        (await StatusAsync(null)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync("Bearer wrong-secret-of-length")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync($"Bearer {Token}")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(null, "/livez")).ShouldBe(HttpStatusCode.OK);
        using var browser = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer() }) { BaseAddress = rig.Address };
        (await browser.GetStringAsync(new Uri($"/?token={Token}", UriKind.Relative), Ct)).ShouldContain("Live odds");
        (await browser.GetAsync(new Uri("/api/v1/games", UriKind.Relative), Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);

        async Task<HttpStatusCode> StatusAsync(string? authorization, string path = "/api/v1/games")
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (authorization is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            }

            using var response = await rig.Client.SendAsync(request, Ct);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Too_many_requests_are_turned_away_with_a_hint()
    {
        await using var rig = await BoardRig.StartAsync([League.Nfl], new ApiOptions { RequestsPerSecond = 1 });
        HttpResponseMessage response;
        do
        {
            response = await rig.Client.GetAsync(new Uri("/api/v1/games", UriKind.Relative), Ct);
        }
        while (response.IsSuccessStatusCode);

        response.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        (await response.Content.ReadAsStringAsync(Ct)).ShouldContain("too-many-requests");
    }

    /// <summary>Every sample belongs to the family whose head stands before it, and no family comes twice.</summary>
    private static void CheckFamilies(string text)
    {
        HashSet<string> seen = [];
        var family = "";
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                family = line.Split(' ')[2];
                seen.Add(family).ShouldBeTrue(family);
            }
            else if (line[0] != '#')
            {
                line.ShouldStartWith(family);
                line.ShouldMatch(@"^[a-z_]+(\{[a-z]+=""[^""]+""(,[a-z]+=""[^""]+"")*\})? -?[0-9.E+-]+$");
            }
        }
    }

    /// <summary>Prometheus' own checker, where it is installed.</summary>
    private static async Task CheckWithPromtoolAsync(string text)
    {
        if (!File.Exists("/usr/bin/promtool"))
        {
            return;
        }

        using var process = Process.Start(new ProcessStartInfo("/usr/bin/promtool", "check metrics")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteAsync(text);
        process.StandardInput.Close();
        var complaints = await process.StandardError.ReadToEndAsync(Ct);
        await process.WaitForExitAsync(Ct);
        process.ExitCode.ShouldBe(0, complaints);
    }
}
