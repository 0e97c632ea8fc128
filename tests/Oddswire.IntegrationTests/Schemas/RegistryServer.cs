using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Oddswire.IntegrationTests.Schemas;

/// <summary>
/// A schema registry that may be written, made from Confluent's "Schema Registry API Reference" for these tests alone, since no registry server can be had
/// from npm or Debian. It keeps texts and numbers and answers as the reference says; whether a schema is compatible it is told, it does not judge.
/// </summary>
internal sealed class RegistryServer : IAsyncDisposable
{
    private const string MediaType = "application/vnd.schemaregistry.v1+json";
    private readonly WebApplication _app;
    private readonly Lock _gate = new();
    private readonly List<string> _schemas = [];
    private readonly Dictionary<string, List<int>> _subjects = [];
    private readonly Dictionary<string, string> _levels = [];

    private RegistryServer(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>The header that is asked for; null for none.</summary>
    public string? Authorization { get; set; }

    /// <summary>Answers everything with this status when set.</summary>
    public int? Broken { get; set; }

    /// <summary>What the compatibility check finds.</summary>
    public IReadOnlyList<string> Faults { get; set; } = [];

    public static async Task<RegistryServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var server = new RegistryServer(app);
        app.Use(server.GuardAsync);
        app.UseRouting();
        server.Map(app);
        await app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        Requests.Enqueue($"{context.Request.Method} {context.Request.Path}");
        if (Broken is { } status)
        {
            await Error(status, status * 100, "broken").ExecuteAsync(context);
        }
        else if (Authorization is { } wanted && context.Request.Headers.Authorization.ToString() != wanted)
        {
            await Error(401, 40101, "Unauthorized").ExecuteAsync(context);
        }
        else
        {
            await next(context);
        }
    }

    private void Map(WebApplication app)
    {
        app.MapGet("/base/subjects", () => Answer(_subjects.Keys));
        app.MapGet("/base/schemas/ids/{id:int}", (int id) => id <= _schemas.Count && id > 0
            ? Answer(new { schemaType = "PROTOBUF", schema = _schemas[id - 1] }) : Error(404, 40403, $"Schema {id} not found"));
        app.MapGet("/base/subjects/{subject}/versions", (string subject) => _subjects.TryGetValue(subject, out var ids)
            ? Answer(Enumerable.Range(1, ids.Count)) : NoSubject(subject));
        app.MapGet("/base/subjects/{subject}/versions/{version}", (string subject, string version) =>
        {
            if (!_subjects.TryGetValue(subject, out var ids))
            {
                return NoSubject(subject);
            }

            var number = version == "latest" ? ids.Count : int.Parse(version);
            return number <= ids.Count
                ? Answer(new { subject, version = number, id = ids[number - 1], schemaType = "PROTOBUF", schema = _schemas[ids[number - 1] - 1] })
                : Error(404, 40402, $"Version {version} not found.");
        });
        app.MapPost("/base/subjects/{subject}", async (string subject, HttpRequest request) =>
        {
            var schema = await SchemaAsync(request);
            return !_subjects.TryGetValue(subject, out var ids) ? NoSubject(subject)
                : ids.FindIndex(id => _schemas[id - 1] == schema) is var at and >= 0
                    ? Answer(new { subject, version = at + 1, id = ids[at], schema }) : Error(404, 40403, "Schema not found");
        });
        app.MapPost("/base/subjects/{subject}/versions", async (string subject, HttpRequest request) => Register(subject, await SchemaAsync(request)));
        app.MapPost("/base/compatibility/subjects/{subject}/versions/latest", (string subject) => _subjects.ContainsKey(subject)
            ? Answer(new { is_compatible = Faults.Count == 0, messages = Faults }) : Error(404, 40401, $"Subject '{subject}' not found."));
        app.MapGet("/base/config/{subject}", (string subject) => Answer(new { compatibilityLevel = _levels.GetValueOrDefault(subject, "BACKWARD") }));
        app.MapPut("/base/config/{subject}", async (string subject, HttpRequest request) =>
        {
            using var body = await JsonDocument.ParseAsync(request.Body);
            _levels[subject] = body.RootElement.GetProperty("compatibility").GetString()!;
            return Answer(new { compatibility = _levels[subject] });
        });
    }

    private IResult Register(string subject, string schema)
    {
        lock (_gate)
        {
            if (Faults.Count > 0)
            {
                return Error(409, 409, "Schema being registered is incompatible with an earlier schema");
            }

            var id = _schemas.IndexOf(schema) + 1;
            if (id == 0)
            {
                _schemas.Add(schema);
                id = _schemas.Count;
            }

            if (!_subjects.TryGetValue(subject, out var ids))
            {
                _subjects[subject] = ids = [];
            }

            if (!ids.Contains(id))
            {
                ids.Add(id);
            }

            return Answer(new { id });
        }
    }

    private static async Task<string> SchemaAsync(HttpRequest request)
    {
        request.ContentType.ShouldBe(MediaType);
        using var body = await JsonDocument.ParseAsync(request.Body);
        body.RootElement.GetProperty("schemaType").GetString().ShouldBe("PROTOBUF");
        return body.RootElement.GetProperty("schema").GetString()!;
    }

    private static IResult NoSubject(string subject) => Error(404, 40401, $"Subject '{subject}' not found.");

    private static IResult Answer(object value) => Results.Json(value, contentType: MediaType);

    private static IResult Error(int status, int code, string message) => Results.Json(new { error_code = code, message }, contentType: MediaType, statusCode: status);
}
