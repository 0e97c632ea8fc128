using System.Text.Json;
using Oddswire.IntegrationTests.Chaos;

namespace Oddswire.IntegrationTests.Commands;

/// <summary>What a user learns in a second terminal while a platform runs.</summary>
public sealed class RunningPlatformTests
{
    private const string Said = "the board is on ";
    private static readonly string[] Slate = ["--headless", "--games", "nfl=1,nba=1,mlb=1"];

    [Fact]
    public async Task The_other_commands_say_what_holds_while_a_platform_runs()
    {
        Machine.DemandChdb();
        await using var folder = new ChaosFolder();
        await using var platform = OddswireProcess.Start(["up", "--data", folder["d"], "--port", "0", .. Slate]);
        await platform.WaitUntilRunningAsync();
        var port = new Uri(platform.Errors.Single(line => line.StartsWith(Said, StringComparison.Ordinal))[Said.Length..]).Port;
        await ReadyAsync(port);

        await using var second = await OddswireProcess.RunAsync(["up", "--data", folder["other"], "--port", $"{port}", .. Slate]);
        second.ExitCode.ShouldBe(3);
        second.Errors.Count.ShouldBe(2, second.Said);
        second.Errors[0].ShouldBe($"error: Port {port} on 127.0.0.1 is in use.");

        await using var verify = await OddswireProcess.RunAsync("verify", "--data", folder["d"], "--json");
        verify.ExitCode.ShouldBe(0, verify.Said);
        DetailOf(verify.Result.GetProperty("checks"), "archive").ShouldContain($"not checked while a platform runs (process {platform.Id})");

        await using var doctor = await OddswireProcess.RunAsync("doctor", "--data", folder["d"], "--json");
        DetailOf(doctor.Result.GetProperty("findings"), "data folder").ShouldContain($"process {platform.Id}");

        await using var query = await OddswireProcess.RunAsync("query", "--data", folder["d"], "--json");
        query.Result.GetProperty("endpoint").GetString().ShouldNotBeNull().ShouldStartWith("http://127.0.0.1:");

        await using var id = await OddswireProcess.RunAsync(
            "query", "SELECT id FROM odds_updates ORDER BY log_offset LIMIT 1", "--format", "TSVRaw", "--data", folder["d"]);
        await using var explain = await OddswireProcess.RunAsync("explain", id.Output[0], "--data", folder["d"], "--json");
        explain.ExitCode.ShouldBe(0, explain.Said);
        explain.Result.GetProperty("hops").EnumerateArray().Select(hop => hop.GetProperty("name").GetString())
            .ShouldBe(["published", "received", "raw", "normalised", "priced", "archived"]);
    }

    [Fact]
    public async Task Another_model_prices_a_running_platform_and_a_shadow_beside_it_and_verify_recomputes_both()
    {
        Machine.DemandChdb();
        await using var folder = new ChaosFolder();
        await using (var platform = OddswireProcess.Start(["up", "--data", folder["d"], "--port", "0", "--speed", "20x", .. Slate]))
        {
            await platform.WaitUntilRunningAsync();
            await using var shown = await OddswireProcess.RunAsync("models", "show", "--league", "nba", "--data", folder["d"]);
            var own = JsonDocument.Parse(string.Join('\n', shown.Output)).RootElement;
            var version = own.GetProperty("model").GetString() + "-other";
            await File.WriteAllTextAsync(
                folder["other.json"],
                string.Join('\n', shown.Output).Replace($"\"{own.GetProperty("version").GetString()}\"", $"\"{version}\"", StringComparison.Ordinal),
                TestContext.Current.CancellationToken);

            await using var use = await OddswireProcess.RunAsync("models", "use", "--league", "nba", folder["other.json"], "--data", folder["d"], "--json");
            use.ExitCode.ShouldBe(0, use.Said);
            use.Result.GetProperty("games").GetArrayLength().ShouldBe(1);
            await using var shadow = await OddswireProcess.RunAsync("models", "shadow", "--league", "nba", "built-in", "--data", folder["d"]);
            shadow.ExitCode.ShouldBe(0, shadow.Said);
            await PricedByAsync(folder["d"], "odds_updates", version);
            await PricedByAsync(folder["d"], "shadow_updates", own.GetProperty("version").GetString()!);
            await platform.KillAsync();
        }

        await using var verify = await OddswireProcess.RunAsync("verify", "--data", folder["d"]);
        verify.ExitCode.ShouldBe(0, verify.Said);
        await using var compare = await OddswireProcess.RunAsync("models", "compare", "--league", "nba", "--data", folder["d"], "--json");

        // Other names, the same parameters: apart only where a price of the one is older than that of the other.
        compare.Result.GetProperty("markets").EnumerateArray().Average(row => row.GetProperty("meanApart").GetDouble()).ShouldBeLessThan(0.05);
        compare.Result.GetProperty("markets").GetArrayLength().ShouldBeGreaterThan(2);
    }

