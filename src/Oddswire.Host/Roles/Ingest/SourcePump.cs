using System.Text;
using System.Threading.Channels;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using Oddswire.Host.Roles.Models;

namespace Oddswire.Host.Roles.Ingest;

/// <summary>What a source has given, ready to be written: records, and where the source and the watch on its game then stand.</summary>
internal sealed class IngestItem
{
    /// <summary>Written together: what a message ends (a stall) and the message.</summary>
    public required IReadOnlyList<RawMessage> Messages { get; init; }

    public IReadOnlyList<DeadLetter> Letters { get; init; } = [];

    /// <summary>Bytes it holds of the budget.</summary>
    public required int Size { get; init; }

    /// <summary>The source's cursor and schedule after it.</summary>
    public required SourcePosition Position { get; init; }

    public required SourcePump Pump { get; init; }

    public KeyValuePair<string, byte[]>? Watch { get; init; }
}

/// <summary>
/// Takes one source's messages at their due moments, parses them, and puts in between what their absence says. Everything it decides
/// follows from the source's schedule, so a restart from a cursor decides the same.
/// </summary>
internal sealed class SourcePump(
    IFeedSource source,
    MessageParser parser,
    IngestOptions options,
    TimeProvider time,
    ChannelWriter<IngestItem> queue,
    ByteBudget budget,
    ModelChoicesWatch models)
{
    private const int ReadAhead = 64;
    private static readonly TimeSpan HangWait = TimeSpan.FromSeconds(1);
    private readonly ProtoWriter _writer = new();
    private readonly StallDetector _stalls = new(options.Heartbeat);
    private readonly MessageShaper _shaper = new(time, options.MaxMessagesPerSecond, options.BurstMessages);
    private ScheduleClock _clock = new(time, options.Speed, TimeSpan.Zero);
    private readonly Dictionary<int, long> _cursors = [];
    private SourcePosition _position;
    private long _lastRead;

    /// <summary>Key of the cursor of a source's shard in the group's state.</summary>
    public byte[] CursorKey(int shard) => Encoding.UTF8.GetBytes(shard == 0 ? CursorName : $"{CursorName}#{shard}");

    private string CursorName { get; } = $"cursor/{source.Identity}";

    private string WatchPrefix { get; } = $"watch/{source.Identity}/";

    /// <summary>Takes up where the committed state says.</summary>
    public void Restore(IReadOnlyList<KeyValuePair<byte[], byte[]>> state)
    {
        var watches = new List<(GameId, byte[])>();
        foreach (var (key, value) in state)
        {
            var name = Encoding.UTF8.GetString(key);
            if (name.StartsWith(WatchPrefix, StringComparison.Ordinal))
            {
                watches.Add((GameId.Parse(name.AsSpan(WatchPrefix.Length)), value));
            }
            else if (TryReadShard(name, out var shard))
            {
                var position = IngestCursor.Read(shard, value);
                _cursors[shard] = position.Cursor;
                _position = position.Due >= _position.Due ? position : _position;
            }
        }

        _stalls.Restore(watches);
    }

    /// <summary>What came up to a position is in the log.</summary>
    public void OnCommitted(SourcePosition position) => source.OnCommitted(position.Shard, position.Cursor);

    private bool TryReadShard(string key, out int shard)
    {
        shard = 0;
        return key == CursorName
            || (key.StartsWith(CursorName + "#", StringComparison.Ordinal) && int.TryParse(key.AsSpan(CursorName.Length + 1), out shard));
    }

    /// <summary>Runs until the source has ended.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var read = Channel.CreateBounded<SourcedMessage>(new BoundedChannelOptions(ReadAhead) { SingleReader = true, SingleWriter = true });
        _clock = new ScheduleClock(time, source.IsLive ? 1 : options.Speed, _position.Due);
        _lastRead = time.GetTimestamp();
        var reading = Task.Run(() => ReadAsync(read.Writer, stop.Token), CancellationToken.None);
        try
        {
            while (await NextAsync(read.Reader, ct))
            {
                while (read.Reader.TryRead(out var sourced))
                {
                    _lastRead = time.GetTimestamp();
                    await TakeAsync(sourced, ct);
                }
            }

            await EndAsync(ct);
        }
        finally
        {
            await stop.CancelAsync();

            // A source that hangs cannot be interrupted; it must not keep the role from stopping.
            await Task.WhenAny(reading, Task.Delay(HangWait, time, CancellationToken.None));
        }
    }

    private async Task ReadAsync(ChannelWriter<SourcedMessage> to, CancellationToken ct)
    {
        try
        {
            foreach (var given in source.ReadFrom(_cursors, ct))
            {
                var sourced = source.IsLive ? given with { Due = _clock.Now } : given;
                if (!to.TryWrite(sourced))
                {
                    await to.WriteAsync(sourced, ct);
                }
            }

            to.Complete();
        }
        catch (Exception e)
        {
            to.Complete(e);
        }
    }

    /// <summary>Waits for the source, noticing silences meanwhile.</summary>
    /// <returns>False at the source's end.</returns>
    private async ValueTask<bool> NextAsync(ChannelReader<SourcedMessage> from, CancellationToken ct)
    {
        var next = from.WaitToReadAsync(ct).AsTask();
        while (!next.IsCompleted && !_clock.IsUnpaced && _stalls.NextDeadline is { } deadline)
        {
            // A source that gives nothing although its schedule goes on: a slow one is not a silent one, so a heartbeat must pass in real time too.
            var silence = options.Heartbeat!.Value - time.GetElapsedTime(_lastRead);
            var wait = _clock.Until(deadline) is var scheduled && scheduled > silence ? scheduled : silence;
            if (wait > TimeSpan.Zero)
            {
                await Task.WhenAny(next, Task.Delay(wait, time, ct));
                ct.ThrowIfCancellationRequested();
            }
            else if (_stalls.TryTake(deadline, out var noticed))
            {
                await SayAsync(noticed, ct);
            }
        }

        return await next;
    }

    private async ValueTask TakeAsync(SourcedMessage sourced, CancellationToken ct)
    {
        while (_stalls.NextDeadline is { } deadline && deadline < sourced.Due)
        {
            await _clock.WaitAsync(deadline, ct);
            if (_stalls.TryTake(deadline, out var silence))
            {
                await SayAsync(silence, ct);
            }
        }

        await _clock.WaitAsync(sourced.Due, ct);
        if (_clock.IsUnpaced && options.WaitForReaders is { } waitForReaders)
        {
            await waitForReaders(source.League, ct);
        }

        if (_shaper.Take() is var pause && pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, time, ct);
        }

        var message = sourced.Message;
        List<RawMessage> messages = new(1);
        if (_stalls.OnHeard(message.GameId, sourced.Due))
        {
            messages.Add(Control(message.GameId, EventKind.FeedResumed, sourced.Due));
        }

        var parsed = parser.Parse(message, ReceivedAt(sourced.Due), sourced.Refusal);
        if (parsed.Message is { } raw)
        {
            _stalls.OnEvents(message.GameId, raw.Events);
            messages.Add(raw);
            AddModels(raw, messages);
        }

        _position = new SourcePosition(sourced.Shard, sourced.Cursor, sourced.Due);
        await PutAsync(messages, parsed.Letters, message.Body.Length, message.GameId, ct);
    }

    /// <summary>A game that makes itself known is told with which models it begins.</summary>
    private void AddModels(RawMessage raw, List<RawMessage> to)
    {
        var choices = models.Current;
        if (choices == ModelChoices.None || !raw.Events.Any(e => e.Kind == EventKind.Info))
        {
            return;
        }

        foreach (var change in new[] { choices.Live, choices.Shadow })
        {
            if (change is not null)
            {
                to.Add(ModelChoices.MessageFor(raw.Message.GameId, change, raw.ReceivedAt));
            }
        }
    }

    /// <summary>The source has ended: what is still missing will not come.</summary>
    private async Task EndAsync(CancellationToken ct)
    {
        foreach (var game in _stalls.Unfinished)
        {
            _stalls.Finish(game);
            await PutAsync([Control(game, EventKind.None, _position.Due)], [], 0, game, ct);
        }
    }

    private ValueTask SayAsync(Silence silence, CancellationToken ct) =>
        PutAsync([Control(silence.Game, silence.Kind, silence.At)], [], 0, silence.Game, ct);

    /// <summary>
    /// When the message reached us: its due moment, even when we are late in taking it up, so that our own slowness counts as latency.
    /// </summary>
    private Timestamp ReceivedAt(TimeSpan due)
    {
        var now = Timestamp.From(time.GetUtcNow());
        return _clock.Until(due) is var left && left < TimeSpan.Zero ? now + left : now;
    }

    private RawMessage Control(GameId game, EventKind kind, TimeSpan at) => new()
    {
        Message = new FeedMessage { Source = "oddswire", GameId = game, Body = default },
        ReceivedAt = Timestamp.From(time.GetUtcNow()),
        Format = "oddswire",
        Events = kind == EventKind.None
            ? []
            : [new GameEvent { GameId = game, Key = $"{(kind == EventKind.FeedStalled ? "stalled" : "resumed")}-{at.TotalMilliseconds:0}", Order = 0, Kind = kind }],
    };

    private async ValueTask PutAsync(
        IReadOnlyList<RawMessage> messages, IReadOnlyList<DeadLetter> letters, int bodyBytes, GameId watched, CancellationToken ct)
    {
        var change = _stalls.TakeChange(watched, _writer);
        var item = new IngestItem
        {
            Messages = messages,
            Letters = letters,
            Size = bodyBytes + 256,
            Position = _position,
            Pump = this,
            Watch = change is null ? null : new(WatchPrefix + watched.Value, change),
        };
        await budget.TakeAsync(item.Size, ct);
        if (!queue.TryWrite(item))
        {
            await queue.WriteAsync(item, ct);
        }
    }
}

/// <summary>Where a shard of a source stands, and the source's schedule with it.</summary>
internal readonly record struct SourcePosition(int Shard, long Cursor, TimeSpan Due);

/// <summary>A source's position in the group's state.</summary>
internal static class IngestCursor
{
    public static byte[] Write(SourcePosition position, ProtoWriter writer)
    {
        writer.Clear();
        writer.Int(1, position.Cursor);
        writer.Int(2, position.Due.Ticks);
        return writer.Written.ToArray();
    }

    public static SourcePosition Read(int shard, ReadOnlySpan<byte> saved)
    {
        var reader = new ProtoReader(saved);
        var position = new SourcePosition(shard, 0, TimeSpan.Zero);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: position = position with { Cursor = reader.Int() }; break;
                case 2: position = position with { Due = new TimeSpan(reader.Int()) }; break;
                default: reader.Skip(); break;
            }
        }

        return position;
    }
}
