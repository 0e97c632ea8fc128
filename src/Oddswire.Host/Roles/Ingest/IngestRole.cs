using System.Text;
using System.Threading.Channels;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Core.Wire;
using Oddswire.Host.Roles.Models;

namespace Oddswire.Host.Roles.Ingest;

/// <summary>
/// Takes in the feeds of one league: every message becomes a record of <c>raw.events</c> or, when it cannot be understood, of
/// <c>dlq</c>, in one transaction with the source's cursor, so that none is lost or taken twice. It is the only stage with a clock: silent
/// feeds become records here. When the log is slow or unavailable, the sources wait.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="league">The league; the sources must be of it.</param>
/// <param name="sources">Where messages come from; each identity once.</param>
/// <param name="formats">Formats to recognise messages by.</param>
/// <param name="partitionCounts">Partitions of <c>raw.events</c> and <c>dlq</c>.</param>
/// <param name="options">Pace, limits and batching.</param>
/// <param name="counters">Counts of this hop and league.</param>
/// <param name="time">Stamps receipt and measures waits.</param>
/// <param name="pregameLine">Looks up the market's view of a game before it starts; null or a null answer where none is known.</param>
/// <param name="logger">Told about retries; may be null.</param>
public sealed class IngestRole(
    IEventLog log,
    League league,
    IReadOnlyList<IFeedSource> sources,
    IReadOnlyList<IFeedFormat> formats,
    IReadOnlyDictionary<string, int> partitionCounts,
    IngestOptions options,
    HopCounters counters,
    TimeProvider time,
    Func<GameId, GameInfo, PregameLine?>? pregameLine = null,
    ILogger? logger = null)
{
    private static readonly TimeSpan IdleWait = TimeSpan.FromSeconds(1);
    private readonly ModelChoicesWatch _models = new(log, league, time);
    private readonly LogCommit _commit = new();
    private readonly Dictionary<string, byte[]> _watches = [];
    private readonly Dictionary<(SourcePump Pump, int Shard), SourcePosition> _positions = [];
    private readonly List<Timestamp> _received = [];
    private readonly ProtoWriter _writer = new(64 << 10);
    private readonly byte[] _key = new byte[64];
    private long _messages;
    private long _letters;

    /// <summary>The group whose state holds the cursors.</summary>
    public static WorkerSpec Group(League league) => new($"ingest.{league.Code()}", [], league);

    /// <summary>Runs until every source has ended and all of it is committed, or until cancelled.</summary>
    /// <exception cref="ArgumentException">The options or sources contradict each other.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        Validate();
        while (!ct.IsCancellationRequested)
        {
            Forget();
            var worker = await RetryAsync(() => log.JoinAsync(Group(league), ct), ct);
            if (worker is null)
            {
                return;
            }

            try
            {
                if (await RunSessionAsync(worker, ct))
                {
                    return;
                }
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is CommitOutcomeUnknownException or FencedException)
            {
                logger?.LogWarning(e, "ingest.{League}: rejoining and resuming from the committed cursors", league.Code());
            }
            finally
            {
                counters.OnLeft();
                await worker.DisposeAsync();
            }
        }
    }

    private async Task<bool> RunSessionAsync(ILogWorker worker, CancellationToken ct)
    {
        await WaitForTurnAsync(worker, ct);
        var state = await RetryAsync(() => log.ReadStateAsync(Group(league), 0, ct), ct);
        if (state is null || await RetryAsync(() => _models.RefreshAsync(ct), ct) is null)
        {
            return true;
        }

        counters.OnAssigned(1, 0);
        using var session = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var queue = Channel.CreateBounded<IngestItem>(new BoundedChannelOptions(options.MaxQueuedMessages) { SingleReader = true });
        var budget = new ByteBudget(options.MaxQueuedBytes);
        var pumping = PumpAsync(queue.Writer, budget, state, session.Token);
        try
        {
            await WriteAsync(worker, queue.Reader, budget, ct);
            await pumping;
            return true;
        }
        finally
        {
            await session.CancelAsync();
            await pumping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Only one ingest of a league works at a time; another waits until it has left or died.</summary>
    private async Task WaitForTurnAsync(ILogWorker worker, CancellationToken ct)
    {
        var isAssigned = false;
        while (!isAssigned)
        {
            var polled = await RetryAsync(() => worker.PollAsync(1, IdleWait, ct), ct);
            isAssigned = polled?.Assigned.Contains(0) ?? throw new OperationCanceledException(ct);
        }
    }

    private async Task PumpAsync(
        ChannelWriter<IngestItem> queue, ByteBudget budget, IReadOnlyList<KeyValuePair<byte[], byte[]>> state, CancellationToken ct)
    {
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var watching = _models.RunAsync(stop.Token);
            List<Task> running = [];
            foreach (var source in sources)
            {
                var parser = new MessageParser(league, formats, pregameLine, options.MaxMessageBytes);
                var pump = new SourcePump(source, parser, options, time, queue, budget, _models);
                pump.Restore(state);
                running.Add(Task.Run(() => pump.RunAsync(stop.Token), CancellationToken.None));
            }

            await foreach (var ended in Task.WhenEach(running))
            {
                if (!ended.IsCompletedSuccessfully)
                {
                    await stop.CancelAsync();
                }
            }

            await Task.WhenAll(running);
            await stop.CancelAsync();
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            queue.Complete();
        }
        catch (Exception e)
        {
            queue.Complete(e);
        }
    }

    private async Task WriteAsync(ILogWorker worker, ChannelReader<IngestItem> queue, ByteBudget budget, CancellationToken ct)
    {
        var lastCommit = time.GetTimestamp() - time.TimestampFrequency;
        while (await queue.WaitToReadAsync(ct))
        {
            var held = Drain(queue);
            if (!IsFull && options.MinCommitInterval - time.GetElapsedTime(lastCommit) is var left && left > TimeSpan.Zero)
            {
                await Task.Delay(left, time, ct);
                held += Drain(queue);
            }

            lastCommit = time.GetTimestamp();
            Prepare();
            await RetryAsync(
                async () =>
                {
                    await worker.CommitAsync(_commit, counters, time, CancellationToken.None);
                    return true;
                },
                ct);
            ct.ThrowIfCancellationRequested();
            OnCommitted();
            budget.Return(held);
        }
    }

    private bool IsFull => _commit.Outputs.Count >= options.MaxRecordsPerCommit || _commit.Outputs.ByteCount >= options.MaxBytesPerCommit;

    private long Drain(ChannelReader<IngestItem> queue)
    {
        long held = 0;
        while (!IsFull && queue.TryRead(out var item))
        {
            held += item.Size;
            Add(item);
        }

        return held;
    }

    private void Add(IngestItem item)
    {
        foreach (var message in item.Messages)
        {
            _writer.Clear();
            RawMessageCodec.Write(_writer, message);
            Append(Topics.Raw(league), message.Message.GameId);
            _received.Add(message.ReceivedAt);
        }

        foreach (var letter in item.Letters)
        {
            _writer.Clear();
            DeadLetterCodec.Write(_writer, letter);
            Append(Topics.DeadLetters(league), letter.Message.GameId);
        }

        _messages++;
        _letters += item.Letters.Count > 0 ? 1 : 0;
        _positions[(item.Pump, item.Position.Shard)] = item.Position;
        if (item.Watch is { } watch)
        {
            _watches[watch.Key] = watch.Value;
        }
    }

    private void Append(string topic, GameId game)
    {
        var size = Encoding.UTF8.GetBytes(game.Value, _key);
        _commit.Outputs.Append(topic, partitionCounts[topic], _key.AsSpan(0, size), default, _writer.Written);
    }

    private void Prepare()
    {
        _commit.State.Clear();
        foreach (var ((pump, shard), position) in _positions)
        {
            _commit.State.Add(new StateChange(0, pump.CursorKey(shard), IngestCursor.Write(position, _writer)));
        }

        foreach (var (key, value) in _watches)
        {
            _commit.State.Add(new StateChange(0, Encoding.UTF8.GetBytes(key), value));
        }
    }

    private void OnCommitted()
    {
        var now = Timestamp.From(time.GetUtcNow());
        foreach (var receivedAt in _received)
        {
            counters.Latency.Record(now - receivedAt);
        }

        foreach (var ((pump, _), position) in _positions)
        {
            pump.OnCommitted(position);
        }

        counters.OnProcessed(_messages, _received.Count);
        counters.OnDeadLettered(_letters);
        Forget();
    }

    private void Forget()
    {
        _commit.Clear();
        _watches.Clear();
        _positions.Clear();
        _received.Clear();
        (_messages, _letters) = (0, 0);
    }

    /// <summary>Tries until it works; gives nothing when cancelled meanwhile.</summary>
    private async Task<T?> RetryAsync<T>(Func<ValueTask<T>> work, CancellationToken ct)
    {
        for (var attempt = 0; !ct.IsCancellationRequested; attempt++)
        {
            try
            {
                return await work();
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                break;
            }
            catch (LogUnavailableException e)
            {
                counters.OnRetry();
                logger?.LogWarning("ingest.{League}: trying again, the sources wait: {Error}", league.Code(), e.Message);
                await options.Retry.WaitAsync(attempt, time, ct);
            }
        }

        return default;
    }

    private void Validate()
    {
        options.Validate();
        foreach (var source in sources)
        {
            if (source.League != league)
            {
                throw new ArgumentException($"The source '{source.Identity}' is of the league {source.League.Code()}, not {league.Code()}.");
            }
        }

        if (sources.Select(source => source.Identity).Distinct(StringComparer.Ordinal).Count() != sources.Count)
        {
            throw new ArgumentException($"Two sources of {league.Code()} have the same identity, so their cursors would mix: {string.Join(", ", sources.Select(source => $"'{source.Identity}'"))}.");
        }
    }
}
