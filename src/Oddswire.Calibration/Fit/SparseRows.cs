using System.Runtime.InteropServices;

namespace Oddswire.Calibration.Fit;

/// <summary>Rows of features of which most are zero: only the others are kept.</summary>
/// <param name="features">Features a row.</param>
internal sealed class SparseRows(int features)
{
    private readonly List<int> _ends = [0];
    private readonly List<ushort> _places = [];
    private readonly List<float> _values = [];

    /// <summary>Features a row.</summary>
    public int Features => features;

    /// <summary>How many rows there are.</summary>
    public int Count => _ends.Count - 1;

    /// <summary>The places of a row's features that are not zero, and their values.</summary>
    public SparseRow this[int row] => new(
        CollectionsMarshal.AsSpan(_places)[_ends[row].._ends[row + 1]], CollectionsMarshal.AsSpan(_values)[_ends[row].._ends[row + 1]]);

    /// <summary>The square root of each feature's mean square; 1 where it is nowhere but zero.</summary>
    public double[] Sizes()
    {
        var sums = new double[features];
        for (var i = 0; i < _places.Count; i++)
        {
            sums[_places[i]] += _values[i] * (double)_values[i];
        }

        return [.. sums.Select(sum => sum > 0 ? Math.Sqrt(sum / Count) : 1)];
    }

    /// <summary>Appends a row.</summary>
    public void Add(ReadOnlySpan<double> row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i] != 0)
            {
                _places.Add((ushort)i);
                _values.Add((float)row[i]);
            }
        }

        _ends.Add(_places.Count);
    }
}

/// <summary>What of a row is not zero.</summary>
/// <param name="places">Places of the features.</param>
/// <param name="values">Their values.</param>
internal readonly ref struct SparseRow(ReadOnlySpan<ushort> places, ReadOnlySpan<float> values)
{
    public ReadOnlySpan<ushort> Places { get; } = places;

    public ReadOnlySpan<float> Values { get; } = values;
}
