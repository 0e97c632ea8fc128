using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Pricing.Parameters;
using Oddswire.Host.Api;
using Oddswire.Host.Roles.Ingest;
using Oddswire.Infrastructure.Schemas;

namespace Oddswire.Host.Composition;

/// <summary>The roles, as <c>--role</c> names them.</summary>
internal enum Role
{
    Ingest,
    Normalise,
    Price,
    Publish,
    Archive,
    Replicate,
    Api,
}

/// <summary>What one process runs.</summary>
internal sealed record PlatformOptions
{
    public required IReadOnlyList<League> Leagues { get; init; }

    public required IReadOnlySet<Role> Roles { get; init; }

    /// <summary>Where ingest's messages come from.</summary>
    public IReadOnlyList<IFeedSource> Sources { get; init; } = [];

    /// <summary>A vendor's feed beside these; null for none.</summary>
    public Commands.FeedSetup? Feed { get; init; }

    /// <summary>Looks a pregame line up; what it does not know is looked up in the reference store of the data folder.</summary>
    public Func<GameId, PregameLine?>? PregameLine { get; init; }

    /// <summary>Models that price games begun from this start on, at most one a league; a league without one goes on as it was.</summary>
    public IReadOnlyList<ModelFile> Models { get; init; } = [];

    public IngestOptions Ingest { get; init; } = new();

    /// <summary>How the API and the board are served; null for not at all.</summary>
    public ApiOptions? Api { get; init; }

    /// <summary>Where health and metrics are served when the API is not; null for nowhere.</summary>
    public int? HealthPort { get; init; }

    public LogSettings Log { get; init; } = new();

    /// <summary>Where partners read, and how it gets there.</summary>
    public EdgeSettings Edge { get; init; } = new();

    /// <summary>The schema registry that partners read the public contract from; null for the files of the program.</summary>
    public SchemaRegistrySettings? Registry { get; init; }

    /// <summary>Whether topics that are missing on the cluster are made at the start, as <c>topics apply</c> makes them.</summary>
    public bool MakesTopics { get; init; }

    /// <summary>Whether to stop when every source has ended and all of it has gone through every hop.</summary>
    public bool StopWhenDrained { get; init; }

    /// <summary>When to stop all the same; null for never.</summary>
    public TimeSpan? StopAfter { get; init; }

    public static IReadOnlySet<Role> AllRoles { get; } = Enum.GetValues<Role>().ToHashSet();
}

/// <summary>Which log it is, and how it is set up.</summary>
internal sealed record LogSettings
{
    /// <summary>The cluster; null for the embedded log. What follows is for the embedded log alone.</summary>
    public KafkaPlace? Kafka { get; init; }

    /// <summary>Partitions of each topic, 1 to 1000, fixed when the data folder is made; null for what it has, 1 in a new one.</summary>
    public int? Partitions { get; init; }

    /// <summary>Whether a commit is on the disk before it counts; else it survives the death of the process, but not of the machine.</summary>
    public bool IsDurableOnCommit { get; init; } = true;

    /// <summary>How long raw and normalised records and odds are kept.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(14);
}
