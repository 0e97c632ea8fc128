using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Infrastructure.Stores.ClickHouse;

namespace Oddswire.Host.Roles;

/// <summary>Where the records of a topic go in the archive.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Table">The table.</param>
/// <param name="Into">Table and columns, for an INSERT.</param>
/// <param name="HoldsUpdates">Whether the records are odds updates; events otherwise.</param>
internal sealed record ArchiveTarget(string Topic, string Table, string Into, bool HoldsUpdates)
{
    /// <summary>What the archive takes of a league.</summary>
    public static IReadOnlyList<ArchiveTarget> Of(League league) =>
    [
        new(Topics.Odds(league), ArchiveSchema.OddsTable, ArchiveRows.IntoOdds, HoldsUpdates: true),
        new(Topics.Normalized(league), ArchiveSchema.EventsTable, ArchiveRows.IntoEvents, HoldsUpdates: false),
        new(Topics.Shadow(league), ArchiveSchema.ShadowTable, ArchiveRows.IntoShadow, HoldsUpdates: true),
    ];

    /// <summary>Where a topic's records go.</summary>
    public static ArchiveTarget Of(string topic) => Of(Topics.LeagueOf(topic)).Single(target => target.Topic == topic);
}
