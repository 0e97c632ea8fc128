using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Nfl;

/// <content>
/// More lead never lowers the chance to win: that of a lead is the greatest of its own and those of the lesser leads that can have a greater one. Where one has, the team
/// plays as much like that one as it takes to win as often: the joint law of points becomes a mixture of both, so that every market follows. Which leads can is what
/// random states showed, not proved: the next one, the greatest of the class behind, and further down from each as long as they come near.
/// </content>
internal sealed partial class NflSolver
{
    // Earlier the score decides so little that no lesser lead is better.
    private const double OrderedSeconds = 2 * LateTables.Seconds;

    // A lesser lead that is no nearer than this, as a share of p (1 - p), has none below it in its class that is better.
    private const double Near = 0.02;

    // Before the last minutes the sum of points says something of the pace: what a point more may be worth by that.
    private const double PaceRoom = 4e-5;

    private readonly ScoreLaw _like = new();
    private readonly ScoreLaw _best = new();
    private readonly float[] _half = new float[ScoreLaw.Points * ScoreLaw.Points];
    private readonly float[] _otherRegulation = new float[ScoreLaw.Points * ScoreLaw.Points];
    private readonly float[] _margins = new float[2 * ScoreLaw.Points];
    private readonly float[] _weights = new float[2 * ScoreLaw.Points];

    private bool IsOrdered => Position.Half == 2 && Position.Seconds <= OrderedSeconds;

    private void KeepOrder()
    {
        if (!IsOrdered)
        {
            return;
        }

        // The lead just below, and the greatest of the class behind: within a class all play alike.
        var lead = PlayedLead;
        var isLate = Position.Seconds <= LateTables.Seconds;
        var (own, mass) = WinOf(_whole, lead);
        var (most, best) = (own, lead);
        var behind = DriveFeatures.GreatestLead(DriveFeatures.LeadClass(lead) + 1);
        for (var less = lead - 1; less >= -MostPlayed;)
        {
            ReadDrive(less);
            _like.Clear(isLate ? LateTables.Width : ScoreLaw.Points);
            FillRegulation(less, _like);
            var win = WinOf(_like, less).Win + (isLate ? 0 : PaceRoom);
            if (win > most)
            {
                (most, best) = (win, less);
                _like.Cells.CopyTo(_best.Cells);
            }

            var isNear = win > most - (Near * most * (1 - most));
            less = !isLate ? int.MinValue : isNear ? less - 1 : less > behind ? behind : int.MinValue;
        }

        if (best < lead)
        {
            var (here, bestMass) = WinOf(_best, lead);
            var share = here > most ? (most - own) / (here - own) : 1;
            VectorMath.Scale(_whole.Cells, (float)((1 - share) / mass));
            VectorMath.AddScaled(_whole.Cells, _best.Cells, (float)(share / bestMass));
        }
    }

    /// <summary>Where nobody knows who has the ball late in the game: either, as often, each with its own order of leads.</summary>
    private void SolveEither()
    {
        var known = Position;
        Position = known.WithBall(isFirst: false);
        Lean = LeanOfWhole(PlayedLead);
        SolveRegulation();
        var (overtime, points) = (OvertimeChance.Value, _points);
        _whole.Cells.CopyTo(_half);
        _regulation.CopyTo(_otherRegulation.AsSpan());

        Position = known.WithBall(isFirst: true);
        Lean = LeanOfWhole(PlayedLead);
        _isOvertimeRead = false;
        _whole.Clear();
        SolveRegulation();
        PointGrid.AddTransposed(_whole.Cells, ScoreLaw.Points, _half, ScoreLaw.Points, ScoreLaw.Points);
        VectorMath.Scale(_whole.Cells, 0.5f);
        PointGrid.AddTransposed(_regulation, ScoreLaw.Points, _otherRegulation, ScoreLaw.Points, ScoreLaw.Points);
        VectorMath.Scale(_regulation, 0.5f);
        OvertimeChance = Chance.Of((OvertimeChance.Value + overtime) / 2);
        _points = (_points + points) / 2;
        Position = known;
    }

    /// <summary>How often the first team wins, overtime included, by a law of points before they are weighed, and the law's weight.</summary>
    private (double Win, double Mass) WinOf(ScoreLaw law, int lead)
    {
        var lean = LeanOfWhole(lead);
        law.Margins(lean, _margins);
        lean.OfDifferences(_weights);
        double win = 0, all = 0;
        var level = ScoreLaw.Points - 1 + lead;
        for (var i = 0; i < (2 * ScoreLaw.Points) - 1; i++)
        {
            double weight = _margins[i] * _weights[i];
            all += weight;
            win += i < level ? weight : 0;
        }

        win += level is >= 0 and < (2 * ScoreLaw.Points) - 1 && _margins[level] > 0 ? _margins[level] * _weights[level] * LevelWin() : 0;
        return (win / all, all);
    }
}
