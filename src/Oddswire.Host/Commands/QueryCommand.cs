using System.CommandLine;
using Oddswire.Host.Composition;
using Oddswire.Infrastructure.Stores.ClickHouse;

namespace Oddswire.Host.Commands;

/// <summary><c>oddswire query</c>: asks the archive in ClickHouse SQL. Without SQL it lists the tables and examples.</summary>
internal static class QueryCommand
{
    /// <summary>ClickHouse's code for a statement that readers may not give.</summary>
    private const int ReadOnly = 164;

    public static Command Create()
    {
        var sql = new Argument<string>("SQL") { Description = "The statement; '-' reads it from standard input. Default: list tables and examples.", Arity = ArgumentArity.ZeroOrOne };
        var format = new Option<string?>("--format") { Description = "Any ClickHouse format; PrettyCompact by default, JSON with --json.", HelpName = "FORMAT" };
        var command = new ExampleCommand(
            "query",
            "Query the archive in ClickHouse SQL.",
            "oddswire query",
            "oddswire query \"select count() from odds_updates\"",
            "oddswire query \"select * from games\" --format CSVWithNames",
            "oddswire query \"select * from lines where game_id = 'nfl:2015091000'\" --format JSONEachRow")
        {
            sql, format,
        };
        command.SetAction((parsed, ct) => RunAsync(
            parsed.GetValue(sql), parsed.GetValue(format), DataFolder.OpenExisting(parsed.GetRequiredValue(Cli.Data)), parsed.GetValue(Cli.Json), ct));
        return command;
    }

    private static async Task<int> RunAsync(string? sql, string? format, DataFolder folder, bool json, CancellationToken ct)
    {
        await using var archive = await ArchiveAccess.OpenAsync(folder, ct);
        if (string.IsNullOrWhiteSpace(sql))
        {
            await ListAsync(archive, json, ct);
            return ExitCodes.Ok;
        }

        var statement = sql == "-" ? await Console.In.ReadToEndAsync(ct) : sql;
        var chosen = format ?? (json ? "JSONCompact" : Console.IsOutputRedirected ? "TabSeparatedWithNames" : "PrettyCompact");
        try
        {
            // One JSON object has to be one line: ClickHouse's JSON formats are spread over many.
            await using var rows = await archive.Client.StreamAsync(
                statement, $"&default_format={Uri.EscapeDataString(chosen)}&output_format_pretty_row_numbers=0", ct);
            if (json && format is null)
            {
                using var document = await System.Text.Json.JsonDocument.ParseAsync(rows, cancellationToken: ct);
                Cli.PrintJson(document.RootElement);
                return ExitCodes.Ok;
            }

            await using var output = Console.OpenStandardOutput();
            await rows.CopyToAsync(output, ct);
        }
        catch (ClickHouseException e)
        {
            throw Refused(e);
        }
        catch (IOException e)
        {
            throw new UserErrorException(ExitCodes.Environment, $"The answer broke off: {e.Message}", "The query failed on the way; see whether a smaller one works.", e);
        }

        return ExitCodes.Ok;
    }

    /// <summary>What ClickHouse said, for the user.</summary>
    public static UserErrorException Refused(ClickHouseException e) => e switch
    {
        { IsTransient: true } => new(ExitCodes.Environment, e.Message, "Try again; 'oddswire doctor' says what is missing.", e),
        { Code: ReadOnly } => new(ExitCodes.Usage, e.Message, "The archive of a running platform is only read; stop the platform to change it (see docs/archive.md).", e),
        _ => new(ExitCodes.Usage, e.Message, "'oddswire query' without SQL lists the tables and examples.", e),
    };

    private static async Task ListAsync(ArchiveAccess archive, bool json, CancellationToken ct)
    {
        var endpoint = archive.IsShared ? archive.Client.Endpoint?.Url : null;
        var tables = new List<(string Name, string Kind, string Rows, string Columns)>();
        await foreach (var row in archive.Client.RowsAsync(
            "SELECT t.name, if(t.engine = 'View', 'view', 'table'), ifNull(toString(t.total_rows), ''), arrayStringConcat(arrayMap(c -> c.2, arraySort(groupArray((c.position, c.name)))), ', ') FROM system.tables AS t "
            + "INNER JOIN (SELECT table, name, position FROM system.columns WHERE database = currentDatabase()) AS c ON c.table = t.name "
            + "WHERE t.database = currentDatabase() AND t.engine != 'MaterializedView' AND t.name NOT LIKE '.%' AND t.name != 'schema_migrations' "
            + "GROUP BY t.name, t.engine, t.total_rows ORDER BY t.engine = 'View', t.name",
            ct))
        {
            tables.Add((row[0], row[1], row[2], row[3]));
        }

        if (json)
        {
            Cli.PrintJson(new
            {
                endpoint,
                tables = tables.Select(table => new { name = table.Name, kind = table.Kind, rows = table.Rows, columns = table.Columns.Split(", ") }),
                examples = ArchiveViews.ExampleQueries.Select(example => new { title = example.Title, sql = example.Sql }),
            });
            return;
        }

        Console.Out.WriteLine("Tables and views:");
        foreach (var (name, kind, rows, columns) in tables)
        {
            Console.Out.WriteLine($"  {name,-20} {kind,-6} {(rows.Length > 0 ? rows + " rows" : ""),-16} {columns}");
        }

        Console.Out.WriteLine();
        Console.Out.WriteLine(endpoint is null
            ? "While 'oddswire up' runs, any ClickHouse client can ask as well: this command then says where."
            : $"For any ClickHouse client, without user and password: {endpoint}");
        Console.Out.WriteLine();
        Console.Out.WriteLine("Examples:");
        foreach (var (title, sql) in ArchiveViews.ExampleQueries)
        {
            Console.Out.WriteLine($"  {title}:");
            Console.Out.WriteLine($"    oddswire query \"{sql}\"");
        }
    }
}
