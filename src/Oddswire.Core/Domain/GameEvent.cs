namespace Oddswire.Core.Domain;

/// <summary>What kind of thing an event reports. The numeric values are part of the wire contract.</summary>
public enum EventKind : byte
{
    /// <summary>Unknown; never written.</summary>
    None = 0,

    /// <summary>Teams, schedule and pregame lines of a game (<see cref="GameEvent.Info"/>).</summary>
    Info = 1,

    /// <summary>A period begins.</summary>
    PeriodStart = 2,

    /// <summary>Something happened on the field.</summary>
    Play = 3,

    /// <summary>A period ends.</summary>
    PeriodEnd = 4,

    /// <summary>The game is over; <see cref="GameEvent.Score"/>, where given, is official.</summary>
    GameEnd = 5,

    /// <summary>Nothing that moves the score: time-out, substitution, review, comment.</summary>
    Other = 6,

    /// <summary>The game was called off without a result.</summary>
    Abandoned = 7,

    /// <summary>Normalise declares messages missing: the reorder window passed and the gap did not close.</summary>
    Gap = 8,

    /// <summary>Ingest heard nothing from this game's feed beyond its heartbeat.</summary>
    FeedStalled = 9,

    /// <summary>The feed of this game speaks again.</summary>
    FeedResumed = 10,

    /// <summary>An operator gives the game another model (<see cref="GameEvent.Model"/>).</summary>
    ModelChanged = 11,
}

/// <summary>
/// A vendor's event in our terms: immutable, the same whichever redundant feed it came by. Either absolute
/// (<see cref="Score"/>, clock, situation after it) or a delta (<see cref="Points"/>, <see cref="Baseball"/>), as
/// the vendor's format has it; the league's rules fold both into a <see cref="GameState"/>.
/// </summary>
public sealed record GameEvent
{
    /// <summary>The game.</summary>
    public required GameId GameId { get; init; }

    /// <summary>
    /// The vendor's name of the event within the game, the same in every feed and in every correction of it
    /// (play id, action number, number of the record); 1 to 32 characters.
    /// </summary>
    public required string Key { get; init; }

    /// <summary>The vendor's order within the game, unique for each <see cref="Key"/>; a late insertion falls between its neighbours.</summary>
    public required long Order { get; init; }

    /// <summary>What it reports.</summary>
    public required EventKind Kind { get; init; }

    /// <summary>When it happened, by the vendor's clock; unknown where the format has no times.</summary>
    public Timestamp OccurredAt { get; init; }

    /// <summary>Period the event belongs to, from 1; 0 when the vendor does not say.</summary>
    public int Period { get; init; }

    /// <summary>Tenths of a second left in the period after the event; -1 when there is no clock or it is not said.</summary>
    public int ClockTenths { get; init; } = -1;

    /// <summary>The score after the event, where the vendor says it.</summary>
    public Score? Score { get; init; }

    /// <summary>Points scored on the event itself, where the vendor does not give the score after it.</summary>
    public Score Points { get; init; }

    /// <summary>Who has the ball (or bats) after the event; null when nobody, or not said.</summary>
    public Side? Possession { get; init; }

    /// <summary>
    /// The same by the team's code (<see cref="Team.Code"/>), where the vendor names the team but the message does not tell its side;
    /// the rules look it up in the game's info. Null when nobody, or not said.
    /// </summary>
    public string? PossessionTeam { get; init; }

    /// <summary>
    /// Whether <see cref="PossessionTeam"/> had the ball during the event and the other team has it after, as after a made shot: a message that names one team
    /// only cannot say which the other is.
    /// </summary>
    public bool IsPossessionPassed { get; init; }

    /// <summary>Football: down and distance after the event.</summary>
    public FootballSituation? Football { get; init; }

    /// <summary>Baseball: what the play did to batter and runners.</summary>
    public BaseballPlay? Baseball { get; init; }

    /// <summary>Basketball: a team foul, free throws to come, a ball nobody has; null when it is none of these.</summary>
    public BasketballPlay? Basketball { get; init; }

    /// <summary>Teams, schedule, lines; only on <see cref="EventKind.Info"/>.</summary>
    public GameInfo? Info { get; init; }

    /// <summary>The model the game is given; only on <see cref="EventKind.ModelChanged"/>.</summary>
    public ModelChange? Model { get; init; }

    /// <summary>Messages missing before this event; only on <see cref="EventKind.Gap"/>.</summary>
    public int MissingMessages { get; init; }

    /// <summary>The vendor's words, at most 500 characters.</summary>
    public string Description { get; init; } = "";

