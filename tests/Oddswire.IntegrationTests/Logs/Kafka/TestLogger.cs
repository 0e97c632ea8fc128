using Microsoft.Extensions.Logging;

namespace Oddswire.IntegrationTests.Logs.Kafka;

/// <summary>Writes what an engine says to the test's own output, so that a failure shows it.</summary>
internal sealed class TestLogger(ITestOutputHelper output) : ILogger
{
    public static ILogger ForCurrentTest() => new TestLogger(TestContext.Current.TestOutputHelper!);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            output.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {logLevel} {formatter(state, exception)}");
        }
        catch (InvalidOperationException)
        {
            // The test is over; a client thread still had something to say.
        }
    }
}
