namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// Logarithms of odds that are linear in what a situation is read as: how a drive ends, how much of the time left it takes, where the opponent begins. One and the same reading serves
/// all of them. Pure.
/// </summary>
internal sealed class DriveLaw
{
    // The weights of a class of lead, row by row: those of the plain features, then those of the late figures.
    private readonly double[] _weights;

    /// <summary>A law.</summary>
    /// <param name="rows">Weights of <see cref="DriveFeatures.Names"/>, row by row.</param>
    public DriveLaw(IReadOnlyList<IReadOnlyList<double>> rows)
    {
        Rows = rows.Count;
        var all = rows.Select(row => row.ToArray()).ToArray();
        _weights = [.. Enumerable.Range(0, DriveFeatures.Leads).SelectMany(lead => all.SelectMany(row => (double[])
        [
            .. row[..DriveFeatures.FirstLateFeature],
            .. row[^(DriveFeatures.Plain - DriveFeatures.FirstLateFeature)..],
            .. Enumerable.Range(0, LateFeatures.Figures).Select(figure => LateFeatures.WeightOf(row.AsSpan(DriveFeatures.FirstLateFeature), figure, lead)),
        ]))];
    }

    /// <summary>Figures that a situation is read as.</summary>
    public static int Figures { get; } = DriveFeatures.Plain + LateFeatures.Figures;

    /// <summary>Rows of the law.</summary>
    public int Rows { get; }

    /// <summary>Reads a situation.</summary>
    /// <param name="at">The situation.</param>
    /// <param name="x">Room for <see cref="Figures"/>.</param>
    public static void Read(in Situation at, Span<double> x)
    {
        x.Clear();
        DriveFeatures.FillPlain(at, x[..DriveFeatures.Plain]);
        LateFeatures.Read(at, x[DriveFeatures.Plain..]);
    }

    /// <summary>The logarithm of a row's odds.</summary>
    /// <param name="row">The row.</param>
    /// <param name="at">The situation.</param>
    /// <param name="x">What it was read as.</param>
    public double Logit(int row, in Situation at, ReadOnlySpan<double> x)
    {
        // No late figure counts in the first half.
        var used = at.IsSecondHalf ? Figures : DriveFeatures.Plain;
        return VectorMath.Dot(x[..used], _weights.AsSpan(((at.Manner * Rows) + row) * Figures, used));
    }

    /// <summary>Chances by the odds against the first of them.</summary>
    /// <param name="at">The situation.</param>
    /// <param name="x">What it was read as.</param>
    /// <param name="chances">One more than there are rows.</param>
    public void Chances(in Situation at, ReadOnlySpan<double> x, Span<double> chances)
    {
        chances[0] = 0;
        double most = 0;
        for (var row = 0; row < Rows; row++)
        {
            chances[row + 1] = Logit(row, at, x);
            most = Math.Max(most, chances[row + 1]);
        }

        double sum = 0;
        foreach (ref var chance in chances)
        {
            chance = Math.Exp(chance - most);
            sum += chance;
        }

        VectorMath.Scale(chances, 1 / sum);
    }
}
