using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Publish;

/// <summary>
/// A fingerprint of a board: ids, sequences, markets, statuses, prices and game states, without the times at which anything was received, so
/// that an undisturbed run and one that was killed many times give the same.
/// </summary>
/// <param name="Games">How many games.</param>
/// <param name="Quotes">How many markets.</param>
/// <param name="Missing">Odds updates and events known to be missing.</param>
/// <param name="ByGame">The fingerprint of each game, by game id.</param>
public sealed record BoardDigest(int Games, long Quotes, long Missing, IReadOnlyDictionary<string, UInt128> ByGame)
{
    /// <summary>The fingerprint of the whole board.</summary>
    public UInt128 Value
    {
        get
        {
            var writer = new ProtoWriter();
            foreach (var (id, digest) in ByGame.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                writer.String(1, id);
                writer.UInt128(2, digest);
            }

            return Murmur.Hash128(writer.Written);
        }
    }

    /// <summary>The fingerprint of games.</summary>
    public static BoardDigest Of(IEnumerable<BoardSnapshot> games)
    {
        var writer = new ProtoWriter();
        Dictionary<string, UInt128> byGame = [];
        long quotes = 0, missing = 0;
        foreach (var game in games)
        {
            byGame.Add(game.GameId.Value, OfGame(game, writer));
            quotes += game.Quotes.Count;
            missing += game.MissingEvents + game.Holes.Sum(hole => hole.To - hole.From + 1);
        }

        return new BoardDigest(byGame.Count, quotes, missing, byGame);
    }

    /// <summary>The games whose fingerprints differ, or that only one of the two boards has.</summary>
    public IReadOnlyList<string> DifferencesFrom(BoardDigest other) =>
    [
        .. ByGame.Keys.Union(other.ByGame.Keys)
            .Where(id => !ByGame.TryGetValue(id, out var left) || !other.ByGame.TryGetValue(id, out var right) || left != right)
            .Order(StringComparer.Ordinal),
    ];

    private static UInt128 OfGame(BoardSnapshot game, ProtoWriter writer)
    {
        writer.Clear();
        writer.String(1, game.GameId.Value);
        var state = writer.Begin(2);
        GameStateCodec.Write(writer, game.State);
        writer.End(state);
        writer.Int(3, game.EventSequence);
        writer.Int(4, game.Epoch);
        writer.Int(5, game.Sequence);
        foreach (var quote in game.Quotes.OrderBy(quote => quote.Update.Sequence))
        {
            var nested = writer.Begin(6);
            OddsUpdateCodec.Write(writer, quote.Update with { ReceivedAt = default });
            writer.End(nested);
        }

        return Murmur.Hash128(writer.Written);
    }
}

/// <summary>
/// Folds a league's log into a board, for verification: the very code that the publish role runs, without eviction.
/// </summary>
public sealed class BoardFold(League league)
{
    private readonly LeagueBoard _board = new(league, static () => { });

    /// <summary>What all batches did.</summary>
    public BoardCounts Counts { get; private set; }

    /// <summary>Takes the next batch of either topic.</summary>
    public void Apply(RecordBatch batch) => Counts += _board.Apply(batch);

    /// <summary>The games as folded so far.</summary>
    public IEnumerable<BoardSnapshot> Games() => _board.Games.Select(game => game.Read());

    /// <summary>The fingerprint of the fold so far.</summary>
    public BoardDigest Digest() => BoardDigest.Of(Games());

    /// <summary>The games of a checkpoint that the publish role saved; keys that do not name a game are left out.</summary>
    /// <exception cref="WireFormatException">A saved game is damaged.</exception>
    public static IReadOnlyList<BoardSnapshot> ReadCheckpoint(int partition, IEnumerable<KeyValuePair<byte[], byte[]>> state)
    {
        var cache = new StringCache();
        return [.. state.Where(pair => IsGameKey(pair.Key)).Select(pair => BoardGameCodec.Read(partition, pair.Value, cache))];
    }

    /// <summary>Whether a state key of the publish role names a game (others begin with '~').</summary>
    public static bool IsGameKey(ReadOnlySpan<byte> key) => !key.IsEmpty && key[0] != (byte)'~';
}
