using Oddswire.Core.Domain;

namespace Oddswire.Core.Pipeline.Publish;

/// <summary>
/// One game on the board. One writer (the worker that owns the game's partition) changes it; any number of readers take
/// <see cref="Read"/> copies without holding the writer up: a version that is odd while the writer is at work tells them to look again.
/// </summary>
public sealed class BoardGame
{
    /// <summary>Events kept for each game.</summary>
    public const int MaxEvents = 1_000;

    /// <summary>Holes kept for each game; further ones lengthen the last.</summary>
    public const int MaxHoles = 16;

    private const int MaxReadAttempts = 200;

    private readonly Dictionary<MarketKey, int> _index = [];
    private QuoteTable _quotes = new(8);
    private BoardEvent[] _events = [];
    private int _eventCount;
    private long _version;
    private BoardSnapshot _head;
    private SequenceHole[] _holes = [];

    internal BoardGame(GameId gameId, int partition)
    {
        GameId = gameId;
        Partition = partition;
        _head = new BoardSnapshot
        {
            GameId = gameId,
            Partition = partition,
            Version = 0,
            State = new GameState(),
            Quotes = [],
        };
    }

    /// <summary>The game.</summary>
    public GameId GameId { get; }

    /// <summary>Partition of the league's topics that carries it.</summary>
    public int Partition { get; }

    /// <summary>Epoch of the odds chain; 0 before the first update.</summary>
    public int Epoch { get; private set; }

    /// <summary>Sequence of the last update of the chain.</summary>
    public long Sequence { get; private set; }

    /// <summary>Offset of the last odds update; -1 for none.</summary>
    public long OddsOffset { get; private set; } = -1;

    /// <summary>Offset of the last normalised event; -1 for none.</summary>
    public long EventOffset { get; private set; } = -1;

    /// <summary>Whether it changed since the last checkpoint. The writer's own.</summary>
    internal bool IsDirty { get; set; }

    /// <summary>How far the game has come.</summary>
    public GamePhase Phase => Volatile.Read(ref _head).State.Phase;

    /// <summary>When ingest received the last cause of a change.</summary>
    public Timestamp UpdatedAt { get; private set; }

    private bool IsPartial { get; set; }

    /// <summary>
    /// Whether the game is over and every market of it settled or voided. Its end alone is not enough: events are read ahead of odds, and
    /// odds that come after the game has left the board would bring half of it back.
    /// </summary>
    internal bool IsClosed
    {
        get
        {
            if (Phase is not (GamePhase.Final or GamePhase.Abandoned))
            {
                return false;
            }

            var quotes = Read().Quotes;
            return quotes.Count > 0 && quotes.All(quote => quote.Update.Status is MarketStatus.Settled or MarketStatus.Voided);
        }
    }

    /// <summary>A copy of the game.</summary>
    /// <param name="withEvents">Whether to copy the event list as well.</param>
    public BoardSnapshot Read(bool withEvents = false)
    {
        var wait = default(SpinWait);
        for (var attempt = 0; ; attempt++)
        {
            var before = Volatile.Read(ref _version);
            var isLast = attempt == MaxReadAttempts;
            if ((before & 1) == 0 || isLast)
            {
                var copy = Copy(withEvents, before);
                Interlocked.MemoryBarrier();
                if (Volatile.Read(ref _version) == before || isLast)
                {
                    return copy;
                }
            }

            wait.SpinOnce();
        }
    }

    internal void BeginWrite() => Interlocked.Increment(ref _version);

    internal void EndWrite() => Interlocked.Increment(ref _version);

    internal BoardOutcome Apply(in OddsUpdate update, long offset)
    {
        if (offset <= OddsOffset)
        {
            return BoardOutcome.Reread;
        }

        OddsOffset = offset;
        if (update.Epoch < Epoch || (update.Epoch == Epoch && update.Sequence <= Sequence))
        {
            return BoardOutcome.Duplicate;
        }

        var outcome = BoardOutcome.Applied;
        if (update.Epoch != Epoch)
        {
            var joinsLate = Epoch == 0 && update.PreviousSequence != 0;
            IsPartial |= joinsLate;
            if (Epoch != 0)
            {
                _index.Clear();
                Volatile.Write(ref _quotes, new QuoteTable(_quotes.Items.Length));
            }

            (Epoch, Sequence) = (update.Epoch, joinsLate ? update.PreviousSequence : 0);
        }

        if (update.Sequence != Sequence + 1 || update.PreviousSequence != Sequence)
        {
            NoteHole(new SequenceHole(Epoch, Sequence + 1, Math.Max(Sequence + 1, update.Sequence - 1)));
            outcome = BoardOutcome.AppliedAfterHole;
        }

        Sequence = update.Sequence;
        UpdatedAt = update.ReceivedAt > UpdatedAt ? update.ReceivedAt : UpdatedAt;
        Put(new BoardQuote(update, offset));
        IsDirty = true;
        return outcome;
    }

