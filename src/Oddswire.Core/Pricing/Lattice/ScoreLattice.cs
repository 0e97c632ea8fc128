using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Lattice;

/// <summary>
/// A joint distribution of the final score on whole points, made of a law of the final margin and, given the margin, a law of the total.
/// With m the margin and t the points still to come: P(m, t) = f(m) · g(t) / G(m), where f is a normal law on the integers times weights of the
/// final margin (football's 3 and 7), g a normal law of the points to come, and G(m) the sum of g over the t that are possible with m: t ≥ |m|
/// and of the same parity, since both teams' points are whole and not negative. So the margin's law is exactly f (a normal law times
/// fixed weights has a monotone likelihood ratio in its centre: more lead never lowers the win probability), every market is a
/// sum over the same cells, and each of them costs one pass. A tie after regulation opens a second such law for overtime.
/// Source of the normal law: Stern, "A Brownian Motion Model for the Progress of Sports Scores", JASA 89 (1994) 1128-1134.
/// </summary>
public sealed class ScoreLattice : IOutcomeDistribution
{
    // Below a tenth of a millionth overtime moves no published figure: its law is not worked out, its share goes to the rest.
    private const double LeastTie = 1e-7;

    private readonly LatticePart _regulation = new();
    private readonly LatticePart _overtime = new();
    private readonly CumulativeTable _margin = new();
    private readonly CumulativeTable _total = new();
    private Score _score;

    /// <summary>Chance that overtime will be played, from this state.</summary>
    public Chance Overtime { get; private set; }

    /// <summary>Fills the lattice.</summary>
    /// <param name="score">The score now.</param>
    /// <param name="regulation">Law until the end of regulation (or of the overtime period being played).</param>
    /// <param name="overtime">Law from there, given a tie; its margin is the final one. Null when the law above is already that of the end.</param>
    public void Fill(Score score, in LatticeLaw regulation, in LatticeLaw? overtime)
    {
        _score = score;
        _regulation.FillMargin(score.Margin, regulation, 1);
        var tie = overtime is null ? 0 : _regulation.TakeTie();
        Overtime = Chance.Of(tie);
        _regulation.FillTotal(regulation);
        var hasOvertime = tie > LeastTie;
        if (hasOvertime)
        {
            _overtime.FillMargin(score.Margin, overtime!.Value, tie);
            _overtime.FillTotal(overtime.Value);
        }
        else if (tie > 0)
        {
            _regulation.Restore(1 / (1 - tie));
        }

        _overtime.IsUsed = hasOvertime;
        _margin.Begin(
            hasOvertime ? Math.Min(_regulation.LowMargin, _overtime.LowMargin) : _regulation.LowMargin,
            hasOvertime ? Math.Max(_regulation.HighMargin, _overtime.HighMargin) : _regulation.HighMargin);
        _total.Begin(0, hasOvertime ? Math.Max(_regulation.HighTotal, _overtime.HighTotal) : _regulation.HighTotal);
        _regulation.AddTo(_margin, _total);
        if (hasOvertime)
        {
            _overtime.AddTo(_margin, _total);
        }

        _margin.Accumulate();
        _total.Accumulate();
    }

    /// <inheritdoc/>
    public bool Covers(MarketScope scope) => scope == MarketScope.FullGame;

    /// <inheritdoc/>
    public Split Result(MarketScope scope = MarketScope.FullGame) => Split.Of(_margin.Above(0), _margin.Below(0));

    /// <inheritdoc/>
    public Split Spread(Line homeHandicap, MarketScope scope = MarketScope.FullGame)
    {
        var (floor, ceiling) = Whole(-homeHandicap.Hundredths);
        return Split.Of(_margin.Above(floor), _margin.Below(ceiling));
    }

    /// <inheritdoc/>
    public Split Total(Line line, MarketScope scope = MarketScope.FullGame)
    {
        var (floor, ceiling) = Whole(line.Hundredths - (_score.Total * 100));
        return Split.Of(_total.Above(floor), _total.Below(ceiling));
    }

    /// <inheritdoc/>
    public Split TeamTotal(Side side, Line line, MarketScope scope = MarketScope.FullGame)
    {
        var sign = side == Side.Home ? 1 : -1;
        var (floor, ceiling) = Whole(line.Hundredths - ((side == Side.Home ? _score.Home : _score.Away) * 100));
        var over = TeamAtLeast(sign, floor + 1);
        var under = floor == ceiling ? 1 - TeamAtLeast(sign, ceiling) : 1 - over;
        return Split.Of(over, under);
    }

    /// <inheritdoc/>
    public (int HomeHundredths, int AwayHundredths) Mean(MarketScope scope = MarketScope.FullGame)
    {
        var margin = _margin.Mean();
        var total = _score.Total + _total.Mean();
        return ((int)Math.Round((total + margin) * 50), (int)Math.Round((total - margin) * 50));
    }

    /// <inheritdoc/>
    public Split? NextScore() => null;

    /// <inheritdoc/>
    public Split? RaceTo(int points) => null;

    /// <inheritdoc/>
    public Split? DriveResult() => null;

    /// <inheritdoc/>
    public Split? HalfInningRuns(Line line) => null;

    private double TeamAtLeast(int sign, int points)
    {
        var sum = _regulation.TeamAtLeast(sign, points) + (_overtime.IsUsed ? _overtime.TeamAtLeast(sign, points) : 0);
        return Math.Clamp(sum, 0, 1);
    }

    private static (int Floor, int Ceiling) Whole(int hundredths)
    {
        var floor = (hundredths >= 0 ? hundredths : hundredths - 99) / 100;
        return (floor, hundredths % 100 == 0 ? floor : floor + 1);
    }
}

/// <summary>The laws of one stretch of a game, in points.</summary>
/// <param name="MarginCentre">Expected final margin of the home team.</param>
/// <param name="MarginSd">Its standard deviation; at least 0.01.</param>
/// <param name="TotalMean">Expected points of both teams still to come.</param>
/// <param name="TotalSd">Its standard deviation; at least 0.01.</param>
/// <param name="Weights">Weights of the final margins 0, 1, 2, … whichever team leads.</param>
/// <param name="WeightBeyond">Weight of all greater margins: 1, or 0 when they are impossible.</param>
public readonly record struct LatticeLaw(
    double MarginCentre, double MarginSd, double TotalMean, double TotalSd, double[] Weights, int WeightBeyond = 1);
