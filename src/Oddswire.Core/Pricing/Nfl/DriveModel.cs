using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Nfl;

/// <summary>One way the drive that is going on may end, and where the game stands then.</summary>
/// <param name="Chance">Its chance.</param>
/// <param name="Own">Points of the team with the ball.</param>
/// <param name="Other">Points of the other team.</param>
/// <param name="Seconds">Seconds left in the half at the next drive's first play.</param>
/// <param name="Band">Where the next drive begins: a band of field positions, or <see cref="DriveModel.Kick"/>.</param>
/// <param name="KeepsBall">Whether the next drive is of the same team.</param>
/// <param name="EndsHalf">Whether the half ends with the drive.</param>
/// <param name="WasBehind">Whether the team of the next drive was behind before this one: <see cref="Situation.WasBehind"/>.</param>
internal readonly record struct DriveBranch(double Chance, int Own, int Other, double Seconds, int Band, bool KeepsBall, bool EndsHalf, bool WasBehind = false);

/// <summary>
/// The law of one drive: how it ends (multinomial logistic regression on the situation: after the expected-points models of Yurko, Ventura and Horowitz,
/// "nflWAR", JQAS 15 (2019), but for the drive's own end), how long it takes, where the opponent begins. Pure; its tables are never changed.
/// </summary>
internal sealed class DriveModel
{
    /// <summary>The band of a drive after a kick-off: the mixture of the others that kick-offs give.</summary>
    public const int Kick = NflParameters.Bands;

    /// <summary>The band of a drive after an onside kick, whoever has recovered it: midfield.</summary>
    public const int OnsideBand = 2;

    /// <summary>The most branches of a drive.</summary>
    public const int MaxBranches = 48;

    /// <summary>Ends of a drive, in the order of the law's results.</summary>
    public const int NoPoints = 0;
    public const int Touchdown = 1;
    public const int FieldGoal = 2;
    public const int DefenceTouchdown = 3;
    public const int Safety = 4;
    public const int HalfEnds = 5;
    public const int Results = 6;

    /// <summary>Yards to a first down at the start of a drive.</summary>
    public const int FullDistance = 10;

    private const double LateSeconds = 900;

    private readonly NflParameters _parameters;
    private readonly double _scoring;
    private readonly DriveTime _time;
    private readonly UsualTimeouts _timeouts;
    private readonly DriveLaw _ends;
    private readonly DriveLaw _nextBands;

    /// <summary>The law of drives in games with a certain total.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="scoring">The total: <see cref="Situation.Scoring"/>.</param>
    public DriveModel(NflParameters parameters, double scoring)
    {
        (_parameters, _scoring, _time, _timeouts) = (parameters, scoring, new DriveTime(parameters), new UsualTimeouts(parameters.UsualTimeouts));
        (_ends, _nextBands) = (new DriveLaw(parameters.DriveEnds), new DriveLaw(parameters.NextBands));
    }

    /// <summary>The situation of a play between teams of the same strength.</summary>
    public Situation At(FootballSituation play, Side offence, double seconds, bool isSecondHalf, int lead)
    {
        var at = new Situation(play.Down, Math.Clamp(play.YardsToFirst, 1, 99), Math.Clamp(play.YardsToGoal, 1, 99), seconds, isSecondHalf, lead, 0, _scoring);
        return at with
        {
            OwnTimeouts = _timeouts.Beyond(play.Timeouts(offence), isOther: false, at),
            OtherTimeouts = _timeouts.Beyond(play.Timeouts(1 - offence), isOther: true, at),
        };
    }

    /// <summary>The situation of a drive's first play.</summary>
    /// <param name="band">The band of field positions where it begins.</param>
    /// <param name="seconds">Seconds left in the half.</param>
    /// <param name="isSecondHalf">Whether the game ends with this half.</param>
    /// <param name="lead">The team's lead.</param>
    /// <param name="strength"><see cref="Situation.Strength"/>.</param>
    /// <param name="wasBehind"><see cref="Situation.WasBehind"/>.</param>
    public Situation Start(int band, double seconds, bool isSecondHalf, int lead, double strength, bool wasBehind = false)
    {
        var at = new Situation(
            1, FullDistance, _parameters.BandYards[Math.Min(band, NflParameters.Bands - 1)], seconds, isSecondHalf, lead, strength, _scoring, IsStart: true, WasBehind: wasBehind);
        return at with { OwnTimeouts = _timeouts.AtStart(at) };
    }

    /// <summary>Chances of the six ends.</summary>
    public void Ends(in Situation at, Span<double> chances)
    {
        Span<double> x = stackalloc double[DriveLaw.Figures];
        DriveLaw.Read(at, x);
        _ends.Chances(at, x, chances);
    }

