namespace Oddswire.Host.Composition.Configuration;

/// <summary>One setting: its name is the same in the file (<c>[section]</c>, <c>name = value</c>), in the environment and in <c>--set</c>.</summary>
/// <param name="Section">The section of the file.</param>
/// <param name="Name">The name within it, in kebab case.</param>
/// <param name="Help">What it means, its range and its default.</param>
/// <param name="IsSecret">Whether its value must never be shown; such a key is taken from the environment only, its twin <c>…-file</c> from anywhere.</param>
internal sealed record ConfigKey(string Section, string Name, string Help, bool IsSecret = false)
{
    /// <summary>Section and name, as <c>--set</c> and messages write it.</summary>
    public string Path => $"{Section}.{Name}";

    /// <summary>The environment variable.</summary>
    public string Variable => $"{ConfigSchema.VariablePrefix}{Section}_{Name}".ToUpperInvariant().Replace('-', '_');
}

/// <summary>Every setting there is.</summary>
internal static class ConfigSchema
{
    public const string VariablePrefix = "ODDSWIRE_";

    /// <summary>The core cluster, which carries the log.</summary>
    public const string Kafka = "kafka";

    /// <summary>The edge cluster, which partners read.</summary>
    public const string Edge = "edge";

    /// <summary>A vendor's cluster, which a feed is read from.</summary>
    public const string Feed = "feed";

    /// <summary>The schema registry that partners read the public contract from.</summary>
    public const string Registry = "registry";

    /// <summary>How the topics of the core cluster are laid out.</summary>
    public const string Topics = "topics";

    public static IReadOnlyList<ConfigKey> Keys { get; } =
    [
        .. Connection(Kafka, "the core cluster"),
        new(Kafka, "session-timeout", "A process that the cluster has not heard from for this long loses its partitions to others; 10s by default. Brokers allow 6s to 30m unless set otherwise."),
        new(Kafka, "topic-prefix", "Prefix of every topic, group and transactional id, so that several platforms can share a cluster; empty by default."),
        .. Connection(Edge, "the edge cluster"),
        new(Edge, "session-timeout", "The same on the edge cluster."),
        new(Edge, "topic-prefix", "Prefix of every topic, group and transactional id on the edge cluster; empty by default."),
        .. Connection(Feed, "the vendor's cluster"),
        new(Feed, "topic", "The vendor's topic."),
        new(Feed, "league", "The league that the feed reports; nfl by default."),
        new(Feed, "name", "Name of the feed in records and cursors, up to 40 characters; the topic by default. Under a new name the topic is read from the start, for example when the vendor has recreated it."),
        new(Feed, "group", "The group whose offsets show the vendor how far we are; oddswire-LEAGUE by default."),
        new(Feed, "game-id", "Where a message names its game, by the vendor's id or as nfl:ID: 'key' (default) or 'header:NAME'."),
        new(Feed, "sequence", "Where a message carries its number within the game: 'header:NAME', or 'none' (default)."),
        new(Feed, "amends", "Where a correction carries the number of the message it corrects: 'header:NAME', or 'none' (default)."),
        new(Feed, "published-at", "Where a message carries the time it was sent: 'timestamp' of the record (default), or 'header:NAME' in milliseconds since 1970."),
        new(Feed, "start", "Where to start when nothing has been read yet: 'earliest' (default) or 'latest'."),
        new(Feed, "heartbeat", "A game whose feed is silent for longer than this is declared stalled, for example 30s; off by default."),
        new(Registry, "url", "Address of a schema registry with Confluent's REST interface; by default the files that come with the program are used."),
        new(Registry, "user", "User (or API key) of the registry."),
        new(Registry, "password", "Password (or API secret) of that user.", IsSecret: true),
        new(Registry, "password-file", "File that holds it."),
        new(Registry, "token", "Bearer token, instead of user and password.", IsSecret: true),
        new(Registry, "token-file", "File that holds it."),
        new(Registry, "register", "true (default) or false: whether replicate registers the public contract if the registry does not have it yet."),
        new(Topics, "partitions-nfl", "Partitions of the NFL's topics; 50 by default."),
        new(Topics, "partitions-nba", "Partitions of the NBA's topics; 10 by default."),
        new(Topics, "partitions-mlb", "Partitions of the MLB's topics; 5 by default."),
        new(Topics, "replication", "Replicas of each partition; 3 by default."),
        new(Topics, "min-insync-replicas", "Replicas that must have a record before it counts; 2 by default, never more than there are replicas."),
        new(Topics, "retention", "How long raw and normalised records and odds are kept; 336h by default."),
        new(Topics, "dlq-retention", "How long rejected messages are kept; 2160h by default."),
        new(Topics, "compaction-lag", "How long a changelog keeps records that newer ones have replaced; 10m by default, at least 1m, because a process that takes over a partition must still find the claims of others."),
        new(Topics, "max-message-bytes", "The largest record that topics accept; 8388608 by default (or the cluster's own limit where that is lower), at least 262144. A feed message larger than half of it goes to the DLQ."),
    ];

    private static IEnumerable<ConfigKey> Connection(string section, string cluster)
    {
        yield return new(section, "bootstrap", $"Brokers of {cluster}: HOST:PORT, comma-separated.");
        yield return new(section, "security", "plaintext, tls, sasl-plaintext or sasl-tls; derived from the other keys by default.");
        yield return new(section, "tls-ca-file", "PEM file with the authorities that the brokers' certificates are checked against; the machine's own by default.");
        yield return new(section, "tls-certificate-file", "PEM file with our certificate, if the brokers ask for one (mTLS).");
        yield return new(section, "tls-key-file", "PEM file with the key of our certificate.");
        yield return new(section, "tls-key-password", "Password of that key.", IsSecret: true);
        yield return new(section, "tls-key-password-file", "File that holds the password of that key.");
        yield return new(section, "tls-verify-hostname", "true (default) or false: whether a broker's certificate must name the host we connect to.");
        yield return new(section, "sasl-mechanism", "plain, scram-sha-256, scram-sha-512 or oauthbearer.");
        yield return new(section, "sasl-username", "User name for plain and scram.");
        yield return new(section, "sasl-password", "Password for plain and scram.", IsSecret: true);
        yield return new(section, "sasl-password-file", "File that holds it.");
        yield return new(section, "oauth-token-url", "oauthbearer: the token endpoint of the identity provider (OIDC client credentials).");
        yield return new(section, "oauth-client-id", "oauthbearer: our client id.");
        yield return new(section, "oauth-client-secret", "oauthbearer: our client secret.", IsSecret: true);
        yield return new(section, "oauth-client-secret-file", "File that holds it.");
        yield return new(section, "oauth-scope", "oauthbearer: the scope to ask for.");
        yield return new(section, "oauth-ca-file", "oauthbearer: PEM file with the authority of the token endpoint; the machine's own by default.");
        yield return new(section, "oauth-token-command", "oauthbearer: a program that prints a token as JSON, instead of a token endpoint (MSK IAM; see docs/kafka.md).");
        yield return new(section, "client", "Further settings of librdkafka: name=value, comma-separated, for example linger.ms=2.");
        yield return new(section, "client-id", "Name of our connections in the brokers' logs and quotas; oddswire by default.");
    }
}
