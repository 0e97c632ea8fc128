namespace Oddswire.Core.Domain;

/// <summary>The markets. The numeric values are part of the wire contract.</summary>
public enum MarketType : byte
{
    /// <summary>Not a market.</summary>
    None = 0,

    /// <summary>Who wins, overtime included; two-way (home, away), a tie is a push.</summary>
    Moneyline = 1,

    /// <summary>Home team with a handicap (home, away).</summary>
    Spread = 2,

    /// <summary>Points of both teams (over, under).</summary>
    Total = 3,

    /// <summary>Points of one team (over, under); the subject is <c>home</c> or <c>away</c>.</summary>
    TeamTotal = 4,

    /// <summary>Home, draw or away; only where a tie can be the result.</summary>
    ThreeWay = 5,

    /// <summary>A player's statistic (over, under); the subject is the player's id.</summary>
    PlayerProp = 6,

    /// <summary>
    /// Who scores next (home, neither, away); the subject is the score from which on, home first: <c>14-10</c>. The try after a touchdown does not
    /// count as a score.
    /// </summary>
    NextScore = 7,

    /// <summary>Which team has so many points first (home, neither, away); the line is how many: 20 is <c>race_to:20</c>.</summary>
    RaceTo = 8,

    /// <summary>Football: how a drive ends (touchdown, field goal, no score); the subject is the drive's number in the game, from 1.</summary>
    DriveResult = 9,

    /// <summary>Football: whether a drive brings the team with the ball a touchdown or field goal (yes, no); the subject is as for <see cref="DriveResult"/>.</summary>
    DriveScore = 10,

    /// <summary>Baseball: runs in a half-inning (over, under); the subject is inning and half: <c>3t</c>, <c>3b</c>.</summary>
    HalfInningRuns = 11,
}

/// <summary>A market's life. The numeric values are part of the wire contract.</summary>
public enum MarketStatus : byte
{
    /// <summary>Not known; never written.</summary>
    None = 0,

    /// <summary>Bets are taken at the prices shown.</summary>
    Open = 1,

    /// <summary>Bet stop: no bets until it opens again.</summary>
    Suspended = 2,

    /// <summary>Over, with a result for each selection.</summary>
    Settled = 3,

    /// <summary>Cancelled: stakes are returned.</summary>
    Voided = 4,
}

/// <summary>Why a market has the status it has. The numeric values are part of the wire contract.</summary>
public enum StatusReason : byte
{
    /// <summary>Nothing special: open for betting.</summary>
    None = 0,

    /// <summary>The feed of the game is silent.</summary>
    FeedStalled = 1,

    /// <summary>Messages are missing and the state is uncertain.</summary>
    FeedGap = 2,

    /// <summary>The outcome is nearly certain, or the price would leave the permitted range.</summary>
    PriceLimit = 3,

    /// <summary>The line has left the ladder.</summary>
    OffTheBoard = 4,

    /// <summary>The game is over.</summary>
    GameOver = 5,

    /// <summary>The game was called off.</summary>
    Abandoned = 6,

    /// <summary>A correction changed the result of a settled market; it is open or settled again.</summary>
    SettlementRolledBack = 7,

    /// <summary>The outcome is certain although the game goes on: the period is over, the race is won, the total exceeded.</summary>
    Decided = 8,

    /// <summary>By the house rules there is no result: the game was cut short, or the feed did not say what the market turns on.</summary>
    NoResult = 9,

    /// <summary>Not offered just now: the play that the market needs (a drive, a try) is not on.</summary>
    NotNow = 10,
}

/// <summary>What one bets on within a market. The numeric values are part of the wire contract.</summary>
public enum SelectionCode : byte
{
    /// <summary>Not a selection.</summary>
    None = 0,

    /// <summary>The home team.</summary>
    Home = 1,

    /// <summary>The away team.</summary>
    Away = 2,

    /// <summary>A tie.</summary>
    Draw = 3,

    /// <summary>More than the line.</summary>
    Over = 4,

    /// <summary>Less than the line.</summary>
    Under = 5,

    /// <summary>Neither team.</summary>
    Neither = 6,

    /// <summary>It happens.</summary>
    Yes = 7,

    /// <summary>It does not.</summary>
    No = 8,

    /// <summary>The drive ends with a touchdown of the team with the ball.</summary>
    Touchdown = 9,

    /// <summary>The drive ends with a field goal.</summary>
    FieldGoal = 10,

