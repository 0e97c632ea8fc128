using System.Globalization;

namespace Oddswire.IntegrationTests.Chaos;

/// <summary>Tests of a dozen processes at once, or of what happens within some seconds: nothing runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ChaosSuite
{
    public const string Name = "chaos";
}

/// <summary>Tests that keep a core busy all the time: one after the other, beside tests that mostly wait.</summary>
[CollectionDefinition(Name)]
public sealed class BusySuite
{
    public const string Name = "busy";
}

/// <summary>Seeds and sizes of the chaos.</summary>
internal static class Dice
{
    private const int BaseSeed = 20261122;

    /// <summary>How often every killing is done with another seed; 1 unless ODDSWIRE_CHAOS_ROUNDS says more.</summary>
    public static IEnumerable<int> Seeds()
    {
        var rounds = Environment.GetEnvironmentVariable("ODDSWIRE_CHAOS_ROUNDS") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 1;
        return Enumerable.Range(BaseSeed, rounds);
    }
}
