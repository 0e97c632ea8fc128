namespace Oddswire.Core.Domain;

/// <summary>Points (or runs) of both teams.</summary>
public readonly record struct Score(int Home, int Away)
{
    /// <summary>Home minus away.</summary>
    public int Margin => Home - Away;

    /// <summary>Home plus away.</summary>
    public int Total => Home + Away;

    public static Score operator +(Score left, Score right) => new(left.Home + right.Home, left.Away + right.Away);

    /// <inheritdoc/>
    public override string ToString() => $"{Home}-{Away}";
}

/// <summary>How far a game has come.</summary>
public enum GamePhase : byte
{
    /// <summary>Not begun: prices are pregame.</summary>
    Scheduled = 0,

    /// <summary>In play, breaks between periods included.</summary>
    Live = 1,

    /// <summary>Over; the score is official until corrected.</summary>
    Final = 2,

    /// <summary>Called off without a result: every open market is voided.</summary>
    Abandoned = 3,
}

/// <summary>
/// A game between two events: everything a model may know of what has happened. Periods count from 1: quarters
/// (5 and more are overtime) or innings. The clock is tenths of a second left in the period, -1 in baseball.
/// </summary>
public sealed record GameState
{
    private GamePhase _phase;
    private int _period;
    private int _clockTenths = -1;
    private Score _score;
    private ScoreSheet _sheet = ScoreSheet.Empty;
    private Side? _possession;
    private FootballSituation? _football;
    private BaseballSituation? _baseball;
    private BasketballSituation? _basketball;
    private string? _homePitcher;
    private string? _awayPitcher;
    private int _lostMessages;
    private int _missingMessages;
    private bool _isFeedStalled;

    /// <summary>How far the game has come.</summary>
    public GamePhase Phase { get => _phase; init => _phase = value; }

    /// <summary>Quarter or inning, from 1; 0 before the start.</summary>
    public int Period { get => _period; init => _period = value; }

    /// <summary>Tenths of a second left in the period; -1 where no clock runs.</summary>
    public int ClockTenths { get => _clockTenths; init => _clockTenths = value; }

    /// <summary>The score.</summary>
    public Score Score { get => _score; init => _score = value; }

    /// <summary>
    /// How the score came about: points in order, the ends of periods, drives and half-innings. <see cref="MarketScopes.PointsIn"/> reads off it how many
    /// points fell in a part of the game.
    /// </summary>
    public ScoreSheet Sheet { get => _sheet; init => _sheet = value; }

    /// <summary>Who has the ball, or bats; null when nobody does or it is not known.</summary>
    public Side? Possession { get => _possession; init => _possession = value; }

    /// <summary>Down and distance; null outside football and between drives.</summary>
    public FootballSituation? Football { get => _football; init => _football = value; }

    /// <summary>Whether football's next play is a kick-off: the ball is on the kicking team's half, and there is no down.</summary>
    public bool IsOnTee => Football is { Down: 0, YardsToGoal: >= 50 };

    /// <summary>Whether a try after a touchdown is still to come. One that brought no points is over when the ball is on the tee, or the half.</summary>
    public bool IsTryDue => Sheet.IsTryDue && Sheet.KickReceiver is not null && !IsOnTee;

    /// <summary>Outs and runners; null outside baseball.</summary>
    public BaseballSituation? Baseball { get => _baseball; init => _baseball = value; }

    /// <summary>Team fouls, free throws to come; null outside basketball and before its first play.</summary>
    public BasketballSituation? Basketball { get => _basketball; init => _basketball = value; }

    /// <summary>Baseball: the home side's pitcher, by the vendor's id; null where not known.</summary>
    public string? HomePitcher { get => _homePitcher; init => _homePitcher = value; }

    /// <summary>Baseball: the visitors' pitcher.</summary>
    public string? AwayPitcher { get => _awayPitcher; init => _awayPitcher = value; }

    /// <summary>Messages that were declared missing and never came, the score being certain again or not: players' statistics may be short of what they held.</summary>
    public int LostMessages { get => _lostMessages; init => _lostMessages = value; }

    /// <summary>Messages known to be missing whose absence leaves the score or the situation uncertain; 0 when certain.</summary>
    public int MissingMessages { get => _missingMessages; init => _missingMessages = value; }

    /// <summary>Whether the feed of this game is silent beyond its heartbeat.</summary>
    public bool IsFeedStalled { get => _isFeedStalled; init => _isFeedStalled = value; }

    /// <summary>Whether every message needed for this state has been seen.</summary>
    public bool IsCertain => MissingMessages == 0;

    /// <summary>
    /// Gives the state other values: for a reader that keeps one state for itself and hands it on for as long as it handles an event, so that no event costs an
    /// object.
    /// </summary>
    internal GameState Refill(
        GamePhase phase,
        int period,
        int clockTenths,
        Score score,
        ScoreSheet sheet,
        Side? possession,
        FootballSituation? football,
        BaseballSituation? baseball,
        BasketballSituation? basketball,
        string? homePitcher,
        string? awayPitcher,
        int lostMessages,
        int missingMessages,
        bool isFeedStalled)
    {
        _phase = phase;
        _period = period;
        _clockTenths = clockTenths;
        _score = score;
        _sheet = sheet;
        _possession = possession;
        _football = football;
        _baseball = baseball;
        _basketball = basketball;
        _homePitcher = homePitcher;
        _awayPitcher = awayPitcher;
        _lostMessages = lostMessages;
        _missingMessages = missingMessages;
        _isFeedStalled = isFeedStalled;
        return this;
    }
}

/// <summary>Football: down 1-4 (0 on kick-offs and tries), yards to a first down, yards to the opponent's goal line (1-99).</summary>
public readonly record struct FootballSituation(int Down, int YardsToFirst, int YardsToGoal)
{
    /// <summary>Time-outs that home has left in this half, or in overtime: 0 to 3; null where not known.</summary>
    public int? HomeTimeouts { get; init; }

    /// <summary>Time-outs that the visitors have left.</summary>
    public int? AwayTimeouts { get; init; }

    /// <summary>Time-outs that a side has left; null where not known.</summary>
    public int? Timeouts(Side side) => side == Side.Home ? HomeTimeouts : AwayTimeouts;
}

/// <summary>
/// Baseball: outs 0-2 (3 only for the instant at which a half-inning ends) and the players on base, by the vendor's id, null where empty.
/// The half-inning follows from <see cref="GameState.Possession"/>: away bats in the top.
/// </summary>
public readonly record struct BaseballSituation(int Outs, string? First, string? Second, string? Third)
{
    /// <summary>Nobody out, nobody on.</summary>
    public static BaseballSituation Empty => default;

    /// <summary>Occupied bases as bits: 1 first, 2 second, 4 third.</summary>
    public int BasesMask => (First is null ? 0 : 1) | (Second is null ? 0 : 2) | (Third is null ? 0 : 4);
}

/// <summary>Basketball: what the score, the clock and the ball do not tell. Fouls are counted from what the feed told, so a feed joined within a period is short of some.</summary>
/// <param name="HomeFouls">Home's team fouls of the period: from the fifth on (in overtime the fourth) each gives the visitors free throws.</param>
/// <param name="AwayFouls">The visitors'.</param>
/// <param name="FreeThrows">Free throws that the team with the ball has still to take, 0 to 3.</param>
/// <param name="IsLoose">Whether the ball is in the air after a miss.</param>
public readonly record struct BasketballSituation(int HomeFouls, int AwayFouls, int FreeThrows, bool IsLoose);
