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
    private readonly Dictionary<GameId, (int Epoch, long Sequence)> _last = [];
    private readonly HashSet<UpdateId> _ids = [];
    private readonly StringCache _cache = new();

    public long Updates { get; private set; }

    public int Games => _last.Count;

    /// <summary>The first fault that was found; null when all is well.</summary>
    public string? Fault { get; private set; }

    public void Add(RecordBatch batch)
    {
        foreach (var record in batch)
        {
            var update = OddsUpdateCodec.Read(record.Value.Span, _cache);
            Updates++;
            var place = $"{record.Partition} offset {record.Offset}, {update.GameId} epoch {update.Epoch} sequence {update.Sequence}";
            var (epoch, sequence) = _last.GetValueOrDefault(update.GameId, (update.Epoch, 0));
            var expected = update.Epoch == epoch ? sequence + 1 : 1;
            if (update.Sequence != expected || update.PreviousSequence != expected - 1 || update.Epoch < epoch)
            {
                Fault ??= $"{place}: expected sequence {expected} after {expected - 1}, it says it follows {update.PreviousSequence}";
            }

            if (!_ids.Add(update.Id))
            {
                Fault ??= $"{place}: the id {update.Id} has come before";
            }

            _last[update.GameId] = (update.Epoch, update.Sequence);
        }
    }
}
