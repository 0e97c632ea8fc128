using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Oddswire.IntegrationTests.Logs.Kafka;

namespace Oddswire.IntegrationTests.Chaos;

/// <summary>The built <c>oddswire</c>, started as a user starts it. What it says is kept; it can be killed at any moment.</summary>
internal sealed class OddswireProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];
    private readonly TaskCompletionSource _running = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _started = Stopwatch.GetTimestamp();

    private OddswireProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Lines of standard output so far.</summary>
    public IReadOnlyList<string> Output => Copy(_output);

    /// <summary>Lines of standard error so far.</summary>
    public IReadOnlyList<string> Errors => Copy(_errors);

    /// <summary>Everything it said, for a failure's message.</summary>
    public string Said => string.Join('\n', Errors.Concat(Output));

    /// <summary>The last line of standard output, which is one JSON object when <c>--json</c> was given.</summary>
    public JsonElement Result => JsonDocument.Parse(Output[^1]).RootElement;

    /// <summary>Since it was started.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(_started);

    /// <summary>How long it took until it said that it runs; null when it has not.</summary>
    public TimeSpan? StartedAfter { get; private set; }

    /// <summary>The most memory it ever held.</summary>
    public long PeakBytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{Id}/status").Single(text => text.StartsWith("VmHWM", StringComparison.Ordinal));
            return long.Parse(line.AsSpan(6).Trim()[..^3], CultureInfo.InvariantCulture) << 10;
        }
    }

    public static OddswireProcess Start(params IEnumerable<string> arguments) => Start(new Dictionary<string, string?>(), arguments);

    /// <summary>Starts it with other environment variables than ours.</summary>
    public static OddswireProcess Start(IReadOnlyDictionary<string, string?> environment, params IEnumerable<string> arguments)
    {
        var host = Path.Combine(AppContext.BaseDirectory, "oddswire");
        var start = new ProcessStartInfo { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        if (File.Exists(host))
        {
            start.FileName = host;
        }
        else
        {
            start.FileName = "dotnet";
            start.ArgumentList.Add(host + ".dll");
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Remove("ODDSWIRE_DATA");
        if (OutsideCluster.Bootstrap is null || !start.ArgumentList.Contains(OutsideCluster.Bootstrap))
        {
            // A login is for the cluster that ODDSWIRE_TEST_KAFKA names; the mock knows none.
            OutsideCluster.LoginVariables(start.Environment.Keys).ForEach(name => start.Environment.Remove(name));
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new OddswireProcess(start);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<OddswireProcess> RunAsync(params IEnumerable<string> arguments)
    {
        var process = Start(arguments);
        await process.WaitAsync();
        return process;
    }

    /// <summary>Waits until it has ended and all its output is here.</summary>
    public async Task WaitAsync()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(Machine.Patience);
        try
        {
            await _process.WaitForExitAsync(stop.Token);
        }
        catch (OperationCanceledException e)
        {
            await KillAsync();
            throw new TimeoutException($"oddswire did not end within {Machine.Patience}. It said:\n{Said}", e);
        }
    }

    /// <summary>Waits until it says that it runs.</summary>
    public async Task WaitUntilRunningAsync()
    {
        try
        {
            await Task.WhenAny(_running.Task, _process.WaitForExitAsync()).WaitAsync(Machine.Patience, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"oddswire does not run within {Machine.Patience}. It said:\n{Said}", e);
        }

        _running.Task.IsCompleted.ShouldBeTrue($"It ended before it ran:\n{Said}");
    }

    /// <summary>Waits for a moment of its life; true when it still lived then.</summary>
    public async Task<bool> LivesUntilAsync(TimeSpan age)
    {
        var left = age - Age;
        return left <= TimeSpan.Zero
            ? !HasExited
            : await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(left)) is var first && !HasExited && !first.IsFaulted;
    }

    /// <summary>Kills it with SIGKILL: nothing of it runs after that.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Sends it a signal.</summary>
    public void Signal(string name) => Machine.Signal(Id, name);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private void Keep(List<string> to, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (to)
        {
            to.Add(line);
        }

        if (ReferenceEquals(to, _errors) && StartedAfter is null && (line == "running" || line.StartsWith("the board is on", StringComparison.Ordinal)))
        {
            StartedAfter = Age;
            _running.TrySetResult();
        }
    }

    private static List<string> Copy(List<string> lines)
    {
        lock (lines)
        {
            return [.. lines];
        }
    }
}
