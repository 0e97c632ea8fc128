namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// The law of both teams' points from the beginning of the second half, or of its second quarter, to the end of regulation, at every lead then, between
/// average teams, for games that have not come so far. Each is worked out when it is first asked for, and shared by all threads. About 25 kB a lead.
/// </summary>
internal sealed class LaterEnds(EarlyTables early, LateMixture mixture)
{
    // Greater leads are no more said apart by the mixture, which reads as many points beyond.
    private const int MostLead = 64;
    private const int Leads = (2 * MostLead) + 1;
    private const double QuarterSeconds = 900;

    // The fourth quarter; the second half where the first team receives, where the other one does, and where nobody knows.
    private readonly LaterLaw?[] _laws = new LaterLaw?[4 * Leads];

    /// <summary>The law, the first team's points in rows.</summary>
    /// <param name="isHalf">Whether it is that of the second half; else of the fourth quarter.</param>
    /// <param name="receives">Whether the first team receives the half's kick-off; null where nobody knows.</param>
    /// <param name="lead">The first team's lead before it.</param>
    public LaterLaw At(bool isHalf, bool? receives, int lead)
    {
        lead = Math.Clamp(lead, -MostLead, MostLead);
        var kind = !isHalf ? 0 : receives switch { true => 1, false => 2, null => 3 };
        ref var law = ref _laws[(kind * Leads) + lead + MostLead];

        // Two threads may work it out at the same time; both come to the same bits.
        return Volatile.Read(ref law) ?? Interlocked.CompareExchange(ref law, WorkOut(isHalf, receives, lead), null) ?? law;
    }

    private LaterLaw WorkOut(bool isHalf, bool? receives, int lead)
    {
        var sums = Enumerable.Range(0, 4).Select(_ => new float[EarlyTables.SumSize]).ToArray();
        var share = receives switch { true => 1, false => 0, null => 0.5 };
        var seconds = isHalf ? 2 * QuarterSeconds : QuarterSeconds;
        early.AddSecond(new DriveBranch(share, 0, 0, seconds, DriveModel.Kick, KeepsBall: true, EndsHalf: false), EarlyTables.Slots, sums);
        early.AddSecond(new DriveBranch(1 - share, 0, 0, seconds, DriveModel.Kick, KeepsBall: false, EndsHalf: false), EarlyTables.Slots, sums);
        PointGrid.Add(sums[2], sums[3]);
        PointGrid.Add(sums[0], sums[1]);
        PointGrid.AddTransposed(sums[0], EarlyTables.Width, sums[2], EarlyTables.Width, EarlyTables.Points);
        var law = new ScoreLaw();
        mixture.Compose(sums[0], 2, lead, law);
        law.Trim();
        return new LaterLaw(law.Cells[..(law.Extent * ScoreLaw.Points)].ToArray(), law.Extent);
    }
}

/// <summary>A law of points that is kept.</summary>
/// <param name="Cells">Rows of <see cref="ScoreLaw.Points"/>.</param>
/// <param name="Extent">Rows, and columns beyond which it has nothing.</param>
internal sealed record LaterLaw(float[] Cells, int Extent);
