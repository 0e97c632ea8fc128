namespace Oddswire.Core.Domain;

/// <summary>How a football drive ended.</summary>
public enum DriveEnd : byte
{
    /// <summary>It has not ended.</summary>
    None = 0,

    /// <summary>The team with the ball scored a touchdown.</summary>
    Touchdown = 1,

    /// <summary>The team with the ball scored a field goal.</summary>
    FieldGoal = 2,

    /// <summary>Punt, turnover, safety, missed field goal, end of a half: no points for the team with the ball.</summary>
    NoScore = 3,

    /// <summary>Messages are missing: nobody knows.</summary>
    Unknown = 4,
}

/// <summary>
/// The course of a game as far as settling needs it, a byte an entry: who scored how many points in which order, where periods ended, and how each
/// drive (football) or half-inning (baseball) ended. Immutable; part of <see cref="GameState"/>, folded by the league's rules, so that a correction
/// rewrites it. The bytes are part of the wire contract: the upper three bits are the kind, the lower five its value.
/// </summary>
public sealed partial class ScoreSheet : IEquatable<ScoreSheet>
{
    // Kinds. Points: bits 0-2 how many (1-7), bit 3 a try after a touchdown, bit 4 in unknown order with its neighbours that have the bit too.
    private const int HomePoints = 1;
    private const int AwayPoints = 2;
    private const int PeriodEnd = 3;
    private const int UnsurePeriodEnd = 4;
    private const int TurnBegin = 5;
    private const int TurnEnd = 6;
    private const int Try = 8;
    private const int Unordered = 16;
    private const int MostPoints = 7;

    private readonly byte[] _entries;
    private readonly int _lastEnded = int.MinValue;

    private ScoreSheet(byte[] entries)
    {
        _entries = entries;
        foreach (var entry in entries)
        {
            Score += PointsOf(entry);
            _lastEnded = KindOf(entry) is PeriodEnd or UnsurePeriodEnd ? Math.Max(_lastEnded, ValueOf(entry)) : _lastEnded;
        }
    }

    /// <summary>The sheet of a game not begun.</summary>
    public static ScoreSheet Empty { get; } = new([]);

    /// <summary>The entries, as they are written.</summary>
    public ReadOnlySpan<byte> Entries => _entries;

    /// <summary>The sum of all points.</summary>
    public Score Score { get; }

    /// <summary>Reads a sheet; any bytes are one.</summary>
    public static ScoreSheet Read(ReadOnlySpan<byte> entries) => entries.IsEmpty ? Empty : new ScoreSheet(entries.ToArray());

    /// <summary>
    /// The sheet with the points that lead to a score. Points of both teams at once stand in unknown order; a score taken back strikes out the team's
    /// latest points.
    /// </summary>
    /// <param name="after">The new score.</param>
    /// <param name="isFootball">Whether 7 and 8 points at once, and 1 or 2 right after a touchdown, hold a try.</param>
    public ScoreSheet WithScore(Score after, bool isFootball = false)
    {
        if (after == Score)
        {
            return this;
        }

        var entries = new List<byte>(_entries);
        Strike(entries, HomePoints, Score.Home - after.Home);
        Strike(entries, AwayPoints, Score.Away - after.Away);
        var isTryDue = isFootball && IsTryDue;
        var (home, away) = (after.Home - Score.Home, after.Away - Score.Away);
        var order = home > 0 && away > 0 ? Unordered : 0;
        Add(entries, HomePoints, home, order, isFootball, isTryDue);
        Add(entries, AwayPoints, away, order, isFootball, isTryDue);
        return new ScoreSheet([.. entries]);
    }

    /// <summary>The sheet with the end of a period that had not ended; the same when it had.</summary>
    /// <param name="period">The period, 1 to 31.</param>
    /// <param name="isSure">Whether the score so far is surely the score at its end.</param>
    public ScoreSheet WithEndOf(int period, bool isSure) =>
        period is < 1 or > 31 || HasEnded(period) ? this : With((isSure ? PeriodEnd : UnsurePeriodEnd, period));

    /// <summary>The sheet with a drive begun.</summary>
    public ScoreSheet WithDriveOf(Side side) => With((TurnBegin, (int)side));

    /// <summary>The sheet with the drive or (<see cref="DriveEnd.None"/>) the half-inning ended.</summary>
    public ScoreSheet WithTurnEnd(DriveEnd end) => With((TurnEnd, (int)end));

