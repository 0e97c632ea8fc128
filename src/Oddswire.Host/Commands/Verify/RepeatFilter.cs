using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.Host.Commands.Verify;

/// <summary>
/// Knows the repetitions in a partition that shows what was never committed: a stage that was cut off gives the same bytes again for the same
/// input, so a record equal to an earlier one is its repetition. A repetition that is not equal stays, and the checks find it.
/// </summary>
internal sealed class RepeatFilter
{
    private readonly HashSet<UInt128> _seen = [];

    /// <summary>Whether an equal record came before.</summary>
    public bool IsRepeat(in LogRecord record) => !_seen.Add(Murmur.Hash128(record.Value.Span));
}
