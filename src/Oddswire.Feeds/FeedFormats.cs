using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Feeds.Mlb;
using Oddswire.Feeds.Nba;
using Oddswire.Feeds.Nfl;

namespace Oddswire.Feeds;

/// <summary>Every format we understand. A new adapter is added here and nowhere else.</summary>
public static class FeedFormats
{
    /// <summary>How much of a body's beginning is enough to recognise its format.</summary>
    public const int HeadBytes = 4_096;

    /// <summary>All formats, in the order in which they are tried.</summary>
    public static IReadOnlyList<IFeedFormat> All { get; } = [new GameCenterFormat(), new LiveDataFormat(), new RetrosheetFormat()];

    /// <summary>The formats of a league.</summary>
    public static IReadOnlyList<IFeedFormat> Of(League league) => [.. All.Where(format => format.League == league)];

    /// <summary>The format of a body by its beginning (<see cref="HeadBytes"/>, or all of it); null when it is none of ours.</summary>
    public static IFeedFormat? Recognise(ReadOnlySpan<byte> head)
    {
        foreach (var format in All)
        {
            if (format.Recognises(head))
            {
                return format;
            }
        }

        return null;
    }
}
