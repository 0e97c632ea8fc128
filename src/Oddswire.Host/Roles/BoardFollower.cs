using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Publish;
using Oddswire.Core.Ports;

namespace Oddswire.Host.Roles;

/// <summary>
/// Reads onto a process's board the partitions that other members of the group own, so that every process that serves a board shows all games: it
/// begins at the owner's last checkpoint and commits nothing. When a partition comes to this process its owner's work goes on from the games in memory.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="board">The board of the league.</param>
/// <param name="ownership">What is owned, and so not followed.</param>
/// <param name="apply">Puts a batch on the board; called with the lock held.</param>
/// <param name="options">Sizes and waits.</param>
/// <param name="time">Paces tries.</param>
/// <param name="logger">Told about retries; may be null.</param>
internal sealed class BoardFollower(
    IEventLog log, LeagueBoard board, BoardOwnership ownership, Action<RecordBatch> apply, PublishOptions options, TimeProvider time, ILogger? logger)
{
    private readonly WorkerSpec _group = PublishRole.SpecOf(board.League);

    /// <summary>Follows until cancelled.</summary>
    /// <exception cref="LogCorruptException">Stored records or saved games are damaged.</exception>
    /// <exception cref="Oddswire.Core.Wire.WireFormatException">A record or saved game does not follow its contract.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        // A member that is alone gets all partitions at once and has nothing to follow.
        await ownership.Read().Changed.WaitAsync(options.FollowAfter, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(ct);
            }
            catch (LogUnavailableException e)
            {
                logger?.LogWarning("publish.{League}: following the other partitions again: {Error}", board.League.Code(), e.Message);
                await Task.Delay(options.IdleWait, time, ct);
            }
        }
    }

    /// <summary>Follows what is not owned now, until that changes.</summary>
    private async Task FollowAsync(CancellationToken ct)
    {
        var (owned, changed) = ownership.Read();
        var partitions = Enumerable.Range(0, (await log.DescribeAsync(Topics.Odds(board.League), ct)).Count).Except(owned).ToList();
        if (partitions.Count == 0)
        {
            await changed.WaitAsync(ct);
            return;
        }

        var missing = await LoadAsync(partitions, changed, ct);
        if (changed.IsCompleted)
        {
            return;
        }

        if (missing.Count == partitions.Count)
        {
            await Task.Delay(options.IdleWait, time, ct);
            return;
        }

        await using var reader = log.OpenReader(Places(partitions.Except(missing)), options.MaxRecordsPerPoll, options.IdleWait);
        while (!ct.IsCancellationRequested && !changed.IsCompleted)
        {
            foreach (var batch in await reader.NextAsync(ct))
            {
                Apply(batch, changed);
            }

            if (missing.Count > 0)
            {
                // Their first owner has not named the run yet: look again.
                return;
            }
        }
    }

    /// <summary>A batch of a reader that was opened before partitions came or went is not applied: what lies before it may have been left to another reader.</summary>
    private void Apply(RecordBatch batch, Task changed)
    {
        lock (ownership.Gate)
        {
            if (!changed.IsCompleted)
            {
                apply(batch);
            }
        }
    }

    /// <summary>Where to read on.</summary>
    private List<PartitionOffset> Places(IEnumerable<int> partitions)
    {
        var known = board.Positions().ToDictionary(position => position.Partition);
        return
        [
            .. partitions.SelectMany(partition => new PartitionOffset[]
            {
                new(new TopicPartition(Topics.Odds(board.League), partition), known[partition].Odds),
                new(new TopicPartition(Topics.Normalized(board.League), partition), known[partition].Events),
            }),
        ];
    }

    /// <summary>Loads what the owners saved of partitions that are not in memory; gives those that nobody has owned yet.</summary>
    private async Task<IReadOnlyList<int>> LoadAsync(IReadOnlyList<int> partitions, Task changed, CancellationToken ct)
    {
        var unknown = partitions.Except(board.Positions().Select(position => position.Partition)).ToList();
        if (unknown.Count == 0)
        {
            return [];
        }

        // The positions first: a state that is newer than they are is only read over, one that is older would leave a hole.
        var committed = (await log.CommittedAsync(_group, ct)).ToDictionary(position => position.Partition, position => position.Offset);
        using var turn = new SemaphoreSlim(options.LoadedAtOnce);
        var loaded = await Task.WhenAll(unknown.Select(async partition =>
        {
            await turn.WaitAsync(ct);
            try
            {
                return await LoadAsync(partition, committed, changed, ct) ? -1 : partition;
            }
            finally
            {
                turn.Release();
            }
        }));
        return [.. loaded.Where(partition => partition >= 0)];
    }

    private async Task<bool> LoadAsync(int partition, Dictionary<TopicPartition, long> committed, Task changed, CancellationToken ct)
    {
        var state = await log.ReadStateAsync(_group, partition, ct);
        if (BoardCheckpoint.RunOf(state) is not { } run)
        {
            return false;
        }

        lock (ownership.Gate)
        {
            if (!changed.IsCompleted)
            {
                BoardCheckpoint.Load(board, partition, run, state, committed);
            }
        }

        return true;
    }
}
