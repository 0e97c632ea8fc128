using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Oddswire.Core.Ports;
using TopicPartition = Oddswire.Core.Ports.TopicPartition;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>The reading thread of a worker: it takes part in the group, takes and gives up partitions, and fetches.</summary>
internal sealed partial class KafkaLogWorker
{
    private static readonly TimeSpan FetchWait = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MemberEvery = TimeSpan.FromMilliseconds(20);
    private readonly SortedSet<int> _wanted = [];
    private readonly Dictionary<int, PartitionState> _claimed = [];
    private readonly Fetched _fetched = new();
    private readonly ManualResetEventSlim _drained = new();
    private IConsumer<Ignore, Ignore>? _member;
    private NativeConsumer? _consumer;
    private BatchReader? _reader;
    private bool _mustPause;
    private bool _wasAssigned;
    private long _epochs;
    private long _lastMember;
    private long _retryAt;
    private int _failures;

    private void Run()
    {
        try
        {
            _consumer = new NativeConsumer(_context.Clients.Reader(), _context.Names);
            _reader = new BatchReader(_consumer);
            _member = _context.Clients.Member(
                _context.Names.Group(Group),
                builder => builder
                    .SetPartitionsAssignedHandler((_, given) => OnAssigned(given))
                    .SetPartitionsRevokedHandler((_, taken) => OnRevoked(taken, isLost: false))
                    .SetPartitionsLostHandler((_, taken) => OnRevoked(taken, isLost: true)));
            _member.Subscribe(_context.Names.Topic(_stateTopic));
            while (!_stopping && _failure is null)
            {
                TakePart();
                Rewind();
                Acquire();
                Fetch();
            }
        }
        catch (LogException e)
        {
            Fail(e);
        }
        catch (Exception e)
        {
            Fail(new LogUnavailableException($"The worker of '{Group}' met an unforeseen fault: {e.Message}", e));
        }

        Leave();
    }

    /// <summary>Serves the group: what it gives and takes arrives inside the call.</summary>
    private void TakePart()
    {
        var now = _context.Time.GetTimestamp();
        if (_context.Time.GetElapsedTime(_lastMember, now) < MemberEvery && _wasAssigned)
        {
            return;
        }

        _lastMember = now;
        if (Volatile.Read(ref _calls) == 0 && _context.Time.GetElapsedTime(Volatile.Read(ref _lastCall)) > _context.Settings.MaxPollInterval)
        {
            // The role does not call any more: librdkafka leaves the group when it is not polled, and that is what should happen.
            return;
        }

        try
        {
            _member!.Consume(TimeSpan.Zero);
        }
        catch (ConsumeException e)
        {
            if (KafkaErrors.IsFatal(e.Error.Code, _context.Settings))
            {
                throw KafkaErrors.ToLogException(e.Error, $"take part in the group '{_context.Names.Group(Group)}'", _context.Settings, e);
            }

            _context.Logger?.LogInformation("{Group}: {Reason}", Group, e.Error.Reason);
        }

        if (_context.Clients.LastError is { } last && !_wasAssigned && KafkaErrors.IsFatal(last.Code, _context.Settings))
        {
            throw KafkaErrors.ToLogException(last, $"take part in the group '{_context.Names.Group(Group)}'", _context.Settings);
        }

        if (_mustPause)
        {
            _mustPause = false;
            _member!.Pause(_member.Assignment);
        }
    }

    private IEnumerable<TopicPartitionOffset> OnAssigned(List<Confluent.Kafka.TopicPartition> given)
    {
        (_mustPause, _wasAssigned) = (true, true);
        _wanted.UnionWith(given.Select(p => p.Partition.Value));
        _retryAt = 0;
        _context.Logger?.LogDebug("{Group}: given {Partitions}", Group, string.Join(", ", given.Select(p => p.Partition.Value)));
        if (_wanted.Count == 0)
        {
            _joined.TrySetResult();
        }

        return given.Select(p => new TopicPartitionOffset(p, Offset.End));
    }

    private void OnRevoked(List<TopicPartitionOffset> taken, bool isLost)
    {
        var partitions = taken.Select(p => p.Partition.Value).ToList();
        _context.Logger?.LogDebug("{Group}: {How} {Partitions}", Group, isLost ? "lost" : "giving up", string.Join(", ", partitions));
        lock (_gate)
        {
            Drop(partitions);
            _wanted.ExceptWith(partitions);
            var claims = partitions.Where(_claimed.ContainsKey).ToDictionary(p => p, p => _claimed[p]);
            partitions.ForEach(p => _claimed.Remove(p));
            if (!isLost && claims.Count > 0)
            {
                TryRelease(claims);
            }
        }

        Signal();
    }

    /// <summary>Stops reading partitions and forgets what was fetched of them.</summary>
    private void Drop(List<int> partitions)
    {
        List<int> gone;
        lock (_lock)
        {
            gone = [.. partitions.Where(_owned.Remove)];
            var kept = _buffer.Where(batch => !gone.Contains(batch.Partition.Partition)).ToList();
            _buffer.Clear();
            _buffered = 0;
            kept.ForEach(Buffer);
        }

        if (gone.Count > 0)
        {
            _consumer!.Remove(gone.SelectMany(p => _spec.Inputs.Select(topic => new TopicPartition(topic, p))));
        }
    }

