namespace Oddswire.Core.Pricing.Nfl;

/// <summary>The NFL model's parameters; points and seconds. <see cref="Fitted"/> says where its figures come from.</summary>
public sealed record NflParameters
{
    /// <summary>Expected home margin without a line.</summary>
    public double AverageMargin { get; init; } = 1.9;

    /// <summary>Expected total without a line.</summary>
    public double AverageTotal { get; init; } = 45.3;

    /// <summary>Power of the remaining share of the game by which the pregame margin still counts.</summary>
    public double MarginPower { get; init; } = 0.894;

    /// <summary>Standard deviation of a whole game's margin around the line.</summary>
    public double MarginSd { get; init; } = 12.29;

    /// <summary>Power of the remaining share by which that falls; 0.5 is Brownian.</summary>
    public double MarginSdPower { get; init; } = 0.413;

    /// <summary>Variance that stays until the last minute.</summary>
    public double LateVariance { get; init; } = 4.03;

    /// <summary>Share of a lead by which it grows (below zero: is caught up) were the whole game to come; fades with the clock.</summary>
    public double LeadCarry { get; init; } = -0.332;

    /// <summary>Expected points of first and ten at one's own goal line.</summary>
    public double PossessionBase { get; init; } = -0.45;

    /// <summary>Rise of the expected points over the field.</summary>
    public double PossessionSlope { get; init; } = 4.5;

    /// <summary>Loss of expected points with each down after the first.</summary>
    public double DownCost { get; init; } = 0.613;

    /// <summary>Loss of expected points with each yard to go beyond ten (gain below).</summary>
    public double YardToGoCost { get; init; } = 0.08;

    /// <summary>Seconds in which a possession's points come in.</summary>
    public double PossessionSeconds { get; init; } = 5;

    /// <summary>Share of the possession's value that adds to the total.</summary>
    public double PossessionTotalShare { get; init; }

    /// <summary>Power of the remaining share by which the pregame total still counts.</summary>
    public double TotalPower { get; init; } = 1.212;

    /// <summary>
    /// Share of the total's standard deviation by which its law is set lower: that a total is never below the margin lifts its mean again. Set so that
    /// the pregame total comes out, not fitted.
    /// </summary>
    public double TotalShift { get; init; } = 0.07;

    /// <summary>Standard deviation of a whole game's total around the line, before it is cut off below by the margin.</summary>
    public double TotalSd { get; init; } = 16.5;

    /// <summary>Power of the remaining share by which that falls.</summary>
    public double TotalSdPower { get; init; } = 0.537;

    /// <summary>Share of the game after which the pace seen weighs as much as the line.</summary>
    public double PaceShrinkage { get; init; } = 29;

    /// <summary>
    /// How much more often a game ends with a margin of 0, 1, 2, … than the normal law says; 0 is the end of regulation level.
    /// </summary>
    public IReadOnlyList<double> KeyNumbers { get; init; } =
    [
        2.15, 0.75, 0.73, 1.98, 0.94, 0.68, 0.87, 1.82, 0.79, 0.4, 1.34, 0.61, 0.46, 0.8, 1.32, 0.5, 0.71, 1.25, 0.94, 0.57, 0.98, 1.36,
        0.65, 0.73, 1.38,
    ];

    /// <summary>Weights of the margins 0, 1, 2, … of games decided (or not) in overtime; greater ones are impossible.</summary>
    public IReadOnlyList<double> OvertimeMargins { get; init; } = [0.11, 0, 0.03, 0.55, 0, 0, 0.35, 0.03, 0.02];

    /// <summary>Standard deviation of the margin's law in overtime, which tilts it to the stronger team.</summary>
    public double OvertimeSd { get; init; } = 5;

    /// <summary>
    /// The parameters the program uses: the defaults of this record, found by the benchmark project's command <c>models fit nfl</c> on
    /// 203,791 plays of 1,385 games (2019-2022, 2024) with closing lines, key numbers on 5,905 games (1999-2024). Overtime's are set by hand from its rules.
    /// </summary>
    public static NflParameters Fitted { get; } = new();
}
