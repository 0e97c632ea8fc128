namespace Oddswire.Core.Pricing.Mlb;

/// <summary>
/// A team's runs at the strength that the line gives it, at three levels of its strength of the day (below, at and above it: the three-point Gauss-Hermite rule for
/// a normal law). Innings differ by the league's tilts. Worked out once a game; not changed after.
/// </summary>
internal sealed class TeamRuns
{
    /// <summary>Levels of the day's strength.</summary>
    public const int Levels = 3;

    /// <summary>The level of the line's own strength.</summary>
    public const int Middle = 1;

    /// <summary>Runs to come are counted to this; more fall on the last.</summary>
    public const int MaxRuns = 31;

    /// <summary>The innings of the scope that ends early.</summary>
    public const int FirstInnings = 5;

    private static readonly double[] Nodes = [-1.7320508075688772, 0, 1.7320508075688772];

    private readonly HalfInningLaws _laws;
    private readonly double[] _tilts;
    private readonly double[] _offsets = new double[Levels];
    private readonly double[][] _logMoments = new double[Levels][];
    private readonly double[][][] _inning = new double[Levels][][];
    private readonly double[][][] _toEnd = new double[Levels][][];
    private readonly double[][][] _toLast = new double[Levels][][];
    private readonly double[][][] _toFifth = new double[Levels][][];

    /// <summary>Works the laws out.</summary>
    /// <param name="laws">The league's.</param>
    /// <param name="parameters">Tilts of the innings, the day's deviation.</param>
    /// <param name="innings">Innings of regulation.</param>
    /// <param name="tilt">The team's strength.</param>
    public TeamRuns(HalfInningLaws laws, MlbParameters parameters, int innings, double tilt)
    {
        _laws = laws;
        Innings = innings;
        _tilts = [.. parameters.InningTilts.Select(inning => inning + tilt)];
        Span<double> scratch = stackalloc double[MaxRuns + 1];
        for (var level = 0; level < Levels; level++)
        {
            _offsets[level] = Nodes[level] * parameters.DaySd;
            _inning[level] = new double[innings + 1][];
            _logMoments[level] = new double[innings + 1];
            for (var inning = 1; inning <= innings; inning++)
            {
                _inning[level][inning] = new double[MaxRuns + 1];
                var sum = laws.Tilt(0, 0, TiltOf(inning) + _offsets[level], _inning[level][inning]);
                _logMoments[level][inning] = _logMoments[level][inning - 1] + sum - laws.Tilt(0, 0, TiltOf(inning), scratch);
            }

            _toEnd[level] = Suffixes(_inning[level], innings);
            _toLast[level] = Suffixes(_inning[level], innings - 1);
            _toFifth[level] = Suffixes(_inning[level], Math.Min(FirstInnings, innings));
        }
    }

    /// <summary>No run, for certain.</summary>
    public static double[] Never { get; } = [1, .. new double[MaxRuns]];

    /// <summary>The weights of the levels before a game.</summary>
    public static ReadOnlySpan<double> Weights => [1.0 / 6, 2.0 / 3, 1.0 / 6];

    /// <summary>Innings of regulation.</summary>
    public int Innings { get; }

    /// <summary>The law of one whole inning.</summary>
    public double[] Inning(int level, int inning) => _inning[level][inning];

    /// <summary>Runs from an inning to the end of regulation; none beyond it.</summary>
    public double[] ToEnd(int level, int from) => At(_toEnd[level], from);

    /// <summary>Runs from an inning to before the last of regulation.</summary>
    public double[] ToLast(int level, int from) => At(_toLast[level], from);

    /// <summary>Runs from an inning to the end of the fifth.</summary>
    public double[] ToFifth(int level, int from) => At(_toFifth[level], from);

    /// <summary>Runs from a state in an inning.</summary>
    /// <returns>The logarithm of the mean of e^(runs·offset) under the law of the level in the middle.</returns>
    public double Rest(int level, int inning, int outs, int bases, Span<double> law)
    {
        Span<double> scratch = stackalloc double[MaxRuns + 1];
        var middle = _laws.Tilt(outs, bases, TiltOf(inning), scratch);
        return _laws.Tilt(outs, bases, TiltOf(inning) + _offsets[level], law) - middle;
    }

    /// <summary>
    /// The logarithm of how much likelier a level than the middle one makes runs in completed innings, up to <see cref="Rest"/> of what is being
    /// played: runs·offset less the sum of the logarithms of the innings' moments.
    /// </summary>
    public double LogLikelihood(int level, int runs, int completed, int fresh)
    {
        var regulation = Math.Min(completed, Innings);
        var sum = (runs * _offsets[level]) - _logMoments[level][regulation];
        if (completed > Innings)
        {
            Span<double> scratch = stackalloc double[MaxRuns + 1];
            sum -= (completed - Innings) * Rest(level, completed, 0, fresh, scratch);
        }

        return sum;
    }

    /// <summary>The law of the sum; what exceeds the last cell falls on it.</summary>
    public static void Convolve(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> sum)
    {
        sum = sum[..(MaxRuns + 1)];
        sum.Clear();
        double beyond = 0;
        for (var i = 0; i <= MaxRuns; i++)
        {
            // What the other side may have at least for the sum to fall on the last cell grows by one each time.
            beyond += left[MaxRuns - i];
            var weight = right[i];
            if (weight != 0)
            {
                VectorMath.AddScaled(sum[i..MaxRuns], left[..(MaxRuns - i)], weight);
                sum[MaxRuns] += weight * beyond;
            }
        }
    }

    private double TiltOf(int inning) => _tilts[inning > Innings ? MlbParameters.Innings - 1 : Math.Min(inning, MlbParameters.Innings - 1) - 1];

    private static double[] At(double[][] suffixes, int from) => from < suffixes.Length ? suffixes[from] : Never;

    private static double[][] Suffixes(double[][] inning, int last)
    {
        var suffixes = new double[last + 2][];
        suffixes[last + 1] = Never;
        for (var from = last; from >= 1; from--)
        {
            suffixes[from] = new double[MaxRuns + 1];
            Convolve(suffixes[from + 1], inning[from], suffixes[from]);
        }

        return suffixes;
    }
}
