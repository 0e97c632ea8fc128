using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Oddswire.Core.Ports;
using TopicPartition = Oddswire.Core.Ports.TopicPartition;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>Transactions of a worker. Everything here runs under <see cref="_gate"/>: one transaction at a time.</summary>
internal sealed partial class KafkaLogWorker
{
    private readonly Lock _gate = new();
    private RecordProducer? _producer;
    private long _lastTimestamp;

    private void Commit(LogCommit commit)
    {
        lock (_gate)
        {
            var touched = DemandOwned(commit);
            if (commit.IsEmpty)
            {
                return;
            }

            var positions = touched.ToDictionary(owned => owned.Partition, owned => new Dictionary<string, long>(owned.State.Positions));
            foreach (var position in commit.Positions)
            {
                positions[position.Partition.Partition][position.Partition.Topic] = position.Offset;
            }

            Transact(producer => Write(producer, commit, positions), commit.Positions);
            lock (_lock)
            {
                foreach (var change in commit.State)
                {
                    _owned[change.Partition].State.Put([.. change.Key], change.Value is null ? null : [.. change.Value]);
                }

                foreach (var owned in touched)
                {
                    owned.State.OnCommitted(_producer!.TransactionalId, positions[owned.Partition]);
                }
            }
        }
    }

    /// <summary>The partitions that a commit touches; at least one, so that every commit is on behalf of an owner.</summary>
    private List<OwnedPartition> DemandOwned(LogCommit commit)
    {
        lock (_lock)
        {
            SortedDictionary<int, OwnedPartition> touched = [];
            foreach (var change in commit.State)
            {
                touched.TryAdd(change.Partition, DemandOwned(change.Partition));
            }

            foreach (var position in commit.Positions)
            {
                touched.TryAdd(position.Partition.Partition, DemandOwned(position.Partition.Partition));
            }

            if (touched.Count == 0)
            {
                var first = _owned.Count > 0 ? _owned.First().Key : 0;
                touched.Add(first, DemandOwned(first));
            }

            return [.. touched.Values];
        }
    }

    private void Write(RecordProducer producer, LogCommit commit, Dictionary<int, Dictionary<string, long>> positions)
    {
        var now = Timestamp();
        foreach (var block in commit.Outputs.Blocks)
        {
            producer.Produce(block, now);
        }

        if (_context.ShowsUncommitted && commit.Outputs.Count > 0)
        {
            // Where readers see uncommitted records, what a commit says of itself must come after what it wrote.
            producer.WaitUntilSent(_context.Settings.CommitTimeout, _context.Time);
        }

        foreach (var change in commit.State)
        {
            producer.Produce(new TopicPartition(_stateTopic, change.Partition), now, Changelog.StateKey(change.Key), change.Value);
        }

        foreach (var (partition, offsets) in positions)
        {
            producer.Produce(
                new TopicPartition(_stateTopic, partition), now, Changelog.PositionsKey, Changelog.EncodePositions(producer.TransactionalId, offsets));
        }
    }

    /// <summary>Writes claims on partitions, or (with an empty owner) gives them up.</summary>
    private void Claim(IEnumerable<KeyValuePair<int, PartitionState>> partitions, bool isRelease)
    {
        lock (_gate)
        {
            Transact(
                producer =>
                {
                    var now = Timestamp();
                    foreach (var (partition, state) in partitions)
                    {
                        var value = Changelog.EncodePositions(isRelease ? "" : Changelog.ClaimMark + producer.TransactionalId, state.Positions);
                        producer.Produce(new TopicPartition(_stateTopic, partition), now, Changelog.PositionsKey, value);
                    }
                },
                [],
                isClaim: true);
        }
    }

    private void Transact(Action<RecordProducer> write, IReadOnlyList<PartitionOffset> positions, bool isClaim = false)
    {
        var producer = _producer ?? throw LoseProducer("it has none yet", null);
        var limit = _context.Settings.CommitTimeout;
        try
        {
            producer.Client.BeginTransaction();
            write(producer);
            if (positions.Count > 0)
            {
                var offsets = positions.Select(p => new TopicPartitionOffset(_context.Names.Topic(p.Partition.Topic), p.Partition.Partition, p.Offset));
                producer.SendOffsets([.. offsets], _member!.ConsumerGroupMetadata, limit / 3);
            }

            producer.WaitUntilSent(limit, _context.Time);
            producer.DemandSound();
        }
        catch (KafkaException e)
        {
            throw Abort(producer, CauseOf(e, producer));
        }

        try
        {
            producer.Client.CommitTransaction(limit);
        }
        catch (KafkaTxnRequiresAbortException e)
        {
            throw Abort(producer, CauseOf(e, producer), wasEnding: !isClaim);
        }
        catch (KafkaException e)
        {
            // The broker may have the request that ends the transaction, or may not: only the changelog can tell, once this producer is fenced. A fence is no
            // different: the request may have been carried out, its answer lost, and this the answer to asking again.
            DropProducer();
            _context.Topics.Forget();
            if (isClaim)
            {
                // A claim that may or may not stand does no harm: a new producer claims anew and fences this one, for what is owned already too.
                lock (_lock)
                {
                    _reset = true;
                }

                throw KafkaErrors.IsFence(e.Error.Code)
                    ? new FencedException($"The producer of '{Group}' was fenced while it claimed partitions: {e.Error.Reason}. Claiming them anew.", e)
                    : KafkaErrors.ToLogException(e.Error, $"claim partitions for '{Group}'", _context.Settings, e);
            }

            throw Unknown(e);
        }
    }

