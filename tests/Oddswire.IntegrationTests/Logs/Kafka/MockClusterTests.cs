using Confluent.Kafka;
using Oddswire.Infrastructure.Logs.Kafka;

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
        consumer.Consume(TimeSpan.FromSeconds(10)).Message.Value.ShouldBe("v");
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
}
