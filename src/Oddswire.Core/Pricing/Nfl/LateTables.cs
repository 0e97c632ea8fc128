namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// The joint law of both teams' points in the rest of the second half, for each time left up to <see cref="Seconds"/>, each band where a drive begins and each
/// lead, the ball the favourite's or the underdog's: here the score decides how both play, so the lead is part of the state, and every drive is played at the teams' own
/// strengths, since few are left and the last ones decide. Worked out backwards from the end, drive by drive.
/// Rows are points of the team with the ball, columns the other's.
/// </summary>
internal sealed class LateTables
{
    /// <summary>The time left that the tables reach.</summary>
    public const int Seconds = 420;

    /// <summary>Steps: short ones at the end, where each second decides, longer ones before.</summary>
    public const int Slots = ShortSlots + ((Seconds - ShortSeconds) / LongStep);

    /// <summary>The largest lead that counts; a larger one is played like it.</summary>
    public const int MaxLead = 20;

    /// <summary>Points of one team that a table holds: 0 to 23.</summary>
    public const int Points = 24;

    /// <summary>Columns of a table.</summary>
    public const int Width = Points + PointGrid.Margin;

    /// <summary>Cells of a table.</summary>
    public const int Size = Points * Width;

    private const int ShortStep = 10;
    private const int LongStep = 30;
    private const int ShortSeconds = 150;
    private const int ShortSlots = ShortSeconds / ShortStep;
    // Every lead; then again those behind, for a team that was behind before the other's drive: it has used time-outs to get the ball.
    private const int Leads = (2 * MaxLead) + 1 + MaxLead;
    private const int Bands = NflParameters.Bands + 1;
    private const float LeastUsed = 1e-7f;

    // The favourite with the ball, the underdog with it: one between equals.
    private readonly float[][] _tables;
    // Cells of a step's tables up to the last that matters.
    private readonly int[] _used = new int[Slots + 1];
    private readonly float[] _own = new float[Width * Width];
    private readonly float[] _other = new float[Width * Width];
    private readonly DriveBranch[] _branches = new DriveBranch[DriveModel.MaxBranches];

    /// <summary>Works the tables out.</summary>
    /// <param name="drives">The law of drives.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="margin">Points by which the favourite is expected to win a whole game.</param>
    public LateTables(DriveModel drives, NflParameters parameters, double margin)
    {
        _tables = [.. Enumerable.Range(0, margin == 0 ? 1 : 2).Select(_ => new float[(Slots + 1) * Bands * Leads * Size])];
        for (var slot = 0; slot <= Slots; slot++)
        {
            for (var side = 0; side < _tables.Length; side++)
            {
                FillSlot(drives, parameters, slot, isFavourite: side == 0, parameters.StretchStrength[2] + ((side == 0 ? margin : -margin) / 20));
            }
        }
    }

    /// <summary>The time left at a step.</summary>
    public static int SecondsAt(int slot) => slot <= ShortSlots ? slot * ShortStep : ShortSeconds + ((slot - ShortSlots) * LongStep);

    /// <summary>The step of a time left, with what it is past it.</summary>
    public static double PlaceOf(double seconds) =>
        seconds <= ShortSeconds ? Math.Max(0, seconds / ShortStep) : Math.Min(Slots, ShortSlots + ((seconds - ShortSeconds) / LongStep));

    /// <summary>The table of a step, a band and the lead of the team with the ball, and whether it was behind before the other's drive.</summary>
    public ReadOnlySpan<float> At(int slot, int band, int lead, bool isFavourite, bool wasBehind) => Writable(slot, band, lead, isFavourite, wasBehind && lead < 0);

    private void FillSlot(DriveModel drives, NflParameters parameters, int slot, bool isFavourite, double strength)
    {
        for (var lead = -MaxLead; lead <= MaxLead; lead++)
        {
            for (var before = 0; before < (lead < 0 ? 2 : 1); before++)
            {
                FillLead(drives, parameters, slot, lead, isFavourite, strength, wasBehind: before == 1);
            }
        }
    }

