using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Core.Wire;
using Oddswire.Host.Roles.Replicate;
using Oddswire.Infrastructure.Logs.Sqlite;
using Oddswire.Infrastructure.Schemas;

namespace Oddswire.Host.Composition;

/// <summary>Where partners read, and how it gets there.</summary>
internal sealed record EdgeSettings
{
    /// <summary>The edge cluster; null for a log in the data folder.</summary>
    public KafkaPlace? Kafka { get; init; }

    /// <summary>Whether public records also carry CloudEvents' headers.</summary>
    public bool CloudEvents { get; init; }

    /// <summary>See <see cref="ReplicateOptions.AcceptLoss"/>.</summary>
    public bool AcceptLoss { get; init; }

    /// <summary>Whether there is to be no public copy at all.</summary>
    public bool IsOff { get; init; }
}

/// <summary>The edge log as a process sees it that does not write it: opened once it is there, for its lag. Not for several threads.</summary>
internal sealed class EdgeGlance(DataFolder folder, EdgeSettings settings, TimeProvider time) : IAsyncDisposable
{
    private IEventLog? _log;

    /// <summary>The log; null while there is none. A log in the data folder may be made later, by another process.</summary>
    public IEventLog? Find() => _log ??= Edge.OpenExisting(folder, settings.Kafka, time);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _log?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>The edge log with the roles that write to it.</summary>
internal sealed class Edge : IAsyncDisposable
{
    private readonly EdgeSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logging;
    private readonly ISchemaRegistry _registry;

    private Edge(IEventLog log, EdgeSettings settings, ISchemaRegistry registry, TimeProvider time, ILoggerFactory logging) =>
        (Log, _settings, _registry, _time, _logging) = (log, settings, registry, time, logging);

    public IEventLog Log { get; }

    /// <summary>Opens the edge log and makes its topics.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="options">What the platform runs.</param>
    /// <param name="partitionCounts">Partitions of the core log's topics: a new edge log has as many.</param>
    /// <param name="registry">The registry that partners read the contract from; not disposed of.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logging">Where warnings go.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="LogConfigurationException">The edge log was made with other settings.</exception>
    /// <exception cref="Commands.UserErrorException">Topics are missing on the edge cluster and may not be made from here.</exception>
    public static async Task<Edge> OpenAsync(
        DataFolder folder,
        PlatformOptions options,
        IReadOnlyDictionary<string, int> partitionCounts,
        ISchemaRegistry registry,
        TimeProvider time,
        ILoggerFactory logging,
        CancellationToken ct)
    {
        var log = OpenLog(folder, options.Edge, time, logging);
        try
        {
            await (options.Edge.Kafka is { } kafka
                ? KafkaLogs.EnsureEdgeTopicsAsync(kafka, options.Leagues, options.MakesTopics, ct)
                : EnsureEmbeddedAsync(log, options, partitionCounts, ct));
            return new Edge(log, options.Edge, registry, time, logging);
        }
        catch
        {
            await log.DisposeAsync();
            throw;
        }
    }

    private static async Task EnsureEmbeddedAsync(
        IEventLog log, PlatformOptions options, IReadOnlyDictionary<string, int> partitionCounts, CancellationToken ct)
    {
        var topics = new List<TopicSpec>();
        foreach (var league in options.Leagues)
        {
            var existing = (await log.DescribeAsync(Topics.PublicOdds(league), ct)).Count;
            topics.Add(new TopicSpec(
                Topics.PublicOdds(league), existing > 0 ? existing : partitionCounts[Topics.Odds(league)], options.Log.Retention));
        }

        await log.EnsureTopicsAsync(topics, ct);
    }

    /// <summary>
    /// The edge log. On the embedded one, losing its last commits with the power costs nothing: the cursors go with them, and the same records come again
    /// to the same places.
    /// </summary>
    public static IEventLog OpenLog(DataFolder folder, EdgeSettings settings, TimeProvider time, ILoggerFactory? logging = null)
    {
        if (settings.Kafka is { } kafka)
        {
            return KafkaLogs.Open(kafka, time, logging);
        }

        Directory.CreateDirectory(folder.Edge);
        return new SqliteEventLog(new SqliteLogOptions { Directory = folder.Edge, Durability = SqliteDurability.Relaxed }, time);
    }

    /// <summary>The edge log that a command looks at; null when there is none.</summary>
    public static IEventLog? OpenExisting(DataFolder folder, KafkaPlace? cluster, TimeProvider time) =>
        cluster is not null || Directory.Exists(folder.Edge) ? OpenLog(folder, new EdgeSettings { Kafka = cluster }, time) : null;

    /// <summary>The role that replicates a league.</summary>
    public ReplicateRole Replicate(IEventLog core, League league, HopCounters counters) => new(
        core,
        Log,
        league,
        ct => _registry.EnsureAsync(ProducerSchemas.SubjectOf(Topics.PublicOdds(league)), FileSchemaRegistry.ReadEmbedded(Contracts.PublicOdds.File), ct),
        new ReplicateOptions { CloudEvents = _settings.CloudEvents, AcceptLoss = _settings.AcceptLoss },
        counters,
        _time,
        _logging.CreateLogger<ReplicateRole>());

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Log.DisposeAsync();
}
