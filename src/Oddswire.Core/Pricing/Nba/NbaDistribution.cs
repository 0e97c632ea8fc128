using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Lattice;

namespace Oddswire.Core.Pricing.Nba;

/// <summary>
/// The joint law of the rest of a game: the Gaussian way of the lead (<see cref="NbaPath"/>), every way weighed by the final margin of regulation it leads to. The
/// weights say how often games end level, that few end by one or two points (the trailing team fouls), and that the stronger team wins more close games than
/// its points tell. Every part of the game has the margin law that this one law of ways gives it: with D a part's margin and M the final one, both
/// normal before the weights W, the law of D is its normal law times E[W(M) | D]. Parts are worked out when first read; buffers are used again.
/// </summary>
internal sealed class NbaDistribution(NbaParameters parameters) : IOutcomeDistribution
{
    private const int Reach = 260;
    private const double NarrowVariance = 25;

    private readonly double[] _weights = new double[(2 * Reach) + 1];
    private readonly double[] _untied = new double[(2 * Reach) + 1];
    private readonly double[] _overtimeWeights = new double[(2 * Reach) + 1];
    private readonly double[] _window = new double[(2 * Reach) + 1];
    private readonly double[] _tied = new double[(2 * Reach) + 1];
    private readonly PartTables?[] _parts = new PartTables?[MarketScopes.Count];
    private readonly bool[] _isFilled = new bool[MarketScopes.Count];
    private readonly PartTables _full = new();
    private readonly QuarterStarts _starts = new(parameters);
    private double _tilt = double.NaN;
    private double _tie;
    private NbaPath _path;
    private GameState _state = new();
    private int _regulationPeriods = 4;

    /// <summary>The way of the lead from the state.</summary>
    public NbaPath Path => _path;

    /// <summary>Chance of (another) overtime.</summary>
    public double Tie => _tie;

    /// <summary>Works the law of the whole game out.</summary>
    public void Solve(GameState state, GameInfo info)
    {
        _state = state;
        _regulationPeriods = info.RegulationPeriods;
        _path = new NbaPath(parameters, _starts, state, info);
        Array.Clear(_isFilled);
        FillWeights(_path.Tilt);
        FillFull();
    }

    /// <summary>Chance of home's margin at the end of regulation (of the overtime period).</summary>
    public double RegulationMargin(int margin) => margin == 0 ? _tie : _full.RegulationMargin(margin);

    /// <inheritdoc/>
    public bool Covers(MarketScope scope)
    {
        if (scope == MarketScope.FullGame)
        {
            return true;
        }

        if (scope is < MarketScope.FirstHalf or > MarketScope.FourthQuarter || _regulationPeriods != 4)
        {
            return false;
        }

        var (first, last) = scope.Periods();
        var isKnown = first <= 1 || _state.Period < first || _state.Sheet.HasEnded(first - 1);
        return isKnown && _state.Period <= last && !_state.HasEnded(scope) && _state.PointsIn(scope) is not null;
    }

    /// <inheritdoc/>
    public Split Result(MarketScope scope = MarketScope.FullGame) => Spread(default, scope);

    /// <inheritdoc/>
    public Split Spread(Line homeHandicap, MarketScope scope = MarketScope.FullGame)
    {
        var part = PartOf(scope, out var offset);
        return part.Spread(homeHandicap, offset.Margin);
    }

    /// <inheritdoc/>
    public Split Total(Line line, MarketScope scope = MarketScope.FullGame)
    {
        var part = PartOf(scope, out var offset);
        return part.Total(line, offset.Total);
    }

    /// <inheritdoc/>
    public Split TeamTotal(Side side, Line line, MarketScope scope = MarketScope.FullGame)
    {
        var part = PartOf(scope, out var offset);
        return part.TeamTotal(side, line, side == Side.Home ? offset.Home : offset.Away);
    }

    /// <inheritdoc/>
    public (int HomeHundredths, int AwayHundredths) Mean(MarketScope scope = MarketScope.FullGame)
    {
        var part = PartOf(scope, out var offset);
        return part.Mean(offset);
    }