    /// <summary>The drive ends without points of the team with the ball.</summary>
    NoScore = 11,
}

/// <summary>How a settled selection ended. The numeric values are part of the wire contract.</summary>
public enum SelectionResult : byte
{
    /// <summary>Not settled.</summary>
    None = 0,

    /// <summary>Won.</summary>
    Won = 1,

    /// <summary>Lost.</summary>
    Lost = 2,

    /// <summary>The result fell on the line: stakes are returned.</summary>
    Push = 3,

    /// <summary>Cancelled: stakes are returned.</summary>
    Void = 4,
}

/// <summary>One selection: its price, its fair probability (no margin) and, once settled, its result.</summary>
public readonly record struct Selection(SelectionCode Code, DecimalOdds Price, Probability Fair, SelectionResult Result = SelectionResult.None);

/// <summary>
/// Names an odds update: 128 bits derived from its cause (event, its revision, market, model version), so that a
/// recomputed update has the same id. Its text form is 32 hexadecimal digits.
/// </summary>
public readonly record struct UpdateId(UInt128 Value)
{
    /// <summary>Reads the 32 hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out UpdateId id)
    {
        var ok = UInt128.TryParse(text, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var value) && text.Length == 32;
        id = new UpdateId(ok ? value : 0);
        return ok;
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("x32");
}

/// <summary>
/// One market of one subject at one moment: the unit that is priced, counted, published and archived. The updates of a
/// game form a chain: within an epoch, <see cref="Sequence"/> grows by one and <see cref="PreviousSequence"/> names the
/// one before (0 for the first), so that a reader sees any hole or duplicate.
/// </summary>
public record struct OddsUpdate
{
    /// <summary>The id, derived from the cause.</summary>
    public UpdateId Id { get; set; }

    /// <summary>The game.</summary>
    public GameId GameId { get; set; }

    /// <summary>Counts restarts of the game's chain; 1 unless an operator restarted it.</summary>
    public int Epoch { get; set; }

    /// <summary>Place in the game's chain, from 1, without holes.</summary>
    public long Sequence { get; set; }

    /// <summary>The sequence before; 0 for the first of an epoch.</summary>
    public long PreviousSequence { get; set; }

    /// <summary>The market.</summary>
    public MarketKey Market { get; set; }

    /// <summary>Whether this is the line shown first among those of its type and subject.</summary>
    public bool IsMainLine { get; set; }

    /// <summary>The market's status.</summary>
    public MarketStatus Status { get; set; }

    /// <summary>Why.</summary>
    public StatusReason Reason { get; set; }

    /// <summary>0 before the first settlement, then counted up by each settlement or roll-back.</summary>
    public int SettlementVersion { get; set; }

    /// <summary>How many selections there are: 2 or 3.</summary>
    public int SelectionCount { get; set; }

    /// <summary>The first selection: home, over, yes or touchdown.</summary>
    public Selection First { get; set; }

    /// <summary>The second selection: away, under or no (draw, neither or field goal where there are three).</summary>
    public Selection Second { get; set; }

    /// <summary>The third selection, where there are three: away, or no score.</summary>
    public Selection Third { get; set; }

    /// <summary>The model and its version, for example <c>nfl-drives-10</c>; 1 to 40 characters.</summary>
    public string ModelVersion { get; set; }

    /// <summary>Key of the event that caused the update, within the game (<see cref="GameEvent.Key"/>).</summary>
    public string CauseKey { get; set; }

    /// <summary>The score when the price was made.</summary>
    public Score Score { get; set; }

    /// <summary>The period when the price was made.</summary>
    public int Period { get; set; }

    /// <summary>The clock when the price was made, tenths of a second left; -1 where none runs.</summary>
    public int ClockTenths { get; set; }

    /// <summary>When the cause happened, by the vendor's clock.</summary>
    public Timestamp OccurredAt { get; set; }

    /// <summary>When ingest received the cause, by ingest's clock: latency is measured from here.</summary>
    public Timestamp ReceivedAt { get; set; }

    /// <summary>The player's name to show; empty in markets that are not a player's, and where no feed has named him.</summary>
    public string PlayerName { get => field ?? ""; set; }

    /// <summary>The selection at <paramref name="index"/>, from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not below <see cref="SelectionCount"/>.</exception>
    public readonly Selection SelectionAt(int index) => index >= SelectionCount
        ? throw new ArgumentOutOfRangeException(nameof(index), index, "There is no such selection.")
        : index switch { 0 => First, 1 => Second, _ => Third };
}
