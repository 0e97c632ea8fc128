using System.Text.Json;
using Microsoft.Data.Sqlite;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Infrastructure.Logs.Sqlite;

namespace Oddswire.IntegrationTests.Chaos;

/// <summary>A finished platform's folder, of which every test damages a copy.</summary>
public sealed class FinishedPlatform : IAsyncLifetime
{
    private readonly ChaosFolder _folder = new();
    private int _copies;

    public async ValueTask InitializeAsync()
    {
        if (Host.Composition.ChdbLibrary.Find() is null)
        {
            return;
        }

        await using var run = await OddswireProcess.RunAsync(
            "up", "--rounds", "1", "--speed", "max", "--games", "nfl=1,nba=1,mlb=1", "--port", "0", "--headless", "--data", _folder["whole"]);
        run.ExitCode.ShouldBe(0, run.Said);
        await Outcome.OfAsync(_folder["whole"]);
    }

    /// <summary>A fresh copy.</summary>
    public string Copy()
    {
        Machine.DemandChdb();
        var copy = _folder[$"copy-{Interlocked.Increment(ref _copies)}"];
        var (code, said) = Machine.Run("cp", "-a", _folder["whole"], copy);
        code.ShouldBe(0, said);
        return copy;
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}

/// <summary>What <c>verify</c> must find.</summary>
public sealed class TamperingTests(FinishedPlatform platform, ITestOutputHelper output) : IClassFixture<FinishedPlatform>
{
    [Fact]
    public async Task A_changed_price_in_the_archive_is_found()
    {
        var data = platform.Copy();
        await QueryAsync(data, "ALTER TABLE odds_updates UPDATE price_1 = price_1 + 0.01 WHERE league = 'nba' AND log_offset = 100 SETTINGS mutations_sync = 2");
        await VerifyFindsAsync(data, "archive-equals-log:nba", "price_1");
    }

    [Fact]
    public async Task A_changed_copy_of_an_archived_row_is_found()
    {
        var data = platform.Copy();
        await QueryAsync(data, "INSERT INTO odds_updates SELECT * REPLACE (score_home + 1 AS score_home) FROM odds_updates WHERE league = 'nfl' AND log_offset = 50");
        await VerifyFindsAsync(data, "archive-equals-log:nfl", "score_home");
    }

    [Fact]
    public async Task A_deleted_partition_of_the_archive_is_found()
    {
        var data = platform.Copy();
        var partition = await QueryAsync(data, "SELECT partition_id FROM system.parts WHERE table = 'odds_updates' AND active AND partition LIKE '%mlb%' LIMIT 1 FORMAT TSV");
        await QueryAsync(data, $"ALTER TABLE odds_updates DROP PARTITION ID '{partition.Trim()}'");
        await VerifyFindsAsync(data, "archive-equals-log:mlb", "missing in the archive");
    }

    [Fact]
    public async Task A_changed_rollup_is_found()
    {
        var data = platform.Copy();
        await QueryAsync(data, "ALTER TABLE odds_rollup UPDATE count = count + 1 WHERE league = 'nba' SETTINGS mutations_sync = 2");
        await VerifyFindsAsync(data, "odds-rollup-equals-recount:nba", "");
    }

    [Theory]
    [InlineData("raw.events.nfl", "normalise:nfl")]
    [InlineData("events.normalized.nfl", "price:nfl")]
    [InlineData("odds.updates.internal.nfl", "archive-equals-log:nfl")]
    public async Task A_deleted_batch_of_the_log_is_found(string topic, string alsoFailing)
    {
        var data = platform.Copy();
        Change(data, $"DELETE FROM batches WHERE id = ({Batch(topic, "min")})").ShouldBe(1);
        await VerifyFindsAsync(data, "log:nfl", topic, alsoFailing);
    }

    [Fact]
    public async Task The_deleted_last_batch_of_the_log_is_found()
    {
        var data = platform.Copy();
        Change(data, $"DELETE FROM batches WHERE id = ({Batch("odds.updates.internal.nfl")})").ShouldBe(1);
        await VerifyFindsAsync(data, "log:nfl", "odds.updates.internal.nfl");
    }

