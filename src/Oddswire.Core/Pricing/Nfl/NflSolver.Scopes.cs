using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Nfl;

/// <content>Laws of parts of the game, worked out when first asked for.</content>
internal sealed partial class NflSolver
{
    // Places in the law of what is scored before a later part, at which that part's law is taken: middles of fifths.
    private const int Quantiles = 5;

    private readonly ScoreLaw?[] _scopes = new ScoreLaw?[MarketScopes.Count];
    private readonly bool[] _isKnown = new bool[MarketScopes.Count];
    private readonly float[] _periodOwn = new float[PeriodTables.Width * PeriodTables.Width];
    private readonly float[] _periodOther = new float[PeriodTables.Width * PeriodTables.Width];
    private readonly ScoreLaw _regulation = new();
    private readonly int[] _leads = new int[Quantiles];
    private readonly LaterLaw[] _later = new LaterLaw[Quantiles];
    private readonly ScoreLaw _before = new();

    /// <summary>The law of a scope's points; null when the scope is over or its points so far are not known.</summary>
    public ScoreLaw? Law(MarketScope scope)
    {
        if (scope == MarketScope.FullGame)
        {
            return _whole;
        }

        if (_isKnown[(int)scope])
        {
            return _scopes[(int)scope];
        }

        if (scope == MarketScope.FirstFiveInnings || Position.Half == 3 && scope != MarketScope.SecondHalf
            || IsOver(scope) || State.PointsIn(scope) is not { } already)
        {
            return null;
        }

        var law = _scopes[(int)scope] ??= new ScoreLaw();
        if (SameAs(scope) is { } same)
        {
            law.TakeReadings(same, already);
        }
        else
        {
            law.Clear();
            Fill(law, scope);
            law.Finish(Position.IsHomeFirst, already);
        }

        _isKnown[(int)scope] = true;
        if (WholeOf(scope) is { } whole)
        {
            law.CapBy(whole);
        }

        return law;
    }

    // What a part is a part of: each is weighed by itself, so that after a most unusual course its law could have more points than the law of the whole.
    private ScoreLaw? WholeOf(MarketScope scope) => scope switch
    {
        MarketScope.FirstQuarter or MarketScope.SecondQuarter => Law(MarketScope.FirstHalf) ?? _whole,
        MarketScope.ThirdQuarter or MarketScope.FourthQuarter when Position.Period <= 2 => Law(MarketScope.SecondHalf) ?? _whole,
        MarketScope.FourthQuarter when Position.Period > 3 => null,
        MarketScope.SecondHalf when Position.Period > 2 => null,
        _ => _whole,
    };

    // A part that has the same points to come.
    private ScoreLaw? SameAs(MarketScope scope) => scope switch
    {
        MarketScope.SecondQuarter when Position.Period == 2 => Law(MarketScope.FirstHalf),
        MarketScope.SecondHalf when Position.Half >= 2 => _whole,
        _ => null,
    };

    private bool IsOver(MarketScope scope) => Position.Period > scope.Periods().Last || State.HasEnded(scope);

    private void ForgetScopes() => Array.Clear(_isKnown);

    // The fourth quarter's own market does not count overtime.
    private void KeepRegulation()
    {
        if (Position.Period == 4)
        {
            _regulation.Take(_whole);
        }
    }

    private void Fill(ScoreLaw law, MarketScope scope)
    {
        var period = Position.Period;
        switch (scope)
        {
            case MarketScope.FirstHalf:
            case MarketScope.SecondQuarter when period == 2:
                FillPeriod(law, _tables.Half, 0);
                break;
            case MarketScope.FirstQuarter:
            case MarketScope.ThirdQuarter when period == 3:
                FillPeriod(law, _tables.Quarter, 900);
                break;
            case MarketScope.SecondQuarter:
                FillPeriod(law, _tables.SecondQuarter, 0);
                break;
            case MarketScope.ThirdQuarter:
                // It begins later: its first drive is the team's that is known to receive, or either's.
                TakePeriod(law, _tables.Quarter.Whole(Position.ReceivesSecondHalf));
                break;
            case MarketScope.FourthQuarter when period == 4:
                law.Take(_regulation);
                break;
            case MarketScope.FourthQuarter:
                FillToEnd(law, 900);
                break;
            default:
                FillToEnd(law, 1800);
                AddLaterOvertime(law);
                break;
        }
    }

    private void FillPeriod(ScoreLaw law, PeriodTables period, int beyond)
    {
        _periodOwn.AsSpan().Clear();
        _periodOther.AsSpan().Clear();
        foreach (ref readonly var branch in _branches.AsSpan(0, _count))
        {
            var inside = branch with { Seconds = branch.Seconds - beyond };
            period.Add(period.Counts(inside) ? Unweighed(inside, Lean) : inside, _periodOwn, _periodOther);
        }

        TakePeriod(law);
    }

