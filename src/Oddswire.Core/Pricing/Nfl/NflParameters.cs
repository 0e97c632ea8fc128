namespace Oddswire.Core.Pricing.Nfl;

/// <summary>The NFL model's parameters; points and seconds. <see cref="Fitted"/> says where its figures come from.</summary>
public sealed record NflParameters
{
    /// <summary>Expected home margin without a line.</summary>
    public double AverageMargin { get; init; } = 1.9;

    /// <summary>Expected total without a line.</summary>
    public double AverageTotal { get; init; } = 45.3;

    /// <summary>Power of the remaining share of the game by which the pregame margin still counts.</summary>
    public double MarginPower { get; init; } = 1.0;

    /// <summary>Standard deviation of a whole game's margin around the line.</summary>
    public double MarginSd { get; init; } = 13.2;

    /// <summary>Power of the remaining share by which that falls; 0.5 is Brownian.</summary>
    public double MarginSdPower { get; init; } = 0.5;

    /// <summary>Variance that stays until the last minute.</summary>
    public double LateVariance { get; init; } = 1;

    /// <summary>Points that a lead is worth beyond itself, a share of it, with the whole game to come.</summary>
    public double LeadCarry { get; init; }

    /// <summary>Expected points of first and ten at one's own goal line.</summary>
    public double PossessionBase { get; init; } = -0.8;

    /// <summary>Rise of the expected points over the field.</summary>
    public double PossessionSlope { get; init; } = 5.4;

    /// <summary>Loss of expected points with each down after the first.</summary>
    public double DownCost { get; init; } = 0.6;

    /// <summary>Loss of expected points with each yard to go beyond ten (gain below).</summary>
    public double YardToGoCost { get; init; } = 0.06;

    /// <summary>Seconds in which a possession's points come in.</summary>
    public double PossessionSeconds { get; init; } = 60;

    /// <summary>Share of the possession's value that adds to the total.</summary>
    public double PossessionTotalShare { get; init; } = 0.5;

    /// <summary>Power of the remaining share by which the pregame total still counts.</summary>
    public double TotalPower { get; init; } = 1.0;

    /// <summary>Standard deviation of a whole game's total around the line.</summary>
    public double TotalSd { get; init; } = 13.3;

    /// <summary>Power of the remaining share by which that falls.</summary>
    public double TotalSdPower { get; init; } = 0.5;

    /// <summary>Share of the game after which the pace seen weighs as much as the line.</summary>
    public double PaceShrinkage { get; init; } = 4;

    /// <summary>
    /// How much more often a game ends with a margin of 0, 1, 2, … than the normal law says; 0 is the end of regulation level.
    /// </summary>
    public IReadOnlyList<double> KeyNumbers { get; init; } = [1];

    /// <summary>The same for games decided (or not) in overtime.</summary>
    public IReadOnlyList<double> OvertimeMargins { get; init; } = [0.06, 0, 0.03, 0.55, 0, 0, 0.35, 0, 0, 0, 0, 0];

    /// <summary>Standard deviation of the margin's law in overtime, which tilts it to the stronger team.</summary>
    public double OvertimeSd { get; init; } = 8;

    /// <summary>The parameters the program uses.</summary>
    public static NflParameters Fitted { get; } = new();
}
