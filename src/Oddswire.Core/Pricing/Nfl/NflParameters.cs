using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// The NFL model's parameters: the laws of a drive's end, of what follows it and of the time it takes, and the few figures that join them to the pregame
/// line and to the course of the game. Points, yards and seconds.
/// </summary>
public sealed record NflParameters : IModelParameters
{
    /// <summary>Ways a drive ends that have weights of their own; no points is the one they are compared with.</summary>
    internal const int Ends = 5;

    /// <summary>Field positions at which the tables let drives begin; one that begins in between counts to both.</summary>
    internal const int Bands = 4;

    /// <summary>The greatest weight of a feature.</summary>
    internal const double MostWeight = 200;

    /// <summary>Rows of <see cref="UsualTimeouts"/>.</summary>
    internal const int TimeoutRows = 32;

    /// <summary>Margins after a touchdown for which <see cref="TwoPointTries"/> has a figure: from -20 to 20.</summary>
    internal const int TryMargins = 41;

    /// <summary>Weights of the features (<see cref="DriveFeatures.Names"/>) in the logarithm of each end's odds against no points: rows touchdown,
    /// field goal, touchdown of the defence, safety, end of the half.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> DriveEnds { get; init; }

    /// <summary>
    /// Weights of the same features in the log odds of the share of the time left in the half that a drive takes (<see cref="DriveTime"/>): rows no points, touchdown, field goal, touchdown of the
    /// defence, safety.
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<double>> DriveTimes { get; init; }

    /// <summary>
    /// How widely that share is spread (<see cref="TimeSpread"/>): its variance as a share of the greatest that its mean allows. Rows no points by the time left, then so touchdowns and field goals; columns the classes of the lead by
    /// the place, then so the first half.
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<double>> DriveTimeSpread { get; init; }

    /// <summary>
    /// Time-outs that teams have left late in the game: rows the team with the ball by <see cref="Nfl.UsualTimeouts.Knots"/>, the other, then the team with the ball where it was behind before the other's drive, and where it was not; columns the classes of the lead of the team with the ball.
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<double>> UsualTimeouts { get; init; }

    /// <summary>Yards to the goal of each band.</summary>
    public required IReadOnlyList<double> BandYards { get; init; }

    /// <summary>Weights of the features in the logarithm of the odds of each band but the first, against it, that the opponent begins there after a drive without points.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> NextBands { get; init; }

    /// <summary>Chances of the bands after a kick-off.</summary>
    public required IReadOnlyList<double> KickBand { get; init; }

    /// <summary>Chance of a two-point try in the last quarter hour, by the margin after the touchdown from -20 to 20; of every touchdown before.</summary>
    public required IReadOnlyList<double> TwoPointTries { get; init; }

    /// <summary>The same before the last quarter hour.</summary>
    public required double TwoPointTriesEarly { get; init; }

    /// <summary>Chance that a kick after a touchdown is good.</summary>
    public required double KickGood { get; init; }

    /// <summary>Chance that a two-point try is good.</summary>
    public required double TwoPointGood { get; init; }

    /// <summary>Chance that the kicking team gets an onside kick.</summary>
    public required double OnsideGood { get; init; }

    /// <summary>
    /// Strengths at which the drives of the three stretches score what they did on average: first half, second half up to the last minutes, last minutes.
    /// </summary>
    public required IReadOnlyList<double> StretchStrength { get; init; }

    /// <summary>
    /// What the expected home margin is made of: points a point of the spread and points a normal deviate of the moneyline's chance where both are known; points
    /// a point of the spread alone; points a deviate of the moneyline alone.
    /// </summary>
    public required IReadOnlyList<double> PregameMargin { get; init; }

    /// <summary>
    /// Variance of the final margin about the expected one, in squared points: in games of the average total, and what each point of total more adds.
    /// </summary>
    public required IReadOnlyList<double> MarginVariance { get; init; }

    /// <summary>Expected home margin without a line.</summary>
    public required double AverageMargin { get; init; }

    /// <summary>Expected total without a line.</summary>
    public required double AverageTotal { get; init; }

    /// <summary>By how much each point above the total expected so far leans the rest of the game to more points, as a log weight a point.</summary>
    public required double PaceLearning { get; init; }

    /// <summary>
    /// By how much rarer a wide margin is before the last minutes than drives that know no lead make it, as a log weight a squared point: teams ahead play safe, those behind take
    /// risks. What a lead tells of the teams beyond the line is in it with the opposite sign. How wide final margins are in all is <see cref="MarginVariance"/>.
    /// </summary>
    public required double Levelling { get; init; }

    /// <summary>Square of the uncertainty of the game's scoring, in log weight a point.</summary>
    public required double TotalSpread { get; init; }

