using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Oddswire.Core.Pricing;

/// <summary>
/// Sums over tables of probabilities, four at a time, or eight in single precision. The order of the operations is fixed and none is fused, so every machine gets the same bits.
/// </summary>
internal static class VectorMath
{
    private const int Lanes = 4;

    /// <summary>Adds <paramref name="factor"/> times each of <paramref name="from"/> to <paramref name="into"/>, which is at least as long.</summary>
    public static void AddScaled<T>(Span<T> into, ReadOnlySpan<T> from, T factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        into = into[..from.Length];
        ref var target = ref MemoryMarshal.GetReference(into);
        ref var source = ref MemoryMarshal.GetReference(from);
        var factors = Vector256.Create(factor);
        var i = 0;
        for (; i <= from.Length - Vector256<T>.Count; i += Vector256<T>.Count)
        {
            var added = Vector256.LoadUnsafe(ref source, (nuint)i) * factors;
            (Vector256.LoadUnsafe(ref target, (nuint)i) + added).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < from.Length; i++)
        {
            into[i] += from[i] * factor;
        }
    }

    /// <summary>Multiplies each by <paramref name="factor"/>.</summary>
    public static void Scale<T>(Span<T> values, T factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var factors = Vector256.Create(factor);
        var i = 0;
        for (; i <= values.Length - Vector256<T>.Count; i += Vector256<T>.Count)
        {
            (Vector256.LoadUnsafe(ref first, (nuint)i) * factors).StoreUnsafe(ref first, (nuint)i);
        }

        for (; i < values.Length; i++)
        {
            values[i] *= factor;
        }
    }

    /// <summary>Multiplies each of <paramref name="into"/> by its counterpart; both are equally long.</summary>
    public static void Multiply(Span<double> into, ReadOnlySpan<double> by)
    {
        by = by[..into.Length];
        ref var target = ref MemoryMarshal.GetReference(into);
        ref var source = ref MemoryMarshal.GetReference(by);
        var i = 0;
        for (; i <= into.Length - Lanes; i += Lanes)
        {
            (Vector256.LoadUnsafe(ref target, (nuint)i) * Vector256.LoadUnsafe(ref source, (nuint)i)).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < into.Length; i++)
        {
            into[i] *= by[i];
        }
    }

    /// <summary>Raises each of <paramref name="values"/> to its counterpart where that is greater; both are equally long.</summary>
    public static void RaiseTo(Span<double> values, ReadOnlySpan<double> least)
    {
        least = least[..values.Length];
        ref var target = ref MemoryMarshal.GetReference(values);
        ref var source = ref MemoryMarshal.GetReference(least);
        var i = 0;
        for (; i <= values.Length - Lanes; i += Lanes)
        {
            Vector256.Max(Vector256.LoadUnsafe(ref target, (nuint)i), Vector256.LoadUnsafe(ref source, (nuint)i)).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < values.Length; i++)
        {
            values[i] = Math.Max(values[i], least[i]);
        }
    }

    /// <summary>The sum.</summary>
    public static T Sum<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var sums = Vector256<T>.Zero;
        var i = 0;
        for (; i <= values.Length - Vector256<T>.Count; i += Vector256<T>.Count)
        {
            sums += Vector256.LoadUnsafe(ref first, (nuint)i);
        }

        var sum = Across(sums);
        for (; i < values.Length; i++)
        {
            sum += values[i];
        }

        return sum;
    }

    /// <summary>The sum of products; both are equally long.</summary>
    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        right = right[..left.Length];
        ref var a = ref MemoryMarshal.GetReference(left);
        ref var b = ref MemoryMarshal.GetReference(right);
        var sums = Vector256<double>.Zero;
        var i = 0;
        for (; i <= left.Length - Lanes; i += Lanes)
        {
            sums += Vector256.LoadUnsafe(ref a, (nuint)i) * Vector256.LoadUnsafe(ref b, (nuint)i);
        }

        var sum = Across(sums);
        for (; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }

    /// <summary>The sum of products of the first with the last, the second with the last but one, and so on; both are equally long.</summary>
    public static double DotReversed(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        right = right[..left.Length];
        ref var a = ref MemoryMarshal.GetReference(left);
        ref var b = ref MemoryMarshal.GetReference(right);
        var sums = Vector256<double>.Zero;
        var i = 0;
        for (; i <= left.Length - Lanes; i += Lanes)
        {
            sums += Vector256.LoadUnsafe(ref a, (nuint)i) * Reversed(Vector256.LoadUnsafe(ref b, (nuint)(left.Length - Lanes - i)));
        }

        var sum = Across(sums);
        for (; i < left.Length; i++)
        {
            sum += left[i] * right[left.Length - 1 - i];
        }

        return sum;
    }

    /// <summary>Each of <paramref name="left"/> divided by its counterpart; all are equally long.</summary>
    public static void Divide(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> into, bool isRightReversed)
    {
        right = right[..left.Length];
        into = into[..left.Length];
        ref var a = ref MemoryMarshal.GetReference(left);
        ref var b = ref MemoryMarshal.GetReference(right);
        ref var target = ref MemoryMarshal.GetReference(into);
        var i = 0;
        for (; i <= left.Length - Lanes; i += Lanes)
        {
            var divisors = isRightReversed
                ? Reversed(Vector256.LoadUnsafe(ref b, (nuint)(left.Length - Lanes - i)))
                : Vector256.LoadUnsafe(ref b, (nuint)i);
            (Vector256.LoadUnsafe(ref a, (nuint)i) / divisors).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < left.Length; i++)
        {
            into[i] = left[i] / right[isRightReversed ? left.Length - 1 - i : i];
        }
    }

    /// <summary>
    /// Writes the sum of all before each into <paramref name="below"/>, which is one longer, and the sum of all at its end.
    /// </summary>
    /// <returns>The sum of all, and the sum of each times its index.</returns>
    public static (double Sum, double Weighted) Accumulate(ReadOnlySpan<double> values, Span<double> below)
    {
        below = below[..(values.Length + 1)];
        ref var source = ref MemoryMarshal.GetReference(values);
        ref var target = ref MemoryMarshal.GetReference(below);
        var zero = Vector256<double>.Zero;
        var indexes = Vector256.Create(0.0, 1, 2, 3);
        var weighted = zero;
        double sum = 0;
        var i = 0;
        for (; i <= values.Length - Lanes; i += Lanes)
        {
            var mass = Vector256.LoadUnsafe(ref source, (nuint)i);
            weighted += mass * indexes;
            indexes += Vector256.Create(4.0);

            // Sums within the four, then all that came before them.
            var within = mass + Vector256.Create(0, mass[0], mass[1], mass[2]);
            within += Vector256.Create(zero.GetLower(), within.GetLower());
            Unsafe.Add(ref target, i) = sum;
            (within + Vector256.Create(sum)).StoreUnsafe(ref target, (nuint)(i + 1));
            sum += within[3];
        }

        var weightedSum = Across(weighted);
        for (; i < values.Length; i++)
        {
            below[i] = sum;
            sum += values[i];
            weightedSum += i * values[i];
        }

        below[values.Length] = sum;
        return (sum, weightedSum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Reversed(Vector256<double> values) => Vector256.Shuffle(values, Vector256.Create(3L, 2, 1, 0));

    /// <summary>The sum of a vector's elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Across<T>(Vector256<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sum = values[0] + values[1] + (values[2] + values[3]);
        return Vector256<T>.Count == Lanes ? sum : sum + (values[4] + values[5] + (values[6] + values[7]));
    }
}
