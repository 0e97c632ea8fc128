using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>An identity provider's token endpoint over TLS: client credentials (RFC 6749, 4.4) for a token that is a JWT (RFC 7519), unsigned, for it only goes to a broker of ours.</summary>
internal sealed class TokenEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TokenEndpoint(WebApplication app, string token) => (_app, Token) = (app, token);

    public string Url => $"{_app.Urls.First()}/token";

    /// <summary>What it gives.</summary>
    public string Token { get; }

    /// <summary>The bodies of the requests.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public static async Task<TokenEndpoint> StartAsync(TestAuthority authority, string client, string secret)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(authority.Server)));
        var app = builder.Build();
        var now = TimeProvider.System.GetUtcNow();
        var token = $"{Encode("""{"alg":"none"}""")}.{Encode($$"""{"sub":"{{client}}","iat":{{now.ToUnixTimeSeconds()}},"exp":{{now.AddHours(1).ToUnixTimeSeconds()}}}""")}.x";
        var endpoint = new TokenEndpoint(app, token);
        var login = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client}:{secret}"));
        app.Run(context => endpoint.AnswerAsync(context, login));
        await app.StartAsync();
        return endpoint;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, string login)
    {
        using var body = new StreamReader(context.Request.Body);
        Requests.Enqueue(await body.ReadToEndAsync());
        var isRight = context.Request.Headers.Authorization == login;
        context.Response.StatusCode = isRight ? 200 : 401;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(isRight
            ? $$"""{"access_token":"{{Token}}","token_type":"Bearer","expires_in":3600}"""
            : """{"error":"invalid_client","error_description":"the client is not known"}""");
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
