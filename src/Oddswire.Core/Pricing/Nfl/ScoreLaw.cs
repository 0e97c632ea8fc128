using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// One joint law of the points that both teams score in a part of a game, from now on: a table whose rows are the points of one team and whose columns those
/// of the other, and what is read off it. Its buffers are used again.
/// </summary>
internal sealed class ScoreLaw
{
    /// <summary>Points of one team that the table holds: 0 to 79.</summary>
    public const int Points = 80;

    private const int MarginCount = (2 * Points) - 1;
    private const int Step = 8;
    private const float LeastMass = 1e-6f;

    // Where few scores are left their own law says all: below the first squared points nothing is taken off, above the second all of the share.
    private const double LeastVariance = 9;
    private const double FullVariance = 36;

    private readonly float[] _cells = new float[Points * Points];
    private readonly float[] _differences = new float[MarginCount + 1];
    private readonly float[] _sums = new float[MarginCount + 1];
    private readonly float[] _columns = new float[Points];
    private readonly LeanWeights _weights = new();
    private readonly double[] _mass = new double[MarginCount];
    private readonly Tail _margin = new(MarginCount);
    private readonly Tail _total = new(MarginCount);
    private readonly Tail _home = new(Points);
    private readonly Tail _away = new(Points);
    private Score _already;
    private int _extent;

    /// <summary>The table; what is filled in is to be covered: <see cref="Cover"/>.</summary>
    public Span<float> Cells => _cells;

    /// <summary>Rows and columns beyond which the table has nothing, and which are passed over: a multiple of eight.</summary>
    public int Extent => _extent;

    /// <summary>Empties the table.</summary>
    public void Clear()
    {
        _cells.AsSpan(0, _extent * Points).Clear();
        _extent = 0;
    }

    /// <summary>Has at least so many rows and columns count.</summary>
    public void Cover(int points) => _extent = Math.Max(_extent, Math.Min(Points, (points + Step - 1) / Step * Step));

    /// <summary>Takes another table in the place of this one.</summary>
    public void Take(ScoreLaw other)
    {
        Clear();
        Add(other, 1);
    }

    /// <summary>Adds a share of another table.</summary>
    public void Add(ScoreLaw other, float share) => Add(other._cells, Points, other._extent, share);

    /// <summary>Adds another table, the teams changed.</summary>
    public void AddTransposed(ScoreLaw other)
    {
        Cover(other._extent);
        PointGrid.AddTransposed(_cells, Points, other._cells, Points, other._extent);
    }

    /// <summary>Adds a share of a square table.</summary>
    /// <param name="cells">The table.</param>
    /// <param name="width">Cells from one row to the next.</param>
    /// <param name="points">Rows and columns.</param>
    /// <param name="share">The share.</param>
    public void Add(ReadOnlySpan<float> cells, int width, int points, float share = 1)
    {
        Cover(points);
        for (var row = 0; row < points; row++)
        {
            VectorMath.AddScaled(_cells.AsSpan(row * Points), cells.Slice(row * width, points), share);
        }
    }

    /// <summary>Mean points of both teams as the table stands, whatever its sum.</summary>
    public double MeanPoints()
    {
        double all = 0, points = 0;
        _columns.AsSpan().Clear();
        for (var row = 0; row < _extent; row++)
        {
            var cells = _cells.AsSpan(row * Points, _extent);
            PointGrid.Add(_columns, cells);
            double sum = VectorMath.Sum(cells);
            all += sum;
            points += sum * row;
        }

        for (var column = 0; column < _extent; column++)
        {
            points += _columns[column] * (double)column;
        }

        return points / all;
    }

    /// <summary>Weighs the table by the teams' strengths and makes its sum 1: <see cref="Lean"/>.</summary>
    public void Weigh(in Lean lean)
    {
        _weights.Take(lean);
        _weights.Weigh(_cells, _extent, Points);
        Normalise();
    }

    /// <summary>
    /// Takes a share of the margin's variance off, about its mean, as for a normal law: each result is weighed by exp(-k (margin - mean)²).
    /// </summary>
    /// <param name="share">The share; below zero the margin is widened.</param>
    public void Narrow(double share)
    {
        Margins(_differences.AsSpan(0, MarginCount));
        double all = _differences[Points - 1], sum = 0, square = 0;
        for (var k = 1; k < Points; k++)
        {
            // Pair by pair, so that a mirrored law is narrowed to its mirror image.
            double behind = _differences[Points - 1 - k], ahead = _differences[Points - 1 + k];
            all += ahead + behind;
            sum += k * (ahead - behind);
            square += (double)k * k * (ahead + behind);
        }

        var mean = sum / all;
        var variance = (square / all) - (mean * mean);
        share *= Math.Clamp((variance - LeastVariance) / (FullVariance - LeastVariance), 0, 1);
        if (share == 0)
        {
            return;
        }

        // Columns minus rows, while weights count rows minus columns.
        var weight = share / (2 * (1 - share) * variance);
        Weigh(new Lean(-2 * weight * mean, 0, -weight, 0));
    }

