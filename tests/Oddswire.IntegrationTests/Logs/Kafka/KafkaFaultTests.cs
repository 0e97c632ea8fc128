using Oddswire.Core.Ports;
using Oddswire.Host.Composition;
using Oddswire.IntegrationTests.Chaos;
using Oddswire.IntegrationTests.Logs.Kafka.Strict;

namespace Oddswire.IntegrationTests.Logs.Kafka;

/// <summary>
/// The real pipeline while the cluster misbehaves: retriable and fatal errors, delayed and lost answers, moving coordinators, restarting
/// brokers, members that come and go, fenced producers. Seeded: <c>ODDSWIRE_FAULT_SEED=n</c> runs one seed, <c>ODDSWIRE_FAULT_RUNS=n</c> that many.
/// </summary>
public sealed class KafkaFaultTests
{
    public static TheoryData<ulong> Seeds
    {
        get
        {
            if (ulong.TryParse(Environment.GetEnvironmentVariable("ODDSWIRE_FAULT_SEED"), out var one))
            {
                return [one];
            }

            var runs = int.TryParse(Environment.GetEnvironmentVariable("ODDSWIRE_FAULT_RUNS"), out var asked) ? asked : 2;
            return [.. Enumerable.Range(1, runs).Select(seed => (ulong)seed)];
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public Task Whatever_the_cluster_does_nothing_is_lost_doubled_or_out_of_order(ulong seed) => DisturbAsync(seed, new PipelineRig());

    [Theory]
    [MemberData(nameof(Seeds))]
    public Task Where_aborted_records_are_hidden_and_producers_are_fenced_nothing_is_even_repeated(ulong seed) => DisturbAsync(seed, new PipelineRig(new StrictCluster()), mayRepeat: false);

    private static async Task DisturbAsync(ulong seed, PipelineRig made, bool mayRepeat = true)
    {
        await using var rig = made;
        await rig.EnsureTopicsAsync();
        await rig.IngestAsync(new FirstMessages(PipelineRig.Source(seed), 240));
        var script = new FaultScript(seed, rig.Cluster, ["normalise.nba", "price.nba"], rig.StartStages);
        rig.StartStages();
        rig.StartStages();
        try
        {
            await script.RunAsync(faults: 14, pace: TimeSpan.FromMilliseconds(250));
            await CheckAsync(rig, mayRepeat);
        }
        catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
        {
            throw new InvalidOperationException($"Seed {seed} (ODDSWIRE_FAULT_SEED={seed}): {e.Message}\n{string.Join('\n', script.Said)}", e);
        }
        finally
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"Seed {seed}:\n{string.Join('\n', script.Said)}");
        }
    }

    [Fact]
    public async Task A_message_that_nobody_understands_goes_to_the_dead_letters_and_does_not_stop_its_partition()
    {
        await using var rig = new PipelineRig();
        await rig.EnsureTopicsAsync();
        await rig.IngestAsync(new FirstMessages(PipelineRig.Source(7), 60) { SpoiltAt = 20 });
        rig.StartStages();
        await CheckAsync(rig);
        await using var log = rig.OpenLog();
        var letters = 0;
        for (var partition = 0; partition < rig.PartitionCounts[Topics.DeadLetters(PipelineRig.Sport)]; partition++)
        {
            letters += (await log.ReadAllAsync(Topics.DeadLetters(PipelineRig.Sport), partition)).Count;
        }

        letters.ShouldBe(1);
    }

    /// <summary>Waits until both stages have written all that their input asks for, and refuses anything else.</summary>
    private static async Task CheckAsync(PipelineRig rig, bool mayRepeat = true)
    {
        await using var log = rig.OpenPatientLog();
        var raw = await ReadTopicAsync(log, rig, Topics.Raw(PipelineRig.Sport));
        var normalised = FencedReader.Expect(Pipeline.Normalise(PipelineRig.Sport), raw, rig.PartitionCounts);
        await FenceAsync(rig, log, Topics.Normalized(PipelineRig.Sport), normalised[Topics.Normalized(PipelineRig.Sport)], mayRepeat);

        // Price reads what is visible: on the mock, that is aborted copies too, which it must cope with.
        var events = await ReadTopicAsync(log, rig, Topics.Normalized(PipelineRig.Sport));
        var priced = FencedReader.Expect(Pipeline.Price(PipelineRig.Sport), events, rig.PartitionCounts);
        await FenceAsync(rig, log, Topics.Odds(PipelineRig.Sport), priced[Topics.Odds(PipelineRig.Sport)], mayRepeat);
    }

    /// <summary>Reads a topic until everything expected was seen, and where nothing may be repeated, on to where it ends then.</summary>
    private static async Task FenceAsync(PipelineRig rig, IEventLog log, string topic, Dictionary<string, List<byte[]>> expected, bool mayRepeat)
    {
        var reader = new FencedReader(expected);
        var next = Enumerable.Range(0, rig.PartitionCounts[topic]).ToDictionary(p => new TopicPartition(topic, p), _ => 0L);
        using var deadline = new CancellationTokenSource(Machine.Patience);
        try
        {
            while (reader.Missing > 0)
            {
                await ReadOnAsync(log, reader, next, deadline.Token);
                await rig.ThrowIfStoppedAsync();
                deadline.Token.ThrowIfCancellationRequested();
            }

            var ends = mayRepeat ? [] : await log.DescribeAsync(topic, deadline.Token);
            while (next.Any(pair => !mayRepeat && pair.Value < ends[pair.Key.Partition].EndOffset))
            {
                await ReadOnAsync(log, reader, next, deadline.Token);
                deadline.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            Assert.Fail($"{reader.Missing} of {reader.Count} records are missing in {topic} after {Machine.Patience.TotalSeconds:0} s; read up to {string.Join(", ", next.Select(pair => $"{pair.Key.Partition}:{pair.Value}"))}; {rig.DescribeOpen()}");
        }

        (mayRepeat || reader.Duplicates == 0).ShouldBeTrue($"{reader.Duplicates} records are repeated in {topic}");
        TestContext.Current.TestOutputHelper!.WriteLine($"{topic}: {reader.Count} records, {reader.Duplicates} more from aborted transactions");
    }

    private static async Task ReadOnAsync(IEventLog log, FencedReader reader, Dictionary<TopicPartition, long> next, CancellationToken ct)
    {
        foreach (var partition in next.Keys)
        {
            foreach (var batch in await log.ReadAsync(new(partition, next[partition]), 1000, TimeSpan.FromMilliseconds(20), ct))
            {
                foreach (var record in batch)
                {
                    reader.Take(record);
                }

                next[partition] = batch.NextOffset;
            }
        }
    }

    private static async Task<List<LogRecord>> ReadTopicAsync(IEventLog log, PipelineRig rig, string topic)
    {
        List<LogRecord> records = [];
        for (var partition = 0; partition < rig.PartitionCounts[topic]; partition++)
        {
            records.AddRange(await log.ReadAllAsync(topic, partition));
        }

        return records;
    }
}
