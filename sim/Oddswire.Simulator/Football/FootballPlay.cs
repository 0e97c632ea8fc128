using Oddswire.Core.Domain;

namespace Oddswire.Simulator.Football;

/// <summary>What a football play was.</summary>
internal enum FootballPlayKind : byte
{
    Kickoff,
    OnsideKick,
    Run,
    Pass,
    Incomplete,
    Sack,
    Interception,
    Fumble,
    Punt,
    FieldGoal,
    ExtraPoint,
    TwoPoint,
    Kneel,
    Penalty,
    Timeout,
    QuarterEnd,
    GameEnd,
}

/// <summary>How a play ended beyond its yards.</summary>
internal enum FootballResult : byte
{
    None,
    Touchdown,
    ReturnTouchdown,
    Safety,
    Good,
    NoGood,
    Touchback,
    Recovered,
}

/// <summary>Where the game stands between two plays.</summary>
internal struct FootballSpot
{
    public int Quarter;

    /// <summary>Seconds left in the quarter.</summary>
    public int Clock;

    public Side Offence;

    /// <summary>1 to 4; 0 before kick-offs and tries.</summary>
    public int Down;

    public int ToGo;

    /// <summary>Yards to the goal line that the offence attacks.</summary>
    public int ToGoal;

    public int HomeTimeouts;

    public int AwayTimeouts;

    /// <summary>Points by quarter, a byte each from the lowest; overtime is the fifth.</summary>
    public ulong HomeByQuarter;

    public ulong AwayByQuarter;

    public readonly Score Score => new(Sum(HomeByQuarter), Sum(AwayByQuarter));

    public readonly int Timeouts(Side side) => side == Side.Home ? HomeTimeouts : AwayTimeouts;

    public void AddPoints(Side side, int points)
    {
        var shifted = (ulong)points << (8 * (Quarter - 1));
        if (side == Side.Home)
        {
            HomeByQuarter += shifted;
        }
        else
        {
            AwayByQuarter += shifted;
        }
    }

    public static int InQuarter(ulong packed, int quarter) => (int)((packed >> (8 * (quarter - 1))) & 0xFF);

    private static int Sum(ulong packed)
    {
        var sum = 0;
        for (; packed != 0; packed >>= 8)
        {
            sum += (int)(packed & 0xFF);
        }

        return sum;
    }
}

/// <summary>One play: the situation before it, what happened, the situation after it.</summary>
internal sealed class FootballPlay
{
    /// <summary>The vendor's play id: ascending with gaps.</summary>
    public required int Id { get; init; }

    public required int Drive { get; init; }

    public required FootballPlayKind Kind { get; init; }

    public required FootballSpot Before { get; init; }

    public required FootballSpot After { get; init; }

    public FootballResult Result { get; init; }

    /// <summary>Yards gained, kicked or penalised.</summary>
    public int Yards { get; init; }

    /// <summary>Yards of the return, for kicks and interceptions.</summary>
    public int ReturnYards { get; init; }

    /// <summary>Who threw, ran or kicked: number on the roster of the side in <see cref="Before"/>.</summary>
    public int Actor { get; init; }

    /// <summary>Receiver on the same side.</summary>
    public int Target { get; init; }

    /// <summary>Tackler, interceptor or returner on the other side.</summary>
    public int Opponent { get; init; }

    /// <summary>Whether the penalty is on the defence.</summary>
    public bool IsOnDefence { get; init; }

    public bool IsScoring => Before.Score != After.Score;
}
