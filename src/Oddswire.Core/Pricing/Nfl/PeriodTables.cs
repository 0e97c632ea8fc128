namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// The joint law of both teams' points until the end of the first half, or until the end of a quarter that is not the half's last, between average teams.
/// Rows are points of the team with the ball.
/// </summary>
internal sealed class PeriodTables
{
    /// <summary>Seconds of a step.</summary>
    public const int Step = 30;

    /// <summary>Points of one team that a table holds: 0 to 39.</summary>
    public const int Points = 40;

    /// <summary>Columns of a table.</summary>
    public const int Width = Points + PointGrid.Margin;

    private const int Size = Points * Width;
    private const float LeastRow = 1e-6f;
    private const int Bands = NflParameters.Bands + 1;

    private readonly int _slots;
    private readonly double _countFrom;
    private readonly float[] _tables;
    // Rows of a step's tables up to the last that matters.
    private readonly int[] _rows;
    private readonly float[][] _whole;

    /// <summary>Works the tables out, backwards.</summary>
    /// <param name="early">Gives the branches.</param>
    /// <param name="parameters">Gives the mixture of kick-offs.</param>
    /// <param name="slots">Steps of the period.</param>
    /// <param name="isHalf">Whether the half ends with the period; else the half goes on for another quarter hour.</param>
    /// <param name="countFrom">Drives that end with more seconds left in the period do not count.</param>
    public PeriodTables(EarlyTables early, NflParameters parameters, int slots, bool isHalf, double countFrom = double.MaxValue)
    {
        _slots = slots;
        _countFrom = countFrom;
        _tables = new float[(slots + 1) * Bands * Size];
        _rows = new int[slots + 1];
        var own = new float[Width * Width];
        var other = new float[Width * Width];
        var beyond = isHalf ? 0 : 900;
        for (var slot = 0; slot <= slots; slot++)
        {
            for (var band = 0; band < NflParameters.Bands; band++)
            {
                var table = At(slot, band);
                if (slot == 0)
                {
                    table[0] = _rows[0] = 1;
                    continue;
                }

                own.AsSpan().Clear();
                other.AsSpan().Clear();
                foreach (ref readonly var branch in early.Branches(band, (slot * Step) + beyond, isSecondHalf: false))
                {
                    Add(branch with { Seconds = branch.Seconds - beyond }, slot - 1, own, other);
                }

                PointGrid.AddTransposed(own, Width, other, Width, Width);
                var sum = 0f;
                for (var row = 0; row < Points; row++)
                {
                    sum += VectorMath.Sum(own.AsSpan(row * Width, Points));
                }

                for (var row = 0; row < Points; row++)
                {
                    VectorMath.AddScaled(table[(row * Width)..], own.AsSpan(row * Width, Points), 1 / sum);
                    _rows[slot] = VectorMath.Sum(table.Slice(row * Width, Points)) > LeastRow ? Math.Max(_rows[slot], row + 1) : _rows[slot];
                }
            }

            for (var band = 0; band < NflParameters.Bands; band++)
            {
                VectorMath.AddScaled(At(slot, DriveModel.Kick), At(slot, band), (float)parameters.KickBand[band]);
            }
        }

        _whole = [WorkOutWhole(0), WorkOutWhole(1), WorkOutWhole(0.5)];
    }

    /// <summary>The law of the whole period, rows of <see cref="Width"/>: whether its first drive is the team's with the points in rows, or either's.</summary>
    public ReadOnlySpan<float> Whole(bool? receives) => _whole[receives switch { false => 0, true => 1, null => 2 }];

    private float[] WorkOutWhole(double share)
    {
        var (own, other) = (new float[Width * Width], new float[Width * Width]);
        Add(new DriveBranch(share, 0, 0, _slots * Step, DriveModel.Kick, KeepsBall: true, EndsHalf: false), own, other);
        Add(new DriveBranch(1 - share, 0, 0, _slots * Step, DriveModel.Kick, KeepsBall: false, EndsHalf: false), own, other);
        PointGrid.AddTransposed(own, Width, other, Width, Width);
        return own;
    }

    /// <summary>Adds a branch, its seconds those left in the period, to the law of the team whose drive it is, or of the other one.</summary>
    public void Add(in DriveBranch branch, Span<float> own, Span<float> other) => Add(branch, _slots, own, other);

    /// <summary>Whether a branch's points are the period's, its seconds those left in it.</summary>
    public bool Counts(in DriveBranch branch) => !branch.EndsHalf && branch.Seconds >= 0 && branch.Seconds <= _countFrom;

    private void Add(in DriveBranch branch, int lastSlot, Span<float> own, Span<float> other)
    {
        if (branch.EndsHalf || branch.Seconds < 0)
        {
            own[0] += (float)branch.Chance;
            return;
        }

        var counts = Counts(branch) ? 1 : 0;
        var place = Math.Clamp(branch.Seconds / Step, 0, lastSlot);
        var slot = Math.Min((int)place, Math.Max(lastSlot - 1, 0));
        var chance = (float)(branch.Chance * (1 - Math.Abs(place - slot)));
        var nextChance = slot < lastSlot ? (float)(branch.Chance * (1 - Math.Abs(place - slot - 1))) : 0;
        var (first, second) = branch.KeepsBall ? (branch.Own, branch.Other) : (branch.Other, branch.Own);
        PointGrid.AddMoved(
            branch.KeepsBall ? own : other, chance > 0 ? Used(slot, branch.Band) : [], chance, nextChance > 0 ? Used(slot + 1, branch.Band) : [], nextChance,
            counts * ((first * Width) + second));
    }

    private ReadOnlySpan<float> Used(int slot, int band) => At(slot, band)[..(_rows[slot] * Width)];

    private Span<float> At(int slot, int band) => _tables.AsSpan(((slot * Bands) + band) * Size, Size);
}
