using System.Globalization;
using Oddswire.Core.Domain;

namespace Oddswire.Feeds.Nfl;

/// <summary>What a game's id tells of its day: the first eight digits are the date.</summary>
internal static class NflCalendar
{
    /// <summary>The date in an id such as <c>2015091000</c>; null when it holds none.</summary>
    public static DateOnly? DateOf(ReadOnlySpan<char> vendorId) =>
        vendorId.Length >= 8 && DateOnly.TryParseExact(vendorId[..8], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : null;

    /// <summary>18:00 UTC of the date, the usual hour of a Sunday's first games: the format has no times.</summary>
    public static Timestamp NominalStart(DateOnly date) => Timestamp.From(new DateTimeOffset(date, new TimeOnly(18, 0), TimeSpan.Zero));

    /// <summary>
    /// Whether the date falls into the post-season, where a game cannot end in a tie. The season begins on the Thursday after Labor Day and has 17 weeks,
    /// since 2021 18; every week ends with a Monday.
    /// </summary>
    public static bool IsPostSeason(DateOnly date)
    {
        var season = date.Month <= 3 ? date.Year - 1 : date.Year;
        var september = new DateOnly(season, 9, 1);
        var laborDay = september.AddDays(((int)DayOfWeek.Monday - (int)september.DayOfWeek + 7) % 7);
        var weeks = season >= 2021 ? 18 : 17;
        return date > laborDay.AddDays((7 * weeks) + 1);
    }
}
