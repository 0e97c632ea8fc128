using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Publish;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Host.Api;

namespace Oddswire.Host.Composition;

/// <summary>What must hold before a process counts as ready: every role has partitions, and what it keeps of them is restored.</summary>
internal static class Readiness
{
    private const string NoPartition = "no partition is assigned: the group is rebalancing, or other members have all of them";

    /// <summary>The conditions for what runs in a process.</summary>
    /// <param name="options">What runs.</param>
    /// <param name="stats">Tells the partitions of each role.</param>
    /// <param name="board">The board.</param>
    /// <param name="archive">The archive's engine, where it runs.</param>
    /// <param name="ingested">Completed once a league's sources have ended: then ingest needs no partition any more.</param>
    public static IEnumerable<ReadinessCheck> Of(
        PlatformOptions options, HopStats stats, LiveBoard board, ArchiveEngine? archive, IReadOnlyDictionary<League, Task> ingested)
    {
        foreach (var league in options.Leagues)
        {
            // A board that is served shows the partitions of others too, so it is ready when it has caught up, whatever it owns.
            foreach (var (role, hop) in Hops.Where(pair => options.Roles.Contains(pair.Role) && !(pair.Role == Role.Publish && options.Roles.Contains(Role.Api))))
            {
                var counters = stats.Of(hop, league);
                var hasEnded = role == Role.Ingest ? ingested.GetValueOrDefault(league) : null;
                yield return new ReadinessCheck(
                    $"{role.ToString().ToLowerInvariant()}.{league.Code()}",
                    _ => ValueTask.FromResult(counters.Partitions > 0 || hasEnded?.IsCompleted == true ? null : NoPartition));
            }

            if (options.Roles.Contains(Role.Publish) && !options.Roles.Contains(Role.Api))
            {
                var own = board.Find(league)!;
                yield return new ReadinessCheck(
                    "board", _ => ValueTask.FromResult(own.IsCaughtUp ? null : $"{league.Code()} has not caught up with the log yet"));
            }
        }

        if (archive is not null)
        {
            yield return new ReadinessCheck("archive", _ => ValueTask.FromResult(archive.AwayBecause));
        }
    }

    /// <summary>The condition of a live source: its vendor can be reached.</summary>
    public static ReadinessCheck Of(IFeedSource source) => new(source.Identity, _ => ValueTask.FromResult(source.Progress?.AwayBecause));

    private static readonly (Role Role, Hop Hop)[] Hops =
    [
        (Role.Ingest, Hop.Ingest), (Role.Normalise, Hop.Normalise), (Role.Price, Hop.Price), (Role.Publish, Hop.Publish), (Role.Archive, Hop.Archive),
        (Role.Replicate, Hop.Replicate),
    ];
}
