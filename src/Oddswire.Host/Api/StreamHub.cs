using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Oddswire.Board.Contracts;
using Oddswire.Board.Views;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Publish;

namespace Oddswire.Host.Api;

/// <summary>What a client wants to see.</summary>
/// <param name="League">One league; null for all.</param>
/// <param name="Game">One game, with its events; null for all.</param>
/// <param name="MainMarketsOnly">Only the three markets shown first.</param>
/// <param name="LastEventId">Where it was when it lost the connection; null at first.</param>
public sealed record StreamRequest(League? League, GameId? Game, bool MainMarketsOnly, string? LastEventId);

/// <summary>
/// The live stream as Server-Sent Events: a <c>snapshot</c>, then <c>delta</c>s. It needs no queue for a client and no ring of changes: the board
/// holds the last update of each market with its place in the log, so what changed since any place is read off the board, conflated. A slow client
/// gets fewer, later deltas, never more memory. The id of an event is a <see cref="BoardPosition"/>, which stands in the log and so outlives the process.
/// </summary>
/// <param name="board">The board.</param>
/// <param name="options">Intervals and limits.</param>
/// <param name="time">The clock.</param>
public sealed class StreamHub(LiveBoard board, ApiOptions options, TimeProvider time)
{
    private const int FlushBytes = 64 * 1024;
    private int _clients;

    /// <summary>Open streams.</summary>
    public int Clients => Volatile.Read(ref _clients);

    /// <summary>Streams open at most.</summary>
    public int MaxClients => options.MaxStreams;

    /// <summary>Takes a place for a client; false when all are taken.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _clients) <= options.MaxStreams)
        {
            return true;
        }

        Leave();
        return false;
    }

    /// <summary>Gives the place back.</summary>
    public void Leave() => Interlocked.Decrement(ref _clients);

    /// <summary>Sends until cancelled.</summary>
    /// <exception cref="TimeoutException">The client did not take what was sent within the limit.</exception>
    public async Task SendAsync(StreamRequest request, PipeWriter to, CancellationToken ct)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        var changed = board.NextChange();
        var position = board.Position();
        var since = Resume(request, position);
        if (since is null)
        {
            await SendGamesAsync(request, "snapshot", null, position, known, to, ct);
        }
        else
        {
            foreach (var game in Games(request))
            {
                known.Add(game.GameId.Value);
            }

            await SendGamesAsync(request, "delta", since, position, known, to, ct);
        }

        while (!ct.IsCancellationRequested)
        {
            var sent = time.GetTimestamp();
            if (!await WaitAsync(changed, options.Heartbeat, ct))
            {
                Write(to, $": keep-alive\nevent: heartbeat\ndata: {{\"at\":\"{Timestamp.From(time.GetUtcNow())}\"}}\n\n");
                await FlushAsync(to, ct);
                continue;
            }

            var rest = options.StreamInterval - time.GetElapsedTime(sent);
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, time, ct);
            }

            changed = board.NextChange();
            var next = board.Position();
            await SendGamesAsync(request, "delta", position, next, known, to, ct);
            position = next;
        }
    }

    /// <summary>The place to go on from; null when there is none and a snapshot is due.</summary>
    private BoardPosition? Resume(StreamRequest request, BoardPosition now)
    {
        if (!BoardPosition.TryParse(request.LastEventId, out var last))
        {
            return null;
        }

        foreach (var current in now.Partitions.Where(partition => IsWanted(request, partition.League)))
        {
            var seen = last.Find(current.League, current.Run, current.Partition);
            var isAhead = seen is not null && (seen.Odds > current.Odds || seen.Events > current.Events);
            if (seen is null || (isAhead && board.Find(current.League) is { IsCaughtUp: true }))
            {
                // Another log, or one that lost its end: what the client has is not this board.
                return null;
            }
        }

        return now.Partitions.Count > 0 ? last : null;
    }

    private async Task SendGamesAsync(
        StreamRequest request, string name, BoardPosition? since, BoardPosition position, HashSet<string> known, PipeWriter to, CancellationToken ct)
    {
        var isSnapshot = since is null;
        var hasBegun = isSnapshot;
        var json = new Utf8JsonWriter(to, new JsonWriterOptions { Encoder = ApiJson.Readable.Options.Encoder, SkipValidation = true });
        if (isSnapshot)
        {
            Begin(name, position, to, json);
        }

        HashSet<string> present = new(known.Count, StringComparer.Ordinal);
        foreach (var game in Games(request))
        {
            present.Add(game.GameId.Value);
            if (Change(game, request, since) is not { } view)
            {
                continue;
            }

            if (!hasBegun)
            {
                hasBegun = true;
                Begin(name, position, to, json);
            }

            JsonSerializer.Serialize(json, view, ApiJson.Readable.GameDelta);
            if (json.BytesPending > FlushBytes || to.UnflushedBytes > FlushBytes)
            {
                json.Flush();
                await FlushAsync(to, ct);
            }
        }

        var gone = known.Except(present).ToList();
        known.Clear();
        known.UnionWith(present);
        if (!hasBegun && gone.Count == 0)
        {
            return;
        }

        if (!hasBegun)
        {
            Begin(name, position, to, json);
        }

        End(gone, json, to);
        await FlushAsync(to, ct);
    }

    private static void Begin(string name, BoardPosition position, PipeWriter to, Utf8JsonWriter json)
    {
        var id = position.ToString();
        Write(to, id.Length > 0 ? $"event: {name}\nid: {id}\ndata: " : $"event: {name}\ndata: ");
        json.WriteStartObject();
        json.WriteStartArray("games");
    }

    private static void End(List<string> gone, Utf8JsonWriter json, PipeWriter to)
    {
        json.WriteEndArray();
        json.WriteStartArray("removed");
        gone.ForEach(json.WriteStringValue);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        Write(to, "\n\n");
    }

    private static GameDelta? Change(BoardGame game, StreamRequest request, BoardPosition? since)
    {
        var seen = since?.Partitions.FirstOrDefault(entry => entry.League == game.GameId.League && entry.Partition == game.Partition);
        var (odds, events) = (seen?.Odds ?? 0, seen?.Events ?? 0);
        if (since is not null && game.OddsOffset < odds && game.EventOffset < events)
        {
            return null;
        }

        var snapshot = game.Read(withEvents: request.Game is not null);
        var markets = request.MainMarketsOnly
            ? null
            : BoardViews.Sorted(snapshot.Quotes.Where(quote => quote.Offset >= odds)).Select(quote => BoardViews.Market(quote.Update)).ToList();
        return BoardViews.Delta(snapshot, markets, request.Game is null ? null : BoardViews.Events(snapshot, entry => entry.Offset >= events));
    }

    private static bool IsWanted(StreamRequest request, League league) =>
        (request.League is null || request.League == league) && (request.Game is null || request.Game.Value.League == league);

    private IEnumerable<BoardGame> Games(StreamRequest request) => request.Game is { } id
        ? board.Find(id) is { } game ? [game] : []
        : board.Leagues.Where(league => IsWanted(request, league.League)).SelectMany(league => league.Games);

    private async Task<bool> WaitAsync(Task changed, TimeSpan limit, CancellationToken ct)
    {
        try
        {
            await changed.WaitAsync(limit, time, ct);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
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

    private static void Write(PipeWriter to, string text) => Encoding.UTF8.GetBytes(text, to);
}
