using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Nba;

/// <summary>
/// Whose ball it is after each event of playbyplayv2, by the rules of the game: the format does not say. On the events of 2015-16 the next shot, turnover or free
/// throw is by the team so found in 98 of 100 cases; after a miss it is the defence's, which takes the rebound in three of four; most of the others are offensive fouls, whose turnover is told after the foul.
/// </summary>
internal sealed class BallTracker
{
    private Side? _ball;
    private Side? _tip;

    /// <summary>Reads an event.</summary>
    /// <returns>Who has the ball after it; null when nobody does or it is not known.</returns>
    public Side? Next(CsvFile file, int period)
    {
        var by = SideOf(file.Optional("PERSON1TYPE"));
        _ball = Whole(file.Optional("EVENTMSGTYPE")) switch
        {
            1 or 2 => Other(by) ?? _ball,
            4 => by ?? _ball,
            3 => by is { } shooter ? AfterFreeThrow(file, shooter) : _ball,
            5 => Other(by) ?? _ball,
            6 => by is { } fouling && IsPersonal(Whole(file.Optional("EVENTMSGACTIONTYPE"))) ? Other(fouling) : _ball,
            10 => SideOf(file.Optional("PERSON3TYPE")) ?? _ball,
            12 => AtStartOf(period),
            13 => null,
            _ => _ball,
        };
        _tip ??= period == 1 ? _ball : null;
        return _ball;
    }

    /// <summary>Who had the ball first; null when it is not known.</summary>
    public Side? Tip => _tip;

    /// <summary>Forgets the game.</summary>
    public void Reset() => (_ball, _tip) = (null, null);

    // The loser of the tip-off begins the second and third quarters, its winner the fourth.
    private Side? AtStartOf(int period) => period switch { 2 or 3 => Other(_tip), 4 => _tip, _ => null };

    // "Free Throw 1 of 2"; technical free throws say neither number, and the ball stays where it was.
    private Side? AfterFreeThrow(CsvFile file, Side shooter)
    {
        var text = file.Optional(shooter == Side.Home ? "HOMEDESCRIPTION" : "VISITORDESCRIPTION");
        var of = text.IndexOf(" of ", StringComparison.Ordinal);
        if (of < 1 || of + 4 >= text.Length)
        {
            return _ball;
        }

        var keepsBall = text.Contains("Flagrant", StringComparison.Ordinal) || text.Contains("Clear Path", StringComparison.Ordinal);
        var isLast = text[of - 1] == text[of + 4];
        return isLast && !keepsBall ? Other(shooter) : shooter;
    }

    // Personal, shooting, loose ball, offensive, inbound, away from play, clear path, flagrant, charge, block, take: the other team has the ball or free throws.
    private static bool IsPersonal(int action) => action is (>= 1 and <= 6) or 9 or 14 or 15 or (>= 26 and <= 28);

    // 2 and 4 are home's team and players, 3 and 5 the visitors'; written 4 or 4.0.
    private static Side? SideOf(string personType) => Whole(personType) switch { 2 or 4 => Side.Home, 3 or 5 => Side.Away, _ => null };

    private static Side? Other(Side? side) => side is { } known ? 1 - known : null;

    private static int Whole(string text) => text.Length == 0 ? 0 : int.TryParse(text.AsSpan(0, Math.Max(text.IndexOf('.') is var dot and > 0 ? dot : text.Length, 1)), out var value) ? value : 0;
}