    /// <summary>Makes the table's sum 1.</summary>
    public void Normalise()
    {
        var cells = _cells.AsSpan(0, _extent * Points);
        VectorMath.Scale(cells, 1 / VectorMath.Sum<float>(cells));
    }

    /// <summary>Leaves out the last rows and columns, eight of each at a time, as long as they hold next to nothing, which is put on all others. The table's sum is about 1.</summary>
    public void Trim()
    {
        var left = 1f;
        for (var (last, mass) = (_extent - Step, LastOf(_extent - Step)); mass < LeastMass; last -= Step, mass = LastOf(last))
        {
            _cells.AsSpan(last * Points, Step * Points).Clear();
            for (var row = 0; row < last; row++)
            {
                _cells.AsSpan((row * Points) + last, Step).Clear();
            }

            _extent = last;
            left -= mass;
        }

        if (left < 1)
        {
            Scale(1 / left);
        }
    }

    // What the last rows and columns, those from one on, hold.
    private float LastOf(int first) => first <= 0 ? 1
        : VectorMath.Sum<float>(_cells.AsSpan(first * Points, Step * Points)) + PointGrid.SumOfColumns(_cells.AsSpan(first), Points, first);

    /// <summary>Multiplies all by a share.</summary>
    public void Scale(float share) => VectorMath.Scale(_cells.AsSpan(0, _extent * Points), share);

    /// <summary>The table by margins, columns minus rows from -79 up.</summary>
    public void Margins(Span<float> margins)
    {
        margins.Clear();
        for (var row = 0; row < _extent; row++)
        {
            PointGrid.Add(margins[(Points - 1 - row)..], _cells.AsSpan(row * Points, _extent));
        }
    }

    /// <summary>Sums up, for the readings.</summary>
    /// <param name="isHomeFirst">Whether the rows are the home team's points.</param>
    /// <param name="already">Points scored in that part of the game before.</param>
    public void Finish(bool isHomeFirst, Score already)
    {
        _already = already;
        _differences.AsSpan().Clear();
        _sums.AsSpan().Clear();
        _columns.AsSpan().Clear();
        var (rows, columns) = isHomeFirst ? (_home, _away) : (_away, _home);
        for (var row = 0; row < _extent; row++)
        {
            var cells = _cells.AsSpan(row * Points, _extent);
            _mass[row] = PointGrid.AddToThree(cells, _differences.AsSpan(Points - 1 - row), _sums.AsSpan(row), _columns);
        }

        _mass.AsSpan(_extent, Points - _extent).Clear();
        rows.Fill(_mass.AsSpan(0, Points), 0);
        columns.Fill(Widen(_columns, isReversed: false), 0);
        _total.Fill(Widen(_sums.AsSpan(0, MarginCount), isReversed: false), 0);

        // Columns minus rows grows along the array: the away team's lead when the rows are home's.
        _margin.Fill(Widen(_differences.AsSpan(0, MarginCount), isReversed: isHomeFirst), 1 - Points);
    }

    /// <summary>Takes what another law was summed up to, for a part with other points so far; the table itself is not taken.</summary>
    public void TakeReadings(ScoreLaw other, Score already)
    {
        _already = already;
        _margin.CopyFrom(other._margin);
        _total.CopyFrom(other._total);
        _home.CopyFrom(other._home);
        _away.CopyFrom(other._away);
    }

    /// <summary>
    /// Points of a part of the game are points of the whole: no number of them to come is likelier to be passed than in a law that counts more.
    /// </summary>
    public void CapBy(ScoreLaw whole)
    {
        _total.CapBy(whole._total);
        _home.CapBy(whole._home);
        _away.CapBy(whole._away);
        _margin.CapLeadsBy(_home, _away);
    }

    /// <summary>Home ahead, level, away ahead in that part of the game.</summary>
    public Split Result() => Split.Of(_margin.Above(-_already.Margin), _margin.Below(-_already.Margin));

