using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// Tables of chances by the points of two teams, row by row in one array, in single precision: eight at a time, in a fixed order and nothing fused, so
/// that every machine gets the same bits. The last columns of a table hold nothing, so that moving it within its array never wraps around.
/// </summary>
internal static class PointGrid
{
    /// <summary>The most points that a table is moved by.</summary>
    public const int Margin = 8;

    private const int Lanes = 8;

    /// <summary>
    /// Adds to a row, for each of several moves, what another row moved by so much gives times that move's own factors: into[j] += row[j - move] * factors[j - move].
    /// </summary>
    /// <param name="into">The row, of a multiple of 16 columns.</param>
    /// <param name="columns">Columns of it that anything comes to.</param>
    /// <param name="row">The other row; <paramref name="pad"/> columns of it stand before its first and hold nothing, and nothing follows what it has.</param>
    /// <param name="pad">At least as much as the greatest move.</param>
    /// <param name="factors">The first move's factors, as many before them; finite.</param>
    /// <param name="stride">From one move's factors to the next one's.</param>
    /// <param name="moves">The moves.</param>
    public static void Gather(
        Span<float> into, int columns, ReadOnlySpan<float> row, int pad, ReadOnlySpan<float> factors, int stride, ReadOnlySpan<int> moves)
    {
        // The furthest reads, checked once for all.
        _ = row[pad + into.Length - 1];
        _ = factors[((moves.Length - 1) * stride) + pad + into.Length - 1];
        ref var target = ref MemoryMarshal.GetReference(into);
        ref var cells = ref Unsafe.Add(ref MemoryMarshal.GetReference(row), pad);
        ref var factor = ref Unsafe.Add(ref MemoryMarshal.GetReference(factors), pad);
        var column = 0;
        for (; column < columns && column + (4 * Lanes) <= into.Length; column += 4 * Lanes)
        {
            Gather4(ref Unsafe.Add(ref target, column), ref Unsafe.Add(ref cells, column), ref Unsafe.Add(ref factor, column), stride, moves);
        }

        for (; column < columns && column < into.Length; column += 2 * Lanes)
        {
            Gather2(ref Unsafe.Add(ref target, column), ref Unsafe.Add(ref cells, column), ref Unsafe.Add(ref factor, column), stride, moves);
        }
    }

    private static void Gather4(ref float into, ref float row, ref float factors, int stride, ReadOnlySpan<int> moves)
    {
        var (a, b, c, d) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        foreach (var move in moves)
        {
            ref var from = ref Unsafe.Subtract(ref row, move);
            ref var factor = ref Unsafe.Subtract(ref factors, move);
            a += Vector256.LoadUnsafe(ref from) * Vector256.LoadUnsafe(ref factor);
            b += Vector256.LoadUnsafe(ref from, Lanes) * Vector256.LoadUnsafe(ref factor, Lanes);
            c += Vector256.LoadUnsafe(ref from, 2 * Lanes) * Vector256.LoadUnsafe(ref factor, 2 * Lanes);
            d += Vector256.LoadUnsafe(ref from, 3 * Lanes) * Vector256.LoadUnsafe(ref factor, 3 * Lanes);
            factors = ref Unsafe.Add(ref factors, stride);
        }

        (Vector256.LoadUnsafe(ref into) + a).StoreUnsafe(ref into);
        (Vector256.LoadUnsafe(ref into, Lanes) + b).StoreUnsafe(ref into, Lanes);
        (Vector256.LoadUnsafe(ref into, 2 * Lanes) + c).StoreUnsafe(ref into, 2 * Lanes);
        (Vector256.LoadUnsafe(ref into, 3 * Lanes) + d).StoreUnsafe(ref into, 3 * Lanes);
    }

    private static void Gather2(ref float into, ref float row, ref float factors, int stride, ReadOnlySpan<int> moves)
    {
        var (a, b) = (Vector256<float>.Zero, Vector256<float>.Zero);
        foreach (var move in moves)
        {
            ref var from = ref Unsafe.Subtract(ref row, move);
            ref var factor = ref Unsafe.Subtract(ref factors, move);
            a += Vector256.LoadUnsafe(ref from) * Vector256.LoadUnsafe(ref factor);
            b += Vector256.LoadUnsafe(ref from, Lanes) * Vector256.LoadUnsafe(ref factor, Lanes);
            factors = ref Unsafe.Add(ref factors, stride);
        }

        (Vector256.LoadUnsafe(ref into) + a).StoreUnsafe(ref into);
        (Vector256.LoadUnsafe(ref into, Lanes) + b).StoreUnsafe(ref into, Lanes);
    }

    /// <summary>Multiplies each of a row by its counterparts in two others; all are equally long.</summary>
    public static void Multiply(Span<float> row, ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        first = first[..row.Length];
        second = second[..row.Length];
        ref var target = ref MemoryMarshal.GetReference(row);
        ref var a = ref MemoryMarshal.GetReference(first);
        ref var b = ref MemoryMarshal.GetReference(second);
        var i = 0;
        for (; i <= row.Length - Lanes; i += Lanes)
        {
            var product = Vector256.LoadUnsafe(ref a, (nuint)i) * Vector256.LoadUnsafe(ref b, (nuint)i);
            (Vector256.LoadUnsafe(ref target, (nuint)i) * product).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < row.Length; i++)
        {
            row[i] *= first[i] * second[i];
        }
    }

    /// <summary>Adds each of <paramref name="from"/> to <paramref name="into"/>, which is at least as long.</summary>
    public static void Add(Span<float> into, ReadOnlySpan<float> from) => VectorMath.AddScaled(into, from, 1);

    /// <summary>Adds a square table, with the teams changed, to another of the same or a greater width.</summary>
    public static void AddTransposed(Span<float> into, int intoWidth, ReadOnlySpan<float> from, int fromWidth, int rows)
    {
        for (var y = 0; y < rows; y++)
        {
            var row = from.Slice(y * fromWidth, rows);
            for (var x = 0; x < row.Length; x++)
            {
                into[(x * intoWidth) + y] += row[x];
            }
        }
    }

    /// <summary>Adds a table, moved by the points of both teams, to another of the same width.</summary>
    public static void AddMoved(Span<float> into, ReadOnlySpan<float> from, int width, int rows, int own, int other, float factor)
    {
        var offset = (own * width) + other;
        VectorMath.AddScaled(into[offset..], from[..Math.Min(rows * width, into.Length - offset)], factor);
    }
}
