namespace Oddswire.Core.Domain;

/// <summary>What football's latest points lead to: a try, and a kick.</summary>
public sealed partial class ScoreSheet
{
    private const int Safety = 2;
    private const int Touchdown = 6;

    /// <summary>
    /// Football: who received the opening kick-off: whose the first drive was, or who returned the kick for a touchdown and left the first drive to the other team. Null where neither was seen.
    /// </summary>
    public Side? OpeningReceiver
    {
        get
        {
            Side? returner = null;
            foreach (var entry in _entries)
            {
                var (kind, side) = (KindOf(entry), KindOf(entry) == HomePoints ? Side.Home : Side.Away);
                if (kind == TurnBegin)
                {
                    return returner is null ? (Side)ValueOf(entry) : returner != (Side)ValueOf(entry) ? returner : null;
                }

                var isReturn = returner is null && kind is HomePoints or AwayPoints && ValueOf(entry) == Touchdown;
                if (!isReturn && !(returner == side && kind is HomePoints or AwayPoints && (entry & Try) != 0))
                {
                    return null;
                }

                returner = side;
            }

            return null;
        }
    }

    /// <summary>Whether the last points were a touchdown whose try has not been seen, and no drive has begun since.</summary>
    public bool IsTryDue
    {
        get
        {
            for (var i = _entries.Length - 1; i >= 0; i--)
            {
                if (KindOf(_entries[i]) is var kind and (HomePoints or AwayPoints or TurnBegin))
                {
                    return kind != TurnBegin && (ValueOf(_entries[i]) & (Try | MostPoints)) == Touchdown;
                }
            }

            return false;
        }
    }

    /// <summary>
    /// Who receives the kick after the latest points, no drive having begun and no half having ended since: the team scored upon, whoever had the ball, but after a safety the team that scored. Null where there
    /// were none, or nobody knows what they were.
    /// </summary>
    public Side? KickReceiver => KickedAfter is var (scorer, points) ? points == Safety ? scorer : 1 - scorer : null;

    /// <summary>
    /// The latest points, those of the try after a touchdown among them, no drive having begun and no half having ended since: who scored, and how many. Null where there were none, or nobody knows what they were.
    /// </summary>
    public (Side Scorer, int Points)? KickedAfter
    {
        get
        {
            Span<int> tries = [0, 0];
            for (var i = _entries.Length - 1; i >= 0; i--)
            {
                var (kind, value) = (KindOf(_entries[i]), ValueOf(_entries[i]));
                if (kind == TurnBegin || (kind is PeriodEnd or UnsurePeriodEnd && value % 2 == 0))
                {
                    return null;
                }

                if (kind is not (HomePoints or AwayPoints))
                {
                    continue;
                }

                var points = value & MostPoints;
                if ((value & Try) != 0)
                {
                    tries[kind - HomePoints] += points;
                    continue;
                }

                // More points at once than an entry holds are several scores.
                var isRest = i > 0 && KindOf(_entries[i - 1]) == kind && (_entries[i - 1] & MostPoints) == MostPoints;
                return (value & Unordered) != 0 || isRest ? null : ((Side)(kind - HomePoints), points + tries[kind - HomePoints]);
            }

            return null;
        }
    }
}
