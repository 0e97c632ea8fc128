using Oddswire.IntegrationTests.Chaos;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>The benches on a cluster outside their process: one broker is enough, and they make the topics they need. How fast it is is not looked at.</summary>
public sealed class BenchOnClusterTests
{
    [Fact]
    public async Task The_log_is_measured_beside_the_bare_client_on_a_cluster_of_one_broker()
    {
        await using var kafka = KafkaRig.Open(withTopics: false);
        await using var bench = await OddswireProcess.RunAsync(["bench", "log", "--records", "10000", "--json", .. ConnectionOf(kafka)]);
        bench.ExitCode.ShouldBe(0, bench.Said);
        bench.Result.EnumerateArray().Select(figures => figures.GetProperty("records").GetInt64()).ShouldBe([10_000, 10_000, 10_000], bench.Said);
        bench.Said.ShouldContain($"the topics {kafka.Prefix}bench-");
    }

    [Fact]
    public async Task The_whole_platform_is_measured_beside_the_embedded_one_on_a_cluster_of_one_broker()
    {
        Machine.DemandChdb();
        await using var kafka = KafkaRig.Open(withTopics: false);
        await using var bench = await OddswireProcess.RunAsync(
            ["bench", "end-to-end", "--log", "embedded,kafka", "--rate", "500", "--warm-up", "1s", "--for", "2s", "--json", "--set", "topics.partitions-nfl=2", "--set", "topics.partitions-nba=1", "--set", "topics.partitions-mlb=1", .. ConnectionOf(kafka)]);
        bench.ExitCode.ShouldBe(0, bench.Said);
        var figures = bench.Result.EnumerateArray().ToList();
        figures.Select(one => one.GetProperty("log").GetString()).ShouldBe(["embedded", "kafka"]);
        figures.ShouldAllBe(one => one.GetProperty("updates").GetInt64() > 100);
    }

    private static IReadOnlyList<string> ConnectionOf(KafkaRig kafka) => [.. kafka.Options.SkipWhile(option => option != "--bootstrap")];
}
