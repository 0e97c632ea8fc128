using Confluent.Kafka;
using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>Turns Kafka's errors into the log port's: what passes, what fences, and what someone has to set right.</summary>
internal static class KafkaErrors
{
    /// <summary>What librdkafka says when its own way to a token (OIDC) fails.</summary>
    private const string NoToken = "Failed to acquire SASL OAUTHBEARER token";

    /// <summary>The port's exception for an error.</summary>
    /// <param name="error">What Kafka says.</param>
    /// <param name="doing">What was being done, as in "Kafka refuses to …".</param>
    /// <param name="settings">Names the cluster.</param>
    /// <param name="inner">Where it came from.</param>
    public static LogException ToLogException(Error error, string doing, KafkaSettings settings, Exception? inner = null)
    {
        var text = $"Kafka ({settings.BootstrapServers}) could not {doing}: {Text(error)}";
        if (IsFence(error.Code))
        {
            return new FencedException($"{text} Another worker has taken over; nothing was committed.", inner);
        }

        if (error.Reason.StartsWith(NoToken, StringComparison.Ordinal))
        {
            return new LogConfigurationException(
                $"{text} No token was had, so no broker was asked: check oauth-token-url, the client's id and secret, and oauth-ca-file where its authority is one of your own.", inner);
        }

        return Remedy(error.Code, settings) is { } remedy
            ? new LogConfigurationException($"{text} {remedy}", inner)
            : new LogUnavailableException(text + (IsUnreachable(error.Code) ? " See that the brokers run and that this is their address." : " Nothing was committed."), inner);
    }

    /// <summary>Another worker owns what this one thinks it owns: by the producer's epoch, or by the group's generation.</summary>
    public static bool IsFence(ErrorCode code) => IsProducerFence(code) || code is ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId
        or ErrorCode.FencedInstanceId or ErrorCode.RebalanceInProgress or ErrorCode.StaleMemberEpoch or ErrorCode.FencedMemberEpoch;

    /// <summary>The producer is of no use any more.</summary>
    public static bool IsProducerFence(ErrorCode code) =>
        code is ErrorCode.Local_Fenced or ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch or ErrorCode.InvalidProducerIdMapping;

    /// <summary>What librdkafka says where none of the partitions asked about has a leader: they do not exist, or brokers are choosing (rd_kafka_topic_partition_list_query_leaders).</summary>
    public static bool IsLeaderless(ErrorCode code) => code == ErrorCode.Local_UnknownPartition;

    /// <summary>Whether trying again cannot help.</summary>
    public static bool IsFatal(ErrorCode code, KafkaSettings settings) => Remedy(code, settings) is not null;

    private static bool IsUnreachable(ErrorCode code) => code is ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Resolve;

    private static string Text(Error error) => $"{error.Reason.TrimEnd('.')} ({error.Code}).";

    private static string? Remedy(ErrorCode code, KafkaSettings settings) => code switch
    {
        ErrorCode.TopicAuthorizationFailed => "The ACLs do not let this user use the topic: 'oddswire topics acls' prints what each role needs.",
        ErrorCode.GroupAuthorizationFailed => "The ACLs do not let this user use the consumer group: 'oddswire topics acls' prints what each role needs.",
        ErrorCode.TransactionalIdAuthorizationFailed =>
            $"The ACLs do not let this user write with transactional ids that begin with '{settings.TransactionalIdPrefix}': 'oddswire topics acls' prints what each role needs.",
        ErrorCode.ClusterAuthorizationFailed => "The ACLs do not let this user do this on the cluster: 'oddswire topics acls' prints what each role needs.",
        ErrorCode.SaslAuthenticationFailed or ErrorCode.Local_Authentication or ErrorCode.UnsupportedSaslMechanism =>
            "The broker refuses the login: check mechanism, user name and password (or token).",
        ErrorCode.Local_Ssl => "TLS failed: check the authority's file, the certificate, the key, and the name in the broker's certificate.",
        ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge =>
            $"A record is larger than the topic or this client (limit {settings.MaxMessageBytes} bytes) allows: raise 'max.message.bytes' of the topic and the limit of the message size here together.",
        ErrorCode.UnknownTopicOrPart or ErrorCode.UnknownTopicId or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition =>
            "The topic or partition does not exist: create it ('oddswire topics apply').",
        ErrorCode.InvalidReplicationFactor =>
            $"The cluster has fewer brokers than replicas are asked for ({settings.ReplicationFactor}): ask for a smaller replication factor.",
        ErrorCode.InvalidPartitions or ErrorCode.InvalidConfig or ErrorCode.PolicyViolation or ErrorCode.TopicException =>
            "The broker's rules for topics forbid it: see 'oddswire topics plan'.",
        ErrorCode.InvalidTransactionTimeout =>
            "The transaction timeout is longer than the broker's 'transaction.max.timeout.ms': make it shorter.",
        ErrorCode.InvalidSessionTimeout =>
            "The session timeout is outside the broker's 'group.min.session.timeout.ms' and 'group.max.session.timeout.ms'.",
        ErrorCode.UnsupportedVersion or ErrorCode.Local_UnsupportedFeature or ErrorCode.UnsupportedForMessageFormat or ErrorCode.UnsupportedCompressionType =>
            "The broker is too old for it (2.4 is the oldest supported; Zstandard needs 2.1 brokers and message format).",
        ErrorCode.InvalidRecord or ErrorCode.InvalidTimestamp or ErrorCode.InvalidMsg => "The broker refuses the record itself.",
        ErrorCode.Local_InvalidArg or ErrorCode.InvalidRequest or ErrorCode.Local_Conflict =>
            "The request makes no sense to Kafka; this is a fault of the program or of an overridden setting.",
        _ => null,
    };
}