    /// <summary>
    /// Urgency in overtime, in seconds (<see cref="Situation.Urgency"/>): of the team that has the ball first, where the next score wins, and of a team that must score to go on.
    /// </summary>
    public required IReadOnlyList<double> OvertimeUrgency { get; init; }

    /// <summary>The expected home margin before the game.</summary>
    /// <param name="line">What the market says; null where nothing is known.</param>
    internal double MarginOf(PregameLine? line) => (line?.HomeMarginHundredths / 100.0, line?.HomeWin) switch
    {
        ({ } spread, { } win) => (PregameMargin[0] * spread) + (PregameMargin[1] * Deviate(win)),
        ({ } spread, null) => PregameMargin[2] * spread,
        (null, { } win) => PregameMargin[3] * Deviate(win),
        _ => AverageMargin,
    };

    /// <summary>The normal deviate of a chance to win.</summary>
    internal static double Deviate(Probability win) => PregamePrior.NormalQuantile(Math.Clamp(win.Value, 0.001, 0.999));

    /// <summary>Reads the parameters from a model file.</summary>
    /// <exception cref="ModelFileException">One is missing or out of range.</exception>
    public static NflParameters Read(ParameterReader reader)
    {
        var names = reader.Texts("features", DriveFeatures.Count, 40);
        for (var i = 0; i < names.Length; i++)
        {
            if (names[i] != DriveFeatures.Names[i])
            {
                throw reader.Wrong("features", $"has '{names[i]}' where '{DriveFeatures.Names[i]}' is expected; train the model again.");
            }
        }

        return new NflParameters
        {
            DriveEnds = reader.Table("driveEnds", Ends, DriveFeatures.Count, -MostWeight, MostWeight),
            DriveTimes = reader.Table("driveTimes", Ends, DriveFeatures.Count, -MostWeight, MostWeight),
            DriveTimeSpread = reader.Table("driveTimeSpread", TimeSpread.Rows, TimeSpread.Columns, 0.002, 0.6),
            UsualTimeouts = reader.Table("usualTimeouts", TimeoutRows, DriveFeatures.Leads, 0, 3),
            BandYards = reader.Numbers("bandYards", Bands, 1, 99),
            NextBands = reader.Table("nextBands", Bands - 1, DriveFeatures.Count, -MostWeight, MostWeight),
            KickBand = reader.Numbers("kickBand", Bands, 0, 1),
            TwoPointTries = reader.Numbers("twoPointTries", TryMargins, 0, 1),
            TwoPointTriesEarly = reader.Number("twoPointTriesEarly", 0, 1),
            KickGood = reader.Number("kickGood", 0, 1),
            TwoPointGood = reader.Number("twoPointGood", 0, 1),
            OnsideGood = reader.Number("onsideGood", 0, 1),
            StretchStrength = reader.Numbers("stretchStrength", 3, -2, 2),
            PregameMargin = reader.Numbers("pregameMargin", 4, -5, 30),
            MarginVariance = reader.Numbers("marginVariance", 2, -10, 400),
            AverageMargin = reader.Number("averageMargin", -20, 20),
            AverageTotal = reader.Number("averageTotal", 20, 80),
            PaceLearning = reader.Number("paceLearning", -0.02, 0.02),
            Levelling = reader.Number("levelling", -0.001, 0.005),
            TotalSpread = reader.Number("totalSpread", 0, 0.005),
            OvertimeUrgency = reader.Numbers("overtimeUrgency", 3, 0, 900),
        };
    }

    /// <inheritdoc/>
    public void Write(ParameterWriter writer)
    {
        writer.Texts("features", DriveFeatures.Names);
        writer.Table("driveEnds", DriveEnds);
        writer.Table("driveTimes", DriveTimes);
        writer.Table("driveTimeSpread", DriveTimeSpread);
        writer.Table("usualTimeouts", UsualTimeouts);
        writer.Numbers("bandYards", BandYards);
        writer.Table("nextBands", NextBands);
        writer.Numbers("kickBand", KickBand);
        writer.Numbers("twoPointTries", TwoPointTries);
        writer.Number("twoPointTriesEarly", TwoPointTriesEarly);
        writer.Number("kickGood", KickGood);
        writer.Number("twoPointGood", TwoPointGood);
        writer.Number("onsideGood", OnsideGood);
        writer.Numbers("stretchStrength", StretchStrength);
        writer.Numbers("pregameMargin", PregameMargin);
        writer.Numbers("marginVariance", MarginVariance);
        writer.Number("averageMargin", AverageMargin);
        writer.Number("averageTotal", AverageTotal);
        writer.Number("paceLearning", PaceLearning);
        writer.Number("levelling", Levelling);
        writer.Number("totalSpread", TotalSpread);
        writer.Numbers("overtimeUrgency", OvertimeUrgency);
    }
}