    /// <summary>Home's margin plus a handicap above, on or below zero.</summary>
    public Split Spread(Line handicap) => Of(_margin, -handicap.Hundredths - (_already.Margin * 100));

    /// <summary>Points of both over, on or under the line.</summary>
    public Split Total(Line line) => Of(_total, line.Hundredths - (_already.Total * 100));

    /// <summary>Points of one team over, on or under the line.</summary>
    public Split TeamTotal(Side side, Line line) => side == Side.Home
        ? Of(_home, line.Hundredths - (_already.Home * 100))
        : Of(_away, line.Hundredths - (_already.Away * 100));

    /// <summary>Expected points, those scored before included.</summary>
    public (double Home, double Away) Mean() => (_already.Home + _home.Mean, _already.Away + _away.Mean);

    /// <summary>Mean and standard deviation of home's margin, of the points to come only.</summary>
    public (double Mean, double Sd) MarginMoments() => (_margin.Mean, Math.Sqrt(_margin.Variance));

    /// <summary>Standard deviation of the total.</summary>
    public double TotalSd() => Math.Sqrt(_total.Variance);

    /// <summary>Chance that home scores at least so many more points, away at least so many, and both.</summary>
    public (double Home, double Away, double Both) AtLeast(int home, int away, bool isHomeFirst)
    {
        var (row, column) = isHomeFirst ? (home, away) : (away, home);
        var both = 0f;
        for (var i = Math.Max(row, 0); i < _extent; i++)
        {
            both += VectorMath.Sum(_cells.AsSpan((i * Points) + Math.Clamp(column, 0, Points), Points - Math.Clamp(column, 0, Points)));
        }

        var (h, a) = (_home.Above(home - 1), _away.Above(away - 1));
        // What must be at least may come out a rounding above what can be at most.
        var most = Math.Min(h, a);
        return (h, a, Math.Clamp(both, Math.Min(Math.Max(0, h + a - 1), most), most));
    }

    /// <summary>Chance that the points to come are these exactly.</summary>
    public double Exactly(int rows, int columns) => Math.Clamp(_cells[(rows * Points) + columns], 0, 1);

    private static Split Of(Tail tail, int hundredths)
    {
        var floor = (hundredths >= 0 ? hundredths : hundredths - 99) / 100;
        var ceiling = hundredths % 100 == 0 ? floor : floor + 1;
        return Split.Of(tail.Above(floor), tail.Below(ceiling));
    }

    private Span<double> Widen(ReadOnlySpan<float> values, bool isReversed)
    {
        var wide = _mass.AsSpan(0, values.Length);
        for (var i = 0; i < wide.Length; i++)
        {
            wide[isReversed ? wide.Length - 1 - i : i] = values[i];
        }

        return wide;
    }

    /// <summary>The chances of consecutive whole numbers, summed up.</summary>
    private sealed class Tail(int count)
    {
        private readonly double[] _below = new double[count + 1];
        private int _low;

        public double Mean { get; private set; }

        /// <summary>Not for the hot path.</summary>
        public double Variance
        {
            get
            {
                double sum = 0;
                for (var i = 0; i < count; i++)
                {
                    sum += (_below[i + 1] - _below[i]) * (_low + i - Mean) * (_low + i - Mean);
                }

                return sum;
            }
        }

        public void Fill(ReadOnlySpan<double> mass, int low)
        {
            _low = low;
            var (sum, weighted) = VectorMath.Accumulate(mass, _below);
            Mean = low + (weighted / sum);
            VectorMath.Scale(_below, 1 / sum);
        }

        public void CopyFrom(Tail other)
        {
            other._below.CopyTo(_below, 0);
            (_low, Mean) = (other._low, other.Mean);
        }

        public void CapBy(Tail whole) => VectorMath.RaiseTo(_below, whole._below);

        /// <summary>Who comes out ahead by n has scored n: as likely at most.</summary>
        public void CapLeadsBy(Tail home, Tail away)
        {
            for (var n = 1; n < Points; n++)
            {
                ref var homeBehind = ref _below[n - _low];
                homeBehind = Math.Max(homeBehind, home._below[n]);
                ref var awayAhead = ref _below[1 - n - _low];
                awayAhead = Math.Min(awayAhead, 1 - away._below[n]);
            }
        }

        public double Below(int value) => Math.Min(_below[Math.Clamp(value - _low, 0, count)], 1);

        public double Above(int value) => Math.Max(0, 1 - Below(value + 1));
    }
}
