using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Host.Commands;
using Oddswire.Infrastructure.Logs.Kafka;

namespace Oddswire.Host.Composition.Configuration;

/// <summary>Makes the connection settings of a cluster out of a section of the configuration.</summary>
internal static class KafkaConnections
{
    private static readonly string[] TlsFiles = ["tls-ca-file", "tls-certificate-file", "tls-key-file"];

    /// <summary>Reads and checks a section.</summary>
    /// <param name="config">All settings.</param>
    /// <param name="section">Which cluster.</param>
    /// <param name="option">The option that names its brokers, for the message when nothing does.</param>
    /// <exception cref="UserErrorException">Brokers are not named, or settings do not fit together; the message names the setting, never its value where that is secret.</exception>
    public static KafkaSettings Read(Config config, string section, string option)
    {
        var bootstrap = config.Find(section, "bootstrap") ?? throw new UserErrorException(
            ExitCodes.Usage, $"No brokers are named for the {section} cluster.", $"Give {option}, or set {section}.bootstrap in the configuration.");
        return new KafkaSettings
        {
            BootstrapServers = CheckBrokers(bootstrap, section),
            ClientId = config.Text(section, "client-id") ?? "oddswire",
            Security = ReadSecurity(config, section),
            SessionTimeout = section == ConfigSchema.Feed ? TimeSpan.FromSeconds(10) : config.Duration(section, "session-timeout", TimeSpan.FromSeconds(10)),
            Overrides = ReadOverrides(config, section),
        };
    }

    private static string CheckBrokers(ConfigValue value, string section)
    {
        foreach (var broker in value.Text.Split(',', StringSplitOptions.TrimEntries))
        {
            var colon = broker.LastIndexOf(':');
            if (colon <= 0 || !int.TryParse(broker.AsSpan(colon + 1), out var port) || port is < 1 or > 65535)
            {
                throw new UserErrorException(
                    ExitCodes.Usage, $"{section}.bootstrap ({value.Where}): '{broker}' is not a broker's address.", "Write host:port, several with commas, for example b-1:9092,b-2:9092.");
            }
        }

        return value.Text.Replace(" ", "", StringComparison.Ordinal);
    }

    private static KafkaSecurity ReadSecurity(Config config, string section)
    {
        var sasl = ReadMechanism(config, section);
        var tls = ReadTls(config, section, sasl);
        var security = new KafkaSecurity
        {
            UseTls = tls,
            Sasl = sasl,
            Username = config.Text(section, "sasl-username"),
            Password = SecretOf(config, section, "sasl-password"),
            CaFile = FileOf(config, section, "tls-ca-file"),
            CertificateFile = FileOf(config, section, "tls-certificate-file"),
            KeyFile = FileOf(config, section, "tls-key-file"),
            KeyPassword = SecretOf(config, section, "tls-key-password"),
            VerifyHostname = config.Word(section, "tls-verify-hostname", "true", "false") != "false",
            TokenEndpoint = config.Text(section, "oauth-token-url"),
            OAuthClientId = config.Text(section, "oauth-client-id"),
            OAuthClientSecret = SecretOf(config, section, "oauth-client-secret"),
            OAuthScope = config.Text(section, "oauth-scope"),
            OAuthCaFile = FileOf(config, section, "oauth-ca-file"),
            TokenSource = config.Text(section, "oauth-token-command") is { } command ? new TokenCommand(command, $"{section}.oauth-token-command").Run : null,
        };
        Check(config, section, security);
        return security;
    }

    private static KafkaSaslMechanism ReadMechanism(Config config, string section) =>
        config.Word(section, "sasl-mechanism", "plain", "scram-sha-256", "scram-sha-512", "oauthbearer") switch
        {
            "plain" => KafkaSaslMechanism.Plain,
            "scram-sha-256" => KafkaSaslMechanism.ScramSha256,
            "scram-sha-512" => KafkaSaslMechanism.ScramSha512,
            "oauthbearer" => KafkaSaslMechanism.OAuthBearer,
            _ => KafkaSaslMechanism.None,
        };

