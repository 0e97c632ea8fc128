using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire.Schemas;

namespace Oddswire.Infrastructure.Schemas;

/// <summary>How a schema registry is reached.</summary>
public sealed record SchemaRegistrySettings
{
    /// <summary>Its base address; a path is kept.</summary>
    public required Uri Url { get; init; }

    /// <summary>User of HTTP's basic authentication; null for none.</summary>
    public string? User { get; init; }

    /// <summary>Password (or API secret) of the user.</summary>
    public string? Password { get; init; }

    /// <summary>Bearer token, instead of user and password.</summary>
    public string? Token { get; init; }

    /// <summary>Whether a schema that a subject does not have yet is registered.</summary>
    public bool MayRegister { get; init; } = true;

    /// <summary>What a new version must keep at least, whatever the registry is set to.</summary>
    public CompatibilityLevel Level { get; init; } = CompatibilityLevel.Full;

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The settings without their secrets, so that they can be logged.</summary>
    public override string ToString() => Url.GetLeftPart(UriPartial.Path);
}

/// <summary>
/// A client of Confluent's Schema Registry and what speaks its interface (Karapace, Apicurio, Redpanda): docs.confluent.io, "Schema Registry API
/// Reference". Ids and schemas never change, so both are asked for once.
/// </summary>
public sealed class RestSchemaRegistry : ISchemaRegistry, IDisposable
{
    private const int SubjectNotFound = 40401;
    private const int VersionNotFound = 40402;
    private const int SchemaNotFound = 40403;
    private const int LevelNotConfigured = 40408;
    private static readonly MediaTypeHeaderValue MediaType = new("application/vnd.schemaregistry.v1+json");

    private readonly SchemaRegistrySettings _settings;
    private readonly HttpClient _http;
    private readonly ConcurrentDictionary<int, string> _texts = new();
    private readonly ConcurrentDictionary<(string Subject, string Schema), int> _ids = new();

    /// <param name="settings">Address and credentials.</param>
    /// <param name="handler">Carries the requests; null for the network. Not disposed of.</param>
    public RestSchemaRegistry(SchemaRegistrySettings settings, HttpMessageHandler? handler = null)
    {
        _settings = settings;
        _http = handler is null ? new HttpClient() : new HttpClient(handler, disposeHandler: false);
        _http.Timeout = settings.Timeout;
        _http.BaseAddress = new Uri(settings.Url.AbsoluteUri.TrimEnd('/') + "/");
        _http.DefaultRequestHeaders.Accept.ParseAdd($"{MediaType}, application/json;q=0.9");
        _http.DefaultRequestHeaders.Authorization = (settings.Token, settings.User) switch
        {
            ({ } token, _) => new AuthenticationHeaderValue("Bearer", token),
            (_, { } user) => new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{settings.Password}"))),
            _ => null,
        };
    }

    /// <inheritdoc/>
    public async ValueTask<int> EnsureAsync(string subject, string schema, CancellationToken ct)
    {
        if (_ids.TryGetValue((subject, schema), out var known))
        {
            return known;
        }

        var id = await LookUpAsync(subject, schema, ct);
        if (id is null)
        {
            if (await CheckAsync(subject, schema, ct) is { Count: > 0 } faults)
            {
                throw new IncompatibleSchemaException(subject, faults);
            }

            id = _settings.MayRegister
                ? await RegisterAsync(subject, schema, ct)
                : throw new SchemaNotRegisteredException(subject, $"Register it at {_settings}, or let this program do it (registry.register).");
        }

        _ids[(subject, schema)] = id.Value;
        return id.Value;
    }

    /// <inheritdoc/>
    public async ValueTask<string?> ByIdAsync(int id, CancellationToken ct)
    {
        if (_texts.TryGetValue(id, out var known))
        {
            return known;
        }

        using var answer = await SendAsync(HttpMethod.Get, $"schemas/ids/{id}", null, ct, SchemaNotFound);
        return answer is null ? null : _texts[id] = SchemaOf(answer);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> SubjectsAsync(CancellationToken ct)
    {
        using var answer = await SendAsync(HttpMethod.Get, "subjects", null, ct);
        return [.. answer!.RootElement.EnumerateArray().Select(subject => subject.GetString()!)];
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<int>> VersionsAsync(string subject, CancellationToken ct)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"subjects/{Escape(subject)}/versions", null, ct, SubjectNotFound);
        return answer is null ? [] : [.. answer.RootElement.EnumerateArray().Select(version => version.GetInt32()).Order()];
    }

    /// <inheritdoc/>
    public async ValueTask<RegisteredSchema?> FindAsync(string subject, int? version, CancellationToken ct)
    {
        using var answer = await SendAsync(
            HttpMethod.Get, $"subjects/{Escape(subject)}/versions/{version?.ToString(CultureInfo.InvariantCulture) ?? "latest"}", null, ct, SubjectNotFound, VersionNotFound);
        return answer?.RootElement is { } found
            ? new RegisteredSchema(subject, found.GetProperty("version").GetInt32(), found.GetProperty("id").GetInt32(), SchemaOf(answer))
            : null;
    }

