using Microsoft.Extensions.Logging;
using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>What the workers of one log share.</summary>
internal sealed record KafkaContext(
    KafkaSettings Settings, KafkaClients Clients, KafkaNames Names, KafkaTopics Topics, TimeProvider Time, ILogger? Logger, ILogger? Progress, bool ShowsUncommitted)
{
    /// <summary>A reader of state topics.</summary>
    /// <param name="logger">Told how far it is, when it takes longer.</param>
    public ChangelogReader Changelog(ILogger? logger) => new(Clients, Names, Settings, Time, logger);
}

/// <summary>A partition that a worker owns.</summary>
internal sealed class OwnedPartition(int partition, long epoch, PartitionState state)
{
    /// <summary>Its number.</summary>
    public int Partition { get; } = partition;

    /// <summary>Counts up with every taking, so that a partition that was lost and came back is told from one that stayed.</summary>
    public long Epoch { get; } = epoch;

    /// <summary>State and positions.</summary>
    public PartitionState State { get; } = state;

    /// <summary>How far it was fetched, by topic.</summary>
    public Dictionary<string, long> Fetched { get; } = [];

    /// <summary>Offset behind the last record that was fetched, by topic.</summary>
    public Dictionary<string, long> Records { get; } = [];

    /// <summary>The end of the partition when it was last reached, by topic: behind any transaction markers.</summary>
    public Dictionary<string, long> Ends { get; } = [];

    /// <summary>Begins to read at these places.</summary>
    public void Begin(IEnumerable<PartitionOffset> places)
    {
        Fetched.Clear();
        Records.Clear();
        Ends.Clear();
        foreach (var place in places.Where(place => place.Partition.Partition == Partition))
        {
            Fetched[place.Partition.Topic] = place.Offset;
        }
    }

    /// <summary>
    /// The committed position in an input; where only transaction markers lie between it and the end, the end, so that nothing to read
    /// counts as no lag.
    /// </summary>
    public long? Position(string topic)
    {
        if (!State.Positions.TryGetValue(topic, out var committed))
        {
            return null;
        }

        return Ends.TryGetValue(topic, out var end) && end > committed && committed >= Records.GetValueOrDefault(topic) ? end : committed;
    }
}

/// <summary>A thread that does one thing after another, for calls that block.</summary>
internal sealed class SerialThread : IDisposable
{
    private readonly System.Collections.Concurrent.BlockingCollection<(Action Work, TaskCompletionSource Done)> _queue = [];
    private readonly Thread _thread;

    public SerialThread(string name)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    public Task RunAsync(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Add((work, done));
        return done.Task;
    }

    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _queue.Dispose();
    }

    private void Run()
    {
        foreach (var (work, done) in _queue.GetConsumingEnumerable())
        {
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }
    }
}
