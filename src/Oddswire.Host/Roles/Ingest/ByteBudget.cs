namespace Oddswire.Host.Roles.Ingest;

/// <summary>Bounds the bytes that wait between two tasks. A single piece larger than the budget passes when nothing else waits.</summary>
internal sealed class ByteBudget(long limit)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _room;
    private long _used;

    /// <summary>Takes room for a piece, waiting until there is some.</summary>
    public async ValueTask TakeAsync(long bytes, CancellationToken ct)
    {
        while (true)
        {
            Task wait;
            lock (_gate)
            {
                if (_used == 0 || _used + bytes <= limit)
                {
                    _used += bytes;
                    return;
                }

                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = _room.Task;
            }

            await wait.WaitAsync(ct);
        }
    }

    /// <summary>Gives room back.</summary>
    public void Return(long bytes)
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            _used -= bytes;
            (waiting, _room) = (_room, null);
        }

        waiting?.SetResult();
    }
}
