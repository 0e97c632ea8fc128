using System.Text.Json;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Host.Roles;
using Oddswire.Infrastructure.Logs.Sqlite;

namespace Oddswire.IntegrationTests.Chaos;

/// <summary>What a data folder holds in the end: what <c>verify</c> says, and the archive's contents without the times of a run.</summary>
internal sealed record Outcome(IReadOnlyDictionary<string, string> Digests, long Updates, IReadOnlyList<string> Archive)
{
    /// <summary>Everything published and every rollup, by league, as far as it does not say when it happened.</summary>
    private const string ArchiveSql =
        """
        SELECT * FROM (SELECT 'odds', league, count(), uniqExact(id), sum(cityHash64(id, game_id, epoch, sequence, previous_sequence, market_type, subject, statistic, line, is_main_line,
            status, reason, settlement_version, selection_1, price_1, fair_1, result_1, selection_2, price_2, fair_2, result_2, selection_3, price_3, fair_3, result_3,
            model_version, cause_key, score_home, score_away, period, clock_tenths)) FROM odds_updates GROUP BY league
        UNION ALL SELECT 'events', league, count(), uniqExact(game_id, sequence), sum(cityHash64(game_id, sequence, key, event_order, revision, kind, disposition, phase,
            period, clock_tenths, score_home, score_away, possession, outs, bases, description)) FROM game_events GROUP BY league
        UNION ALL SELECT 'rollup', league, sum(count), sum(sum), sum(sum_sq) FROM odds_rollup GROUP BY league
        UNION ALL SELECT 'latency', league, sum(count), 0, 0 FROM latency_rollup GROUP BY league)
        ORDER BY 1, 2 FORMAT TSV
        """;

    /// <summary>Reads it; <c>verify</c> must find everything well.</summary>
    public static async Task<Outcome> OfAsync(string data, bool archive = true, IReadOnlyList<string>? log = null, bool edge = true)
    {
        await using var verify = await OddswireProcess.RunAsync(["verify", "--json", "--data", data, .. archive ? Array.Empty<string>() : ["--no-archive"], .. log ?? []]);
        verify.ExitCode.ShouldBe(0, $"verify finds faults in '{data}':\n{string.Join('\n', verify.Output.Where(line => line.StartsWith("FAIL", StringComparison.Ordinal)))}\n{string.Join('\n', verify.Errors)}");
        var result = verify.Result;
        result.GetProperty("ok").GetBoolean().ShouldBeTrue();
        if (edge)
        {
            result.GetProperty("checks").EnumerateArray().Count(check => NameOf(check).StartsWith("public-equals-internal", StringComparison.Ordinal))
                .ShouldBeGreaterThan(0, "verify did not look at what partners read");
        }

        IReadOnlyList<string> contents = [];
        if (archive)
        {
            result.GetProperty("checks").EnumerateArray().Count(IsOfArchive).ShouldBeGreaterThan(0, "verify did not look at the archive");
            await using var query = await OddswireProcess.RunAsync("query", ArchiveSql, "--data", data);
            query.ExitCode.ShouldBe(0, query.Said);
            contents = query.Output;
        }

        return new(
            result.GetProperty("digests").EnumerateObject().ToDictionary(digest => digest.Name, digest => digest.Value.GetString()!),
            result.GetProperty("updates").GetInt64(),
            contents);
    }

    /// <summary>Demands that another folder holds the same.</summary>
    public void ShouldEqual(Outcome expected)
    {
        Digests.ShouldBe(expected.Digests, ignoreOrder: true);
        Updates.ShouldBe(expected.Updates);
        Archive.ShouldBe(expected.Archive);
    }

    /// <summary>How far a killed platform had come, looked at in a copy so that the next start finds what the kill left.</summary>
    public static async Task<Progress> ProgressOfAsync(string data)
    {
        var copy = Directory.CreateTempSubdirectory("oddswire-chaos-copy-").FullName;
        try
        {
            var from = Path.Combine(data, "log");
            if (!Directory.Exists(from))
            {
                return default;
            }

            Directory.CreateDirectory(Path.Combine(copy, "log"));
            foreach (var file in Directory.EnumerateFiles(from).Where(file => !file.EndsWith("-shm", StringComparison.Ordinal) && !file.EndsWith(".alive", StringComparison.Ordinal)))
            {
                File.Copy(file, Path.Combine(copy, "log", Path.GetFileName(file)));
            }

            await using var log = new SqliteEventLog(new SqliteLogOptions { Directory = copy }, TimeProvider.System);
            long records = 0, raw = 0, odds = 0, archived = 0;
            foreach (var league in Leagues.All)
            {
                foreach (var topic in Topics.Of(league))
                {
                    records += (await log.DescribeAsync(topic, default)).Sum(bounds => bounds.EndOffset);
                }

                raw += (await log.DescribeAsync(Topics.Raw(league), default)).Sum(bounds => bounds.EndOffset);
                odds += (await log.DescribeAsync(Topics.Odds(league), default)).Sum(bounds => bounds.EndOffset);
                archived += (await log.CommittedAsync(ArchiveRole.SpecOf(league), default)).Where(position => position.Partition.Topic == Topics.Odds(league)).Sum(position => position.Offset);
            }

            return new(records, raw, odds, archived);
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    private static string NameOf(JsonElement check) => check.GetProperty("name").GetString()!;

    private static bool IsOfArchive(JsonElement check) => NameOf(check).StartsWith("archive-equals-log", StringComparison.Ordinal);
}

/// <summary>Records of all leagues: in all topics, taken in, priced, and priced and archived.</summary>
internal readonly record struct Progress(long Records, long Raw, long Odds, long Archived)
{
    public override string ToString() => $"raw {Raw}, odds {Odds}, archived {Archived}";
}
