using System.Collections.Concurrent;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Publish;

/// <summary>What a batch did to the board.</summary>
/// <param name="Applied">Records now on the board.</param>
/// <param name="Duplicates">Records whose sequence had been seen.</param>
/// <param name="Holes">Records before which others are missing.</param>
/// <param name="Reread">Records read before.</param>
public readonly record struct BoardCounts(long Applied, long Duplicates, long Holes, long Reread)
{
    public static BoardCounts operator +(BoardCounts left, BoardCounts right) => new(
        left.Applied + right.Applied, left.Duplicates + right.Duplicates, left.Holes + right.Holes, left.Reread + right.Reread);

    internal BoardCounts With(BoardOutcome outcome) => outcome switch
    {
        BoardOutcome.Applied => this with { Applied = Applied + 1 },
        BoardOutcome.AppliedAfterHole => this with { Applied = Applied + 1, Holes = Holes + 1 },
        BoardOutcome.Duplicate => this with { Duplicates = Duplicates + 1 },
        _ => this with { Reread = Reread + 1 },
    };
}

/// <summary>How many games a league's board keeps in memory; evicted games are still in the archive.</summary>
/// <param name="FinishedFor">How long after its last change a finished game is kept.</param>
/// <param name="MaxFinished">Finished games kept at most.</param>
/// <param name="MaxGames">Games kept at most, whatever their phase.</param>
public sealed record BoardLimits(TimeSpan FinishedFor, int MaxFinished, int MaxGames)
{
    /// <summary>12 hours, 200 finished games, 2,000 games a league.</summary>
    public static BoardLimits Default { get; } = new(TimeSpan.FromHours(12), 200, 2_000);
}

/// <summary>The board of one league. <see cref="Apply"/>, <see cref="Restore"/> and the checkpoint are for one thread at a time; all else is for any thread.</summary>
public sealed class LeagueBoard
{
    private readonly ConcurrentDictionary<string, BoardGame> _games = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, PartitionPosition> _positions = new();
    private readonly StringCache _cache = new();
    private readonly HashSet<BoardGame> _dirty = [];
    private readonly List<BoardGame> _evicted = [];
    private readonly List<BoardGame> _collected = [];
    private readonly List<(Timestamp ReceivedAt, int Records)> _received = [];
    private readonly string _oddsTopic;
    private readonly string _eventsTopic;
    private readonly Action _pulse;
    private BoardGame? _current;

    internal LeagueBoard(League league, Action pulse)
    {
        League = league;
        _pulse = pulse;
        _oddsTopic = Topics.Odds(league);
        _eventsTopic = Topics.Normalized(league);
    }

    /// <summary>The league.</summary>
    public League League { get; }

    /// <summary>Whether the writer has read all that was in the log when it began; set by the publish role.</summary>
    public bool IsCaughtUp { get; private set; }

    /// <summary>The games, in no order.</summary>
    public IEnumerable<BoardGame> Games => _games.Select(pair => pair.Value);

    /// <summary>How many games.</summary>
    public int Count => _games.Count;

    /// <summary>Receipt times of the records that the last <see cref="Apply"/> put on the board, for latency.</summary>
    public IReadOnlyList<(Timestamp ReceivedAt, int Records)> Received => _received;

    /// <summary>A game; null when it is not on the board.</summary>
    public BoardGame? Find(GameId game) => _games.GetValueOrDefault(game.Value);

    /// <summary>How far each partition has been read, by partition.</summary>
    public IEnumerable<PartitionPosition> Positions() => _positions.Select(pair => pair.Value).OrderBy(position => position.Partition);

    /// <summary>Says that the board has caught up with the log.</summary>
    public void OnCaughtUp() => IsCaughtUp = true;

