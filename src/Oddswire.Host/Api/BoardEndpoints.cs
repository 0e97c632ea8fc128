using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using Oddswire.Board;
using Oddswire.Board.Contracts;
using Oddswire.Board.Pages;
using Oddswire.Board.Views;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Publish;

namespace Oddswire.Host.Api;

/// <summary>The pages of the web board and their files.</summary>
internal static class BoardEndpoints
{
    private const int MaxFinishedShown = 30;
    private const int MaxEventsShown = 200;

    public static void Map(IEndpointRouteBuilder app, LiveBoard board, PipelineMonitor monitor)
    {
        var pages = app.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/", (HttpRequest request) => Page<GamesPage>(request, new() { ["Leagues"] = Lists(board) }));
        pages.MapGet("/pipeline", (HttpRequest request) => Page<PipelinePage>(request, new() { ["Pipeline"] = monitor.Read() }));
        pages.MapGet("/games/{id}", (string id, HttpRequest request) => Game(board, id, request));
        pages.MapGet("/fragments/games/{id}", (string id, HttpRequest request) => GameEndpoints.With(board, id, game =>
            Fragment<GameRows>(new() { ["Game"] = BoardViews.Game(game.Read()), ["Format"] = Preferences(request).Format })));
        pages.MapGet("/fragments/games/{id}/markets", (string id, HttpRequest request) => GameEndpoints.With(board, id, game =>
        {
            var snapshot = game.Read();
            return Fragment<MarketTables>(new()
            {
                ["Game"] = BoardViews.Game(snapshot),
                ["Markets"] = BoardViews.Odds(snapshot).Markets,
                ["Format"] = Preferences(request).Format,
            });
        }));
        pages.MapGet("/assets/{name}", (string name, HttpResponse response) => Asset(name, response)).DisableRateLimiting();
        pages.MapGet("/favicon.ico", () => Results.Redirect(BoardAssets.Url("icon.svg")));
    }

    private static IResult Game(LiveBoard board, string id, HttpRequest request)
    {
        if (!GameId.TryParse(id, out var gameId) || board.Find(gameId) is not { } game)
        {
            return Page<MissingPage>(
                request,
                new()
                {
                    ["Title"] = "This game is not on the board",
                    ["Detail"] = "Finished games leave the board after some hours; their prices stay in the archive (oddswire query).",
                },
                StatusCodes.Status404NotFound);
        }

        var snapshot = game.Read(withEvents: true);
        var events = BoardViews.Events(snapshot, _ => true).TakeLast(MaxEventsShown).Reverse().ToList();
        return Page<GamePage>(request, new()
        {
            ["Game"] = BoardViews.Game(snapshot),
            ["Markets"] = BoardViews.Odds(snapshot).Markets,
            ["Events"] = events,
        });
    }

    private static List<(string Code, IReadOnlyList<GameView> Games, int More)> Lists(LiveBoard board)
    {
        List<(string, IReadOnlyList<GameView>, int)> lists = [];
        foreach (var league in board.Leagues)
        {
            var games = GameEndpoints.Ordered(league.Games).ToList();
            var open = games.Where(game => game.State.Phase is GamePhase.Live or GamePhase.Scheduled).ToList();
            var finished = games.Except(open).OrderByDescending(game => game.UpdatedAt).ToList();
            lists.Add((
                league.League.Code(),
                [.. open.Concat(finished.Take(MaxFinishedShown)).Select(BoardViews.Game)],
                Math.Max(0, finished.Count - MaxFinishedShown)));
        }

        return lists;
    }

    private static RazorComponentResult<T> Page<T>(HttpRequest request, Dictionary<string, object?> parameters, int status = 200)
        where T : IComponent
    {
        parameters["Preferences"] = Preferences(request);
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult<T>(parameters) { StatusCode = status, PreventStreamingRendering = true };
    }

    private static RazorComponentResult<T> Fragment<T>(Dictionary<string, object?> parameters)
        where T : IComponent => new(parameters) { PreventStreamingRendering = true };

    private static BoardPreferences Preferences(HttpRequest request) =>
        BoardPreferences.Read(request.Cookies[BoardPreferences.FormatCookie], request.Cookies[BoardPreferences.ThemeCookie]);

    private static IResult Asset(string name, HttpResponse response)
    {
        if (BoardAssets.Find(name) is not { } asset)
        {
            return Results.NotFound();
        }

        // Modules import one another by plain names, so a browser always asks whether the file is still the same.
        response.Headers.CacheControl = "no-cache";
        return Results.Bytes(asset.Content, asset.ContentType, entityTag: new Microsoft.Net.Http.Headers.EntityTagHeaderValue($"\"{asset.Tag}\""));
    }
}
