namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>How to reach a Kafka cluster and what to ask of it. One value for each cluster (core, edge, a vendor's).</summary>
public sealed record KafkaSettings
{
    /// <summary>Brokers to begin with: <c>host:port</c>, several with commas between.</summary>
    public required string BootstrapServers { get; init; }

    /// <summary>Names this program in the brokers' logs and quotas.</summary>
    public string ClientId { get; init; } = "oddswire";

    /// <summary>How the connection is protected and who we are.</summary>
    public KafkaSecurity Security { get; init; } = new();

    /// <summary>
    /// Begins every <c>transactional.id</c>; the rest is the group and a random part. Clusters shared by several installations give each
    /// its own. An ACL on transactional ids is granted on this prefix.
    /// </summary>
    public string TransactionalIdPrefix { get; init; } = "oddswire";

    /// <summary>Put in front of the names of consumer groups; empty by default. For several installations on one cluster.</summary>
    public string GroupPrefix { get; init; } = "";

    /// <summary>Put in front of the names of topics; empty by default. For several installations on one cluster.</summary>
    public string TopicPrefix { get; init; } = "";

    /// <summary>Replicas of topics that are created: 1 or more, 3 in production.</summary>
    public short ReplicationFactor { get; init; } = 3;

    /// <summary><c>min.insync.replicas</c> of topics that are created: 1 to <see cref="ReplicationFactor"/>.</summary>
    public short MinInSyncReplicas { get; init; } = 2;

    /// <summary>Largest record in bytes, for the producer and for topics that are created.</summary>
    public int MaxMessageBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Compression of what is produced.</summary>
    public KafkaCompression Compression { get; init; } = KafkaCompression.Lz4;

    /// <summary>A member that the group hears nothing from for so long loses its partitions. Brokers allow 6 s to 30 min by default.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A worker that its role does not call for so long leaves its group.</summary>
    public TimeSpan MaxPollInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long one request may take before it is tried again.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a commit may take; after it the outcome counts as unknown and the worker is thrown away.</summary>
    public TimeSpan CommitTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the broker leaves a transaction open whose producer is silent. More than <see cref="CommitTimeout"/>.</summary>
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a broker holds a fetch back when nothing is there; a record that comes ends the wait.</summary>
    public TimeSpan FetchMaxWait { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Most bytes of records a worker fetches ahead of its role.</summary>
    public int FetchAheadBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>
    /// Further settings of librdkafka, by their own names, for what has no property here. Only names of <see cref="KafkaOverrides.Allowed"/>:
    /// nothing that would break exactly-once processing.
    /// </summary>
    public IReadOnlyDictionary<string, string> Overrides { get; init; } = new Dictionary<string, string>();
}

/// <summary>How a connection to a cluster is protected, and who we are.</summary>
public sealed record KafkaSecurity
{
    /// <summary>Whether to encrypt with TLS.</summary>
    public bool UseTls { get; init; }

    /// <summary>How to log in; none by default.</summary>
    public KafkaSaslMechanism Sasl { get; init; } = KafkaSaslMechanism.None;

    /// <summary>User name (PLAIN, SCRAM).</summary>
    public string? Username { get; init; }

    /// <summary>Password (PLAIN, SCRAM).</summary>
    public Secret? Password { get; init; }

    /// <summary>PEM file with the authorities to trust; the system's by default.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file with our certificate (mutual TLS).</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file with the certificate's private key.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Password of <see cref="KeyFile"/>.</summary>
    public Secret? KeyPassword { get; init; }

    /// <summary>Whether the broker's certificate must be for the name it is reached by. On unless a test has reason.</summary>
    public bool VerifyHostname { get; init; } = true;

    /// <summary>OAUTHBEARER by OpenID Connect: where to get a token.</summary>
    public string? TokenEndpoint { get; init; }

    /// <summary>OAUTHBEARER by OpenID Connect: the client's id.</summary>
    public string? OAuthClientId { get; init; }

    /// <summary>OAUTHBEARER by OpenID Connect: the client's secret.</summary>
    public Secret? OAuthClientSecret { get; init; }

    /// <summary>OAUTHBEARER by OpenID Connect: the scope asked for.</summary>
    public string? OAuthScope { get; init; }

    /// <summary>OAUTHBEARER by OpenID Connect: PEM file with the authority of the token endpoint; the system's by default.</summary>
    public string? OAuthCaFile { get; init; }

    /// <summary>
    /// OAUTHBEARER with a token of your own making (MSK IAM, for example): called before the first connection and again before a token runs
    /// out. Takes precedence over <see cref="TokenEndpoint"/>. What it throws is reported as a log that cannot be reached.
    /// </summary>
    public Func<KafkaToken>? TokenSource { get; init; }
}

/// <summary>A token for OAUTHBEARER.</summary>
/// <param name="Value">The token.</param>
/// <param name="ExpiresAt">When it runs out.</param>
/// <param name="Principal">Whom it names.</param>
public sealed record KafkaToken(Secret Value, DateTimeOffset ExpiresAt, string Principal);

/// <summary>How to log in to a cluster.</summary>
public enum KafkaSaslMechanism
{
    /// <summary>Not at all, or by certificate.</summary>
    None,

    /// <summary>PLAIN.</summary>
    Plain,

    /// <summary>SCRAM-SHA-256.</summary>
    ScramSha256,

    /// <summary>SCRAM-SHA-512.</summary>
    ScramSha512,

    /// <summary>OAUTHBEARER.</summary>
    OAuthBearer,
}

/// <summary>Compression of record batches.</summary>
public enum KafkaCompression
{
    /// <summary>None.</summary>
    None,

    /// <summary>LZ4: cheap.</summary>
    Lz4,

    /// <summary>Zstandard: small; brokers from 2.1.</summary>
    Zstd,

    /// <summary>Snappy.</summary>
    Snappy,

    /// <summary>Gzip.</summary>
    Gzip,
}

/// <summary>A secret that does not show itself: not in logs, not in messages, not in a debugger's or a record's text.</summary>
public sealed class Secret(string value) : IEquatable<Secret>
{
    /// <summary>The secret itself.</summary>
    public string Reveal() => value;

    /// <inheritdoc/>
    public bool Equals(Secret? other) => other is not null && other.Reveal() == value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <inheritdoc/>
    public override int GetHashCode() => value.GetHashCode(StringComparison.Ordinal);

    /// <summary>Asterisks.</summary>
    public override string ToString() => "***";
}
