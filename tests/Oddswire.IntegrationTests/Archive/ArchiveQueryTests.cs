using System.Diagnostics;
using Oddswire.Host.Commands;
using Oddswire.Infrastructure.Stores.ClickHouse;
using Oddswire.Infrastructure.Stores.ClickHouse.Chdb;

namespace Oddswire.IntegrationTests.Archive;

/// <summary>What people ask of the archive: the examples, the views, Parquet.</summary>
public sealed class ArchiveQueryTests(ChdbFixture chdb) : IClassFixture<ChdbFixture>
{
    public static TheoryData<int> Examples => [.. Enumerable.Range(0, ArchiveViews.ExampleQueries.Count)];

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Every_example_query_gives_rows(int index)
    {
        await using var data = await FilledAsync();

        var answer = await chdb.Client.TextAsync(ArchiveViews.ExampleQueries[index].Sql + " FORMAT TabSeparatedWithNames", ChdbFixture.Ct);

        answer.Trim().Split('\n').Length.ShouldBeGreaterThan(1, ArchiveViews.ExampleQueries[index].Title);
    }

    [Fact]
    public async Task The_rollup_of_a_minute_says_how_its_price_moved()
    {
        await using var data = await FilledAsync();

        var row = (await chdb.Client.TextAsync(
            "SELECT r.open = s.open, r.close = s.close, r.min = s.min, r.max = s.max, r.updates = s.updates, abs(r.volatility - s.volatility) < 0.0001 FROM odds_per_minute AS r "
            + "INNER JOIN (SELECT game_id, market_type, subject, line, selection, toStartOfMinute(received_at) AS minute, argMin(price, sequence) AS open, argMax(price, sequence) AS close, "
            + "min(price) AS min, max(price) AS max, count() AS updates, stddevPop(price) AS volatility FROM odds_selections WHERE price > 0 GROUP BY ALL) AS s "
            + "USING (game_id, market_type, subject, line, selection, minute) GROUP BY ALL",
            ChdbFixture.Ct)).Trim();

        row.ShouldBe("1\t1\t1\t1\t1\t1");
    }

    [Fact]
    public async Task The_latest_view_holds_one_row_for_each_market()
    {
        await using var data = await FilledAsync();

        (await chdb.NumberAsync("SELECT count() FROM odds_latest"))
            .ShouldBe(await chdb.NumberAsync("SELECT uniqExact(game_id, market_type, subject, statistic, line) FROM odds_updates"));
    }

    [Fact]
    public async Task An_export_writes_every_row_as_partitioned_parquet_and_again_the_same_files()
    {
        await using var data = await FilledAsync();
        var folder = Path.Combine(chdb.Folder, "parquet");

        var files = await ExportCommand.ExportAsync(chdb.Client, folder, "league = 'nfl'", static _ => { }, ChdbFixture.Ct);
        var before = files.Select(file => File.ReadAllBytes(Path.Combine(folder, file.Path)).Length).ToList();
        await ExportCommand.ExportAsync(chdb.Client, folder, "league = 'nfl'", static _ => { }, ChdbFixture.Ct);

        files.ShouldAllBe(file => file.Path.Contains("/league=nfl/date=20"));
        files.Where(file => file.Path.StartsWith("odds_updates")).Sum(file => file.Rows).ShouldBe(5_000);
        (await chdb.NumberAsync($"SELECT count() FROM file('{folder}/odds_updates/*/*/data.parquet', Parquet)")).ShouldBe(5_000);
        (await chdb.NumberAsync($"SELECT count() FROM file('{folder}/game_events/*/*/data.parquet', Parquet)")).ShouldBe(50);
        files.Select(file => File.ReadAllBytes(Path.Combine(folder, file.Path)).Length).ShouldBe(before);
        Directory.GetFiles(folder, "*.new", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_table_that_a_full_disk_has_lost_is_made_again()
    {
        await chdb.DemandAsync();
        await chdb.Client.ExecuteAsync($"DROP TABLE {ArchiveSchema.ShadowTable}", ChdbFixture.Ct);

        await ArchiveSchema.ApplyAsync(chdb.Client, ChdbFixture.Schema, ChdbFixture.Ct);

        (await chdb.Client.TextAsync($"SELECT count() FROM {ArchiveSchema.ShadowTable}", ChdbFixture.Ct)).Trim().ShouldBe("0");
    }

    [Fact]
    public async Task Applying_the_schema_again_changes_nothing_and_a_new_retention_is_taken_over()
    {
        await chdb.DemandAsync();
        const string Tables = "SELECT groupArray((name, engine_full)) FROM (SELECT name, engine_full FROM system.tables WHERE database = currentDatabase() ORDER BY name)";
        var before = await chdb.Client.TextAsync(Tables, ChdbFixture.Ct);

        await ArchiveSchema.ApplyAsync(chdb.Client, ChdbFixture.Schema, ChdbFixture.Ct);
        (await chdb.Client.TextAsync(Tables, ChdbFixture.Ct)).ShouldBe(before);

        await ArchiveSchema.ApplyAsync(chdb.Client, new ArchiveSchemaOptions { HotRetention = TimeSpan.FromDays(7) }, ChdbFixture.Ct);
        (await chdb.Client.TextAsync(Tables, ChdbFixture.Ct)).ShouldContain("toIntervalSecond(604800)");
        await ArchiveSchema.ApplyAsync(chdb.Client, ChdbFixture.Schema, ChdbFixture.Ct);
        (await chdb.Client.TextAsync(Tables, ChdbFixture.Ct)).ShouldBe(before);
    }

    [Theory]
    [InlineData("select 1 as x", 0, "x\n1\n", "")]
    [InlineData("selec 1", 2, "", "not with 'SELEC'")]
    [InlineData("", 0, "Tables and views:", "")]
    [InlineData("drop table odds_updates", 2, "", "only read")]
    [InlineData("alter table odds_updates delete where 1", 2, "", "only read")]
    public async Task The_query_command_asks_the_engine_that_runs_on_the_folder(string sql, int code, string output, string error)
    {
        await chdb.DemandAsync();
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "oddswire"), ["query", "--data", chdb.Folder, sql])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(ChdbFixture.Ct);
        var text = await process.StandardOutput.ReadToEndAsync(ChdbFixture.Ct);
        await process.WaitForExitAsync(ChdbFixture.Ct);

        text.ShouldStartWith(output);
        (await errors).ShouldContain(error);
        process.ExitCode.ShouldBe(code);
    }

    [Fact]
    public async Task The_endpoint_file_is_for_its_owner_only()
    {
        await chdb.DemandAsync();
        var folder = Path.Combine(chdb.Folder, "archive");

        ChdbProcess.ReadEndpoint(folder).ShouldBe(chdb.Client.Endpoint);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Path.Combine(folder, ChdbProcess.EndpointFile)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private async Task<ArchiveData> FilledAsync()
    {
        await chdb.DemandAsync();
        var data = await ArchiveData.CreateAsync();
        await data.AppendAsync(5_000);
        await chdb.Role(data.Log).DrainAsync(ChdbFixture.Ct);
        return data;
    }
}
