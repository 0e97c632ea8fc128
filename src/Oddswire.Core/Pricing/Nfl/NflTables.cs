using System.Runtime.CompilerServices;

namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// All tables of one set of parameters for games of a certain total, between teams of the same strength. Each is worked out when a game first needs it and is shared by every
/// model that has the parameters. About 25 MB and, once the program is compiled, a twentieth of a second.
/// </summary>
internal sealed class NflTables
{
    // Points of total between one set of tables and the next, and how many there are; a game takes those near to its own total.
    private const double LevelPoints = 5;
    private const int MostLevel = 2;

    private static readonly ConditionalWeakTable<NflParameters, Lazy<NflTables>[]> Known = [];
    private static readonly ConditionalWeakTable<NflParameters, LateGrid> Grids = [];

    private readonly Lazy<Overtime>[] _overtimes;
    private readonly Lazy<NflEndings>[] _endings;
    private readonly float[] _opening;

    private NflTables(NflParameters parameters, double above)
    {
        Total = parameters.AverageTotal + above;
        Drives = new DriveModel(parameters, above / 20);
        Early = new EarlyTables(Drives, parameters);
        Beginnings = LateMixture.Beginnings(Early);
        Half = new PeriodTables(Early, parameters, 1800 / PeriodTables.Step, isHalf: true);
        Quarter = new PeriodTables(Early, parameters, 900 / PeriodTables.Step, isHalf: false);
        SecondQuarter = new PeriodTables(Early, parameters, 1800 / PeriodTables.Step, isHalf: true, countFrom: 900);
        _overtimes = [.. Enum.GetValues<OvertimeRule>().Select(rule => new Lazy<Overtime>(() => new Overtime(Drives, parameters, rule)))];
        Late = Grids.GetValue(parameters, static known => new LateGrid(known));
        _endings = [.. Enumerable.Range(0, NflEndings.Levels).Select(at => new Lazy<NflEndings>(() => new NflEndings(this, at)))];
        _opening = OpeningLaw();
    }

    /// <summary>How many sets of tables there are for a set of parameters.</summary>
    public const int Levels = (2 * MostLevel) + 1;

    /// <summary>The total they are made for.</summary>
    public double Total { get; }

    public DriveModel Drives { get; }

    public EarlyTables Early { get; }

    /// <summary>The last minutes, of any total.</summary>
    public LateGrid Late { get; }

    /// <summary>When and where the first drive within the last minutes begins.</summary>
    public IReadOnlyList<(int Slot, int Band, float Share)> Beginnings { get; }

    public PeriodTables Half { get; }

    public PeriodTables Quarter { get; }

    /// <summary>As <see cref="Half"/>, but only points of the second quarter count.</summary>
    public PeriodTables SecondQuarter { get; }

    /// <summary>The law of the points up to the last minutes before the kick-off between equals, the receiver not known: <see cref="EarlyTables.Points"/> rows.</summary>
    public ReadOnlySpan<float> Opening => _opening;

    /// <summary>The level, from 0, of games with points of total above the average.</summary>
    public static int LevelOf(double above) => (int)Math.Clamp(Math.Round(above / LevelPoints), -MostLevel, MostLevel) + MostLevel;

    /// <summary>The tables of a set of parameters for a level, those of the average total where none is given.</summary>
    public static NflTables Of(NflParameters parameters, int level = MostLevel) => Known.GetValue(parameters, static known =>
        [.. Enumerable.Range(0, Levels).Select(at => new Lazy<NflTables>(() => new NflTables(known, (at - MostLevel) * LevelPoints)))])[level].Value;

    /// <summary>Works out all that games of any line share.</summary>
    public static void WarmUp(NflParameters parameters)
    {
        for (var level = 0; level < Levels; level++)
        {
            var tables = Of(parameters, level);
            foreach (var rule in Enum.GetValues<OvertimeRule>())
            {
                tables.OvertimeUnder(rule);
            }

            tables.Late.WarmUp();
        }
    }

    /// <summary>What follows in the last minutes, by the line: <see cref="NflEndings.LevelOf"/>.</summary>
    public NflEndings Endings(int level) => _endings[level].Value;

    /// <summary>The tables of overtime under a rule.</summary>
    public Overtime OvertimeUnder(OvertimeRule rule) => _overtimes[(int)rule].Value;

    /// <summary>Mean points of both teams in the first half, and in the second up to the last minutes: for fitting.</summary>
    internal double[] PointsByStretch()
    {
        var sums = NewSums();
        Early.AddHalftime(1, receivesSecondHalf: true, sums);
        var ((mass, points), (all, opening)) = (EarlyLaw.Moments(sums[0]), EarlyLaw.Moments(_opening));
        return [(opening / all) - (points / mass), points / mass];
    }

    private static float[][] NewSums() => [.. Enumerable.Range(0, 4).Select(_ => new float[EarlyTables.SumSize])];

    private float[] OpeningLaw()
    {
        var sums = NewSums();
        Early.AddFirst(
            new DriveBranch(1, 0, 0, 1800, DriveModel.Kick, KeepsBall: true, EndsHalf: false), EarlyTables.Slots, receivesSecondHalf: false, sums);
        var symmetric = new float[EarlyTables.SumSize];
        VectorMath.AddScaled(symmetric, sums[0], 0.5f);
        VectorMath.Scale(sums[0], 0.5f);
        PointGrid.AddTransposed(symmetric, EarlyTables.Width, sums[0], EarlyTables.Width, EarlyTables.Points);
        return symmetric;
    }
}
