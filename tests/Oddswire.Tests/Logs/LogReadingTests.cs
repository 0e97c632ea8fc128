using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Host.Commands.Verify;

namespace Oddswire.Tests.Logs;

/// <summary>What verification reads of a partition.</summary>
public sealed class LogReadingTests
{
    private const string Topic = "odds.updates.internal.nba";

    [Fact]
    public async Task A_place_in_the_middle_of_a_batch_ends_the_reading_there()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var log = new MemoryEventLog(TimeProvider.System);
        await log.EnsureTopicsAsync([new(Topic, 1)], ct);
        await using var source = await log.JoinAsync(new("ingest.nba", [], League.Nba), ct);
        var commit = new LogCommit();
        for (var i = 0; i < 10; i++)
        {
            commit.Outputs.Append(Topic, 1, "nba:game"u8, default, Encoding.UTF8.GetBytes($"{i}"));
        }

        await source.CommitAsync(commit, ct);
        var bounds = (await log.DescribeAsync(Topic, ct)).ShouldHaveSingleItem();
        foreach (var end in new long[] { 0, 1, 4, 10 })
        {
            List<long> read = [];
            await foreach (var batch in log.ReadAllAsync(bounds, end, ct))
            {
                batch.NextOffset.ShouldBe(end);
                batch.Remaining.ShouldBe((int)end);
                foreach (var record in batch)
                {
                    read.Add(record.Offset);
                }
            }

            read.Count.ShouldBe((int)end);
        }
    }

    [Fact]
    public void A_thinned_batch_that_was_begun_in_the_middle_is_cut_by_offsets()
    {
        var kept = new OutputBuffer();
        foreach (var value in new[] { "a", "b", "c" })
        {
            kept.Append(new TopicPartition(Topic, 0), "k"u8, default, Encoding.UTF8.GetBytes(value));
        }

        var batch = RecordBatch.Thinned(new(Topic, 0), 100, 120, [2, 7, 11], default, kept.Blocks[0].Payload).From(103);
        Offsets(batch.Until(120)).ShouldBe([107, 111]);
        Offsets(batch.Until(111)).ShouldBe([107]);
        Offsets(batch.Until(105)).ShouldBeEmpty();
        batch.Until(111).NextOffset.ShouldBe(111);
    }

    private static List<long> Offsets(RecordBatch batch)
    {
        List<long> offsets = [];
        foreach (var record in batch)
        {
            offsets.Add(record.Offset);
        }

        return offsets;
    }
}
