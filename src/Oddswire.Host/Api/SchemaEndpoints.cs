using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire.Schemas;

namespace Oddswire.Host.Api;

/// <summary>
/// The released contracts, as a schema registry that partners' clients read: the paths, bodies and error codes of Confluent's Schema Registry
/// (docs.confluent.io, "Schema Registry API Reference"). Read-only: what would change it is refused with the registry's own error for that.
/// </summary>
internal static class SchemaEndpoints
{
    private static readonly string[] Types = ["PROTOBUF"];

    private const string MediaType = "application/vnd.schemaregistry.v1+json";
    private const int SubjectNotFound = 40401;
    private const int VersionNotFound = 40402;
    private const int SchemaNotFound = 40403;
    private const int InvalidSchema = 42201;
    private const int InvalidVersion = 42202;
    private const int ReadOnly = 42205;

    public static void Map(IEndpointRouteBuilder routes, ISchemaRegistry registry)
    {
        var group = routes.MapGroup("").WithTags("schemas");
        MapSchemas(group, registry);
        MapSubjects(group, registry);
        MapChecks(group, registry);
        group.MapGet("/config", () => Answer(new LevelView("FULL"))).WithName("getLevel").WithSummary("What is asked of a new version of a schema");
        group.MapGet("/config/{subject}", (string subject) => Answer(new LevelView("FULL"))).WithName("getSubjectLevel").WithSummary("What is asked of a new version of a subject");
        group.MapGet("/mode", () => Answer(new ModeView("READONLY"))).WithName("getMode").WithSummary("Whether the registry may be written");
        group.MapGet("/mode/{subject}", (string subject) => Answer(new ModeView("READONLY"))).WithName("getSubjectMode").WithSummary("Whether a subject may be written");
    }

    private static void MapSchemas(RouteGroupBuilder group, ISchemaRegistry registry)
    {
        group.MapGet("/schemas/types", () => Answer(Types)).WithName("getSchemaTypes").WithSummary("Kinds of schemas");
        group.MapGet("/schemas/ids/{id:int}", async (int id, CancellationToken ct) => await registry.ByIdAsync(id, ct) is { } text
            ? Answer(new SchemaView(text)) : Error(404, SchemaNotFound, $"Schema {id} not found"))
            .WithName("getSchema").WithSummary("The schema with an id, as found in the frame of every value");
        group.MapGet("/schemas/ids/{id:int}/schema", async (int id, CancellationToken ct) => await registry.ByIdAsync(id, ct) is { } text
            ? Results.Text(text, "text/plain") : Error(404, SchemaNotFound, $"Schema {id} not found"))
            .WithName("getSchemaText").WithSummary("The .proto file of an id, as text");
        group.MapGet("/schemas/ids/{id:int}/versions", async (int id, CancellationToken ct) => await registry.ByIdAsync(id, ct) is null
            ? Error(404, SchemaNotFound, $"Schema {id} not found")
            : Answer((await AllAsync(registry, ct)).Where(found => found.Id == id).Select(found => new VersionView(found.Subject, found.Version)).ToArray()))
            .WithName("getSchemaVersions").WithSummary("Where an id is used");
    }

    private static void MapSubjects(RouteGroupBuilder group, ISchemaRegistry registry)
    {
        group.MapGet("/subjects", async (CancellationToken ct) => Answer(await registry.SubjectsAsync(ct)))
            .WithName("getSubjects").WithSummary("All subjects: {topic}-value");
        group.MapGet("/subjects/{subject}/versions", async (string subject, CancellationToken ct) => await registry.VersionsAsync(subject, ct) is { Count: > 0 } versions
            ? Answer(versions) : UnknownSubject(subject))
            .WithName("getVersions").WithSummary("The versions of a subject");
        group.MapGet("/subjects/{subject}/versions/{version}", async (string subject, string version, CancellationToken ct) =>
            await FindAsync(registry, subject, version, ct) is var (found, error) && found is not null ? Answer(View(found)) : error!)
            .WithName("getVersion").WithSummary("A version of a subject, or its latest one");
        group.MapGet("/subjects/{subject}/versions/{version}/schema", async (string subject, string version, CancellationToken ct) =>
            await FindAsync(registry, subject, version, ct) is var (found, error) && found is not null ? Results.Text(found.Text, "text/plain") : error!)
            .WithName("getVersionText").WithSummary("The .proto file of a version, as text");
        group.MapPost("/subjects/{subject}", (string subject, SchemaBody body, CancellationToken ct) => LookUpAsync(registry, subject, body, ct))
            .WithName("lookUpSchema").WithSummary("Under which id a subject has a schema");
        group.MapPost("/subjects/{subject}/versions", (string subject, SchemaBody body, CancellationToken ct) => RegisterAsync(registry, subject, body, ct))
            .WithName("registerSchema").WithSummary("The id of a schema that exists; a new one is rejected");
    }

