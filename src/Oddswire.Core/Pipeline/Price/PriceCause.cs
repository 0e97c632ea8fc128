using Oddswire.Core.Domain;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>A normalised event read in place, as far as pricing needs it: the names stay bytes, the vendor's words are passed over.</summary>
internal readonly ref struct PriceCause
{
    private PriceCause(ReadOnlySpan<byte> record, StringCache cache, GameState state, List<PlayerChange> players, List<PlayerChange> withdrawn)
    {
        players.Clear();
        withdrawn.Clear();
        (Players, Withdrawn) = (players, withdrawn);
        var reader = new ProtoReader(record);
        GameState? after = null;
        var hasEvent = false;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1:
                    ReadEvent(reader.Bytes(), cache, players, out var game, out var key, out var occurredAt, out var info, out var model, out var pitcher);
                    Pitcher = pitcher;
                    Game = game;
                    Key = key;
                    (OccurredAt, Info, Model) = (occurredAt, info, model);
                    hasEvent = true;
                    break;
                case 2: after = GameStateCodec.Read(reader.Bytes(), cache, state); break;
                case 4: Revision = reader.Int32(); break;
                case 5: Sequence = reader.Int(); break;
                case 6: ReceivedAt = new Timestamp(reader.Int()); break;
                case 9: withdrawn.Add(PlayerChangeCodec.Read(reader.Bytes(), cache)); break;
                case 10: WithdrawnPitcher = reader.String(cache); break;
                default: reader.Skip(); break;
            }
        }

        After = after ?? throw new WireFormatException("A normalised event without the state after it (field 2).");
        if (!hasEvent)
        {
            throw new WireFormatException("A normalised event without its event (field 1).");
        }
    }

    /// <summary>The game's id.</summary>
    public ReadOnlySpan<byte> Game { get; }

    /// <summary>The event's key.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>Place among the normalised events of the game, from 1.</summary>
    public long Sequence { get; }

    /// <summary>When it happened.</summary>
    public Timestamp OccurredAt { get; }

    /// <summary>When ingest received it.</summary>
    public Timestamp ReceivedAt { get; }

    /// <summary>The event's revision.</summary>
    public int Revision { get; }

    /// <summary>Teams and lines, on an event that brings them.</summary>
    public GameInfo? Info { get; }

    /// <summary>The model the game is given, on an event that says so.</summary>
    public ModelChange? Model { get; }

    /// <summary>The state after it.</summary>
    public GameState After { get; }

    /// <summary>What it says of players; a list of the caller's.</summary>
    public List<PlayerChange> Players { get; }

    /// <summary>What the version before it had said of players.</summary>
    public List<PlayerChange> Withdrawn { get; }

    /// <summary>To whom entries without a player belong.</summary>
    public string? Pitcher { get; }

    /// <summary>To whom withdrawn entries without a player belonged.</summary>
    public string? WithdrawnPitcher { get; }

    /// <summary>Reads a record of <c>events.normalized</c>.</summary>
    /// <exception cref="WireFormatException">The bytes are not a normalised event.</exception>
    /// <param name="record">The record's value.</param>
    /// <param name="cache">Strings seen before.</param>
    /// <param name="state">Takes the state after it; until the next event is read into it.</param>
    /// <param name="players">Takes what it says of players.</param>
    /// <param name="withdrawn">Takes what it takes back.</param>
    public static PriceCause Read(
        ReadOnlySpan<byte> record, StringCache cache, GameState state, List<PlayerChange> players, List<PlayerChange> withdrawn) =>
        new(record, cache, state, players, withdrawn);

    private static void ReadEvent(
        ReadOnlySpan<byte> data,
        StringCache cache,
        List<PlayerChange> players,
        out ReadOnlySpan<byte> game,
        out ReadOnlySpan<byte> key,
        out Timestamp occurredAt,
        out GameInfo? info,
        out ModelChange? model,
        out string? pitcher)
    {
        var reader = new ProtoReader(data);
        game = key = default;
        (occurredAt, info, model, pitcher) = (default, null, null, null);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: game = reader.Bytes(); break;
                case 2: key = reader.Bytes(); break;
                case 5: occurredAt = new Timestamp(reader.Int()); break;
                case 13: info = GameEventCodec.ReadInfo(reader.Bytes(), cache); break;
                case 17: players.Add(PlayerChangeCodec.Read(reader.Bytes(), cache)); break;
                case GameEventCodec.PitcherField: pitcher = reader.String(cache); break;
                case 20: model = ModelChangeCodec.Read(reader.Bytes()); break;
                default: reader.Skip(); break;
            }
        }
    }
}