    /// <summary>Weighs a part as the whole is weighed.</summary>
    /// <param name="law">The part's law.</param>
    /// <param name="early">The share of it that comes before the last minutes, which are played at the teams' strengths as they are.</param>
    private void WeighPart(ScoreLaw law, double early = 1)
    {
        law.Trim();
        var lean = LeanOfPart(law.MeanPoints() * early);
        law.Weigh(new Lean(lean.Difference * early, lean.Sum * early, lean.DifferenceSquare * early * early, lean.SumSquare * early * early));
        law.Narrow(_strengths.Narrowing);
    }

    // What is scored in the rest of the game has been summed over, so that of the square of the sum the mean of the rest remains. A part that is nearly the whole has nearly the whole's
    // weights.
    private Lean LeanOfPart(double points)
    {
        var rest = Math.Max(0, _points - points) * _line.Total / _tables.Total;
        var share = _points > 0 ? 1 - Math.Min(1, points / _points) : 0;
        var sign = Position.IsHomeFirst ? 1 : -1;
        return Lean with
        {
            Difference = Lean.Difference - (2 * parameters.Levelling * sign * _line.Margin * Position.EarlyShare * share),
            Sum = Lean.Sum + (2 * parameters.TotalSpread * rest),
        };
    }

    private void TakePeriod(ScoreLaw law)
    {
        PointGrid.AddTransposed(_periodOwn, PeriodTables.Width, _periodOther, PeriodTables.Width, PeriodTables.Width);
        TakePeriod(law, _periodOwn);
    }

    private void TakePeriod(ScoreLaw law, ReadOnlySpan<float> cells)
    {
        law.Add(cells, PeriodTables.Width, PeriodTables.Width);
        WeighPart(law);
    }

    /// <summary>From a moment of the second half to the end of regulation, for a game that has not come so far: the lead then is that now and what is scored before.</summary>
    private void FillToEnd(ScoreLaw law, double seconds)
    {
        LeadsAt(seconds);
        if (Position.Period == 3)
        {
            ClearSums();
            foreach (ref readonly var branch in _branches.AsSpan(0, _count))
            {
                _tables.Early.AddSecond(branch.Seconds > 900 ? branch : Unweighed(branch, Lean), EarlyTables.Slots, _sums, isFourthOnly: true);
            }

            FoldSums();
            var ((mass, points), (otherMass, otherPoints)) = (EarlyLaw.Moments(_sums[0]), EarlyLaw.Moments(_sums[1]));
            _weights.Take(LeanOfPart((points + otherPoints) / (mass + otherMass)));
            for (var side = 0; side < 2; side++)
            {
                _weights.Weigh(_sums[side], EarlyTables.Points, EarlyTables.Width);
                Mixture.Compose(_sums[side], side, _leads, _mixing, law);
            }

            law.Normalise();
            law.Trim();
            law.Narrow(_strengths.Narrowing);
        }
        else
        {
            var receives = seconds >= 1800 ? Position.ReceivesSecondHalf : null;
            for (var i = 0; i < Quantiles; i++)
            {
                _later[i] = _endings.LaterEndsOf(IsFirstFavoured).At(seconds >= 1800, receives, _leads[i]);
            }

            foreach (var later in _later)
            {
                law.Add(later.Cells, ScoreLaw.Points, later.Extent, 1f / Quantiles);
            }

            WeighPart(law, (seconds - LateTables.Seconds) / seconds);
        }
    }

    private void LeadsAt(double seconds)
    {
        var (mean, sd) = MarginBefore();
        if (Position.Half == 1 && seconds < 1800)
        {
            // The third quarter in between: as wide as an average one.
            const double quarterSd = 6.3;
            sd = Math.Sqrt((sd * sd) + (quarterSd * quarterSd));
        }

        ReadOnlySpan<double> places = [-1.28, -0.52, 0, 0.52, 1.28];
        for (var i = 0; i < Quantiles; i++)
        {
            _leads[i] = Position.Lead + (int)Math.Round(mean + (places[i] * sd));
        }
    }

    // Of the half or quarter that is being played, whose own market has its law, where the points in it so far are known.
    private (double Mean, double Sd) MarginBefore()
    {
        if (Law(Position.Half == 1 ? MarketScope.FirstHalf : MarketScope.ThirdQuarter) is { } known)
        {
            var (margin, spread) = known.MarginMoments();
            return (Position.IsHomeFirst ? margin : -margin, spread);
        }

        _before.Clear();
        FillPeriod(_before, Position.Half == 1 ? _tables.Half : _tables.Quarter, Position.Half == 1 ? 0 : 900);
        _before.Finish(isHomeFirst: true, default);
        return _before.MarginMoments();
    }

    // The second half counts overtime: where the points make one of the leads level, in that lead's share of the cases.
    private void AddLaterOvertime(ScoreLaw law)
    {
        if (OvertimeChance.Value < LeastTie)
        {
            return;
        }

        // The law of overtime is still in its buffer from the whole game's.
        _regulation.Take(law);
        foreach (var lead in _leads)
        {
            PutOvertime(law, _regulation.Cells, lead, 1f / Quantiles);
        }
    }
}