    /// <summary>The event in words: the vendor's, or the teams where an <see cref="EventKind.Info"/> event has none; may be empty.</summary>
    public string Words => Description.Length == 0 && Info is { } info ? $"{info.Away.Name} at {info.Home.Name}" : Description;

    /// <summary>What it says of players.</summary>
    public PlayerChanges Players { get; init; } = PlayerChanges.None;

    /// <summary>Baseball: the pitcher to whom the entries without a player belong; normalise finds him in the line-up, the vendor does not name him.</summary>
    public string? Pitcher { get; init; }

    /// <summary>The event's id: <c>{game}/{key}</c>.</summary>
    public string Id => $"{GameId.Value}/{Key}";
}

/// <summary>
/// What a baseball play did, as changes: where the batter and each runner ended (0 out or off the bases, 1-3 that base,
/// 4 scored, -1 stayed or was not there) and how many outs it made. It needs no knowledge of who is on base; the fold has that.
/// </summary>
public sealed record BaseballPlay
{
    /// <summary>Inning, from 1; 0 where a runner is placed in the half-inning that is going on.</summary>
    public required int Inning { get; init; }

    /// <summary>Who bats: away in the top half.</summary>
    public required Side Batting { get; init; }

    /// <summary>The vendor's id of the batter, or of the runner put on base by rule or substitution.</summary>
    public required string Batter { get; init; }

    /// <summary>Outs made on the play, 0 to 3.</summary>
    public int Outs { get; init; }

    /// <summary>Where the batter ended: 0 out, 1-3 base, 4 scored, -1 still at bat.</summary>
    public int BatterTo { get; init; } = -1;

    /// <summary>Where the runner from first ended: 0 out, 1-3, 4 scored, -1 stayed or absent.</summary>
    public int FirstTo { get; init; } = -1;

    /// <summary>Where the runner from second ended.</summary>
    public int SecondTo { get; init; } = -1;

    /// <summary>Where the runner from third ended.</summary>
    public int ThirdTo { get; init; } = -1;

    /// <summary>Base (1-3) at which <see cref="Batter"/> replaces the runner (pinch runner, automatic runner); 0 for none.</summary>
    public int PlacedOnBase { get; init; }
}

/// <summary>What a basketball action leaves behind, besides points and possession.</summary>
/// <param name="FoulBy">Code of the team whose team fouls of the period it adds one to; null for none.</param>
/// <param name="FreeThrows">Free throws that the team with the ball has still to take, 0 to 3; technical ones, after which play goes on as before, do not count.</param>
/// <param name="IsLoose">Whether the ball is in the air after a miss: whoever is said to have it only most likely gets it.</param>
public readonly record struct BasketballPlay(string? FoulBy, int FreeThrows, bool IsLoose);

/// <summary>What is known of a game before it starts.</summary>
public sealed record GameInfo
{
    /// <summary>The home team.</summary>
    public required Team Home { get; init; }

    /// <summary>The visiting team.</summary>
    public required Team Away { get; init; }

    /// <summary>Scheduled start, UTC; unknown where the format has none.</summary>
    public Timestamp ScheduledAt { get; init; }

    /// <summary>Regulation periods: 4 quarters, 9 (or 7) innings.</summary>
    public required int RegulationPeriods { get; init; }

    /// <summary>Baseball: base at which extra innings begin with an automatic runner; 0 for none.</summary>
    public int AutomaticRunnerBase { get; init; }

    /// <summary>Baseball: whether the home team bats in the top halves (a game moved to the other club's ground); almost always false.</summary>
    public bool HomeBatsFirst { get; init; }

    /// <summary>Whether the game cannot end in a tie (NFL post-season).</summary>
    public bool MustHaveWinner { get; init; }

    /// <summary>The market's view before the start; null where none is known.</summary>
    public PregameLine? Line { get; init; }
}

/// <summary>A team: the vendor's short code (<c>NE</c>), and a name to show.</summary>
public sealed record Team(string Code, string Name);

/// <summary>
/// The view of a game before its start, mostly the market's: the home team's expected margin and the expected total in points (or runs), and the home
/// team's win probability with the vig removed. Each is null where unknown. A betting spread of -3.5 is an expected margin of +3.5.
/// </summary>
public sealed record PregameLine
{
    /// <summary>Expected home margin in hundredths of a point; positive means the home team is favoured.</summary>
    public int? HomeMarginHundredths { get; init; }

    /// <summary>Expected total in hundredths of a point.</summary>
    public int? TotalHundredths { get; init; }

    /// <summary>Home win probability without vig.</summary>
    public Probability? HomeWin { get; init; }

    /// <summary>Whether the margin is no market's but comes from the teams' earlier results, for want of a line.</summary>
    public bool IsRated { get; init; }
}