    /// <summary>
    /// Gives up claims, so that the next owner need not fence this worker, which goes on with what it keeps. If it does not work, the next owner
    /// fences, and this worker claims anew.
    /// </summary>
    private void TryRelease(Dictionary<int, PartitionState> claims)
    {
        if (_producer is null)
        {
            return;
        }

        // What a lost producer claimed, only who fences that one may take: its transaction may be open still.
        var own = claims.Where(claim => claim.Value.Owner == _producer.TransactionalId).ToList();
        if (own.Count == 0)
        {
            return;
        }

        try
        {
            Claim(own, isRelease: true);
        }
        catch (LogException e)
        {
            _context.Logger?.LogDebug("{Group}: partitions were not given up in time: {Reason}", Group, e.Message);
        }
    }

    /// <summary>After a fence: begins anew at the committed positions, claiming anew what a producer had claimed that is gone.</summary>
    private void Rewind()
    {
        lock (_lock)
        {
            if (!_reset)
            {
                return;
            }
        }

        lock (_gate)
        {
            lock (_lock)
            {
                _buffer.Clear();
                _buffered = 0;

                // What another producer claimed, one that was lost, must be claimed anew: whoever takes it next fences those who have claimed it. The present
                // producer may be newer than the loss, made for partitions that were being taken meanwhile.
                var unclaimed = _owned.Values.Where(owned => owned.State.Owner != _producer?.TransactionalId).Select(owned => owned.Partition).ToList();
                _wanted.UnionWith(unclaimed);
                foreach (var partition in unclaimed)
                {
                    _owned.Remove(partition);
                    _claimed.Remove(partition);
                }

                if (_producer is null)
                {
                    _claimed.Clear();
                }
            }

            var places = Places([.. _owned.Values]);
            _consumer!.Assign(places);
            lock (_lock)
            {
                foreach (var owned in _owned.Values)
                {
                    owned.Begin(places);
                }

                (_reset, _wasReset) = (false, true);
            }
        }

        Signal();
    }

    private void Fetch()
    {
        if (Volatile.Read(ref _buffered) > _context.Settings.FetchAheadBytes)
        {
            _drained.Wait(TimeSpan.FromMilliseconds(5));
            return;
        }

        _reader!.Read(FetchWait, _fetched);
        if (_fetched.Batches.Count + _fetched.Ends.Count > 0)
        {
            lock (_lock)
            {
                foreach (var batch in _fetched.Batches)
                {
                    if (_owned.TryGetValue(batch.Partition.Partition, out var owned))
                    {
                        Buffer(batch);
                        owned.Fetched[batch.Partition.Topic] = owned.Records[batch.Partition.Topic] = batch.NextOffset;
                    }
                }

                foreach (var end in _fetched.Ends)
                {
                    if (_owned.TryGetValue(end.Partition.Partition, out var owned))
                    {
                        Reach(owned, end);
                    }
                }
            }

            Signal();
        }

        foreach (var (partition, error) in _fetched.Problems)
        {
            OnProblem(partition, error);
        }

        _fetched.Clear();
    }

    /// <summary>Under the lock: between the last record and the end lie only transaction markers, which a batch without records steps over.</summary>
    private void Reach(OwnedPartition owned, PartitionOffset end)
    {
        owned.Ends[end.Partition.Topic] = end.Offset;
        var fetched = owned.Fetched.GetValueOrDefault(end.Partition.Topic);
        if (end.Offset > fetched)
        {
            owned.Fetched[end.Partition.Topic] = end.Offset;
            Buffer(RecordBatch.Thinned(end.Partition, fetched, end.Offset, [], default, default));
        }
    }

    /// <summary>Under the lock.</summary>
    private void Buffer(RecordBatch batch)
    {
        _buffer.Enqueue(batch);
        _buffered += batch.Payload.Length;
    }

    private void OnProblem(TopicPartition partition, Error error)
    {
        if (error.Code is ErrorCode.OffsetOutOfRange or ErrorCode.Local_AutoOffsetReset)
        {
            // Retention overtook the reading: look where the partition begins now.
            lock (_lock)
            {
                _reset = true;
            }
        }
        else if (KafkaErrors.IsFatal(error.Code, _context.Settings))
        {
            throw KafkaErrors.ToLogException(error, $"read {partition}", _context.Settings);
        }
        else
        {
            _context.Logger?.LogInformation("{Group}: {Partition}: {Reason}", Group, partition, error.Reason);
        }
    }

    /// <summary>Gives everything up and leaves the group.</summary>
    private void Leave()
    {
        try
        {
            lock (_gate)
            {
                lock (_lock)
                {
                    _owned.Clear();
                    _buffer.Clear();
                }

                _wanted.Clear();
                if (_claimed.Count > 0)
                {
                    TryRelease(new(_claimed));
                    _claimed.Clear();
                }

                DropProducer();
            }

            _consumer?.Dispose();
            _member?.Close();
            _member?.Dispose();
        }
        catch (Exception e)
        {
            _context.Logger?.LogInformation("{Group}: left without a word to the group: {Reason}", Group, e.Message);
        }
        finally
        {
            _left.TrySetResult();
        }
    }
}