    private void FillLead(DriveModel drives, NflParameters parameters, int slot, int lead, bool isFavourite, double strength, bool wasBehind)
    {
        Span<double> ends = stackalloc double[DriveModel.Results];
        for (var band = 0; band < NflParameters.Bands; band++)
        {
            if (slot == 0)
            {
                Writable(slot, band, lead, isFavourite, wasBehind)[0] = _used[0] = 1;
                continue;
            }

            var at = drives.Start(band, SecondsAt(slot), isSecondHalf: true, lead, strength, wasBehind);
            drives.Ends(at, ends);
            var count = drives.Branch(at, ends, thirds: 3, _branches);
            Fill(slot, lead, isFavourite, _branches.AsSpan(0, count), Writable(slot, band, lead, isFavourite, wasBehind));
        }

        for (var band = 0; band < NflParameters.Bands; band++)
        {
            VectorMath.AddScaled(
                Writable(slot, DriveModel.Kick, lead, isFavourite, wasBehind), Writable(slot, band, lead, isFavourite, wasBehind), (float)parameters.KickBand[band]);
        }
    }

    /// <summary>Adds a branch, <paramref name="lead"/> being that of the team whose drive it is, to its own or the other team's law.</summary>
    public void Add(in DriveBranch branch, int lead, bool isFavourite, int lastSlot, Span<float> own, Span<float> other)
    {
        if (branch.EndsHalf)
        {
            own[0] += (float)branch.Chance;
            return;
        }

        var place = Math.Min(PlaceOf(branch.Seconds), lastSlot);
        var slot = Math.Min((int)place, Math.Max(lastSlot - 1, 0));
        var next = slot < lastSlot ? place - slot : 0;
        AddBetween(branch, lead, isFavourite, slot, (float)(branch.Chance * (1 - Math.Abs(place - slot))), (float)(branch.Chance * next), own, other);
    }

    /// <summary>Adds a branch that does not end the half as if its time left were a step's, and the next one's, each with a chance of its own.</summary>
    public void AddBetween(in DriveBranch branch, int lead, bool isFavourite, int slot, float chance, float nextChance, Span<float> own, Span<float> other)
    {
        var after = lead + branch.Own - branch.Other;
        var (team, teamLead, first, second) = branch.KeepsBall ? (isFavourite, after, branch.Own, branch.Other) : (!isFavourite, -after, branch.Other, branch.Own);
        PointGrid.AddMoved(
            branch.KeepsBall ? own : other, chance > 0 ? Used(slot, branch.Band, teamLead, team, branch.WasBehind) : [], chance,
            nextChance > 0 ? Used(slot + 1, branch.Band, teamLead, team, branch.WasBehind) : [], nextChance, (first * Width) + second);
    }

    private ReadOnlySpan<float> Used(int slot, int band, int lead, bool isFavourite, bool wasBehind) => At(slot, band, lead, isFavourite, wasBehind)[.._used[slot]];

    private void Fill(int slot, int lead, bool isFavourite, ReadOnlySpan<DriveBranch> branches, Span<float> table)
    {
        _own.AsSpan().Clear();
        _other.AsSpan().Clear();
        foreach (ref readonly var branch in branches)
        {
            Add(branch, lead, isFavourite, slot - 1, _own, _other);
        }

        PointGrid.AddTransposed(_own, Width, _other, Width, Width);
        var sum = 0f;
        for (var row = 0; row < Points; row++)
        {
            _own.AsSpan(row * Width, Points).CopyTo(table[(row * Width)..]);
            sum += VectorMath.Sum(_own.AsSpan(row * Width, Points));
        }

        for (var i = 0; i < Size; i++)
        {
            table[i] /= sum;
            _used[slot] = table[i] > LeastUsed ? Math.Max(_used[slot], i + 1) : _used[slot];
        }
    }

    private Span<float> Writable(int slot, int band, int lead, bool isFavourite, bool wasBehind)
    {
        var place = Math.Clamp(lead, -MaxLead, MaxLead);
        place = wasBehind ? (2 * MaxLead) - place : place + MaxLead;
        return _tables[isFavourite ? 0 : _tables.Length - 1].AsSpan(((((slot * Bands) + band) * Leads) + place) * Size, Size);
    }
}
