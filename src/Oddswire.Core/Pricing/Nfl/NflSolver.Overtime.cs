using System.Numerics;
using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Nfl;

/// <summary>Overtime: what is left of it, or what a tie after regulation leads to.</summary>
internal sealed partial class NflSolver
{
    // So small a chance of scores that make a lead level is put on the next lower one.
    private const float LeastLevel = 1e-8f;

    // Overtime from its kick-off, the home team first and the other one first, and what it was worked out for.
    private readonly ((NflTables Tables, OvertimeRule Rule, int Seconds, bool MustHaveWinner, LineWeights Strengths) Key, float[]? Law, double LevelWin)[] _kickOffs =
        new ((NflTables, OvertimeRule, int, bool, LineWeights), float[]?, double)[2];

    private void FillOvertime()
    {
        var overtime = _tables.OvertimeUnder(_rule);
        _overtime.AsSpan().Clear();
        _overtimeOther.AsSpan().Clear();
        var position = Position;
        var phase = overtime.PhaseOf(position.Lead, position.OvertimeDrives);
        if (position.Seconds <= 0 || position.Lead > 0 || (position.Lead < 0 && phase == OvertimePhase.NextScoreWins))
        {
            _overtime[0] = 1;
        }
        else if (position.Play is { } play)
        {
            // Strength comes by the weights; what is usual of time-outs is known for regulation only.
            var at = _tables.Drives.At(play, Offence, position.Seconds, isSecondHalf: true, PlayedLead) with { OwnTimeouts = 0, OtherTimeouts = 0 };
            _tables.Drives.Ends(at, _ends);
            overtime.Add(at, phase, _branches, _overtime, _overtimeOther);
        }
        else
        {
            var share = position.IsPossessionKnown ? 1 : 0.5f;
            var begin = overtime.At(position.Seconds, phase);
            AddRows(_overtime, begin, share);
            AddRows(_overtimeOther, begin, 1 - share);
        }

        PointGrid.AddTransposed(_overtime, Overtime.Width, _overtimeOther, Overtime.Width, Overtime.Width);
        if (_mustHaveWinner)
        {
            FollowWithPeriods(position.Lead);
        }

        WeighOvertime(position.Lead);
        _whole.Add(_overtime, Overtime.Width, Overtime.Width);
    }

    /// <summary>Puts the law of overtime in the place of a tie after regulation.</summary>
    private void AddOvertime(int lead)
    {
        var cells = _whole.Cells;
        var tie = 0f;
        for (var row = Math.Max(0, -lead); row < ScoreLaw.Points && row + lead < ScoreLaw.Points; row++)
        {
            tie += cells[(row * ScoreLaw.Points) + row + lead];
        }

        OvertimeChance = Chance.Of(Math.Clamp(tie, 0, 1));
        if (tie < LeastTie)
        {
            return;
        }

        ReadOvertime();
        PutOvertime(_whole, cells, lead, 1);
    }

    /// <summary>How often the first team wins a game that is level after regulation, a tie counting half.</summary>
    private double LevelWin()
    {
        ReadOvertime();
        return _levelWin;
    }

    // Overtime from its kick-off: the same all through a game, but for who comes first.
    private void ReadOvertime()
    {
        if (_isOvertimeRead)
        {
            return;
        }

        ref var known = ref _kickOffs[Position.IsHomeFirst ? 0 : 1];
        var key = (_tables, _rule, _overtimeSeconds, _mustHaveWinner, _strengths);
        if (known.Law is null || known.Key != key)
        {
            WorkOutOvertime();
            known = (key, known.Law ?? new float[_overtime.Length], _levelWin);
            _overtime.CopyTo(known.Law, 0);
        }

        known.Law.CopyTo(_overtime, 0);
        (_isOvertimeRead, _levelWin) = (true, known.LevelWin);
    }

    private void WorkOutOvertime()
    {
        var begin = _tables.OvertimeUnder(_rule).Begin(_overtimeSeconds);
        _overtime.AsSpan().Clear();
        AddRows(_overtime, begin, 0.5f);
        _overtimeOther.AsSpan().Clear();
        AddRows(_overtimeOther, begin, 0.5f);
        PointGrid.AddTransposed(_overtime, Overtime.Width, _overtimeOther, Overtime.Width, Overtime.Width);
        WeighOvertime(0);
        _levelWin = 0;
        for (var row = 0; row < Overtime.Points; row++)
        {
            _levelWin += VectorMath.Sum(_overtime.AsSpan(row * Overtime.Width, row)) + (_overtime[(row * Overtime.Width) + row] / 2);
        }
    }

