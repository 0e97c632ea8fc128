using System.Net;
using System.Text.Json;
using Oddswire.IntegrationTests.Api;
using Oddswire.IntegrationTests.Chaos;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>Several processes that serve the board on Kafka: they share the partitions to save them, and each shows all games.</summary>
[Collection(ChaosSuite.Name)]
public sealed class BoardsOnKafkaTests
{
    private static readonly string[] Slate = ["--rounds", "1", "--games", "nfl=4", "--league", "nfl", "--seed", "5"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_process_that_serves_the_board_shows_all_games_and_goes_on_when_another_is_killed()
    {
        await using var folder = new ChaosFolder();
        await using var kafka = KafkaRig.Open(nfl: 4);
        await using var stages = OddswireProcess.Start(["run", "--role", "normalise,price", "--health-port", "0", "--headless", "--data", folder["stages"], .. Slate, .. kafka.Options]);
        await using var first = Start("first", kafka, folder);
        await using var second = Start("second", kafka, folder);
        await UntilReadyAsync(first);
        await UntilReadyAsync(second);
        await UntilReadyAsync(stages);
        await using var ingest = OddswireProcess.Start(["run", "--role", "ingest", "--speed", "900x", "--headless", "--data", folder["ingest"], .. Slate, .. kafka.Options]);
        await Machine.UntilAsync(
            async () => (await GamesAsync(first)).Count(IsLive) == 4 && (await GamesAsync(second)).Count(IsLive) == 4,
            Machine.Patience,
            () => $"not every board shows every game:\n{first.Said}\n---\n{second.Said}");
        var seen = new Dictionary<string, long>();
        var place = await FollowAsync(first, null, seen, 300);
        await first.KillAsync();
        await FollowAsync(second, place, seen, 300);
        await using var third = Start("third", kafka, folder);
        await UntilReadyAsync(third);
        await Machine.UntilAsync(
            async () => await GamesAsync(second) is { Count: 4 } left && left.All(HasEnded) && JsonSerializer.Serialize(left) == JsonSerializer.Serialize(await GamesAsync(third)),
            Machine.Patience,
            () => $"the boards do not come to the same end:\n{second.Said}\n---\n{third.Said}");
        foreach (var process in new[] { ingest, stages, second, third })
        {
            process.Signal("TERM");
            await process.WaitAsync();
            process.ExitCode.ShouldBe(0, process.Said);
            process.Said.ShouldNotContain("holes in the chains");
        }

        (await Outcome.OfAsync(folder["verify"], archive: false, kafka.Options, edge: false)).Updates.ShouldBeGreaterThan(100);
    }

    private static OddswireProcess Start(string name, KafkaRig kafka, ChaosFolder folder) =>
        OddswireProcess.Start(["run", "--role", "api", "--league", "nfl", "--port", "0", "--headless", "--data", folder[name], .. kafka.Options]);

    /// <summary>Reads a complete stream, from its beginning or on from where another process was left; every game's updates must come one after the other.</summary>
    private static async Task<string> FollowAsync(OddswireProcess process, string? lastEventId, Dictionary<string, long> seen, int updates)
    {
        using var http = new HttpClient { BaseAddress = AddressOf(process) };
        await using var stream = await SseReader.OpenAsync(http, "/api/v1/stream/updates?from=earliest", lastEventId);
        for (var i = 0; i < updates; i++)
        {
            var update = await stream.NextAsync("update");
            var game = update.GetProperty("gameId").GetString()!;
            var sequence = update.GetProperty("market").GetProperty("sequence").GetInt64();
            sequence.ShouldBe(seen.GetValueOrDefault(game) + 1, $"{game} after {i} updates of {(lastEventId is null ? "the first" : "the second")} process");
            seen[game] = sequence;
        }

        return stream.LastId;
    }

    private static bool IsLive(JsonElement game) => game.GetProperty("phase").GetString() == "live";

    private static bool HasEnded(JsonElement game) => game.GetProperty("phase").GetString() == "final";

    private static async Task<IReadOnlyList<JsonElement>> GamesAsync(OddswireProcess process)
    {
        using var http = new HttpClient { BaseAddress = AddressOf(process) };
        using var games = JsonDocument.Parse(await http.GetStringAsync(new Uri("/api/v1/games", UriKind.Relative), Ct));
        return [.. games.RootElement.GetProperty("games").EnumerateArray().Select(game => game.Clone()).OrderBy(game => game.GetProperty("id").GetString(), StringComparer.Ordinal)];
    }

    private static Uri AddressOf(OddswireProcess process) =>
        new(process.Errors.First(line => line.Contains(" on http://", StringComparison.Ordinal)).Split(" on ")[^1]);

    private static async Task UntilReadyAsync(OddswireProcess process)
    {
        await process.WaitUntilRunningAsync();
        await Machine.UntilAsync(() => process.Errors.Any(line => line.Contains(" on http://", StringComparison.Ordinal)), Machine.Patience, () => $"it does not say where it serves: {process.Said}");
        using var http = new HttpClient { BaseAddress = AddressOf(process) };
        await Machine.UntilAsync(
            async () =>
            {
                using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative), Ct);
                return answer.StatusCode == HttpStatusCode.OK;
            },
            Machine.Patience,
            () => $"not ready: {process.Said}");
    }
}
