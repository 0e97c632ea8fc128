using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.Host.Commands.Verify;

/// <summary>
/// Follows the chain of odds updates of every game: sequences count up by one without hole or duplicate, each names the one
/// before, and no id comes twice.
/// </summary>
internal sealed class OddsChainCheck
{
    private readonly Dictionary<GameId, Link> _last = [];
    private readonly ProtoWriter _content = new();
    private readonly HashSet<UpdateId> _ids = [];
    private readonly StringCache _cache = new();

    public long Updates { get; private set; }

    public int Games => _last.Count;

    /// <summary>
    /// One number for everything that was published (ids, sequences, prices, statuses; not when it was received), whatever the
    /// order in which games alternate: equal for two runs that published the same.
    /// </summary>
    public string Digest
    {
        get
        {
            UInt128 sum = 0;
            foreach (var link in _last.Values)
            {
                sum += link.Digest;
            }

            return sum.ToString("x32");
        }
    }

    /// <summary>The first fault that was found; null when all is well.</summary>
    public string? Fault { get; private set; }

    /// <param name="batch">The next batch of its partition.</param>
    /// <param name="repeats">Knows repetitions, where the log may hold any; null where it may not.</param>
    /// <param name="mayJoin">Whether a game may begin in the middle, since retention has removed its first updates.</param>
    public void Add(RecordBatch batch, RepeatFilter? repeats = null, bool mayJoin = false)
    {
        foreach (var record in batch)
        {
            if (repeats?.IsRepeat(record) == true)
            {
                continue;
            }

            var update = OddsUpdateCodec.Read(record.Value.Span, _cache);
            Updates++;
            var place = $"{record.Partition} offset {record.Offset}, {update.GameId} epoch {update.Epoch} sequence {update.Sequence}";
            var (epoch, sequence, digest) = _last.GetValueOrDefault(update.GameId, new Link(update.Epoch, mayJoin ? update.Sequence - 1 : 0, 0));
            var expected = update.Epoch == epoch ? sequence + 1 : 1;
            if (update.Sequence != expected || update.PreviousSequence != expected - 1 || update.Epoch < epoch)
            {
                Fault ??= $"{place}: expected sequence {expected} after {expected - 1}, it says it follows {update.PreviousSequence}";
            }

            if (!_ids.Add(update.Id))
            {
                Fault ??= $"{place}: the id {update.Id} has come before";
            }

            _last[update.GameId] = new Link(update.Epoch, update.Sequence, Chain(digest, update));
        }
    }

    private UInt128 Chain(UInt128 before, OddsUpdate update)
    {
        update.ReceivedAt = default;
        _content.Clear();
        _content.UInt128(30, before);
        OddsUpdateCodec.Write(_content, update);
        return Murmur.Hash128(_content.Written);
    }

    private readonly record struct Link(int Epoch, long Sequence, UInt128 Digest);
}
