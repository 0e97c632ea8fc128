using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Oddswire.Host.Composition;
using Oddswire.Infrastructure.Stores.ClickHouse.Chdb;

namespace Oddswire.IntegrationTests.Archive;

/// <summary>ClickHouse's HTTP interface as a foreign client sees it: plain HTTP requests, nothing of ours.</summary>
public sealed class ChdbHttpInterfaceTests(ChdbFixture chdb) : IClassFixture<ChdbFixture>, IDisposable
{
    private readonly HttpClient _http = new();

    [Fact]
    public async Task A_query_in_the_url_is_answered_in_tab_separated_values()
    {
        var answer = await GetAsync("?query=SELECT%20number%2C%20toString(number)%20FROM%20numbers(3)");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await TextAsync(answer)).ShouldBe("0\t0\n1\t1\n2\t2\n");
        answer.Headers.GetValues("X-ClickHouse-Format").ShouldBe(["TabSeparated"]);
    }

    [Fact]
    public async Task It_answers_a_ping()
    {
        (await TextAsync(await GetAsync("ping"))).ShouldBe("Ok.\n");
        (await TextAsync(await GetAsync(""))).ShouldBe("Ok.\n");
    }

    [Fact]
    public async Task A_format_is_taken_from_the_statement_then_from_the_url_then_from_the_header()
    {
        using var json = JsonDocument.Parse(await TextAsync(await PostAsync("?default_format=CSV", "SELECT 1 AS x FORMAT JSON")));
        json.RootElement.GetProperty("data")[0].GetProperty("x").GetInt32().ShouldBe(1);
        (await TextAsync(await PostAsync("?default_format=JSONEachRow", "SELECT 1 AS x"))).ShouldBe("{\"x\":1}\n");
        using var request = new HttpRequestMessage(HttpMethod.Post, Url("")) { Content = new StringContent("SELECT 'a,b' AS x") };
        request.Headers.Add("X-ClickHouse-Format", "CSVWithNames");
        (await TextAsync(await _http.SendAsync(request, ChdbFixture.Ct))).ShouldBe("\"x\"\n\"a,b\"\n");
    }

    [Fact]
    public async Task Parameters_and_settings_apply_to_one_request_only()
    {
        (await TextAsync(await PostAsync("?param_x=5&param_s=it%27s&max_threads=1", "SELECT {x:UInt8} + 1, {s:String}, getSetting('max_threads')"))).ShouldBe("6\tit\\'s\t1\n");
        (await TextAsync(await PostAsync("", "SELECT getSetting('max_threads') != 1"))).ShouldBe("1\n");
        (await TextAsync(await PostAsync("?database=system", "SELECT currentDatabase()"))).ShouldBe("system\n");
    }

    [Theory]
    [InlineData("SELECT * FROM no_such_table", HttpStatusCode.NotFound, "60")]
    [InlineData("SELECT no_such_function()", HttpStatusCode.NotFound, "46")]
    [InlineData("SELECT (1", HttpStatusCode.BadRequest, "62")]
    [InlineData("SELECT throwIf(1)", HttpStatusCode.InternalServerError, "395")]
    [InlineData("SELECT toUInt8('x')", HttpStatusCode.BadRequest, "6")]
    public async Task An_error_has_the_status_the_code_and_the_text_that_ClickHouse_gives(string sql, HttpStatusCode status, string code)
    {
        var answer = await PostAsync("", sql);

        answer.StatusCode.ShouldBe(status);
        answer.Headers.GetValues("X-ClickHouse-Exception-Code").ShouldBe([code]);
        (await TextAsync(answer)).ShouldStartWith($"Code: {code}. DB::Exception: ");
    }

    [Fact]
    public async Task Rows_are_inserted_from_the_body_as_text_as_binary_and_compressed()
    {
        await chdb.DemandAsync();
        await WriteAsync("", "DROP TABLE IF EXISTS t"u8);
        await WriteAsync("", "CREATE TABLE t (a UInt32, b String) ENGINE = MergeTree ORDER BY a"u8);
        await WriteAsync("?query=INSERT%20INTO%20t%20FORMAT%20TabSeparated", "1\ta\n2\tb\n"u8);
        await WriteAsync("", "INSERT INTO t FORMAT TSV\n3\tc\n"u8);
        await WriteAsync("?query=INSERT%20INTO%20t%20(a%2C%20b)%20SETTINGS%20max_insert_block_size%20%3D%20100%20FORMAT%20JSONEachRow", "{\"a\":4,\"b\":\"d\"}"u8);
        await WriteAsync("?query=INSERT%20INTO%20t%20VALUES", "(5, 'e')"u8);
        await WriteAsync("", "INSERT INTO t FORMAT RowBinary\n\x06\0\0\0\x01"u8, "f"u8);
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync("7,\"g\"\n"u8.ToArray(), ChdbFixture.Ct);
        }

        await WriteAsync("?query=INSERT%20INTO%20t%20FORMAT%20CSV", packed.ToArray(), default, "gzip");

        (await TextAsync(await PostAsync("", "SELECT * FROM t ORDER BY a"))).ShouldBe("1\ta\n2\tb\n3\tc\n4\td\n5\te\n6\tf\n7\tg\n");
    }

    [Fact]
    public async Task Without_the_password_one_reads_but_does_not_write()
    {
        var refused = await PostAsync("", "CREATE TABLE secret (a UInt8) ENGINE = Memory");
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await TextAsync(refused)).ShouldStartWith("Code: 164. DB::Exception: ");

        using var request = new HttpRequestMessage(HttpMethod.Post, Url("")) { Content = new StringContent("SELECT 1") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("oddswire:guess"u8));
        var wrong = await _http.SendAsync(request, ChdbFixture.Ct);
        wrong.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        wrong.Headers.GetValues("X-ClickHouse-Exception-Code").ShouldBe(["516"]);
    }

    [Theory]
    [InlineData("SELECT * FROM file('<path>', 'LineAsString')")]
    [InlineData("SELECT file('<path>')")]
    [InlineData("SELECT \"file\"('<path>')")]
    [InlineData("SELECT `fi\\x6ce`('<path>')")]
    [InlineData("SELECT file /* a comment */ ('<path>')")]
    [InlineData("DESCRIBE TABLE file('<path>')")]
    [InlineData("DESCRIBE TABLE url('http://127.0.0.1:1/', 'CSV')")]
    [InlineData("DESC/* ( */`url`('http://127.0.0.1:1/', 'CSV')")]
    [InlineData("DESCRIBE remote('127.0.0.1:1', system.one)")]
    [InlineData("SELECT hasColumnInTable('127.0.0.1:1', 'default', 'a', 'b')")]
    [InlineData("SELECT `hasColumn\\x49nTable`('127.0.0.1:1', 'default', 'a', 'b')")]
    [InlineData("SELECT {f:Identifier}('127.0.0.1:1', 'default', 'a', 'b')", "?param_f=hasColumnInTable")]
    [InlineData("WITH a AS (SELECT * FROM file('<path>', 'LineAsString')) SELECT * FROM a")]
    [InlineData("SELECT * FROM '<path>'")]
    [InlineData("INSERT INTO FUNCTION file('<path>.out', 'LineAsString') SELECT 'x'")]
    [InlineData("SELECT 'x' INTO OUTFILE '<path>.out'")]
    [InlineData("SELECT 'x' INTO/**/outfile '<path>.out'")]
    [InlineData("KILL QUERY WHERE 1")]
    [InlineData("SYSTEM FLUSH LOGS")]
    [InlineData("CREATE TEMPORARY TABLE a (b UInt8)")]
    [InlineData("SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')")]
    [InlineData("SELECT 1 SETTINGS max_memory_usage = 0")]
    [InlineData("SELECT 1 FORMAT Template", "?format_template_resultset=<path>")]
    [InlineData("SELECT {f:Identifier}('<path>')", "?param_f=file")]
    [InlineData("SELECT {f:Identifier}('<path>')", "?param_f=fi%5Cx6ce")]
    [InlineData("SELECT file\u200d('<path>')")]
    [InlineData("SELECT 'x' INTO\u200dOUTFILE\u200d'<path>.out'")]
    [InlineData("SELECT 1", "?additional_result_filter=toUInt8(file('<path>'))")]
    [InlineData("SELECT 1 AS a FORMAT Protobuf", "?output_format_schema=<path>.out")]
    [InlineData("SELECT 1 FORMAT JSON; INSERT INTO FUNCTION file('<path>.out', 'LineAsString') SELECT 'x'")]
    public async Task Without_the_password_no_statement_leaves_the_archive(string sql, string query = "")
    {
        await chdb.DemandAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "a secret", ChdbFixture.Ct);
        try
        {
            var answer = await PostAsync(query.Replace("<path>", file, StringComparison.Ordinal), sql.Replace("<path>", file, StringComparison.Ordinal));

            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await TextAsync(answer)).ShouldNotContain("a secret");
            File.Exists(file + ".out").ShouldBeFalse();
        }
        finally
        {
            File.Delete(file);
            File.Delete(file + ".out");
        }
    }

    [Theory]
    [InlineData("SELECT 1; KILL QUERY WHERE 1")]
    [InlineData("SELECT 1 FORMAT JSON; KILL QUERY WHERE 1")]
    [InlineData("SELECT 1 FORMAT TSV; KILL QUERY WHERE 1")]
    public async Task A_second_statement_in_a_request_is_not_run(string sql)
    {
        await chdb.DemandAsync();

        (await PostAsync("", sql)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("SELECT 'profile' AS a")]
    [InlineData("FROM numbers(3) SELECT count()")]
    [InlineData("(SELECT 1)")]
    [InlineData("WITH 1 AS a SELECT a")]
    [InlineData("SHOW TABLES")]
    [InlineData("DESC (SELECT 1)")]
    [InlineData("DESCRIBE TABLE (SELECT upper('a') AS b)")]
    [InlineData("DESCRIBE TABLE system.one")]
    [InlineData("EXPLAIN SELECT 1")]
    [InlineData("SELECT match('a1', '\\w\\d')")]
    [InlineData("SELECT {a:UInt8}", "?param_a=1&max_threads=1&readonly=2")]
    [InlineData("SELECT 1", "?max_execution_time=5&output_format_json_quote_64bit_integers=1&session_timezone=UTC&wait_end_of_query=1")]
    public async Task Without_the_password_the_archive_is_asked_as_drivers_ask(string sql, string query = "")
    {
        await chdb.DemandAsync();

        (await PostAsync(query, sql)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_page_in_a_browser_is_refused()
    {
        await chdb.DemandAsync();
        using var foreign = new HttpRequestMessage(HttpMethod.Post, Url("")) { Content = new StringContent("SELECT 1") };
        foreign.Headers.Add("Origin", "https://example.com");
        (await _http.SendAsync(foreign, ChdbFixture.Ct)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var rebound = new HttpRequestMessage(HttpMethod.Post, Url("")) { Content = new StringContent("SELECT 1") };
        rebound.Headers.Host = "example.com";
        (await _http.SendAsync(rebound, ChdbFixture.Ct)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_long_result_comes_in_pieces_and_a_compressed_one_is_smaller()
    {
        var lines = (await TextAsync(await PostAsync("", "SELECT number FROM numbers(500000)"))).Split('\n');
        lines.Length.ShouldBe(500_001);
        lines[499_999].ShouldBe("499999");

        using var request = new HttpRequestMessage(HttpMethod.Post, Url("?enable_http_compression=1")) { Content = new StringContent("SELECT number FROM numbers(1000)") };
        request.Headers.AcceptEncoding.ParseAdd("gzip");
        var answer = await _http.SendAsync(request, ChdbFixture.Ct);
        answer.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        await using var plain = new GZipStream(await answer.Content.ReadAsStreamAsync(ChdbFixture.Ct), CompressionMode.Decompress);
        using var reader = new StreamReader(plain, Encoding.UTF8);
        (await reader.ReadToEndAsync(ChdbFixture.Ct)).Split('\n').Length.ShouldBe(1_001);
    }

    [Fact]
    public async Task A_kind_of_compression_that_is_not_served_is_refused_with_the_remedy()
    {
        var answer = await PostAsync("?compress=1", "SELECT 1");
        answer.StatusCode.ShouldBe(HttpStatusCode.NotImplemented);
        (await TextAsync(answer)).ShouldContain("use gzip");
    }

    [Fact]
    public async Task A_null_reference_stays_an_exception_in_a_process_that_holds_the_engine()
    {
        await chdb.DemandAsync();
        using var engine = ChdbEngine.Open(ChdbLibrary.Find()!, Path.Combine(chdb.Folder, "in-process"));
        using (var connection = engine.Connect())
        {
            connection.Execute("SELECT 1");
        }

        string? nothing = Environment.GetEnvironmentVariable("ODDSWIRE_NOT_SET");
        for (var i = 0; i < 3; i++)
        {
            Should.Throw<NullReferenceException>(() => nothing!.Length);
        }
    }

    public void Dispose() => _http.Dispose();

    private Uri Url(string path) => new(chdb.Client.Endpoint!.Url, path);

    private static Task<string> TextAsync(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync(ChdbFixture.Ct);

    private async Task<HttpResponseMessage> GetAsync(string path)
    {
        await chdb.DemandAsync();
        return await _http.GetAsync(Url(path), ChdbFixture.Ct);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string body)
    {
        await chdb.DemandAsync();
        using var content = new StringContent(body);
        return await _http.PostAsync(Url(path), content, ChdbFixture.Ct);
    }

    private Task WriteAsync(string path, ReadOnlySpan<byte> body, ReadOnlySpan<byte> more = default, string? encoding = null)
    {
        var content = new ByteArrayContent([.. body, .. more]);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        return SendAsync(path, content);
    }

    private async Task SendAsync(string path, ByteArrayContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url(path)) { Content = content };
        request.Headers.Add("X-ClickHouse-User", chdb.Client.Endpoint!.User);
        request.Headers.Add("X-ClickHouse-Key", chdb.Client.Endpoint!.Password);
        var answer = await _http.SendAsync(request, ChdbFixture.Ct);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await TextAsync(answer));
    }
}
