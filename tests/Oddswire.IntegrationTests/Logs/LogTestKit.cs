using System.Runtime.CompilerServices;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.IntegrationTests.Chaos;

namespace Oddswire.IntegrationTests.Logs;

/// <summary>Short words for what the log tests do again and again.</summary>
internal static class LogTestKit
{
    public const string In = "raw.events.nfl";
    public const string Out = "events.normalized.nfl";

    /// <summary>Longer than a broker takes to notice that a member is gone (6 s) and to let a new group gather (3 s), on a machine that is busy with much else.</summary>
    public static readonly TimeSpan Soon = Machine.Patience;

    public static WorkerSpec Source { get; } = new("ingest.nfl", [], League.Nfl);

    public static WorkerSpec Stage { get; } = new("normalise.nfl", [In], League.Nfl);

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    public static void Put(this LogCommit commit, string topic, int partition, string key, string value) =>
        commit.Outputs.Append(new TopicPartition(topic, partition), Utf8(key), default, Utf8(value));

    public static async Task ProduceAsync(this ILogWorker source, string topic, int partition, params string[] values)
    {
        var commit = new LogCommit();
        foreach (var value in values)
        {
            commit.Put(topic, partition, "k", value);
        }

        await source.CommitAsync(commit, default);
    }

    public static List<LogRecord> Records(this IEnumerable<RecordBatch> batches)
    {
        List<LogRecord> records = [];
        foreach (var batch in batches)
        {
            foreach (var record in batch)
            {
                records.Add(record);
            }
        }

        return records;
    }

    public static List<string> Values(this IEnumerable<RecordBatch> batches) => [.. batches.Records().Select(r => Text(r.Value))];

    /// <summary>Everything kept in a partition.</summary>
    public static async Task<List<LogRecord>> ReadAllAsync(this IEventLog log, string topic, int partition)
    {
        var name = new TopicPartition(topic, partition);
        List<LogRecord> records = [];
        var bounds = (await log.DescribeAsync(topic, default))[partition];
        for (var offset = bounds.EarliestOffset; offset < bounds.EndOffset;)
        {
            var batches = await log.ReadAsync(new PartitionOffset(name, offset), 1000, Soon, default);
            batches.ShouldNotBeEmpty();
            records.AddRange(batches.Records());
            offset = batches[^1].NextOffset;
        }

        return records;
    }

    public static async Task<List<string>> ReadAllValuesAsync(this IEventLog log, string topic, int partition) =>
        [.. (await log.ReadAllAsync(topic, partition)).Select(r => Text(r.Value))];

    /// <summary>Polls until so many records came; says what was assigned and revoked on the way.</summary>
    public static async Task<PollResult> PollUntilAsync(
        this ILogWorker worker, Func<PollResult, bool> isEnough, [CallerArgumentExpression(nameof(isEnough))] string wanted = "")
    {
        List<RecordBatch> batches = [];
        List<int> assigned = [], revoked = [];
        var all = new PollResult(batches, assigned, revoked);
        using var deadline = new CancellationTokenSource(Soon);
        do
        {
            try
            {
                var polled = await worker.PollAsync(1000, TimeSpan.FromMilliseconds(100), deadline.Token);
                batches.AddRange(polled.Batches);
                assigned.AddRange(polled.Assigned);
                revoked.AddRange(polled.Revoked);
            }
            catch (OperationCanceledException e) when (deadline.IsCancellationRequested)
            {
                throw new TimeoutException(
                    $"Not within {Soon.TotalSeconds:0} s: {wanted}; there came {batches.Sum(b => b.Remaining)} records, assigned {string.Join(", ", assigned)}, revoked {string.Join(", ", revoked)}", e);
            }
        }
        while (!isEnough(all));

        return all;
    }

    public static Task<PollResult> PollRecordsAsync(this ILogWorker worker, int count) =>
        worker.PollUntilAsync(polled => polled.Batches.Sum(b => b.Remaining) >= count, $"{count} records");

    public static Task<PollResult> PollAssignedAsync(this ILogWorker worker, int count) =>
        worker.PollUntilAsync(polled => polled.Assigned.Count >= count, $"{count} partitions assigned");

    /// <summary>Commits positions behind everything polled.</summary>
    public static LogCommit Behind(PollResult polled)
    {
        var commit = new LogCommit();
        foreach (var last in polled.Batches.GroupBy(b => b.Partition).Select(g => g.Last()))
        {
            commit.Positions.Add(new PartitionOffset(last.Partition, last.NextOffset));
        }

        return commit;
    }
}
