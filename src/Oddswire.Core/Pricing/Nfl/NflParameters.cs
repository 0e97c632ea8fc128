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

    /// <summary>Rows of <see cref="NextBand"/>: ten bands of ten yards, once for downs 1 to 3 and once for the fourth.</summary>
    internal const int NextBandRows = 20;

    /// <summary>Rows of <see cref="Pace"/>.</summary>
    internal const int PaceRows = 72;

    /// <summary>Columns of <see cref="Pace"/>.</summary>
    internal const int PaceColumns = 2 * PaceWhole;

    /// <summary>The column of <see cref="Pace"/> for the first half.</summary>
    internal const int PaceFirstHalf = DriveFeatures.Leads;

    /// <summary>The first of as many columns of <see cref="Pace"/> by which the others are multiplied where a drive is at its first play.</summary>
    internal const int PaceWhole = PaceFirstHalf + 1;

    /// <summary>Rows of <see cref="PaceBends"/>.</summary>
    internal const int BendRows = 24;

    /// <summary>Groups of teams in <see cref="PaceBends"/>: three by the lead, and the first half.</summary>
    internal const int BendGroups = 4;

    /// <summary>Rows of <see cref="UsualTimeouts"/>.</summary>
    internal const int TimeoutRows = 16;

    /// <summary>Margins after a touchdown for which <see cref="TwoPointTries"/> has a figure: from -20 to 20.</summary>
    internal const int TryMargins = 41;

    /// <summary>Weights of the features (<see cref="DriveFeatures.Names"/>) in the logarithm of each end's odds against no points: rows touchdown,
    /// field goal, touchdown of the defence, safety, end of the half.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> DriveEnds { get; init; }

    /// <summary>
    /// Mean seconds of a drive by its end (no points, touchdown, field goal, touchdown of the defence, safety), as weights of what <see cref="DriveTime.FillMean"/> writes.
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<double>> Seconds { get; init; }

    /// <summary>Shares of that mean which a short, a middling and a long third of the drives take, by the same ends.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> SecondsSpread { get; init; }

    /// <summary>The most of the time left in the half that each third takes, by the same ends.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> SecondsCap { get; init; }

    /// <summary>How much longer than a play's rest of a drive a whole drive takes, by the same ends.</summary>
    public required IReadOnlyList<double> WholeDrive { get; init; }

    /// <summary>Seconds less that a drive takes which runs from one quarter of a half into the next.</summary>
    public required double QuarterBreak { get; init; }

    /// <summary>
    /// By how much clock and score hurry or slow a team at the end of a half, as a factor of a drive's time: rows drives without points, the short third by
    /// <see cref="DriveTime.Knots"/>, the middling, the long, then touchdowns, then field goals; columns the classes of the lead in the second half from ahead by 17 to behind by 17, the first half; then, in the same order, by how much whole drives take more than that.
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<double>> Pace { get; init; }

    /// <summary>
    /// By how much place, down, distance and time-outs bend a drive's time late in a half: rows drives without points by <see cref="DriveTime.Knots"/>, then touchdowns, then field goals;
    /// columns what <see cref="DriveTime.FillBends"/> writes, of teams ahead, of those level or a field goal short, of those further behind, and of the first half.
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<double>> PaceBends { get; init; }

    /// <summary>
    /// Time-outs that teams have left late in the game: rows the team with the ball by <see cref="DriveTime.Knots"/>, then the other; columns the classes of the lead of the team with the ball.
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<double>> UsualTimeouts { get; init; }

    /// <summary>By which share a drive takes longer where ten points more are expected of each team: below zero, since points come of more drives too.</summary>
    public required double TempoByScoring { get; init; }

    /// <summary>Yards to the goal of each band.</summary>
    public required IReadOnlyList<double> BandYards { get; init; }

    /// <summary>Chances of the bands in which the opponent begins after a drive without points, by the place and down it is in.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> NextBand { get; init; }

    /// <summary>
    /// Factors of <see cref="NextBand"/> in the last four minutes of the game by the classes of the lead, rows from ahead by 17 to behind by 17; before, they fade.
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<double>> NextBandLate { get; init; }

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
            DriveEnds = reader.Table("driveEnds", Ends, DriveFeatures.Count, -60, 60),
            Seconds = reader.Table("seconds", Ends, DriveTime.MeanFeatures, -1000, 1000),
            SecondsSpread = reader.Table("secondsSpread", Ends, 3, 0.01, 5),
            SecondsCap = reader.Table("secondsCap", Ends, 3, 0.01, 1),
            WholeDrive = reader.Numbers("wholeDrive", Ends, 0.5, 2),
            QuarterBreak = reader.Number("quarterBreak", 0, 40),
            Pace = reader.Table("pace", PaceRows, PaceColumns, 0.1, 4),
            PaceBends = reader.Table("paceBends", BendRows, BendGroups * DriveTime.Bends, -5, 5),
            UsualTimeouts = reader.Table("usualTimeouts", TimeoutRows, DriveFeatures.Leads, 0, 3),
            TempoByScoring = reader.Number("tempoByScoring", -0.5, 0.5),
            BandYards = reader.Numbers("bandYards", Bands, 1, 99),
            NextBand = reader.Table("nextBand", NextBandRows, Bands, 0, 1),
            NextBandLate = reader.Table("nextBandLate", DriveFeatures.Leads, Bands, 0, 20),
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
        writer.Table("seconds", Seconds);
        writer.Table("secondsSpread", SecondsSpread);
        writer.Table("secondsCap", SecondsCap);
        writer.Numbers("wholeDrive", WholeDrive);
        writer.Number("quarterBreak", QuarterBreak);
        writer.Table("pace", Pace);
        writer.Table("paceBends", PaceBends);
        writer.Table("usualTimeouts", UsualTimeouts);
        writer.Number("tempoByScoring", TempoByScoring);
        writer.Numbers("bandYards", BandYards);
        writer.Table("nextBand", NextBand);
        writer.Table("nextBandLate", NextBandLate);
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
