namespace Oddswire.Core.Pricing.Nba;

/// <summary>The NBA model's parameters; points and seconds. <see cref="Fitted"/> says where its figures come from.</summary>
public sealed record NbaParameters
{
    /// <summary>Expected home margin without a line.</summary>
    public double AverageMargin { get; init; } = 2.6;

    /// <summary>Expected total without a line.</summary>
    public double AverageTotal { get; init; } = 226;

    /// <summary>Power of the remaining share of the game by which the pregame margin still counts.</summary>
    public double MarginPower { get; init; } = 0.866;

    /// <summary>Standard deviation of a whole game's margin around the line.</summary>
    public double MarginSd { get; init; } = 12.17;

    /// <summary>Power of the remaining share by which that falls; 0.5 is Brownian.</summary>
    public double MarginSdPower { get; init; } = 0.418;

    /// <summary>Variance that stays until the last minute.</summary>
    public double LateVariance { get; init; } = 4.11;

    /// <summary>Share of a lead by which it grows (below zero: is caught up) were the whole game to come; fades with the clock.</summary>
    public double LeadCarry { get; init; } = -0.45;

    /// <summary>Points that having the ball is worth.</summary>
    public double PossessionValue { get; init; } = 0.5;

    /// <summary>How much more often regulation ends level than the normal law says.</summary>
    public double LevelWeight { get; init; } = 1.6;

    /// <summary>Power of the remaining share by which the pregame total still counts.</summary>
    public double TotalPower { get; init; } = 0.988;

    /// <summary>Standard deviation of a whole game's total around the line.</summary>
    public double TotalSd { get; init; } = 15.7;

    /// <summary>Power of the remaining share by which that falls.</summary>
    public double TotalSdPower { get; init; } = 0.375;

    /// <summary>Share of the game after which the pace seen weighs as much as the line.</summary>
    public double PaceShrinkage { get; init; } = 14.8;

    /// <summary>
    /// The parameters the program uses: the defaults of this record, found by the benchmark project's command <c>models fit nba</c> on
    /// 196,332 events of 426 games (2015-16) with closing lines; the averages and the value of the ball are set by hand (the recorded
    /// events of those games do not say who has it), the average total to that of 2024-25.
    /// </summary>
    public static NbaParameters Fitted { get; } = new();
}
