namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// The joint law of both teams' points up to the last minutes (<see cref="LateTables.Seconds"/>), between average teams, for each time left and each band where
/// a drive begins: so long before the end the score hardly decides how teams play, so the lead is no part of the state. The drive that runs into the last
/// minutes ends the table; in the second half which team has the ball then is kept apart. Worked out backwards. Rows are points of the team with the ball.
/// </summary>
internal sealed class EarlyTables
{
    /// <summary>Seconds of a step.</summary>
    public const int Step = 30;

    /// <summary>Steps of a half.</summary>
    public const int Slots = 1800 / Step;

    /// <summary>Points of one team that a table holds: 0 to 55.</summary>
    public const int Points = 56;

    /// <summary>Columns of a table.</summary>
    public const int Width = Points + PointGrid.Margin;

    /// <summary>Cells of a table.</summary>
    public const int Size = Points * Width;

    /// <summary>Cells of what tables are added up in.</summary>
    public const int SumSize = Width * Width;

    /// <summary>The first step of the second half that is not late.</summary>
    public const int FirstSlot = (LateTables.Seconds / Step) + 1;

    private const int QuarterSeconds = 900;
    private const int Bands = NflParameters.Bands + 1;
    private const float Tiny = 1e-9f;
    private const float LeastRow = 1e-6f;

    // How often teams are that far ahead between halftime and the last minutes: from the seasons 2019 to 2024, in classes.
    private static readonly (int Lead, double Share)[] UsualLeads = [(-15, 0.15), (-8, 0.17), (-4, 0.13), (0, 0.1), (4, 0.13), (8, 0.17), (15, 0.15)];

    private readonly DriveModel _drives;
    private readonly NflParameters _parameters;
    private readonly float[] _second = new float[(Slots + 1) * Bands * 2 * Size];
    private readonly float[] _first = new float[(Slots + 1) * Bands * 2 * Size];
    private readonly float[] _fourth = new float[(Slots + 1) * Bands * 2 * Size];
    private readonly int[] _secondRows = new int[Slots + 1];
    private readonly int[] _firstRows = new int[Slots + 1];
    private readonly float[][] _sums = [new float[SumSize], new float[SumSize], new float[SumSize], new float[SumSize]];
    private readonly DriveBranch[] _branches = new DriveBranch[DriveModel.MaxBranches];

    public EarlyTables(DriveModel drives, NflParameters parameters)
    {
        _drives = drives;
        _parameters = parameters;
        BuildSecond(isFourthOnly: false);
        BuildSecond(isFourthOnly: true);

        for (var slot = 0; slot <= Slots; slot++)
        {
            for (var band = 0; band < NflParameters.Bands; band++)
            {
                for (var receives = 0; receives < 2; receives++)
                {
                    Clear();
                    if (slot == 0)
                    {
                        AddHalftime(1, receives == 1, _sums);
                    }

                    foreach (ref readonly var branch in slot == 0 ? [] : Branches(band, slot * Step, isSecondHalf: false))
                    {
                        AddFirst(branch, slot - 1, receives == 1, _sums);
                    }

                    StoreFirst(slot, band, receives);
                }
            }

            MixKicks(slot);
        }
    }

    /// <summary>
    /// Adds a branch in the second half to four sums: the law where the team whose drive it is has the ball in the last minutes, and where not; and the same
    /// two as the other team sees it (its points first), the ball its own first.
    /// </summary>
    /// <param name="branch">The branch.</param>
    /// <param name="lastSlot">The last step to look at.</param>
    /// <param name="sums">Added to.</param>
    /// <param name="isFourthOnly">Whether only points of the fourth quarter count.</param>
    public void AddSecond(in DriveBranch branch, int lastSlot, float[][] sums, bool isFourthOnly = false)
    {
        if (isFourthOnly && branch.Seconds > QuarterSeconds)
        {
            AddSecond(branch with { Own = 0, Other = 0 }, lastSlot, sums, _fourth);
        }
        else
        {
            AddSecond(branch, lastSlot, sums, _second);
        }
    }

