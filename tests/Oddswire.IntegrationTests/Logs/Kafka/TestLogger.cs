using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Oddswire.IntegrationTests.Logs.Kafka;

/// <summary>Writes what an engine says to the test's own output, so that a failure shows it.</summary>
internal sealed class TestLogger(ITestOutputHelper output) : ILogger
{
    private readonly ConcurrentQueue<string> _said = new();

    /// <summary>Everything that was said so far, for tests that wait for something which shows nowhere else.</summary>
    public IEnumerable<string> Said => _said;

    public static TestLogger ForCurrentTest() => new TestLogger(TestContext.Current.TestOutputHelper!);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var text = formatter(state, exception);
        _said.Enqueue(text);
        try
        {
            output.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {logLevel} {text}");
        }
        catch (InvalidOperationException)
        {
            // The test is over; a client thread still had something to say.
        }
    }
}