    private static async Task PricedByAsync(string data, string table, string version)
    {
        var said = "";
        await Machine.UntilAsync(
            async () =>
            {
                await using var query = await OddswireProcess.RunAsync(
                    "query", $"SELECT count() FROM {table} WHERE league = 'nba' AND model_version = '{version}'", "--format", "TSVRaw", "--data", data);
                said = query.Said;
                return query.ExitCode == 0 && query.Output is [not "0"];
            },
            Machine.Patience,
            () => $"nothing in {table} is priced by {version}: {said}");
    }

    [Fact]
    public async Task A_source_in_a_process_of_its_own_keeps_the_folder_to_its_games()
    {
        await using var folder = new ChaosFolder();
        string[] ingest = ["run", "--role", "ingest", "--league", "nfl", "--data", folder["d"], "--for", "1s", .. Slate];
        await using var first = await OddswireProcess.RunAsync(ingest);
        first.ExitCode.ShouldBe(0, first.Said);
        await using var again = await OddswireProcess.RunAsync(ingest);
        again.ExitCode.ShouldBe(0, again.Said);

        await using var other = await OddswireProcess.RunAsync([.. ingest, "--seed", "2"]);

        other.ExitCode.ShouldBe(2);
        other.Said.ShouldContain("NFL games");
        other.Said.ShouldContain("started with other options");
    }

    [Fact]
    public async Task A_replay_that_refused_something_is_not_ok_in_its_result_either()
    {
        await using var folder = new ChaosFolder();
        var absurd = folder["absurd.json"];
        await File.WriteAllTextAsync(
            absurd,
            """{"2015091000":{"home":{"abbr":"NE","score":{"T":99999999999999}},"away":{"abbr":"PIT","score":{"T":0}},"drives":null,"qtr":"Pregame"},"nextupdate":1}""",
            TestContext.Current.CancellationToken);

        await using var replay = await OddswireProcess.RunAsync("replay", absurd, "--speed", "max", "--no-archive", "--data", folder["d"], "--json");

        replay.ExitCode.ShouldBe(1, replay.Said);
        replay.Result.GetProperty("ok").GetBoolean().ShouldBeFalse();
        replay.Result.GetProperty("rejected").GetInt64().ShouldBe(1);
        replay.Said.ShouldContain("99999999999999");
    }

    [Fact]
    public async Task A_mistyped_command_is_named_once_with_the_one_that_was_meant()
    {
        await using var mistyped = await OddswireProcess.RunAsync("upp");

        mistyped.ExitCode.ShouldBe(2);
        mistyped.Errors.ShouldBe(["error: Unrecognized command or argument 'upp'.", "  Did you mean 'up'?", "  See 'oddswire --help'."]);
    }

    /// <summary>Waits until the board and the archive answer, and the archive has taken something.</summary>
    private static async Task ReadyAsync(int port)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var (said, pipeline) = ("", "");
        await Machine.UntilAsync(
            async () =>
            {
                using var ready = await http.GetAsync("/readyz", TestContext.Current.CancellationToken);
                said = await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                pipeline = await http.GetStringAsync("/api/v1/pipeline", TestContext.Current.CancellationToken);
                var hops = JsonDocument.Parse(pipeline).RootElement.GetProperty("hops");
                return ready.IsSuccessStatusCode
                    && hops.EnumerateArray().Any(hop => hop.GetProperty("hop").GetString() == "archive" && hop.GetProperty("sent").GetInt64() > 0);
            },
            Machine.Patience,
            () => $"it is not ready or archives nothing: {said}\n{pipeline}");
    }

    private static string DetailOf(JsonElement list, string name) =>
        list.EnumerateArray().Single(item => item.GetProperty("name").GetString() == name).GetProperty("detail").GetString()!;
}
