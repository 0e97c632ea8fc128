using Confluent.Kafka;
using Oddswire.Core.Ports;
using TopicPartition = Oddswire.Core.Ports.TopicPartition;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>One consumer that reads many partitions on: a consumer each would cost threads and connections each.</summary>
internal sealed class KafkaLogReader : ILogReader
{
    private static readonly TimeSpan LongestStep = TimeSpan.FromMilliseconds(20);
    private readonly NativeConsumer _consumer;
    private readonly BatchReader _reader;
    private readonly KafkaSettings _settings;
    private readonly TimeProvider _time;
    private readonly int _maxRecords;
    private readonly TimeSpan _idleWait;
    private readonly Fetched _fetched = new();
    private readonly Queue<RecordBatch> _ahead = [];
    private readonly Dictionary<TopicPartition, long> _next;
    private readonly HashSet<TopicPartition> _atEnd = [];
    private long _heard;

    public KafkaLogReader(NativeConsumer consumer, IReadOnlyList<PartitionOffset> from, int maxRecords, TimeSpan idleWait, KafkaSettings settings, TimeProvider time)
    {
        (_consumer, _maxRecords, _idleWait, _settings, _time) = (consumer, maxRecords, idleWait, settings, time);
        _reader = new BatchReader(consumer);
        _next = from.ToDictionary(position => position.Partition, position => position.Offset);
        _heard = time.GetTimestamp();
        consumer.Assign(from);
    }

    public async ValueTask<IReadOnlyList<RecordBatch>> NextAsync(CancellationToken ct)
    {
        var started = _time.GetTimestamp();
        var step = TimeSpan.FromMilliseconds(1);
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            if (await ReadyAsync() is { Count: > 0 } ready)
            {
                return ready;
            }

            if (_atEnd.Count < _next.Count && _time.GetElapsedTime(_heard) is var silence && silence > _settings.RequestTimeout)
            {
                throw new LogUnavailableException(
                    $"Kafka ({_settings.BootstrapServers}) gave no answer about {_next.Keys.First(partition => !_atEnd.Contains(partition))} within {silence.TotalSeconds:0} s.");
            }

            if (_time.GetElapsedTime(started) >= _idleWait)
            {
                return [];
            }

            await Task.Delay(step, _time, ct);
            step = step < LongestStep ? step * 2 : LongestStep;
        }
    }

    public async ValueTask<IReadOnlyList<RecordBatch>> ReadyAsync()
    {
        if (_ahead.Count == 0)
        {
            _fetched.Clear();
            _reader.Read(TimeSpan.Zero, _fetched);
            Keep();
            foreach (var (partition, error) in _fetched.Problems)
            {
                await MendAsync(partition, error);
            }
        }

        List<RecordBatch> ready = [];
        for (var left = _maxRecords; left > 0 && _ahead.TryDequeue(out var batch); left -= batch.Remaining)
        {
            ready.Add(batch);
        }

        return ready;
    }

    public ValueTask DisposeAsync()
    {
        _consumer.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Keep()
    {
        foreach (var batch in _fetched.Batches.Where(batch => batch.NextOffset > _next[batch.Partition]))
        {
            _ahead.Enqueue(batch.From(_next[batch.Partition]));
            _next[batch.Partition] = batch.NextOffset;
            _atEnd.Remove(batch.Partition);
        }

        foreach (var (partition, end) in _fetched.Ends)
        {
            _atEnd.Add(partition);
            if (end > _next[partition])
            {
                // What lies between the last record and the end is marks of transactions.
                _ahead.Enqueue(RecordBatch.Thinned(partition, _next[partition], end, [], default, default));
                _next[partition] = end;
            }
        }

        if (_fetched.Batches.Count + _fetched.Ends.Count > 0)
        {
            _heard = _time.GetTimestamp();
        }
    }

    /// <summary>What retention has taken is passed over; a place behind the end, and what trying again does not cure, is told.</summary>
    private async Task MendAsync(TopicPartition partition, Error error)
    {
        if (error.Code is not (ErrorCode.OffsetOutOfRange or ErrorCode.Local_AutoOffsetReset))
        {
            if (KafkaErrors.IsFatal(error.Code, _settings))
            {
                throw KafkaErrors.ToLogException(error, $"read {partition}", _settings);
            }

            return;
        }

        var (low, high) = await Task.Run(() => _consumer.Bounds(partition, _settings));
        if (_next[partition] >= low)
        {
            throw new LogUnavailableException($"{partition} ends at offset {high:N0}, before offset {_next[partition]:N0}, which is to be read.");
        }

        _next[partition] = low;
        _consumer.Remove([partition]);
        _consumer.Add([new PartitionOffset(partition, low)]);
    }
}
