using Confluent.Kafka;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>Tells a client how its connection is protected and who it is.</summary>
public static class KafkaLogin
{
    /// <summary>Sets what librdkafka has to know; for a client with a <see cref="KafkaSecurity.TokenSource"/> also hand <see cref="Refresh"/> to its builder.</summary>
    public static void Apply(ClientConfig config, KafkaSecurity security)
    {
        config.SecurityProtocol = (security.UseTls, security.Sasl) switch
        {
            (false, KafkaSaslMechanism.None) => SecurityProtocol.Plaintext,
            (true, KafkaSaslMechanism.None) => SecurityProtocol.Ssl,
            (false, _) => SecurityProtocol.SaslPlaintext,
            (true, _) => SecurityProtocol.SaslSsl,
        };
        if (security.UseTls)
        {
            config.SslCaLocation = security.CaFile;
            config.SslCertificateLocation = security.CertificateFile;
            config.SslKeyLocation = security.KeyFile;
            config.SslKeyPassword = security.KeyPassword?.Reveal();
            config.SslEndpointIdentificationAlgorithm = security.VerifyHostname ? SslEndpointIdentificationAlgorithm.Https : SslEndpointIdentificationAlgorithm.None;
        }

        LogIn(config, security);
    }

    /// <summary>Gets a client a new token from the <see cref="KafkaSecurity.TokenSource"/>; what that throws the client reports.</summary>
    public static void Refresh(IClient client, KafkaSecurity security)
    {
        try
        {
            var token = security.TokenSource!();
            client.OAuthBearerSetToken(token.Value.Reveal(), token.ExpiresAt.ToUnixTimeMilliseconds(), token.Principal);
        }
        catch (Exception e)
        {
            client.OAuthBearerSetTokenFailure(e.Message);
        }
    }

    private static void LogIn(ClientConfig config, KafkaSecurity security)
    {
        switch (security.Sasl)
        {
            case KafkaSaslMechanism.None:
                return;
            case KafkaSaslMechanism.OAuthBearer:
                config.SaslMechanism = SaslMechanism.OAuthBearer;
                if (security.TokenSource is null)
                {
                    config.SaslOauthbearerMethod = SaslOauthbearerMethod.Oidc;
                    config.SaslOauthbearerTokenEndpointUrl = security.TokenEndpoint;
                    config.SaslOauthbearerClientId = security.OAuthClientId;
                    config.SaslOauthbearerClientSecret = security.OAuthClientSecret?.Reveal();
                    config.SaslOauthbearerScope = security.OAuthScope;
                    config.HttpsCaLocation = security.OAuthCaFile;
                }

                return;
            default:
                config.SaslMechanism = security.Sasl switch
                {
                    KafkaSaslMechanism.ScramSha256 => SaslMechanism.ScramSha256,
                    KafkaSaslMechanism.ScramSha512 => SaslMechanism.ScramSha512,
                    _ => SaslMechanism.Plain,
                };
                config.SaslUsername = security.Username;
                config.SaslPassword = security.Password?.Reveal();
                return;
        }
    }
}
