using Confluent.Kafka;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.Infrastructure.Logs.Kafka.Mock;
using Oddswire.IntegrationTests.Chaos;
using Oddswire.IntegrationTests.Logs.Kafka.Strict;

namespace Oddswire.IntegrationTests.Logs.Kafka;

/// <summary>The mock cluster stands in for brokers: a plain client of Confluent.Kafka works with it.</summary>
public sealed class MockClusterTests
{
    [Fact]
    public async Task A_plain_client_writes_and_reads()
    {
        using var cluster = new MockCluster(2);
        cluster.CreateTopic("plain", 2);
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = cluster.Bootstrap }).Build();
        var stored = await producer.ProduceAsync(new TopicPartition("plain", 1), new() { Key = "k", Value = "v" });
        (stored.Partition.Value, stored.Offset.Value).ShouldBe((1, 0L));
        var config = new ConsumerConfig { BootstrapServers = cluster.Bootstrap, GroupId = "g", FetchWaitMaxMs = 10 };
        using var consumer = new ConsumerBuilder<string, string>(config).Build();
        consumer.Assign(new TopicPartitionOffset("plain", 1, 0));
        consumer.Consume(LogTestKit.Soon).ShouldNotBeNull("nothing came").Message.Value.ShouldBe("v");
    }

    [Fact]
    public async Task A_pushed_error_reaches_the_client()
    {
        using var cluster = new MockCluster(1);
        cluster.CreateTopic("small", 1);
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = cluster.Bootstrap }).Build();
        cluster.PushErrors(KafkaApi.Produce, ErrorCode.MsgSizeTooLarge);
        var error = await Should.ThrowAsync<ProduceException<string, string>>(() => producer.ProduceAsync("small", new() { Value = "v" }));
        error.Error.Code.ShouldBe(ErrorCode.MsgSizeTooLarge);
    }

    [Fact]
    public async Task A_member_that_asks_again_on_another_connection_while_it_waits_to_be_let_in_does_not_end_the_process()
    {
        using var cluster = new MockCluster(1);
        cluster.SetRebalanceDelay(TimeSpan.FromSeconds(1));
        await using var gateway = new MockGateway(cluster, new MockGatewayOptions());
        using var links = new BrokerLinks(gateway.Bootstrap);
        var join = Join("me");
        var lost = links.AskAsync(join);
        var heartbeat = new ProtocolRequest((short)KafkaApi.Heartbeat, 1, new ProtocolWriter().String("g").Int32(1).String("me").ToArray());
        await Machine.UntilAsync(
            async () => (ErrorCode)MockLog.ErrorOf(await links.AskAsync(heartbeat)) == ErrorCode.RebalanceInProgress, LogTestKit.Soon, () => "the member does not wait", everyMs: 10);

        MockLog.ErrorOf(await links.AskAsync(join)).ShouldBe((short)0);
        await Should.ThrowAsync<IOException>(lost);
    }

    [Fact]
    public async Task A_member_never_has_the_name_of_one_that_went()
    {
        using var cluster = new MockCluster(1);
        await using var gateway = new MockGateway(cluster, new MockGatewayOptions());
        using var links = new BrokerLinks(gateway.Bootstrap);
        HashSet<string> names = [];
        for (var i = 0; i < 12; i++)
        {
            var name = NameIn(await links.AskAsync(Join("")));
            names.Add(name).ShouldBeTrue($"{name} is given twice");
            await links.AskAsync(new ProtocolRequest((short)KafkaApi.LeaveGroup, 1, new ProtocolWriter().String("g").String(name).ToArray()));
        }
    }

    private static ProtocolRequest Join(string member) => new(
        (short)KafkaApi.JoinGroup, 2, new ProtocolWriter().String("g").Int32(1100).Int32(1100).String(member).String("consumer").Int32(1).String("any").Bytes([]).ToArray());

    /// <summary>Behind the time to hold back, the error, the generation, the protocol and the leader.</summary>
    private static string NameIn(byte[] answer)
    {
        var reader = new ProtocolReader(answer);
        (_, _, _, _, _) = (reader.Int32(), reader.Int16(), reader.Int32(), reader.String(), reader.String());
        return reader.String()!;
    }
}
