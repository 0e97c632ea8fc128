using Oddswire.Core.Domain;

namespace Oddswire.Feeds.Nba;

/// <summary>One action of a play-by-play document.</summary>
internal struct LiveDataAction
{
    /// <summary>An action of which nothing has been read.</summary>
    public LiveDataAction()
    {
    }

    /// <summary>Bytes of the action's object in the body.</summary>
    public Range Raw { get; set; }

    /// <summary>The vendor's number of the action; 0 until read.</summary>
    public int Number { get; set; }

    /// <summary>The vendor's order; -1 when not said.</summary>
    public long Order { get; set; } = -1;

    /// <summary>What it is.</summary>
    public EventKind Kind { get; set; }

    /// <summary>When it happened.</summary>
    public Timestamp OccurredAt { get; set; }

    /// <summary>Period, from 1; 0 until read.</summary>
    public int Period { get; set; }

    /// <summary>Tenths of a second left; -1 until read.</summary>
    public int ClockTenths { get; set; } = -1;

    /// <summary>Home points after it; -1 until read.</summary>
    public int ScoreHome { get; set; } = -1;

    /// <summary>Away points after it; -1 until read.</summary>
    public int ScoreAway { get; set; } = -1;

    /// <summary>The acting team; 0 for none.</summary>
    public long TeamId { get; set; }

    /// <summary>The acting team's code; null for none.</summary>
    public string? TeamCode { get; set; }

    /// <summary>Team with the ball during it; 0 for nobody.</summary>
    public long PossessionId { get; set; }

    /// <summary>The vendor's words, at most 500 characters.</summary>
    public string? Description { get; set; }

    /// <summary>What it is on the floor.</summary>
    public ActionType Type { get; set; }

    /// <summary>The subtype.</summary>
    public SubType SubType { get; set; }

    /// <summary>Whether a shot went in.</summary>
    public bool IsMade { get; set; }

    /// <summary>Whether it is a free throw after which the ball is not the other team's: technical, flagrant, clear path.</summary>
    public bool KeepsBall { get; set; }

    /// <summary>
    /// Whether the other team has the ball after it, or most likely gets it: of a miss the defence takes three of four. The vendor names whose it was during
    /// the action.
    /// </summary>
    public readonly bool PassesBall => Type switch
    {
        ActionType.TwoPointer or ActionType.ThreePointer or ActionType.Block or ActionType.Turnover => true,
        ActionType.FreeThrow => SubType == SubType.LastFreeThrow && !KeepsBall,
        _ => false,
    };

    /// <summary>Free throws that a foul gives, by its qualifiers.</summary>
    public int FreeThrowsGiven { get; set; }

    /// <summary>Team foul, free throws to come, loose ball; null when it is none of these.</summary>
    public readonly BasketballPlay? Basketball => Type switch
    {
        ActionType.Foul when SubType == SubType.Personal => new BasketballPlay(TeamCode, KeepsBall ? 0 : FreeThrowsGiven, false),
        ActionType.FreeThrow when !KeepsBall => SubType switch
        {
            SubType.OneMoreFreeThrow => new BasketballPlay(null, 1, false),
            SubType.TwoMoreFreeThrows => new BasketballPlay(null, 2, false),
            SubType.LastFreeThrow => new BasketballPlay(null, 0, !IsMade),
            _ => null,
        },
        ActionType.Block => new BasketballPlay(null, 0, true),
        ActionType.TwoPointer or ActionType.ThreePointer when !IsMade => new BasketballPlay(null, 0, true),
        _ => null,
    };

    /// <summary>The acting player's id; empty for none.</summary>
    public string Player { get; set; } = "";

    /// <summary>The acting player's name; empty when not said.</summary>
    public string PlayerName { get; set; } = "";

    /// <summary>Id of the player who assisted; empty for none.</summary>
    public string Assistant { get; set; } = "";

    /// <summary>Name of the player who assisted; empty when not said.</summary>
    public string AssistantName { get; set; } = "";

    /// <summary>Code of the team with the ball; null when nobody has it or the team is not known.</summary>
    public readonly string? PossessionCode =>
        PossessionId == 0 ? null : PossessionId == TeamId && TeamCode is not null ? TeamCode : NbaTeams.CodeOf(PossessionId);
}

/// <summary>One team of a box score.</summary>
/// <param name="Id">The league's id.</param>
/// <param name="Code">Three letters.</param>
/// <param name="City">The city, or empty.</param>
/// <param name="Name">The name, or empty.</param>
/// <param name="Players">The players who are fit to play, in the vendor's order.</param>
internal sealed record LiveDataTeam(long Id, string Code, string City, string Name, IReadOnlyList<LiveDataPlayer> Players);

/// <summary>A player of a box score.</summary>
/// <param name="Id">The league's id.</param>
/// <param name="Name">The name to show.</param>
/// <param name="IsStarter">Whether he starts.</param>
internal readonly record struct LiveDataPlayer(string Id, string Name, bool IsStarter);

/// <summary>What a box score says before the game.</summary>
/// <param name="GameId">The vendor's id; empty when the reader was told which one to expect.</param>
/// <param name="StartsAt">Scheduled start; unknown when not said.</param>
/// <param name="RegulationPeriods">Usually 4.</param>
/// <param name="Home">The home team.</param>
/// <param name="Away">The visitors.</param>
internal sealed record LiveDataBoxScore(string GameId, Timestamp StartsAt, int RegulationPeriods, LiveDataTeam Home, LiveDataTeam Away);
