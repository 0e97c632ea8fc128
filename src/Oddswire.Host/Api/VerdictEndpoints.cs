using System.Globalization;
using System.Text.Json;
using Oddswire.Board.Contracts;
using Oddswire.Core.Domain;

namespace Oddswire.Host.Api;

/// <summary>How the model did on a finished game, from the archive.</summary>
internal static class VerdictEndpoints
{
    private const string Sql =
        """
        SELECT toString(market_type) AS type, period, toString(line) AS points, toString(fair_1) AS fair, phase = 'scheduled' AS pregame, description
        FROM odds_updates AS u FINAL
        LEFT JOIN (
            SELECT key, argMax(toString(phase), sequence) AS phase, argMax(description, sequence) AS description
            FROM game_events WHERE league = {league:String} AND game_id = {game:String} GROUP BY key) AS e ON e.key = u.cause_key
        WHERE league = {league:String} AND game_id = {game:String} AND scope = 'full_game' AND status IN ('open', 'suspended') AND fair_1 > 0
          AND (market_type = 'moneyline' OR (market_type IN ('spread', 'total') AND is_main_line))
        ORDER BY epoch, u.sequence
        LIMIT 50000
        FORMAT JSON
        """;

    public static void Map(IEndpointRouteBuilder api, ApiSources sources, ApiOptions options) => api
        .MapGet("/games/{id}/verdict", (string id, CancellationToken ct) => ReadAsync(id, sources, options, ct))
        .WithName("getVerdict").WithTags("games").Produces<VerdictView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(503)
        .WithSummary("How the model did on a finished game")
        .WithDescription("Losses of the live moneyline by period, next to those of the pregame price held to the end; the event that moved the probability most; and how the main lines moved.");

    private static async Task<IResult> ReadAsync(string id, ApiSources sources, ApiOptions options, CancellationToken ct)
    {
        if (!GameId.TryParse(id, out var game))
        {
            return Problems.BadGameId(id);
        }

        if (sources.Board.Find(game)?.Read() is not { } snapshot)
        {
            return Problems.UnknownGame(id);
        }

        if (snapshot.State.Phase != GamePhase.Final)
        {
            return Problems.NotOver(id);
        }

        if (sources.Archive is not { } archive)
        {
            return Problems.ArchiveUnavailable("No archive is connected.");
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(options.ArchiveTimeout);
        try
        {
            var parameters = new Dictionary<string, string> { ["league"] = game.League.Code(), ["game"] = game.Value };
            using var answer = await archive(Sql, parameters, timeout.Token);
            List<VerdictRow> rows = [.. answer.RootElement.GetProperty("data").EnumerateArray().Select(Row)];
            return TypedResults.Json(
                VerdictBuilder.Of(game, snapshot.State.Score, snapshot.Info?.RegulationPeriods ?? 0, rows), ApiJson.Readable.VerdictView);
        }
        catch (Exception e) when (e is ArchiveUnavailableException or HttpRequestException)
        {
            return Problems.ArchiveUnavailable(e.Message);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Problems.ArchiveUnavailable($"It did not answer within {options.ArchiveTimeout.TotalSeconds:0.#} s.");
        }
    }

    private static VerdictRow Row(JsonElement row) => new(
        row.GetProperty("type").GetString() switch { "spread" => MarketType.Spread, "total" => MarketType.Total, _ => MarketType.Moneyline },
        row.GetProperty("period").GetInt32(),
        new Line((int)(decimal.Parse(row.GetProperty("points").GetString()!, CultureInfo.InvariantCulture) * 100)),
        Probability.FromMillionths((int)(decimal.Parse(row.GetProperty("fair").GetString()!, CultureInfo.InvariantCulture) * 1_000_000)),
        row.GetProperty("pregame").GetInt32() != 0,
        row.GetProperty("description").GetString() ?? "");
}
