using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// Works out the laws of points from a state: the drive that is going on is branched into its ends, each is followed by the tables' law of what comes after, and
/// the sum is weighed by the teams' strengths. Laws of parts of the game are worked out when asked for. Its buffers are used again.
/// </summary>
internal sealed partial class NflSolver(NflTables tables, NflParameters parameters)
{
    // Below this chance overtime moves no published figure.
    private const float LeastTie = 1e-7f;

    // A lead of so many points says less of the game's pace, one of twice as many nothing.
    private const int MostClose = 14;
    private const int MostPlayed = 24;
    private const double FadeSeconds = 600;
    private const double RegulationSeconds = 3600;

    private readonly LineFit _lines = new(tables, parameters);
    private readonly float[][] _sums = [new float[EarlyTables.SumSize], new float[EarlyTables.SumSize], new float[EarlyTables.SumSize], new float[EarlyTables.SumSize]];
    private readonly float[] _lateOwn = new float[LateTables.Width * LateTables.Width];
    private readonly float[] _lateOther = new float[LateTables.Width * LateTables.Width];
    private readonly float[] _overtime = new float[Overtime.Width * Overtime.Width];
    private readonly float[] _overtimeOther = new float[Overtime.Width * Overtime.Width];
    private readonly DriveBranch[] _branches = new DriveBranch[DriveModel.MaxBranches];
    private readonly double[] _ends = new double[DriveModel.Results];
    private readonly float[] _mixing = new float[tables.Mixture.BufferSize];
    private readonly ScoreLaw _whole = new();
    private int _count;
    private bool _isOvertimeRead;
    private double _levelWin;
    private double _points;
    private bool _mustHaveWinner;
    private OvertimeRule _rule;
    private int _overtimeSeconds;
    private (double Margin, double Total) _line;
    private (double Difference, double Sum) _strengths;

    // A greater lead is played like this one: the points to come are then the same, and more of a lead can only help.
    private int PlayedLead => Math.Clamp(Position.Lead, -MostPlayed, MostPlayed);

    /// <summary>Where the game stands.</summary>
    public NflPosition Position { get; private set; }

    /// <summary>The state being solved.</summary>
    public GameState State { get; private set; } = new();

    /// <summary>The law of all points to come.</summary>
    public ScoreLaw Whole => _whole;

    /// <summary>Chance that overtime will be played.</summary>
    public Chance OvertimeChance { get; private set; }

    /// <summary>The expected home margin and the expected total before the game.</summary>
    public (double Margin, double Total) Line => _line;

    /// <summary>The weights in use, the first team's points first.</summary>
    public Lean Lean { get; private set; }

    /// <summary>Whether what the lead and the points so far say of the rest, beyond counting, is left out: for explanations.</summary>
    public bool IgnoresCourse { get; set; }

    /// <summary>Solves a state.</summary>
    public void Solve(GameState state, GameInfo info)
    {
        State = state;
        _mustHaveWinner = info.MustHaveWinner;
        var season = SeasonOf(info.ScheduledAt);
        _rule = Overtime.RuleOf(season, info.MustHaveWinner);
        _overtimeSeconds = Overtime.SecondsOf(season, info.MustHaveWinner);
        _line = (parameters.MarginOf(info.Line), PregamePrior.Total(info.Line, parameters.AverageTotal));
        Position = NflPosition.Of(state, _overtimeSeconds, _line.Margin >= 0);
        _strengths = _lines.Find(_line.Margin, _line.Total);
        Lean = LeanOfWhole(PlayedLead);
        OvertimeChance = default;
        _isOvertimeRead = false;
        ForgetScopes();
        _whole.Clear();
        if (Position.Half == 3)
        {
            FillOvertime();
        }
        else if (IsOrdered && !Position.IsPossessionKnown)
        {
            SolveEither();
        }
        else
        {
            SolveRegulation();
        }

        _whole.Finish(Position.IsHomeFirst, state.Score);
    }

    private void SolveRegulation()
    {
        ReadDrive(PlayedLead);
        FillRegulation(PlayedLead, _whole);
        KeepOrder();
        _points = _whole.MeanPoints();
        _whole.Weigh(Lean);
        KeepRegulation();
        AddOvertime(_whole.Cells, Position.Lead);
    }

