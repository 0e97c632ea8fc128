using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Nba;

/// <summary>
/// The way of the lead from a state to the end, before the weights of the final margin: a Gaussian process with f the share of regulation left. A lead L
/// keeps A(f) = 1 - (1 - exp(-r f^p)) / (1 + (e L)⁴)^¼ of itself to the end (L the lead now), so X = A(f) (L + v) + b m g(f) + h (with m the pregame margin, g(f) =
/// f (1 + a (1 - f²)) its share still to come, v the worth of the ball, of free throws to come and of team fouls, h that of the starts of quarters to come) is a
/// martingale: the ball's points are a lead a possession later, and caught up as one. The variance still to come is V(f) = s² f (1 - c f) · total / 205 + the variance of the last seconds. Hence
/// leads at the ends of quarters, their differences and the final margin are jointly normal, and every part of the game has its law. Stern, "A Brownian
/// Motion Model for the Progress of Sports Scores", JASA 89 (1994), with leads that are caught up; docs/models/nba.md says what the data show. In overtime
/// f counts the seconds of the period.
/// </summary>
internal readonly struct NbaPath
{
    public const double RegulationSeconds = 2880;
    public const double OvertimeSeconds = 300;
    private const double PeriodSeconds = 720;

    // The total at which MarginSd and TotalSd hold: points come in lumps, so their variance grows with their number.
    private const double UsualTotal = 205;

    // Whose ball it is matters down to the last seconds of the period, in which there is less and less time for a shot: its worth stays below the points that
    // such a time brings.
    private const double ShotSeconds = 12;
    private const double LeastVariance = 0.02;

    // With so many team fouls in the period the next one gives free throws (rule 12, section V).
    private const int PeriodFouls = 4;
    private const int OvertimeFouls = 3;

    // Three in four go in.
    private const double VarianceOfThrow = 0.19;
    private const double FarLead = 6;
    private const double FarStep = 4;

    // Closeness before the usual game: what the pregame total holds already.
    private const double UsualCloseness = 0.38;

    private readonly NbaParameters _parameters;
    private readonly double _lineGain;
    private readonly double _lineCurve;
    private readonly QuarterStarts _starts;
    private readonly int _tip;
    private readonly double _strengthVariance;
    private readonly double _scale;
    private readonly double _relief;

    public NbaPath(NbaParameters parameters, QuarterStarts starts, GameState state, GameInfo info)
    {
        _parameters = parameters;
        IsOvertime = state.Period > info.RegulationPeriods;
        Lead = state.Score.Margin;
        Seconds = SecondsLeft(state, info, IsOvertime);
        ShareLeft = Seconds / RegulationSeconds;
        _relief = 1 / Math.Sqrt(Math.Sqrt(1 + Math.Pow(parameters.ReversionRelief * Lead, 4)));
        (_lineGain, _lineCurve) = IsOvertime ? (parameters.OvertimeLineGain, 0) : (parameters.LineGain, parameters.LineCurve);
        _starts = starts;
        _tip = IsOvertime || info.RegulationPeriods != 4 ? 0 : SignOf(state.Sheet.FirstBall);
        Total = info.Line?.TotalHundredths is { } hundredths ? hundredths / 100.0 : parameters.AverageTotal;
        _scale = Math.Clamp(Total, 100, 400) / UsualTotal;
        (Line, _strengthVariance) = PriorOf(info.Line);
        HasLine = _strengthVariance == 0;
        Possession = SignOf(state.Possession);
        var inPeriod = IsOvertime ? Seconds : Seconds - (Math.Floor(Seconds / PeriodSeconds) * PeriodSeconds);
        var situation = state.Basketball ?? default;
        BallValue = Possession * WorthOfBall(situation, parameters.PossessionValue * (1 - Math.Exp(-inPeriod / ShotSeconds)));
        FreeThrowVariance = Possession == 0 ? 0 : situation.FreeThrows * VarianceOfThrow;
        BonusValue = parameters.BonusValue / 60 * (PenaltySeconds(situation.AwayFouls, inPeriod) - PenaltySeconds(situation.HomeFouls, inPeriod));
        Expected = (Keeps(ShareLeft) * (Lead + BallValue + BonusValue)) + RestFrom(ShareLeft);
        Variance = VarianceFrom(ShareLeft);
    }

    /// <summary>Whether an overtime period is being played.</summary>
    public bool IsOvertime { get; }

    /// <summary>Whether a line says how strong the teams are.</summary>
    public bool HasLine { get; }

    /// <summary>Home's lead now.</summary>
    public int Lead { get; }

    /// <summary>Seconds left in regulation, or in the overtime period.</summary>
    public double Seconds { get; }

    /// <summary>The same as a share of regulation.</summary>
    public double ShareLeft { get; }

    /// <summary>Home's expected margin before the game; without a line what the lead so far says of it.</summary>
    public double Line { get; }

    /// <summary>The expected total before the game.</summary>
    public double Total { get; }

    /// <summary>Home's ball 1, away's -1, nobody's 0.</summary>
    public int Possession { get; }

    /// <summary>What the ball is worth to home now, in points of the lead; of the final margin as much less as leads are caught up.</summary>
    public double BallValue { get; }

    /// <summary>What the team fouls of the period are worth to home, in points of the lead: fouls of a team in the penalty give free throws.</summary>
    public double BonusValue { get; }

    /// <summary>
    /// The variance of free throws to come. That of the rest of the game holds it on average, as it was fitted; that of a period about to end does not.
    /// </summary>
    public double FreeThrowVariance { get; }

    /// <summary>X: the expected final margin before the weights.</summary>
    public double Expected { get; }

    /// <summary>The variance of the final margin around it.</summary>
    public double Variance { get; }

    /// <summary>Log odds that the weights give a great final margin of home over one of away's, beyond its points. Overtime's law has none.</summary>
    public double Tilt => IsOvertime ? 0 : _parameters.Tilt * Line;

    /// <summary>Chance that nobody scores any more in regulation (in the overtime period).</summary>
    public double NoMorePoints
    {
        get
        {
            var far = Math.Clamp((Math.Abs(Lead) - FarLead) / FarStep, 0, 1);
            var mean = _parameters.HoldSecondsClose + ((_parameters.HoldSecondsFar - _parameters.HoldSecondsClose) * far);
            return Math.Exp(-Seconds / mean);
        }
    }

    /// <summary>A: the share of a lead that lasts to the end.</summary>
    public double Keeps(double share) =>
        share <= 0 ? 1 : 1 - (_relief * (1 - Math.Exp(-_parameters.Reversion * Math.Pow(share, _parameters.ReversionPower))));

    /// <summary>V: the variance that is to come with the share left.</summary>
    public double VarianceFrom(double share)
    {
        if (share <= 0)
        {
            return LeastVariance;
        }

        var late = _parameters.LateVariance * (1 - Math.Exp(-share * RegulationSeconds / _parameters.LateSeconds));
        var unknown = _lineGain * LineShare(share);
        return (_parameters.MarginSd * _parameters.MarginSd * share * (1 - (_parameters.MarginSdCurve * share)) * _scale)
            + late + LeastVariance + (unknown * unknown * _strengthVariance);
    }

    /// <summary>The variance of all overtime's margin.</summary>
    public double OvertimeVariance => PlainVariance(OvertimeSeconds / RegulationSeconds) + _parameters.LateVariance;

    /// <summary>Points still to come in regulation (in the overtime period): mean.</summary>
    public double PointsFrom(double share)
    {
        var curve = IsOvertime ? 1 : 1 - (_parameters.TotalCurve * (1 - share));
        return Math.Max((Total * _parameters.TotalGain * share * curve) + CloseBonus(share), 0);
    }

    /// <summary>The same: variance.</summary>
    public double PointsVarianceFrom(double share) => share <= 0 ? LeastVariance
        : (_parameters.TotalSd * _parameters.TotalSd * share * _scale)
            + (_parameters.TotalLateVariance * (1 - Math.Exp(-share * RegulationSeconds / _parameters.TotalLateSeconds))) + LeastVariance;

    /// <summary>Mean and variance of the points between two shares left.</summary>
    public (double Mean, double Variance) PointsBetween(double from, double to) => (
        Math.Max(PointsFrom(from) - (to > 0 ? PointsFrom(to) : 0), 0),
        Math.Max(PointsVarianceFrom(from) - (to > 0 ? PointsVarianceFrom(to) : 0), LeastVariance));

    /// <summary>
    /// The margin of a part of the game still to be played: its law before the weights, and how the final margin moves with it.
    /// </summary>
    /// <param name="from">Share left at its beginning; at or above <see cref="ShareLeft"/> when it has begun.</param>
    /// <param name="to">Share left at its end.</param>
    public NbaStretch Between(double from, double to)
    {
        var keepsTo = Keeps(to);
        var varianceTo = to > 0 ? VarianceFrom(to) : 0;
        var known = Math.Max(Variance - varianceTo, LeastVariance);
        var (variance, covariance) = ((known / (keepsTo * keepsTo)) + (to > 0 ? FreeThrowVariance : 0), known / keepsTo);
        if (from >= ShareLeft)
        {
            return new NbaStretch(((Expected - RestFrom(to)) / keepsTo) - Lead, variance, covariance);
        }

        var keepsFrom = Keeps(from);
        var mean = (Expected - RestFrom(to)) / keepsTo;
        var before = Math.Max(Variance - VarianceFrom(from), LeastVariance);
        return new NbaStretch(
            mean - ((Expected - RestFrom(from)) / keepsFrom),
            Math.Max(variance + (before / (keepsFrom * keepsFrom)) - (2 * before / (keepsFrom * keepsTo)), LeastVariance),
            covariance - (before / keepsFrom));
    }

    // What the line and the starts of quarters still to come are expected to add to the margin.
    private double RestFrom(double share) => (_lineGain * Line * LineShare(share)) + (_tip == 0 ? 0 : _tip * _starts.From(share));

    private double LineShare(double share) => share * (1 + (_lineCurve * (1 - (share * share))));

    // Of a loose ball the other team gets a quarter; after free throws the other team has the ball.
    private double WorthOfBall(BasketballSituation situation, double possession) =>
        situation.FreeThrows > 0 ? (situation.FreeThrows * _parameters.FreeThrowValue) - possession
        : situation.IsLoose ? possession * _parameters.LooseBallShare
        : possession;

    // Expected seconds of the rest of the period with each further foul giving free throws. Fouls come as a Poisson process; with n to go until then,
    // E (t - S_n)+ = t P(N >= n) - n τ P(N > n), where S_n is the time of the n-th foul, N their number until t, τ the time between two.
    private double PenaltySeconds(int fouls, double seconds)
    {
        var toGo = (IsOvertime ? OvertimeFouls : PeriodFouls) - fouls;
        if (toGo <= 0)
        {
            return seconds;
        }

        var mean = seconds / _parameters.FoulSeconds;
        var term = Math.Exp(-mean);
        var less = 0.0;
        for (var k = 0; k < toGo; k++)
        {
            less += term;
            term *= mean / (k + 1);
        }

        return Math.Max((seconds * (1 - less)) - (toGo * _parameters.FoulSeconds * (1 - less - term)), 0);
    }

    private static int SignOf(Side? side) => side switch { Side.Home => 1, Side.Away => -1, _ => 0 };

    // The last minutes of a close game bring more points: the trailing team fouls. Closeness is the expectation of exp(-M²/2w²) of the final margin M.
    private double CloseBonus(double share)
    {
        var width = _parameters.CloseWidth * _parameters.CloseWidth;
        var spread = Variance + width;
        var closeness = Math.Sqrt(width / spread) * Math.Exp(-0.5 * Expected * Expected / spread);
        return _parameters.ClosePoints * (closeness - UsualCloseness) * (1 - Math.Exp(-share * RegulationSeconds / _parameters.CloseSeconds));
    }

    // With a line: what it says. Without one: the home edge, and as much of the lead so far as strength has in it (Bayes for normal laws).
    private (double Margin, double Variance) PriorOf(PregameLine? line)
    {
        var spread = line?.HomeMarginHundredths / 100.0;
        var money = line?.HomeWin is { } win
            ? _parameters.PointsPerDeviate * PregamePrior.NormalQuantile(Math.Clamp(win.Value, 0.001, 0.999))
            : (double?)null;
        if (spread is { } s && money is { } m)
        {
            return ((_parameters.SpreadWeight * s) + ((1 - _parameters.SpreadWeight) * m), 0);
        }

        if ((spread ?? money) is { } either)
        {
            return (either, 0);
        }

        var strength = _parameters.StrengthSd * _parameters.StrengthSd;
        if (IsOvertime || strength <= 0)
        {
            return (_parameters.HomeEdge, strength);
        }

        var keeps = Keeps(ShareLeft);
        var gain = _parameters.LineGain * (1 - LineShare(ShareLeft)) / keeps;
        var seen = Math.Max(PlainVariance(1) - PlainVariance(ShareLeft), LeastVariance) / (keeps * keeps);
        var weight = strength * gain / ((gain * gain * strength) + seen);
        return (_parameters.HomeEdge + (weight * (Lead - (gain * _parameters.HomeEdge))), strength * (1 - (weight * gain)));
    }

    private double PlainVariance(double share) =>
        _parameters.MarginSd * _parameters.MarginSd * share * (1 - (_parameters.MarginSdCurve * share)) * _scale;

    private static double SecondsLeft(GameState state, GameInfo info, bool isOvertime)
    {
        var length = isOvertime ? OvertimeSeconds : PeriodSeconds;
        var clock = state.ClockTenths >= 0 ? Math.Min(state.ClockTenths / 10.0, length) : length;
        var left = state.Period <= 0 ? RegulationSeconds
            : isOvertime ? clock
            : Math.Min(((info.RegulationPeriods - state.Period) * PeriodSeconds) + clock, RegulationSeconds);

        // With no time on the clock, but the ball still somebody's, free throws may follow.
        const double moment = 0.3;
        return left <= 0 && state.Possession is not null ? moment : left;
    }
}

/// <summary>The normal law of a part's margin to come, and its covariance with the final margin.</summary>
internal readonly record struct NbaStretch(double Mean, double Variance, double Covariance);

/// <summary>
/// What the starts of quarters to come are worth to the team that won the tip-off, in points of the final margin: it begins the first and the fourth quarter, the
/// other team the second and the third, and of what a quarter's start brings the share lasts that of a lead half-way through the quarter does.
/// </summary>
internal sealed class QuarterStarts(NbaParameters parameters)
{
    private readonly double _fourth = Of(parameters, 0.125);
    private readonly double _third = Of(parameters, 0.375);
    private readonly double _second = Of(parameters, 0.625);

    /// <summary>With the share of regulation left; a share at the end of a quarter has that quarter behind it.</summary>
    public double From(double share) => share switch
    {
        >= 1 => 0,
        >= 0.75 => _fourth - _third - _second,
        >= 0.5 => _fourth - _third,
        >= 0.25 => _fourth,
        _ => 0,
    };

    private static double Of(NbaParameters parameters, double share) =>
        parameters.QuarterStartValue * Math.Exp(-parameters.Reversion * Math.Pow(share, parameters.ReversionPower));
}
