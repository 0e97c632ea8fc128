using System.Net;

namespace Oddswire.Host.Api;

/// <summary>Health and metrics of a process that serves no board: <c>/livez</c>, <c>/readyz</c> and <c>/metrics</c>, and nothing else.</summary>
public static class HealthApplication
{
    /// <summary>Builds the application; start it with <c>StartAsync</c>.</summary>
    /// <param name="address">Where to listen.</param>
    /// <param name="port">The port; 0 takes any free one.</param>
    /// <param name="sources">Counters, lag and conditions of readiness.</param>
    /// <param name="logging">Where warnings go; null for nowhere.</param>
    public static WebApplication Build(IPAddress address, int port, ApiSources sources, Action<ILoggingBuilder>? logging = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "oddswire" });
        logging?.Invoke(builder.Logging);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxConcurrentConnections = 256;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(address, port);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(3));
        builder.Services.AddRouting();
        var app = builder.Build();
        app.UseRouting();
        app.MapGet("/livez", () => TypedResults.Json(new HealthView("ok", []), ApiJson.Readable.HealthView));
        app.MapGet("/readyz", (CancellationToken ct) => ReadyAsync(sources, [], ct));
        app.MapGet("/metrics", () => TypedResults.Text(MetricsText.Write(sources, streams: null), MetricsText.ContentType));
        return app;
    }

    /// <summary>Whether everything that is to be ready is: 200, or 503 with the reasons.</summary>
    /// <param name="sources">The conditions to check.</param>
    /// <param name="known">Reasons that the caller has found already.</param>
    /// <param name="ct">Ends the checks.</param>
    internal static async Task<IResult> ReadyAsync(ApiSources sources, IEnumerable<string> known, CancellationToken ct)
    {
        List<string> reasons = [.. known];
        foreach (var check in sources.Checks)
        {
            if (await check.Check(ct) is { } reason)
            {
                reasons.Add($"{check.Name}: {reason}");
            }
        }

        return TypedResults.Json(
            new HealthView(reasons.Count == 0 ? "ok" : "unavailable", reasons), ApiJson.Readable.HealthView,
            statusCode: reasons.Count == 0 ? 200 : 503);
    }
}