    /// <summary>The sheet when what was folded turned out not to be all: nobody knows the score at the end of any period, or how any turn ended.</summary>
    public ScoreSheet WithDoubt()
    {
        var entries = _entries.ToArray();
        foreach (ref var entry in entries.AsSpan())
        {
            entry = KindOf(entry) switch
            {
                PeriodEnd => (byte)((UnsurePeriodEnd << 5) | ValueOf(entry)),
                TurnEnd => (TurnEnd << 5) | (int)DriveEnd.Unknown,
                HomePoints or AwayPoints => (byte)(entry | Unordered),
                _ => entry,
            };
        }

        return new ScoreSheet(entries);
    }

    /// <summary>Whether this sheet begins with all of an earlier one, so that nothing in that was rewritten.</summary>
    public bool Continues(ScoreSheet earlier) => ReferenceEquals(this, earlier) || _entries.AsSpan().StartsWith(earlier._entries);

    /// <summary>Whether the period, or a later one, has ended.</summary>
    public bool HasEnded(int period) => period <= _lastEnded;

    /// <summary>The score at the end of a period; null when it has not ended or nobody knows.</summary>
    public Score? EndOf(int period)
    {
        if (period > _lastEnded)
        {
            return null;
        }

        var score = default(Score);
        foreach (var entry in _entries)
        {
            score += PointsOf(entry);
            if (KindOf(entry) is PeriodEnd or UnsurePeriodEnd && ValueOf(entry) >= period)
            {
                return KindOf(entry) == PeriodEnd && ValueOf(entry) == period ? score : null;
            }
        }

        return null;
    }

    /// <summary>Which team had so many points first.</summary>
    /// <param name="points">Points, from 1.</param>
    /// <param name="side">The team; null when none has so many yet, or when the order is unknown.</param>
    /// <returns>Whether it is known; false when both came to so many in unknown order.</returns>
    public bool TryFirstTo(int points, out Side? side)
    {
        side = null;
        var score = default(Score);
        for (var i = 0; i < _entries.Length && side is null; i++)
        {
            score += PointsOf(_entries[i]);
            side = score.Home >= points ? Side.Home : score.Away >= points ? Side.Away : null;
            if (side is { } first && IsUnordered(i) && Reaches(i, score, 1 - first, points))
            {
                side = null;
                return false;
            }
        }

        return true;
    }

    /// <summary>Which team scored next after a score; a try after a touchdown does not count.</summary>
    /// <param name="from">The score from which on.</param>
    /// <param name="side">The team; null when nobody has since, or when it is unknown.</param>
    /// <returns>Whether it is known; false when there never was such a score, or both scored in unknown order.</returns>
    public bool TryNextAfter(Score from, out Side? side)
    {
        side = null;
        var score = default(Score);
        var wasThere = from == score;
        for (var i = 0; i < _entries.Length; i++)
        {
            var points = PointsOf(_entries[i]);
            if (points == default)
            {
                continue;
            }

            if (wasThere && (_entries[i] & Try) == 0)
            {
                side = IsUnordered(i) ? null : points.Home > 0 ? Side.Home : Side.Away;
                return side is not null;
            }

            score += points;
            wasThere |= score == from;
        }

        return wasThere;
    }

    /// <summary>Drives that have begun; the number of a drive counts from 1.</summary>
    public int Drives => DrivesAfter(0);

    /// <summary>Who had the ball first, where it was seen before any points: football's first drive, basketball's tip-off.</summary>
    public Side? FirstBall => _entries is [var first, ..] && KindOf(first) == TurnBegin ? (Side)ValueOf(first) : null;

    /// <summary>Drives begun since a period (or a later one) ended, or since the start for period 0; none when it has not ended.</summary>
    public int DrivesAfter(int period)
    {
        var ends = period == 0 ? 0 : _entries.AsSpan().IndexOfAnyInRange((byte)((PeriodEnd << 5) | period), (byte)((UnsurePeriodEnd << 5) | 31));
        return ends < 0 ? 0 : Count(_entries.AsSpan(ends), TurnBegin);
    }

    /// <summary>Half-innings that have ended.</summary>
    public int HalfInnings => Count(_entries, TurnEnd);

    /// <summary>Whose drive is going on; null between drives.</summary>
    public Side? DriveNow => Drives is var drives and > 0 && Drive(drives) is (var side, DriveEnd.None) ? side : null;

    /// <summary>A drive: whose, and how it ended (<see cref="DriveEnd.None"/> while it goes on). Null when there was none.</summary>
    /// <param name="number">The drive, from 1.</param>
    public (Side Side, DriveEnd End)? Drive(int number)
    {
        (Side Side, DriveEnd End)? found = null;
        foreach (var entry in _entries)
        {
            if (KindOf(entry) == TurnBegin)
            {
                if (found is not null)
                {
                    return found;
                }

                found = --number == 0 ? ((Side)ValueOf(entry), DriveEnd.None) : null;
            }
            else if (KindOf(entry) == TurnEnd && found is { } drive)
            {
                return (drive.Side, (DriveEnd)ValueOf(entry));
            }
        }

        return found;
    }

