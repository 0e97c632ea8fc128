using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Kafka.Admin;

/// <summary>Looks at the topics of a cluster and makes or alters them as a plan says.</summary>
public sealed class KafkaTopicAdmin : IDisposable
{
    private static readonly TimeSpan AskStep = TimeSpan.FromSeconds(1);
    private readonly KafkaClients _clients;
    private readonly IAdminClient _client;
    private readonly KafkaSettings _settings;

    /// <summary>An admin of a cluster.</summary>
    /// <exception cref="LogConfigurationException">The settings make no sense to the client.</exception>
    public KafkaTopicAdmin(KafkaSettings settings)
    {
        _settings = settings;
        _clients = new KafkaClients(settings, logger: null);
        _client = _clients.Admin();
    }

    /// <summary>Every topic of the cluster with its partitions and copies, without settings.</summary>
    /// <exception cref="LogUnavailableException">The cluster does not answer.</exception>
    /// <exception cref="LogConfigurationException">It refuses the login or the certificate.</exception>
    public IReadOnlyDictionary<string, PlannedTopic> List() => Metadata().Topics
        .Where(topic => topic.Error.Code == ErrorCode.NoError && topic.Partitions.Count > 0)
        .ToDictionary(topic => topic.Topic, topic => new PlannedTopic(topic.Topic, topic.Partitions.Count, topic.Partitions.Min(p => p.Replicas.Length), null));

    /// <summary>Asks in short steps: a connection that is refused shows itself only as silence, but why it was refused the client reports beside it.</summary>
    private Metadata Metadata()
    {
        for (var asked = AskStep; ; asked += AskStep)
        {
            try
            {
                return _client.GetMetadata(AskStep);
            }
            catch (KafkaException e) when (_clients.LastError is { } reported && KafkaErrors.IsFatal(reported.Code, _settings))
            {
                throw KafkaErrors.ToLogException(reported, "list the topics", _settings, e);
            }
            catch (KafkaException e) when (asked >= _settings.RequestTimeout || e.Error.Code is not (ErrorCode.Local_Transport or ErrorCode.Local_TimedOut))
            {
                throw KafkaErrors.ToLogException(e.Error, "list the topics", _settings, e);
            }
            catch (KafkaException)
            {
                // Not yet: the next step asks again.
            }
        }
    }

    /// <summary>The named topics as they are, with their settings where the cluster tells them; one that does not exist is left out.</summary>
    /// <exception cref="LogUnavailableException">The cluster does not answer.</exception>
    public async Task<IReadOnlyDictionary<string, PlannedTopic>> ReadAsync(IReadOnlyCollection<string> names)
    {
        var known = List();
        var found = names.Where(known.ContainsKey).ToDictionary(name => name, name => known[name]);
        if (found.Count == 0)
        {
            return found;
        }

        try
        {
            var results = await _client.DescribeConfigsAsync(
                found.Keys.Select(name => new ConfigResource { Type = ResourceType.Topic, Name = name }), new DescribeConfigsOptions { RequestTimeout = _settings.RequestTimeout });
            foreach (var result in results)
            {
                found[result.ConfigResource.Name] = found[result.ConfigResource.Name] with
                {
                    Settings = TopicSettings.All.Where(result.Entries.ContainsKey).ToDictionary(name => name, name => result.Entries[name].Value),
                };
            }
        }
        catch (KafkaException e) when (e.Error.Code is ErrorCode.Local_UnsupportedFeature or ErrorCode.UnsupportedVersion or ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
            || e is DescribeConfigsException)
        {
            // The settings stay unknown, and the plan says so.
            return found;
        }
        catch (KafkaException e)
        {
            throw KafkaErrors.ToLogException(e.Error, "tell the settings of its topics", _settings, e);
        }

        return found;
    }

    /// <summary>Carries out what a plan says to create and to alter; refusals and what is the same are left alone.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="said">Told about every topic that was made or altered.</param>
    /// <exception cref="LogConfigurationException">The cluster refuses, with its reason; what was done before stays done, and applying again goes on.</exception>
    /// <exception cref="LogUnavailableException">The cluster does not answer.</exception>
    public async Task ApplyAsync(IReadOnlyList<TopicChange> plan, Action<TopicChange> said)
    {
        foreach (var change in plan)
        {
            try
            {
                switch (change.Kind)
                {
                    case TopicChangeKind.Create:
                        await CreateAsync(change.Topic);
                        said(change);
                        break;
                    case TopicChangeKind.Alter:
                        await AlterAsync(change);
                        said(change);
                        break;
                    default:
                        break;
                }
            }
            catch (KafkaException e)
            {
                throw Refused(change, e);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task CreateAsync(PlannedTopic topic)
    {
        var specification = new TopicSpecification
        {
            Name = topic.Name,
            NumPartitions = topic.Partitions,
            ReplicationFactor = (short)topic.Replication,
            Configs = (topic.Settings ?? new Dictionary<string, string>()).ToDictionary(setting => setting.Key, setting => setting.Value),
        };
        try
        {
            await _client.CreateTopicsAsync([specification], new CreateTopicsOptions { RequestTimeout = _settings.RequestTimeout, OperationTimeout = _settings.RequestTimeout });
        }
        catch (CreateTopicsException e) when (e.Results.TrueForAll(result => result.Error.Code == ErrorCode.TopicAlreadyExists))
        {
            // Somebody else has just made it; the next plan compares it.
        }
    }

    private Task AlterAsync(TopicChange change) => _client.IncrementalAlterConfigsAsync(
        new Dictionary<ConfigResource, List<ConfigEntry>>
        {
            [new ConfigResource { Type = ResourceType.Topic, Name = change.Topic.Name }] =
                [.. change.Settings.Select(setting => new ConfigEntry { Name = setting.Key, Value = setting.Value, IncrementalOperation = AlterConfigOpType.Set })],
        },
        new IncrementalAlterConfigsOptions { RequestTimeout = _settings.RequestTimeout });

    private LogException Refused(TopicChange change, KafkaException e)
    {
        var cause = e switch
        {
            CreateTopicsException create => create.Results[0].Error,
            IncrementalAlterConfigsException alter => alter.Results[0].Error,
            _ => e.Error,
        };
        var doing = $"{(change.Kind == TopicChangeKind.Create ? "make" : "alter")} the topic '{change.Topic.Name}' ({TopicPlanner.Describe(change.Topic)})";
        return KafkaErrors.ToLogException(cause, doing, _settings, e);
    }
}
