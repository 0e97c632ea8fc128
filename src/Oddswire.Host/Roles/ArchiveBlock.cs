using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using Oddswire.Infrastructure.Stores.ClickHouse;

namespace Oddswire.Host.Roles;

/// <summary>
/// The records of one partition that go into the archive together: gathered from the log, then sealed, which turns them into rows. The same
/// ranges and time always give the same bytes. Its buffers are used again after <see cref="Clear"/>. Not for several threads.
/// </summary>
internal sealed class ArchiveBlock(League league, int partition) : IDisposable
{
    private readonly StringCache _strings = new();
    private readonly Dictionary<TopicPartition, (long From, long To, List<RecordBatch> Batches)> _gathered = [];
    private readonly List<ArchivePart> _parts = [];
    private readonly RowBinaryWriter _odds = new();
    private readonly RowBinaryWriter _shadow = new();
    private readonly RowBinaryWriter _events = new();

    /// <summary>The league.</summary>
    public League League { get; } = league;

    /// <summary>The partition.</summary>
    public int Partition { get; } = partition;

    /// <summary>Records gathered.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the log records gathered.</summary>
    public long ByteCount { get; private set; }

    /// <summary>The time in its rows; set by <see cref="Seal"/>.</summary>
    public Timestamp ArchivedAt { get; private set; }

    /// <summary>Counts repairs.</summary>
    public int Attempt { get; set; }

    /// <summary>The rows, a part for each topic; filled by <see cref="Seal"/>.</summary>
    public IReadOnlyList<ArchivePart> Parts => _parts;

    /// <summary>Games of its odds updates.</summary>
    public HashSet<string> Games { get; } = [];

    /// <summary>Earliest and latest receipt of its odds updates.</summary>
    public (Timestamp First, Timestamp Last) Received { get; private set; }

    /// <summary>Latest receipt of anything in it.</summary>
    public Timestamp LastReceived { get; private set; }

    /// <summary>Receipt times of its odds updates with how many have each, in order, for latency.</summary>
    public List<(Timestamp ReceivedAt, int Rows)> Receipts { get; } = [];

    /// <summary>The intent of the sealed block.</summary>
    public ArchiveIntent Intent => new(ArchivedAt, Attempt, [.. _parts.Select(part => part.Range)]);

    /// <summary>Takes in a batch, its records before <paramref name="to"/> only.</summary>
    public void Add(RecordBatch batch, long to = long.MaxValue)
    {
        if (batch.Remaining == 0)
        {
            // Offsets without records (a transaction's end) are no part of a range: read again, they may come in another batch or in none.
            return;
        }

        var end = Math.Min(to, batch.NextOffset);
        var (from, _, batches) = _gathered.TryGetValue(batch.Partition, out var known) ? known : (batch.FirstOffset, 0, []);
        batches.Add(batch);
        _gathered[batch.Partition] = (from, end, batches);
        Count += (int)Math.Min(batch.Remaining, Math.Max(0, end - batch.FirstOffset));
        ByteCount += batch.Payload.Length;
    }

    /// <summary>Turns what was gathered into rows.</summary>
    /// <exception cref="WireFormatException">A record cannot be read; the message names it.</exception>
    public void Seal(Timestamp archivedAt, int attempt)
    {
        (ArchivedAt, Attempt) = (archivedAt, attempt);
        foreach (var (partition, (from, to, batches)) in _gathered.OrderBy(pair => pair.Key.Topic, StringComparer.Ordinal))
        {
            var target = ArchiveTarget.Of(partition.Topic);
            var isOdds = target.Table == ArchiveSchema.OddsTable;
            var into = isOdds ? _odds : target.HoldsUpdates ? _shadow : _events;
            var rows = target.HoldsUpdates ? SealUpdates(batches, to, into, isOdds) : SealEvents(batches, to);
            _parts.Add(new ArchivePart(target.Into, target.Table, new ArchiveRange(partition, from, to, rows), into));
        }

        _gathered.Clear();
    }

    /// <summary>Starts over, keeping the buffers.</summary>
    public void Clear()
    {
        _gathered.Clear();
        _parts.Clear();
        _odds.Clear();
        _shadow.Clear();
        _events.Clear();
        Games.Clear();
        Receipts.Clear();
        (Count, ByteCount, Attempt, Received, LastReceived) = (0, 0, 0, default, default);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _odds.Dispose();
        _shadow.Dispose();
        _events.Dispose();
    }

    private int SealUpdates(List<RecordBatch> batches, long to, RowBinaryWriter into, bool isOdds)
    {
        var rows = 0;
        string? game = null;
        foreach (var batch in batches)
        {
            foreach (var record in batch)
            {
                if (record.Offset >= to)
                {
                    break;
                }

                var update = Read(record, static (bytes, cache) => OddsUpdateCodec.Read(bytes, cache));
                ArchiveRows.WriteOdds(into, update, record.Partition.Partition, record.Offset, record.AppendedAt, ArchivedAt);
                rows++;
                LastReceived = update.ReceivedAt > LastReceived ? update.ReceivedAt : LastReceived;
                if (!isOdds)
                {
                    continue;
                }

                if (!ReferenceEquals(game, update.GameId.Value))
                {
                    Games.Add(game = update.GameId.Value);
                }

                Note(update.ReceivedAt);
            }
        }

        return rows;
    }

    private int SealEvents(List<RecordBatch> batches, long to)
    {
        var rows = 0;
        foreach (var batch in batches)
        {
            foreach (var record in batch)
            {
                if (record.Offset >= to)
                {
                    break;
                }

                var value = Read(record, static (bytes, cache) => NormalizedEventCodec.Read(bytes, cache));
                ArchiveRows.WriteEvent(_events, value, record.Partition.Partition, record.Offset, record.AppendedAt, ArchivedAt);
                rows++;
                LastReceived = value.ReceivedAt > LastReceived ? value.ReceivedAt : LastReceived;
            }
        }

        return rows;
    }

    private void Note(Timestamp receivedAt)
    {
        Received = Receipts.Count == 0
            ? (receivedAt, receivedAt)
            : (receivedAt < Received.First ? receivedAt : Received.First, receivedAt > Received.Last ? receivedAt : Received.Last);
        if (Receipts.Count > 0 && Receipts[^1].ReceivedAt == receivedAt)
        {
            Receipts[^1] = (receivedAt, Receipts[^1].Rows + 1);
        }
        else
        {
            Receipts.Add((receivedAt, 1));
        }
    }

    private delegate T Reader<out T>(ReadOnlySpan<byte> bytes, StringCache cache);

    private T Read<T>(in LogRecord record, Reader<T> read)
    {
        try
        {
            return read(record.Value.Span, _strings);
        }
        catch (Exception e) when (e is WireFormatException or ArgumentOutOfRangeException)
        {
            throw new StageFailedException(
                $"The archive cannot read the record at {record.Partition} offset {record.Offset}: {e.Message} "
                + "Nothing of its block was inserted, and the role stops here so that it is not skipped. Restore the log, then start again.",
                e);
        }
    }
}

/// <summary>Rows of a block for one table.</summary>
/// <param name="Into">Table and columns.</param>
/// <param name="Table">The table.</param>
/// <param name="Range">The records they come from.</param>
/// <param name="Rows">The rows, in RowBinary.</param>
internal sealed record ArchivePart(string Into, string Table, ArchiveRange Range, RowBinaryWriter Rows);