    private static bool ReadTls(Config config, string section, KafkaSaslMechanism sasl)
    {
        var said = config.Word(section, "security", "plaintext", "tls", "sasl-plaintext", "sasl-tls");
        var implied = TlsFiles.Any(name => config.Text(section, name) is not null);
        if (said is null)
        {
            return implied || sasl != KafkaSaslMechanism.None;
        }

        var tls = said.EndsWith("tls", StringComparison.Ordinal);
        if (said.StartsWith("sasl", StringComparison.Ordinal) != (sasl != KafkaSaslMechanism.None))
        {
            throw Wrong(
                $"{section}.security is {said}, but {section}.sasl-mechanism is {(sasl == KafkaSaslMechanism.None ? "not set" : "set")}.",
                sasl == KafkaSaslMechanism.None ? $"Set {section}.sasl-mechanism, or write {(tls ? "tls" : "plaintext")}." : $"Write {(tls ? "sasl-tls" : "sasl-plaintext")}, or leave {section}.security out.");
        }

        return !implied || tls
            ? tls
            : throw Wrong($"{section}.security is {said}, but TLS files are set.", $"Write {(sasl == KafkaSaslMechanism.None ? "tls" : "sasl-tls")}, or take the files out.");
    }

    private static void Check(Config config, string section, KafkaSecurity security)
    {
        void Need(bool holds, string name, string why) => _ = holds ? true : throw Wrong($"{section}.{name} is not set. {why}", $"Set {section}.{name}; 'oddswire config' lists every setting.");

        if (security.Sasl is KafkaSaslMechanism.Plain or KafkaSaslMechanism.ScramSha256 or KafkaSaslMechanism.ScramSha512)
        {
            Need(security.Username is not null, "sasl-username", "The mechanism logs in by name and password.");
            Need(security.Password is not null, "sasl-password-file", "The mechanism logs in by name and password.");
        }

        if (security.Sasl == KafkaSaslMechanism.OAuthBearer && security.TokenSource is null)
        {
            Need(security.TokenEndpoint is not null, "oauth-token-url", "Or name a program with oauth-token-command.");
            Need(security.OAuthClientId is not null, "oauth-client-id", "The token endpoint asks for it.");
            Need(security.OAuthClientSecret is not null, "oauth-client-secret-file", "The token endpoint asks for it.");
        }

        if (security.TokenSource is not null && security.TokenEndpoint is not null)
        {
            throw Wrong($"{section}.oauth-token-url and {section}.oauth-token-command are both set.", "Keep one of the two.");
        }

        Need((security.CertificateFile is null) || security.KeyFile is not null, "tls-key-file", "A certificate needs its key.");
        Need((security.KeyFile is null) || security.CertificateFile is not null, "tls-certificate-file", "A key needs its certificate.");
    }

    private static Dictionary<string, string> ReadOverrides(Config config, string section)
    {
        var overrides = new Dictionary<string, string>(StringComparer.Ordinal);
        if (config.Find(section, "client") is not { } value)
        {
            return overrides;
        }

        foreach (var part in value.Text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw Wrong($"{section}.client ({value.Where}) is not a list of name=value.", "Write for example linger.ms=2,compression.level=3.");
            }

            overrides[part[..equals].Trim()] = part[(equals + 1)..].Trim();
        }

        try
        {
            KafkaOverrides.Check(overrides);
        }
        catch (LogConfigurationException e)
        {
            var unknown = overrides.Keys.First(name => !KafkaOverrides.Allowed.Contains(name));
            var meant = NearestName.Of(unknown, KafkaOverrides.Allowed) is { } near ? $" Did you mean '{near}'?" : "";
            throw Wrong($"{section}.client ({value.Where}): {e.Message}{meant}", "Take it out, or use the setting that there is for it.");
        }

        return overrides;
    }

    private static Secret? SecretOf(Config config, string section, string name) => config.Secret(section, name) is { } secret ? new Secret(secret) : null;

    private static string? FileOf(Config config, string section, string name)
    {
        if (config.Find(section, name) is not { } value)
        {
            return null;
        }

        return File.Exists(value.Text)
            ? value.Text
            : throw new UserErrorException(ExitCodes.Environment, $"The file '{value.Text}' ({section}.{name}, {value.Where}) does not exist.", "Name a PEM file that this user can read.");
    }

    private static UserErrorException Wrong(string message, string remedy) => new(ExitCodes.Usage, message, remedy);
}
