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
/// keeps, and costs one batch of memory.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="board">Tells the present place, and when something came.</param>
/// <param name="options">Heartbeat and limits.</param>
/// <param name="time">The clock.</param>
public sealed class UpdateTail(IEventLog log, LiveBoard board, ApiOptions options, TimeProvider time)
{
    private const int MaxRecordsPerRead = 500;

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
            var sent = 0;
            for (var i = 0; i < cursor.Count; i++)
            {
                sent += await SendFromAsync(cursor, i, cache, to, ct);
            }

            if (sent == 0)
            {
                await WaitAsync(changed, to, ct);
            }
        }
    }

    private List<PartitionPosition> Begin(League? league, bool fromEarliest, string? lastEventId)
    {
        var isResume = BoardPosition.TryParse(lastEventId, out var last);
        return
        [
            .. board.Position().Partitions.Where(now => league is null || now.League == league)
                .Select(now => (isResume ? last.Find(now.League, now.Run, now.Partition) : null)
                    ?? now with { Odds = fromEarliest || isResume ? 0 : now.Odds }),
        ];
    }

    /// <summary>Takes in partitions that came to this process since.</summary>
    private void Join(List<PartitionPosition> cursor, League? league)
    {
        foreach (var now in board.Position().Partitions.Where(now => league is null || now.League == league))
        {
            if (!cursor.Exists(entry => entry.League == now.League && entry.Partition == now.Partition))
            {
                cursor.Add(now with { Odds = 0 });
            }
        }
    }

    private async Task<int> SendFromAsync(List<PartitionPosition> cursor, int index, StringCache cache, PipeWriter to, CancellationToken ct)
    {
        var at = cursor[index];
        var partition = new TopicPartition(Topics.Odds(at.League), at.Partition);
        var sent = 0;
        foreach (var batch in await log.ReadAsync(new PartitionOffset(partition, at.Odds), MaxRecordsPerRead, TimeSpan.Zero, ct))
        {
            if (batch.FirstOffset > cursor[index].Odds)
            {
                Text(to, $"event: gap\ndata: {{\"partition\":\"{partition}\",\"from\":{cursor[index].Odds},\"to\":{batch.FirstOffset - 1}}}\n\n");
            }

            foreach (var record in batch)
            {
                cursor[index] = cursor[index] with { Odds = record.Offset + 1 };
                Write(record, new BoardPosition(cursor), cache, to);
                sent++;
            }

            await FlushAsync(to, ct);
        }

        return sent;
    }

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

    private async Task WaitAsync(Task changed, PipeWriter to, CancellationToken ct)
    {
        try
        {
            await changed.WaitAsync(options.Heartbeat, time, ct);
        }
        catch (TimeoutException)
        {
            Text(to, $": keep-alive\nevent: heartbeat\ndata: {{\"at\":\"{Timestamp.From(time.GetUtcNow())}\"}}\n\n");
            await FlushAsync(to, ct);
        }
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
