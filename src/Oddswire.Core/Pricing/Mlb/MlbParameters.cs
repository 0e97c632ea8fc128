namespace Oddswire.Core.Pricing.Mlb;

/// <summary>The MLB model's parameters. <see cref="Fitted"/> says where its figures come from.</summary>
public sealed record MlbParameters
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

    /// <summary>The parameters the program uses.</summary>
    public static MlbParameters Fitted => MlbFittedParameters.Value;
}
