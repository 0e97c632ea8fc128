using System.Globalization;
using System.Text;
using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>
/// The records of a state topic, <c>state.{group}</c>: compacted, a partition for each input partition. A state record has the key
/// <c>s</c> and the stage's own key behind it. Every commit ends, in each partition it touches, with a record under the key
/// <c>p</c>: who commits, and the group's positions in this partition of its inputs. So state and positions can never disagree.
/// </summary>
internal static class Changelog
{
    private const byte StateMark = (byte)'s';
    private const byte PositionsMark = (byte)'p';

    /// <summary>Key of the record that ends a commit.</summary>
    public static ReadOnlySpan<byte> PositionsKey => "p"u8;

    /// <summary>The topic of a group.</summary>
    public static string TopicOf(string group) => $"state.{group}";

    /// <summary>The key of a state record.</summary>
    public static byte[] StateKey(ReadOnlySpan<byte> key) => [StateMark, .. key];

    /// <summary>Begins the value of a record that claims a partition.</summary>
    public const char ClaimMark = '+';

    /// <summary>The value of the record that ends a commit.</summary>
    /// <param name="owner">
    /// The committing producer's transactional id, with <see cref="ClaimMark"/> in front while it only claims; empty when the partition is given up.
    /// </param>
    /// <param name="positions">Topic and offset of the next record to read.</param>
    public static byte[] EncodePositions(string owner, IEnumerable<KeyValuePair<string, long>> positions)
    {
        var text = new StringBuilder(owner, 160);
        foreach (var (topic, offset) in positions)
        {
            text.Append('\n').Append(topic).Append('=').Append(offset.ToString(CultureInfo.InvariantCulture));
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Whether a record is one of state; else it ends a commit.</summary>
    public static bool IsState(ReadOnlySpan<byte> key) => key.Length > 0 && key[0] == StateMark;

    /// <summary>Whether a record ends a commit.</summary>
    public static bool IsPositions(ReadOnlySpan<byte> key) => key.Length == 1 && key[0] == PositionsMark;

    /// <summary>Reads the value of the record that ends a commit.</summary>
    /// <exception cref="LogCorruptException">It is none.</exception>
    public static (string Owner, Dictionary<string, long> Positions) DecodePositions(ReadOnlySpan<byte> value, TopicPartition at, long offset)
    {
        var lines = Encoding.UTF8.GetString(value).Split('\n');
        Dictionary<string, long> positions = [];
        foreach (var line in lines.AsSpan(1))
        {
            var split = line.LastIndexOf('=');
            if (split < 1 || !long.TryParse(line.AsSpan(split + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var position))
            {
                throw new LogCorruptException(
                    $"The record at {at} offset {offset} does not hold positions. Something else writes to the state topic: remove its access, "
                    + "delete that record's key, and start again.");
            }

            positions[line[..split]] = position;
        }

        return (lines[0], positions);
    }
}

/// <summary>State and positions of one partition of a group, as folded from its changelog.</summary>
/// <param name="keepsValues">False to follow the positions alone.</param>
internal sealed class PartitionState(bool keepsValues = true)
{
    private readonly Dictionary<byte[], byte[]> _values = new(ByteKeys.Instance);
    private readonly List<KeyValuePair<byte[], byte[]?>> _uncommitted = [];

    /// <summary>The group's positions: topic and offset of the next record.</summary>
    public Dictionary<string, long> Positions { get; private set; } = [];

    /// <summary>The transactional id that wrote last; empty when the last owner gave the partition up, or there was none.</summary>
    public string Owner { get; private set; } = "";

    /// <summary>
    /// Every transactional id that may still believe to own the partition: the last that committed, and those that have claimed it since. Who
    /// commits after its claim has fenced everyone before.
    /// </summary>
    public HashSet<string> Writers { get; } = [];

    /// <summary>Whether the last record of positions says less than one before it; compaction would keep the last, so that its owner claims anew.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>Offset of the next changelog record to fold.</summary>
    public long Next { get; set; }

    /// <summary>One of the same kind that has folded nothing.</summary>
    public PartitionState Anew() => new(keepsValues);

    /// <summary>Every key and value, in the order of the keys.</summary>
    public IReadOnlyList<KeyValuePair<byte[], byte[]>> All() => [.. _values.OrderBy(pair => pair.Key, ByteKeys.Instance)];

    /// <summary>The value of a key; null when there is none.</summary>
    public byte[]? Find(ReadOnlySpan<byte> key) =>
        _values.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out var value) ? [.. value] : null;

    /// <summary>
    /// Takes one changelog record. State counts only once the record that ends its commit has been seen: what a broken-off commit left
    /// behind (only a reader that sees uncommitted records can meet it) changes nothing.
    /// </summary>
    public void Fold(TopicPartition at, long offset, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isTombstone)
    {
        Next = offset + 1;
        if (Changelog.IsState(key))
        {
            if (!keepsValues)
            {
                return;
            }

            _uncommitted.Add(new(key[1..].ToArray(), isTombstone ? null : value.ToArray()));
        }
        else if (Changelog.IsPositions(key))
        {
            var (owner, positions) = Changelog.DecodePositions(value, at, offset);
            GoOn(positions);
            Note(owner);
            foreach (var (changed, content) in _uncommitted)
            {
                Put(changed, content);
            }

            _uncommitted.Clear();
        }
    }

    /// <summary>Takes the record that ended a commit of ours.</summary>
    public void OnCommitted(string owner, Dictionary<string, long> positions)
    {
        Positions = positions;
        Note(owner);
    }

    /// <summary>Takes a change that was committed.</summary>
    public void Put(byte[] key, byte[]? value)
    {
        if (value is null)
        {
            _values.Remove(key);
        }
        else
        {
            _values[key] = value;
        }
    }

    /// <summary>
    /// Positions only grow. Who claims a partition repeats what it has read of them, and a commit of the former owner that was under way then may
    /// have come in between: the claim must not undo it.
    /// </summary>
    private void GoOn(Dictionary<string, long> positions)
    {
        IsBehind = false;
        foreach (var (topic, known) in Positions)
        {
            if (positions.TryGetValue(topic, out var position) && position < known)
            {
                positions[topic] = known;
                IsBehind = true;
            }
        }

        Positions = positions;
    }

    private void Note(string owner)
    {
        var isClaim = owner.StartsWith(Changelog.ClaimMark);
        Owner = isClaim ? owner[1..] : owner;
        if (!isClaim)
        {
            Writers.Clear();
        }

        if (Owner.Length > 0)
        {
            Writers.Add(Owner);
        }
    }

    private sealed class ByteKeys : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>, IComparer<byte[]>
    {
        public static ByteKeys Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] key) => GetHashCode(key.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
