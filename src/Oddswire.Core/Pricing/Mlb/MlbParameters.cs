using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Core.Pricing.Mlb;

/// <summary>What one play makes of a half-inning, with its probability.</summary>
/// <param name="From">State before: outs (0-2) times eight plus the occupied bases as bits.</param>
/// <param name="To">State after; <see cref="MlbParameters.End"/> when the half-inning is over.</param>
/// <param name="Runs">Runs scored, 0 to 4.</param>
/// <param name="Millionths">Probability; those of one state sum to 1,000,000.</param>
public readonly record struct BaseOutTransition(int From, int To, int Runs, int Millionths);

/// <summary>The MLB model's parameters.</summary>
public sealed record MlbParameters : IModelParameters
{
    /// <summary>Base-out states: outs (0-2) times eight plus the occupied bases as bits.</summary>
    public const int States = 24;

    /// <summary>The state after the third out.</summary>
    public const int End = 24;

    /// <summary>Innings that have a tilt of their own; the last of them stands for all extra innings.</summary>
    public const int Innings = 10;

    private const int One = 1_000_000;

    /// <summary>What plays do, in the order of the states.</summary>
    public required IReadOnlyList<BaseOutTransition> Transitions { get; init; }

    /// <summary>How much more (or less) is scored in innings 1 to 9 and in extra innings: tilt of the law of runs, see <see cref="MlbModel"/>.</summary>
    public required IReadOnlyList<double> InningTilts { get; init; }

    /// <summary>Standard deviation of a team's strength of the day around what the line says, as a tilt.</summary>
    public required double DaySd { get; init; }

    /// <summary>Probability that a walk-off wins by 1, 2, 3 or 4 runs, in millionths.</summary>
    public required IReadOnlyList<int> WalkOffMargins { get; init; }

    /// <summary>Home win probability without a line, in millionths.</summary>
    public required int AverageHomeWin { get; init; }

    /// <summary>Expected total without a line, in hundredths of a run, for nine innings.</summary>
    public required int AverageTotal { get; init; }

    /// <summary>Reads the parameters from a model file.</summary>
    /// <exception cref="ModelFileException">One is missing or out of range.</exception>
    public static MlbParameters Read(ParameterReader reader)
    {
        var parameters = new MlbParameters
        {
            AverageHomeWin = reader.Whole("averageHomeWin", 50_000, 950_000),
            AverageTotal = reader.Whole("averageTotal", 100, 5_000),
            DaySd = reader.Number("daySd", 0, 0.5),
            InningTilts = reader.Numbers("inningTilts", Innings, -0.5, 0.5),
            WalkOffMargins = reader.Wholes("walkOffMargins", 4, 0, One),
            Transitions = [.. reader.Table("transitions", null, 4, 0, One)
                .Select(row => new BaseOutTransition((int)row[0], (int)row[1], (int)row[2], (int)row[3]))],
        };
        if (parameters.WalkOffMargins.Sum() != One)
        {
            throw reader.Wrong("walkOffMargins", "do not sum to 1000000.");
        }

        for (var state = 0; state < States; state++)
        {
            var sum = parameters.Transitions.Where(play => play.From == state).Sum(play => play.Millionths);
            if (sum != One)
            {
                throw reader.Wrong("transitions", $"from state {state} sum to {sum}; expected 1000000.");
            }
        }

        return parameters.Transitions.Any(play => play.From >= States || play.To > End || play.Runs > 4)
            ? throw reader.Wrong("transitions", "name a state beyond 24 or more than 4 runs.")
            : parameters;
    }

    /// <inheritdoc/>
    public void Write(ParameterWriter writer)
    {
        writer.Number("averageHomeWin", AverageHomeWin);
        writer.Number("averageTotal", AverageTotal);
        writer.Number("daySd", DaySd);
        writer.Numbers("inningTilts", InningTilts);
        writer.Numbers("walkOffMargins", WalkOffMargins.Select(value => (double)value));
        writer.Table("transitions", Transitions.Select(play => (double[])[play.From, play.To, play.Runs, play.Millionths]));
    }
}
