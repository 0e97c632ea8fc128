using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// Works out the laws of points from a state: the drive that is going on is branched into its ends, each is followed by the tables' law of what comes after, and
/// the sum is weighed by the teams' strengths. Laws of parts of the game are worked out when asked for. Its buffers are used again.
/// </summary>
/// <param name="parameters">The parameters.</param>
/// <param name="tablesOf">Those whose tables are read, where others differ only in how they join line and score: for fitting.</param>
internal sealed partial class NflSolver(NflParameters parameters, NflParameters? tablesOf = null)
{
    // Below this chance overtime moves no published figure.
    private const float LeastTie = 1e-7f;

    // A lead of so many points says less of the game's pace, one of twice as many nothing.
    private const int MostClose = 14;
    private const int MostPlayed = 24;

    // Ten minutes, as a share of regulation.
    private const double FadeShare = 600 / 3600.0;

    private readonly LineFit?[] _lines = new LineFit?[NflEndings.Levels];
    private readonly LeanWeights _weights = new();
    private readonly float[][] _sums = [new float[EarlyTables.SumSize], new float[EarlyTables.SumSize], new float[EarlyTables.SumSize], new float[EarlyTables.SumSize]];
    private readonly float[] _lateOwn = new float[LateTables.Width * LateTables.Width];
    private readonly float[] _lateOther = new float[LateTables.Width * LateTables.Width];
    private readonly float[] _overtime = new float[Overtime.Width * Overtime.Width];
    private readonly float[] _overtimeOther = new float[Overtime.Width * Overtime.Width];
    private readonly DriveBranch[] _branches = new DriveBranch[MostStarts * DriveModel.MaxBranches];
    private readonly double[] _ends = new double[DriveModel.Results];
    private readonly ScoreLaw _whole = new();

    // Taken for each game when a state is solved.
    private NflTables _tables = null!;
    private NflEndings _endings = null!;
    private float[] _mixing = [];
    private int _count;
    private bool _isOvertimeRead;
    private double _levelWin;
    private double _points;
    private bool _mustHaveWinner;
    private OvertimeRule _rule;
    private int _overtimeSeconds;
    private (double Margin, double Total) _line;
    private LineWeights _strengths;

    private bool IsFirstFavoured => Position.IsHomeFirst == (_line.Margin >= 0);

    private LateMixture Mixture => _endings.MixtureOf(IsFirstFavoured);

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
        _line = LineFit.Sensible(parameters.MarginOf(info.Line), PregamePrior.Total(info.Line, parameters.AverageTotal));
        Position = NflPosition.Of(state, _overtimeSeconds, _line.Margin >= 0);
        TakeTables();
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

    private void TakeTables()
    {
        var level = NflEndings.LevelOf(_line.Margin, _line.Total - parameters.AverageTotal);
        if ((_lines[level] ?? NewLines(level)) is var lines && lines.Endings != _endings)
        {
            (_tables, _endings) = (lines.Tables, lines.Endings);
            _mixing = _mixing.Length < _endings.BufferSize ? new float[_endings.BufferSize] : _mixing;
        }

        _strengths = lines.Find(_line.Margin, _line.Total);
    }

    private LineFit NewLines(int level)
    {
        var tables = NflTables.Of(tablesOf ?? parameters, NflTables.LevelOf(NflEndings.AboveOf(level)));
        return _lines[level] = new LineFit(tables, tables.Endings(level), parameters);
    }

    private void SolveRegulation()
    {
        ReadDrive(PlayedLead);
        _points = FillRegulation(PlayedLead, _whole);
        KeepOrder();
        KeepRegulation();
        AddOvertime(Position.Lead);
    }

    /// <summary>Chances of the ends of the drive that is going on, with the team's own strength.</summary>
    public void EndsWithStrength(Span<double> ends)
    {
        var play = Position.Play ?? default;
        var at = PlayOf(play, PlayedLead);
        var isOvertime = Position.Half == 3;
        _tables.Drives.Ends(isOvertime ? at with { Urgency = Overtime.UrgencyOf(parameters, _tables.OvertimeUnder(_rule).PhaseOf(Position.Lead, Position.OvertimeDrives)) } : at, ends);
        if (CanKneel(play, Position.Lead))
        {
            VectorMath.Scale(ends, 1 - KneelDown.Share);
            ends[DriveModel.HalfEnds] += KneelDown.Share;
        }
    }

    /// <summary>Chance that a drive of a team from its kick-off return on brings it points, were there time.</summary>
    public double ScoringOf(bool isFirst, Span<double> ends)
    {
        _tables.Drives.Ends(WithStrength(_tables.Drives.Start(DriveModel.Kick, 1200, isSecondHalf: false, 0, 0) with { YardsToGoal = 72 }, isFirst), ends);
        return ends[DriveModel.Touchdown] + ends[DriveModel.FieldGoal];
    }

    // What the line says of a team and of the game.
    private Situation WithStrength(in Situation at, bool isFirst) => at with
    {
        Strength = (isFirst == Position.IsHomeFirst ? _line.Margin : -_line.Margin) / 20,
        Scoring = (_line.Total - parameters.AverageTotal) / 20,
    };

