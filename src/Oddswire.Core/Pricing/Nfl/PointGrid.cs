using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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
    /// <param name="into">The row, of a multiple of 16 columns, 32 at least.</param>
    /// <param name="row">The other row; <paramref name="pad"/> columns of it stand before its first and hold nothing, and nothing follows what it has.</param>
    /// <param name="columns">Columns that the other row has.</param>
    /// <param name="pad">At least as much as the greatest move.</param>
    /// <param name="factors">The first move's factors, as many before them; finite.</param>
    /// <param name="stride">From one move's factors to the next one's.</param>
    /// <param name="moves">The moves, from the least on.</param>
    public static void Gather(
        Span<float> into, ReadOnlySpan<float> row, int columns, int pad, ReadOnlySpan<float> factors, int stride, ReadOnlySpan<int> moves)
    {
        // The furthest reads, checked once for all.
        _ = row[pad + into.Length - 1];
        _ = factors[((moves.Length - 1) * stride) + pad + into.Length - 1];
        ref var target = ref MemoryMarshal.GetReference(into);
        ref var cells = ref Unsafe.Add(ref MemoryMarshal.GetReference(row), pad);
        ref var factor = ref Unsafe.Add(ref MemoryMarshal.GetReference(factors), pad);
        Gather4(ref target, ref cells, ref factor, stride, moves);

        // Further on only the greater moves bring anything.
        for (var column = 4 * Lanes; column < into.Length; column += 2 * Lanes)
        {
            var first = 0;
            while (moves[first] + columns <= column)
            {
                if (++first == moves.Length)
                {
                    return;
                }
            }

            moves = moves[first..];
            factor = ref Unsafe.Add(ref factor, first * stride);
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

    /// <summary>Adds a row of a multiple of eight columns to three others, each at least as long.</summary>
    /// <returns>The row's sum, as <see cref="VectorMath.Sum"/> has it.</returns>
    public static float AddToThree(ReadOnlySpan<float> row, Span<float> first, Span<float> second, Span<float> third)
    {
        first = first[..row.Length];
        second = second[..row.Length];
        third = third[..row.Length];
        ref var cells = ref MemoryMarshal.GetReference(row);
        ref var a = ref MemoryMarshal.GetReference(first);
        ref var b = ref MemoryMarshal.GetReference(second);
        ref var c = ref MemoryMarshal.GetReference(third);
        var sums = Vector256<float>.Zero;
        for (var i = 0; i <= row.Length - Lanes; i += Lanes)
        {
            var added = Vector256.LoadUnsafe(ref cells, (nuint)i);
            sums += added;
            AddTo(ref Unsafe.Add(ref a, i), added);
            AddTo(ref Unsafe.Add(ref b, i), added);
            AddTo(ref Unsafe.Add(ref c, i), added);
        }

        return VectorMath.Across(sums);
    }

    /// <summary>The sum of a table's first eight columns.</summary>
    public static float SumOfColumns(ReadOnlySpan<float> cells, int width, int rows)
    {
        _ = cells[((rows - 1) * width) + Lanes - 1];
        ref var first = ref MemoryMarshal.GetReference(cells);
        var sums = Vector256<float>.Zero;
        for (var row = 0; row < rows; row++)
        {
            sums += Vector256.LoadUnsafe(ref first, (nuint)(row * width));
        }

        return VectorMath.Across(sums);
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
    /// <param name="into">The other table.</param>
    /// <param name="intoWidth">Cells from one of its rows to the next.</param>
    /// <param name="from">The table.</param>
    /// <param name="fromWidth">Cells from one of its rows to the next.</param>
    /// <param name="rows">Rows and columns: a multiple of eight.</param>
    public static void AddTransposed(Span<float> into, int intoWidth, ReadOnlySpan<float> from, int fromWidth, int rows)
    {
        for (var y = 0; y < rows; y += Lanes)
        {
            for (var x = 0; x < rows; x += Lanes)
            {
                var block = from[((y * fromWidth) + x)..];
                var target = into[((x * intoWidth) + y)..];
                if (Avx.IsSupported)
                {
                    AddTransposedBlock(target, intoWidth, block, fromWidth);
                    continue;
                }

                for (var i = 0; i < Lanes * Lanes; i++)
                {
                    target[(i % Lanes * intoWidth) + (i / Lanes)] += block[(i / Lanes * fromWidth) + (i % Lanes)];
                }
            }
        }
    }

    // Eight rows of eight: pairs of rows are interleaved, then pairs of pairs, then the halves change places.
    private static void AddTransposedBlock(Span<float> into, int intoWidth, ReadOnlySpan<float> from, int fromWidth)
    {
        _ = from[(7 * fromWidth) + 7];
        _ = into[(7 * intoWidth) + 7];
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(into);
        var (a, b) = (Pair(ref source, fromWidth, 0), Pair(ref source, fromWidth, 2));
        var (c, d) = (Pair(ref source, fromWidth, 4), Pair(ref source, fromWidth, 6));
        AddQuads(ref target, intoWidth, a.Low, b.Low, c.Low, d.Low);
        AddQuads(ref Unsafe.Add(ref target, 2 * intoWidth), intoWidth, a.High, b.High, c.High, d.High);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Low, Vector256<float> High) Pair(ref float from, int width, int row)
    {
        var first = Vector256.LoadUnsafe(ref Unsafe.Add(ref from, row * width));
        var second = Vector256.LoadUnsafe(ref Unsafe.Add(ref from, (row + 1) * width));
        return (Avx.UnpackLow(first, second), Avx.UnpackHigh(first, second));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddQuads(ref float into, int width, Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        const byte lowPairs = 0x44;
        const byte highPairs = 0xEE;
        const byte lowHalves = 0x20;
        const byte highHalves = 0x31;
        var (even, evenAfter) = (Avx.Shuffle(a, b, lowPairs), Avx.Shuffle(c, d, lowPairs));
        var (odd, oddAfter) = (Avx.Shuffle(a, b, highPairs), Avx.Shuffle(c, d, highPairs));
        AddTo(ref into, Avx.Permute2x128(even, evenAfter, lowHalves));
        AddTo(ref Unsafe.Add(ref into, width), Avx.Permute2x128(odd, oddAfter, lowHalves));
        AddTo(ref Unsafe.Add(ref into, 4 * width), Avx.Permute2x128(even, evenAfter, highHalves));
        AddTo(ref Unsafe.Add(ref into, 5 * width), Avx.Permute2x128(odd, oddAfter, highHalves));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo(ref float into, Vector256<float> added) => (Vector256.LoadUnsafe(ref into) + added).StoreUnsafe(ref into);

    /// <summary>Adds two tables to one of the same width, the first and then the second, both moved by the points of both teams. They are read side by side.</summary>
    /// <param name="into">The table.</param>
    /// <param name="first">One; empty where only the other counts.</param>
    /// <param name="firstFactor">What it is multiplied by.</param>
    /// <param name="second">The other one, or nothing.</param>
    /// <param name="secondFactor">What that is multiplied by.</param>
    /// <param name="offset">Rows moved by, times the width, and columns moved by.</param>
    public static void AddMoved(
        Span<float> into, ReadOnlySpan<float> first, float firstFactor, ReadOnlySpan<float> second, float secondFactor, int offset)
    {
        into = into[offset..];
        first = first[..Math.Min(first.Length, into.Length)];
        second = second[..Math.Min(second.Length, into.Length)];
        var both = Math.Min(first.Length, second.Length) & -Lanes;
        ref var target = ref MemoryMarshal.GetReference(into);
        ref var a = ref MemoryMarshal.GetReference(first);
        ref var b = ref MemoryMarshal.GetReference(second);
        var (factor, otherFactor) = (Vector256.Create(firstFactor), Vector256.Create(secondFactor));
        for (nuint i = 0; i < (nuint)both; i += Lanes)
        {
            var sum = Vector256.LoadUnsafe(ref target, i) + (Vector256.LoadUnsafe(ref a, i) * factor);
            (sum + (Vector256.LoadUnsafe(ref b, i) * otherFactor)).StoreUnsafe(ref target, i);
        }

        VectorMath.AddScaled(into[both..], first[both..], firstFactor);
        VectorMath.AddScaled(into[both..], second[both..], secondFactor);
    }
}
