using System.Runtime.CompilerServices;

namespace Oddswire.Core.Pricing.Nfl;

/// <summary>All tables of one set of parameters, worked out once and shared by every model that has it. About 60 MB and half a second.</summary>
internal sealed class NflTables
{
    private static readonly ConditionalWeakTable<NflParameters, NflTables> Known = [];

    private readonly NflParameters _parameters;
    private readonly Lazy<Overtime>[] _overtimes;
    private readonly float[] _opening;

    private NflTables(NflParameters parameters)
    {
        _parameters = parameters;
        Drives = new DriveModel(parameters);
        Late = new LateTables(Drives, parameters);
        Early = new EarlyTables(Drives, parameters);
        Mixture = new LateMixture(Early, Late);
        LaterEnds = new LaterEnds(Early, Mixture);
        Half = new PeriodTables(Early, parameters, 1800 / PeriodTables.Step, isHalf: true);
        Quarter = new PeriodTables(Early, parameters, 900 / PeriodTables.Step, isHalf: false);
        SecondQuarter = new PeriodTables(Early, parameters, 1800 / PeriodTables.Step, isHalf: true, countFrom: 900);
        _overtimes = [.. Enum.GetValues<OvertimeRule>().Select(rule => new Lazy<Overtime>(() => new Overtime(Drives, parameters, rule)))];
        _opening = OpeningLaw();
    }

    public DriveModel Drives { get; }

    public LateTables Late { get; }

    public EarlyTables Early { get; }

    public LateMixture Mixture { get; }

    public LaterEnds LaterEnds { get; }

    public PeriodTables Half { get; }

    public PeriodTables Quarter { get; }

    /// <summary>As <see cref="Half"/>, but only points of the second quarter count.</summary>
    public PeriodTables SecondQuarter { get; }

    /// <summary>The law of regulation's points before the kick-off between average teams, the receiver not known: <see cref="ScoreLaw.Points"/> rows.</summary>
    public ReadOnlySpan<float> Opening => _opening;

    /// <summary>The tables of a set of parameters.</summary>
    public static NflTables Of(NflParameters parameters) => Known.GetValue(parameters, static known => new NflTables(known));

    /// <summary>The tables of overtime under a rule.</summary>
    public Overtime OvertimeUnder(OvertimeRule rule) => _overtimes[(int)rule].Value;

    /// <summary>Mean points of both teams in the first half, and in the second up to the last minutes: for fitting.</summary>
    internal double[] PointsByStretch()
    {
        var sums = Enumerable.Range(0, 4).Select(_ => new float[EarlyTables.SumSize]).ToArray();
        Early.AddHalftime(1, receivesSecondHalf: true, sums);
        var law = new float[ScoreLaw.Points * ScoreLaw.Points];
        Mixture.Compose(sums[0], 2, 0, law);
        return [MeanOf(_opening) - MeanOf(law), MeanOf(sums[0])];
    }

    private static double MeanOf(float[] law)
    {
        var width = law.Length == EarlyTables.SumSize ? EarlyTables.Width : ScoreLaw.Points;
        double all = 0, points = 0;
        for (var i = 0; i < law.Length; i++)
        {
            all += law[i];
            points += law[i] * ((i / width) + (i % width));
        }

        return points / all;
    }

    private float[] OpeningLaw()
    {
        var sums = Enumerable.Range(0, 4).Select(_ => new float[EarlyTables.SumSize]).ToArray();
        Early.AddFirst(
            new DriveBranch(1, 0, 0, 1800, DriveModel.Kick, KeepsBall: true, EndsHalf: false), EarlyTables.Slots, receivesSecondHalf: false, sums);
        var law = new float[ScoreLaw.Points * ScoreLaw.Points];
        Mixture.Compose(sums[0], 2, 0, law);
        var symmetric = new float[law.Length];
        VectorMath.AddScaled(symmetric, law, 0.5f);
        for (var i = 0; i < law.Length; i++)
        {
            symmetric[(i % ScoreLaw.Points * ScoreLaw.Points) + (i / ScoreLaw.Points)] += law[i] * 0.5f;
        }

        return symmetric;
    }
}
