using Oddswire.Core.Domain;

namespace Oddswire.Feeds.Nfl;

/// <summary>What the header's <c>qtr</c> says of the game.</summary>
internal enum GameCenterStatus : byte
{
    /// <summary>Nothing, or words that are not known.</summary>
    Unknown,

    /// <summary><c>Pregame</c>.</summary>
    Pregame,

    /// <summary>A quarter's number.</summary>
    InPlay,

    /// <summary><c>Halftime</c>.</summary>
    Halftime,

    /// <summary><c>Final</c>.</summary>
    Final,

    /// <summary><c>final overtime</c>.</summary>
    FinalOvertime,
}

/// <summary>What a play's <c>note</c> says, as far as it matters here.</summary>
internal enum PlayNote : byte
{
    /// <summary>Nothing of interest.</summary>
    None,

    /// <summary>A time-out.</summary>
    Timeout,

    /// <summary>A touchdown.</summary>
    Touchdown,

    /// <summary>A field goal made.</summary>
    FieldGoal,

    /// <summary>An extra point made.</summary>
    ExtraPoint,

    /// <summary>A two-point try made.</summary>
    TwoPoints,

    /// <summary>A try that failed.</summary>
    TryFailed,

    /// <summary>A safety.</summary>
    Safety,
}

/// <summary>A yard line as the format writes it: <c>NE 35</c>, or <c>50</c> with no club. <c>default</c> is none.</summary>
internal readonly record struct YardLine(ClubCode Club, int Yard)
{
    /// <summary>Yards from it to the goal line that <paramref name="offence"/> attacks; 0 when it cannot be told.</summary>
    public int ToGoal(ClubCode offence) =>
        Yard is <= 0 or > 50 || offence.IsNone ? 0
        : Yard == 50 ? 50
        : Club.IsNone ? 0
        : Club.IsSameClub(offence) ? 100 - Yard
        : Yard;

    /// <inheritdoc/>
    public override string ToString() => Yard == 0 ? "" : Club.IsNone ? $"{Yard}" : $"{Club} {Yard}";
}

/// <summary>Where the ball is put in play: the header's <c>posteam</c>, <c>down</c>, <c>togo</c>, <c>yl</c>, or the same of a play. <c>default</c> is unknown.</summary>
internal readonly record struct Snap(ClubCode Offence, int Down, int YardsToFirst, YardLine Line)
{
    /// <summary>The situation in our terms; null when the yard line or the offence is not known.</summary>
    public FootballSituation? Situation =>
        Line.ToGoal(Offence) is > 0 and < 100 and var toGoal ? new FootballSituation(Down, Math.Clamp(YardsToFirst, 0, 99), toGoal) : null;
}

/// <summary>One play of the document.</summary>
internal sealed class GameCenterPlay
{
    /// <summary>The play's id, which is also its place in the game.</summary>
    public required int Id { get; init; }

    /// <summary>Number of the drive it stands in.</summary>
    public required int Drive { get; init; }

    /// <summary>The club that has the drive.</summary>
    public ClubCode DriveOffence { get; set; }

    /// <summary>Bytes of the play's object in the body.</summary>
    public Range Raw { get; set; }

    /// <summary>Quarter, from 1; -1 until read.</summary>
    public int Quarter { get; set; } = -1;

    /// <summary>Tenths of a second left at the snap; -1 when not said.</summary>
    public int ClockTenths { get; set; } = -1;

    /// <summary>Where it began.</summary>
    public Snap Snap { get; set; }

    /// <summary>Whether the vendor calls it a scoring play.</summary>
    public bool IsScoring { get; set; }

    /// <summary>What the note says.</summary>
    public PlayNote Note { get; set; }

    /// <summary>The vendor's words, at most 500 characters.</summary>
    public string Description { get; set; } = "";

    /// <summary>Who scored what on it, and who took a time-out.</summary>
    public ScoringStats Stats { get; set; }

    /// <summary>What it did for whom; null when nothing that is kept.</summary>
    public List<GameCenterEntry>? Players { get; set; }

    /// <summary>Whether it ends a quarter, a half or the game.</summary>
    public bool EndsPeriod =>
        Snap.Offence.IsNone
        && (Description.StartsWith("END ", StringComparison.Ordinal) || Description.StartsWith("End of ", StringComparison.Ordinal));

    /// <summary>What the event is. Time-outs, warnings and remarks have no offence.</summary>
    public EventKind Kind =>
        EndsPeriod ? EventKind.PeriodEnd
        : !Stats.IsEmpty || IsScoring ? EventKind.Play
        : Snap.Offence.IsNone || Note == PlayNote.Timeout && Description.StartsWith("Timeout", StringComparison.OrdinalIgnoreCase) ? EventKind.Other
        : EventKind.Play;
}

/// <summary>One statistic of a player on a play.</summary>
/// <param name="Player">The league's id of the player.</param>
/// <param name="Name">The name, or empty.</param>
/// <param name="Club">His club.</param>
/// <param name="StatId">The league's number of the statistic.</param>
/// <param name="Yards">Its yards.</param>
internal readonly record struct GameCenterEntry(string Player, string Name, ClubCode Club, int StatId, int Yards);

/// <summary>One side of the header.</summary>
internal sealed class GameCenterTeam
{
    /// <summary>The club.</summary>
    public ClubCode Club { get; set; }

    /// <summary>Official points; null when not said.</summary>
    public int? Total { get; set; }

    /// <summary>Time-outs left after the newest play; null when not said.</summary>
    public int? Timeouts { get; set; }

    /// <summary>Official points by quarter, overtime last; null where not said.</summary>
    public int?[]? ByQuarter { get; set; }
}

/// <summary>A GameCenter document, read: the header and the plays by id.</summary>
internal sealed class GameCenterDocument
{
    /// <summary>The vendor's id of the game; null when the reader was told which one to expect.</summary>
    public string? Id { get; set; }

    /// <summary>The home side.</summary>
    public GameCenterTeam Home { get; } = new();

    /// <summary>The visitors.</summary>
    public GameCenterTeam Away { get; } = new();

    /// <summary>What <c>qtr</c> says.</summary>
    public GameCenterStatus Status { get; set; }

    /// <summary>The quarter in play; 0 when <c>qtr</c> is not a number.</summary>
    public int Quarter { get; set; }

    /// <summary>Tenths of a second left; -1 when not said.</summary>
    public int ClockTenths { get; set; } = -1;

    /// <summary>The next snap.</summary>
    public Snap Next { get; set; }

    /// <summary>The plays, by id.</summary>
    public List<GameCenterPlay> Plays { get; } = [];

    /// <summary>Whether the game is over.</summary>
    public bool IsFinal => Status is GameCenterStatus.Final or GameCenterStatus.FinalOvertime;

    /// <summary>Whether it holds the game from its beginning, not only what is new.</summary>
    public bool IsWhole => Plays.Count > 1 && Plays.Exists(static play => play.Drive == 1);

    /// <summary>The official score; null when the header does not say it.</summary>
    public Score? Official => Home.Total is { } home && Away.Total is { } away ? new Score(home, away) : null;

    /// <summary>The side of a club; null for none, or one that does not play.</summary>
    public Side? SideOf(ClubCode club) => Home.Club.IsSameClub(club) ? Side.Home : Away.Club.IsSameClub(club) ? Side.Away : null;
}
