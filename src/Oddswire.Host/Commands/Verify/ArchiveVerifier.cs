using System.Globalization;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Host.Roles;
using Oddswire.Infrastructure.Stores.ClickHouse;

namespace Oddswire.Host.Commands.Verify;

/// <summary>
/// Compares the archive with the log it was made from: every column of every row, then the rollups with a recount. Nothing may be
/// writing meanwhile. What the archive has still to take from the log is no fault, nor is a block whose insert was cut short: both are
/// said, and done at the next start.
/// </summary>
internal static class ArchiveVerifier
{
    private const int ChunkRecords = 100_000;
    private const int MaxDifferences = 5;

    /// <summary>Runs the checks, six for each league.</summary>
    /// <param name="log">The log.</param>
    /// <param name="client">The archive.</param>
    /// <param name="schema">The options it is run with: rows that its retention removes are left out.</param>
    /// <param name="leagues">The leagues to check.</param>
    /// <param name="time">Says what is beyond the retention.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ClickHouseException">The archive cannot be read.</exception>
    public static async Task<IReadOnlyList<VerifyCheck>> VerifyAsync(
        IEventLog log, ClickHouseClient client, ArchiveSchemaOptions schema, IReadOnlyList<League> leagues, TimeProvider time, CancellationToken ct)
    {
        var cutoff = schema.HotRetention is { } kept ? Timestamp.From(time.GetUtcNow() - kept + TimeSpan.FromHours(1)) : Timestamp.Unknown;
        var checks = new List<VerifyCheck>();
        foreach (var league in leagues)
        {
            var code = league.Code();
            var begun = await BegunAsync(log, league, ct);
            checks.Add(await CompareAsync($"archive-equals-log:{code}", log, client, Topics.Odds(league), begun, cutoff, ct));
            checks.Add(await CompareAsync($"archived-events-equal-log:{code}", log, client, Topics.Normalized(league), begun, cutoff, ct));
            checks.Add(await CompareAsync($"archived-shadow-equals-log:{code}", log, client, Topics.Shadow(league), begun, cutoff, ct));
            checks.Add(await DuplicatesAsync(client, code, ct));
            foreach (var rollup in ArchiveRollups.Of(league, cutoff.IsKnown ? cutoff + TimeSpan.FromMinutes(1) : cutoff))
            {
                var differences = await rollup.DifferencesAsync(client, MaxDifferences, ct);
                checks.Add(new(
                    $"{rollup.Table.Replace('_', '-')}-equals-recount:{code}",
                    differences.Count == 0 || begun.Count > 0,
                    (differences.Count, begun.Count) switch
                    {
                        (0, _) => "every minute equals a recount of the updates",
                        (_, 0) => $"other than a recount: {string.Join("; ", differences)}",
                        _ => $"an insert was cut short, the next start recounts its minutes: {string.Join("; ", differences)}",
                    }));
            }
        }

        return checks;
    }

    /// <summary>Where the blocks end whose insert was begun and not yet committed, by partition: the archive died in between.</summary>
    private static async Task<Dictionary<TopicPartition, long>> BegunAsync(IEventLog log, League league, CancellationToken ct)
    {
        var begun = new Dictionary<TopicPartition, long>();
        var group = ArchiveRole.SpecOf(league);
        foreach (var bounds in await log.DescribeAsync(Topics.Odds(league), ct))
        {
            foreach (var (key, value) in await log.ReadStateAsync(group, bounds.Partition.Partition, ct))
            {
                if (!key.AsSpan().SequenceEqual(ArchiveIntent.Key))
                {
                    continue;
                }

                foreach (var range in ArchiveIntent.Decode(value).Ranges)
                {
                    begun[range.Partition] = range.To;
                }
            }
        }

        return begun;
    }

    private static async Task<VerifyCheck> CompareAsync(
        string name, IEventLog log, ClickHouseClient client, string topic, Dictionary<TopicPartition, long> begun, Timestamp cutoff, CancellationToken ct)
    {
        var league = Topics.LeagueOf(topic);
        var comparison = new ArchiveComparison(league, topic, cutoff);
        var committed = (await log.CommittedAsync(ArchiveRole.SpecOf(league), ct)).ToDictionary(position => position.Partition, position => position.Offset);
        long waiting = 0;
        foreach (var bounds in await log.DescribeAsync(topic, ct))
        {
            var end = Math.Max(bounds.EarliestOffset, committed.GetValueOrDefault(bounds.Partition));
            waiting += bounds.EndOffset - end;
            try
            {
                for (var at = bounds.EarliestOffset; at < end && comparison.Differences.Count < MaxDifferences;)
                {
                    at = await comparison.CompareChunkAsync(log, client, bounds.Partition, at, Math.Min(end, at + ChunkRecords), ct);
                }
            }
            catch (LogCorruptException e)
            {
                comparison.Differences.Add(e.Message);
            }

            await comparison.CompareTailAsync(client, bounds.Partition, Math.Max(end, begun.GetValueOrDefault(bounds.Partition)), ct);
        }

        return new(
            name,
            comparison.Differences.Count == 0,
            comparison.Differences.Count == 0
                ? string.Create(CultureInfo.InvariantCulture, $"{comparison.Rows:N0} rows equal in every column{(waiting > 0 ? $"; {waiting} more records of the log wait for the next start" : "")}")
                : string.Join("; ", comparison.Differences.Take(MaxDifferences)));
    }

    private static async Task<VerifyCheck> DuplicatesAsync(ClickHouseClient client, string league, CancellationToken ct)
    {
        var where = $"WHERE league = '{league}'";
        var rows = (await client.TextAsync($"SELECT count() FROM {ArchiveSchema.OddsTable} FINAL {where}", ct)).Trim();
        var records = (await client.TextAsync($"SELECT uniqExact(log_partition, log_offset) FROM {ArchiveSchema.OddsTable} {where}", ct)).Trim();
        return new(
            $"archive-has-no-duplicates:{league}",
            rows == records,
            rows == records
                ? string.Create(CultureInfo.InvariantCulture, $"{long.Parse(rows, CultureInfo.InvariantCulture):N0} updates, each with a game, epoch and sequence of its own")
                : $"{records} records of the log, but {rows} different (game, market, epoch, sequence)");
    }
}