    /// <summary>Chances of the ends of the drive that is going on, with the team's own strength.</summary>
    public void EndsWithStrength(Span<double> ends)
    {
        var play = Position.Play ?? default;
        var at = PlayOf(play, StrengthOf(isFirst: true));
        tables.Drives.Ends(Position.Half == 3 ? at with { Urgency = parameters.OvertimeUrgency[0] } : at, ends);
        if (CanKneel(play, Position.Lead))
        {
            VectorMath.Scale(ends, 1 - KneelDown.Share);
            ends[DriveModel.HalfEnds] += KneelDown.Share;
        }
    }

    /// <summary>Chance that a drive of a team from its kick-off return on brings it points, were there time.</summary>
    public double ScoringOf(bool isFirst, Span<double> ends)
    {
        tables.Drives.Ends(tables.Drives.Start(DriveModel.Kick, 1200, isSecondHalf: false, 0, StrengthOf(isFirst)) with { YardsToGoal = 72 }, ends);
        return ends[DriveModel.Touchdown] + ends[DriveModel.FieldGoal];
    }

    // Points expected of the team before the game, above an average team's, in tens.
    private double StrengthOf(bool isFirst) =>
        (((_line.Total - parameters.AverageTotal) / 2) + (isFirst == Position.IsHomeFirst ? _line.Margin / 2 : -_line.Margin / 2)) / 10;

    // One weight of the final margin, from the first minute to the last: what of it depends on the points to come.
    private Lean LeanOfWhole(int lead)
    {
        var difference = Position.IsHomeFirst ? _strengths.Difference : -_strengths.Difference;
        if (Position.Half == 3)
        {
            return new Lean(difference, _strengths.Sum, 0, 0);
        }

        var share = Position.Share;
        var (levelling, pace) = (0.0, 0.0);
        if (!IgnoresCourse)
        {
            // The last minutes' tables know themselves how the score makes teams play; there one point more may change nothing but the pull.
            var far = Math.Clamp(((share * RegulationSeconds) - LateTables.Seconds) / FadeSeconds, 0, 1);
            var close = Math.Clamp(2 - (Math.Abs(Position.Lead) / (double)MostClose), 0, 1);
            pace = far * close * parameters.PaceLearning * (State.Score.Total - (_line.Total * (1 - share)));
            levelling = far * 2 * parameters.Levelling * lead;
        }

        return new Lean(
            difference - levelling,
            _strengths.Sum + pace - (2 * parameters.TotalSpread * _line.Total * share),
            -parameters.Levelling,
            parameters.TotalSpread);
    }

    private static int SeasonOf(Timestamp scheduled)
    {
        if (scheduled == default)
        {
            return 0;
        }

        // A season begins in September and ends in February.
        var day = scheduled.ToDateTimeOffset();
        return day.Month >= 6 ? day.Year : day.Year - 1;
    }

    private void ReadDrive(int lead)
    {
        _count = 0;
        var position = Position;
        if (position.Seconds <= 0)
        {
            _branches[_count++] = new DriveBranch(1, 0, 0, 0, 0, KeepsBall: true, EndsHalf: true);
            return;
        }

        if (position.Play is { } play)
        {
            var at = PlayOf(play, 0) with { Lead = lead };
            tables.Drives.Ends(at, _ends);
            var isNear = position.Seconds <= (position.Half == 2 ? 2 * LateTables.Seconds : 300);
            _count = tables.Drives.Branch(at, _ends, isWhole: false, isNear ? 3 : 1, _branches);
            if (CanKneel(play, lead))
            {
                Kneel();
            }

            return;
        }

        var (zero, one, two) = position.IsTryDue ? tables.Drives.Try(-lead, position.Half == 2 && position.Seconds < 900) : (1, 0, 0);
        Span<double> tries = [zero, one, two];
        for (var points = 0; points < tries.Length; points++)
        {
            if (tries[points] > 0)
            {
                AddStart(tries[points], points);
            }
        }
    }

    private bool CanKneel(in FootballSituation play, int lead) =>
        Position.Half == 2 && KneelDown.EndsGame(play, Position.Seconds, lead, play.Timeouts(Position.IsHomeFirst ? Side.Away : Side.Home));

