using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Sqlite;

/// <summary>
/// Members of the groups and who owns which partition, in the league's file, so that it holds across processes. Every change of hands
/// counts up the partition's epoch: a commit names the epoch it believes in. Used in the writer's transactions.
/// </summary>
internal sealed class GroupTable(SqliteConnectionCore db, ProcessLock process, TimeSpan leaseTime, TimeProvider time)
{
    private readonly Dictionary<long, (long Beat, long SeenAt)> _seen = [];

    /// <summary>Adds a member; gives its id.</summary>
    public long Join(string group, int partitions)
    {
        RemoveDead(group);
        db.Prepare("INSERT INTO groups VALUES(?1, ?2, 0) ON CONFLICT(name) DO UPDATE SET partitions = max(partitions, ?2)")
            .Bind(1, group).Bind(2, partitions).Run();
        db.Prepare("INSERT INTO members(grp, process, beat) VALUES(?1, ?2, 0)").Bind(1, group).Bind(2, process.Id).Run();
        var member = db.LastRowId;
        Assign(group);
        return member;
    }

    /// <summary>Removes a member.</summary>
    public void Leave(string group, long member)
    {
        db.Prepare("DELETE FROM members WHERE id = ?1").Bind(1, member).Run();
        Assign(group);
    }

    /// <summary>Removes all members of this open log.</summary>
    public void LeaveAll()
    {
        var groups = Groups("SELECT DISTINCT grp FROM members WHERE process = ?1", process.Id);
        db.Prepare("DELETE FROM members WHERE process = ?1").Bind(1, process.Id).Run();
        groups.ForEach(Assign);
    }

    /// <summary>Shows that this open log lives, and removes members of others that do not.</summary>
    public void Beat()
    {
        db.Prepare("UPDATE members SET beat = beat + 1 WHERE process = ?1").Bind(1, process.Id).Run();
        RemoveDead(null);
    }

    /// <summary>The epoch in which a member owns a partition; -1 when it does not.</summary>
    public static long EpochOf(SqliteConnectionCore db, string group, int partition, long member)
    {
        var row = db.Prepare("SELECT epoch FROM owners WHERE grp = ?1 AND partition = ?2 AND member = ?3")
            .Bind(1, group).Bind(2, partition).Bind(3, member);
        var epoch = row.Step() ? row.Long(0) : -1;
        row.Reset();
        return epoch;
    }

    /// <summary>Whether a member is still in its group.</summary>
    public static bool IsMember(SqliteConnectionCore db, long member)
    {
        var row = db.Prepare("SELECT 1 FROM members WHERE id = ?1").Bind(1, member);
        var found = row.Step();
        row.Reset();
        return found;
    }

    private List<string> Groups(string sql, string parameter)
    {
        List<string> groups = [];
        var rows = db.Prepare(sql).Bind(1, parameter);
        while (rows.Step())
        {
            groups.Add(rows.Text(0));
        }

        rows.Reset();
        return groups;
    }

    /// <summary>Members of dead processes go at once; those of silent ones after the lease, measured by our own monotonic clock.</summary>
    private void RemoveDead(string? onlyGroup)
    {
        List<(long Id, string Group, string Process, long Beat)> others = [];
        var rows = db.Prepare("SELECT id, grp, process, beat FROM members WHERE process <> ?1").Bind(1, process.Id);
        while (rows.Step())
        {
            others.Add((rows.Long(0), rows.Text(1), rows.Text(2), rows.Long(3)));
        }

        rows.Reset();
        var now = time.GetTimestamp();
        HashSet<string> changed = [];
        foreach (var member in others)
        {
            if (onlyGroup is null || member.Group == onlyGroup)
            {
                if (!process.IsAlive(member.Process) || IsSilent(member.Id, member.Beat, now))
                {
                    db.Prepare("DELETE FROM members WHERE id = ?1").Bind(1, member.Id).Run();
                    _seen.Remove(member.Id);
                    changed.Add(member.Group);
                }
            }
        }

        foreach (var group in changed)
        {
            Assign(group);
        }
    }

    private bool IsSilent(long member, long beat, long now)
    {
        if (!_seen.TryGetValue(member, out var seen) || seen.Beat != beat)
        {
            _seen[member] = (beat, now);
            return false;
        }

        return time.GetElapsedTime(seen.SeenAt, now) > leaseTime;
    }

    private void Assign(string group)
    {
        var members = Groups("SELECT id FROM members WHERE grp = ?1 ORDER BY id", group);
        var row = db.Prepare("SELECT partitions FROM groups WHERE name = ?1").Bind(1, group);
        var partitions = row.Step() ? (int)row.Long(0) : 0;
        row.Reset();
        var changes = 0;
        for (var partition = 0; partition < partitions; partition++)
        {
            var owner = GroupMembers.OwnerOf(partition, members) is { } text ? long.Parse(text) : 0;
            db.Prepare("""
                INSERT INTO owners VALUES(?1, ?2, ?3, 1)
                ON CONFLICT(grp, partition) DO UPDATE SET member = ?3, epoch = epoch + 1 WHERE member <> ?3
                """).Bind(1, group).Bind(2, partition).Bind(3, owner).Run();
            changes += db.Changes;
        }

        if (changes > 0)
        {
            db.Prepare("UPDATE groups SET generation = generation + 1 WHERE name = ?1").Bind(1, group).Run();
        }
    }
}
