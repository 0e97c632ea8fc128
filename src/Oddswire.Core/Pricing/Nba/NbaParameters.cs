using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Core.Pricing.Nba;

/// <summary>The NBA model's parameters; points and seconds. What each does in the law: <see cref="NbaPath"/>.</summary>
public sealed record NbaParameters : IModelParameters
{
    /// <summary>How many final margins, from 0 on, have a weight of their own.</summary>
    public const int WeightCount = 11;

    /// <summary>Expected home margin without a line: the home edge.</summary>
    public required double HomeEdge { get; init; }

    /// <summary>Standard deviation of the difference in strength that a line would tell of.</summary>
    public required double StrengthSd { get; init; }

    /// <summary>Expected total without a line.</summary>
    public required double AverageTotal { get; init; }

    /// <summary>Weight of the spread against the moneyline where both are known, 0 to 1.</summary>
    public required double SpreadWeight { get; init; }

    /// <summary>Points of spread for one standard deviation of the moneyline's probability.</summary>
    public required double PointsPerDeviate { get; init; }

    /// <summary>Share of the pregame margin by which the expected final margin moves; the tilt adds the rest.</summary>
    public required double LineGain { get; init; }

    /// <summary>By how much more of it the second half tells than the first: the share a of f (1 + a (1 - f²)).</summary>
    public required double LineCurve { get; init; }

    /// <summary>How fast leads are caught up: a lead with the share f left keeps exp(-r f^p) of itself; this is r.</summary>
    public required double Reversion { get; init; }

    /// <summary>The power p of that.</summary>
    public required double ReversionPower { get; init; }

    /// <summary>Great leads are caught up less: a lead of L by a share of 1 / (1 + (e L)⁴)^¼; this is e, per point.</summary>
    public required double ReversionRelief { get; init; }

    /// <summary>Standard deviation per root of a game's time, as it is late in the game.</summary>
    public required double MarginSd { get; init; }

    /// <summary>Share by which the variance falls short of that over a whole game.</summary>
    public required double MarginSdCurve { get; init; }

    /// <summary>Variance that the last seconds add: fouls, hurried shots.</summary>
    public required double LateVariance { get; init; }

    /// <summary>Over how many seconds it arises.</summary>
    public required double LateSeconds { get; init; }

    /// <summary>Points that having the ball is worth.</summary>
    public required double PossessionValue { get; init; }

    /// <summary>Share of that which is left while the ball is in the air after a miss, the defence being said to have it.</summary>
    public required double LooseBallShare { get; init; }

    /// <summary>Points that a free throw to come is worth.</summary>
    public required double FreeThrowValue { get; init; }

    /// <summary>Points that a minute in which every foul of the other team gives free throws is worth.</summary>
    public required double BonusValue { get; init; }

    /// <summary>Seconds between two team fouls of a team.</summary>
    public required double FoulSeconds { get; init; }

    /// <summary>Points that beginning a quarter is worth.</summary>
    public required double QuarterStartValue { get; init; }

    /// <summary>How much a pregame margin of one point tilts the odds of winning beyond its points.</summary>
    public required double Tilt { get; init; }

    /// <summary>Final margin at which that is about two thirds at work.</summary>
    public required double TiltWidth { get; init; }

    /// <summary>Weights of the final margins 0, 1, … of regulation, whichever team leads; greater margins have 1.</summary>
    public required IReadOnlyList<double> MarginWeights { get; init; }

    /// <summary>Mean life, in seconds left, of the chance that nobody scores any more, in a close game.</summary>
    public required double HoldSecondsClose { get; init; }

    /// <summary>The same in a decided game.</summary>
    public required double HoldSecondsFar { get; init; }

    /// <summary>Share of the pregame margin's points that count in overtime.</summary>
    public required double OvertimeLineGain { get; init; }

    /// <summary>Points of all overtime periods together, as a share of the pregame total.</summary>
    public required double OvertimePoints { get; init; }

    /// <summary>Their standard deviation, in points.</summary>
    public required double OvertimePointsSd { get; init; }

    /// <summary>Share of the pregame total that regulation is expected to bring.</summary>
    public required double TotalGain { get; init; }

    /// <summary>By how much the first half brings more than the second.</summary>
    public required double TotalCurve { get; init; }

    /// <summary>Standard deviation of the points per root of a game's time, without the end of the game.</summary>
    public required double TotalSd { get; init; }

    /// <summary>Variance of the points that the end of the game adds.</summary>
    public required double TotalLateVariance { get; init; }

    /// <summary>Over how many seconds it arises.</summary>
    public required double TotalLateSeconds { get; init; }

    /// <summary>Points that the last minutes of a close game bring more than those of a decided one: fouls.</summary>
    public required double ClosePoints { get; init; }

    /// <summary>Expected final margin at which that has fallen to three fifths.</summary>
    public required double CloseWidth { get; init; }

    /// <summary>Over how many seconds it arises.</summary>
    public required double CloseSeconds { get; init; }

    /// <summary>Chance that the team with the ball scores next.</summary>
    public required double BallScoresNext { get; init; }

    /// <summary>Log odds of scoring next per point of pregame margin.</summary>
    public required double NextScoreTilt { get; init; }

