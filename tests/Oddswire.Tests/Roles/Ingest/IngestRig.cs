using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Core.Wire;
using Oddswire.Host.Roles;
using Oddswire.Host.Roles.Ingest;

namespace Oddswire.Tests.Roles.Ingest;

/// <summary>The real role over the log in memory.</summary>
internal sealed class IngestRig : IAsyncDisposable
{
    public static readonly GameId Game = GameId.Of(League.Nba, "0022400001");
    public static readonly IReadOnlyDictionary<string, int> Counts = Topics.Of(League.Nba).ToDictionary(topic => topic, _ => 1);
    private readonly StringCache _cache = new();

    public MemoryEventLog Log { get; } = new(TimeProvider.System);

    public HopCounters Counters { get; } = new();

    public IngestOptions Options { get; init; } = new() { Speed = double.PositiveInfinity };

    public Func<GameId, GameInfo, PregameLine?>? Lines { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public List<IFeedFormat> Formats { get; } = [new LineFormat()];

    public static FeedMessage Message(long sequence, string body, GameId? game = null) => new()
    {
        Source = "test",
        GameId = game ?? Game,
        Sequence = sequence,
        Body = Encoding.UTF8.GetBytes(body),
    };

    /// <summary>Messages one a second, or at the seconds given in front as <c>7.5|line beat</c>.</summary>
    public static ListSource Source(params string[] bodies)
    {
        var messages = new List<(double, FeedMessage)>();
        foreach (var body in bodies)
        {
            var bar = body.IndexOf('|', StringComparison.Ordinal);
            var due = bar < 0 ? messages.Count : double.Parse(body[..bar]);
            messages.Add((due, Message(messages.Count + 1, body[(bar + 1)..])));
        }

        return new ListSource("list", messages);
    }

    public async Task RunAsync(params IFeedSource[] sources) => await RunAsync(Log, CancellationToken.None, sources);

    public async Task RunAsync(IEventLog log, CancellationToken stop, params IFeedSource[] sources)
    {
        await Log.EnsureTopicsAsync([.. Topics.Of(League.Nba).Select(topic => new TopicSpec(topic, 1))], CancellationToken.None);
        var role = new IngestRole(log, League.Nba, sources, Formats, Counts, Options, Counters, Time, Lines);
        await role.RunAsync(stop).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    public DeadLetterService DeadLetters => new(Log, League.Nba, Formats, Counts, TimeProvider.System);

    public async Task<IReadOnlyList<RawMessage>> RawAsync() =>
        [.. (await ReadAsync(Topics.Raw(League.Nba))).Select(record => RawMessageCodec.Read(record.Value.Span, _cache))];

    /// <summary>The raw messages in a word each: the body, or <c>stalled</c>, <c>resumed</c>, <c>quiet</c>.</summary>
    public async Task<IReadOnlyList<string>> WordsAsync() => [.. (await RawAsync()).Select(raw => raw.Format != "oddswire"
        ? Encoding.UTF8.GetString(raw.Message.Body.Span)
        : raw.Events is [var control] ? control.Kind.ToString() : "quiet")];

    public async Task<IReadOnlyList<DeadLetter>> LettersAsync() =>
        [.. (await ReadAsync(Topics.DeadLetters(League.Nba))).Select(record => DeadLetterCodec.Read(record.Value.Span, _cache))];

    public async Task<IReadOnlyList<LogRecord>> ReadAsync(string topic)
    {
        var records = new List<LogRecord>();
        foreach (var batch in await Log.ReadAsync(new PartitionOffset(new TopicPartition(topic, 0), 0), int.MaxValue, TimeSpan.Zero, default))
        {
            foreach (var record in batch)
            {
                records.Add(record);
            }
        }

        return records;
    }

    public ValueTask DisposeAsync() => Log.DisposeAsync();
}
