using System.CommandLine;
using System.Globalization;
using Oddswire.Core.Domain;
using Oddswire.Host.Composition;
using Oddswire.Infrastructure.Stores.ClickHouse;

namespace Oddswire.Host.Commands.Models;

/// <summary><c>oddswire models compare</c>: what a shadow model would have priced, beside what was published.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var league = ModelsCommand.League();
        var game = new Option<string?>("--game") { Description = "Only this game.", HelpName = "GAME" };
        var command = new ExampleCommand(
            "compare",
            "Compare a shadow model with the live one, from the archive: how far apart their probabilities are and, for settled markets, which was closer.",
            "oddswire models compare --league nfl",
            "oddswire models compare --league nba --game nba:0022400695 --json")
        { league, game };
        command.SetAction((parsed, ct) => RunAsync(
            parsed.GetRequiredValue(league), parsed.GetValue(game), parsed.GetRequiredValue(Cli.Data), parsed.GetValue(Cli.Json), ct));
        return command;
    }

    private static async Task<int> RunAsync(League league, string? gameText, string data, bool json, CancellationToken ct)
    {
        if (gameText is not null && !(GameId.TryParse(gameText, out var game) && game.League == league))
        {
            throw new UserErrorException(ExitCodes.Usage, $"--game '{gameText}' is not a game of {league.Code()}.", $"Write for example {league.Code()}:2015091000.");
        }

        using var folder = DataFolder.OpenExisting(data);
        await using var archive = await ArchiveAccess.OpenAsync(folder, ct);
        var rows = new List<Comparison>();
        try
        {
            await foreach (var row in archive.Client.RowsAsync(Sql(league, gameText), ct))
            {
                rows.Add(Comparison.Of(row));
            }
        }
        catch (ClickHouseException e)
        {
            throw QueryCommand.Refused(e);
        }

        if (rows.Count == 0)
        {
            Console.Out.WriteLine($"No shadow model has priced {gameText ?? league.Code()} yet; begin with 'oddswire models shadow --league {league.Code()} FILE'.");
        }
        else
        {
            Print(rows);
        }

        if (json)
        {
            Cli.PrintJson(new { league = league.Code(), game = gameText, markets = rows });
        }

        return ExitCodes.Ok;
    }

    private static void Print(List<Comparison> rows)
    {
        Console.Out.WriteLine($"{"market",-36} {"prices",8} {"apart: mean",12} {"95 %",8} {"most",8} {"settled",8} {"log loss live",14} {"shadow",8}");
        foreach (var pair in rows.GroupBy(row => (row.Live, row.Shadow)))
        {
            Console.Out.WriteLine($"shadow {pair.Key.Shadow}, live {pair.Key.Live}");
            foreach (var row in pair)
            {
                Console.Out.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {row.Market,-34} {row.Prices,8:N0} {row.MeanApart,12:0.0000} {row.Apart95,8:0.0000} {row.MostApart,8:0.0000} {row.Settled,8:N0} "
                    + $"{(row.Settled == 0 ? "-" : row.LiveLogLoss.ToString("0.0000", CultureInfo.InvariantCulture)),14} "
                    + $"{(row.Settled == 0 ? "-" : row.ShadowLogLoss.ToString("0.0000", CultureInfo.InvariantCulture)),8}"));
            }
        }
    }

    // Each shadow price beside the live one that stood when it was made; the chance of the first selection counts, pushes are left out of the losses.
    private static string Sql(League league, string? game)
    {
        var where = $"league = '{league.Code()}'{(game is null ? "" : $" AND game_id = '{game}'")}";
        const string Market = "game_id, scope, market_type, subject, statistic, line";
        return
            $"""
            SELECT live, shadow, concat(toString(scope), ' ', toString(market_type)) AS market, count() AS prices,
                avg(abs(s - l)) AS mean, quantile(0.95)(abs(s - l)) AS p95, max(abs(s - l)) AS most,
                countIf(result IN ('won', 'lost')) AS settled,
                if(settled = 0, 0, avgIf(-log(if(result = 'won', l, 1 - l)), result IN ('won', 'lost'))) AS live_loss,
                if(settled = 0, 0, avgIf(-log(if(result = 'won', s, 1 - s)), result IN ('won', 'lost'))) AS shadow_loss
            FROM (
                SELECT {Market}, a.model_version AS shadow, b.model_version AS live,
                    least(0.999999, greatest(0.000001, toFloat64(a.fair_1))) AS s, least(0.999999, greatest(0.000001, toFloat64(b.fair_1))) AS l
                FROM (SELECT * FROM shadow_updates WHERE {where} AND status = 'open') AS a
                ASOF INNER JOIN (SELECT {Market}, model_version, fair_1, received_at FROM odds_updates WHERE {where} AND status = 'open') AS b
                    USING ({Market}, received_at)) AS pairs
            LEFT JOIN (
                SELECT {Market}, argMax(result_1, (epoch, sequence)) AS result FROM odds_updates WHERE {where} AND status = 'settled' GROUP BY {Market}) AS r
                USING ({Market})
            GROUP BY live, shadow, scope, market_type ORDER BY live, shadow, scope, market_type
            """;
    }

    /// <summary>One kind of market: how far the two models are apart on the chance of the first selection, and how well each did.</summary>
    private sealed record Comparison(
        string Live, string Shadow, string Market, long Prices, double MeanApart, double Apart95, double MostApart, long Settled, double LiveLogLoss, double ShadowLogLoss)
    {
        public static Comparison Of(IReadOnlyList<string> row) => new(
            row[0], row[1], row[2], long.Parse(row[3], CultureInfo.InvariantCulture), Number(row[4]), Number(row[5]), Number(row[6]),
            long.Parse(row[7], CultureInfo.InvariantCulture), Number(row[8]), Number(row[9]));

        private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }
}
