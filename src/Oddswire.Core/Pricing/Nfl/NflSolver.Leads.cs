using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Nfl;

/// <content>
/// More lead never lowers the chance to win: that of a lead is the greatest of its own and those of the lesser leads that can have a greater one. Where one has, the team
/// plays as much like that one as it takes to win as often: the joint law of points becomes a mixture of both, so that every market follows. Which leads can is what
/// random states showed, not proved: the next one, the greatest of the two classes behind (of three where level), and further down from each as long as they come near.
/// </content>
internal sealed partial class NflSolver
{
    // Earlier the score decides so little that no lesser lead is better.
    private const double OrderedSeconds = 2 * LateTables.Seconds;

    // A lesser lead that is no nearer than this, as a share of p (1 - p) or as a chance, has none below it in its class that is better; nor is any so far below.
    private const double Near = 0.02;
    private const double LeastNear = 0.005;
    private const double EarlyNear = 1e-3;
    private const int FurthestLate = 5;

    // Before the last minutes only so much lesser leads are looked at.
    private const int FurthestEarly = 8;

    // Before the last minutes the sum of points says something of the pace: what a point more may be worth by that.
    private const double PaceRoom = 2e-4;

    private ScoreLaw _like = new();
    private ScoreLaw _best = new();
    private readonly ScoreLaw _half = new();
    private readonly ScoreLaw _otherRegulation = new();
    private readonly float[] _margins = new float[2 * ScoreLaw.Points];
    private double _most;
    private int _better;

    private bool IsOrdered => Position.Half == 2 && Position.Seconds <= OrderedSeconds;

    private void KeepOrder()
    {
        if (!IsOrdered)
        {
            return;
        }

        // The lead just below, and the greatest of the two classes behind: within a class all play alike. A team that is level also looks at those that need a touchdown: at the goal line it may kick too early.
        var lead = PlayedLead;
        var isLate = Position.Seconds <= LateTables.Seconds;
        var leadClass = DriveFeatures.LeadClass(lead);
        var own = WinOf(_whole, lead);
        (_most, _better) = (own, lead);
        ReadOnlySpan<int> starts = [lead - 1, DriveFeatures.GreatestLead(leadClass + 1), DriveFeatures.GreatestLead(leadClass + 2), DriveFeatures.GreatestLead(leadClass + 3)];
        var lowest = lead;
        foreach (var start in lead == 0 ? starts : starts[..^1])
        {
            var furthest = Math.Max(-MostPlayed, isLate ? start - FurthestLate : lead - FurthestEarly);
            for (var (less, isNear) = (start, true); isNear && less < lowest && less >= furthest; less--)
            {
                isNear = Look(less, isLate ? 0 : PaceRoom * (lead - less), isLate ? Math.Max(Near * own * (1 - own), LeastNear) : EarlyNear);
                lowest = less;
            }
        }

        if (_better < lead)
        {
            var here = WinOf(_best, lead);
            var share = here > _most ? (_most - own) / (here - own) : 1;
            _whole.Scale((float)(1 - share));
            _whole.Add(_best, (float)share);
        }
    }

    // Keeps the law of a lesser lead if it wins more often than the best so far; whether it comes near.
    private bool Look(int less, double room, double near)
    {
        ReadDrive(less);
        _like.Clear();
        FillRegulation(less, _like);
        var win = WinOf(_like, less) + room;
        if (win > _most)
        {
            (_most, _better) = (win, less);
            (_like, _best) = (_best, _like);
        }

        return win > _most - near;
    }

    /// <summary>Where nobody knows who has the ball late in the game: either, as often, each with its own order of leads.</summary>
    private void SolveEither()
    {
        var known = Position;
        Position = known.WithBall(isFirst: false);
        Lean = LeanOfWhole(PlayedLead);
        SolveRegulation();
        var (overtime, points) = (OvertimeChance.Value, _points);
        _half.Take(_whole);
        _otherRegulation.Take(_regulation);

        Position = known.WithBall(isFirst: true);
        Lean = LeanOfWhole(PlayedLead);
        _isOvertimeRead = false;
        _whole.Clear();
        SolveRegulation();
        _whole.AddTransposed(_half);
        _whole.Scale(0.5f);
        _regulation.AddTransposed(_otherRegulation);
        _regulation.Scale(0.5f);
        OvertimeChance = Chance.Of((OvertimeChance.Value + overtime) / 2);
        _points = (_points + points) / 2;
        Position = known;
    }

    /// <summary>How often the first team wins by a law of points, overtime included.</summary>
    private double WinOf(ScoreLaw law, int lead)
    {
        law.Margins(_margins);
        var level = ScoreLaw.Points - 1 + lead;
        double win = VectorMath.Sum<float>(_margins.AsSpan(0, level));
        return win + (_margins[level] > 0 ? _margins[level] * LevelWin() : 0);
    }
}
