namespace Oddswire.Host.Roles;

/// <summary>Which partitions of a league the group has given to this process, and the lock under which its board is changed. For any thread.</summary>
internal sealed class BoardOwnership
{
    private readonly SortedSet<int> _owned = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Held by whoever changes the board.</summary>
    public Lock Gate { get; } = new();

    /// <summary>How many are owned.</summary>
    public int Count
    {
        get
        {
            lock (Gate)
            {
                return _owned.Count;
            }
        }
    }

    /// <summary>The owned partitions now, and a task that completes at their next change.</summary>
    public (IReadOnlyList<int> Owned, Task Changed) Read()
    {
        lock (Gate)
        {
            return ([.. _owned], _changed.Task);
        }
    }

    /// <summary>Whether a partition is owned.</summary>
    public bool Owns(int partition)
    {
        lock (Gate)
        {
            return _owned.Contains(partition);
        }
    }

    /// <summary>Partitions have come; says how many are new.</summary>
    public int Add(IReadOnlyList<int> partitions) => Change(() => partitions.Count(_owned.Add));

    /// <summary>Partitions have gone; says how many were there.</summary>
    public int Remove(IReadOnlyList<int> partitions) => Change(() => partitions.Count(_owned.Remove));

    private int Change(Func<int> change)
    {
        lock (Gate)
        {
            var changed = change();
            if (changed > 0)
            {
                _changed.TrySetResult();
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return changed;
        }
    }
}
