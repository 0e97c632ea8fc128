using Oddswire.Host.Commands;
using Oddswire.IntegrationTests.Chaos;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>
/// Connections over TLS and with every login, by the program as a user starts it, to brokers that speak the real protocols in front of the mock cluster. A marker
/// stands for every secret: nothing the program says may hold it.
/// </summary>
public sealed class SecureConnectionTests : IDisposable
{
    private const string User = "oddswire-user";
    private const string Marker = "s3cr3t-marker-4711";
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task TLS_is_spoken_with_an_authority_that_is_trusted_and_with_no_other()
    {
        await using var front = new SecureFront(_authority);
        (await ConnectAsync(front, [$"kafka.tls-ca-file={_authority.CaFile}"])).Code.ShouldBe(0);
        using var stranger = new TestAuthority();
        var refused = await ConnectAsync(front, [$"kafka.tls-ca-file={stranger.CaFile}"]);
        refused.Code.ShouldBe(ExitCodes.Environment);
        refused.Said.ShouldContain("TLS failed: check the authority's file");
    }

    [Fact]
    public async Task A_broker_that_asks_for_a_certificate_gets_ours_and_refuses_those_who_have_none()
    {
        await using var front = new SecureFront(_authority, asksForCertificate: true);
        string[] trusted = [$"kafka.tls-ca-file={_authority.CaFile}"];
        (await ConnectAsync(front, [.. trusted, $"kafka.tls-certificate-file={_authority.ClientFile}", $"kafka.tls-key-file={_authority.ClientKeyFile}"])).Code.ShouldBe(0);
        (await ConnectAsync(front, trusted)).Code.ShouldBe(ExitCodes.Environment);
    }

    [Theory]
    [InlineData("PLAIN", "plain")]
    [InlineData("SCRAM-SHA-256", "scram-sha-256")]
    [InlineData("SCRAM-SHA-512", "scram-sha-512")]
    public async Task Name_and_password_log_in_over_TLS_and_a_wrong_password_is_refused_without_being_shown(string mechanism, string setting)
    {
        await using var front = new SecureFront(_authority, login: () => new SaslServer(mechanism, User, Marker));
        string[] sets = [$"kafka.tls-ca-file={_authority.CaFile}", $"kafka.sasl-mechanism={setting}", $"kafka.sasl-username={User}"];
        var right = _authority.Write("right", Marker + "\n");
        (await ConnectAsync(front, [.. sets, $"kafka.sasl-password-file={right}"])).Code.ShouldBe(0);
        (await ConnectAsync(front, sets, ("ODDSWIRE_KAFKA_SASL_PASSWORD", Marker))).Code.ShouldBe(0);
        var refused = await ConnectAsync(front, sets, ("ODDSWIRE_KAFKA_SASL_PASSWORD", Marker + "-wrong"));
        refused.Code.ShouldBe(ExitCodes.Environment);
        refused.Said.ShouldContain("The broker refuses the login");
    }

    [Fact]
    public async Task A_token_of_a_program_logs_in()
    {
        await using var front = new SecureFront(_authority, login: () => new SaslServer("OAUTHBEARER", User, Marker));
        var token = _authority.Write("token.json", $$"""{"token":"{{Marker}}","expires_at_ms":{{TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds()}},"principal":"{{User}}"}""");
        string[] sets = [$"kafka.tls-ca-file={_authority.CaFile}", "kafka.sasl-mechanism=oauthbearer"];
        (await ConnectAsync(front, [.. sets, $"kafka.oauth-token-command=cat {token}"])).Code.ShouldBe(0);
        var refused = await ConnectAsync(front, [.. sets, $"kafka.oauth-token-command=cat {token}; exit 7"]);
        refused.Code.ShouldBe(ExitCodes.Environment);
        refused.Said.ShouldContain("exit code 7");
    }

