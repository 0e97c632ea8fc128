using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Core.Pricing.Mlb;

/// <summary>The MLB model's parameters.</summary>
public sealed record MlbParameters : IModelParameters
{
    /// <summary>Base-out states: outs (0-2) times eight plus the occupied bases as bits.</summary>
    public const int States = 24;

    /// <summary>
    /// Probability of 0, 1, 2, … more runs in the half-inning from each base-out state, in millionths; a row sums to 1,000,000.
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<int>> RunsToEndOfHalf { get; init; }

    /// <summary>Probability that a walk-off wins by 1, 2, 3 or 4 runs, in millionths.</summary>
    public required IReadOnlyList<int> WalkOffMargins { get; init; }

    /// <summary>Home win probability without a line, in millionths.</summary>
    public required int AverageHomeWin { get; init; }

    /// <summary>Expected total without a line, in hundredths of a run, for nine innings.</summary>
    public required int AverageTotal { get; init; }

    /// <summary>Reads the parameters from a model file.</summary>
    /// <exception cref="ModelFileException">One is missing or out of range.</exception>
    public static MlbParameters Read(ParameterReader reader) => new()
    {
        AverageHomeWin = reader.Whole("averageHomeWin", 50_000, 950_000),
        AverageTotal = reader.Whole("averageTotal", 100, 5_000),
        WalkOffMargins = reader.Wholes("walkOffMargins", 4, 0, 1_000_000),
        RunsToEndOfHalf = [.. reader.Table("runsToEndOfHalf", States, null, 0, 1_000_000).Select(row => row.Select(cell => (int)cell).ToArray())],
    };

    /// <inheritdoc/>
    public void Write(ParameterWriter writer)
    {
        writer.Number("averageHomeWin", AverageHomeWin);
        writer.Number("averageTotal", AverageTotal);
        writer.Numbers("walkOffMargins", WalkOffMargins.Select(value => (double)value));
        writer.Table("runsToEndOfHalf", RunsToEndOfHalf.Select(row => row.Select(cell => (double)cell)));
    }
}