    /// <summary>Puts a batch of odds updates or normalised events on the board.</summary>
    /// <exception cref="ArgumentException">The batch is of another topic.</exception>
    /// <exception cref="WireFormatException">A record does not follow its contract; the records before it are on the board.</exception>
    public BoardCounts Apply(RecordBatch batch)
    {
        _received.Clear();
        var topic = batch.Partition.Topic;
        var isOdds = topic == _oddsTopic;
        if (!isOdds && topic != _eventsTopic)
        {
            throw new ArgumentException($"The board of {League.Code()} takes {_oddsTopic} and {_eventsTopic}, not {topic}.", nameof(batch));
        }

        var counts = default(BoardCounts);
        try
        {
            foreach (var record in batch)
            {
                counts = counts.With(isOdds ? ApplyOdds(record) : ApplyEvent(record));
            }
        }
        finally
        {
            Turn(null);
        }

        Advance(batch, isOdds);
        _pulse();
        return counts;
    }

    /// <summary>Puts a saved game back; a newer one in memory stays.</summary>
    /// <exception cref="WireFormatException">The bytes are not a saved game.</exception>
    public void Restore(int partition, ReadOnlySpan<byte> saved)
    {
        var snapshot = BoardGameCodec.Read(partition, saved, _cache);
        if (Find(snapshot.GameId) is { } known)
        {
            if (known.OddsOffset >= snapshot.OddsOffset && known.EventOffset >= snapshot.EventOffset)
            {
                return;
            }

            _dirty.Remove(known);
        }

        var game = new BoardGame(snapshot.GameId, partition);
        game.Restore(snapshot);
        _games[snapshot.GameId.Value] = game;
        _pulse();
    }

    /// <summary>Makes a partition what was saved of it, and says that it is read on from where it was saved: games that were not saved then leave the board.</summary>
    /// <param name="at">The places it was saved at.</param>
    /// <param name="saved">The saved games.</param>
    /// <exception cref="WireFormatException">The bytes are not a saved game.</exception>
    public void Reset(PartitionPosition at, IEnumerable<byte[]> saved)
    {
        var before = Games.Where(game => game.Partition == at.Partition).Select(game => game.GameId.Value).ToHashSet();
        _dirty.RemoveWhere(game => game.Partition == at.Partition);
        _evicted.RemoveAll(game => game.Partition == at.Partition);
        foreach (var bytes in saved)
        {
            var snapshot = BoardGameCodec.Read(at.Partition, bytes, _cache);
            var game = new BoardGame(snapshot.GameId, at.Partition);
            game.Restore(snapshot);
            _games[snapshot.GameId.Value] = game;
            before.Remove(snapshot.GameId.Value);
        }

        foreach (var game in before)
        {
            _games.TryRemove(game, out _);
        }

        _positions[at.Partition] = at;
        _pulse();
    }

    /// <summary>Takes the games of a partition off the board: another member owns it now.</summary>
    public void Drop(int partition)
    {
        foreach (var game in Games.Where(game => game.Partition == partition).ToList())
        {
            _games.TryRemove(game.GameId.Value, out _);
            _dirty.Remove(game);
        }

        _evicted.RemoveAll(game => game.Partition == partition);
        _positions.TryRemove(partition, out _);
        _pulse();
    }

    /// <summary>Takes old games out of memory.</summary>
    /// <param name="now">The present, by the clock that stamps <see cref="BoardGame.UpdatedAt"/>.</param>
    /// <param name="limits">What to keep.</param>
    public void Evict(Timestamp now, BoardLimits limits)
    {
        var finished = Games.Where(game => game.IsClosed).OrderByDescending(game => game.UpdatedAt).ToList();
        var gone = finished.Where((game, index) => index >= limits.MaxFinished || now - game.UpdatedAt > limits.FinishedFor).ToHashSet();
        if (_games.Count - gone.Count > limits.MaxGames)
        {
            gone.UnionWith(Games.Except(gone).OrderByDescending(game => game.UpdatedAt).Skip(limits.MaxGames).ToList());
        }

        foreach (var game in gone)
        {
            _games.TryRemove(game.GameId.Value, out _);
            _dirty.Remove(game);
            _evicted.Add(game);
        }
    }

