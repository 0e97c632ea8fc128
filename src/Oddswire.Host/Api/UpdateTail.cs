using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Oddswire.Board.Views;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Publish;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.Host.Api;

/// <summary>
/// Every odds update in order, read from the log at the client's pace: a client that is slow, away or restarted loses nothing that the log still
/// keeps, and costs one reader of the log.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="board">Tells the present place, and when something came.</param>
/// <param name="options">Heartbeat and limits.</param>
/// <param name="time">The clock.</param>
public sealed class UpdateTail(IEventLog log, LiveBoard board, ApiOptions options, TimeProvider time)
{
    private const int MaxRecordsPerRead = 500;

    /// <summary>How long to wait for records before looking whether there are new partitions.</summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(1);

    /// <summary>Sends until cancelled.</summary>
    /// <param name="league">One league; null for all.</param>
    /// <param name="fromEarliest">Whether to begin at the earliest kept update instead of now.</param>
    /// <param name="lastEventId">The last id the client saw; wins over <paramref name="fromEarliest"/>.</param>
    /// <param name="to">Where to.</param>
    /// <param name="ct">Ends the stream.</param>
    /// <exception cref="TimeoutException">The client did not take what was sent within the limit.</exception>
    public async Task SendAsync(League? league, bool fromEarliest, string? lastEventId, PipeWriter to, CancellationToken ct)
    {
        var cursor = Begin(league, fromEarliest, lastEventId);
        var cache = new StringCache();
        while (!ct.IsCancellationRequested)
        {
            var changed = board.NextChange();
            Join(cursor, league);
            if (cursor.Count > 0)
            {
                await FollowAsync(cursor, league, cache, to, ct);
            }
            else if (!await HasChangedAsync(changed, ct))
            {
                await BeatAsync(to, ct);
            }
        }
    }

    /// <summary>Sends what comes in the partitions that are known, until the board knows more.</summary>
    private async Task FollowAsync(List<PartitionPosition> cursor, League? league, StringCache cache, PipeWriter to, CancellationToken ct)
    {
        var idle = options.Heartbeat < LongestIdle ? options.Heartbeat : LongestIdle;
        await using var reader = log.OpenReader([.. cursor.Select(at => new PartitionOffset(PartitionOf(at), at.Odds))], MaxRecordsPerRead, idle);
        var known = cursor.Select(PartitionOf).ToList();
        var lastSent = time.GetTimestamp();
        while (!ct.IsCancellationRequested && board.Position().Partitions.Count(now => IsWanted(now, league)) == cursor.Count)
        {
            foreach (var batch in await reader.NextAsync(ct))
            {
                if (await SendAsync(batch, cursor, known.IndexOf(batch.Partition), cache, to, ct))
                {
                    lastSent = time.GetTimestamp();
                }
            }

            if (time.GetElapsedTime(lastSent) >= options.Heartbeat)
            {
                await BeatAsync(to, ct);
                lastSent = time.GetTimestamp();
            }
        }
    }

    private static TopicPartition PartitionOf(PartitionPosition at) => new(Topics.Odds(at.League), at.Partition);

    private static bool IsWanted(PartitionPosition now, League? league) => league is null || now.League == league;

    private List<PartitionPosition> Begin(League? league, bool fromEarliest, string? lastEventId)
    {
        var isResume = BoardPosition.TryParse(lastEventId, out var last);
        return
        [
            .. board.Position().Partitions.Where(now => IsWanted(now, league))
                .Select(now => (isResume ? last.Find(now.League, now.Run, now.Partition) : null)
                    ?? now with { Odds = fromEarliest || isResume ? 0 : now.Odds }),
        ];
    }

    /// <summary>Takes in partitions that came to this process since.</summary>
    private void Join(List<PartitionPosition> cursor, League? league)
    {
        foreach (var now in board.Position().Partitions.Where(now => IsWanted(now, league)))
        {
            if (!cursor.Exists(entry => entry.League == now.League && entry.Partition == now.Partition))
            {
                cursor.Add(now with { Odds = 0 });
            }
        }
    }

    private async Task<bool> SendAsync(RecordBatch batch, List<PartitionPosition> cursor, int index, StringCache cache, PipeWriter to, CancellationToken ct)
    {
        if (batch.BaseOffset > cursor[index].Odds && await IsGapAsync(batch.Partition, cursor[index].Odds, batch.BaseOffset, ct))
        {
            Text(to, $"event: gap\ndata: {{\"partition\":\"{batch.Partition}\",\"from\":{cursor[index].Odds},\"to\":{batch.BaseOffset - 1}}}\n\n");
        }

        foreach (var record in batch)
        {
            cursor[index] = cursor[index] with { Odds = record.Offset + 1 };
            Write(record, new BoardPosition(cursor), cache, to);
        }

        cursor[index] = cursor[index] with { Odds = batch.NextOffset };
        if (batch.Remaining == 0)
        {
            return false;
        }

        await FlushAsync(to, ct);
        return true;
    }

    /// <summary>Where transactions leave marks between records, only what retention has taken is missing.</summary>
    private async ValueTask<bool> IsGapAsync(TopicPartition partition, long wanted, long found, CancellationToken ct) =>
        log.IsGapless || (found - wanted > 1 && (await log.DescribeAsync(partition.Topic, ct)).First(bounds => bounds.Partition == partition).EarliestOffset > wanted);

    private static void Write(in LogRecord record, BoardPosition position, StringCache cache, PipeWriter to)
    {
        var update = OddsUpdateCodec.Read(record.Value.Span, cache);
        Text(to, $"event: update\nid: {position}\ndata: ");
        var view = new UpdateView(update.GameId.Value, update.Score.Home, update.Score.Away, update.CauseKey, BoardViews.Market(update));
        using (var json = new Utf8JsonWriter(to, new JsonWriterOptions { Encoder = ApiJson.Readable.Options.Encoder }))
        {
            JsonSerializer.Serialize(json, view, ApiJson.Readable.UpdateView);
        }

        Text(to, "\n\n");
    }

    private async Task<bool> HasChangedAsync(Task changed, CancellationToken ct)
    {
        try
        {
            await changed.WaitAsync(options.Heartbeat, time, ct);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task BeatAsync(PipeWriter to, CancellationToken ct)
    {
        Text(to, $": keep-alive\nevent: heartbeat\ndata: {{\"at\":\"{Timestamp.From(time.GetUtcNow())}\"}}\n\n");
        await FlushAsync(to, ct);
    }

    private async Task FlushAsync(PipeWriter to, CancellationToken ct)
    {
        var flush = to.FlushAsync(ct);
        if (!flush.IsCompleted)
        {
            await flush.AsTask().WaitAsync(options.SlowClientLimit, time, ct);
        }
    }

    private static void Text(PipeWriter to, string text) => Encoding.UTF8.GetBytes(text, to);
}
