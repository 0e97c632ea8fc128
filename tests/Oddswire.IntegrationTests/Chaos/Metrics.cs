using System.Globalization;

namespace Oddswire.IntegrationTests.Chaos;

/// <summary>Asks a running platform for its metrics, as a monitoring system does.</summary>
internal sealed class Metrics : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = Machine.Patience };

    private Metrics(string address) => _http.BaseAddress = new Uri(address);

    /// <summary>Of a platform that says where its board is.</summary>
    public static async Task<Metrics> OfAsync(OddswireProcess process)
    {
        await process.WaitUntilRunningAsync();
        return new Metrics(process.Errors.Single(line => line.StartsWith("the board is on ", StringComparison.Ordinal))["the board is on ".Length..]);
    }

    /// <summary>The sum over all leagues of a metric of a hop.</summary>
    public async Task<double> SumAsync(string name, string hop)
    {
        var text = await _http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        return text.Split('\n')
            .Where(line => line.StartsWith($"{name}{{hop=\"{hop}\"", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    public void Dispose() => _http.Dispose();
}
