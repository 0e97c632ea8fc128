namespace Oddswire.IntegrationTests.Logs.Kafka.Strict;

/// <summary>
/// What a broker knows of transactions and the mock cluster does not: which records of a partition are open, committed or aborted, who was fenced, and which offsets were
/// committed with a transaction. For any thread; what one producer does comes in turn.
/// </summary>
internal sealed class TransactionBook
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Topic, int Partition), List<Span>> _spans = [];
    private readonly Dictionary<string, (long Producer, TimeSpan Timeout)> _producers = [];
    private readonly Dictionary<long, List<(string Group, string Topic, int Partition, long Offset)>> _pending = [];
    private readonly Dictionary<(string Group, string Topic, int Partition), long> _offsets = [];
    private readonly HashSet<long> _fenced = [];

    /// <summary>Whether a producer was replaced by one of the same transactional id, or had something open for too long.</summary>
    public bool IsFenced(long producer)
    {
        lock (_lock)
        {
            return _fenced.Contains(producer);
        }
    }

    /// <summary>The producer of a transactional id; null when there was none.</summary>
    public long? ProducerOf(string transactionalId)
    {
        lock (_lock)
        {
            return _producers.TryGetValue(transactionalId, out var known) ? known.Producer : null;
        }
    }

    /// <summary>Producers whose transaction is open for longer than they said it might be: a broker aborts it, and refuses them.</summary>
    public List<(string TransactionalId, long Producer)> Overdue()
    {
        lock (_lock)
        {
            return
            [
                .. _producers.Where(pair => !_fenced.Contains(pair.Value.Producer) && OpenSpans(pair.Value.Producer).Any(open => open.Span.Age > pair.Value.Timeout))
                    .Select(pair => (pair.Key, pair.Value.Producer)),
            ];
        }
    }

    /// <summary>What is open, for the message of a failing test.</summary>
    public string DescribeOpen()
    {
        lock (_lock)
        {
            var open = _spans.SelectMany(pair => pair.Value.Where(span => span.IsOpen).Select(
                span => $"{pair.Key.Topic}-{pair.Key.Partition} from {span.First} by {span.Producer}{(_fenced.Contains(span.Producer) ? " (fenced)" : "")} for {span.Age.TotalSeconds:0.0} s")).ToList();
            return open.Count == 0 ? "no transaction is open" : "open: " + string.Join(", ", open);
        }
    }

    /// <summary>Takes a producer that was set up; the former one of its id is refused from now on.</summary>
    public void OnProducer(string transactionalId, long producer, TimeSpan timeout)
    {
        lock (_lock)
        {
            if (_producers.TryGetValue(transactionalId, out var former) && former.Producer != producer)
            {
                _fenced.Add(former.Producer);
            }

            _producers[transactionalId] = (producer, timeout);
        }
    }

    /// <summary>Whether a producer's transaction has written to a partition.</summary>
    public bool IsOpen(string topic, int partition, long producer)
    {
        lock (_lock)
        {
            return SpansOf(topic, partition).Exists(span => span.Producer == producer && span.IsOpen);
        }
    }

    /// <summary>A transaction is about to write its first records to a partition, at this offset or behind it.</summary>
    public void OnWriting(string topic, int partition, long producer, long first)
    {
        lock (_lock)
        {
            SpansOf(topic, partition).Add(new Span { Producer = producer, First = first });
        }
    }

    /// <summary>Takes offsets that count once the transaction is committed.</summary>
    public void OnOffset(long producer, string group, string topic, int partition, long offset)
    {
        lock (_lock)
        {
            if (!_pending.TryGetValue(producer, out var pending))
            {
                _pending[producer] = pending = [];
            }

            pending.Add((group, topic, partition, offset));
        }
    }

    /// <summary>The partitions that a producer's transaction has written to, and from where on.</summary>
    public List<(string Topic, int Partition, long First)> OpenOf(long producer)
    {
        lock (_lock)
        {
            return [.. OpenSpans(producer).Select(open => (open.Partition.Topic, open.Partition.Partition, open.Span.First))];
        }
    }

    /// <summary>Commits a transaction: its records are like any others, and its offsets count.</summary>
    public void Commit(long producer)
    {
        lock (_lock)
        {
            foreach (var spans in _spans.Values)
            {
                spans.RemoveAll(span => span.Producer == producer && span.IsOpen);
            }

            if (_pending.Remove(producer, out var offsets))
            {
                offsets.ForEach(offset => _offsets[(offset.Group, offset.Topic, offset.Partition)] = offset.Offset);
            }
        }
    }

    /// <summary>Takes that a transaction was aborted.</summary>
    /// <param name="producer">Whose.</param>
    /// <param name="markers">Where its marker stands in each partition; null where nothing of it was written after all.</param>
    public void Abort(long producer, IReadOnlyDictionary<(string Topic, int Partition), long?> markers)
    {
        lock (_lock)
        {
            foreach (var (partition, marker) in markers)
            {
                var span = _spans[partition].Single(span => span.Producer == producer && span.IsOpen);
                span.Marker = marker;
                if (marker is null)
                {
                    _spans[partition].Remove(span);
                }
            }

            _pending.Remove(producer);
        }
    }

    /// <summary>Aborts what a producer has open and refuses it from now on. It writes no more, so that nothing depends on where its marker stands.</summary>
    public void Fence(long producer)
    {
        lock (_lock)
        {
            OpenSpans(producer).ForEach(open => open.Span.Marker = long.MaxValue);
            _pending.Remove(producer);
            _fenced.Add(producer);
        }
    }

    /// <summary>What a group has committed with transactions in a partition; null when nothing.</summary>
    public long? OffsetOf(string group, string topic, int partition)
    {
        lock (_lock)
        {
            return _offsets.TryGetValue((group, topic, partition), out var offset) ? offset : null;
        }
    }

    /// <summary>
    /// Where the first open transaction begins, or the end when none is open; and producer and first offset of each aborted transaction that ends at an offset or behind it.
    /// </summary>
    public (long Stable, List<(long Producer, long First)> Aborted) View(string topic, int partition, long from, long end)
    {
        lock (_lock)
        {
            var spans = SpansOf(topic, partition);
            return (spans.Where(span => span.IsOpen).Select(span => span.First).Append(end).Min(), [.. spans.Where(span => span.Marker >= from).Select(span => (span.Producer, span.First))]);
        }
    }

    private List<Span> SpansOf(string topic, int partition) => _spans.TryGetValue((topic, partition), out var spans) ? spans : _spans[(topic, partition)] = [];

    private List<((string Topic, int Partition) Partition, Span Span)> OpenSpans(long producer) =>
        [.. _spans.SelectMany(pair => pair.Value.Where(span => span.Producer == producer && span.IsOpen).Select(span => (pair.Key, span)))];

    private sealed class Span
    {
        private readonly long _since = TimeProvider.System.GetTimestamp();

        public required long Producer { get; init; }

        public required long First { get; init; }

        public TimeSpan Age => TimeProvider.System.GetElapsedTime(_since);

        /// <summary>Where it was aborted; what is committed leaves the book.</summary>
        public long? Marker { get; set; }

        public bool IsOpen => Marker is null;
    }
}
