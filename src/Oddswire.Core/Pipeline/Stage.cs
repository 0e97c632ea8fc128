using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;

namespace Oddswire.Core.Pipeline;

/// <summary>
/// A stage decides, the driver does the I/O: a stage turns a record and the state of its game into outputs and a new state, with
/// no clock, no randomness and no I/O, so that the same input always gives the same bytes. The driver loads states, commits
/// outputs, changed states and positions in one transaction, and throws the in-memory states away when a commit did not happen.
/// </summary>
/// <typeparam name="TState">What the stage keeps of a game; changed in place.</typeparam>
public abstract class Stage<TState>
    where TState : class
{
    /// <summary>The stage's name: a verb, also the first part of its group's name.</summary>
    public abstract string Name { get; }

    /// <summary>The state of a game never seen before.</summary>
    public abstract TState Create(GameId game);

    /// <summary>Reads a saved state.</summary>
    /// <exception cref="Wire.WireFormatException">The bytes are not a state of this stage.</exception>
    public abstract TState Load(GameId game, ReadOnlySpan<byte> saved);

    /// <summary>Writes a state so that <see cref="Load"/> gives an equal one.</summary>
    public abstract void Save(TState state, Wire.ProtoWriter to);

    /// <summary>
    /// How many parts of a state are complete: written once, never changed again and left out of <see cref="Save"/>, so that a commit
    /// does not write a game's whole history again. Right after <see cref="Load"/> it is the number to be read back. It only grows.
    /// </summary>
    public virtual int CompleteParts(TState state) => 0;

    /// <summary>Writes a complete part.</summary>
    /// <param name="state">The state.</param>
    /// <param name="part">From 0, below <see cref="CompleteParts"/>.</param>
    /// <param name="to">Where to.</param>
    public virtual void SavePart(TState state, int part, Wire.ProtoWriter to) => throw new NotSupportedException($"{Name} has no parts.");

    /// <summary>Gives a state just loaded its next complete part; all are given, in order, before it is used.</summary>
    /// <exception cref="Wire.WireFormatException">The bytes are not a part.</exception>
    public virtual void LoadPart(TState state, ReadOnlySpan<byte> saved) => throw new NotSupportedException($"{Name} has no parts.");

    /// <summary>Handles one record of the game.</summary>
    public abstract void Process(TState state, in LogRecord record, StageOutput output);
}

/// <summary>Where a stage puts its records and what it counts. Partition counts come from the topics' set-up.</summary>
public sealed class StageOutput(OutputBuffer buffer, IReadOnlyDictionary<string, int> partitionCounts)
{
    private readonly byte[] _key = new byte[64];
    private int _keySize;
    private string? _game;
    private TopicPartition _target;
    private readonly List<(Timestamp ReceivedAt, int Records)> _received = [];

    /// <summary>Records emitted since the last <see cref="Clear"/>.</summary>
    public long Emitted { get; private set; }

    /// <summary>Duplicates dropped since the last <see cref="Clear"/>.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Messages put in quarantine since the last <see cref="Clear"/>.</summary>
    public long Quarantined { get; private set; }

    /// <summary>Ingest's receipt times of what was emitted, for latency once it is committed.</summary>
    public IReadOnlyList<(Timestamp ReceivedAt, int Records)> Received => _received;

    /// <summary>Adds a record keyed by the game.</summary>
    public void Emit(string topic, GameId game, RecordHeaders headers, ReadOnlySpan<byte> value)
    {
        // Many records of one game follow each other: where they go is worked out once.
        if (!ReferenceEquals(topic, _target.Topic) || !ReferenceEquals(game.Value, _game))
        {
            _keySize = Encoding.UTF8.GetBytes(game.Value, _key);
            _target = new TopicPartition(topic, Wire.Murmur.Partition(_key.AsSpan(0, _keySize), partitionCounts[topic]));
            _game = game.Value;
        }

        buffer.Append(_target, _key.AsSpan(0, _keySize), headers, value);
        Emitted++;
    }

    /// <summary>Says when ingest received the cause of so many emitted records.</summary>
    public void NoteReceived(Timestamp receivedAt, int records) => _received.Add((receivedAt, records));

    /// <summary>Counts a duplicate that was dropped.</summary>
    public void NoteDuplicate() => Duplicates++;

    /// <summary>Counts a message put in quarantine.</summary>
    public void NoteQuarantined() => Quarantined++;

    /// <summary>Starts over after a commit (or after giving one up).</summary>
    public void Clear()
    {
        _received.Clear();
        (Emitted, Duplicates, Quarantined) = (0, 0, 0);
    }
}
