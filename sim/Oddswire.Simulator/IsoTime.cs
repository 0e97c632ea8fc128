using System.Globalization;
using Oddswire.Core.Domain;

namespace Oddswire.Simulator;

/// <summary>Times as text without allocation.</summary>
internal static class IsoTime
{
    /// <summary>Room that any of these texts needs.</summary>
    public const int Length = 32;

    /// <summary><c>2025-02-02T20:11:02Z</c>.</summary>
    public static int WriteSeconds(Timestamp time, Span<char> to) => Write(time, "yyyy-MM-dd'T'HH:mm:ss'Z'", to);

    /// <summary><c>2025-02-02T20:11:02.8Z</c>.</summary>
    public static int WriteTenths(Timestamp time, Span<char> to) => Write(time, "yyyy-MM-dd'T'HH:mm:ss.f'Z'", to);

    /// <summary>A duration of tenths of a second: <c>PT11M44.00S</c>.</summary>
    public static int WriteDuration(int tenths, Span<char> to)
    {
        "PT00M00.00S".CopyTo(to);
        Two(tenths / 600, to[2..]);
        Two(tenths / 10 % 60, to[5..]);
        to[8] = (char)('0' + (tenths % 10));
        return 11;
    }

    private static void Two(int value, Span<char> to) => (to[0], to[1]) = ((char)('0' + (value / 10)), (char)('0' + (value % 10)));

    private static int Write(Timestamp time, ReadOnlySpan<char> format, Span<char> to) =>
        time.ToDateTimeOffset().TryFormat(to, out var written, format, CultureInfo.InvariantCulture) ? written : 0;
}
