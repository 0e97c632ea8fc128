using System.Collections;
using Oddswire.Core.Ports;
using Oddswire.Host.Commands;
using Oddswire.Host.Composition.Configuration;
using Oddswire.Infrastructure.Logs.Kafka;

namespace Oddswire.Tests.Configuration;

public sealed class KafkaConnectionsTests : IDisposable
{
    private const string Marker = "s3cr3t-marker";
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Brokers_alone_are_enough()
    {
        var settings = Read(["kafka.bootstrap=a:9092, b:9092"]);
        settings.BootstrapServers.ShouldBe("a:9092,b:9092");
        settings.Security.UseTls.ShouldBeFalse();
        settings.Security.Sasl.ShouldBe(KafkaSaslMechanism.None);
    }

    [Theory]
    [InlineData("plain", KafkaSaslMechanism.Plain)]
    [InlineData("scram-sha-256", KafkaSaslMechanism.ScramSha256)]
    [InlineData("SCRAM-SHA-512", KafkaSaslMechanism.ScramSha512)]
    public void A_name_and_a_password_log_in_over_TLS_unless_told_otherwise(string mechanism, KafkaSaslMechanism expected)
    {
        var settings = Read(["kafka.bootstrap=a:1", $"kafka.sasl-mechanism={mechanism}", "kafka.sasl-username=u"], ("ODDSWIRE_KAFKA_SASL_PASSWORD", Marker));
        settings.Security.Sasl.ShouldBe(expected);
        settings.Security.Username.ShouldBe("u");
        settings.Security.Password!.Reveal().ShouldBe(Marker);
        settings.Security.UseTls.ShouldBeTrue();
        settings.ToString().ShouldNotContain(Marker);
        settings.Security.ToString().ShouldNotContain(Marker);
    }

    [Fact]
    public void Mutual_TLS_takes_three_files()
    {
        var settings = Read(["kafka.bootstrap=a:1", $"kafka.tls-ca-file={_file}", $"kafka.tls-certificate-file={_file}", $"kafka.tls-key-file={_file}"]);
        settings.Security.UseTls.ShouldBeTrue();
        settings.Security.CertificateFile.ShouldBe(_file);
    }

    [Fact]
    public void A_token_comes_from_an_endpoint_or_from_a_program()
    {
        var endpoint = Read(
            ["kafka.bootstrap=a:1", "kafka.sasl-mechanism=oauthbearer", "kafka.oauth-token-url=https://idp/token", "kafka.oauth-client-id=o"],
            ("ODDSWIRE_KAFKA_OAUTH_CLIENT_SECRET", Marker));
        endpoint.Security.TokenEndpoint.ShouldBe("https://idp/token");
        endpoint.Security.TokenSource.ShouldBeNull();
        var program = Read(["kafka.bootstrap=a:1", "kafka.sasl-mechanism=oauthbearer", "kafka.oauth-token-command=get-token"]);
        program.Security.TokenSource.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("kafka.bootstrap", "bootstrap=nonsense")]
    [InlineData("kafka.sasl-username", "bootstrap=a:1", "sasl-mechanism=plain")]
    [InlineData("kafka.sasl-password-file", "bootstrap=a:1", "sasl-mechanism=plain", "sasl-username=u")]
    [InlineData("kafka.oauth-token-url", "bootstrap=a:1", "sasl-mechanism=oauthbearer")]
    [InlineData("kafka.sasl-mechanism", "bootstrap=a:1", "security=sasl-tls")]
    [InlineData("kafka.tls-ca-file", "bootstrap=a:1", "tls-ca-file=/no/such/file")]
    [InlineData("kafka.client", "bootstrap=a:1", "client=enable.idempotence=false")]
    [InlineData("linger.ms", "bootstrap=a:1", "client=lingre.ms=2")]
    public void What_does_not_fit_together_is_refused_by_name(string named, params string[] sets)
    {
        var error = Should.Throw<UserErrorException>(() => Read([.. sets.Select(set => $"kafka.{set}")]));
        $"{error.Message} {error.Remedy}".ShouldContain(named);
    }

    [Fact]
    public void A_token_program_gives_a_token_with_its_end()
    {
        var token = new TokenCommand("""echo '{"token":"abc","expires_at_ms":1760000000000,"principal":"p"}'""", "kafka.oauth-token-command").Run();
        token.Value.Reveal().ShouldBe("abc");
        token.ExpiresAt.ToUnixTimeMilliseconds().ShouldBe(1760000000000);
        token.Principal.ShouldBe("p");
    }

    [Theory]
    [InlineData("echo s3cr3t-marker; echo s3cr3t-marker >&2; exit 3", "exit code 3")]
    [InlineData("echo s3cr3t-marker", "printed something else")]
    [InlineData("""echo '{"token":"s3cr3t-marker"}'""", "printed something else")]
    public void A_token_program_that_fails_is_named_and_what_it_printed_is_not_repeated(string command, string said)
    {
        var error = Should.Throw<LogUnavailableException>(() => new TokenCommand(command, "kafka.oauth-token-command").Run());
        error.Message.ShouldContain(said);
        error.Message.ShouldContain("kafka.oauth-token-command");
        error.ToString().ShouldNotContain(Marker);
    }

    private static KafkaSettings Read(IReadOnlyList<string> sets, params (string Name, string Value)[] variables)
    {
        var environment = new Hashtable();
        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        return KafkaConnections.Read(Config.Load(null, sets, environment), ConfigSchema.Kafka, "--bootstrap");
    }
}
