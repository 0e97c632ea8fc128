using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Oddswire.Infrastructure.Stores.ClickHouse.Chdb;

/// <summary>
/// A request of ClickHouse's HTTP interface (clickhouse.com/docs/interfaces/http), taken apart: the statement, where it puts its data, and
/// everything that applies to it alone.
/// </summary>
internal sealed partial class ChdbRequest : IDisposable
{
    private const int MaxStatementBytes = 256 << 20;
    private const int HeadBytes = 16 << 10;

    // Understood here (or without meaning on loopback); every other parameter of the URL is a setting.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "query", "database", "default_format", "user", "password", "query_id", "session_id", "session_timeout", "session_check", "quota_key", "role",
        "stacktrace", "buffer_size", "wait_end_of_query", "client_protocol_version", "add_http_cors_header", "enable_http_compression",
        "http_zlib_compression_level", "send_progress_in_http_headers", "http_headers_progress_interval_ms", "compress", "decompress",
    };

    private Microsoft.Win32.SafeHandles.SafeFileHandle? _data;

    public byte[] Statement { get; private set; } = [];

    public string Text { get; private set; } = "";

    public string Format { get; private set; } = "TabSeparated";

    public string? Database { get; private init; }

    public bool WantsGzip { get; private init; }

    public List<KeyValuePair<string, string>> Parameters { get; } = [];

    public List<KeyValuePair<string, string>> Settings { get; } = [];

    /// <summary>Reads a request to its end. Data of an insert go into an anonymous file that the engine reads by name.</summary>
    /// <exception cref="ClickHouseException">It cannot be understood; the code and text are such as ClickHouse gives.</exception>
    public static async Task<ChdbRequest> ReadAsync(HttpContext http, CancellationToken ct)
    {
        var query = http.Request.Query;
        var request = new ChdbRequest
        {
            Database = First(query["database"]) ?? First(http.Request.Headers["X-ClickHouse-Database"]),
            WantsGzip = First(query["enable_http_compression"]) is "1" or "true"
                && http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase),
        };
        request.TakeParameters(query);
        var body = http.Request.Method == HttpMethods.Get ? Stream.Null : Decompressed(http.Request);
        await request.TakeStatementAsync(First(query["query"]) ?? "", body, ct);
        request.Format = StatementText.FormatOf(request.Text)
            ?? First(query["default_format"]) ?? First(http.Request.Headers["X-ClickHouse-Format"]) ?? "TabSeparated";
        return request;
    }

    /// <inheritdoc/>
    public void Dispose() => _data?.Dispose();

    private static string? First(Microsoft.Extensions.Primitives.StringValues values) => values.Count > 0 && values[0] is { Length: > 0 } text ? text : null;

    private void TakeParameters(IQueryCollection query)
    {
        foreach (var (name, values) in query)
        {
            var value = values.Count > 0 ? values[^1] ?? "" : "";
            if (name.StartsWith("param_", StringComparison.Ordinal))
            {
                Parameters.Add(new(name["param_".Length..], value));
            }
            else if (Reserved.Contains(name))
            {
                if (name is "compress" or "decompress" && value is "1" or "true")
                {
                    throw new ClickHouseException(
                        48, $"Code: 48. DB::Exception: '{name}=1' (ClickHouse's own block compression) is not served here; use gzip, or turn compression off in the client. (NOT_IMPLEMENTED)", false);
                }
            }
            else if (Name().IsMatch(name))
            {
                Settings.Add(new(name, value));
            }
            else
            {
                throw new ClickHouseException(115, $"Code: 115. DB::Exception: Unknown setting '{name}'. (UNKNOWN_SETTING)", false);
            }
        }

        if (Parameters.Count > 200)
        {
            throw new ClickHouseException(36, "Code: 36. DB::Exception: More than 200 query parameters. (BAD_ARGUMENTS)", false);
        }
    }

    private static Stream Decompressed(HttpRequest request) => request.Headers.ContentEncoding.ToString().ToLowerInvariant() switch
    {
        "" or "identity" => request.Body,
        "gzip" or "x-gzip" => new GZipStream(request.Body, CompressionMode.Decompress),
        "deflate" => new ZLibStream(request.Body, CompressionMode.Decompress),
        "br" => new BrotliStream(request.Body, CompressionMode.Decompress),
        var other => throw new ClickHouseException(
            48, $"Code: 48. DB::Exception: Content-Encoding '{other}' is not served here; use gzip, deflate or br. (NOT_IMPLEMENTED)", false),
    };

    private async Task TakeStatementAsync(string inUrl, Stream body, CancellationToken ct)
    {
        if (StatementText.IsInsert(inUrl) && StatementText.FormatOf(inUrl) is not null)
        {
            Text = await InfileAsync(inUrl, default, body, ct);
            Statement = Encoding.UTF8.GetBytes(Text);
            return;
        }

        var head = new byte[HeadBytes];
        var size = await body.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct);
        if (inUrl.Length == 0 && StatementText.TryFindBinaryData(Encoding.Latin1.GetString(head, 0, size), out var dataAt))
        {
            Text = await InfileAsync(Encoding.UTF8.GetString(head, 0, dataAt), head.AsMemory(dataAt, size - dataAt), body, ct);
            Statement = Encoding.UTF8.GetBytes(Text);
            return;
        }

        using var all = new MemoryStream();
        if (inUrl.Length > 0)
        {
            all.Write(Encoding.UTF8.GetBytes(size > 0 ? inUrl + "\n" : inUrl));
        }

        all.Write(head, 0, size);
        var buffer = new byte[64 << 10];
        for (int read; (read = await body.ReadAsync(buffer, ct)) > 0;)
        {
            if (all.Length + read > MaxStatementBytes)
            {
                throw new ClickHouseException(
                    307, $"Code: 307. DB::Exception: A statement of more than {MaxStatementBytes >> 20} MiB; put the statement in the URL and only the data in the body. (TOO_MANY_BYTES)", false);
            }

            all.Write(buffer, 0, read);
        }

        Statement = all.ToArray();
        Text = StatementText.IsInsert(Encoding.UTF8.GetString(Statement, 0, Math.Min(Statement.Length, HeadBytes)))
            ? Encoding.UTF8.GetString(Statement, 0, Math.Min(Statement.Length, HeadBytes))
            : Encoding.UTF8.GetString(Statement);
    }

    private async Task<string> InfileAsync(string statement, ReadOnlyMemory<byte> first, Stream rest, CancellationToken ct)
    {
        _data = ChdbNative.CreateMemoryFile("insert");
        await using (var file = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(_data.DangerousGetHandle(), ownsHandle: false), FileAccess.Write, 1 << 16))
        {
            await file.WriteAsync(first, ct);
            await rest.CopyToAsync(file, 1 << 20, ct);
        }

        return StatementText.WithInfile(statement, $"/proc/self/fd/{_data.DangerousGetHandle()}")
            ?? throw new ClickHouseException(62, "Code: 62. DB::Exception: The INSERT names no FORMAT at its end. (SYNTAX_ERROR)", false);
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
