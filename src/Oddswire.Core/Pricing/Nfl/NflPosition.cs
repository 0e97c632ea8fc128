using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// Where a game stands, as the model sees it: from the side of the team that has the ball or gets it next (home where nobody knows), called the first team.
/// </summary>
internal readonly record struct NflPosition
{
    private const double QuarterSeconds = 900;

    /// <summary>Whether the first team is home.</summary>
    public bool IsHomeFirst { get; private init; }

    /// <summary>1 and 2 the halves, 3 overtime.</summary>
    public int Half { get; private init; }

    /// <summary>The period, from 1.</summary>
    public int Period { get; private init; }

    /// <summary>Seconds left in the period.</summary>
    public double PeriodSeconds { get; private init; }

    /// <summary>Seconds left in the half or in the overtime period.</summary>
    public double Seconds { get; private init; }

    /// <summary>Share of regulation that is left.</summary>
    public double Share => Half switch { 1 => (1800 + Seconds) / 3600, 2 => Seconds / 3600, _ => 0 };

    /// <summary>Share of regulation up to the last minutes that is left, of the whole of regulation.</summary>
    public double EarlyShare => EarlyShareOf(Share);

    /// <summary>The same of a share of regulation.</summary>
    public static double EarlyShareOf(double share) => Math.Max(0, share - (LateTables.Seconds / 3600.0));

    /// <summary>Lead of the first team.</summary>
    public int Lead { get; private init; }

    /// <summary>Whether it is known who has the ball or gets it next.</summary>
    public bool IsPossessionKnown { get; private init; }

    /// <summary>Whether the first team receives the second half's kick-off; null where nobody knows.</summary>
    public bool? ReceivesSecondHalf { get; private init; }

    /// <summary>Whether the try after a touchdown of the second team is still to come.</summary>
    public bool IsTryDue { get; private init; }

    /// <summary>Whether the second team kicks off after points, at once or after the try.</summary>
    public bool IsKickDue { get; private init; }

    /// <summary>Points that the kick-off follows on, as they changed the first team's lead: below zero where the other team scored them; 0 where no kick-off is due.</summary>
    public int KickedAfter { get; private init; }

    /// <summary>Down and distance; null between drives.</summary>
    public FootballSituation? Play { get; private init; }

    /// <summary>Drives of overtime begun, the one that is going on or to begin included.</summary>
    public int OvertimeDrives { get; private init; }

    /// <summary>Reads a state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="overtimeSeconds">Seconds of an overtime period.</param>
    /// <param name="isHomeFavoured">Whether the pregame line has home ahead.</param>
    public static NflPosition Of(GameState state, int overtimeSeconds, bool isHomeFavoured)
    {
        var period = Math.Max(state.Period, 1);
        var half = period switch { <= 2 => 1, <= 4 => 2, _ => 3 };
        var length = half == 3 ? overtimeSeconds : QuarterSeconds;
        var left = state.Period <= 0 || state.ClockTenths < 0 ? length : Math.Min(state.ClockTenths / 10.0, half == 3 ? 900 : length);
        if (state.Sheet.HasEnded(period))
        {
            left = 0;
        }

        var play = state.Possession is not null && state.Football is { Down: >= 1 and <= 4 } football ? football : (FootballSituation?)null;
        var first = play is not null ? state.Possession : NextOf(state, half);
        // Where nobody knows, the team that leads or is favoured, so that a mirrored game is worked out in the same order.
        var isHomeFirst = first is { } side ? side == Side.Home : state.Score.Margin == 0 ? isHomeFavoured : state.Score.Margin > 0;
        var receiver = ReceiverOf(state);
        var overtimeDrives = half == 3 ? state.Sheet.DrivesAfter(4) : 0;
        return new NflPosition
        {
            IsHomeFirst = isHomeFirst,
            Half = half,
            Period = period,
            PeriodSeconds = left,
            Seconds = half < 3 && period % 2 == 1 ? left + QuarterSeconds : left,
            Lead = isHomeFirst ? state.Score.Margin : -state.Score.Margin,
            IsPossessionKnown = first is not null,
            ReceivesSecondHalf = receiver is { } known ? (known == Side.Home) == isHomeFirst : null,
            IsTryDue = play is null && state.IsTryDue,
            IsKickDue = play is null && state.Sheet.KickReceiver is not null,
            KickedAfter = play is null && state.Sheet.KickedAfter is var (scorer, points) ? ((scorer == Side.Home) == isHomeFirst ? points : -points) : 0,
            Play = play,
            OvertimeDrives = play is null && state.Sheet.DriveNow is null ? overtimeDrives + 1 : Math.Max(overtimeDrives, 1),
        };
    }

    /// <summary>The same where the first team, or the other one, which is then the first, has the ball or gets it next.</summary>
    public NflPosition WithBall(bool isFirst) => this with
    {
        IsHomeFirst = IsHomeFirst == isFirst,
        Lead = isFirst ? Lead : -Lead,
        ReceivesSecondHalf = ReceivesSecondHalf is { } receives ? receives == isFirst : null,
        IsPossessionKnown = true,
    };

    private static Side? NextOf(GameState state, int half)
    {
        var sheet = state.Sheet;
        // A drive of the defence's touchdown, or a kick returned for one, is followed by another of the same team.
        if (sheet.KickReceiver is { } receiver)
        {
            return receiver;
        }

        if (half < 3 && sheet.DrivesAfter(half == 1 ? 0 : 2) == 0 && !(half == 1 && sheet.HasEnded(2)))
        {
            return half == 1 ? KickedTo(state) : ReceiverOf(state) ?? KickedTo(state);
        }

        if (sheet.Drives > 0 && sheet.Drive(sheet.Drives) is var (side, end) && end != DriveEnd.None)
        {
            return half == 3 && sheet.DrivesAfter(4) == 0 ? KickedTo(state) : 1 - side;
        }

        return KickedTo(state) ?? sheet.DriveNow;
    }

    // Before a kick-off feeds tell the kicking team's ball, on its own half (NFL GameCenter), or the receiving team's without a place or on the other half (nflfastR).
    private static Side? KickedTo(GameState state) => state.Possession is { } kicker && state.IsOnTee ? 1 - kicker : state.Possession;

    // Who received first kicks off in the second half.
    private static Side? ReceiverOf(GameState state) => 1 - state.Sheet.OpeningReceiver;
}