    private void AddSecond(in DriveBranch branch, int lastSlot, float[][] sums, float[] tables)
    {
        if (branch.Seconds <= LateTables.Seconds || branch.EndsHalf || lastSlot < FirstSlot)
        {
            sums[branch.KeepsBall ? 0 : 1][(branch.Own * Width) + branch.Other] += (float)branch.Chance;
            return;
        }

        var place = Math.Clamp(branch.Seconds / Step, FirstSlot, lastSlot);
        var slot = Math.Min((int)place, Math.Max(lastSlot - 1, FirstSlot));

        // The steps of the fourth quarter itself are the same for both.
        var next = Math.Min(slot + 1, Slots);
        var from = slot * Step > QuarterSeconds ? tables : _second;
        var nextFrom = next * Step > QuarterSeconds ? tables : _second;
        var offset = branch.KeepsBall ? (branch.Own * Width) + branch.Other : (branch.Other * Width) + branch.Own;
        for (var side = 0; side < 2; side++)
        {
            AddBetween(
                sums[branch.KeepsBall ? side : 2 + side], branch, place, slot, lastSlot, Second(from, slot, branch.Band, side), Second(nextFrom, next, branch.Band, side),
                _secondRows, offset);
        }
    }

    /// <summary>
    /// Adds a branch in the first half to two sums, that of the team whose drive it is (the first) and that of the other team (the third). Who will have the
    /// ball in the last minutes hangs on nothing that is known so early: either, as often.
    /// </summary>
    public void AddFirst(in DriveBranch branch, int lastSlot, bool receivesSecondHalf, float[][] sums)
    {
        if (branch.EndsHalf)
        {
            AddHalftime(branch.Chance, receivesSecondHalf, sums);
            return;
        }

        var place = Math.Clamp(branch.Seconds / Step, 0, lastSlot);
        var slot = Math.Min((int)place, Math.Max(lastSlot - 1, 0));
        var receives = branch.KeepsBall == receivesSecondHalf ? 1 : 0;
        var (first, second) = branch.KeepsBall ? (branch.Own, branch.Other) : (branch.Other, branch.Own);
        AddBetween(
            sums[branch.KeepsBall ? 0 : 2], branch, place, slot, lastSlot, First(slot, branch.Band, receives), First(Math.Min(slot + 1, Slots), branch.Band, receives),
            _firstRows, (first * Width) + second);
    }

    /// <summary>Adds the second half from its kick-off on to the sum of the team that receives.</summary>
    internal void AddHalftime(double chance, bool receivesSecondHalf, float[][] sums)
    {
        var length = _secondRows[Slots] * Width;
        PointGrid.AddMoved(
            sums[receivesSecondHalf ? 0 : 2], Second(_second, Slots, DriveModel.Kick, 0)[..length], (float)chance, Second(_second, Slots, DriveModel.Kick, 1)[..length],
            (float)chance, 0);
    }

    /// <summary>The branches of an average team's drive, at the mixture of the leads there usually are.</summary>
    /// <remarks>Only while tables are worked out, by one thread: the result is a buffer.</remarks>
    internal ReadOnlySpan<DriveBranch> Branches(int band, double seconds, bool isSecondHalf)
    {
        Span<double> ends = stackalloc double[DriveModel.Results];
        var strength = _parameters.StretchStrength[isSecondHalf ? 1 : 0];
        var at = _drives.Start(band, seconds, isSecondHalf, 0, strength);
        if (isSecondHalf)
        {
            Span<double> some = stackalloc double[DriveModel.Results];
            ends.Clear();
            foreach (var (lead, share) in UsualLeads)
            {
                _drives.Ends(at with { Lead = lead }, some);
                VectorMath.AddScaled(ends, some, share);
            }
        }
        else
        {
            _drives.Ends(at, ends);
        }

        return _branches.AsSpan(0, _drives.Branch(at, ends, thirds: 3, _branches));
    }

