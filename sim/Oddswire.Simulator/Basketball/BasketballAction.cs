using Oddswire.Core.Domain;

namespace Oddswire.Simulator.Basketball;

/// <summary>What a basketball action was.</summary>
internal enum BasketballActionKind : byte
{
    PeriodStart,
    JumpBall,
    TwoPointer,
    ThreePointer,
    FreeThrow,
    Rebound,
    Turnover,
    Steal,
    Block,
    Foul,
    Timeout,
    SubstitutionOut,
    SubstitutionIn,
    PeriodEnd,
    GameEnd,
}

/// <summary>One action as the vendor lists it, the score being the one after it.</summary>
internal readonly record struct BasketballAction
{
    public required int Number { get; init; }

    public required BasketballActionKind Kind { get; init; }

    public required int Period { get; init; }

    /// <summary>Tenths of a second left in the period.</summary>
    public required int ClockTenths { get; init; }

    public required Score Score { get; init; }

    /// <summary>Whose action it is; null for the game's own.</summary>
    public Side? Team { get; init; }

    /// <summary>Whose possession it belongs to; null for nobody's.</summary>
    public Side? Possession { get; init; }

    /// <summary>Number on the roster of <see cref="Team"/>; -1 for the team itself.</summary>
    public int Player { get; init; }

    /// <summary>Whoever assisted, was fouled or lost the jump; -1 for nobody.</summary>
    public int Other { get; init; }

    public bool IsMade { get; init; }

    /// <summary>For a rebound: one's own miss.</summary>
    public bool IsOffensive { get; init; }

    /// <summary>For a free throw: which of how many.</summary>
    public int Try { get; init; }

    /// <summary>Of how many; for a foul how many free throws it gives.</summary>
    public int Tries { get; init; }
}