    [Fact]
    public async Task A_flipped_bit_in_a_stored_batch_is_found()
    {
        var data = platform.Copy();
        var path = Path.Combine(data, "log", "nfl.db");
        long id;
        byte[] payload;
        using (var database = Open(path))
        {
            using var read = database.CreateCommand();
            read.CommandText = $"SELECT id, payload FROM batches WHERE id = ({Batch("odds.updates.internal.nfl")})";
            using var row = read.ExecuteReader();
            row.Read().ShouldBeTrue();
            (id, payload) = (row.GetInt64(0), row.GetFieldValue<byte[]>(1));
        }

        payload[payload.Length / 2] ^= 1;
        using (var database = Open(path))
        {
            using var write = database.CreateCommand();
            write.CommandText = "UPDATE batches SET payload = $payload WHERE id = $id";
            write.Parameters.AddWithValue("$payload", payload);
            write.Parameters.AddWithValue("$id", id);
            write.ExecuteNonQuery().ShouldBe(1);
        }

        await VerifyFindsAsync(data, "log:nfl", "checksum");
    }

    [Fact]
    public async Task A_published_update_that_comes_a_second_time_is_found()
    {
        var data = platform.Copy();
        var odds = new TopicPartition(Topics.Odds(League.Nfl), 0);
        await using (var log = new SqliteEventLog(new SqliteLogOptions { Directory = data }, TimeProvider.System))
        {
            var batches = await log.ReadAsync(new PartitionOffset(odds, 10), 1, TimeSpan.Zero, TestContext.Current.CancellationToken);
            await using var intruder = await log.JoinAsync(new WorkerSpec("intruder.nfl", [], League.Nfl), TestContext.Current.CancellationToken);
            var commit = new LogCommit();
            foreach (var record in batches[0].From(10))
            {
                commit.Outputs.Append(odds, record.Key.Span, record.Headers, record.Value.Span);
                break;
            }

            await intruder.CommitAsync(commit, TestContext.Current.CancellationToken);
        }

        await VerifyFindsAsync(data, "chains:nfl", "odds.updates.internal.nfl", "price:nfl");
    }

    /// <summary>A topic's last batch, or its first one, which under load may be the same.</summary>
    private static string Batch(string topic, string which = "max") =>
        $"SELECT {which}(b.id) FROM batches b JOIN partitions p ON p.id = b.id >> 40 JOIN topics t ON t.id = p.topic "
        + $"WHERE t.name = '{topic}'";

    private static SqliteConnection Open(string path)
    {
        var database = new SqliteConnection($"Data Source={path};Pooling=False");
        database.Open();
        return database;
    }

    private static int Change(string data, string sql)
    {
        using var database = Open(Path.Combine(data, "log", "nfl.db"));
        using var command = database.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    private static async Task<string> QueryAsync(string data, string sql)
    {
        await using var query = await OddswireProcess.RunAsync("query", sql, "--data", data);
        query.ExitCode.ShouldBe(0, query.Said);
        return string.Join('\n', query.Output);
    }

    /// <summary>Exit code 1, and the named check says what is wrong.</summary>
    private async Task VerifyFindsAsync(string data, string check, string detail, string? alsoFailing = null)
    {
        await using var verify = await OddswireProcess.RunAsync("verify", "--json", "--data", data);
        verify.ExitCode.ShouldBe(1, verify.Said);
        verify.Result.GetProperty("ok").GetBoolean().ShouldBeFalse();
        var failing = verify.Result.GetProperty("checks").EnumerateArray()
            .Where(found => !found.GetProperty("ok").GetBoolean())
            .ToDictionary(found => found.GetProperty("name").GetString()!, found => found.GetProperty("detail").GetString()!);
        output.WriteLine(JsonSerializer.Serialize(failing));
        failing.Keys.ShouldContain(check);
        failing[check].ShouldContain(detail);
        if (alsoFailing is not null)
        {
            failing.Keys.ShouldContain(alsoFailing);
        }
    }
}