    /// <inheritdoc/>
    public async ValueTask<CompatibilityLevel> LevelAsync(string subject, CancellationToken ct)
    {
        using var answer = await SendAsync(
            HttpMethod.Get, $"config/{Escape(subject)}?defaultToGlobal=true", null, ct, SubjectNotFound, LevelNotConfigured);
        var text = answer?.RootElement.GetProperty("compatibilityLevel").GetString() ?? "BACKWARD";

        // The transitive levels ask for the same of more versions.
        return Enum.TryParse<CompatibilityLevel>(text.Split('_')[0], ignoreCase: true, out var level) ? level : CompatibilityLevel.Backward;
    }

    /// <summary>Sets what is asked of new versions of a subject.</summary>
    /// <exception cref="SchemaRegistryException">The registry refuses.</exception>
    public async ValueTask SetLevelAsync(string subject, CompatibilityLevel level, CancellationToken ct)
    {
        using var answer = await SendAsync(HttpMethod.Put, $"config/{Escape(subject)}", new { compatibility = level.ToString().ToUpperInvariant() }, ct);
    }

    /// <inheritdoc/>
    /// <remarks>Our own rules come first, since they name the field in words; then what the registry itself says.</remarks>
    public async ValueTask<IReadOnlyList<string>> CheckAsync(string subject, string schema, CancellationToken ct)
    {
        if (await FindAsync(subject, null, ct) is not { } latest)
        {
            return [];
        }

        var own = SchemaCompatibility.Check(ProtoSchemaParser.Parse(latest.Text), ProtoSchemaParser.Parse(schema), _settings.Level);
        if (own.Count > 0)
        {
            return own;
        }

        using var answer = await SendAsync(
            HttpMethod.Post, $"compatibility/subjects/{Escape(subject)}/versions/latest?verbose=true", Body(schema), ct, SubjectNotFound, VersionNotFound);
        if (answer is null || answer.RootElement.GetProperty("is_compatible").GetBoolean())
        {
            return [];
        }

        return answer.RootElement.TryGetProperty("messages", out var messages) && messages.GetArrayLength() > 0
            ? [.. messages.EnumerateArray().Select(message => message.GetString()!)]
            : ["the registry does not say which field"];
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>What it is called in messages.</summary>
    public override string ToString() => $"the schema registry at {_settings}";

    private async ValueTask<int?> LookUpAsync(string subject, string schema, CancellationToken ct)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"subjects/{Escape(subject)}", Body(schema), ct, SubjectNotFound, SchemaNotFound);
        return answer?.RootElement.GetProperty("id").GetInt32();
    }

    private async ValueTask<int> RegisterAsync(string subject, string schema, CancellationToken ct)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"subjects/{Escape(subject)}/versions", Body(schema), ct);
        return answer!.RootElement.GetProperty("id").GetInt32();
    }

    private static object Body(string schema) => new { schemaType = "PROTOBUF", schema };

    private static string Escape(string subject) => Uri.EscapeDataString(subject);

    private static string SchemaOf(JsonDocument answer) => answer.RootElement.GetProperty("schema").GetString()!;

    /// <summary>Sends a request; gives null when the registry answers with one of the errors that mean "there is none".</summary>
    private async ValueTask<JsonDocument?> SendAsync(HttpMethod method, string path, object? body, CancellationToken ct, params int[] absent)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body));
            request.Content.Headers.ContentType = MediaType;
        }

        try
        {
            using var response = await _http.SendAsync(request, ct);
            var bytes = await response.Content.ReadAsByteArrayAsync(ct);
            return response.IsSuccessStatusCode ? JsonDocument.Parse(bytes) : Refused(response.StatusCode, bytes, absent, $"{method} {path.Split('?')[0]}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            throw new SchemaRegistryUnavailableException($"The schema registry at {_settings} does not answer: {e.Message}", e);
        }
        catch (JsonException e)
        {
            throw new SchemaRegistryException($"What answers at {_settings} is no schema registry: {e.Message}", e);
        }
    }

    private JsonDocument? Refused(HttpStatusCode status, byte[] bytes, int[] absent, string what)
    {
        var (code, message) = ReadError(bytes);
        if (absent.Contains(code))
        {
            return null;
        }

        var detail = $"The schema registry at {_settings} refuses {what}: {(int)status}{(code > 0 ? $", error {code}" : "")}, {message}";
        throw status switch
        {
            >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout => new SchemaRegistryUnavailableException(detail),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new SchemaRegistryException($"{detail}. Check registry.user and registry.password-file, or registry.token-file."),
            _ => new SchemaRegistryException(detail),
        };
    }

    private static (int Code, string Message) ReadError(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.TryGetProperty("error_code", out var code)
                ? (code.GetInt32(), document.RootElement.TryGetProperty("message", out var message) ? message.GetString() ?? "" : "")
                : (0, "");
        }
        catch (JsonException)
        {
            return (0, "");
        }
    }
}
