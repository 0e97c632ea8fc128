using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Nfl;

namespace Oddswire.Calibration.Nfl;

/// <summary>A play and how its drive went on: what the laws of drives are fitted on.</summary>
/// <param name="Row">The state before the play.</param>
/// <param name="At">The situation of the team with the ball.</param>
/// <param name="Half">1, 2, or 3 for overtime.</param>
/// <param name="IsFirst">Whether it is the drive's first play.</param>
/// <param name="Drive">Number of the drive over all games.</param>
internal sealed record DriveSample(ModelRow Row, Situation At, int Half, bool IsFirst, int Drive)
{
    /// <summary>How the drive ended: <see cref="DriveModel"/>'s ends.</summary>
    public int End { get; private set; } = DriveModel.HalfEnds;

    /// <summary>Seconds from the play to the next drive's first play, or to the half's end.</summary>
    public double Seconds { get; private set; }

    /// <summary>Points of the try after a touchdown.</summary>
    public int TryPoints { get; private set; }

    /// <summary>Yards to the goal at the next drive's first play; null when the half ended.</summary>
    public int? NextYards { get; private set; }

    /// <summary>Whether the next drive is the other team's.</summary>
    public bool IsNextOther { get; private set; }

    /// <summary>Cuts the rows of games, each game's together and in order, into plays with their drives' ends.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="averageTotal"><see cref="NflParameters.AverageTotal"/>.</param>
    /// <param name="isOvertime">Whether plays of overtime are wanted; else those of regulation.</param>
    public static List<DriveSample> Read(IReadOnlyList<ModelRow> rows, double averageTotal, bool isOvertime = false)
    {
        List<DriveSample> samples = [];
        var drive = 0;
        for (var first = 0; first < rows.Count;)
        {
            var last = first;
            while (last < rows.Count && ReferenceEquals(rows[last].Game, rows[first].Game))
            {
                last++;
            }

            ReadGame([.. rows.Skip(first).Take(last - first)], averageTotal, isOvertime, samples, ref drive);
            first = last;
        }

        return samples;
    }

    private static void ReadGame(ModelRow[] rows, double averageTotal, bool isOvertime, List<DriveSample> samples, ref int drive)
    {
        var known = -1;
        Situation? before = null;
        var lastPlay = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            var state = rows[i].State;
            if (state.Period > 4 != isOvertime || state.Possession is not { } side || state.Football is not { Down: >= 1 } football)
            {
                continue;
            }

            var isFirst = state.Sheet.Drives != known;
            known = state.Sheet.Drives;
            drive += isFirst ? 1 : 0;
            var half = HalfOf(state);
            var at = new Situation(
                football.Down,
                Math.Max(football.YardsToFirst, 1),
                Math.Clamp(football.YardsToGoal, 1, 99),
                SecondsInHalf(state),
                half >= 2,
                side == Side.Home ? state.Score.Margin : -state.Score.Margin,
                StrengthOf(rows[i], side),
                ScoringOf(rows[i], averageTotal),
                IsStart: isFirst);
            at = at with { WasBehind = isFirst && at.Lead < 0 && before is { IsSecondHalf: true, Lead: > 0 } && rows[lastPlay].State.Possession != side };
            (before, lastPlay) = (at, i);
            var sample = new DriveSample(rows[i], at, half, isFirst, drive) { Seconds = at.Seconds };
            sample.Follow(rows, i, side);
            samples.Add(sample);
        }
    }

    /// <summary>The same with what the team's and the other's time-outs are beyond the usual.</summary>
    public DriveSample WithTimeouts(UsualTimeouts usual) => this with
    {
        At = At with
        {
            OwnTimeouts = usual.Beyond(Timeouts(isOther: false), isOther: false, At),
            OtherTimeouts = usual.Beyond(Timeouts(isOther: true), isOther: true, At),
        },
    };

    /// <summary>Time-outs left of the team with the ball or of the other; null where not known.</summary>
    public int? Timeouts(bool isOther) => Row.State.Possession is { } side ? Row.State.Football?.Timeouts(isOther ? 1 - side : side) : null;

    private static int HalfOf(GameState state) => state.Period switch { <= 2 => 1, <= 4 => 2, _ => 3 };

    private static double SecondsInHalf(GameState state) => (state.ClockTenths / 10.0) + (state.Period is 1 or 3 ? 900 : 0);

    private static double StrengthOf(ModelRow row, Side side) => (row.Info.Line?.HomeMarginHundredths ?? 0) / (side == Side.Home ? 2000.0 : -2000);

    private static double ScoringOf(ModelRow row, double averageTotal) => ((row.Info.Line?.TotalHundredths / 100.0 ?? averageTotal) - averageTotal) / 20;

    private void Follow(ModelRow[] rows, int from, Side side)
    {
        for (var i = from; i < rows.Length && HalfOf(rows[i].State) == Half; i++)
        {
            var state = rows[i].State;
            if (i > from && IsPlay(state) && state.Possession != side)
            {
                End = DriveModel.NoPoints;
                TakeNext(state, side);
                return;
            }

            var (own, other) = Gained(rows, i, side);
            if (own != 0 || other != 0)
            {
                End = (own, other) switch
                {
                    ( >= 6, _) => DriveModel.Touchdown,
                    ( > 0, _) => DriveModel.FieldGoal,
                    (_, >= 6) => DriveModel.DefenceTouchdown,
                    _ => DriveModel.Safety,
                };
                FollowScore(rows, i + 1, side);
                return;
            }
        }
    }

    private void FollowScore(ModelRow[] rows, int from, Side side)
    {
        for (var i = from; i < rows.Length && HalfOf(rows[i].State) == Half; i++)
        {
            if (IsPlay(rows[i].State))
            {
                TakeNext(rows[i].State, side);
                return;
            }

            var (own, other) = Gained(rows, i, side);
            TryPoints += Math.Clamp(End == DriveModel.Touchdown ? own : other, 0, 2);
        }
    }

    private void TakeNext(GameState state, Side side)
    {
        Seconds = At.Seconds - SecondsInHalf(state);
        NextYards = state.Football!.Value.YardsToGoal;
        IsNextOther = state.Possession != side;
    }

    private static bool IsPlay(GameState state) => state is { Possession: not null, Football.Down: >= 1 };

    private static (int Own, int Other) Gained(ModelRow[] rows, int i, Side side)
    {
        var (before, after) = (rows[i].State.Score, i + 1 < rows.Length ? rows[i + 1].State.Score : rows[i].Final);
        var (home, away) = (after.Home - before.Home, after.Away - before.Away);
        return side == Side.Home ? (home, away) : (away, home);
    }
}