    /// <summary>Reads the parameters from a model file.</summary>
    /// <exception cref="ModelFileException">One is missing or out of range.</exception>
    public static NbaParameters Read(ParameterReader reader)
    {
        return new NbaParameters
        {
            HomeEdge = reader.Number("homeEdge", -10, 10),
            StrengthSd = reader.Number("strengthSd", 0, 20),
            AverageTotal = reader.Number("averageTotal", 50, 400),
            SpreadWeight = reader.Number("spreadWeight", 0, 1),
            PointsPerDeviate = reader.Number("pointsPerDeviate", 1, 30),
            LineGain = reader.Number("lineGain", 0, 3),
            LineCurve = reader.Number("lineCurve", -0.5, 0.5),
            Reversion = reader.Number("reversion", 0, 3),
            ReversionPower = reader.Number("reversionPower", 0.1, 3),
            ReversionRelief = reader.Number("reversionRelief", 0, 1),
            MarginSd = reader.Number("marginSd", 1, 50),
            MarginSdCurve = reader.Number("marginSdCurve", -0.9, 0.49),
            LateVariance = reader.Number("lateVariance", 0, 50),
            LateSeconds = reader.Number("lateSeconds", 1, 600),
            PossessionValue = reader.Number("possessionValue", 0, 3),
            LooseBallShare = reader.Number("looseBallShare", -1, 1),
            FreeThrowValue = reader.Number("freeThrowValue", 0, 2),
            BonusValue = reader.Number("bonusValue", 0, 1),
            FoulSeconds = reader.Number("foulSeconds", 20, 2000),
            QuarterStartValue = reader.Number("quarterStartValue", 0, 3),
            Tilt = reader.Number("tilt", 0, 1),
            TiltWidth = reader.Number("tiltWidth", 0.5, 50),
            MarginWeights = reader.Numbers("marginWeights", WeightCount, 0.01, 20),
            HoldSecondsClose = reader.Number("holdSecondsClose", 0.1, 200),
            HoldSecondsFar = reader.Number("holdSecondsFar", 0.1, 200),
            OvertimeLineGain = reader.Number("overtimeLineGain", 0, 5),
            OvertimePoints = reader.Number("overtimePoints", 0.02, 0.5),
            OvertimePointsSd = reader.Number("overtimePointsSd", 1, 50),
            TotalGain = reader.Number("totalGain", 0.5, 1.5),
            TotalCurve = reader.Number("totalCurve", -0.5, 0.5),
            TotalSd = reader.Number("totalSd", 1, 80),
            TotalLateVariance = reader.Number("totalLateVariance", 0, 200),
            TotalLateSeconds = reader.Number("totalLateSeconds", 1, 2000),
            ClosePoints = reader.Number("closePoints", -5, 20),
            CloseWidth = reader.Number("closeWidth", 1, 50),
            CloseSeconds = reader.Number("closeSeconds", 1, 2000),
            BallScoresNext = reader.Number("ballScoresNext", 0.01, 0.99),
            NextScoreTilt = reader.Number("nextScoreTilt", -1, 1),
        };
    }

    /// <inheritdoc/>
    public void Write(ParameterWriter writer)
    {
        writer.Number("homeEdge", HomeEdge);
        writer.Number("strengthSd", StrengthSd);
        writer.Number("averageTotal", AverageTotal);
        writer.Number("spreadWeight", SpreadWeight);
        writer.Number("pointsPerDeviate", PointsPerDeviate);
        writer.Number("lineGain", LineGain);
        writer.Number("lineCurve", LineCurve);
        writer.Number("reversion", Reversion);
        writer.Number("reversionPower", ReversionPower);
        writer.Number("reversionRelief", ReversionRelief);
        writer.Number("marginSd", MarginSd);
        writer.Number("marginSdCurve", MarginSdCurve);
        writer.Number("lateVariance", LateVariance);
        writer.Number("lateSeconds", LateSeconds);
        writer.Number("possessionValue", PossessionValue);
        writer.Number("looseBallShare", LooseBallShare);
        writer.Number("freeThrowValue", FreeThrowValue);
        writer.Number("bonusValue", BonusValue);
        writer.Number("foulSeconds", FoulSeconds);
        writer.Number("quarterStartValue", QuarterStartValue);
        writer.Number("tilt", Tilt);
        writer.Number("tiltWidth", TiltWidth);
        writer.Numbers("marginWeights", MarginWeights);
        writer.Number("holdSecondsClose", HoldSecondsClose);
        writer.Number("holdSecondsFar", HoldSecondsFar);
        writer.Number("overtimeLineGain", OvertimeLineGain);
        writer.Number("overtimePoints", OvertimePoints);
        writer.Number("overtimePointsSd", OvertimePointsSd);
        writer.Number("totalGain", TotalGain);
        writer.Number("totalCurve", TotalCurve);
        writer.Number("totalSd", TotalSd);
        writer.Number("totalLateVariance", TotalLateVariance);
        writer.Number("totalLateSeconds", TotalLateSeconds);
        writer.Number("closePoints", ClosePoints);
        writer.Number("closeWidth", CloseWidth);
        writer.Number("closeSeconds", CloseSeconds);
        writer.Number("ballScoresNext", BallScoresNext);
        writer.Number("nextScoreTilt", NextScoreTilt);
    }
}
