using Oddswire.Core.Domain;
using Oddswire.Infrastructure.Logs.Kafka;

namespace Oddswire.Infrastructure.Feeds.Kafka;

/// <summary>Which topic of a vendor's cluster is a feed, and how its records name games.</summary>
public sealed record KafkaFeedOptions
{
    /// <summary>The vendor's cluster.</summary>
    public required KafkaSettings Cluster { get; init; }

    /// <summary>The league that the feed reports.</summary>
    public required League League { get; init; }

    /// <summary>The vendor's topic.</summary>
    public required string Topic { get; init; }

    /// <summary>Names the feed in records and in its cursors, 1 to 40 characters. A new name starts over.</summary>
    public required string Name { get; init; }

    /// <summary>The group under which the vendor sees how far we are.</summary>
    public required string Group { get; init; }

    /// <summary>The header that names the game; null for the record's key. Either the vendor's id alone or <c>league:id</c>.</summary>
    public string? GameIdHeader { get; init; }

    /// <summary>The header with the message's number within its game, in decimal digits; null where the vendor gives none.</summary>
    public string? SequenceHeader { get; init; }

    /// <summary>The header with the number of the message that is corrected; null where the vendor gives none.</summary>
    public string? AmendsHeader { get; init; }

    /// <summary>The header with the time of sending in milliseconds since 1970; null for the record's timestamp.</summary>
    public string? PublishedAtHeader { get; init; }

    /// <summary>Whether a partition that was never read is read from its beginning; else from what comes next.</summary>
    public bool FromEarliest { get; init; } = true;

    /// <summary>Time between two commits of our offsets to the vendor's cluster. They are for show: what counts is in the core log.</summary>
    public TimeSpan ShowOffsetsEvery { get; init; } = TimeSpan.FromSeconds(5);
}
