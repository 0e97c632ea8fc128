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
        new(Kafka, "session-timeout", "A process that the cluster hears nothing from for so long loses its partitions to others; 10s by default. Brokers allow 6s to 30m unless set otherwise."),
        new(Kafka, "topic-prefix", "Put in front of every topic, group and transactional id, so that several platforms share a cluster; empty by default."),
        .. Connection(Edge, "the edge cluster"),
        new(Edge, "session-timeout", "The same on the edge cluster."),
        new(Edge, "topic-prefix", "Put in front of every topic, group and transactional id on the edge cluster; empty by default."),
        .. Connection(Feed, "the vendor's cluster"),
        new(Feed, "topic", "The vendor's topic."),
        new(Feed, "league", "The league that the feed reports; nfl by default."),
        new(Feed, "name", "Names the feed in records and cursors, up to 40 characters; the topic by default. A new name reads the topic anew, for example when the vendor has made it anew."),
        new(Feed, "group", "The group whose offsets show the vendor how far we are; oddswire-LEAGUE by default."),
        new(Feed, "game-id", "Where a message names its game, by the vendor's id or as nfl:ID: 'key' (default) or 'header:NAME'."),
        new(Feed, "sequence", "Where a message has its number within the game: 'header:NAME', or 'none' (default)."),
        new(Feed, "amends", "Where a correction has the number of the message that it corrects: 'header:NAME', or 'none' (default)."),
        new(Feed, "published-at", "Where a message has its time of sending: 'timestamp' of the record (default), or 'header:NAME' in milliseconds since 1970."),
        new(Feed, "start", "Where to begin when nothing was read yet: 'earliest' (default) or 'latest'."),
        new(Feed, "heartbeat", "A game's feed that is silent for longer is declared stalled, for example 30s; never by default."),
        new(Registry, "url", "Address of a schema registry with Confluent's REST interface; the files of the program by default."),
        new(Registry, "user", "User (or API key) of the registry."),
        new(Registry, "password", "Password (or API secret) of that user.", IsSecret: true),
        new(Registry, "password-file", "File that holds it."),
        new(Registry, "token", "Bearer token, instead of user and password.", IsSecret: true),
        new(Registry, "token-file", "File that holds it."),
        new(Registry, "register", "true (default) or false: whether replicate registers the public contract where the registry does not have it yet."),
        new(Topics, "partitions-nfl", "Partitions of the NFL's topics; 50 by default."),
        new(Topics, "partitions-nba", "Partitions of the NBA's topics; 10 by default."),
        new(Topics, "partitions-mlb", "Partitions of the MLB's topics; 5 by default."),
        new(Topics, "replication", "Copies of each partition; 3 by default."),
        new(Topics, "min-insync-replicas", "Copies that must have a record before it counts; 2 by default, never more than there are copies."),
        new(Topics, "retention", "How long raw and normalised records and odds are kept; 336h by default."),
        new(Topics, "dlq-retention", "How long refused messages are kept; 2160h by default."),
        new(Topics, "compaction-lag", "For how long a changelog keeps what a newer record has replaced; 10m by default, 1m at least: who takes a partition over must still find the claims of others."),
        new(Topics, "max-message-bytes", "The largest record that topics take, 8388608 by default; a feed's message of more than half of it becomes dead letters. Less where the cluster allows less, 262144 at least."),
    ];

    private static IEnumerable<ConfigKey> Connection(string section, string cluster)
    {
        yield return new(section, "bootstrap", $"Brokers of {cluster}: HOST:PORT, several with commas.");
        yield return new(section, "security", "plaintext, tls, sasl-plaintext or sasl-tls; follows from the other keys by default.");
        yield return new(section, "tls-ca-file", "PEM file with the authorities that the brokers' certificates are checked against; the machine's own by default.");
        yield return new(section, "tls-certificate-file", "PEM file with our certificate, where the brokers ask for one (mTLS).");
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
        yield return new(section, "oauth-ca-file", "oauthbearer: PEM file with the authority of the token endpoint; the machine's own without.");
        yield return new(section, "oauth-token-command", "oauthbearer: a program that prints a token as JSON, instead of a token endpoint (MSK IAM; see docs/kafka.md).");
        yield return new(section, "client", "Further settings of librdkafka: name=value, several with commas, for example linger.ms=2.");
        yield return new(section, "client-id", "Name of our connections in the brokers' logs and quotas; oddswire by default.");
    }
}