    /// <summary>Ends the worker: what it has of state and positions may be older than what is committed.</summary>
    private CommitOutcomeUnknownException Unknown(KafkaException e)
    {
        var unknown = new CommitOutcomeUnknownException(
            $"The outcome of a commit of '{Group}' is unknown: {e.Error.Reason} ({e.Error.Code}). Join anew and go on from the committed position.", e);
        Fail(unknown);
        return unknown;
    }

    /// <summary>
    /// Once something was refused, a transaction takes nothing more, and says so without the reason. Sending an offset, which is refused as well or aborted in a moment, is a harmless way to ask.
    /// </summary>
    private KafkaException CauseOf(KafkaException e, RecordProducer producer)
    {
        if (e.Error.Code is not (ErrorCode.Local_State or ErrorCode.Local_Inconsistent))
        {
            return e;
        }

        try
        {
            producer.SendOffsets([new(_context.Names.Topic(_stateTopic), 0, 0)], _member!.ConsumerGroupMetadata, TimeSpan.FromSeconds(1));
            return e;
        }
        catch (KafkaException cause)
        {
            return cause;
        }
    }

    /// <summary>Ends the transaction without effect and says what went wrong.</summary>
    /// <param name="producer">Whose transaction.</param>
    /// <param name="cause">What went wrong.</param>
    /// <param name="wasEnding">Whether the broker was asked before to commit it.</param>
    private LogException Abort(RecordProducer producer, KafkaException cause, bool wasEnding = false)
    {
        if (cause.Error.IsFatal || KafkaErrors.IsProducerFence(cause.Error.Code))
        {
            if (KafkaErrors.IsFatal(cause.Error.Code, _context.Settings))
            {
                return KafkaErrors.ToLogException(cause.Error, $"commit for '{Group}'", _context.Settings, cause);
            }

            return wasEnding ? LeaveOpen(cause) : LoseProducer("it was fenced", cause);
        }

        try
        {
            producer.Client.AbortTransaction(_context.Settings.CommitTimeout);
        }
        catch (KafkaException e)
        {
            _context.Logger?.LogInformation("{Group}: a transaction could not be aborted: {Reason}", Group, e.Error.Reason);
            if (wasEnding && !KafkaErrors.IsFatal(cause.Error.Code, _context.Settings))
            {
                return LeaveOpen(cause);
            }

            var lost = LoseProducer("a transaction could not be aborted", cause);
            return KafkaErrors.IsFatal(cause.Error.Code, _context.Settings)
                ? KafkaErrors.ToLogException(cause.Error, $"commit for '{Group}'", _context.Settings, cause)
                : lost;
        }

        var error = KafkaErrors.ToLogException(cause.Error, $"commit for '{Group}'", _context.Settings, cause);
        if (error is FencedException)
        {
            // The group has moved on, the producer is sound: begin again at the committed positions with what is still ours.
            lock (_lock)
            {
                _reset = true;
            }
        }

        return error;
    }

    /// <summary>What was to be committed, and then could not be aborted: which of the two it came to is not known.</summary>
    private CommitOutcomeUnknownException LeaveOpen(KafkaException cause)
    {
        DropProducer();
        return Unknown(cause);
    }

    /// <summary>
    /// Throws the producer away. Whoever fenced it may own partitions by now, so the next one gets a new transactional id and claims what the
    /// group still gives us before it writes.
    /// </summary>
    private FencedException LoseProducer(string why, Exception? cause)
    {
        DropProducer();
        lock (_lock)
        {
            _reset = true;
        }

        return new FencedException($"The producer of '{Group}' must be replaced: {why}. Nothing was committed; drop what was read and poll again.", cause);
    }

    private void DropProducer()
    {
        _producer?.Dispose();
        _producer = null;
    }

    private RecordProducer NewProducer()
    {
        var settings = _context.Settings;
        var id = $"{settings.TransactionalIdPrefix}.{_context.Names.Group(Group)}.{Guid.NewGuid():n}";
        var producer = new RecordProducer(_context.Clients.Producer(id), _context.Names, id);
        try
        {
            producer.Client.InitTransactions(settings.CommitTimeout);
            return producer;
        }
        catch (KafkaException e)
        {
            producer.Dispose();
            throw _context.Topics.Explain(e, $"begin transactions for '{Group}'");
        }
    }

    /// <summary>
    /// Makes a producer of another worker useless: its open transaction is aborted (or its commit, if that was under way, completed) and whatever
    /// it sends from now on is refused. Every broker since 0.11 does this, so it holds without the group's own fence (KIP-447, from 2.5).
    /// </summary>
    private void Fence(string transactionalId)
    {
        _context.Logger?.LogDebug("{Group}: fencing {Id}", Group, transactionalId);
        using var client = _context.Clients.Producer(transactionalId);
        try
        {
            client.InitTransactions(_context.Settings.CommitTimeout);
        }
        catch (KafkaException e)
        {
            throw _context.Topics.Explain(e, $"fence the former owner of partitions of '{Group}'");
        }
    }

    /// <summary>Now, but never before an earlier record of this worker.</summary>
    private long Timestamp() => _lastTimestamp = Math.Max(_lastTimestamp, _context.Time.GetUtcNow().ToUnixTimeMilliseconds());
}
