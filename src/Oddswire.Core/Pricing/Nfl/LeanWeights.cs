namespace Oddswire.Core.Pricing.Nfl;

/// <summary>The weights of a <see cref="Lean"/>, worked out once for all cells of a law. Its buffers are used again.</summary>
internal sealed class LeanWeights
{
    private readonly float[] _differences = new float[2 * ScoreLaw.Points];
    private readonly float[] _sums = new float[2 * ScoreLaw.Points];

    /// <summary>Takes the weights.</summary>
    public void Take(in Lean lean) => lean.Fill(_differences, _sums);

    /// <summary>Weighs a square law, the first team's points in rows; its sum is then another.</summary>
    /// <param name="cells">The law.</param>
    /// <param name="points">Rows and columns: a multiple of eight up to <see cref="ScoreLaw.Points"/>.</param>
    /// <param name="width">Cells from one row to the next.</param>
    public void Weigh(Span<float> cells, int points, int width)
    {
        // A row's weights by the difference run backwards along the differences: from -79 up, as the columns grow.
        for (var row = 0; row < points; row++)
        {
            PointGrid.Multiply(cells.Slice(row * width, points), _differences.AsSpan(ScoreLaw.Points - 1 - row, points), _sums.AsSpan(row, points));
        }
    }
}
