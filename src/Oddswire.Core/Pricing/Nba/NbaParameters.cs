namespace Oddswire.Core.Pricing.Nba;

/// <summary>The NBA model's parameters; points and seconds. <see cref="Fitted"/> says where its figures come from.</summary>
public sealed record NbaParameters
{
    /// <summary>Expected home margin without a line.</summary>
    public double AverageMargin { get; init; } = 2.6;

    /// <summary>Expected total without a line.</summary>
    public double AverageTotal { get; init; } = 226;

    /// <summary>Power of the remaining share of the game by which the pregame margin still counts.</summary>
    public double MarginPower { get; init; } = 1.0;

    /// <summary>Standard deviation of a whole game's margin around the line.</summary>
    public double MarginSd { get; init; } = 12.5;

    /// <summary>Power of the remaining share by which that falls; 0.5 is Brownian.</summary>
    public double MarginSdPower { get; init; } = 0.5;

    /// <summary>Variance that stays until the last minute.</summary>
    public double LateVariance { get; init; } = 2;

    /// <summary>Points that a lead is worth beyond itself, a share of it, with the whole game to come.</summary>
    public double LeadCarry { get; init; }

    /// <summary>Points that having the ball is worth.</summary>
    public double PossessionValue { get; init; } = 0.5;

    /// <summary>How much more often regulation ends level than the normal law says.</summary>
    public double LevelWeight { get; init; } = 1.6;

    /// <summary>Power of the remaining share by which the pregame total still counts.</summary>
    public double TotalPower { get; init; } = 1.0;

    /// <summary>Standard deviation of a whole game's total around the line.</summary>
    public double TotalSd { get; init; } = 18;

    /// <summary>Power of the remaining share by which that falls.</summary>
    public double TotalSdPower { get; init; } = 0.5;

    /// <summary>Share of the game after which the pace seen weighs as much as the line.</summary>
    public double PaceShrinkage { get; init; } = 1.5;

    /// <summary>The parameters the program uses.</summary>
    public static NbaParameters Fitted { get; } = new();
}
