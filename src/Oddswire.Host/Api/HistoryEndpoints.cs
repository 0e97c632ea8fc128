using System.Globalization;
using System.Text.Json;
using Oddswire.Board.Contracts;
using Oddswire.Board.Views;
using Oddswire.Core.Domain;

namespace Oddswire.Host.Api;

/// <summary>Price history, from the archive.</summary>
internal static class HistoryEndpoints
{
    private const int DefaultLimit = 2_000;
    private const int MaxLimit = 10_000;

    public static void Map(IEndpointRouteBuilder api, ApiSources sources, ApiOptions options) => api
        .MapGet("/games/{id}/history", (string id, string? market, int? limit, CancellationToken ct) => ReadAsync(id, market, limit, sources, options, ct))
        .WithName("getHistory").WithTags("games").Produces<HistoryView>().ProducesProblem(400).ProducesProblem(503)
        .WithSummary("Price history of a market, oldest first")
        .WithDescription(
            "market: a market's name (moneyline, spread:-3.5, total:47.5, team_total:home:24.5, first_half.total:23.5), or spread, total, team_total:home, first_half.total for whichever line was the " +
            "main one at each moment; default moneyline. limit: the newest 1 to 10000 points, default 2000.");

    private static async Task<IResult> ReadAsync(
        string id, string? market, int? limit, ApiSources sources, ApiOptions options, CancellationToken ct)
    {
        if (!GameId.TryParse(id, out var game))
        {
            return Problems.BadGameId(id);
        }

        if (limit is < 1 or > MaxLimit)
        {
            return Problems.BadParameter("limit", limit.ToString(), $"1 to {MaxLimit}");
        }

        var name = market ?? "moneyline";
        if (HistoryQuestion.Parse(name) is not { } question)
        {
            return Problems.BadParameter("market", market, "for example moneyline, spread, spread:-3.5, total:47.5 or team_total:home:24.5");
        }

        if (sources.Archive is not { } archive)
        {
            return Problems.ArchiveUnavailable("No archive is connected.");
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(options.ArchiveTimeout);
        try
        {
            var take = limit ?? DefaultLimit;
            using var answer = await archive(question.Sql, question.Parameters(game, take + 1), timeout.Token);
            var regulation = sources.Board.Find(game)?.Read().Info?.RegulationPeriods ?? 0;
            List<HistoryPoint> points = [.. answer.RootElement.GetProperty("data").EnumerateArray().Select(row => Point(row, question, game.League, regulation))];
            points.Reverse();
            var isTruncated = points.Count > take;
            return TypedResults.Json(
                new HistoryView(id, name, isTruncated, isTruncated ? points[^take..] : points), ApiJson.Readable.HistoryView);
        }
        catch (ArchiveUnavailableException e)
        {
            return Problems.ArchiveUnavailable(e.Message);
        }
        catch (HttpRequestException e)
        {
            return Problems.ArchiveUnavailable(e.Message);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Problems.ArchiveUnavailable($"It did not answer within {options.ArchiveTimeout.TotalSeconds:0.#} s.");
        }
    }

    private static HistoryPoint Point(JsonElement row, HistoryQuestion question, League league, int regulation)
    {
        var line = new Line((int)(decimal.Parse(Text(row, "points")) * 100));
        var price = decimal.Parse(Text(row, "price"));
        return new HistoryPoint(
            new Timestamp(Int(row, "at")).ToString(),
            question.MarketAt(line).ToString(),
            Int(row, "sequence"),
            Text(row, "state"),
            question.HasLine ? line.ToString() : null,
            price == 0 ? null : price.ToString("0.000"),
            decimal.Parse(Text(row, "fair")).ToString("0.000000"),
            GameLabels.Short(league, (int)Int(row, "period"), regulation),
            (int)Int(row, "score_home"),
            (int)Int(row, "score_away"));
    }

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString() ?? "";

    /// <summary>ClickHouse writes 64-bit integers as text.</summary>
    private static long Int(JsonElement row, string name)
    {
        var value = row.GetProperty(name);
        return value.ValueKind == JsonValueKind.String ? long.Parse(value.GetString()!, NumberStyles.AllowLeadingSign) : value.GetInt64();
    }
}
