using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Pipeline.Publish;
using Oddswire.Core.Ports;
using Oddswire.Host.Roles;

namespace Oddswire.Host.Commands.Verify;

/// <summary>Checks one league's log: that it is whole, that every stage's outputs are what its input gives, the chains, and the board.</summary>
internal sealed class LogVerifier(IEventLog log, League league)
{
    /// <summary>Looks at the ends of a log that a running platform appends to: three seconds.</summary>
    private const int MaxEndLooks = 30;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <summary>Looks at a board that a running platform saves every few seconds, until one is not disturbed.</summary>
    private const int MaxBoardLooks = 20;

    private readonly OddsChainCheck _chains = new();
    private readonly Dictionary<string, long> _records = [];

    /// <summary>Updates in the log.</summary>
    public long Updates => _chains.Updates;

    /// <summary>Games with updates.</summary>
    public int Games => _chains.Games;

    /// <summary>One number for everything that was published (see <see cref="OddsChainCheck.Digest"/>).</summary>
    public string Digest => _chains.Digest;

    /// <summary>Runs the checks, each reported as soon as it is known.</summary>
    public async IAsyncEnumerable<VerifyCheck> RunAsync<TNormalise, TPrice>(
        Stage<TNormalise> normalise,
        Stage<TPrice> price,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
        where TNormalise : class
        where TPrice : class
    {
        var code = league.Code();
        var partitionCounts = new Dictionary<string, int>();
        foreach (var topic in Topics.Of(league))
        {
            partitionCounts[topic] = (await log.DescribeAsync(topic, ct)).Count;
        }

        yield return await CheckAsync($"log:{code}", () => ReadAllAsync(ct));
        yield return await CheckAsync($"hops:{code}", () => CompareHopsAsync(ct));
        yield return await CheckAsync($"normalise:{code}", () => RecomputeAsync(
            normalise, new WorkerSpec($"{normalise.Name}.{code}", [Topics.Raw(league)], league), [Topics.Normalized(league), Topics.Quarantine(league)], partitionCounts, ct));
        yield return await CheckAsync($"price:{code}", () => RecomputeAsync(
            price, new WorkerSpec($"{price.Name}.{code}", [Topics.Normalized(league)], league), [Topics.Odds(league), Topics.Shadow(league)], partitionCounts, ct));
        yield return new VerifyCheck(
            $"chains:{code}", _chains.Fault is null, _chains.Fault ?? $"{_chains.Updates:N0} updates of {_chains.Games:N0} games, no hole, no duplicate");
        yield return await CheckAsync($"board:{code}", () => CompareBoardAsync(ct));
    }

    private static async Task<VerifyCheck> CheckAsync(string name, Func<Task<string>> check)
    {
        try
        {
            return new VerifyCheck(name, true, await check());
        }
        catch (Exception e) when (e is VerificationFailedException or MissingRecordsException or RecomputationDiffersException or LogException or Core.Wire.WireFormatException)
        {
            return new VerifyCheck(name, false, e.Message);
        }
    }

    private async Task<string> ReadAllAsync(CancellationToken ct)
    {
        foreach (var topic in Topics.Of(league))
        {
            foreach (var bounds in await log.DescribeAsync(topic, ct))
            {
                var repeats = log.MayRepeat ? new RepeatFilter() : null;
                await foreach (var batch in log.ReadAllAsync(bounds, bounds.EndOffset, ct))
                {
                    _records[topic] = _records.GetValueOrDefault(topic) + batch.Remaining;
                    if (topic == Topics.Odds(league))
                    {
                        _chains.Add(batch, repeats, mayJoin: bounds.EarliestOffset > 0);
                    }
                }
            }
        }

        return string.Join(", ", Topics.Of(league).Select(topic => $"{topic} {_records.GetValueOrDefault(topic):N0}"));
    }

    /// <summary>No group may stand beyond the end of its input; how far each stands behind it is said.</summary>
    private async Task<string> CompareHopsAsync(CancellationToken ct)
    {
        var code = league.Code();
        WorkerSpec[] groups =
        [
            new($"normalise.{code}", [Topics.Raw(league)], league),
            new($"price.{code}", [Topics.Normalized(league)], league),
            PublishRole.SpecOf(league),
            ArchiveRole.SpecOf(league),
        ];
        var (said, tail) = (new List<string>(), new LogTail(log));
        foreach (var group in groups)
        {
            var committed = (await log.CommittedAsync(group, ct)).ToDictionary(position => position.Partition, position => position.Offset);
            long read = 0, waiting = 0;
            foreach (var topic in group.Inputs)
            {
                foreach (var bounds in await BoundsAsync(topic, committed, ct))
                {
                    var position = committed.GetValueOrDefault(bounds.Partition);
                    if (position > bounds.EndOffset)
                    {
                        throw new VerificationFailedException(
                            $"{group.Group} stands at offset {position} of {bounds.Partition}, which ends at {bounds.EndOffset}: the end of the log is lost");
                    }

                    read += position;
                    waiting += (await tail.LookAsync(bounds, position, wantsBatch: false, ct)).Waiting;
                }
            }

            said.Add($"{group.Group} read {read:N0}{(waiting > 0 ? $" ({waiting:N0} waiting)" : "")}");
        }

        return string.Join(", ", said);
    }

    // Beside a running platform the ends that this process knows may be a moment older than the positions that it has just read.
    private async Task<IReadOnlyList<PartitionBounds>> BoundsAsync(string topic, Dictionary<TopicPartition, long> committed, CancellationToken ct)
    {
        for (var looks = 1; ; looks++)
        {
            var known = await log.DescribeAsync(topic, ct);
            if (looks == MaxEndLooks || known.All(bounds => committed.GetValueOrDefault(bounds.Partition) <= bounds.EndOffset))
            {
                return known;
            }

            await Task.Delay(BetweenLooks, ct);
        }
    }

    private async Task<string> RecomputeAsync<TState>(
        Stage<TState> stage, WorkerSpec group, IReadOnlyList<string> outputs, IReadOnlyDictionary<string, int> partitionCounts, CancellationToken ct)
        where TState : class
    {
        foreach (var topic in group.Inputs.Concat(outputs))
        {
            if ((await log.DescribeAsync(topic, ct)).FirstOrDefault(bounds => bounds.EarliestOffset > 0) is { EarliestOffset: > 0 } cut)
            {
                return $"not recomputed: retention has removed what was before offset {cut.EarliestOffset:N0} of {cut.Partition}";
            }
        }

        var compared = await StageRecomputation.CompareAsync(log, stage, group, outputs, partitionCounts, ct);
        return string.Join(", ", compared.Select(topic => $"{topic.Key}: {topic.Value:N0} records recomputed, byte for byte equal"));
    }

    /// <summary>The board as saved, and the places it was saved at. They are saved together, so where the places are the same before and after, the board between them is theirs.</summary>
    private async Task<(IReadOnlyList<PartitionOffset> Positions, List<BoardSnapshot> Saved)> CheckpointAsync(WorkerSpec group, CancellationToken ct)
    {
        var positions = await log.CommittedAsync(group, ct);
        for (var look = 0; look < MaxBoardLooks; look++)
        {
            var saved = new List<BoardSnapshot>();
            foreach (var partition in positions.Select(position => position.Partition.Partition).Distinct())
            {
                saved.AddRange(BoardFold.ReadCheckpoint(partition, await log.ReadStateAsync(group, partition, ct)));
            }

            var after = await log.CommittedAsync(group, ct);
            if (after.ToHashSet().SetEquals(positions))
            {
                return (positions, saved);
            }

            positions = after;
        }

        throw new VerificationFailedException($"the board was saved again during each of {MaxBoardLooks} attempts: stop the role publish, then verify again");
    }

    private async Task<string> CompareBoardAsync(CancellationToken ct)
    {
        var group = PublishRole.SpecOf(league);
        var (positions, saved) = await CheckpointAsync(group, ct);
        var (fold, isCut) = (new BoardFold(league), false);
        foreach (var position in positions)
        {
            var bounds = (await log.DescribeAsync(position.Partition.Topic, ct)).Single(b => b.Partition == position.Partition);
            isCut |= bounds.EarliestOffset > 0;
            await foreach (var batch in log.ReadAllAsync(bounds, position.Offset, ct))
            {
                fold.Apply(batch);
            }
        }

        // Finished games leave the board after a while: what is on the board must equal the fold, what is not must be over. A game that
        // came back with a late correction has only what came since, and so has the fold where retention has removed a game's beginning.
        var folded = fold.Games().ToList();
        var known = folded.Select(game => game.GameId).ToHashSet();
        var partial = saved.Where(game => isCut && !known.Contains(game.GameId)).Concat(saved.Concat(folded).Where(game => game.IsPartial))
            .Select(game => game.GameId).ToHashSet();

        // Where transactions that were broken off stay visible (the mock), a game may have been saved at places that never were.
        partial.UnionWith(saved.Where(game => log.MayRepeat && IsBeyond(game, positions)).Select(game => game.GameId));
        saved.RemoveAll(game => partial.Contains(game.GameId));
        folded.RemoveAll(game => partial.Contains(game.GameId));
        var onBoard = saved.Select(game => game.GameId).ToHashSet();
        var lost = folded.Where(game => !onBoard.Contains(game.GameId) && game.State.Phase is not (GamePhase.Final or GamePhase.Abandoned)).ToList();
        if (lost.Count > 0)
        {
            throw new VerificationFailedException($"{lost[0].GameId} is in the log, is not over, and is not on the board");
        }

        var differences = BoardDigest.Of(folded.Where(game => onBoard.Contains(game.GameId))).DifferencesFrom(BoardDigest.Of(saved));
        return differences.Count == 0
            ? $"{saved.Count:N0} games equal the fold of the log at the board's last checkpoint{(partial.Count > 0 ? $"; {partial.Count:N0} not compared, the log does not hold their beginning{(log.MayRepeat ? " or shows a save that was broken off" : "")}" : "")}"
            : throw new VerificationFailedException(string.Join("; ", differences.Take(3).Select(id => $"{id} ({Told("saved", saved, id)}; {Told("from the log", folded, id)})")));
    }

    private static bool IsBeyond(BoardSnapshot game, IReadOnlyList<PartitionOffset> positions) => positions
        .Where(position => position.Partition.Partition == game.Partition)
        .Any(position => position.Offset <= (position.Partition.Topic == Topics.Odds(game.GameId.League) ? game.OddsOffset : game.EventOffset));

    private static string Told(string what, List<BoardSnapshot> games, string id) =>
        games.Find(game => game.GameId.Value == id) is { } game
            ? $"{what}: {game.State.Phase}, event {game.EventSequence} at offset {game.EventOffset}, update {game.Epoch}.{game.Sequence} at offset {game.OddsOffset}, {game.Quotes.Count} markets"
            : $"{what}: nothing";
}

/// <summary>A check failed; the message says which record or game.</summary>
internal sealed class VerificationFailedException(string message) : Exception(message);
