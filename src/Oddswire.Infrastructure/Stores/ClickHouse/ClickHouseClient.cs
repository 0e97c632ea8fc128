using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Oddswire.Infrastructure.Stores.ClickHouse;

/// <summary>Where ClickHouse's HTTP interface is and how to log in; for the embedded engine it is written to <c>archive/endpoint.json</c>.</summary>
/// <param name="Url">For example <c>http://127.0.0.1:8123/</c>.</param>
/// <param name="User">The user; empty for ClickHouse's <c>default</c>.</param>
/// <param name="Password">The password; may be empty.</param>
/// <param name="Database">The database with the archive's tables.</param>
public sealed record ClickHouseEndpoint(Uri Url, string User = "", string Password = "", string Database = "default");

/// <summary>
/// A client of ClickHouse's HTTP interface: the same for the embedded engine, a server or a cluster. Safe for several threads.
/// </summary>
public sealed class ClickHouseClient : IDisposable
{
    private readonly HttpClient _http;
    private volatile ClickHouseEndpoint? _endpoint;

    /// <summary>A client of an endpoint that is known, or of one that comes up later (<see cref="Use"/>).</summary>
    /// <param name="endpoint">The endpoint; null while it is not up.</param>
    /// <param name="timeout">How long one statement may take; 100 seconds where not given.</param>
    public ClickHouseClient(ClickHouseEndpoint? endpoint, TimeSpan? timeout = null)
    {
        _endpoint = endpoint;
        _http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), UseProxy = false })
        {
            Timeout = timeout ?? TimeSpan.FromSeconds(100),
        };
    }

    /// <summary>The endpoint in use; null while there is none.</summary>
    public ClickHouseEndpoint? Endpoint => _endpoint;

    /// <summary>From now on, statements go to this endpoint (null: there is none).</summary>
    public void Use(ClickHouseEndpoint? endpoint) => _endpoint = endpoint;

    /// <summary>Whether it answers.</summary>
    public async Task<bool> PingAsync(CancellationToken ct)
    {
        if (_endpoint is not { } endpoint)
        {
            return false;
        }

        try
        {
            using var answer = await _http.GetAsync(new Uri(endpoint.Url, "ping"), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    /// <exception cref="ClickHouseException">It failed, or ClickHouse cannot be reached (transient).</exception>
    public async Task ExecuteAsync(string sql, CancellationToken ct, string settings = "") => await TextAsync(sql, ct, settings);

    /// <summary>Runs a statement and gives its result as text, TabSeparated unless the statement names a format.</summary>
    /// <exception cref="ClickHouseException">It failed, or ClickHouse cannot be reached (transient).</exception>
    public async Task<string> TextAsync(string sql, CancellationToken ct, string settings = "")
    {
        try
        {
            using var answer = await SendAsync(settings, Statement(sql), HttpCompletionOption.ResponseContentRead, ct);
            return await answer.Content.ReadAsStringAsync(ct);
        }
        catch (Exception e) when (IsConnectionFault(e, ct))
        {
            throw Unreachable(e);
        }
    }

    /// <summary>The rows of a query, each cut into its fields, unescaped. NULL comes as <c>\N</c>.</summary>
    /// <exception cref="ClickHouseException">It failed, or ClickHouse cannot be reached (transient).</exception>
    public async IAsyncEnumerable<string[]> RowsAsync(string sql, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var stream = await StreamAsync(sql + "\nFORMAT TabSeparated", "", ct);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (true)
        {
            string? line;
            try
            {
                line = await reader.ReadLineAsync(ct);
            }
            catch (Exception e) when (IsConnectionFault(e, ct))
            {
                throw Unreachable(e);
            }

            if (line is null)
            {
                yield break;
            }

            yield return [.. line.Split('\t').Select(Unescape)];
        }
    }

    /// <summary>The bytes of a result as they come. Reading it throws <see cref="IOException"/> when the query breaks off on the way.</summary>
    /// <exception cref="ClickHouseException">It failed at its beginning, or ClickHouse cannot be reached (transient).</exception>
    public async Task<Stream> StreamAsync(string sql, string settings, CancellationToken ct)
    {
        try
        {
            var answer = await SendAsync(settings, Statement(sql), HttpCompletionOption.ResponseHeadersRead, ct);
            return await answer.Content.ReadAsStreamAsync(ct);
        }
        catch (Exception e) when (IsConnectionFault(e, ct))
        {
            throw Unreachable(e);
        }
    }

    /// <summary>
    /// Inserts rows as one block: with the same token a second time it changes neither the table nor its materialised views.
    /// </summary>
    /// <param name="into">Table and columns, <c>t (a, b)</c>.</param>
    /// <param name="rows">The rows in RowBinary; nothing is kept of it.</param>
    /// <param name="token">Names the block; at most 200 characters.</param>
    /// <param name="ct">Gives up; the outcome is then unknown.</param>
    /// <exception cref="ClickHouseException">It failed; a transient failure may have inserted nothing, a part or all.</exception>
    public async Task InsertAsync(string into, ReadOnlyMemory<byte> rows, string token, CancellationToken ct)
    {
        // One block stays one block: the token is only as good as the boundaries are fixed.
        const string OneBlock =
            "&async_insert=0&input_format_parallel_parsing=0&max_insert_block_size=10000000&min_insert_block_size_rows=10000000"
            + "&min_insert_block_size_bytes=4000000000&deduplicate_blocks_in_dependent_materialized_views=1&max_partitions_per_insert_block=1000";
        var settings = $"&query={Uri.EscapeDataString($"INSERT INTO {into} FORMAT RowBinary")}&insert_deduplication_token={Uri.EscapeDataString(token)}{OneBlock}";
        try
        {
            using var answer = await SendAsync(settings, new ReadOnlyMemoryContent(rows), HttpCompletionOption.ResponseContentRead, ct);
        }
        catch (Exception e) when (IsConnectionFault(e, ct))
        {
            throw Unreachable(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Undoes the escapes of TabSeparated.</summary>
    internal static string Unescape(string field)
    {
        if (!field.Contains('\\') || field == "\\N")
        {
            return field;
        }

        var text = new StringBuilder(field.Length);
        for (var i = 0; i < field.Length; i++)
        {
            text.Append(field[i] == '\\' && i + 1 < field.Length
                ? field[++i] switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'b' => '\b', 'f' => '\f', '0' => '\0', var other => other }
                : field[i]);
        }

        return text.ToString();
    }

    private static StringContent Statement(string sql) => new(sql, Encoding.UTF8, MediaTypeHeaderValue.Parse("text/plain"));

    private async Task<HttpResponseMessage> SendAsync(string settings, HttpContent content, HttpCompletionOption completion, CancellationToken ct)
    {
        var endpoint = _endpoint ?? throw new ClickHouseException(0, "ClickHouse is not up.", isTransient: true);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint.Url, $"?database={Uri.EscapeDataString(endpoint.Database)}{settings}")) { Content = content };
        if (endpoint.User.Length > 0)
        {
            request.Headers.Add("X-ClickHouse-User", endpoint.User);
            request.Headers.Add("X-ClickHouse-Key", endpoint.Password);
        }

        var answer = await _http.SendAsync(request, completion, ct);
        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync(ct);
            var error = ClickHouseException.Parse(text);
            throw error.Code == 0
                ? new ClickHouseException(0, $"{(int)answer.StatusCode} {answer.ReasonPhrase}: {text.Trim()}", IsPassing(answer.StatusCode))
                : error;
        }
    }

    private static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static bool IsConnectionFault(Exception e, CancellationToken ct) =>
        e is HttpRequestException or IOException || (e is TaskCanceledException && !ct.IsCancellationRequested);

    private ClickHouseException Unreachable(Exception e) =>
        new(0, $"ClickHouse at {_endpoint?.Url.ToString() ?? "(no address)"} cannot be reached or broke off: {e.Message}", isTransient: true, e);
}
