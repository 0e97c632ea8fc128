using Oddswire.IntegrationTests.Chaos;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Oddswire.IntegrationTests.LongestFirst))]

namespace Oddswire.IntegrationTests;

/// <summary>
/// Begins with the collections that take longest, so that none of them runs on alone at the end: <see cref="BusySuite"/>, which is the longest chain of all, then
/// whatever has to do with Kafka.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Rank(collection.TestCollectionDisplayName)).ThenBy(collection => collection.TestCollectionDisplayName, StringComparer.Ordinal)];

    private static int Rank(string name) => name == BusySuite.Name ? 0 : name.Contains("Kafka", StringComparison.Ordinal) ? 1 : 2;
}
