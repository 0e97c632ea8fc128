using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;

namespace Oddswire.Host.Api;

/// <summary>Who may ask, how often, and what a browser may do with the answer.</summary>
internal static class ApiSecurity
{
    private const string Cookie = "oddswire_token";

    /// <summary>No scripts, styles or images but our own, no frames; plain HTTP on loopback, so no HSTS.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
        "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Adds the limits on requests of one address.</summary>
    public static void AddRateLimits(IServiceCollection services, ApiOptions options) => services.AddRateLimiter(limiter =>
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, IPAddress>(context => RateLimitPartition.GetTokenBucketLimiter(
            context.Connection.RemoteIpAddress ?? IPAddress.None,
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = options.RequestsPerSecond * 10,
                TokensPerPeriod = options.RequestsPerSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            }));
        limiter.OnRejected = async (rejected, ct) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = "1";
            await Problems.TooManyRequests(options.RequestsPerSecond).ExecuteAsync(rejected.HttpContext);
        };
    });

    /// <summary>Headers of every answer.</summary>
    public static void UseHeaders(WebApplication app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        return next(context);
    });

    /// <summary>Refuses names that are not the server's: a web page elsewhere cannot reach loopback through a name of its own.</summary>
    public static void UseHostNames(WebApplication app, ApiOptions options)
    {
        var allowed = new HashSet<string>(options.HostNames, StringComparer.OrdinalIgnoreCase) { "localhost", "127.0.0.1", "[::1]", options.Address.ToString() };
        var isAny = options.Address.Equals(IPAddress.Any) || options.Address.Equals(IPAddress.IPv6Any);
        app.Use((context, next) =>
        {
            var host = context.Request.Host.Host;
            return allowed.Contains(host) || (isAny && (options.HostNames.Count == 0 || IPAddress.TryParse(host, out _)))
                ? next(context)
                : Problems.WrongHost(host).ExecuteAsync(context);
        });
    }

    /// <summary>Answers HEAD as GET: Kestrel leaves out the body of what was asked for by HEAD. A stream has no end, and so no HEAD.</summary>
    public static void UseHead(WebApplication app) => app.Use((context, next) =>
    {
        if (HttpMethods.IsHead(context.Request.Method) && !context.Request.Path.StartsWithSegments("/api/v1/stream"))
        {
            context.Request.Method = HttpMethods.Get;
        }

        return next(context);
    });

    /// <summary>Asks for the token, except for liveness and readiness.</summary>
    public static void UseToken(WebApplication app, ApiOptions options)
    {
        if (options.Token is not { } token)
        {
            return;
        }

        var expected = Hash(token);
        app.Use((context, next) =>
        {
            var request = context.Request;
            if (request.Path == "/livez" || request.Path == "/readyz" || IsRight(Bearer(request)) || IsRight(BasicPassword(request)) || IsRight(request.Cookies[Cookie]))
            {
                return next(context);
            }

            if (HttpMethods.IsGet(request.Method) && IsRight(request.Query["token"]))
            {
                context.Response.Cookies.Append(
                    Cookie, token, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = request.IsHttps, Path = "/" });
                context.Response.Redirect(request.Path);
                return Task.CompletedTask;
            }

            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Problems.Unauthorized().ExecuteAsync(context);
        });

        bool IsRight(string? given) => given is not null && CryptographicOperations.FixedTimeEquals(Hash(given), expected);
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>Clients of schema registries know user and password only: the token is the password, whoever the user.</summary>
    private static string? BasicPassword(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        var bytes = new byte[header.Length];
        return header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) && Convert.TryFromBase64String(header["Basic ".Length..].Trim(), bytes, out var size)
            ? Encoding.UTF8.GetString(bytes, 0, size) is var pair && pair.IndexOf(':') is var colon and >= 0 ? pair[(colon + 1)..] : null
            : null;
    }

    private static string? Bearer(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim() : null;
    }
}