    // The weights of the points to come before the last minutes.
    private Lean LeanOfWhole(int lead)
    {
        var difference = Position.IsHomeFirst ? _strengths.Difference : -_strengths.Difference;
        if (Position.Half == 3)
        {
            return new Lean(difference, _strengths.Sum, 0, 0);
        }

        var (levelling, pace) = (0.0, 0.0);
        if (!IgnoresCourse)
        {
            // Close to the last minutes, which know themselves how the score makes teams play, one point more may change nothing but the score.
            var far = Math.Clamp(Position.EarlyShare / FadeShare, 0, 1);
            var close = Math.Clamp(2 - (Math.Abs(Position.Lead) / (double)MostClose), 0, 1);
            pace = far * close * parameters.PaceLearning * (State.Score.Total - (_line.Total * (1 - Position.Share)));
            levelling = far * 2 * parameters.Levelling * lead;
        }

        return Lean.ForLine(difference - levelling, _strengths.Sum + pace, _line.Total, Position.EarlyShare, parameters);
    }

    /// <summary>The season that a day belongs to; 0 where it is not known.</summary>
    internal static int SeasonOf(Timestamp scheduled)
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
            var at = PlayOf(play, lead);
            _tables.Drives.Ends(at, _ends);
            var isNear = position.Seconds <= (position.Half == 2 ? 2 * LateTables.Seconds : 300);
            _count = _tables.Drives.Branch(at, _ends, isNear ? 3 : 1, _branches);
            if (CanKneel(play, lead))
            {
                Kneel();
            }

            return;
        }

        ReadStarts(lead);
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

    // The drive that is going on is played at the teams' own strengths.
    private Situation PlayOf(FootballSituation play, int lead) => WithStrength(_tables.Drives.At(play, Offence, Position.Seconds, Position.Half >= 2, lead), isFirst: true);

    private Side Offence => Position.IsHomeFirst ? Side.Home : Side.Away;

    /// <summary>Adds the drive's branches with all that follows to an empty law, and makes its sum 1.</summary>
    /// <returns>Mean points of both teams up to the last minutes, before those that follow on the drive are weighed.</returns>
    private double FillRegulation(int lead, ScoreLaw into)
    {
        var lean = LeanOfWhole(lead);
        var (hasLate, hasEarly, mass, points) = (false, false, 0.0, 0.0);
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
                mass += branch.Chance;
                points += branch.Chance * (branch.Own + branch.Other);
                _strengths.Late.Add(branch, lead, IsFirstFavoured, _lateOwn, _lateOther);
            }
            else
            {
                if (!hasEarly)
                {
                    ClearSums();
                }

                hasEarly = true;
                AddEarly(branch, lean);
            }
        }

        if (hasLate)
        {
            PointGrid.AddTransposed(_lateOwn, LateTables.Width, _lateOther, LateTables.Width, LateTables.Width);
            into.Add(_lateOwn, LateTables.Width, LateTables.Width);
        }

        if (hasEarly)
        {
            var early = FillEarly(lead, lean, into);
            (mass, points) = (mass + early.Mass, points + early.Points);
        }

        into.Normalise();
        into.Trim();
        into.Narrow(_strengths.Narrowing);
        return points / mass;
    }

    private (double Mass, double Points) FillEarly(int lead, in Lean lean, ScoreLaw into)
    {
        FoldSums();
        _weights.Take(lean);
        var (mass, points) = (0.0, 0.0);
        var isExact = !Position.IsPossessionKnown;
        for (var side = 0; side < (Position.Half == 1 ? 1 : 2); side++)
        {
            var moments = EarlyLaw.Moments(_sums[side]);
            (mass, points) = (mass + moments.Mass, points + moments.Points);
            _weights.Weigh(_sums[side], EarlyTables.Points, EarlyTables.Width);
            Mixture.Compose(_sums[side], Position.Half == 1 ? 2 : side, lead, into, isExact);
        }

        return (mass, points);
    }

    private void AddEarly(in DriveBranch branch, in Lean lean)
    {
        if (Position.Half == 1)
        {
            AddFirst(Unweighed(branch, lean));
        }
        else
        {
            _tables.Early.AddSecond(Unweighed(branch, lean), EarlyTables.Slots, _sums);
        }
    }

    // The drive that is going on has the teams' strengths in it: what the weights of all points will add to its own is taken off, at the mean of the points that follow.
    private DriveBranch Unweighed(in DriveBranch branch, in Lean lean)
    {
        var (margin, total) = (Position.IsHomeFirst ? _line.Margin : -_line.Margin, _line.Total);
        var difference = lean.Difference + (2 * lean.DifferenceSquare * margin * Position.EarlyShare);
        var sum = lean.Sum + (2 * lean.SumSquare * total * Position.EarlyShare);
        return branch with { Chance = branch.Chance * Math.Exp(-(difference * (branch.Own - branch.Other)) - (sum * (branch.Own + branch.Other))) };
    }

    private void AddFirst(in DriveBranch branch)
    {
        if (Position.ReceivesSecondHalf is { } receives)
        {
            _tables.Early.AddFirst(branch, EarlyTables.Slots, receives, _sums);
            return;
        }

        // Before the kick-off the team that does not receive now receives then; later nobody knows.
        var half = branch with { Chance = branch.Chance / 2 };
        var isOpening = !Position.IsPossessionKnown && Position.Seconds >= 1800;
        _tables.Early.AddFirst(isOpening ? branch : half, EarlyTables.Slots, isOpening && !branch.KeepsBall, _sums);
        if (!isOpening)
        {
            _tables.Early.AddFirst(half, EarlyTables.Slots, receivesSecondHalf: true, _sums);
        }
    }

    private void ClearSums()
    {
        // In the first half nobody asks who has the ball in the last minutes.
        for (var i = 0; i < _sums.Length; i += Position.Half == 1 ? 2 : 1)
        {
            _sums[i].AsSpan().Clear();
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
