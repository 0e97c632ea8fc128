using System.Text;
using Oddswire.Core.Wire;
using Oddswire.Infrastructure.Logs.Kafka.Admin;
using Oddswire.Infrastructure.Logs.Kafka.Mock;
using Oddswire.IntegrationTests.Logs.Kafka.Strict;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>One connection to an <see cref="AclCluster"/>. What a role may be refused in peace (a look at others' lag) is answered as a broker does; a refusal of anything else ends it.</summary>
internal sealed class AclConnection(BrokerLinks broker, IReadOnlyList<RoleAcl> acls, AclCluster cluster)
{
    private const short Produce = 0, Fetch = 1, ListOffsets = 2, Metadata = 3, OffsetCommit = 8, OffsetFetch = 9, FindCoordinator = 10, JoinGroup = 11, Heartbeat = 12, LeaveGroup = 13, SyncGroup = 14;
    private const short Handshake = 17, CreateTopics = 19, InitProducerId = 22, AddPartitions = 24, AddOffsets = 25, EndTransaction = 26, CommitOffsets = 28, Authenticate = 36;
    private const short TopicRefused = 29, GroupRefused = 30, IdRefused = 53;
    private IReadOnlyList<RoleAcl> _mine = [];
    private string _role = "";

    /// <summary>The kinds it looks at, in versions with plain layouts.</summary>
    public static IReadOnlyList<AnsweredApi> Answers { get; } =
    [
        new(Produce, 7), new(Fetch, 11), new(ListOffsets, 5), new(Metadata, 8), new(OffsetCommit, 7), new(OffsetFetch, 5), new(FindCoordinator, 2), new(JoinGroup, 5), new(Heartbeat, 3),
        new(LeaveGroup, 3), new(SyncGroup, 3), new(Handshake, 1), new(InitProducerId, 1), new(AddPartitions, 1), new(AddOffsets, 1), new(EndTransaction, 1), new(CommitOffsets, 2), new(Authenticate, 1),
    ];

    /// <summary>The body of an answer; null for what may be done.</summary>
    public async ValueTask<byte[]?> AnswerAsync(ProtocolRequest request) =>
        request.ApiKey == Metadata ? Describe(request, await broker.AskAsync(request)) : Answer(request);

    private byte[]? Answer(ProtocolRequest request)
    {
        var reader = new ProtocolReader(request.Body.Span);
        switch (request.ApiKey)
        {
            case Handshake:
                return new ProtocolWriter().Int16(0).Int32(1).String("PLAIN").ToArray();
            case Authenticate:
                _role = Encoding.UTF8.GetString(reader.Bytes()).Split('\0')[1];
                _mine = [.. acls.Where(acl => acl.Role == _role)];
                return new ProtocolWriter().Int16(0).String(null).Bytes([]).Int64(0).ToArray();
            case FindCoordinator:
                var (key, isGroup) = (reader.String()!, reader.Int8() == 0);
                return May(isGroup ? "group" : "transactional-id", key, "Describe")
                    ? null
                    : new ProtocolWriter().Int32(0).Int16(isGroup ? GroupRefused : IdRefused).String("refused").Int32(-1).String("").Int32(-1).ToArray();
            case OffsetFetch:
                return May("group", reader.String()!, "Describe") ? null : new ProtocolWriter().Int32(0).Int32(0).Int16(GroupRefused).ToArray();
            case ListOffsets or Fetch:
                return OnRead(request);
            case Produce or InitProducerId or AddPartitions or AddOffsets or EndTransaction or CommitOffsets:
                DemandTransaction(request);
                return null;
            case JoinGroup or SyncGroup or Heartbeat or LeaveGroup or OffsetCommit:
                Demand("group", reader.String()!, "Read");
                return null;
            case CreateTopics:
                reader.Int32();
                Demand("topic", reader.String()!, "Create");
                return null;
            default:
                return null;
        }
    }

    private bool May(string resource, string name, string operation)
    {
        var may = _mine.Any(acl => acl.Resource == resource && (acl.IsPrefix ? name.StartsWith(acl.Name, StringComparison.Ordinal) : acl.Name == name) && acl.Operations.Contains(operation));
        if (!may && operation is not "Describe")
        {
            cluster.Refused.Enqueue($"{_role}: {operation} {resource} {name}");
        }

        return may;
    }

    private void Demand(string resource, string name, string operation)
    {
        if (!May(resource, name, operation))
        {
            throw new WireFormatException($"{_role} may not {operation} {name}.");
        }
    }

    private void DemandTransaction(ProtocolRequest request)
    {
        var reader = new ProtocolReader(request.Body.Span);
        if (reader.String() is { } id)
        {
            Demand("transactional-id", id, "Write");
        }

        if (request.ApiKey == Produce)
        {
            (_, _) = (reader.Int16(), reader.Int32());
            Layouts.EachPartition(ref reader, (string topic, int _, ref ProtocolReader rest) =>
            {
                rest.Bytes();
                Demand("topic", topic, "Write");
                cluster.Written[topic] = _role;
            });
        }
        else if (request.ApiKey == AddOffsets)
        {
            (_, _) = (Layouts.Int64(ref reader), reader.Int16());
            Demand("group", reader.String()!, "Read");
        }
    }

    /// <summary>A place or records of topics that this role may not describe or read are refused a partition at a time; a mixture is not asked for.</summary>
    private byte[]? OnRead(ProtocolRequest request)
    {
        var (version, isFetch) = (request.Version, request.ApiKey == Fetch);
        var reader = new ProtocolReader(request.Body.Span);
        reader.Int32();
        if (isFetch)
        {
            (_, _, _) = (reader.Int32(), reader.Int32(), reader.Int32());
        }

        reader.Int8();
        var (writer, all) = (new ProtocolWriter().Int32(0), true);
        if (isFetch)
        {
            (_, _) = (reader.Int32(), reader.Int32());
            writer.Int16(0).Int32(0);
        }

        Layouts.CopyPartitions(ref reader, writer, (string topic, int _, ref ProtocolReader rest) =>
        {
            if (isFetch || version >= 4)
            {
                rest.Int32();
            }

            Layouts.Int64(ref rest);
            if (isFetch)
            {
                Layouts.Int64(ref rest);
                rest.Int32();
                writer.Int16(TopicRefused).Int64(-1).Int64(-1).Int64(-1).Int32(0).Int32(-1).Bytes([]);
            }
            else
            {
                writer.Int16(TopicRefused).Int64(-1).Int64(-1).Raw(version >= 4 ? [255, 255, 255, 255] : []);
            }

            all &= May("topic", topic, isFetch ? "Read" : "Describe");
        });
        return all ? null : writer.ToArray();
    }

    private byte[] Describe(ProtocolRequest request, byte[] described)
    {
        var isAll = new ProtocolReader(request.Body.Span).Int32() < 0;
        var answer = new ProtocolReader(described);
        var writer = new ProtocolWriter().Int32(answer.Int32());
        var brokers = answer.Int32();
        for (writer.Int32(brokers); brokers > 0; brokers--)
        {
            writer.Int32(answer.Int32()).String(answer.String()).Int32(answer.Int32()).String(answer.String());
        }

        writer.String(answer.String()).Int32(answer.Int32());
        List<byte[]> topics = [];
        for (var left = answer.Int32(); left > 0; left--)
        {
            var (error, name, isInternal) = (answer.Int16(), answer.String()!, answer.Int8());
            var may = May("topic", name, "Describe");
            var topic = new ProtocolWriter().Int16(may ? error : TopicRefused).String(name).Int8(isInternal);
            var partitions = answer.Int32();
            topic.Int32(may ? partitions : 0);
            var kept = may ? topic : new ProtocolWriter();
            for (; partitions > 0; partitions--)
            {
                kept.Int16(answer.Int16()).Int32(answer.Int32()).Int32(answer.Int32()).Int32(answer.Int32());
                for (var list = 0; list < 3; list++)
                {
                    var replicas = answer.Int32();
                    for (kept.Int32(replicas); replicas > 0; replicas--)
                    {
                        kept.Int32(answer.Int32());
                    }
                }
            }

            topic.Int32(answer.Int32());
            if (may || !isAll)
            {
                topics.Add(topic.ToArray());
            }
        }

        writer.Int32(topics.Count);
        topics.ForEach(topic => writer.Raw(topic));
        return writer.Int32(answer.Int32()).ToArray();
    }
}
