using Oddswire.Board.Contracts;
using Oddswire.Board.Views;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Publish;

namespace Oddswire.Host.Api;

/// <summary>Games, their markets and events, from the board in memory.</summary>
internal static class GameEndpoints
{
    private const int MaxGames = 1_000;

    public static void Map(IEndpointRouteBuilder api, LiveBoard board)
    {
        api.MapGet("/games", IResult (string? league, string? phase, int? limit) => List(board, league, phase, limit))
            .WithName("listGames").WithTags("games").Produces<GamesView>().ProducesProblem(400)
            .WithSummary("Games on the board")
            .WithDescription("Live games first, then scheduled, then finished. Filters: league (nfl, nba, mlb), phase (scheduled, live, final, abandoned), limit (1 to 1000, default 200).");

        api.MapGet("/games/{id}", IResult (string id) => With(board, id, game => TypedResults.Json(BoardViews.Game(game.Read()), ApiJson.Readable.GameView)))
            .WithName("getGame").WithTags("games").Produces<GameView>().ProducesProblem(400).ProducesProblem(404)
            .WithSummary("One game with score, situation and main markets");

        api.MapGet("/games/{id}/odds", IResult (string id) => With(board, id, game => TypedResults.Json(BoardViews.Odds(game.Read()), ApiJson.Readable.GameOddsView)))
            .WithName("getOdds").WithTags("games").Produces<GameOddsView>().ProducesProblem(400).ProducesProblem(404)
            .WithSummary("Current price of every market of a game");

        api.MapGet("/games/{id}/events", IResult (string id, long? after, int? limit) => Events(board, id, after, limit))
            .WithName("getEvents").WithTags("games").Produces<GameEventsView>().ProducesProblem(400).ProducesProblem(404)
            .WithSummary("Events of a game, the newest last")
            .WithDescription("The newest events that the board holds (at most 1000 a game); after: only those of a higher sequence; limit: 1 to 1000, default 200.");
    }

    /// <summary>The games in the order in which a board shows them: live, scheduled, over; then by start and id.</summary>
    internal static IEnumerable<BoardSnapshot> Ordered(IEnumerable<BoardGame> games) => games
        .Select(game => game.Read())
        .OrderBy(game => game.State.Phase switch { GamePhase.Live => 0, GamePhase.Scheduled => 1, _ => 2 })
        .ThenBy(game => game.GameId.League)
        .ThenBy(game => game.Info?.ScheduledAt ?? default)
        .ThenBy(game => game.GameId.Value, StringComparer.Ordinal);

    /// <summary>Finds the game or says what is wrong.</summary>
    internal static IResult With(LiveBoard board, string id, Func<BoardGame, IResult> found) => !GameId.TryParse(id, out var game)
        ? Problems.BadGameId(id)
        : board.Find(game) is { } known ? found(known) : Problems.UnknownGame(id);

    private static IResult List(LiveBoard board, string? league, string? phase, int? limit)
    {
        League? only = null;
        if (league is not null)
        {
            if (!Leagues.TryParse(league, out var parsed))
            {
                return Problems.BadParameter("league", league, "nfl, nba or mlb");
            }

            only = parsed;
        }

        GamePhase? inPhase = null;
        if (phase is not null)
        {
            if (!Enum.TryParse<GamePhase>(phase, ignoreCase: true, out var parsed) || !Enum.IsDefined(parsed) || char.IsDigit(phase[0]))
            {
                return Problems.BadParameter("phase", phase, "scheduled, live, final or abandoned");
            }

            inPhase = parsed;
        }

        if (limit is < 1 or > MaxGames)
        {
            return Problems.BadParameter("limit", limit.ToString(), $"1 to {MaxGames}");
        }

        var games = board.Leagues.Where(entry => only is null || entry.League == only).SelectMany(entry => entry.Games);
        var views = Ordered(games).Where(game => inPhase is null || game.State.Phase == inPhase).Take(limit ?? 200).Select(BoardViews.Game);
        return TypedResults.Json(new GamesView([.. views]), ApiJson.Readable.GamesView);
    }

    private static IResult Events(LiveBoard board, string id, long? after, int? limit) => limit is < 1 or > BoardGame.MaxEvents
        ? Problems.BadParameter("limit", limit.ToString(), $"1 to {BoardGame.MaxEvents}")
        : With(board, id, game =>
        {
            var events = BoardViews.Events(game.Read(withEvents: true), entry => entry.Sequence > (after ?? 0)).TakeLast(limit ?? 200);
            return TypedResults.Json(new GameEventsView(id, [.. events]), ApiJson.Readable.GameEventsView);
        });
}
