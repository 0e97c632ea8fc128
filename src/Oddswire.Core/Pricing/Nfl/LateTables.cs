namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// The joint law of both teams' points in the rest of the second half, for each time left up to <see cref="Seconds"/>, each band where a drive begins and each
/// lead, between average teams: here the score decides how both play, so the lead is part of the state. Worked out backwards from the end, drive by drive.
/// Rows are points of the team with the ball, columns the other's.
/// </summary>
internal sealed class LateTables
{
    /// <summary>The time left that the tables reach.</summary>
    public const int Seconds = 420;

    /// <summary>Seconds of a step.</summary>
    public const int Step = 10;

    /// <summary>Steps.</summary>
    public const int Slots = Seconds / Step;

    /// <summary>The largest lead that counts; a larger one is played like it.</summary>
    public const int MaxLead = 20;

    /// <summary>Points of one team that a table holds: 0 to 23.</summary>
    public const int Points = 24;

    /// <summary>Columns of a table.</summary>
    public const int Width = Points + PointGrid.Margin;

    /// <summary>Cells of a table.</summary>
    public const int Size = Points * Width;

    private const int Leads = (2 * MaxLead) + 1;
    private const int Bands = NflParameters.Bands + 1;

    private readonly float[] _tables = new float[(Slots + 1) * Bands * Leads * Size];
    private readonly float[] _own = new float[Width * Width];
    private readonly float[] _other = new float[Width * Width];
    private readonly DriveBranch[] _branches = new DriveBranch[DriveModel.MaxBranches];

    public LateTables(DriveModel drives, NflParameters parameters)
    {
        Span<double> ends = stackalloc double[DriveModel.Results];
        for (var slot = 0; slot <= Slots; slot++)
        {
            for (var lead = -MaxLead; lead <= MaxLead; lead++)
            {
                for (var band = 0; band < NflParameters.Bands; band++)
                {
                    if (slot == 0)
                    {
                        Writable(slot, band, lead)[0] = 1;
                        continue;
                    }

                    var at = drives.Start(band, slot * Step, isSecondHalf: true, lead, parameters.StretchStrength[2]);
                    drives.Ends(at, ends);
                    var count = drives.Branch(at, ends, isWhole: true, thirds: 3, _branches);
                    Fill(slot, band, lead, _branches.AsSpan(0, count));
                }

                for (var band = 0; band < NflParameters.Bands; band++)
                {
                    VectorMath.AddScaled(Writable(slot, DriveModel.Kick, lead), At(slot, band, lead), (float)parameters.KickBand[band]);
                }
            }
        }
    }

    /// <summary>The table of a step, a band and the lead of the team with the ball.</summary>
    public ReadOnlySpan<float> At(int slot, int band, int lead) => Writable(slot, band, lead);

    /// <summary>Adds a branch, <paramref name="lead"/> being that of the team whose drive it is, to its own or the other team's law.</summary>
    public void Add(in DriveBranch branch, int lead, int lastSlot, Span<float> own, Span<float> other)
    {
        if (branch.EndsHalf)
        {
            own[0] += (float)branch.Chance;
            return;
        }

        var after = lead + branch.Own - branch.Other;
        var place = Math.Clamp(branch.Seconds / Step, 0, lastSlot);
        var slot = Math.Min((int)place, Math.Max(lastSlot - 1, 0));
        for (var i = 0; i <= 1 && slot + i <= lastSlot; i++)
        {
            var chance = (float)(branch.Chance * (1 - Math.Abs(place - slot - i)));
            if (chance <= 0)
            {
                continue;
            }

            if (branch.KeepsBall)
            {
                AddRows(own, At(slot + i, branch.Band, after), branch.Own, branch.Other, chance);
            }
            else
            {
                AddRows(other, At(slot + i, branch.Band, -after), branch.Other, branch.Own, chance);
            }
        }
    }

    private static void AddRows(Span<float> into, ReadOnlySpan<float> table, int own, int other, float chance) =>
        VectorMath.AddScaled(into[((own * Width) + other)..], table[..(Size - PointGrid.Margin)], chance);

    private void Fill(int slot, int band, int lead, ReadOnlySpan<DriveBranch> branches)
    {
        _own.AsSpan().Clear();
        _other.AsSpan().Clear();
        foreach (ref readonly var branch in branches)
        {
            Add(branch, lead, slot - 1, _own, _other);
        }

        PointGrid.AddTransposed(_own, Width, _other, Width, Width);
        var table = Writable(slot, band, lead);
        var sum = 0f;
        for (var row = 0; row < Points; row++)
        {
            _own.AsSpan(row * Width, Points).CopyTo(table[(row * Width)..]);
            sum += VectorMath.Sum(_own.AsSpan(row * Width, Points));
        }

        for (var i = 0; i < Size; i++)
        {
            table[i] /= sum;
        }
    }

    private Span<float> Writable(int slot, int band, int lead) => _tables.AsSpan(Index(slot, band, lead) * Size, Size);

    private static int Index(int slot, int band, int lead) => (((slot * Bands) + band) * Leads) + Math.Clamp(lead, -MaxLead, MaxLead) + MaxLead;
}