    /// <summary>Puts the law of overtime in the place of a share of what makes a lead level.</summary>
    private void PutOvertime(ScoreLaw law, ReadOnlySpan<float> level, int lead, float share)
    {
        var scores = Scores();
        var cells = law.Cells;

        // From the most points down, so that what overtime leaves level is not played again.
        var (least, mass) = (Math.Max(0, -lead), 0f);
        for (var row = law.Extent - 1 - Math.Max(lead, 0); row >= least; row--, mass = mass < LeastLevel ? mass : 0)
        {
            var at = (row * ScoreLaw.Points) + row + lead;
            var here = level[at] * share;
            cells[at] = Math.Max(0, cells[at] - here);
            mass += here;
            if (mass <= (row > least ? LeastLevel : 0))
            {
                continue;
            }

            law.Cover(Math.Max(row, row + lead) + Overtime.Points);
            var room = Math.Min(Overtime.Points, ScoreLaw.Points - row - lead);
            for (var left = scores; left != 0 && row + BitOperations.TrailingZeroCount(left) < ScoreLaw.Points; left &= left - 1)
            {
                var own = BitOperations.TrailingZeroCount(left);
                VectorMath.AddScaled(cells[(at + (own * ScoreLaw.Points))..], _overtime.AsSpan(own * Overtime.Width, room), mass);
            }
        }
    }

    // Points that the first team may have of overtime, a bit each: no sum of scores is one.
    private uint Scores()
    {
        var scores = 0u;
        for (var own = 0; own < Overtime.Points; own++)
        {
            scores |= _overtime.AsSpan(own * Overtime.Width, Overtime.Points).ContainsAnyExcept(0f) ? 1u << own : 0;
        }

        return scores;
    }

    // In the play-offs a period that ends level is followed by a whole new one, and so on: the law of a whole one given that it has a winner.
    private void FollowWithPeriods(int lead)
    {
        var begin = _tables.OvertimeUnder(_rule).Begin(_overtimeSeconds);
        _overtimeOther.AsSpan().Clear();
        AddRows(_overtimeOther, begin, 1);
        var decided = 0f;
        for (var row = 0; row < Overtime.Points; row++)
        {
            _overtimeOther[(row * Overtime.Width) + row] = 0;
            decided += 2 * VectorMath.Sum(_overtimeOther.AsSpan(row * Overtime.Width, Overtime.Points));
        }

        for (var row = Math.Max(0, -lead); row < Overtime.Points && row + lead < Overtime.Points; row++)
        {
            ref var level = ref _overtime[(row * Overtime.Width) + row + lead];
            var mass = level / decided;
            level = 0;
            for (var first = 0; mass > 0 && first < Overtime.Points; first++)
            {
                for (var second = 0; second < Overtime.Points; second++)
                {
                    Put(row + first, row + lead + second, mass * _overtimeOther[(first * Overtime.Width) + second]);
                    Put(row + second, row + lead + first, mass * _overtimeOther[(first * Overtime.Width) + second]);
                }
            }
        }
    }

    private void Put(int row, int column, float chance)
    {
        if (row < Overtime.Points && column < Overtime.Points)
        {
            _overtime[(row * Overtime.Width) + column] += chance;
        }
    }

    // What is level here has no place in a play-off: FollowWithPeriods has played it on, or a whole period is taken given that it has a winner.
    private void WeighOvertime(int lead)
    {
        var lean = new Lean(Position.IsHomeFirst ? _strengths.Difference : -_strengths.Difference, _strengths.Sum, 0, 0);
        var sum = 0f;
        for (var row = 0; row < Overtime.Width; row++)
        {
            for (var column = 0; column < Overtime.Width; column++)
            {
                ref var cell = ref _overtime[(row * Overtime.Width) + column];
                cell = cell > 0 && !(_mustHaveWinner && row + lead == column) ? (float)(cell * lean.Of(row, column)) : 0;
                sum += cell;
            }
        }

        if (sum <= 0)
        {
            _overtime[0] = sum = 1;
        }

        VectorMath.Scale(_overtime, 1 / sum);
    }

    private static void AddRows(Span<float> into, ReadOnlySpan<float> table, float share) => VectorMath.AddScaled(into, table, share);
}
