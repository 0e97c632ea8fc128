using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Core.Pricing.Nfl;

/// <summary>The NFL model's parameters; points and seconds.</summary>
public sealed record NflParameters : IModelParameters
{
    /// <summary>Expected home margin without a line.</summary>
    public required double AverageMargin { get; init; }

    /// <summary>Expected total without a line.</summary>
    public required double AverageTotal { get; init; }

    /// <summary>Power of the remaining share of the game by which the pregame margin still counts.</summary>
    public required double MarginPower { get; init; }

    /// <summary>Standard deviation of a whole game's margin around the line.</summary>
    public required double MarginSd { get; init; }

    /// <summary>Power of the remaining share by which that falls; 0.5 is Brownian.</summary>
    public required double MarginSdPower { get; init; }

    /// <summary>Variance that stays until the last minute.</summary>
    public required double LateVariance { get; init; }

    /// <summary>Share of a lead by which it grows (below zero: is caught up) were the whole game to come; fades with the clock.</summary>
    public required double LeadCarry { get; init; }

    /// <summary>Expected points of first and ten at one's own goal line.</summary>
    public required double PossessionBase { get; init; }

    /// <summary>Rise of the expected points over the field.</summary>
    public required double PossessionSlope { get; init; }

    /// <summary>Loss of expected points with each down after the first.</summary>
    public required double DownCost { get; init; }

    /// <summary>Loss of expected points with each yard to go beyond ten (gain below).</summary>
    public required double YardToGoCost { get; init; }

    /// <summary>Seconds in which a possession's points come in.</summary>
    public required double PossessionSeconds { get; init; }

    /// <summary>Share of the possession's value that adds to the total.</summary>
    public required double PossessionTotalShare { get; init; }

    /// <summary>Power of the remaining share by which the pregame total still counts.</summary>
    public required double TotalPower { get; init; }

    /// <summary>
    /// Share of the total's standard deviation by which its law is set lower: that a total is never below the margin lifts its mean again. Set so that
    /// the pregame total comes out, not fitted.
    /// </summary>
    public required double TotalShift { get; init; }

    /// <summary>Standard deviation of a whole game's total around the line, before it is cut off below by the margin.</summary>
    public required double TotalSd { get; init; }

    /// <summary>Power of the remaining share by which that falls.</summary>
    public required double TotalSdPower { get; init; }

    /// <summary>Share of the game after which the pace seen weighs as much as the line.</summary>
    public required double PaceShrinkage { get; init; }

    /// <summary>
    /// How much more often a game ends with a margin of 0, 1, 2, … than the normal law says; 0 is the end of regulation level.
    /// </summary>
    public required IReadOnlyList<double> KeyNumbers { get; init; }

    /// <summary>Weights of the margins 0, 1, 2, … of games decided (or not) in overtime; greater ones are impossible.</summary>
    public required IReadOnlyList<double> OvertimeMargins { get; init; }

    /// <summary>Standard deviation of the margin's law in overtime, which tilts it to the stronger team.</summary>
    public required double OvertimeSd { get; init; }

    /// <summary>Reads the parameters from a model file.</summary>
    /// <exception cref="ModelFileException">One is missing or out of range.</exception>
    public static NflParameters Read(ParameterReader reader) => new()
    {
        AverageMargin = reader.Number("averageMargin", -1000, 1000),
        AverageTotal = reader.Number("averageTotal", -1000, 1000),
        MarginPower = reader.Number("marginPower", 0, 5),
        MarginSd = reader.Number("marginSd", 1, 50),
        MarginSdPower = reader.Number("marginSdPower", 0, 2),
        LateVariance = reader.Number("lateVariance", -1000, 1000),
        LeadCarry = reader.Number("leadCarry", -1, 1),
        PossessionBase = reader.Number("possessionBase", -1000, 1000),
        PossessionSlope = reader.Number("possessionSlope", -1000, 1000),
        DownCost = reader.Number("downCost", -1000, 1000),
        YardToGoCost = reader.Number("yardToGoCost", -1000, 1000),
        PossessionSeconds = reader.Number("possessionSeconds", -1000, 1000),
        PossessionTotalShare = reader.Number("possessionTotalShare", -1000, 1000),
        TotalPower = reader.Number("totalPower", 0, 5),
        TotalShift = reader.Number("totalShift", -1000, 1000),
        TotalSd = reader.Number("totalSd", 1, 80),
        TotalSdPower = reader.Number("totalSdPower", 0, 2),
        PaceShrinkage = reader.Number("paceShrinkage", -1000, 1000),
        KeyNumbers = reader.Numbers("keyNumbers", null, 0.01, 100),
        OvertimeMargins = reader.Numbers("overtimeMargins", null, 0, 100),
        OvertimeSd = reader.Number("overtimeSd", -1000, 1000),
    };

    /// <inheritdoc/>
    public void Write(ParameterWriter writer)
    {
        writer.Number("averageMargin", AverageMargin);
        writer.Number("averageTotal", AverageTotal);
        writer.Number("marginPower", MarginPower);
        writer.Number("marginSd", MarginSd);
        writer.Number("marginSdPower", MarginSdPower);
        writer.Number("lateVariance", LateVariance);
        writer.Number("leadCarry", LeadCarry);
        writer.Number("possessionBase", PossessionBase);
        writer.Number("possessionSlope", PossessionSlope);
        writer.Number("downCost", DownCost);
        writer.Number("yardToGoCost", YardToGoCost);
        writer.Number("possessionSeconds", PossessionSeconds);
        writer.Number("possessionTotalShare", PossessionTotalShare);
        writer.Number("totalPower", TotalPower);
        writer.Number("totalShift", TotalShift);
        writer.Number("totalSd", TotalSd);
        writer.Number("totalSdPower", TotalSdPower);
        writer.Number("paceShrinkage", PaceShrinkage);
        writer.Numbers("keyNumbers", KeyNumbers);
        writer.Numbers("overtimeMargins", OvertimeMargins);
        writer.Number("overtimeSd", OvertimeSd);
    }
}
