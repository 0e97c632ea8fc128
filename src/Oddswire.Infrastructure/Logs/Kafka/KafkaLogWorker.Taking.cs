using Microsoft.Extensions.Logging;
using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>How a worker takes partitions: it claims them, fences who had them before, restores their state, and reads on from their positions.</summary>
internal sealed partial class KafkaLogWorker
{
    /// <summary>Claims the partitions that the group gave, restores their state, and begins to read their inputs.</summary>
    private void Acquire()
    {
        if (_wanted.Count == 0 || _context.Time.GetTimestamp() < _retryAt)
        {
            return;
        }

        try
        {
            var states = _wanted.ToDictionary(p => p, _ => new PartitionState());
            Restore(states);
            List<OwnedPartition> taken = [.. states.Where(pair => _wanted.Contains(pair.Key)).Select(pair => new OwnedPartition(pair.Key, ++_epochs, pair.Value))];
            var places = Places(taken);
            taken.ForEach(owned => owned.Begin(places));
            _consumer!.Add(places);
            lock (_lock)
            {
                taken.ForEach(owned => _owned.Add(owned.Partition, owned));
                _wanted.ExceptWith(taken.Select(owned => owned.Partition));
            }

            _failures = 0;
            _joined.TrySetResult();
            Signal();
        }
        catch (Exception e) when (e is LogUnavailableException or FencedException)
        {
            _context.Logger?.LogInformation("{Group}: partitions cannot be taken yet: {Reason}", Group, e.Message);
            var pause = TimeSpan.FromMilliseconds(Math.Min(2000, 50 << Math.Min(_failures++, 6)) * (1 + Random.Shared.NextDouble()));
            _retryAt = _context.Time.GetTimestamp() + (long)(pause.TotalSeconds * _context.Time.TimestampFrequency);
        }
    }

    private void Restore(Dictionary<int, PartitionState> states)
    {
        var changelog = _context.Changelog(_context.Progress);
        List<TopicPartition> partitions = [.. states.Keys.Select(p => new TopicPartition(_stateTopic, p))];
        changelog.Read(_stateTopic, states, Ends(partitions, LogEdge.End), TakePartOrStop);
        HashSet<string> fenced = [];
        for (var round = 0; round < 10; round++)
        {
            FenceOthers(states, fenced);
            lock (_gate)
            {
                _producer ??= NewProducer();
                Claim(states.Where(pair => _wanted.Contains(pair.Key)), isRelease: false);
            }

            // Up to the end with open transactions: what is open before our claim is decided when we have read past it.
            changelog.Read(_stateTopic, states, Ends(partitions, LogEdge.EndWithOpen), TakePartOrStop);
            if (states.All(pair => !_wanted.Contains(pair.Key) || (pair.Value.Owner == _producer?.TransactionalId && !pair.Value.IsBehind))
                && states.Values.All(state => state.Writers.All(writer => fenced.Contains(writer) || writer == _producer?.TransactionalId)))
            {
                // Only now may it be given up by a word of ours, which says that nobody need be fenced and where the positions are: before, there may be
                // writers that are not fenced, and commits of theirs that were not read. A claim that goes before is left for the next owner to fence.
                foreach (var (partition, state) in states.Where(pair => _wanted.Contains(pair.Key)))
                {
                    _claimed[partition] = state;
                }

                return;
            }
        }

        throw new LogUnavailableException($"Other workers of '{Group}' keep claiming the same partitions; waiting for the group to settle.");
    }

    private void TakePartOrStop()
    {
        if (_stopping)
        {
            throw new LogUnavailableException("This worker is stopping.");
        }

        TakePart();
    }

    private void FenceOthers(Dictionary<int, PartitionState> states, HashSet<string> fenced)
    {
        foreach (var other in states.Values.SelectMany(state => state.Writers).Distinct().ToList())
        {
            if (other != _producer?.TransactionalId && fenced.Add(other))
            {
                Fence(other);
            }
        }
    }

    private Dictionary<int, long> Ends(List<TopicPartition> partitions, LogEdge edge) =>
        _context.Topics.Offsets(partitions, edge).ToDictionary(pair => pair.Key.Partition, pair => pair.Value);

    /// <summary>Where to read on: the committed positions, or the first record that is kept.</summary>
    private List<PartitionOffset> Places(List<OwnedPartition> partitions)
    {
        List<TopicPartition> inputs = [.. partitions.SelectMany(owned => _spec.Inputs.Select(topic => new TopicPartition(topic, owned.Partition)))];
        if (inputs.Count == 0)
        {
            return [];
        }

        var (first, end) = (_context.Topics.Offsets(inputs, LogEdge.First), _context.Topics.Offsets(inputs, LogEdge.EndWithOpen));
        var states = partitions.ToDictionary(owned => owned.Partition, owned => owned.State);
        List<PartitionOffset> places = [];
        foreach (var input in inputs)
        {
            var committed = states[input.Partition].Positions.GetValueOrDefault(input.Topic);
            if (committed > end[input])
            {
                throw new LogCorruptException(
                    $"Group '{Group}' has read {input} up to offset {committed}, but it ends at {end[input]}: records were lost, or the topic was made anew. "
                    + $"Restore the topic, or delete the group's state topic '{_context.Names.Topic(_stateTopic)}' to begin from the start.");
            }

            if (committed > 0 && committed < first[input])
            {
                _context.Logger?.LogWarning(
                    "{Group}: {Input} begins at {First}; retention removed {Lost} offsets that were not read", Group, input, first[input], first[input] - committed);
            }

            places.Add(new PartitionOffset(input, Math.Max(committed, first[input])));
        }

        return places;
    }
}
