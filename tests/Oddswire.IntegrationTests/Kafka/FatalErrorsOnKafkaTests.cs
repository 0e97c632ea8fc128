using Confluent.Kafka;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.IntegrationTests.Chaos;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>Errors of the cluster that trying again does not cure: the process ends with exit code 4 (3 before it runs) and says what, where, and what to do.</summary>
public sealed class FatalErrorsOnKafkaTests
{
    /// <summary>More than any client tries.</summary>
    private const int Always = 200;

    [Theory]
    [InlineData("ingest", KafkaApi.InitProducerId, ErrorCode.TransactionalIdAuthorizationFailed, "ingest.nfl", "topics acls")]
    [InlineData("price", KafkaApi.JoinGroup, ErrorCode.GroupAuthorizationFailed, "price.nfl", "topics acls")]
    [InlineData("publish", KafkaApi.InitProducerId, ErrorCode.ClusterAuthorizationFailed, "publish.nfl", "topics acls")]
    public async Task A_role_that_may_not_work_ends_with_role_cluster_and_remedy(string role, KafkaApi api, ErrorCode error, string name, string remedy)
    {
        await using var kafka = KafkaRig.Open(mustBeMock: true);
        await using var folder = new ChaosFolder();
        kafka.Mock!.PushErrors(api, [.. Enumerable.Repeat(error, Always)]);
        await using var process = Start(role, kafka, folder);
        await ExpectEndAsync(process, name, kafka.Bootstrap, remedy);
    }

    [Theory]
    [InlineData(KafkaApi.Produce, ErrorCode.TopicAuthorizationFailed, "topics acls")]
    [InlineData(KafkaApi.Produce, ErrorCode.MsgSizeTooLarge, "max.message.bytes")]
    public async Task A_role_that_works_and_then_may_not_write_any_more_ends_too(KafkaApi api, ErrorCode error, string remedy)
    {
        await using var kafka = KafkaRig.Open(mustBeMock: true);
        await using var folder = new ChaosFolder();
        await using var process = Start("ingest", kafka, folder);
        await process.WaitUntilRunningAsync();
        kafka.Mock!.PushErrors(api, [.. Enumerable.Repeat(error, Always)]);
        await ExpectEndAsync(process, "ingest.nfl", kafka.Bootstrap, remedy);
    }

    [Fact]
    public async Task A_role_whose_topic_is_deleted_while_it_writes_ends_and_says_which()
    {
        await using var kafka = KafkaRig.Open(mustBeMock: true);
        await using var folder = new ChaosFolder();
        await using var process = Start("ingest", kafka, folder);
        await process.WaitUntilRunningAsync();
        kafka.Mock!.SetTopicError("raw.events.nfl", ErrorCode.UnknownTopicOrPart);
        await ExpectEndAsync(process, "ingest.nfl", "'raw.events.nfl' does not exist", "topics apply");
    }

    [Fact]
    public async Task A_role_whose_topics_are_missing_does_not_start_and_says_how_to_make_them()
    {
        await using var kafka = KafkaRig.Open(withTopics: false, mustBeMock: true);
        await using var folder = new ChaosFolder();
        await using var process = Start("price", kafka, folder);
        await process.WaitAsync();
        process.ExitCode.ShouldBe(3, process.Said);
        process.Said.ShouldContain("topic(s) are missing");
        process.Said.ShouldContain(kafka.Bootstrap);
        process.Said.ShouldContain("oddswire topics apply");
    }

    private static async Task ExpectEndAsync(OddswireProcess process, string name, string place, string remedy)
    {
        await process.WaitAsync();
        process.ExitCode.ShouldBe(4, process.Said);
        var said = process.Errors.Single(line => line.StartsWith("error:", StringComparison.Ordinal));
        said.ShouldContain(name);
        said.ShouldContain(place);
        said.ShouldContain(remedy);
        process.Said.ShouldContain("Nothing that was committed is lost");
        process.Said.ShouldNotContain("   at ", Case.Sensitive, "a message, not a stack trace");
    }

    private static OddswireProcess Start(string role, KafkaRig kafka, ChaosFolder folder) =>
        OddswireProcess.Start(["run", "--role", role, "--league", "nfl", "--headless", "--data", folder["data"], .. kafka.Options]);
}
