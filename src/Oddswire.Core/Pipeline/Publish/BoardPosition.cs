using System.Globalization;
using System.Text;
using Oddswire.Core.Domain;

namespace Oddswire.Core.Pipeline.Publish;

/// <summary>How far the board has read one partition of a league: offsets of the next odds update and the next normalised event.</summary>
/// <param name="League">The league.</param>
/// <param name="Run">Names the log, so that positions of a log that was thrown away are not taken for this one's; 1 to 16 letters or digits.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Odds">Offset of the next odds update.</param>
/// <param name="Events">Offset of the next normalised event.</param>
public sealed record PartitionPosition(League League, string Run, int Partition, long Odds, long Events);

/// <summary>
/// A place in all leagues' logs at once, small enough to be the id of a stream's event. Its text form is
/// <c>nfl.5f3a-0:123:45,nba.91cc-0:456:78</c>: league, run, partition, odds offset, events offset.
/// </summary>
public sealed record BoardPosition(IReadOnlyList<PartitionPosition> Partitions)
{
    private const int MaxTextLength = 8_192;

    /// <summary>The position in a partition; null when there is none for the same run.</summary>
    public PartitionPosition? Find(League league, string run, int partition) =>
        Partitions.FirstOrDefault(entry => entry.League == league && entry.Partition == partition && entry.Run == run);

    /// <summary>Reads the text form; false for anything else.</summary>
    public static bool TryParse(string? text, out BoardPosition position)
    {
        position = new BoardPosition([]);
        if (string.IsNullOrEmpty(text) || text.Length > MaxTextLength)
        {
            return false;
        }

        List<PartitionPosition> entries = [];
        foreach (var part in text.Split(','))
        {
            if (Parse(part) is not { } entry)
            {
                return false;
            }

            entries.Add(entry);
        }

        position = new BoardPosition(entries);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder(Partitions.Count * 24);
        foreach (var (league, run, partition, odds, events) in Partitions)
        {
            text.Append(text.Length > 0 ? "," : "").Append(CultureInfo.InvariantCulture, $"{league.Code()}.{run}-{partition}:{odds}:{events}");
        }

        return text.ToString();
    }

    private static PartitionPosition? Parse(string text)
    {
        var (dot, dash) = (text.IndexOf('.', StringComparison.Ordinal), text.IndexOf('-', StringComparison.Ordinal));
        if (dot != 3 || dash <= dot || !Domain.Leagues.TryParse(text.AsSpan(0, dot), out var league))
        {
            return null;
        }

        var run = text[(dot + 1)..dash];
        var numbers = text[(dash + 1)..].Split(':');
        return IsRun(run) && numbers.Length == 3 && int.TryParse(numbers[0], NumberStyles.None, null, out var partition)
            && long.TryParse(numbers[1], NumberStyles.None, null, out var odds) && long.TryParse(numbers[2], NumberStyles.None, null, out var events)
            ? new PartitionPosition(league, run, partition, odds, events)
            : null;
    }

    private static bool IsRun(string run) => run.Length is > 0 and <= 16 && run.All(char.IsAsciiLetterOrDigit);
}