    /// <summary>Runs in a half-inning so far, null when nobody knows; and whether it has ended.</summary>
    /// <param name="number">The half-inning, from 1: 1 is the top of the first.</param>
    public (int? Runs, bool HasEnded) HalfInning(int number)
    {
        var runs = 0;
        foreach (var entry in _entries)
        {
            if (KindOf(entry) == TurnEnd)
            {
                if (--number == 0)
                {
                    return (ValueOf(entry) == (int)DriveEnd.Unknown ? null : runs, true);
                }

                runs = 0;
            }

            runs += PointsOf(entry).Total;
        }

        return number == 1 ? (runs, false) : (0, false);
    }

    /// <inheritdoc/>
    public bool Equals(ScoreSheet? other) => other is not null && _entries.AsSpan().SequenceEqual(other._entries);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ScoreSheet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_entries);
        return hash.ToHashCode();
    }

    /// <summary>For example <c>h3 h6 h1t |1 a2</c>: home 3, home 6 and a try, end of the first period, away 2.</summary>
    public override string ToString() => string.Join(' ', _entries.Select(static entry => KindOf(entry) switch
    {
        HomePoints => $"h{Points(entry)}",
        AwayPoints => $"a{Points(entry)}",
        PeriodEnd => $"|{ValueOf(entry)}",
        UnsurePeriodEnd => $"|{ValueOf(entry)}?",
        TurnBegin => ValueOf(entry) == (int)Side.Home ? "[h" : "[a",
        _ => $"]{(ValueOf(entry) == 0 ? "" : (DriveEnd)ValueOf(entry))}",
    }));

    private static string Points(byte entry) =>
        $"{entry & MostPoints}{((entry & Try) == 0 ? "" : "t")}{((entry & Unordered) == 0 ? "" : "~")}";

    private static int KindOf(byte entry) => entry >> 5;

    private static int ValueOf(byte entry) => entry & 31;

    private static Score PointsOf(byte entry) => KindOf(entry) switch
    {
        HomePoints => new Score(entry & MostPoints, 0),
        AwayPoints => new Score(0, entry & MostPoints),
        _ => default,
    };

    private static void Strike(List<byte> entries, int kind, int points)
    {
        for (var i = entries.Count - 1; i >= 0 && points > 0; i--)
        {
            if (KindOf(entries[i]) != kind)
            {
                continue;
            }

            var had = entries[i] & MostPoints;
            var left = Math.Max(0, had - points);
            points -= had - left;
            if (left == 0)
            {
                entries.RemoveAt(i);
            }
            else
            {
                entries[i] = (byte)((entries[i] & ~MostPoints) | left);
            }
        }
    }

    private static void Add(List<byte> entries, int kind, int points, int order, bool isFootball, bool isTryDue)
    {
        if (points is 1 or 2 && isTryDue)
        {
            order |= Try;
        }
        else if (points is 7 or 8 && isFootball)
        {
            entries.Add((byte)((kind << 5) | order | Touchdown));
            (points, order) = (points - Touchdown, order | Try);
        }

        for (; points > 0; points -= MostPoints)
        {
            entries.Add((byte)((kind << 5) | order | Math.Min(points, MostPoints)));
        }
    }

    private bool IsUnordered(int index) => KindOf(_entries[index]) is HomePoints or AwayPoints && (_entries[index] & Unordered) != 0;

    /// <summary>Whether the other side too comes to the points within the entries of unknown order around one.</summary>
    private bool Reaches(int index, Score score, Side other, int points)
    {
        for (var i = index + 1; i < _entries.Length && IsUnordered(i); i++)
        {
            score += PointsOf(_entries[i]);
        }

        return (other == Side.Home ? score.Home : score.Away) >= points;
    }

    private static int Count(ReadOnlySpan<byte> entries, int kind)
    {
        var count = 0;
        foreach (var entry in entries)
        {
            count += KindOf(entry) == kind ? 1 : 0;
        }

        return count;
    }

    private ScoreSheet With((int Kind, int Value) entry)
    {
        var entries = new byte[_entries.Length + 1];
        _entries.CopyTo(entries, 0);
        entries[^1] = (byte)((entry.Kind << 5) | entry.Value);
        return new ScoreSheet(entries);
    }
}