    /// <summary>Chances of the points of a touchdown: 6, 7 and 8.</summary>
    /// <param name="margin">Margin with the six points.</param>
    /// <param name="isLate">Whether the last quarter hour is being played.</param>
    public (double Six, double Seven, double Eight) Try(int margin, bool isLate)
    {
        var two = isLate ? _parameters.TwoPointTries[Math.Clamp(margin + 20, 0, NflParameters.TryMargins - 1)] : _parameters.TwoPointTriesEarly;
        var (seven, eight) = ((1 - two) * _parameters.KickGood, two * _parameters.TwoPointGood);
        return (1 - seven - eight, seven, eight);
    }

    /// <summary>Writes the branches of a drive.</summary>
    /// <param name="at">The situation.</param>
    /// <param name="ends">Chances of its ends: <see cref="Ends"/>.</param>
    /// <param name="thirds">3 for short, middling and long drives apart; 1 for their mean.</param>
    /// <param name="branches">Room for <see cref="MaxBranches"/>.</param>
    /// <returns>How many there are.</returns>
    public int Branch(in Situation at, ReadOnlySpan<double> ends, int thirds, Span<DriveBranch> branches)
    {
        var count = 0;
        branches[count++] = new DriveBranch(ends[HalfEnds], 0, 0, 0, 0, KeepsBall: false, EndsHalf: true);
        Span<double> bands = stackalloc double[NflParameters.Bands];
        Span<double> x = stackalloc double[DriveLaw.Figures];
        var byClock = at with { Urgency = double.MaxValue };
        DriveLaw.Read(byClock, x);
        _nextBands.Chances(byClock, x, bands);
        var isLate = at.IsSecondHalf && at.Seconds < LateSeconds;
        var (six, seven, eight) = Try(at.Lead + 6, isLate);
        Span<double> seconds = stackalloc double[3 * DriveTime.Thirds];
        FillSeconds(byClock, x, thirds, seconds);
        for (var third = 0; third < thirds; third++)
        {
            var left = at.Seconds - seconds[third];
            for (var band = 0; band < NflParameters.Bands; band++)
            {
                branches[count++] = new DriveBranch(ends[NoPoints] * bands[band] / thirds, 0, 0, left, band, KeepsBall: false, EndsHalf: false);
            }

            var touchdown = ends[Touchdown] / thirds;
            left = at.Seconds - seconds[DriveTime.Thirds + third];
            count = AfterScore(branches, count, touchdown * six, 6, at, left);
            count = AfterScore(branches, count, touchdown * seven, 7, at, left);
            count = AfterScore(branches, count, touchdown * eight, 8, at, left);
            count = AfterScore(branches, count, ends[FieldGoal] / thirds, 3, at, at.Seconds - seconds[(2 * DriveTime.Thirds) + third]);
        }

        branches[count++] = new DriveBranch(
            ends[DefenceTouchdown], 0, 7, at.Seconds - _time.SecondsOf(DefenceTouchdown, byClock, x), Kick, KeepsBall: true, EndsHalf: false);
        branches[count++] = new DriveBranch(
            ends[Safety], 0, 2, at.Seconds - _time.SecondsOf(Safety, byClock, x), 2, KeepsBall: false, EndsHalf: false);
        foreach (ref var branch in at.Lead > 0 ? branches[..count] : [])
        {
            branch = branch with { WasBehind = !branch.KeepsBall };
        }

        return count;
    }

    // Of drives without points, touchdowns and field goals: by thirds, or all of them on average in the place of the first.
    private void FillSeconds(in Situation at, ReadOnlySpan<double> x, int thirds, Span<double> seconds)
    {
        ReadOnlySpan<int> ends = [NoPoints, Touchdown, FieldGoal];
        for (var i = 0; i < ends.Length; i++)
        {
            if (thirds == 1)
            {
                seconds[i * DriveTime.Thirds] = _time.SecondsOf(ends[i], at, x);
            }
            else
            {
                _time.Fill(ends[i], at, x, seconds.Slice(i * DriveTime.Thirds, DriveTime.Thirds));
            }
        }
    }

    /// <summary>Whether a team that has scored kicks onside: it is still behind, with little time, two minutes when one score is missing, four and a half when two are.</summary>
    /// <param name="isSecondHalf">Whether the game ends with this half.</param>
    /// <param name="lead">The team's lead.</param>
    /// <param name="left">Seconds left in the half.</param>
    public static bool KicksOnside(bool isSecondHalf, int lead, double left) => isSecondHalf && lead < 0 && left < (lead >= -8 ? 130 : 280);

    private int AfterScore(Span<DriveBranch> branches, int count, double chance, int points, in Situation at, double left)
    {
        var lead = at.Lead + points;
        if (!KicksOnside(at.IsSecondHalf, lead, left))
        {
            branches[count] = new DriveBranch(chance, points, 0, left, Kick, KeepsBall: false, EndsHalf: false);
            return count + 1;
        }

        branches[count] = new DriveBranch(chance * _parameters.OnsideGood, points, 0, left, OnsideBand, KeepsBall: true, EndsHalf: false);
        branches[count + 1] = new DriveBranch(chance * (1 - _parameters.OnsideGood), points, 0, left, OnsideBand, KeepsBall: false, EndsHalf: false);
        return count + 2;
    }
}
