using Oddswire.Core.Pricing;

namespace Oddswire.Calibration.Fit;

/// <summary>
/// The loss's second derivatives within each outcome of a <see cref="MultinomialFit"/>, as Cholesky factors; those across outcomes are left to the search.
/// </summary>
/// <param name="classes">Outcomes.</param>
/// <param name="features">Features a row.</param>
/// <param name="parts">Into how many parts the rows are cut; each may be filled by a thread of its own.</param>
internal sealed class Curvature(int classes, int features, int parts)
{
    // Lower triangles, row by row, of each part; the first part's become the sums and then the factors.
    private readonly double[][] _triangles = [.. Enumerable.Range(0, parts * classes).Select(_ => new double[features * (features + 1) / 2])];

    /// <summary>Forgets all.</summary>
    public void Clear() => Array.ForEach(_triangles, Array.Clear);

    /// <summary>Adds a row to a part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="row">The row, its places rising.</param>
    /// <param name="scaled">Room for the row's values.</param>
    /// <param name="sizes">What features are measured in.</param>
    /// <param name="curvatures">The row's second derivative by each outcome's log odds.</param>
    public void Add(int part, SparseRow row, Span<double> scaled, ReadOnlySpan<double> sizes, ReadOnlySpan<double> curvatures)
    {
        var places = row.Places;
        for (var i = 0; i < places.Length; i++)
        {
            scaled[i] = row.Values[i] / sizes[places[i]];
        }

        for (var k = 0; k < classes; k++)
        {
            var triangle = _triangles[(part * classes) + k];
            for (var i = 0; i < places.Length; i++)
            {
                var factor = curvatures[k] * scaled[i];
                var own = triangle.AsSpan(RowOf(places[i]), places[i] + 1);
                for (var j = 0; j <= i; j++)
                {
                    own[places[j]] += factor * scaled[j];
                }
            }
        }
    }

    /// <summary>Sums the parts, adds what shrinks each feature, and factors.</summary>
    /// <param name="shrinkage">Second derivative of the ridge, feature by feature; above zero where a feature may be nowhere but zero.</param>
    public void Factor(double[] shrinkage) => Parallel.For(0, classes, k =>
    {
        var sum = _triangles[k];
        for (var part = 1; part < parts; part++)
        {
            VectorMath.AddScaled<double>(sum, _triangles[(part * classes) + k], 1);
        }

        for (var i = 0; i < features; i++)
        {
            sum[RowOf(i) + i] += shrinkage[i];
        }

        for (var i = 0; i < features; i++)
        {
            var own = sum.AsSpan(RowOf(i), i + 1);
            for (var j = 0; j < i; j++)
            {
                var other = sum.AsSpan(RowOf(j), j + 1);
                own[j] = (own[j] - Dot(own[..j], other[..j])) / other[j];
            }

            own[i] = Math.Sqrt(Math.Max(own[i] - Dot(own[..i], own[..i]), 1e-9));
        }
    });

    /// <summary>Divides by the curvature: a gradient becomes the step to where it would be zero.</summary>
    public void Solve(Span<double> gradient)
    {
        for (var k = 0; k < classes; k++)
        {
            var factor = _triangles[k];
            var own = gradient.Slice(k * features, features);
            for (var i = 0; i < features; i++)
            {
                own[i] = (own[i] - Dot(factor.AsSpan(RowOf(i), i), own[..i])) / factor[RowOf(i) + i];
            }

            for (var i = features - 1; i >= 0; i--)
            {
                own[i] /= factor[RowOf(i) + i];
                VectorMath.AddScaled<double>(own[..i], factor.AsSpan(RowOf(i), i), -own[i]);
            }
        }
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => VectorMath.Dot(a, b);

    private static int RowOf(int i) => i * (i + 1) / 2;
}