    /// <inheritdoc/>
    public Split? NextScore()
    {
        var nobody = _full.NothingMore();
        var withBall = _path.Possession switch
        {
            > 0 => parameters.BallScoresNext,
            < 0 => 1 - parameters.BallScoresNext,
            _ => 0.5,
        };
        var odds = withBall / (1 - withBall) * Math.Exp(parameters.NextScoreTilt * _path.Line);

        // Who scores next scores; where one team hardly can, the sums' rounding may leave no room between the bounds.
        var somebody = 1 - nobody;
        var most = _full.AtLeast(Side.Home, 1);
        var home = Math.Clamp(somebody * odds / (1 + odds), Math.Clamp(somebody - _full.AtLeast(Side.Away, 1), 0, most), most);
        return Split.Of(home, Math.Max(somebody - home, 0));
    }

    /// <inheritdoc/>
    public Split? RaceTo(int points)
    {
        var (home, away) = (points - _state.Score.Home, points - _state.Score.Away);
        if (home <= 0 || away <= 0)
        {
            return !_state.Sheet.TryFirstTo(points, out var first) ? null
                : first switch { Side.Home => Split.Of(1, 0), Side.Away => Split.Of(0, 1), _ => OnlyOneThere(home, away) };
        }

        // Who gets there first is between "home alone gets there" and "home gets there": the rest, in which both do, is shared out by the clock of points.
        var (homeThere, awayThere) = (_full.AtLeast(Side.Home, home), _full.AtLeast(Side.Away, away));
        var neither = Math.Min(_full.BothBelow(home, away), 1);
        var both = Math.Clamp(homeThere + awayThere + neither - 1, 0, Math.Min(homeThere, awayThere));
        var homeAlone = homeThere - both;
        var share = both <= 0 ? 0 : Math.Clamp(((HomeAheadAfter(home, away) * (1 - neither)) - homeAlone) / both, 0, 1);
        var homeFirst = homeAlone + (share * both);
        return Split.Of(homeFirst, Math.Max(1 - neither - homeFirst, 0));
    }

    /// <inheritdoc/>
    public Split? DriveResult() => null;

    /// <inheritdoc/>
    public Split? HalfInningRuns(Line line) => null;

    // A state without a sheet of its scores: known where one team only has the points.
    private static Split? OnlyOneThere(int home, int away) => (home <= 0, away <= 0) switch
    {
        (true, false) => Split.Of(1, 0),
        (false, true) => Split.Of(0, 1),
        _ => null,
    };

    // Of the home + away - 1 points after which one team must be there, home has at least its part: a race decided on the clock of points.
    private double HomeAheadAfter(int home, int away)
    {
        var left = Math.Max(_path.PointsFrom(_path.ShareLeft), 0.1);
        var to = _path.ShareLeft * Math.Max(1 - ((home + away - 1) / left), 0);
        var stretch = _path.Between(_path.ShareLeft, to);
        return NormalCdf((stretch.Mean - (home - away)) / Math.Sqrt(stretch.Variance));
    }

    private PartTables PartOf(MarketScope scope, out Score offset)
    {
        offset = default;
        if (scope == MarketScope.FullGame)
        {
            return _full;
        }

        if (_isFilled[(int)scope])
        {
            return _parts[(int)scope]!;
        }

        if (!Covers(scope))
        {
            throw new ArgumentOutOfRangeException(nameof(scope), scope, "The scope cannot be read from this state: ask Covers first.");
        }

        var points = _state.PointsIn(scope)!.Value;
        var (first, last) = scope.Periods();
        var from = 1 - ((first - 1) / 4.0);
        if (scope == MarketScope.SecondHalf && from >= _path.ShareLeft)
        {
            offset = new Score(_state.Score.Home - points.Home, _state.Score.Away - points.Away);
            return _full;
        }

        var part = _parts[(int)scope] ??= new PartTables();
        _isFilled[(int)scope] = true;
        FillPart(part, points, from, last > 4 ? 0 : 1 - (last / 4.0), WholeOf(scope));
        return part;
    }