    internal BoardOutcome Apply(NormalizedEvent normalized, long offset)
    {
        if (offset <= EventOffset)
        {
            return BoardOutcome.Reread;
        }

        EventOffset = offset;
        var head = _head;
        if (normalized.Sequence <= head.EventSequence)
        {
            return BoardOutcome.Duplicate;
        }

        var joinsLate = head.EventSequence == 0 && normalized.Sequence > 1;
        var missing = joinsLate ? 0 : normalized.Sequence - head.EventSequence - 1;
        IsPartial |= joinsLate;
        UpdatedAt = normalized.ReceivedAt > UpdatedAt ? normalized.ReceivedAt : UpdatedAt;
        Volatile.Write(ref _head, head with
        {
            Info = Merge(head.Info, normalized.Event.Info),
            State = normalized.After,
            EventSequence = normalized.Sequence,
            MissingEvents = head.MissingEvents + missing,
        });
        Put(BoardEvents.From(normalized, offset));
        IsDirty = true;
        return missing == 0 ? BoardOutcome.Applied : BoardOutcome.AppliedAfterHole;
    }

    /// <summary>Puts a saved game back as it was. Before any reader knows of it.</summary>
    internal void Restore(BoardSnapshot saved)
    {
        (Epoch, Sequence, OddsOffset, EventOffset) = (saved.Epoch, saved.Sequence, saved.OddsOffset, saved.EventOffset);
        (UpdatedAt, IsPartial) = (saved.UpdatedAt, saved.IsPartial);
        _holes = [.. saved.Holes];
        foreach (var quote in saved.Quotes)
        {
            Put(quote);
        }

        _events = [.. saved.Events];
        _eventCount = _events.Length;
        _head = saved with { Quotes = [], Events = [], Holes = [] };
    }

    private static GameInfo? Merge(GameInfo? known, GameInfo? news) => (known, news) switch
    {
        (_, null) => known,
        (null, _) => news,
        _ => news with
        {
            Line = news.Line ?? known.Line,
            ScheduledAt = news.ScheduledAt.IsKnown ? news.ScheduledAt : known.ScheduledAt,
        },
    };

    private BoardSnapshot Copy(bool withEvents, long version)
    {
        var table = Volatile.Read(ref _quotes);
        var quotes = new BoardQuote[Volatile.Read(ref table.Count)];
        Array.Copy(table.Items, quotes, quotes.Length);
        BoardEvent[] events = [];
        if (withEvents)
        {
            var count = Volatile.Read(ref _eventCount);
            var source = Volatile.Read(ref _events);
            events = source[..Math.Min(count, source.Length)];
        }

        return Volatile.Read(ref _head) with
        {
            Version = version >> 1,
            Epoch = Epoch,
            Sequence = Sequence,
            OddsOffset = OddsOffset,
            EventOffset = EventOffset,
            UpdatedAt = UpdatedAt,
            IsPartial = IsPartial,
            Holes = Volatile.Read(ref _holes),
            Quotes = quotes,
            Events = events,
        };
    }

    private void Put(BoardQuote quote)
    {
        var market = quote.Update.Market;
        var table = _quotes;
        if (_index.TryGetValue(market, out var at))
        {
            Volatile.Write(ref table.Items[at], quote);
            return;
        }

        if (table.Count == table.Items.Length)
        {
            table = new QuoteTable(table);
            Volatile.Write(ref _quotes, table);
        }

        _index.Add(market, table.Count);
        table.Items[table.Count] = quote;
        Volatile.Write(ref table.Count, table.Count + 1);
    }

    private void Put(BoardEvent entry)
    {
        if (entry.Revision > 0)
        {
            var known = Array.FindLastIndex(_events, _eventCount - 1, candidate => candidate.Key == entry.Key);
            if (known >= 0)
            {
                Volatile.Write(ref _events[known], entry);
                return;
            }
        }

        if (_eventCount == _events.Length)
        {
            var drop = _eventCount >= MaxEvents ? MaxEvents / 4 : 0;
            var grown = new BoardEvent[drop > 0 ? MaxEvents : Math.Min(MaxEvents, Math.Max(32, _eventCount * 2))];
            Array.Copy(_events, drop, grown, 0, _eventCount - drop);
            Volatile.Write(ref _eventCount, _eventCount - drop);
            Volatile.Write(ref _events, grown);
        }

        _events[_eventCount] = entry;
        Volatile.Write(ref _eventCount, _eventCount + 1);
    }

    private void NoteHole(SequenceHole hole) => Volatile.Write(
        ref _holes,
        _holes.Length < MaxHoles ? [.. _holes, hole] : [.. _holes[..^1], _holes[^1] with { To = hole.To }]);

    private sealed class QuoteTable(int capacity)
    {
        public readonly BoardQuote[] Items = new BoardQuote[capacity];
        public int Count;

        public QuoteTable(QuoteTable full)
            : this(full.Items.Length * 2)
        {
            Array.Copy(full.Items, Items, full.Count);
            Count = full.Count;
        }
    }
}