    // One branch ends the half.
    private void Kneel()
    {
        foreach (ref var branch in _branches.AsSpan(0, _count))
        {
            branch = branch with { Chance = (branch.Chance * (1 - KneelDown.Share)) + (branch.EndsHalf ? KneelDown.Share : 0) };
        }
    }

    private void AddStart(double chance, int points)
    {
        var known = Position.IsPossessionKnown ? 1 : 0.5;
        _branches[_count++] = new DriveBranch(chance * known, 0, points, Position.Seconds, DriveModel.Kick, KeepsBall: true, EndsHalf: false);
        if (!Position.IsPossessionKnown)
        {
            _branches[_count++] = new DriveBranch(chance * 0.5, 0, points, Position.Seconds, DriveModel.Kick, KeepsBall: false, EndsHalf: false);
        }
    }

    private Situation PlayOf(FootballSituation play, double strength) => new(
        play.Down, Math.Clamp(play.YardsToFirst, 1, 99), Math.Clamp(play.YardsToGoal, 1, 99), Position.Seconds, Position.Half >= 2, PlayedLead, strength);

    private void FillRegulation(int lead, ScoreLaw into)
    {
        var hasLate = false;
        var hasEarly = false;
        foreach (ref readonly var branch in _branches.AsSpan(0, _count))
        {
            if (Position.Half == 2 && (branch.EndsHalf || branch.Seconds <= LateTables.Seconds))
            {
                if (!hasLate)
                {
                    _lateOwn.AsSpan().Clear();
                    _lateOther.AsSpan().Clear();
                }

                hasLate = true;
                tables.Late.Add(branch, lead, LateTables.Slots, _lateOwn, _lateOther);
            }
            else
            {
                if (!hasEarly)
                {
                    ClearSums();
                }

                hasEarly = true;
                AddEarly(branch);
            }
        }

        if (hasLate)
        {
            PointGrid.AddTransposed(_lateOwn, LateTables.Width, _lateOther, LateTables.Width, LateTables.Width);
            for (var row = 0; row < LateTables.Width; row++)
            {
                PointGrid.Add(into.Cells[(row * ScoreLaw.Points)..], _lateOwn.AsSpan(row * LateTables.Width, LateTables.Width));
            }
        }

        if (hasEarly)
        {
            FoldSums();
            if (Position.Half == 1)
            {
                tables.Mixture.Compose(_sums[0], 2, lead, into.Cells, isExact: !Position.IsPossessionKnown);
            }
            else
            {
                tables.Mixture.Compose(_sums[0], 0, lead, into.Cells, isExact: !Position.IsPossessionKnown);
                tables.Mixture.Compose(_sums[1], 1, lead, into.Cells, isExact: !Position.IsPossessionKnown);
            }
        }
    }

    private void AddEarly(in DriveBranch branch)
    {
        if (Position.Half == 1)
        {
            AddFirst(branch);
        }
        else
        {
            tables.Early.AddSecond(branch, EarlyTables.Slots, _sums);
        }
    }

    private void AddFirst(in DriveBranch branch)
    {
        if (Position.ReceivesSecondHalf is { } receives)
        {
            tables.Early.AddFirst(branch, EarlyTables.Slots, receives, _sums);
            return;
        }

        // Before the kick-off the team that does not receive now receives then; later nobody knows.
        var half = branch with { Chance = branch.Chance / 2 };
        var isOpening = !Position.IsPossessionKnown && Position.Seconds >= 1800;
        tables.Early.AddFirst(isOpening ? branch : half, EarlyTables.Slots, isOpening && !branch.KeepsBall, _sums);
        if (!isOpening)
        {
            tables.Early.AddFirst(half, EarlyTables.Slots, receivesSecondHalf: true, _sums);
        }
    }

    private void ClearSums()
    {
        foreach (var sum in _sums)
        {
            sum.AsSpan().Clear();
        }
    }

    private void FoldSums()
    {
        if (Position.Half == 1)
        {
            PointGrid.AddTransposed(_sums[0], EarlyTables.Width, _sums[2], EarlyTables.Width, EarlyTables.Points);
            return;
        }

        PointGrid.AddTransposed(_sums[1], EarlyTables.Width, _sums[2], EarlyTables.Width, EarlyTables.Points);
        PointGrid.AddTransposed(_sums[0], EarlyTables.Width, _sums[3], EarlyTables.Width, EarlyTables.Points);
    }
}