    // Halves belong to the game, quarters to their half.
    private PartTables WholeOf(MarketScope scope)
    {
        var half = scope is MarketScope.FirstQuarter or MarketScope.SecondQuarter ? MarketScope.FirstHalf : MarketScope.SecondHalf;
        return scope is MarketScope.FirstHalf or MarketScope.SecondHalf || !Covers(half) ? _full : PartOf(half, out _);
    }

    // The whole game: regulation's final margins by their weights, a tie's chance to overtime.
    private void FillFull()
    {
        _full.Begin(_state.Score, (_path.PointsFrom(_path.ShareLeft), _path.PointsVarianceFrom(_path.ShareLeft)));
        var nothing = _path.NoMorePoints;
        var law = _full.Regulation;
        FillRegulation(law, _weights, 1 - nothing);
        _tie = law.TakeTie();
        if (_path.Lead == 0)
        {
            (_tie, nothing) = (_tie + nothing, 0);
        }

        _full.SetNothing(nothing);
        if (_tie > PartTables.LeastTie)
        {
            var after = _full.Overtime.BeginMargin(_path.Lead, OvertimeCentre - _path.Lead, Math.Sqrt(OvertimeVariance));
            Weigh(after, _full.Overtime.LowMargin, _overtimeWeights);
            _full.Overtime.EndMargin(_tie);
            _full.UseOvertime(_path.Total * parameters.OvertimePoints, parameters.OvertimePointsSd * parameters.OvertimePointsSd);
        }
        else if (_tie > 0)
        {
            law.Restore(1 / (1 - _tie));
        }

        _full.EndMargins();
    }

    // From the present to the end of regulation the part's margin and the final one are the same up to what has been scored.
    private void FillRegulation(LatticePart law, double[] weights, double mass)
    {
        var values = law.BeginMargin(_path.Lead, _path.Expected - _path.Lead, Math.Sqrt(_path.Variance));
        Weigh(values, law.LowMargin, weights);
        law.EndMargin(mass);
    }

    // Margins beyond the table, which no game has seen, weigh what the last in it does.
    private static void Weigh(Span<double> values, int first, double[] weights)
    {
        if (first >= -Reach && first + values.Length - 1 <= Reach)
        {
            VectorMath.Multiply(values, weights.AsSpan(first + Reach, values.Length));
            return;
        }

        for (var i = 0; i < values.Length; i++)
        {
            values[i] *= weights[(int)Math.Clamp((long)first + i, -Reach, Reach) + Reach];
        }
    }

    private void FillPart(PartTables part, Score points, double from, double to, PartTables whole)
    {
        var hasBegun = from >= _path.ShareLeft;
        part.Begin(points, _path.PointsBetween(hasBegun ? _path.ShareLeft : from, to), whole);
        var law = part.Regulation;
        if (hasBegun && to <= 0)
        {
            var nothing = _path.NoMorePoints;
            var values = law.BeginMargin(points.Margin, _path.Expected - _path.Lead, Math.Sqrt(_path.Variance));
            Weigh(values, law.LowMargin - points.Margin + _path.Lead, _weights);
            law.EndMargin(1 - nothing);
            part.SetNothing(nothing);
        }
        else
        {
            var stretch = _path.Between(from, to);
            var values = law.BeginMargin(points.Margin, stretch.Mean, Math.Sqrt(stretch.Variance));
            var isTieApart = to <= 0 && from >= 0.5 && _tie > PartTables.LeastTie;
            WeighByFinalMargin(values, law.LowMargin - points.Margin, stretch, isTieApart ? _untied : _weights);
            law.EndMargin(isTieApart ? 1 - _tie : 1);
            if (isTieApart)
            {
                FillAfterTie(part, stretch);
            }
        }

        part.EndMargins();
    }

