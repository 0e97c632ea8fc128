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

    // How much more often a class of leads must win than the one below it, as a share of p (1 - p): room for teams of other strength than these.
    private const double LeastGain = 0.05;

    private const int Leads = (2 * MaxLead) + 1;
    private const int Bands = NflParameters.Bands + 1;

    private readonly DriveModel _drives;
    private readonly double[] _wins = new double[(Slots + 1) * Bands * Leads];
    private readonly float[] _tables = new float[(Slots + 1) * Bands * Leads * Size];
    private readonly float[] _own = new float[Width * Width];
    private readonly float[] _other = new float[Width * Width];
    private readonly DriveBranch[] _branches = new DriveBranch[DriveModel.MaxBranches];

    public LateTables(DriveModel drives, NflParameters parameters)
    {
        _drives = drives;
        Span<double> ends = stackalloc double[DriveModel.Results];
        Span<int> manners = stackalloc int[DriveFeatures.Leads];
        for (var slot = 0; slot <= Slots; slot++)
        {
            for (var lead = -MaxLead; lead <= MaxLead; lead++)
            {
                for (var band = 0; band < NflParameters.Bands; band++)
                {
                    if (slot == 0)
                    {
                        Writable(slot, band, lead)[0] = 1;
                        _wins[Index(slot, band, lead)] = WinOf(slot, band, lead);
                        continue;
                    }

                    var at = drives.Start(band, slot * Step, isSecondHalf: true, lead, parameters.StretchStrength[2]);
                    Order(at, isWhole: true, slot - 1, ends, _branches, manners);
                    var count = Branch(at with { PlayedClass = manners[DriveFeatures.LeadClass(lead)] }, isWhole: true, ends, _branches);
                    Fill(slot, band, lead, _branches.AsSpan(0, count));
                    _wins[Index(slot, band, lead)] = WinOf(slot, band, lead);
                }

                for (var band = 0; band < NflParameters.Bands; band++)
                {
                    PointGrid.AddScaled(Writable(slot, DriveModel.Kick, lead), At(slot, band, lead), (float)parameters.KickBand[band]);
                }

                _wins[Index(slot, DriveModel.Kick, lead)] = WinOf(slot, DriveModel.Kick, lead);
            }
        }
    }

    /// <summary>
    /// The class of leads that a team of each class plays like: its own; but where teams that are just further behind win (nearly) as often, theirs. Those
    /// ahead can always play so, hence between average teams the chance to win rises from class to class.
    /// </summary>
    /// <param name="at">The situation, in the last minutes.</param>
    /// <param name="isWhole">Whether it is the drive's first play.</param>
    /// <param name="lastSlot">The last step to look at.</param>
    /// <param name="ends">Takes the chances of the drive's ends.</param>
    /// <param name="branches">Takes the branches.</param>
    /// <param name="manners">Takes the classes played like, by class, down from the furthest behind to that of the situation's lead.</param>
    public void Order(in Situation at, bool isWhole, int lastSlot, Span<double> ends, Span<DriveBranch> branches, Span<int> manners)
    {
        var manner = DriveFeatures.Leads - 1;
        manners[manner] = manner;
        for (var leads = manner - 1; leads >= DriveFeatures.LeadClass(at.Lead); leads--)
        {
            var most = DriveFeatures.GreatestLead(leads + 1);
            var below = WinAs(at, manner, most, isWhole, lastSlot, ends, branches);
            var own = WinAs(at, leads, most + 1, isWhole, lastSlot, ends, branches);
            manner = own >= below + (LeastGain * below * (1 - below)) ? leads : manner;
            manners[leads] = manner;
        }
    }

    /// <summary>The branches of a drive that is played as <see cref="Situation.Manner"/> says.</summary>
    /// <returns>How many there are.</returns>
    public int Branch(in Situation at, bool isWhole, Span<double> ends, Span<DriveBranch> branches)
    {
        _drives.Ends(at, ends);
        return _drives.Branch(at, ends, isWhole, thirds: 3, branches);
    }

    private double WinAs(
        in Situation at, int manner, int lead, bool isWhole, int lastSlot, Span<double> ends, Span<DriveBranch> branches)
    {
        var count = Branch(at with { PlayedClass = manner, Lead = lead }, isWhole, ends, branches);
        double win = 0;
        foreach (ref readonly var branch in branches[..count])
        {
            win += branch.Chance * WinAfter(branch, lead, lastSlot);
        }

        return win;
    }

    private double WinAfter(in DriveBranch branch, int lead, int lastSlot)
    {
        var after = lead + branch.Own - branch.Other;
        if (branch.EndsHalf)
        {
            return after > 0 ? 1 : after == 0 ? 0.5 : 0;
        }

        var place = Math.Clamp(branch.Seconds / Step, 0, lastSlot);
        var slot = Math.Min((int)place, Math.Max(lastSlot - 1, 0));
        var share = place - slot;
        var next = branch.KeepsBall ? after : -after;
        var win = (1 - share) * _wins[Index(slot, branch.Band, next)];
        win += share > 0 ? share * _wins[Index(slot + 1, branch.Band, next)] : 0;
        return branch.KeepsBall ? win : 1 - win;
    }

    private double WinOf(int slot, int band, int lead)
    {
        var table = At(slot, band, lead);
        double win = 0;
        for (var own = 0; own < Points; own++)
        {
            for (var other = 0; other < Points; other++)
            {
                win += table[(own * Width) + other] * (own - other + lead > 0 ? 1 : own - other + lead == 0 ? 0.5 : 0);
            }
        }

        return win;
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
        PointGrid.AddScaled(into[((own * Width) + other)..], table[..(Size - PointGrid.Margin)], chance);

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
            sum += PointGrid.Sum(_own.AsSpan(row * Width, Points));
        }

        for (var i = 0; i < Size; i++)
        {
            table[i] /= sum;
        }
    }

    private Span<float> Writable(int slot, int band, int lead) => _tables.AsSpan(Index(slot, band, lead) * Size, Size);

    private static int Index(int slot, int band, int lead) => (((slot * Bands) + band) * Leads) + Math.Clamp(lead, -MaxLead, MaxLead) + MaxLead;
}
