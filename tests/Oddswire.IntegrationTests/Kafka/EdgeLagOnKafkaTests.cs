using System.Text.Json;
using Oddswire.IntegrationTests.Chaos;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>How far replicate is behind is kept on the edge cluster: a process of its own that serves the board tells it, where it may ask there.</summary>
public sealed class EdgeLagOnKafkaTests
{
    private static readonly string[] Slate = ["--rounds", "1", "--games", "nfl=2", "--league", "nfl", "--seed", "6"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_separate_api_tells_the_lag_of_replicate_or_why_it_cannot()
    {
        await using var folder = new ChaosFolder();
        await using var kafka = KafkaRig.Open(nfl: 2);
        await using var edge = KafkaRig.Open(nfl: 2, isEdge: true);

        // Slow enough that on a busy machine the games are still on when replicate is killed: else nothing would wait for it.
        await using var work = Start("ingest,normalise,price", folder["work"], [.. kafka.Options, "--speed", "60x"]);
        await using var replicate = Start("replicate", folder["replicate"], [.. kafka.Options, .. edge.EdgeOptions]);
        await using var knowing = Start("api", folder["knowing"], [.. kafka.Options, .. edge.EdgeOptions, "--port", "0"]);
        await using var blind = Start("api", folder["blind"], [.. kafka.Options, "--port", "0"]);
        using var http = new HttpClient { BaseAddress = await AddressAsync(knowing) };
        await Machine.UntilAsync(async () => await LagAsync(http) is not null, Machine.Patience, () => $"replicate is not shown:\n{knowing.Said}\n{replicate.Said}");
        (await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Ct)).ShouldContain("oddswire_group_lag_records{role=\"replicate\",group=\"replicate.nfl\",league=\"nfl\",topic=\"odds.updates.internal.nfl\",partition=\"0\"}");
        (await http.GetStringAsync(new Uri("/pipeline", UriKind.Relative), Ct)).ShouldNotContain("Lag not shown");

        await replicate.KillAsync();
        await Machine.UntilAsync(
            async () => await LagAsync(http) is { } lag && lag.GetProperty("records").GetInt64() > 100 && lag.GetProperty("seconds").GetDouble() > 1,
            Machine.Patience,
            () => $"nothing waits for the role that was killed:\n{knowing.Said}\n{work.Said}");

        using var other = new HttpClient { BaseAddress = await AddressAsync(blind) };
        await Machine.UntilAsync(async () => (await PipelineAsync(other)).GetProperty("notShown").GetArrayLength() > 0, Machine.Patience, () => $"it does not look at lags: {blind.Said}");
        (await LagAsync(other)).ShouldBeNull();
        (await PipelineAsync(other)).GetProperty("notShown").EnumerateArray().ShouldHaveSingleItem().GetString()!.ShouldContain("--edge-bootstrap");
        (await other.GetStringAsync(new Uri("/pipeline", UriKind.Relative), Ct)).ShouldContain("Lag not shown: replicate: no edge log is known here");
    }

    private static OddswireProcess Start(string role, string data, IReadOnlyList<string> options) =>
        OddswireProcess.Start(["run", "--role", role, "--headless", "--data", data, .. Slate, .. options]);

    private static async Task<JsonElement?> LagAsync(HttpClient http)
    {
        var groups = (await PipelineAsync(http)).GetProperty("groups").EnumerateArray().Where(group => group.GetProperty("hop").GetString() == "replicate").ToList();
        return groups.Count == 0 ? null : groups.ShouldHaveSingleItem();
    }

    private static async Task<JsonElement> PipelineAsync(HttpClient http)
    {
        using var pipeline = JsonDocument.Parse(await http.GetStringAsync(new Uri("/api/v1/pipeline", UriKind.Relative), Ct));
        return pipeline.RootElement.Clone();
    }

    private static async Task<Uri> AddressAsync(OddswireProcess process)
    {
        await process.WaitUntilRunningAsync();
        return new Uri(process.Errors.First(line => line.Contains(" on http://", StringComparison.Ordinal)).Split(" on ")[^1]);
    }
}
