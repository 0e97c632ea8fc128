using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;

namespace Oddswire.Core.Pipeline.Normalise;

/// <summary>What normalise keeps of a game: its state, its events for refolding, and where each feed stands. Changed in place by the stage.</summary>
public sealed class NormaliseState
{
    private const int MaxRefused = 64;

    internal NormaliseState(GameId game)
    {
        Game = game;
        GameKey = Encoding.UTF8.GetBytes(game.Value);
        Headers = RecordHeaders.Of((HeaderNames.League, game.League.Code()), (HeaderNames.GameId, game.Value));
    }

    /// <summary>The game.</summary>
    public GameId Game { get; }

    /// <summary>Normalised events so far.</summary>
    public long Sequence { get; internal set; }

    /// <summary>Teams, schedule and lines; null before the vendor said them.</summary>
    public GameInfo? Info => InfoEvent?.Info;

    /// <summary>The game's state as the last normalised event gave it.</summary>
    public GameState Current
    {
        get
        {
            var missing = Channels.Count == 0 ? 0 : MissingMessages;
            var lost = Channels.Count == 0 ? 0 : LostMessages;
            return missing == 0 && lost == 0 && !IsFeedStalled
                ? Folded
                : Folded with { MissingMessages = missing, LostMessages = lost, IsFeedStalled = IsFeedStalled };
        }
    }

    /// <summary>The game's id in UTF-8.</summary>
    internal byte[] GameKey { get; }

    /// <summary>Headers of the game's records.</summary>
    internal RecordHeaders Headers { get; }

    /// <summary>The info event with everything merged into it.</summary>
    internal GameEvent? InfoEvent { get; set; }

    internal int InfoRevision { get; set; }

    /// <summary>The fold of the journal, without what feeds and gaps say.</summary>
    internal GameState Folded { get; set; } = new();

    internal bool IsFeedStalled { get; set; }

    /// <summary>The latest time a message of the game was published, by the vendor's clock.</summary>
    internal Timestamp Now { get; set; }

    internal Journal Journal { get; set; } = new();

    internal List<Channel> Channels { get; } = [];

    /// <summary>Messages in quarantine, so that a second feed does not put them there again; the latest ones.</summary>
    internal List<RefusedMessage> Refused { get; } = [];

    internal int MissingMessages
    {
        get
        {
            long sum = 0;
            foreach (var channel in Channels)
            {
                sum += channel.Uncertain;
            }

            return (int)Math.Min(int.MaxValue, sum);
        }
    }

    /// <summary>How far the game has come, read from a saved state without loading all of it.</summary>
    /// <exception cref="Wire.WireFormatException">The bytes are not a state of this stage.</exception>
    public static GamePhase PhaseOf(ReadOnlySpan<byte> saved, Wire.StringCache cache) => NormaliseStateCodec.ReadPhase(saved, cache);

    /// <summary>Messages that were declared missing and are not here yet.</summary>
    internal int LostMessages
    {
        get
        {
            long sum = 0;
            foreach (var channel in Channels)
            {
                sum += channel.Lost;
            }

            return (int)Math.Min(int.MaxValue, sum);
        }
    }

    internal int ChannelOf(string source)
    {
        for (var i = 0; i < Channels.Count; i++)
        {
            if (Channels[i].Source == source)
            {
                return i;
            }
        }

        Channels.Add(new Channel(source));
        return Channels.Count - 1;
    }

    internal void Refuse(RefusedMessage message)
    {
        if (Refused.Count == MaxRefused)
        {
            Refused.RemoveAt(0);
        }

        Refused.Add(message);
    }
}

/// <summary>A message in quarantine.</summary>
/// <param name="Channel">Index of its channel; -1 when it is not counted.</param>
/// <param name="Sequence">Its sequence.</param>
/// <param name="ContentHash">Hash of its events.</param>
internal readonly record struct RefusedMessage(int Channel, long Sequence, ulong ContentHash);
