using System.Buffers;
using System.Text.Json;
using Oddswire.Core.Domain;

namespace Oddswire.Simulator;

/// <summary>What a message of a simulated game tells.</summary>
internal enum Telling : byte
{
    /// <summary>Teams and schedule: the first message.</summary>
    Info,

    /// <summary>A play as it was.</summary>
    Play,

    /// <summary>Nothing new: the feed is alive.</summary>
    Heartbeat,

    /// <summary>A play as first reported in error, the score right; a <see cref="Corrected"/> item for the same play follows some messages later.</summary>
    Wrong,

    /// <summary>A play as first reported in error, the score too; the <see cref="Corrected"/> item follows at once.</summary>
    WrongScore,

    /// <summary>The true version of a play that was first told wrong.</summary>
    Corrected,
}

/// <summary>One message of a game before it is written: cheap to keep, written only when somebody reads it.</summary>
/// <param name="AtMs">Milliseconds from the game's first message.</param>
/// <param name="Play">Which play; for a heartbeat the play before it, -1 before the first.</param>
/// <param name="Telling">What it tells.</param>
internal readonly record struct ScriptItem(int AtMs, int Play, Telling Telling);

/// <summary>How a message is written: one writer a reader, used again for each message.</summary>
internal sealed class BodyWriter
{
    /// <summary>The bytes of the message being written.</summary>
    public ArrayBufferWriter<byte> Buffer { get; } = new(4096);

    /// <summary>JSON onto <see cref="Buffer"/>.</summary>
    public Utf8JsonWriter Json { get; }

    public BodyWriter() => Json = new Utf8JsonWriter(Buffer, new JsonWriterOptions { SkipValidation = true });

    /// <summary>The message's bytes, the writer cleared for the next one.</summary>
    public byte[] Take()
    {
        Json.Flush();
        var body = Buffer.WrittenSpan.ToArray();
        Buffer.ResetWrittenCount();
        Json.Reset();
        return body;
    }
}

/// <summary>A game played to its end, ready to be told message by message.</summary>
internal abstract class SimulatedGame(Fixture fixture)
{
    /// <summary>Who plays whom, when, and the pregame line.</summary>
    public Fixture Fixture { get; } = fixture;

    /// <summary>When each play is told, in milliseconds from the game's first message; ascending.</summary>
    public abstract IReadOnlyList<int> PlayTimes { get; }

    /// <summary>The final score.</summary>
    public abstract Score Final { get; }

    /// <summary>Periods (quarters, innings) played.</summary>
    public abstract int Periods { get; }

    /// <summary>
    /// Whether a play can first be told wrong and be corrected so many messages later (0: at once) without making the plays between
    /// impossible.
    /// </summary>
    public abstract bool CanBeCorrected(int play, bool atOnce);

    /// <summary>Writes one message.</summary>
    public abstract void Write(BodyWriter to, in ScriptItem item);
}
