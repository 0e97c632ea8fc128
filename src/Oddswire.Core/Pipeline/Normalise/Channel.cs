using Oddswire.Core.Domain;
using Oddswire.Core.Ports;

namespace Oddswire.Core.Pipeline.Normalise;

/// <summary>What a message's sequence number says of its place.</summary>
internal enum Arrival
{
    /// <summary>The one that is waited for, or the transport does not count.</summary>
    Next,

    /// <summary>An earlier one is not here yet.</summary>
    Ahead,

    /// <summary>It was declared missing, and now comes.</summary>
    Late,

    /// <summary>This sequence was handled before.</summary>
    Again,
}

/// <summary>
/// The numbered messages of one source of one game: how far they are complete, which wait for an earlier one, and which were
/// declared missing. Redundant feeds of a source share their numbers, so they share the channel.
/// </summary>
internal sealed class Channel(string source)
{
    private const int MaxMissingRanges = 256;

    /// <summary>The source's name.</summary>
    public string Source { get; } = source;

    /// <summary>The sequence that is waited for.</summary>
    public long Next { get; set; } = 1;

    /// <summary>Messages that wait, by sequence.</summary>
    public List<HeldMessage> Held { get; } = [];

    /// <summary>Sequences declared missing and not here yet, ascending, apart.</summary>
    public List<MissingRange> Missing { get; } = [];

    /// <summary>Bytes that wait.</summary>
    public int HeldBytes { get; private set; }

    /// <summary>Messages whose absence leaves the state uncertain.</summary>
    public long Uncertain
    {
        get
        {
            long sum = 0;
            foreach (var range in Missing)
            {
                sum += range.IsUncertain ? range.To - range.From + 1 : 0;
            }

            return sum;
        }
    }

    /// <summary>Messages declared missing and not here yet, whether or not the state is certain without them.</summary>
    public long Lost
    {
        get
        {
            long sum = 0;
            foreach (var range in Missing)
            {
                sum += range.To - range.From + 1;
            }

            return sum;
        }
    }

    public Arrival Classify(long sequence)
    {
        if (sequence >= Next)
        {
            return sequence == Next ? Arrival.Next : Arrival.Ahead;
        }

        return RangeOf(sequence) >= 0 ? Arrival.Late : Arrival.Again;
    }

    /// <summary>Holds a message back; gives the one already held with that sequence instead, if there is one.</summary>
    public HeldMessage? Hold(HeldMessage message)
    {
        var at = Held.FindIndex(held => held.Sequence >= message.Sequence);
        if (at >= 0 && Held[at].Sequence == message.Sequence)
        {
            return Held[at];
        }

        Held.Insert(at < 0 ? Held.Count : at, message);
        HeldBytes += message.Value.Length;
        return null;
    }

    /// <summary>Takes out the held message that is next, if it is there.</summary>
    public bool TryRelease(out HeldMessage message)
    {
        if (Held.Count == 0 || Held[0].Sequence != Next)
        {
            message = default!;
            return false;
        }

        message = Held[0];
        Held.RemoveAt(0);
        HeldBytes -= message.Value.Length;
        Next++;
        return true;
    }

    /// <summary>Whether the first hole has been waited for long enough.</summary>
    public bool IsWindowOver(Timestamp now, NormaliseOptions options)
    {
        if (Held.Count == 0)
        {
            return false;
        }

        if (Held.Count > options.WindowMessages || HeldBytes > options.WindowBytes)
        {
            return true;
        }

        foreach (var held in Held)
        {
            if (now - held.HeldAt > options.WindowTime)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Gives up waiting for everything before the first held message.</summary>
    public MissingRange GiveUpHole()
    {
        var range = new MissingRange(Next, Held[0].Sequence - 1, IsUncertain: true);
        Next = Held[0].Sequence;
        AddMissing(range);
        return range;
    }

    /// <summary>Notes sequences as missing.</summary>
    public void AddMissing(MissingRange range)
    {
        var at = Missing.FindIndex(other => other.From > range.From);
        Missing.Insert(at < 0 ? Missing.Count : at, range);
        if (Missing.Count > MaxMissingRanges)
        {
            // A feed with that many holes does not come back for the oldest; its messages would be taken for known ones.
            Missing.RemoveAt(0);
        }
    }

    /// <summary>A missing message has come.</summary>
    /// <returns>Whether its absence had left the state uncertain.</returns>
    public bool Found(long sequence)
    {
        var at = RangeOf(sequence);
        var range = Missing[at];
        Missing.RemoveAt(at);
        if (sequence < range.To)
        {
            Missing.Insert(at, range with { From = sequence + 1 });
        }

        if (sequence > range.From)
        {
            Missing.Insert(at, range with { To = sequence - 1 });
        }

        return range.IsUncertain;
    }

    /// <summary>The state is certain again, whatever is missing.</summary>
    public void Forgive()
    {
        for (var i = 0; i < Missing.Count; i++)
        {
            Missing[i] = Missing[i] with { IsUncertain = false };
        }
    }

    private int RangeOf(long sequence) => Missing.FindIndex(range => range.From <= sequence && sequence <= range.To);
}

/// <summary>Sequences declared missing, both ends included.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The last.</param>
/// <param name="IsUncertain">Whether the state is uncertain without them; an absolute event after them ends that.</param>
internal readonly record struct MissingRange(long From, long To, bool IsUncertain);

/// <summary>A message that waits for an earlier one.</summary>
/// <param name="Sequence">Its sequence.</param>
/// <param name="Value">The whole raw record.</param>
/// <param name="Partition">Partition of the raw record.</param>
/// <param name="Offset">Offset of the raw record.</param>
/// <param name="HeldAt">The game's time when it came.</param>
/// <param name="IsReplay">Whether it is a dead letter sent again.</param>
internal sealed record HeldMessage(long Sequence, byte[] Value, int Partition, long Offset, Timestamp HeldAt, bool IsReplay)
{
    /// <summary>The headers of a message sent again, as far as normalise looks at them.</summary>
    public static RecordHeaders ReplayMark { get; } = RecordHeaders.Of((HeaderNames.ReplayOf, "held"));
}
