using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Oddswire.Board.Contracts;
using Oddswire.Core.Domain;

namespace Oddswire.Host.Api;

/// <summary>Composes the HTTP API and the web board into one application on Kestrel.</summary>
public static class ApiApplication
{
    private const int MaxRequestBytes = 64 * 1024;

    /// <summary>
    /// Builds the application; start it with <c>StartAsync</c>. <see cref="WebApplication.Urls"/> then holds the address, with the real port when 0 was asked for.
    /// </summary>
    /// <param name="options">Address, token, limits.</param>
    /// <param name="sources">What is shown.</param>
    /// <param name="logging">Where warnings go; null for nowhere.</param>
    /// <exception cref="ArgumentException">The options do not fit together.</exception>
    public static WebApplication Build(ApiOptions options, ApiSources sources, Action<ILoggingBuilder>? logging = null)
    {
        options.Validate();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "oddswire" });
        logging?.Invoke(builder.Logging);
        ConfigureKestrel(builder, options);
        var stream = new StreamHub(sources.Board, options, sources.Time);
        AddServices(builder.Services, options, sources, stream);

        var app = builder.Build();
        app.UseExceptionHandler();
        ApiSecurity.UseHeaders(app);
        ApiSecurity.UseHostNames(app, options);
        app.UseStatusCodePages();
        ApiSecurity.UseHead(app);
        app.UseRouting();

        // Before the token, so that tokens cannot be guessed faster than pages are read.
        app.UseRateLimiter();
        ApiSecurity.UseToken(app, options);
        Map(app, options, sources, stream);
        return app;
    }

    private static void ConfigureKestrel(WebApplicationBuilder builder, ApiOptions options)
    {
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Limit(kestrel, options));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(3));
    }

    private static void Limit(KestrelServerOptions kestrel, ApiOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
        kestrel.Limits.MaxConcurrentConnections = options.MaxStreams + 1_000;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Listen(options.Address, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
    }

    private static void AddServices(IServiceCollection services, ApiOptions options, ApiSources sources, StreamHub stream)
    {
        services.AddSingleton(sources.Time);
        services.AddSingleton(stream);
        services.AddSingleton(new PipelineMonitor(sources, stream));
        services.AddHostedService(provider => provider.GetRequiredService<PipelineMonitor>());
        services.AddRouting();
        services.AddRazorComponents();

        // The pages hold no forms and no state, so their keys need not outlive the process, and none are written to disk.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddProblemDetails();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Readable));
        services.AddOpenApi("v1", openApi => openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Oddswire";
            document.Info.Version = "v1";
            document.Info.Description = "Live sports odds: games, prices, history, and the stream. Times are ISO 8601 UTC, prices decimal strings.";
            return Task.CompletedTask;
        }));
        ApiSecurity.AddRateLimits(services, options);
    }

    private static void Map(WebApplication app, ApiOptions options, ApiSources sources, StreamHub stream)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Oddswire.Api");
        var monitor = app.Services.GetRequiredService<PipelineMonitor>();
        var api = app.MapGroup("/api/v1");
        GameEndpoints.Map(api, sources.Board);
        HistoryEndpoints.Map(api, sources, options);
        VerdictEndpoints.Map(api, sources, options);
        DevigEndpoints.Map(api);
        StreamEndpoints.Map(api, stream, sources.Log is null ? null : new UpdateTail(sources.Log, sources.Board, options, sources.Time), logger);
        api.MapGet("/pipeline", () => TypedResults.Json(monitor.Read(), ApiJson.Readable.PipelineView))
            .WithName("getPipeline").WithTags("pipeline").Produces<PipelineView>()
            .WithSummary("Hops, rates, lag and latency by league");
        BoardEndpoints.Map(app, sources.Board, monitor);
        SchemaEndpoints.Map(app, Infrastructure.Schemas.FileSchemaRegistry.Partners);
        app.MapOpenApi("/openapi/{documentName}.json");
        MapHealth(app, sources, stream);
    }

    private static void MapHealth(WebApplication app, ApiSources sources, StreamHub stream)
    {
        app.MapGet("/livez", () => TypedResults.Json(new HealthView("ok", []), ApiJson.Readable.HealthView))
            .WithName("livez").WithTags("health").Produces<HealthView>().WithSummary("Whether the process answers").DisableRateLimiting();
        app.MapGet("/readyz", (CancellationToken ct) => ReadyAsync(sources, ct))
            .WithName("readyz").WithTags("health").Produces<HealthView>().Produces<HealthView>(503)
            .WithSummary("Whether the board is current, and if not, why").DisableRateLimiting();
        app.MapGet("/metrics", () => TypedResults.Text(MetricsText.Write(sources, stream), MetricsText.ContentType))
            .WithName("metrics").WithTags("health").Produces<string>(200, "text/plain").WithSummary("Metrics in Prometheus' text format");
    }

    private static Task<IResult> ReadyAsync(ApiSources sources, CancellationToken ct) => HealthApplication.ReadyAsync(
        sources,
        sources.Board.Leagues
            .Where(league => !league.IsCaughtUp)
            .Select(league => $"board: {league.League.Code()} has not caught up with the log yet"),
        ct);
}