    /// <summary>Adds what changed since the last confirmed checkpoint: changed games with their bytes, evicted ones with null.</summary>
    /// <param name="into">Where to.</param>
    /// <param name="isOwned">Whether a partition is ours to save; all unless given. Games of others stay changed until they are saved by us or dropped.</param>
    public void CollectCheckpoint(List<StateChange> into, Func<int, bool>? isOwned = null)
    {
        var writer = new ProtoWriter(16 * 1024);
        _evicted.RemoveAll(game => isOwned?.Invoke(game.Partition) == false);
        foreach (var game in _evicted)
        {
            into.Add(new StateChange(game.Partition, Encoding.UTF8.GetBytes(game.GameId.Value), null));
        }

        _collected.Clear();
        _collected.AddRange(_dirty.Where(game => isOwned?.Invoke(game.Partition) ?? true));
        foreach (var game in _collected)
        {
            writer.Clear();
            BoardGameCodec.Write(writer, game.Read(withEvents: true));
            into.Add(new StateChange(game.Partition, Encoding.UTF8.GetBytes(game.GameId.Value), writer.Written.ToArray()));
        }
    }

    /// <summary>Says that the collected checkpoint is durable.</summary>
    public void OnCheckpointed()
    {
        foreach (var game in _collected)
        {
            game.IsDirty = false;
            _dirty.Remove(game);
        }

        _collected.Clear();
        _evicted.Clear();
    }

    private BoardOutcome ApplyOdds(in LogRecord record)
    {
        var update = OddsUpdateCodec.Read(record.Value.Span, _cache);
        var game = Turn(GameOf(update.GameId, record.Partition.Partition))!;
        return Note(game.Apply(update, record.Offset), update.ReceivedAt);
    }

    private BoardOutcome ApplyEvent(in LogRecord record)
    {
        var normalized = NormalizedEventCodec.Read(record.Value.Span, _cache);
        var game = Turn(GameOf(normalized.Event.GameId, record.Partition.Partition))!;
        return Note(game.Apply(normalized, record.Offset), normalized.ReceivedAt);
    }

    private BoardOutcome Note(BoardOutcome outcome, Timestamp receivedAt)
    {
        if (outcome is BoardOutcome.Applied or BoardOutcome.AppliedAfterHole)
        {
            if (_received.Count > 0 && _received[^1].ReceivedAt == receivedAt)
            {
                _received[^1] = (receivedAt, _received[^1].Records + 1);
            }
            else
            {
                _received.Add((receivedAt, 1));
            }
        }

        return outcome;
    }

    /// <summary>Ends the write to the game at hand and begins one to the next, so that a reader sees all of a game's run of updates or none.</summary>
    private BoardGame? Turn(BoardGame? next)
    {
        if (!ReferenceEquals(_current, next))
        {
            if (_current is { } done)
            {
                done.EndWrite();
                if (done.IsDirty)
                {
                    _dirty.Add(done);
                }
            }

            _current = next;
            next?.BeginWrite();
        }

        return next;
    }

    private BoardGame GameOf(GameId id, int partition)
    {
        if (_current is { } current && ReferenceEquals(current.GameId.Value, id.Value))
        {
            return current;
        }

        return _games.GetOrAdd(id.Value, static (_, arg) => new BoardGame(arg.id, arg.partition), (id, partition));
    }

    private void Advance(RecordBatch batch, bool isOdds)
    {
        var partition = batch.Partition.Partition;
        var position = _positions.GetValueOrDefault(partition) ?? new PartitionPosition(League, "0", partition, 0, 0);
        _positions[partition] = isOdds
            ? position with { Odds = Math.Max(position.Odds, batch.NextOffset) }
            : position with { Events = Math.Max(position.Events, batch.NextOffset) };
    }
}