    // The second half of a game that goes to overtime: its margin given the tie, and overtime's own margin added to it.
    private void FillAfterTie(PartTables part, in NbaStretch stretch)
    {
        var gain = stretch.Covariance / _path.Variance;
        var sd = Math.Sqrt(Math.Max(stretch.Variance - (gain * stretch.Covariance), 0.02));
        var centre = stretch.Mean - (gain * _path.Expected);
        var (low, high) = ((int)Math.Floor(centre - (5 * sd)), (int)Math.Ceiling(centre + (5 * sd)));
        var before = _tied.AsSpan(0, high - low + 1);
        LatticePart.NormalOnIntegers(before, centre - low, sd);
        var after = _window.AsSpan(0, 81);
        const int middle = 40;
        LatticePart.NormalOnIntegers(after, OvertimeCentre + middle, Math.Sqrt(OvertimeVariance));
        VectorMath.Multiply(after, _overtimeWeights.AsSpan(Reach - middle, after.Length));
        var into = part.Overtime.BeginMargin(0, low - middle, high + middle);
        for (var i = 0; i < before.Length; i++)
        {
            VectorMath.AddScaled(into[i..], after, before[i]);
        }

        part.Overtime.EndMargin(_tie);
        part.UseOvertime(_path.Total * parameters.OvertimePoints, parameters.OvertimePointsSd * parameters.OvertimePointsSd);
    }

    // Multiplies the law of a part's margin d by E[W(M) | d]: worked out at each d where M hangs closely on d, at every other one and between them by their
    // mean where it changes slowly.
    private void WeighByFinalMargin(Span<double> values, int low, in NbaStretch stretch, double[] weights)
    {
        var slope = stretch.Covariance / stretch.Variance;
        var variance = Math.Max(_path.Variance - (slope * stretch.Covariance), 0.3);
        var step = variance < NarrowVariance ? 1 : 2;
        var sd = Math.Sqrt(variance);
        var centre = _path.Expected + (slope * (low - stretch.Mean));
        var previous = MeanWeight(centre, sd, weights);
        values[0] *= previous;
        for (var i = step; i < values.Length + step - 1; i += step)
        {
            var here = MeanWeight(centre + (slope * i), sd, weights);
            if (step == 2)
            {
                values[i - 1] *= (previous + here) / 2;
            }

            if (i < values.Length)
            {
                values[i] *= here;
            }

            previous = here;
        }
    }

    private double MeanWeight(double centre, double sd, double[] weights)
    {
        const double reach = 4;
        centre = Math.Clamp(centre, -150, 150);
        var low = (int)Math.Floor(centre - (reach * sd));
        var window = _window.AsSpan(0, (int)Math.Ceiling(centre + (reach * sd)) - low + 1);
        LatticePart.NormalOnIntegers(window, centre - low, sd);
        return VectorMath.Dot(window, weights.AsSpan(low + Reach, window.Length)) / VectorMath.Sum(window);
    }

    // W(M) = w(|M|) exp(k M / sqrt(M² + q²)): the same for a game with a line from beginning to end of regulation.
    private void FillWeights(double tilt)
    {
        if (tilt == _tilt)
        {
            return;
        }

        _tilt = tilt;
        var width = parameters.TiltWidth * parameters.TiltWidth;
        for (var m = 0; m <= Reach; m++)
        {
            var own = m < NbaParameters.WeightCount ? parameters.MarginWeights[m] : 1;
            var factor = Math.Exp(tilt * m / Math.Sqrt((m * m) + width));
            _weights[Reach + m] = _untied[Reach + m] = own * factor;
            _weights[Reach - m] = _untied[Reach - m] = own / factor;
            _overtimeWeights[Reach + m] = _overtimeWeights[Reach - m] = own;
        }

        _untied[Reach] = _overtimeWeights[Reach] = 0;
    }

    private double OvertimeCentre => parameters.OvertimeLineGain * _path.Line * (NbaPath.OvertimeSeconds / NbaPath.RegulationSeconds);

    private double OvertimeVariance => _path.OvertimeVariance;

    // Abramowitz and Stegun 26.2.17, within 7.5e-8.
    private static double NormalCdf(double x)
    {
        var t = 1 / (1 + (0.2316419 * Math.Abs(x)));
        var tail = Math.Exp(-0.5 * x * x) * 0.3989422804014327 * t
            * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return x > 0 ? 1 - tail : tail;
    }
}