    // A step's table and the next one's, by how near a place is to either.
    private static void AddBetween(
        Span<float> sum, in DriveBranch branch, double place, int slot, int lastSlot, ReadOnlySpan<float> table, ReadOnlySpan<float> next, int[] rows, int offset)
    {
        var chance = (float)(branch.Chance * (1 - Math.Abs(place - slot)));
        var nextChance = slot < lastSlot ? (float)(branch.Chance * (1 - Math.Abs(place - slot - 1))) : 0;
        table = chance > Tiny ? table[..(rows[slot] * Width)] : [];
        next = nextChance > Tiny ? next[..(rows[slot + 1] * Width)] : [];
        PointGrid.AddMoved(sum, table, chance, next, nextChance, offset);
    }

    private void BuildSecond(bool isFourthOnly)
    {
        var tables = isFourthOnly ? _fourth : _second;
        for (var slot = isFourthOnly ? (QuarterSeconds / Step) + 1 : FirstSlot; slot <= Slots; slot++)
        {
            for (var band = 0; band < NflParameters.Bands; band++)
            {
                Clear();
                foreach (ref readonly var branch in Branches(band, slot * Step, isSecondHalf: true))
                {
                    AddSecond(branch, slot - 1, _sums, isFourthOnly);
                }

                StoreSecond(tables, slot, band);
            }

            for (var side = 0; side < 2; side++)
            {
                for (var band = 0; band < NflParameters.Bands; band++)
                {
                    VectorMath.AddScaled(
                        Second(tables, slot, DriveModel.Kick, side), Second(tables, slot, band, side), (float)_parameters.KickBand[band]);
                }
            }
        }
    }

    private void Clear()
    {
        foreach (var sum in _sums)
        {
            sum.AsSpan().Clear();
        }
    }

    private void StoreSecond(float[] tables, int slot, int band)
    {
        // What the other team saw with the ball its own is without the ball here.
        PointGrid.AddTransposed(_sums[1], Width, _sums[2], Width, Width);
        PointGrid.AddTransposed(_sums[0], Width, _sums[3], Width, Width);
        var all = SumOf(_sums[0]) + SumOf(_sums[1]);
        Store(Second(tables, slot, band, 0), _sums[0], all, ref _secondRows[slot]);
        Store(Second(tables, slot, band, 1), _sums[1], all, ref _secondRows[slot]);
    }

    private void StoreFirst(int slot, int band, int receives)
    {
        PointGrid.AddTransposed(_sums[0], Width, _sums[2], Width, Width);
        Store(First(slot, band, receives), _sums[0], SumOf(_sums[0]), ref _firstRows[slot]);
    }

    private static float SumOf(float[] sum)
    {
        var all = 0f;
        for (var row = 0; row < Points; row++)
        {
            all += VectorMath.Sum(sum.AsSpan(row * Width, Points));
        }

        return all;
    }

    private static void Store(Span<float> table, float[] from, float all, ref int rows)
    {
        for (var row = 0; row < Points; row++)
        {
            var cells = table.Slice(row * Width, Points);
            VectorMath.AddScaled(cells, from.AsSpan(row * Width, Points), 1 / all);
            rows = VectorMath.Sum(cells) > LeastRow ? Math.Max(rows, row + 1) : rows;
        }
    }

    private void MixKicks(int slot)
    {
        for (var receives = 0; receives < 2; receives++)
        {
            for (var band = 0; band < NflParameters.Bands; band++)
            {
                VectorMath.AddScaled(First(slot, DriveModel.Kick, receives), First(slot, band, receives), (float)_parameters.KickBand[band]);
            }
        }
    }

    private static Span<float> Second(float[] tables, int slot, int band, int side) => tables.AsSpan(((((slot * Bands) + band) * 2) + side) * Size, Size);

    private Span<float> First(int slot, int band, int receives) => _first.AsSpan(((((slot * Bands) + band) * 2) + receives) * Size, Size);
}
