using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Sqlite;

/// <summary>Makes topics in a league's file.</summary>
internal static class TopicTable
{
    /// <summary>In a writer's transaction: makes the ones that are missing.</summary>
    public static void Ensure(LeagueWriter writer, IReadOnlyList<TopicSpec> topics)
    {
        var db = writer.Database;
        foreach (var spec in topics)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(spec.Partitions, 1);
            var row = db.Prepare("SELECT partitions FROM topics WHERE name = ?1").Bind(1, spec.Name);
            var existing = row.Step() ? (int)row.Long(0) : 0;
            row.Reset();
            if (existing == 0)
            {
                Create(db, spec);
            }
            else if (existing != spec.Partitions)
            {
                throw LogChecks.OtherPartitionCount(spec, existing);
            }
        }
    }

    private static void Create(SqliteConnectionCore db, TopicSpec spec)
    {
        var insert = db.Prepare("INSERT INTO topics(name, partitions, retention_us, compacted) VALUES(?1, ?2, ?3, ?4)")
            .Bind(1, spec.Name).Bind(2, spec.Partitions).Bind(4, spec.IsCompacted ? 1 : 0);
        (spec.Retention is { } retention ? insert.Bind(3, (long)retention.TotalMicroseconds) : insert.BindNull(3)).Run();
        var topic = db.LastRowId;
        for (var partition = 0; partition < spec.Partitions; partition++)
        {
            db.Prepare("INSERT INTO partitions(topic, number, earliest, next, appended_us, cleaned) VALUES(?1, ?2, 0, 0, 0, 0)")
                .Bind(1, topic).Bind(2, partition).Run();
        }
    }
}
