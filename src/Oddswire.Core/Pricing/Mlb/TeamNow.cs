namespace Oddswire.Core.Pricing.Mlb;

/// <summary>
/// A team at a state of a game: how likely each level of its strength of the day has become by what it has scored (Bayes's rule, exact), and the laws of its
/// runs to come, mixed over the levels. The two teams are independent of each other until the last half-inning. Buffers are used again.
/// </summary>
internal sealed class TeamNow
{
    private const int Cells = TeamRuns.MaxRuns + 1;

    private readonly double[] _weights = new double[TeamRuns.Levels];
    private readonly double[][] _rest = [.. Enumerable.Range(0, TeamRuns.Levels).Select(_ => new double[Cells])];
    private readonly double[] _sum = new double[Cells];
    private TeamRuns _team = null!;
    private int _next;

    /// <summary>Whether a half-inning of the team is being played, or is the one that comes in this extra inning.</summary>
    public bool HasRest { get; private set; }

    /// <summary>The first whole inning to come.</summary>
    public int Next => _next;

    /// <summary>Chance of each level.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Takes up a state.</summary>
    /// <param name="team">The team's laws.</param>
    /// <param name="runs">Its runs so far.</param>
    /// <param name="completed">Innings that it has batted to the end.</param>
    /// <param name="now">What it is playing (or plays next, in an extra inning): outs and bases; null when its next half-inning is a whole one of regulation.</param>
    /// <param name="fresh">The bases with which an extra inning begins.</param>
    public void Begin(TeamRuns team, int runs, int completed, (int Outs, int Bases)? now, int fresh)
    {
        _team = team;
        HasRest = now is not null;
        _next = completed + (HasRest ? 2 : 1);
        var (largest, inning) = (double.NegativeInfinity, completed + 1);
        Span<double> scratch = stackalloc double[Cells];
        for (var level = 0; level < TeamRuns.Levels; level++)
        {
            _weights[level] = Math.Log(TeamRuns.Weights[level]) + team.LogLikelihood(level, runs, completed, fresh);
            if (now is var (outs, bases))
            {
                // What is known of a half-inning under way: the runs in it, and the moment of those still to come against that of the whole.
                _weights[level] += team.Rest(level, inning, outs, bases, _rest[level])
                    - team.Rest(level, inning, 0, inning > team.Innings ? fresh : 0, scratch);
            }

            largest = Math.Max(largest, _weights[level]);
        }

        double total = 0;
        for (var level = 0; level < TeamRuns.Levels; level++)
        {
            total += _weights[level] = Math.Exp(_weights[level] - largest);
        }

        VectorMath.Scale(_weights, 1 / total);
    }

    /// <summary>Runs to the end of regulation, or of the extra inning being played.</summary>
    public void ToEnd(Span<double> law) => Mix(law, static (team, level, from) => team.ToEnd(level, from));

    /// <summary>Runs to before the last half-inning of regulation.</summary>
    public void ToLast(Span<double> law) => Mix(law, static (team, level, from) => team.ToLast(level, from));

    /// <summary>Runs to the end of the fifth inning.</summary>
    public void ToFifth(Span<double> law) => Mix(law, static (team, level, from) => team.ToFifth(level, from));

    /// <summary>Runs to the end of the half-inning under way; none when there is none.</summary>
    public void Rest(Span<double> law) => Mix(law, static (_, _, _) => TeamRuns.Never);

    /// <summary>
    /// Runs after each half-inning to come: row 0 to the end of the one under way (no run when there is none), row j through inning <see cref="Next"/> + j - 1.
    /// </summary>
    /// <returns>How many rows, one and the whole innings to come.</returns>
    public int Steps(double[][] rows)
    {
        var count = Math.Max(_team.Innings - _next + 1, 0) + 1;
        for (var row = 0; row < count; row++)
        {
            rows[row].AsSpan().Clear();
        }

        Span<double> at = stackalloc double[Cells];
        for (var level = 0; level < TeamRuns.Levels; level++)
        {
            (HasRest ? _rest[level] : TeamRuns.Never).CopyTo(at);
            VectorMath.AddScaled(rows[0], at, _weights[level]);
            for (var row = 1; row < count; row++)
            {
                TeamRuns.Convolve(at, _team.Inning(level, _next + row - 1), _sum);
                _sum.CopyTo(at);
                VectorMath.AddScaled(rows[row], at, _weights[level]);
            }
        }

        return count;
    }

    private void Mix(Span<double> law, Func<TeamRuns, int, int, double[]> to)
    {
        law.Clear();
        for (var level = 0; level < TeamRuns.Levels; level++)
        {
            var whole = to(_team, level, _next);
            if (HasRest && !ReferenceEquals(whole, TeamRuns.Never))
            {
                TeamRuns.Convolve(whole, _rest[level], _sum);
                VectorMath.AddScaled(law, _sum, _weights[level]);
            }
            else
            {
                VectorMath.AddScaled(law, HasRest ? _rest[level] : whole, _weights[level]);
            }
        }
    }
}
