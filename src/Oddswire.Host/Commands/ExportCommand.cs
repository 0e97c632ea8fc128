using System.CommandLine;
using System.Globalization;
using Oddswire.Core.Domain;
using Oddswire.Host.Composition;
using Oddswire.Infrastructure.Stores.ClickHouse;

namespace Oddswire.Host.Commands;

/// <summary>
/// <c>oddswire export parquet</c>: the archive as partitioned Parquet, <c>odds_updates/league=nfl/date=2026-01-31/data.parquet</c>, written by ClickHouse. A
/// partition is replaced as a whole, so that the same export again gives the same files.
/// </summary>
internal static class ExportCommand
{
    private static readonly string[] Tables = [ArchiveSchema.OddsTable, ArchiveSchema.ShadowTable, ArchiveSchema.EventsTable];

    public static Command Create()
    {
        var to = new Option<string>("--out") { Description = "The folder to write to; created if it does not exist.", HelpName = "DIR", Required = true };
        var league = new Option<string?>("--league") { Description = "Only nfl, nba or mlb." };
        var from = new Option<string?>("--from") { Description = "First day, by the time of receipt in UTC.", HelpName = "YYYY-MM-DD" };
        var until = new Option<string?>("--to") { Description = "Last day.", HelpName = "YYYY-MM-DD" };
        var parquet = new ExampleCommand(
            "parquet",
            "Write the archive as Parquet files, partitioned by league and day.",
            "oddswire export parquet --out parquet",
            "oddswire export parquet --out parquet --league nba --from 2026-01-01 --to 2026-01-31")
        {
            to, league, from, until,
        };
        parquet.SetAction((parsed, ct) => RunAsync(
            Path.GetFullPath(parsed.GetRequiredValue(to)),
            Filter(parsed.GetValue(league), parsed.GetValue(from), parsed.GetValue(until)),
            DataFolder.OpenExisting(parsed.GetRequiredValue(Cli.Data)),
            parsed.GetValue(Cli.Json),
            ct));
        return new ExampleCommand("export", "Write the archive to files.", "oddswire export parquet --out parquet") { parquet };
    }

    /// <summary>Exports the rows that a condition names, and says what was written.</summary>
    /// <exception cref="UserErrorException">The folder cannot be written, or ClickHouse refuses.</exception>
    public static async Task<IReadOnlyList<ExportedFile>> ExportAsync(
        ClickHouseClient client, string folder, string filter, Action<string> progress, CancellationToken ct)
    {
        var files = new List<ExportedFile>();
        foreach (var table in Tables)
        {
            var partitions = new List<(string League, string Day, long Rows)>();
            await foreach (var row in client.RowsAsync(
                $"SELECT league, toDate(received_at) AS day, count() FROM {table} FINAL WHERE {filter} GROUP BY league, day ORDER BY league, day", ct))
            {
                partitions.Add((row[0], row[1], long.Parse(row[2], CultureInfo.InvariantCulture)));
            }

            foreach (var (league, day, rows) in partitions)
            {
                progress($"{table} {league} {day}: {rows} rows");
                files.Add(await WriteAsync(client, folder, table, league, day, rows, ct));
            }
        }

        return files;
    }

    private static async Task<ExportedFile> WriteAsync(
        ClickHouseClient client, string folder, string table, string league, string day, long rows, CancellationToken ct)
    {
        var file = Path.Combine(folder, table, $"league={league}", $"date={day}", "data.parquet");
        var temporary = file + ".new";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var key = table == ArchiveSchema.EventsTable ? "game_id, sequence" : "game_id, epoch, sequence";
            await using (var output = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            await using (var data = await client.StreamAsync(
                $"SELECT * EXCEPT (league) FROM {table} FINAL WHERE league = '{league}' AND toDate(received_at) = '{day}' ORDER BY {key} FORMAT Parquet",
                "&output_format_parquet_compression_method=zstd&output_format_parquet_string_as_string=1",
                ct))
            {
                await data.CopyToAsync(output, ct);
            }

            File.Move(temporary, file, overwrite: true);
            return new ExportedFile(Path.GetRelativePath(folder, file), rows, new FileInfo(file).Length);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            File.Delete(temporary);
            throw new UserErrorException(ExitCodes.Environment, $"'{file}' cannot be written: {e.Message}", "Check the folder and its free space, or choose another with --out.", e);
        }
    }

    private static async Task<int> RunAsync(string folder, string filter, DataFolder data, bool json, CancellationToken ct)
    {
        await using var archive = await ArchiveAccess.OpenAsync(data, ct);
        IReadOnlyList<ExportedFile> files;
        try
        {
            files = await ExportAsync(archive.Client, folder, filter, Cli.Say, ct);
        }
        catch (ClickHouseException e)
        {
            throw QueryCommand.Refused(e);
        }

        Console.Out.WriteLine(Summary(files, folder, data.Root));
        if (json)
        {
            Cli.PrintJson(new { folder, files });
        }

        return ExitCodes.Ok;
    }

    /// <summary>What was written; where nothing was, what to look at.</summary>
    internal static string Summary(IReadOnlyList<ExportedFile> files, string folder, string data) => files.Count > 0
        ? $"{files.Count} files, {files.Sum(file => file.Rows)} rows, {files.Sum(file => file.Bytes) / 1e6:0.0} MB in {folder}"
        : $"Nothing to export: the archive in '{data}' has no rows of these leagues and days, and nothing was written. 'oddswire query' shows what it holds; --data names another folder.";

    private static string Filter(string? league, string? from, string? to)
    {
        var conditions = new List<string> { "1" };
        if (league is not null)
        {
            conditions.Add(Leagues.TryParse(league, out var known)
                ? $"league = '{known.Code()}'"
                : throw new UserErrorException(ExitCodes.Usage, $"--league '{league}' is not a league.", "Write nfl, nba or mlb."));
        }

        AddDay("--from", from, ">=");
        AddDay("--to", to, "<=");
        return string.Join(" AND ", conditions);

        void AddDay(string option, string? text, string comparison)
        {
            if (text is not null)
            {
                conditions.Add(DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                    ? $"toDate(received_at) {comparison} '{day:yyyy-MM-dd}'"
                    : throw new UserErrorException(ExitCodes.Usage, $"{option} '{text}' is not a day.", "Write for example 2026-01-31."));
            }
        }
    }
}

/// <summary>A file that was written.</summary>
/// <param name="Path">Its path within the folder.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record ExportedFile(string Path, long Rows, long Bytes);