    private static void MapChecks(RouteGroupBuilder group, ISchemaRegistry registry) =>
        group.MapPost("/compatibility/subjects/{subject}/versions/{version}", async (string subject, string version, SchemaBody body, bool? verbose, CancellationToken ct) =>
        {
            if (await FindAsync(registry, subject, version, ct) is var (found, error) && found is null)
            {
                return error!;
            }

            try
            {
                var faults = SchemaCompatibility.Check(ProtoSchemaParser.Parse(found.Text), ProtoSchemaParser.Parse(body.Schema ?? ""), await registry.LevelAsync(subject, ct));
                return Answer(new CompatibilityView(faults.Count == 0, verbose == true ? faults : null));
            }
            catch (SchemaFormatException e)
            {
                return Error(422, InvalidSchema, e.Message);
            }
        }).WithName("checkSchema").WithSummary("Whether a schema breaks a version of a subject, and which field does");

    private static async Task<IResult> LookUpAsync(ISchemaRegistry registry, string subject, SchemaBody body, CancellationToken ct)
    {
        if (await registry.FindAsync(subject, null, ct) is null)
        {
            return UnknownSubject(subject);
        }

        try
        {
            return await SameAsync(registry, subject, body, ct) is { } same ? Answer(View(same)) : Error(404, SchemaNotFound, "Schema not found");
        }
        catch (SchemaFormatException e)
        {
            return Error(422, InvalidSchema, e.Message);
        }
    }

    private static async Task<IResult> RegisterAsync(ISchemaRegistry registry, string subject, SchemaBody body, CancellationToken ct)
    {
        try
        {
            return await SameAsync(registry, subject, body, ct) is { } same
                ? Answer(new IdView(same.Id))
                : Error(422, ReadOnly, $"Subject {subject} is in read-only mode: the contracts come with the program");
        }
        catch (SchemaFormatException e)
        {
            return Error(422, InvalidSchema, e.Message);
        }
    }

    private static async Task<RegisteredSchema?> SameAsync(ISchemaRegistry registry, string subject, SchemaBody body, CancellationToken ct)
    {
        var wanted = ProtoSchemaParser.Parse(body.Schema ?? "");
        foreach (var version in (await registry.VersionsAsync(subject, ct)).Reverse())
        {
            if (await registry.FindAsync(subject, version, ct) is { } found && ProtoSchemaParser.Parse(found.Text).IsSameAs(wanted))
            {
                return found;
            }
        }

        return null;
    }

    private static async Task<(RegisteredSchema? Found, IResult? Error)> FindAsync(ISchemaRegistry registry, string subject, string version, CancellationToken ct)
    {
        int? number = null;
        if (version is not ("latest" or "-1"))
        {
            if (!int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) || parsed < 1)
            {
                return (null, Error(422, InvalidVersion, $"The specified version '{version}' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\""));
            }

            number = parsed;
        }

        return await registry.FindAsync(subject, number, ct) is { } found ? (found, null)
            : (await registry.VersionsAsync(subject, ct)).Count == 0 ? (null, UnknownSubject(subject))
            : (null, Error(404, VersionNotFound, $"Version {version} not found."));
    }

    private static async Task<List<RegisteredSchema>> AllAsync(ISchemaRegistry registry, CancellationToken ct)
    {
        var all = new List<RegisteredSchema>();
        foreach (var subject in await registry.SubjectsAsync(ct))
        {
            foreach (var version in await registry.VersionsAsync(subject, ct))
            {
                if (await registry.FindAsync(subject, version, ct) is { } found)
                {
                    all.Add(found);
                }
            }
        }

        return all;
    }

    private static RegisteredView View(RegisteredSchema found) => new(found.Subject, found.Version, found.Id, found.Text);

    private static IResult UnknownSubject(string subject) => Error(404, SubjectNotFound, $"Subject '{subject}' not found.");

    private static IResult Error(int status, int code, string message) => Results.Json(new ErrorView(code, message), Json.Options, MediaType, status);

    private static IResult Answer<T>(T value) => Results.Json(value, Json.Options, MediaType);

    private static class Json
    {
        public static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
    }

    internal sealed record SchemaBody([property: JsonPropertyName("schema")] string? Schema);

    private sealed record SchemaView([property: JsonPropertyName("schema")] string Schema, [property: JsonPropertyName("schemaType")] string SchemaType = "PROTOBUF");

    private sealed record VersionView([property: JsonPropertyName("subject")] string Subject, [property: JsonPropertyName("version")] int Version);

    private sealed record RegisteredView(
        [property: JsonPropertyName("subject")] string Subject,
        [property: JsonPropertyName("version")] int Version,
        [property: JsonPropertyName("id")] int Id,
        [property: JsonPropertyName("schema")] string Schema,
        [property: JsonPropertyName("schemaType")] string SchemaType = "PROTOBUF");

    private sealed record IdView([property: JsonPropertyName("id")] int Id);

    private sealed record LevelView([property: JsonPropertyName("compatibilityLevel")] string Level);

    private sealed record ModeView([property: JsonPropertyName("mode")] string Mode);

    private sealed record CompatibilityView(
        [property: JsonPropertyName("is_compatible")] bool IsCompatible, [property: JsonPropertyName("messages")] IReadOnlyList<string>? Messages);

    private sealed record ErrorView([property: JsonPropertyName("error_code")] int Code, [property: JsonPropertyName("message")] string Message);
}
