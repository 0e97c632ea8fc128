using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.Infrastructure.Logs.Kafka.Admin;
using Oddswire.Infrastructure.Logs.Kafka.Mock;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>Certificates of a small authority, as PEM files in a folder.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _root;
    private readonly string _folder = Directory.CreateTempSubdirectory("oddswire-tls-").FullName;

    public TestAuthority()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=Oddswire test authority", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
        CaFile = Write("ca.pem", _root.ExportCertificatePem());
        Server = Issue("broker", "127.0.0.1", out _, out _);
        Issue("client", null, out var certificate, out var clientKey);
        (ClientFile, ClientKeyFile) = (certificate, clientKey);
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public string CaFile { get; }

    public X509Certificate2 Server { get; }

    public string ClientFile { get; }

    public string ClientKeyFile { get; }

    /// <summary>Whether a certificate is of this authority.</summary>
    public bool HasIssued(X509Certificate? certificate)
    {
        if (certificate is null)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build((X509Certificate2)certificate);
    }

    /// <summary>A certificate signed by the authority; its PEM files are left in the folder.</summary>
    public X509Certificate2 Issue(string name, string? address, out string certificateFile, out string keyFile)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        if (address is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(System.Net.IPAddress.Parse(address));
            request.CertificateExtensions.Add(names.Build());
        }

        using var signed = request.Create(_root, Now.AddHours(-1), Now.AddHours(1), RandomNumberGenerator.GetBytes(8));
        certificateFile = Write($"{name}.pem", signed.ExportCertificatePem());
        keyFile = Write($"{name}.key", key.ExportPkcs8PrivateKeyPem());
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    public string Write(string name, string content)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, content);
        return file;
    }

    public void Dispose()
    {
        _root.Dispose();
        Server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>A mock cluster behind brokers' doors that ask for TLS, for a certificate, or for a login.</summary>
internal sealed class SecureFront : IAsyncDisposable
{
    private readonly MockCluster _cluster = new(1);
    private readonly MockGateway _gateway;
    private readonly MockTopics _topics;

    public SecureFront(TestAuthority? authority, bool asksForCertificate = false, Func<SaslServer>? login = null)
    {
        _topics = new MockTopics(_cluster);
        _gateway = new MockGateway(_cluster, new MockGatewayOptions
        {
            Secure = authority is null ? null : (stream, ct) => SecureAsync(stream, authority, asksForCertificate, ct),
            Answer = login is null ? () => _topics.AnswerAsync : () => WithLogin(login(), _topics),
            Answers = [.. MockTopics.Answers, .. login is null ? [] : SaslServer.Answers],
        });
    }

    public string Bootstrap => _gateway.Bootstrap;

    /// <summary>Makes a topic behind the door.</summary>
    public void CreateTopic(PlannedTopic topic) => _topics.Create(topic);

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _cluster.Dispose();
    }

    private static Func<ProtocolRequest, ValueTask<byte[]?>> WithLogin(SaslServer server, MockTopics topics) =>
        request => server.Answer(request) is { } answer ? new(answer) : topics.AnswerAsync(request);

    private static async Task<Stream> SecureAsync(Stream stream, TestAuthority authority, bool asksForCertificate, CancellationToken ct)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = authority.Server,
                ClientCertificateRequired = asksForCertificate,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => !asksForCertificate || authority.HasIssued(certificate),
            },
            ct);
        return tls;
    }
}
