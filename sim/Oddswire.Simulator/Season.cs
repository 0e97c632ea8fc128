using System.Globalization;
using Oddswire.Core.Domain;

namespace Oddswire.Simulator;

/// <summary>
/// The endless simulated season of a league: day after day every club plays once, drawn from the seed. Nothing is stored: any fixture is
/// found from its number, and from its id.
/// </summary>
internal sealed class Season(League league, ulong seed, Timestamp firstStart)
{
    private const long MicrosPerDay = 86_400_000_000;
    private readonly Club[] _clubs = Clubs.Of(league);

    /// <summary>Games a day: half as many as there are clubs.</summary>
    public int GamesPerDay => _clubs.Length / 2;

    /// <summary>The fixture of that number, from 0.</summary>
    public Fixture At(long number)
    {
        var day = number / GamesPerDay;
        var place = (int)(number % GamesPerDay);
        var (home, away) = Pairing(day, place);
        var scheduledAt = new Timestamp(firstStart.UnixMicros + (day * MicrosPerDay));
        var gameSeed = SeededRandom.Mix(seed, (ulong)league, (ulong)number, 1);
        var random = new SeededRandom(SeededRandom.Mix(gameSeed, 2));
        var (margin, total, spread, edge) = Strength(random);
        return new Fixture
        {
            Id = GameId.Of(league, VendorId(number, place, scheduledAt, home)),
            Seed = gameSeed,
            Number = number,
            Home = home,
            Away = away,
            ScheduledAt = scheduledAt,
            HomeMargin = margin,
            Total = total,
            MarginSpread = spread,
            WinEdge = edge,
        };
    }

    /// <summary>The fixture with that id; null when this season has none.</summary>
    public Fixture? Find(GameId id)
    {
        if (id.League != league)
        {
            return null;
        }

        if (FirstNumber(id) is not { } first)
        {
            return null;
        }

        for (var place = 0; place < GamesPerDay; place++)
        {
            if (At(first + place) is var fixture && fixture.Id == id)
            {
                return fixture;
            }
        }

        return null;
    }

    private long? FirstNumber(GameId id)
    {
        var text = id.VendorId;
        if (league == League.Nba)
        {
            return text.Length == 10 && long.TryParse(text[5..], out var number) ? (number - 1) / GamesPerDay * GamesPerDay : null;
        }

        var date = league == League.Nfl ? text[..Math.Min(8, text.Length)] : text.Length == 12 ? text[3..11] : default;
        if (!DateTimeOffset.TryParseExact(date, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day))
        {
            return null;
        }

        var days = (Timestamp.From(day).UnixMicros / MicrosPerDay) - (firstStart.UnixMicros / MicrosPerDay);
        return days < 0 ? null : days * GamesPerDay;
    }

    private string VendorId(long number, int place, Timestamp scheduledAt, Club home)
    {
        var date = scheduledAt.ToDateTimeOffset();
        return league switch
        {
            League.Nfl => $"{date:yyyyMMdd}{place:00}",
            League.Nba => $"002{date.Year % 100:00}{(number % 99_999) + 1:00000}",
            _ => $"{home.Code}{date:yyyyMMdd}0",
        };
    }

    /// <summary>
    /// How the closing lines are spread: means and standard deviations of the lines in the seasons that docs/simulator.md names; the spread of the
    /// result around the line; and the edge of batting last.
    /// </summary>
    private (double Margin, double Total, double Spread, double Edge) Strength(SeededRandom random) => league switch
    {
        League.Nfl => (1.3 + (6.15 * random.NextNormal()), 46.0 + (4.2 * random.NextNormal()), 12.8, 0),
        League.Nba => (2.8 + (6.5 * random.NextNormal()), 211.5 + (8.5 * random.NextNormal()), 12.3, 0),
        _ => (0.12 + (1.0 * random.NextNormal()), 9.55 + (1.25 * random.NextNormal()), 4.4, 0.28),
    };

    /// <summary>A shuffle of the clubs for each day; neighbours play one another.</summary>
    private (Club Home, Club Away) Pairing(long day, int place)
    {
        var random = new SeededRandom(SeededRandom.Mix(seed, (ulong)league, (ulong)day, 3));
        Span<int> order = stackalloc int[_clubs.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        for (var i = order.Length - 1; i > 0; i--)
        {
            var j = random.Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return (_clubs[order[2 * place]], _clubs[order[(2 * place) + 1]]);
    }
}
