using Confluent.Kafka;
using Oddswire.Core.Ports;
using TopicPartition = Oddswire.Core.Ports.TopicPartition;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>
/// Consumers for reading outside groups. One that has just read a partition is used again for the read that goes on there, with what it
/// has fetched ahead; others are pointed anew.
/// </summary>
internal sealed class ReaderPool(KafkaClients clients, KafkaNames names, KafkaSettings settings, TimeProvider time) : IAsyncDisposable
{
    private const int MaxIdle = 8;
    private static readonly TimeSpan LongestStep = TimeSpan.FromMilliseconds(20);

    /// <summary>What was fetched ahead is there by then; else it is cheaper to ask than to wait.</summary>
    private static readonly TimeSpan AskAfter = TimeSpan.FromMilliseconds(2);
    private readonly Lock _lock = new();
    private readonly LinkedList<Slot> _idle = new();
    private bool _disposed;

    /// <summary>Reads as <see cref="IEventLog.ReadAsync"/> says.</summary>
    public async Task<IReadOnlyList<RecordBatch>> ReadAsync(PartitionOffset from, int maxRecords, TimeSpan maxWait, CancellationToken ct)
    {
        var slot = Rent(from);
        var isFit = false;
        try
        {
            var result = await ReadAsync(slot, maxRecords, maxWait, ct);
            isFit = true;
            return result;
        }
        finally
        {
            Return(slot, isFit);
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var slot in _idle)
            {
                slot.Dispose();
            }

            _idle.Clear();
        }

        return ValueTask.CompletedTask;
    }

    private async Task<IReadOnlyList<RecordBatch>> ReadAsync(Slot slot, int maxRecords, TimeSpan maxWait, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        var step = TimeSpan.FromMilliseconds(1);
        var hasAsked = false;
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            slot.Fetch(settings);
            if (slot.Take(maxRecords) is { Count: > 0 } batches)
            {
                return batches;
            }

            if (!hasAsked && maxWait < settings.FetchMaxWait * 2 && (slot.IsAtEnd || time.GetElapsedTime(started) > AskAfter))
            {
                // Who does not wait wants to know whether there is more, now. A fetch does not tell: at the end the broker holds its answer back, and the end
                // that an earlier read saw may have moved on. So the broker is asked where the end is, and what lies before it is waited for.
                hasAsked = true;
                await Task.Run(() => slot.AskEnd(settings), ct);
                continue;
            }

            var elapsed = time.GetElapsedTime(started);
            if (slot.IsAtEnd && elapsed >= maxWait)
            {
                return [];
            }

            if (!slot.IsAtEnd && elapsed > settings.RequestTimeout && elapsed >= maxWait)
            {
                throw new LogUnavailableException(
                    $"Kafka ({settings.BootstrapServers}) gave no answer about {slot.Partition} from offset {slot.Next} within {elapsed.TotalSeconds:0} s.");
            }

            await Task.Delay(step, time, ct);
            step = step < LongestStep ? step * 2 : LongestStep;
        }
    }

    private Slot Rent(PartitionOffset from)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var fitting = _idle.FirstOrDefault(slot => slot.Partition == from.Partition && slot.Next == from.Offset);
            if (fitting is not null)
            {
                _idle.Remove(fitting);
                return fitting;
            }

            if (_idle.Count >= MaxIdle / 2)
            {
                var oldest = _idle.First!.Value;
                _idle.RemoveFirst();
                oldest.Point(from);
                return oldest;
            }
        }

        var made = new Slot(new NativeConsumer(clients.Reader(), names));
        made.Point(from);
        return made;
    }

    private void Return(Slot slot, bool isFit)
    {
        lock (_lock)
        {
            if (isFit && !_disposed && _idle.Count < MaxIdle)
            {
                _idle.AddLast(slot);
                return;
            }
        }

        slot.Dispose();
    }

    /// <summary>A consumer, where it stands, and what it has fetched ahead.</summary>
    private sealed class Slot : IDisposable
    {
        private readonly NativeConsumer _consumer;
        private readonly BatchReader _reader;
        private readonly Queue<RecordBatch> _ahead = [];
        private readonly Fetched _fetched = new();
        private long _reached = -1;
        private long _known = -1;

        public Slot(NativeConsumer consumer) => (_consumer, _reader) = (consumer, new BatchReader(consumer));

        public TopicPartition Partition { get; private set; }

        /// <summary>Offset of the next record to give.</summary>
        public long Next { get; private set; }

        /// <summary>Whether nothing lies before the end of the partition, as far as it is known from reading up to it or from asking.</summary>
        public bool IsAtEnd => Math.Max(_reached, _known) is var end && end >= 0 && _ahead.Count == 0 && Next >= end;

        /// <summary>Asks the broker where the partition ends now; blocks.</summary>
        public void AskEnd(KafkaSettings settings) => _known = _consumer.Bounds(Partition, settings).End;

        public void Point(PartitionOffset from)
        {
            (Partition, Next, _reached, _known) = (from.Partition, from.Offset, -1, -1);
            _ahead.Clear();
            _consumer.Assign([from]);
        }

        public void Fetch(KafkaSettings settings)
        {
            if (_ahead.Count > 64)
            {
                return;
            }

            _fetched.Clear();
            _reader.Read(TimeSpan.Zero, _fetched);
            foreach (var batch in _fetched.Batches.Where(batch => batch.Partition == Partition && batch.NextOffset > Next))
            {
                _ahead.Enqueue(batch);
            }

            foreach (var end in _fetched.Ends.Where(end => end.Partition == Partition))
            {
                _reached = end.Offset;
            }

            foreach (var (_, error) in _fetched.Problems.Where(problem => problem.Partition == Partition))
            {
                OnProblem(error, settings);
            }
        }

        /// <summary>Whole batches, so many records at least where they are there; at the end, what lies between the last record and the end.</summary>
        public List<RecordBatch> Take(int maxRecords)
        {
            List<RecordBatch> taken = [];
            for (var left = maxRecords; left > 0 && _ahead.TryDequeue(out var batch); left -= batch.Remaining)
            {
                taken.Add(batch.From(Next));
                Next = batch.NextOffset;
            }

            if (taken.Count == 0 && _ahead.Count == 0 && _reached > Next)
            {
                taken.Add(RecordBatch.Thinned(Partition, Next, _reached, [], default, default));
                Next = _reached;
            }

            return taken;
        }

        public void Dispose() => _consumer.Dispose();

        private void OnProblem(Error error, KafkaSettings settings)
        {
            if (error.Code is ErrorCode.OffsetOutOfRange or ErrorCode.Local_AutoOffsetReset)
            {
                var (low, high) = _consumer.Bounds(Partition, settings);
                if (Next < low)
                {
                    Point(new PartitionOffset(Partition, low));
                }
                else
                {
                    _known = high;
                }
            }
            else if (KafkaErrors.IsFatal(error.Code, settings))
            {
                throw KafkaErrors.ToLogException(error, $"read {Partition}", settings);
            }
        }
    }
}
