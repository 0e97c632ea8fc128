namespace Oddswire.Host.Api;

/// <summary>The errors of the API, as problem details (RFC 9457): what is wrong, and what to do.</summary>
internal static class Problems
{
    public static IResult UnknownGame(string id) => Make(404, "unknown-game", "No such game",
        $"'{Shorten(id)}' is not on the board. /api/v1/games lists the games; finished ones leave the board after some hours and stay in the archive.");

    public static IResult BadGameId(string id) => Make(400, "bad-game-id", "Not a game id",
        $"'{Shorten(id)}' is not a game id; expected for example nfl:2015091000.");

    public static IResult BadParameter(string name, string? value, string expected) => Make(400, "bad-parameter", "Parameter not understood",
        $"{name}={Shorten(value ?? "")} is not understood; expected {expected}.");

    public static IResult NotOver(string id) => Make(409, "not-over", "The game is not over",
        $"'{Shorten(id)}' has no result yet. Ask again when its phase is final.");

    public static IResult NotAMarket(string detail) => Make(400, "not-a-market", "Not the prices of a market", detail);

    public static IResult ArchiveUnavailable(string detail) => Make(503, "archive-unavailable", "The archive does not answer",
        $"{detail} Prices stay live on the board; history comes back with the archive.");

    public static IResult TooManyStreams(int limit) => Make(503, "too-many-streams", "Too many open streams",
        $"{limit} streams are open, which is the limit. Close one, or try again later.");

    public static IResult TooManyRequests(int perSecond) => Make(429, "too-many-requests", "Too many requests",
        $"At most {perSecond} requests a second from one address. Use /api/v1/stream instead of polling.");

    public static IResult WrongHost(string host) => Make(400, "wrong-host", "Unknown host name",
        $"This server is not '{Shorten(host)}'. Call it by its address or as localhost, or start it with --host-name and this name.");

    public static IResult Unauthorized() => Make(401, "token-required", "A token is required",
        "Give the token: 'Authorization: Bearer …', or open the board once with ?token=… in the address.");

    private static IResult Make(int status, string code, string title, string detail) => Results.Problem(
        detail, statusCode: status, title: title, type: $"urn:oddswire:problem:{code}");

    private static string Shorten(string text) => text.Length <= 80 ? text : $"{text[..80]}…";
}
