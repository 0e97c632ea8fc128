using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Nba;

/// <summary>
/// Whose ball it is after each event of playbyplayv2, by the rules of the game: the format does not say. On the events of 2015-16 the next shot, turnover or free
/// throw is by the team so found in 98 of 100 cases; after a miss it is the defence's, which takes the rebound in three of four; most of the others are offensive fouls, whose turnover is told after the foul.
/// </summary>
internal sealed class BallTracker
{
    // EVENTMSGTYPE.
    private const int MadeShot = 1;
    private const int MissedShot = 2;
    private const int FreeThrow = 3;
    private const int Rebound = 4;
    private const int Turnover = 5;
    private const int Foul = 6;
    private const int Substitution = 8;
    private const int Timeout = 9;
    private const int JumpBall = 10;
    private const int Ejection = 11;
    private const int PeriodStart = 12;
    private const int PeriodEnd = 13;
    private const int Replay = 18;

    // EVENTMSGACTIONTYPE of a foul.
    private const int ShootingFoul = 2;

    private Side? _ball;
    private Side? _tip;
    private BasketballSituation _situation;
    private (Side? By, string Clock)? _madeShot;
    private string _clock = "";
    private int _period;

    /// <summary>Reads an event.</summary>
    /// <returns>Who has the ball after it; null when nobody does or it is not known.</returns>
    public Side? Next(CsvFile file, int period)
    {
        var by = SideOf(file.Optional("PERSON1TYPE"));
        var type = Whole(file.Optional("EVENTMSGTYPE"));
        var clock = file.Optional("PCTIMESTRING");
        _situation = SituationAfter(file, type, period == _period ? _situation : default, by, clock);
        (_period, _clock) = (period, clock);
        _madeShot = IsPause(type) ? _madeShot : type == MadeShot ? (by, clock) : null;
        _ball = type switch
        {
            MadeShot or MissedShot or Turnover => Other(by) ?? _ball,
            Rebound => by ?? _ball,
            FreeThrow => by is { } shooter ? AfterFreeThrow(file, shooter) : _ball,
            Foul => by is { } fouling && IsPersonal(Whole(file.Optional("EVENTMSGACTIONTYPE"))) ? Other(fouling) : _ball,
            JumpBall => SideOf(file.Optional("PERSON3TYPE")) ?? _ball,
            PeriodStart => AtStartOf(period),
            PeriodEnd => null,
            _ => _ball,
        };
        _tip ??= period == 1 ? _ball : null;
        return _ball;
    }

    /// <summary>Who had the ball first; null when it is not known.</summary>
    public Side? Tip => _tip;

    /// <summary>Team fouls of the period, free throws to come and whether the ball is loose, after the event read last.</summary>
    public BasketballSituation Situation => _situation;

    /// <summary>Forgets the game.</summary>
    public void Reset() => (_ball, _tip, _situation, _madeShot, _clock, _period) = (null, null, default, null, "", 0);

    // The format does not say how many free throws a foul gives: two when it is a shooting foul or in the penalty ("P2.PN"), one when the
    // shot fell: a made shot of the other team at the same clock. A made shot of the fouling team itself is the attack before, of which nothing was told until the foul.
    private BasketballSituation SituationAfter(CsvFile file, int type, BasketballSituation before, Side? by, string clock)
    {
        var plain = before with { FreeThrows = 0, IsLoose = false };
        switch (type)
        {
            case MissedShot:
                return plain with { IsLoose = true };
            case FreeThrow:
                var (left, isTechnical) = FreeThrowsLeft(file, by);
                return isTechnical ? before : plain with { FreeThrows = left, IsLoose = left == 0 && TextOf(file, by).StartsWith("MISS", StringComparison.Ordinal) };
            case Foul when Whole(file.Optional("EVENTMSGACTIONTYPE")) is var kind && IsTeamFoul(kind) && by is { } side:
                var fouls = side == Side.Home ? plain with { HomeFouls = before.HomeFouls + 1 } : plain with { AwayFouls = before.AwayFouls + 1 };
                var isPenalty = kind == ShootingFoul || TextOf(file, side).Contains(".PN)", StringComparison.Ordinal);
                return fouls with { FreeThrows = !isPenalty ? 0 : kind == ShootingFoul && _madeShot == (Other(side), clock) ? 1 : 2 };
            case Rebound when before.FreeThrows > 0 && clock == _clock:
                // Of a dead ball: after a miss that is not the last throw a team rebound is written, and the throws still due stay due, as in the platform's own rules.
                return before;
            default:
                return IsPause(type) ? before : plain;
        }
    }

    private static bool IsPause(int type) => type is Substitution or Timeout or Ejection or Replay;

    // Personal, shooting, loose ball, inbound, away from play, take.
    private static bool IsTeamFoul(int kind) => kind is 1 or 2 or 3 or 5 or 6 or 28;

    private static string TextOf(CsvFile file, Side? side) => file.Optional(side == Side.Home ? "HOMEDESCRIPTION" : "VISITORDESCRIPTION");

    private static (int Left, bool IsTechnical) FreeThrowsLeft(CsvFile file, Side? by)
    {
        var text = TextOf(file, by);
        var of = text.IndexOf(" of ", StringComparison.Ordinal);
        return of < 1 || of + 4 >= text.Length || KeepsBall(text) ? (0, true) : (Math.Clamp(text[of + 4] - text[of - 1], 0, 2), false);
    }

    private static bool KeepsBall(string text) => text.Contains("Flagrant", StringComparison.Ordinal) || text.Contains("Clear Path", StringComparison.Ordinal);

    // The loser of the tip-off begins the second and third quarters, its winner the fourth.
    private Side? AtStartOf(int period) => period switch { 2 or 3 => Other(_tip), 4 => _tip, _ => null };

    // "Free Throw 1 of 2"; technical free throws say neither number, and the ball stays where it was.
    private Side? AfterFreeThrow(CsvFile file, Side shooter)
    {
        var text = TextOf(file, shooter);
        var of = text.IndexOf(" of ", StringComparison.Ordinal);
        if (of < 1 || of + 4 >= text.Length)
        {
            return _ball;
        }

        var isLast = text[of - 1] == text[of + 4];
        return isLast && !KeepsBall(text) ? Other(shooter) : shooter;
    }

    // Personal, shooting, loose ball, offensive, inbound, away from play, clear path, flagrant, charge, block, take: the other team has the ball or free throws.
    private static bool IsPersonal(int action) => action is (>= 1 and <= 6) or 9 or 14 or 15 or (>= 26 and <= 28);

    // 2 and 4 are home's team and players, 3 and 5 the visitors'; written 4 or 4.0.
    private static Side? SideOf(string personType) => Whole(personType) switch { 2 or 4 => Side.Home, 3 or 5 => Side.Away, _ => null };

    private static Side? Other(Side? side) => side is { } known ? 1 - known : null;

    private static int Whole(string text) => text.Length == 0 ? 0 : int.TryParse(text.AsSpan(0, Math.Max(text.IndexOf('.') is var dot and > 0 ? dot : text.Length, 1)), out var value) ? value : 0;
}
