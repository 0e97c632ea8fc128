using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Core.Pricing.Nba;

/// <summary>The NBA model's parameters; points and seconds.</summary>
public sealed record NbaParameters : IModelParameters
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

    /// <summary>Points that having the ball is worth.</summary>
    public required double PossessionValue { get; init; }

    /// <summary>How much more often regulation ends level than the normal law says.</summary>
    public required double LevelWeight { get; init; }

    /// <summary>Power of the remaining share by which the pregame total still counts.</summary>
    public required double TotalPower { get; init; }

    /// <summary>Standard deviation of a whole game's total around the line.</summary>
    public required double TotalSd { get; init; }

    /// <summary>Power of the remaining share by which that falls.</summary>
    public required double TotalSdPower { get; init; }

    /// <summary>Share of the game after which the pace seen weighs as much as the line.</summary>
    public required double PaceShrinkage { get; init; }

    /// <summary>Reads the parameters from a model file.</summary>
    /// <exception cref="ModelFileException">One is missing or out of range.</exception>
    public static NbaParameters Read(ParameterReader reader) => new()
    {
        AverageMargin = reader.Number("averageMargin", -1000, 1000),
        AverageTotal = reader.Number("averageTotal", -1000, 1000),
        MarginPower = reader.Number("marginPower", 0, 5),
        MarginSd = reader.Number("marginSd", 1, 50),
        MarginSdPower = reader.Number("marginSdPower", 0, 2),
        LateVariance = reader.Number("lateVariance", -1000, 1000),
        LeadCarry = reader.Number("leadCarry", -1, 1),
        PossessionValue = reader.Number("possessionValue", -1000, 1000),
        LevelWeight = reader.Number("levelWeight", -1000, 1000),
        TotalPower = reader.Number("totalPower", 0, 5),
        TotalSd = reader.Number("totalSd", 1, 80),
        TotalSdPower = reader.Number("totalSdPower", 0, 2),
        PaceShrinkage = reader.Number("paceShrinkage", -1000, 1000),
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
        writer.Number("possessionValue", PossessionValue);
        writer.Number("levelWeight", LevelWeight);
        writer.Number("totalPower", TotalPower);
        writer.Number("totalSd", TotalSd);
        writer.Number("totalSdPower", TotalSdPower);
        writer.Number("paceShrinkage", PaceShrinkage);
    }
}