    [Fact]
    public async Task A_token_of_an_identity_provider_logs_in_and_what_goes_wrong_with_it_is_said_without_the_secret()
    {
        await using var provider = await TokenEndpoint.StartAsync(_authority, "our-client", Marker);
        await using var front = new SecureFront(_authority, login: () => new SaslServer("OAUTHBEARER", User, provider.Token));
        string[] sets =
        [
            $"kafka.tls-ca-file={_authority.CaFile}", "kafka.sasl-mechanism=oauthbearer", $"kafka.oauth-token-url={provider.Url}", "kafka.oauth-client-id=our-client",
            "kafka.oauth-scope=odds",
        ];
        string[] trusting = [.. sets, $"kafka.oauth-ca-file={_authority.CaFile}"];
        var right = await ConnectAsync(front, trusting, ("ODDSWIRE_KAFKA_OAUTH_CLIENT_SECRET", Marker));
        right.Code.ShouldBe(0, right.Said);
        right.Said.ShouldNotContain(provider.Token);
        provider.Requests.ShouldContain("grant_type=client_credentials&scope=odds");

        await RefusedAsync(front, trusting, Marker + "-wrong", "the client is not known");
        await RefusedAsync(front, sets, Marker, "certificate");
        await RefusedAsync(front, [.. trusting, "kafka.oauth-token-url=https://127.0.0.1:1/token"], Marker, "127.0.0.1");
    }

    private static async Task RefusedAsync(SecureFront front, string[] sets, string secret, string reason)
    {
        var refused = await ConnectAsync(front, sets, ("ODDSWIRE_KAFKA_OAUTH_CLIENT_SECRET", secret));
        refused.Code.ShouldBe(ExitCodes.Environment, refused.Said);
        refused.Said.ShouldContain("No token was had");
        refused.Said.ShouldContain(reason);
        refused.Said.ShouldNotContain("broker refuses");
    }

    [Fact]
    public async Task No_command_shows_a_secret_whatever_goes_wrong()
    {
        (string, string)[] secrets =
        [
            ("ODDSWIRE_KAFKA_SASL_PASSWORD", Marker), ("ODDSWIRE_KAFKA_OAUTH_CLIENT_SECRET", Marker), ("ODDSWIRE_KAFKA_TLS_KEY_PASSWORD", Marker),
            ("ODDSWIRE_FEED_SASL_PASSWORD", Marker), ("ODDSWIRE_EDGE_SASL_PASSWORD", Marker),
        ];
        string[] login = ["--set", "kafka.security=sasl-plaintext", "--set", "kafka.sasl-mechanism=plain", "--set", $"kafka.sasl-username={User}"];
        string[][] commands =
        [
            ["config", "--json"],
            ["topics", "plan", "--bootstrap", "127.0.0.1:1", "--set", "kafka.client=debug=all", .. login],
            ["topics", "plan", "--bootstrap", "127.0.0.1:1", "--set", $"kafka.sasl-password={Marker}"],
            ["topics", "acls", "--json"],
            ["lag", "--help"],
        ];
        foreach (var command in commands)
        {
            var (_, said) = await RunAsync(command, secrets);
            said.ShouldNotContain(Marker, Case.Sensitive, string.Join(' ', command));
            said.Length.ShouldBeGreaterThan(20);
        }
    }

    private static async Task<(int Code, string Said)> ConnectAsync(SecureFront front, IReadOnlyList<string> sets, params (string, string)[] environment)
    {
        string[] arguments = ["topics", "plan", "--league", "mlb", "--partitions", "1", "--replication", "1", "--bootstrap", front.Bootstrap];
        var result = await RunAsync([.. arguments, .. sets.SelectMany(set => new[] { "--set", set })], environment);
        result.Said.ShouldNotContain(Marker);
        return result;
    }

    private static async Task<(int Code, string Said)> RunAsync(IReadOnlyList<string> arguments, IReadOnlyList<(string Name, string Value)> environment)
    {
        await using var process = OddswireProcess.Start(environment.ToDictionary(pair => pair.Name, pair => (string?)pair.Value), arguments);
        await process.WaitAsync();
        return (process.ExitCode, process.Said);
    }
}
