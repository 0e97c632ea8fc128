using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.Host.Roles;

/// <summary>
/// The game states a stage works on: read when first needed, kept while there is room, written at a commit. Only states
/// without uncommitted changes leave it. Not for several threads.
/// </summary>
internal sealed class StageStates<TState>(Stage<TState> stage, int capacity)
    where TState : class
{
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];
    private readonly List<Entry> _dirty = [];
    private readonly StringCache _names = new();
    private readonly ProtoWriter _writer = new();
    private Entry? _latest;

    /// <summary>How many states are in memory.</summary>
    public int Count => _entries.Count;

    /// <summary>The state of a record's game, marked as about to change.</summary>
    public TState Touch(ILogWorker worker, in LogRecord record)
    {
        var name = _names.Get(record.Key.Span);
        if (!ReferenceEquals(_latest?.Name, name))
        {
            _latest = Find(worker, name, record);
        }

        if (!_latest!.IsDirty)
        {
            _latest.IsDirty = true;
            _dirty.Add(_latest);
        }

        return _latest.State;
    }

    /// <summary>Adds the changed states to a commit.</summary>
    public void Save(List<StateChange> to)
    {
        foreach (var entry in _dirty)
        {
            _writer.Clear();
            stage.Save(entry.State, _writer);
            to.Add(new StateChange(entry.Partition, entry.Key, _writer.Written.ToArray()));
            for (var part = entry.CommittedParts; part < stage.CompleteParts(entry.State); part++)
            {
                _writer.Clear();
                stage.SavePart(entry.State, part, _writer);
                to.Add(new StateChange(entry.Partition, PartKey(entry.Key, part), _writer.Written.ToArray()));
            }
        }
    }

    /// <summary>The changes are committed.</summary>
    public void OnCommitted()
    {
        foreach (var entry in _dirty)
        {
            entry.IsDirty = false;
            entry.CommittedParts = stage.CompleteParts(entry.State);
        }

        _dirty.Clear();
        for (var node = _byUse.First; node is not null && _entries.Count > capacity;)
        {
            var next = node.Next;
            Remove(node);
            node = next;
        }
    }

    /// <summary>Forgets the states of a partition that is another member's now.</summary>
    public void Drop(int partition)
    {
        for (var node = _byUse.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Partition == partition)
            {
                Remove(node);
            }

            node = next;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _entries.Clear();
        _byUse.Clear();
        _dirty.Clear();
        _latest = null;
    }

    private Entry Find(ILogWorker worker, string name, in LogRecord record)
    {
        if (_entries.TryGetValue(name, out var node))
        {
            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value;
        }

        if (!GameId.TryParse(name, out var game))
        {
            throw new WireFormatException($"The key '{name}' is not a game id.");
        }

        var saved = worker.ReadState(record.Partition.Partition, record.Key.Span);
        var state = saved is null ? stage.Create(game) : stage.Load(game, saved);
        var entry = new Entry(name, record.Key.ToArray(), record.Partition.Partition, state) { CommittedParts = stage.CompleteParts(state) };
        for (var part = 0; part < entry.CommittedParts; part++)
        {
            stage.LoadPart(state, worker.ReadState(entry.Partition, PartKey(entry.Key, part))
                ?? throw new WireFormatException($"Part {part} of {entry.CommittedParts} of the state of '{name}' is missing."));
        }

        _entries[name] = _byUse.AddLast(entry);
        return entry;
    }

    /// <summary>The key of a complete part: the game's, and a number after a character that no game id has.</summary>
    private static byte[] PartKey(byte[] key, int part) => [.. key, (byte)'#', .. Encoding.ASCII.GetBytes(part.ToString())];

    private void Remove(LinkedListNode<Entry> node)
    {
        _entries.Remove(node.Value.Name);
        _byUse.Remove(node);
        _dirty.Remove(node.Value);
        if (ReferenceEquals(_latest, node.Value))
        {
            _latest = null;
        }
    }

    private sealed class Entry(string name, byte[] key, int partition, TState state)
    {
        public string Name { get; } = name;

        public byte[] Key { get; } = key;

        public int Partition { get; } = partition;

        public TState State { get; } = state;

        public bool IsDirty { get; set; }

        /// <summary>Complete parts that are in the log already.</summary>
        public int CommittedParts { get; set; }
    }
}
