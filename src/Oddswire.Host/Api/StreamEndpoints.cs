using Microsoft.AspNetCore.Http.Features;
using Oddswire.Core.Domain;

namespace Oddswire.Host.Api;

/// <summary>The live streams.</summary>
internal static class StreamEndpoints
{
    public static void Map(IEndpointRouteBuilder api, StreamHub stream, UpdateTail? updates, ILogger logger)
    {
        api.MapGet("/stream", (HttpContext context, string? league, string? game, string? markets) =>
                OpenAsync(context, league, game, markets, stream, logger))
            .WithName("stream").WithTags("stream").Produces(200, contentType: "text/event-stream").ProducesProblem(400).ProducesProblem(503)
            .WithSummary("The live board as Server-Sent Events")
            .WithDescription(
                "Events: 'snapshot' (all wanted games), then 'delta' (changed games with their changed markets, the last value of each), 'heartbeat' when nothing " +
                "changes. Filters: league, game (adds its events), markets=main (only the three main markets). Send the last id as Last-Event-ID (browsers do) to " +
                "resume after a lost connection or a restart of the server.");

        if (updates is not null)
        {
            api.MapGet("/stream/updates", (HttpContext context, string? league, string? from) =>
                    OpenUpdatesAsync(context, league, from, stream, updates, logger))
                .WithName("streamUpdates").WithTags("stream").Produces(200, contentType: "text/event-stream").ProducesProblem(400).ProducesProblem(503)
                .WithSummary("Every odds update, in order, none left out, as Server-Sent Events")
                .WithDescription(
                    "Read from the log at the client's own pace. Events: 'update'; 'gap' when the log no longer keeps what was asked for. Filters: league; " +
                    "from=now (default) or from=earliest. Last-Event-ID resumes exactly after the last update received.");
        }
    }

    private static async Task OpenAsync(
        HttpContext context, string? league, string? game, string? markets, StreamHub stream, ILogger logger)
    {
        if (!TryReadLeague(league, out var onlyLeague))
        {
            await Problems.BadParameter("league", league, "nfl, nba or mlb").ExecuteAsync(context);
            return;
        }

        GameId onlyGame = default;
        if (game is not null && !GameId.TryParse(game, out onlyGame))
        {
            await Problems.BadGameId(game).ExecuteAsync(context);
            return;
        }

        if (markets is not (null or "main" or "all"))
        {
            await Problems.BadParameter("markets", markets, "main or all").ExecuteAsync(context);
            return;
        }

        var request = new StreamRequest(onlyLeague, game is null ? null : onlyGame, markets == "main", LastEventId(context));
        await ServeAsync(context, stream, logger, ct => stream.SendAsync(request, context.Response.BodyWriter, ct));
    }

    private static async Task OpenUpdatesAsync(
        HttpContext context, string? league, string? from, StreamHub stream, UpdateTail updates, ILogger logger)
    {
        if (!TryReadLeague(league, out var onlyLeague))
        {
            await Problems.BadParameter("league", league, "nfl, nba or mlb").ExecuteAsync(context);
            return;
        }

        if (from is not (null or "now" or "earliest"))
        {
            await Problems.BadParameter("from", from, "now or earliest").ExecuteAsync(context);
            return;
        }

        var lastEventId = LastEventId(context);
        await ServeAsync(context, stream, logger, ct => updates.SendAsync(onlyLeague, from == "earliest", lastEventId, context.Response.BodyWriter, ct));
    }

    private static async Task ServeAsync(HttpContext context, StreamHub stream, ILogger logger, Func<CancellationToken, Task> send)
    {
        if (!stream.TryEnter())
        {
            context.Response.Headers.RetryAfter = "5";
            await Problems.TooManyStreams(stream.MaxClients).ExecuteAsync(context);
            return;
        }

        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers["X-Accel-Buffering"] = "no";
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await context.Response.BodyWriter.WriteAsync("retry: 2000\n\n"u8.ToArray(), ended.Token);
            await send(ended.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.BodyWriter.WriteAsync("event: bye\ndata: {\"reason\":\"shutting-down\"}\n\n"u8.ToArray(), CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            // The client is gone.
        }
        catch (TimeoutException)
        {
            logger.LogWarning("A stream to {Client} was closed: it did not take what was sent in time", context.Connection.RemoteIpAddress);
            context.Abort();
        }
        finally
        {
            stream.Leave();
        }
    }

    private static bool TryReadLeague(string? text, out League? league)
    {
        league = null;
        if (text is null)
        {
            return true;
        }

        var known = Leagues.TryParse(text, out var parsed);
        league = parsed;
        return known;
    }

    /// <summary>Browsers send the header; a client that cannot may give the query parameter.</summary>
    private static string? LastEventId(HttpContext context)
    {
        var header = context.Request.Headers["Last-Event-ID"].ToString();
        return header.Length > 0 ? header : context.Request.Query["lastEventId"].ToString() is { Length: > 0 } given ? given : null;
    }
}
