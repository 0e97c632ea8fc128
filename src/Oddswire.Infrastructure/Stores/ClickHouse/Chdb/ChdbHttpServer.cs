using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Oddswire.Infrastructure.Stores.ClickHouse.Chdb;

/// <summary>
/// ClickHouse's HTTP interface (clickhouse.com/docs/interfaces/http) over the engine in this process, on loopback. Anybody who may
/// connect reads (user <c>default</c>, no password); writing takes the user <c>oddswire</c> and the password of this start.
/// </summary>
public sealed class ChdbHttpServer : IAsyncDisposable
{
    /// <summary>The user that may write.</summary>
    public const string Writer = "oddswire";

    private const int MaxConcurrentReaders = 8;
    private const long ReaderMemoryBytes = 4L << 30;
    private readonly ChdbEngine _engine;
    private readonly byte[] _password;
    private readonly WebApplication _app;
    private readonly SemaphoreSlim _readers = new(MaxConcurrentReaders);

    private ChdbHttpServer(ChdbEngine engine, int port, string password)
    {
        _engine = engine;
        _password = Encoding.UTF8.GetBytes(password);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, port);
            options.Limits.MaxRequestBodySize = 1L << 30;
            options.Limits.MaxRequestLineSize = 1 << 20;
            options.Limits.MaxRequestBufferSize = 2 << 20;
            options.Limits.MinRequestBodyDataRate = null;
            options.AddServerHeader = false;
        });
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>The port it listens on.</summary>
    public int Port { get; private set; }

    /// <summary>Starts serving.</summary>
    /// <param name="engine">The engine, which stays the caller's.</param>
    /// <param name="port">The port on 127.0.0.1; 0 takes a free one.</param>
    /// <param name="password">What the user <see cref="Writer"/> must show.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<ChdbHttpServer> StartAsync(ChdbEngine engine, int port, string password)
    {
        var server = new ChdbHttpServer(engine, port, password);
        await server._app.StartAsync();
        var address = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        server.Port = new Uri(address).Port;
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
        _readers.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        try
        {
            await AnswerAsync(http);
        }
        catch (ClickHouseException e)
        {
            await RefuseAsync(http, e.Code, e.Message);
        }
        catch (Exception e) when (e is BadHttpRequestException or InvalidDataException)
        {
            await RefuseAsync(http, 36, $"Code: 36. DB::Exception: The request cannot be read: {e.Message} (BAD_ARGUMENTS)");
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();
        }
    }

    private async Task AnswerAsync(HttpContext http)
    {
        RefuseForeignPages(http.Request);
        if (http.Request.Path == "/ping" || (http.Request.Path == "/" && HttpMethods.IsGet(http.Request.Method) && !http.Request.Query.ContainsKey("query")))
        {
            http.Response.ContentType = "text/plain; charset=UTF-8";
            await http.Response.WriteAsync("Ok.\n");
            return;
        }

        if (http.Request.Path != "/")
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            await http.Response.WriteAsync($"There is no handle {http.Request.Path}\n\nUse / or /ping for health checks.\nSend queries with POST, or with GET and the query parameter 'query'.\n");
            return;
        }

        var mayWrite = MayWrite(http.Request) && !HttpMethods.IsGet(http.Request.Method);
        using var request = await ChdbRequest.ReadAsync(http, http.RequestAborted);
        if (mayWrite)
        {
            await RunAsync(http, request, mayWrite);
            return;
        }

        ReaderRules.Check(request);

        // Readers wait for one another, so that they cannot keep the archive's inserts waiting.
        await _readers.WaitAsync(http.RequestAborted);
        try
        {
            await RunAsync(http, request, mayWrite);
        }
        finally
        {
            _readers.Release();
        }
    }

    private async Task RunAsync(HttpContext http, ChdbRequest request, bool mayWrite)
    {
        using var connection = _engine.Connect();
        Prepare(connection, request, mayWrite);
        await RunAsync(http, connection, request);
    }

    /// <summary>
    /// A web page open in the user's browser can send requests to loopback. Browsers mark them with Origin (and, after a
    /// rebound name, with a foreign Host); no database client sends either.
    /// </summary>
    private static void RefuseForeignPages(HttpRequest request)
    {
        var host = request.Host.Host;
        if (request.Headers.ContainsKey("Origin") || !(host is "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address))))
        {
            throw new ClickHouseException(
                497, "Code: 497. DB::Exception: Web pages may not ask the archive; use a ClickHouse client on this machine. (ACCESS_DENIED)", false);
        }
    }

    private bool MayWrite(HttpRequest request)
    {
        var (user, password) = Credentials(request);
        if (user is "" or "default" && password.Length == 0)
        {
            return false;
        }

        return user == Writer && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(password), _password)
            ? true
            : throw new ClickHouseException(
                516, $"Code: 516. DB::Exception: {user}: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)", false);
    }

    private static (string User, string Password) Credentials(HttpRequest request)
    {
        if (request.Headers.Authorization.ToString() is { Length: > 6 } header && header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            var bytes = new byte[header.Length];
            if (Convert.TryFromBase64String(header[6..].Trim(), bytes, out var size) && Encoding.UTF8.GetString(bytes, 0, size).Split(':', 2) is [var name, var word])
            {
                return (name, word);
            }
        }

        string Pick(string headerName, string parameter) =>
            request.Headers[headerName].ToString() is { Length: > 0 } value ? value : request.Query[parameter].ToString();
        return (Pick("X-ClickHouse-User", "user"), Pick("X-ClickHouse-Key", "password"));
    }

    private static void Prepare(ChdbConnection connection, ChdbRequest request, bool mayWrite)
    {
        if (request.Database is { } database)
        {
            connection.Execute($"USE `{database.Replace("\\", "\\\\").Replace("`", "\\`")}`");
        }

        // A reader is held to its memory and to reading below, whatever a client's own settings say.
        foreach (var (name, value) in request.Settings.Where(setting => mayWrite || !setting.Key.Equals("readonly", StringComparison.OrdinalIgnoreCase)))
        {
            connection.Execute($"SET {name} = '{value.Replace("\\", "\\\\").Replace("'", "\\'")}'");
        }

        if (!mayWrite)
        {
            connection.Execute($"SET max_memory_usage = {ReaderMemoryBytes}");
            connection.Execute("SET readonly = 1");
        }
    }

    private static async Task RunAsync(HttpContext http, ChdbConnection connection, ChdbRequest request)
    {
        if (StatementText.IsQuery(request.Text) && StatementText.CanStream(request.Format))
        {
            using var stream = await Task.Run(() => connection.Stream(request.Statement, request.Format, request.Parameters));
            await SendAsync(http, request, stream);
            return;
        }

        using var result = await Task.Run(() => connection.Query(request.Statement, request.Format, request.Parameters));
        http.Response.Headers["X-ClickHouse-Summary"] = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"read_rows":"{{result.RowsRead}}","read_bytes":"{{result.BytesRead}}","written_rows":"{{result.RowsWritten}}","written_bytes":"{{result.BytesWritten}}","result_bytes":"{{result.Length}}"}""");
        await using var output = Begin(http, request);
        await CopyAsync(result, output, http.RequestAborted);
    }

    private static async Task SendAsync(HttpContext http, ChdbRequest request, ChdbCursor stream)
    {
        // The first piece is fetched before the status line goes out, so that most errors still get their status.
        var piece = await Task.Run(stream.Next);
        await using var output = Begin(http, request);
        while (piece is not null)
        {
            using (piece)
            {
                await CopyAsync(piece, output, http.RequestAborted);
            }

            try
            {
                piece = await Task.Run(stream.Next);
            }
            catch (ClickHouseException e)
            {
                // As ClickHouse does: the text ends the body, and the broken transfer says that it is not the whole.
                await output.WriteAsync(Encoding.UTF8.GetBytes(e.Message + "\n"), http.RequestAborted);
                await output.FlushAsync(http.RequestAborted);
                http.Abort();
                return;
            }
        }
    }

    private static Stream Begin(HttpContext http, ChdbRequest request)
    {
        http.Response.ContentType = request.Format.Contains("JSON", StringComparison.OrdinalIgnoreCase) && !request.Format.Contains("EachRow", StringComparison.OrdinalIgnoreCase)
            ? "application/json; charset=UTF-8"
            : request.Format.StartsWith("CSV", StringComparison.OrdinalIgnoreCase) ? "text/csv; charset=UTF-8; header=absent"
            : request.Format.StartsWith("Tab", StringComparison.OrdinalIgnoreCase) || request.Format.StartsWith("TSV", StringComparison.OrdinalIgnoreCase)
                ? "text/tab-separated-values; charset=UTF-8"
                : "application/octet-stream";
        http.Response.Headers["X-ClickHouse-Format"] = request.Format;
        http.Response.Headers["X-ClickHouse-Server-Display-Name"] = "oddswire";
        http.Response.Headers["X-ClickHouse-Timezone"] = "UTC";
        if (!request.WantsGzip)
        {
            return http.Response.Body;
        }

        http.Response.Headers.ContentEncoding = "gzip";
        return new GZipStream(http.Response.Body, CompressionLevel.Fastest, leaveOpen: true);
    }

    private static async Task CopyAsync(ChdbResult result, Stream output, CancellationToken ct)
    {
        const int Step = 1 << 18;
        var buffer = new byte[(int)Math.Min(Step, Math.Max(1, result.Length))];
        for (long at = 0; at < result.Length; at += Step)
        {
            var size = (int)Math.Min(Step, result.Length - at);
            result.Slice(at, size).CopyTo(buffer);
            await output.WriteAsync(buffer.AsMemory(0, size), ct);
        }
    }

    private static async Task RefuseAsync(HttpContext http, int code, string text)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = HttpStatus.Of(code);
        http.Response.ContentType = "text/plain; charset=UTF-8";
        http.Response.Headers["X-ClickHouse-Exception-Code"] = code.ToString(CultureInfo.InvariantCulture);
        await http.Response.WriteAsync(text.TrimEnd() + "\n");
    }
}
