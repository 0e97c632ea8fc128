using System.Globalization;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Infrastructure.Stores.ClickHouse;

namespace Oddswire.Host.Roles;

/// <summary>
/// Puts sealed blocks into ClickHouse exactly once. A block's token makes a second insert of it harmless. But ClickHouse notes a token
/// before the rows are visible, so an engine that is killed between the two knows the token and lacks the rows. Hence, whenever an insert's outcome
/// was in doubt, rows and rollups are counted afterwards, and repaired where they are wrong.
/// </summary>
internal sealed class ArchiveStore(
    ClickHouseClient client, ArchiveRoleOptions options, HopCounters counters, TimeProvider time, ILogger? logger)
{
    private const string Synchronous = "&mutations_sync=2&insert_deduplicate=0";

    /// <summary>Inserts a block, waiting and trying again for as long as ClickHouse is away or in trouble.</summary>
    /// <param name="block">The sealed block.</param>
    /// <param name="inDoubt">Whether an earlier try may have inserted something.</param>
    /// <param name="onRepair">Called before rows are inserted under a new token: must write down <see cref="ArchiveBlock.Intent"/>.</param>
    /// <param name="ct">Gives up; the outcome is then in doubt.</param>
    /// <exception cref="ClickHouseException">ClickHouse refuses for a reason that does not pass.</exception>
    public async Task StoreAsync(ArchiveBlock block, bool inDoubt, Func<Task> onRepair, CancellationToken ct)
    {
        for (var failures = 0; ;)
        {
            ct.ThrowIfCancellationRequested();
            try
            {
                await InsertAsync(block, ct);
                if (!inDoubt || await ConfirmAsync(block, onRepair, ct))
                {
                    return;
                }
            }
            catch (ClickHouseException e) when (e.IsTransient)
            {
                inDoubt = true;
                counters.OnRetry();
                logger?.LogWarning("The archive of {League} waits: {Error}", block.League, e.Message);
                await WaitUntilUpAsync(failures++, ct);
            }
        }
    }

    /// <summary>
    /// Ranges of a partition, before its position, that hold fewer rows than offsets; <see cref="ArchiveRange.Rows"/> says how many. A log with
    /// holes gives ranges in which nothing is missing: compare with the records there are.
    /// </summary>
    public async Task<IReadOnlyList<ArchiveRange>> FindGapsAsync(League league, TopicPartition partition, long earliest, long position, CancellationToken ct)
    {
        var table = ArchiveTarget.Of(partition.Topic).Table;
        var step = Math.Max(1, options.MaxRowsPerBlock);
        var found = new Dictionary<long, int>();
        for (var failures = 0; ;)
        {
            try
            {
                found.Clear();
                await foreach (var row in client.RowsAsync(
                    $"SELECT intDiv(log_offset, {step}), count() FROM {table} WHERE league = '{league.Code()}' AND log_partition = {partition.Partition} "
                    + $"AND log_offset >= {earliest} AND log_offset < {position} GROUP BY 1",
                    ct))
                {
                    found[long.Parse(row[0], CultureInfo.InvariantCulture)] = int.Parse(row[1], CultureInfo.InvariantCulture);
                }

                break;
            }
            catch (ClickHouseException e) when (e.IsTransient)
            {
                counters.OnRetry();
                await WaitUntilUpAsync(failures++, ct);
            }
        }

        var gaps = new List<ArchiveRange>();
        for (var at = earliest; at < position; at = ((at / step) + 1) * step)
        {
            var end = Math.Min(position, ((at / step) + 1) * step);
            if (found.GetValueOrDefault(at / step) is var rows && rows < end - at)
            {
                gaps.Add(new ArchiveRange(partition, at, end, rows));
            }
        }

        return gaps;
    }

    private async Task InsertAsync(ArchiveBlock block, CancellationToken ct)
    {
        foreach (var part in block.Parts)
        {
            if (part.Range.Rows > 0)
            {
                var range = part.Range;
                await client.InsertAsync(part.Into, part.Rows.Written, $"{range.Partition}/{range.From}-{range.To}/{block.Attempt}", ct);
            }
        }
    }

    /// <summary>The circuit breaker: after a failure, the block is not sent again before ClickHouse answers a ping.</summary>
    private async Task WaitUntilUpAsync(int failures, CancellationToken ct)
    {
        do
        {
            await options.Retry.WaitAsync(failures++, time, ct);
            ct.ThrowIfCancellationRequested();
        }
        while (!await client.PingAsync(ct));
    }

    /// <summary>Whether rows and rollups are as they must be; where rows are missing, it makes the block ready for another insert.</summary>
    private async Task<bool> ConfirmAsync(ArchiveBlock block, Func<Task> onRepair, CancellationToken ct)
    {
        foreach (var part in block.Parts)
        {
            var found = await CountAsync(part, ct);
            if (found == (part.Range.Rows, part.Range.Rows))
            {
                continue;
            }

            if (found.Distinct == part.Range.Rows && await CountAsync(part, ct, " FINAL") == (part.Range.Rows, part.Range.Rows))
            {
                continue;
            }

            logger?.LogWarning(
                "The archive has {Found} of {Rows} rows of {Partition} from {From} to {To}; repairing",
                found.Distinct, part.Range.Rows, part.Range.Partition, part.Range.From, part.Range.To);
            block.Attempt++;
            await onRepair();
            foreach (var every in block.Parts)
            {
                await client.ExecuteAsync($"ALTER TABLE {every.Table} DELETE WHERE {Where(every)}", ct, Synchronous);
            }

            return false;
        }

        await RepairRollupsAsync(block, ct);
        return true;
    }

    private async Task<(long Rows, long Distinct)> CountAsync(ArchivePart part, CancellationToken ct, string final = "")
    {
        var row = (await client.TextAsync($"SELECT count(), uniqExact(log_offset) FROM {part.Table}{final} WHERE {Where(part)}", ct)).Trim().Split('\t');
        return (long.Parse(row[0], CultureInfo.InvariantCulture), long.Parse(row[1], CultureInfo.InvariantCulture));
    }

    private static string Where(ArchivePart part) =>
        $"league = '{Topics.LeagueOf(part.Range.Partition.Topic).Code()}' AND log_partition = {part.Range.Partition.Partition} "
        + $"AND log_offset >= {part.Range.From} AND log_offset < {part.Range.To}";

    private async Task RepairRollupsAsync(ArchiveBlock block, CancellationToken ct)
    {
        if (block.Games.Count == 0)
        {
            return;
        }

        foreach (var scope in ArchiveRollups.Of(block.League, block.Games, block.Partition, block.Received.First, block.Received.Last))
        {
            if ((await scope.DifferencesAsync(client, 1, ct)).Count > 0)
            {
                logger?.LogWarning("The {Rollup} of {League} is being rebuilt for the minutes of an interrupted insert", scope.Table, block.League);
                await scope.RebuildAsync(client, ct);
            }
        }
    }
}
