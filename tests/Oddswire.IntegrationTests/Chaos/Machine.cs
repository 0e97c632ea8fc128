using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Oddswire.IntegrationTests.Chaos;

/// <summary>What these tests ask of the machine beside running the program.</summary>
internal static class Machine
{
    /// <summary>
    /// How long a test waits for what comes by itself: beyond what a machine takes that is busy with much else, so that nothing but what never comes runs into it.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static bool IsBuildServer => Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Skips where something of the machine is missing; on a build server it fails, so that nothing is left unchecked unseen.</summary>
    public static void Demand(bool isThere, string reason)
    {
        if (!isThere && IsBuildServer)
        {
            Assert.Fail(reason);
        }

        Assert.SkipUnless(isThere, reason);
    }

    /// <summary>The embedded engine must be there.</summary>
    public static void DemandChdb() => Demand(Host.Composition.ChdbLibrary.Find() is not null, $"libchdb.so was not found. {Host.Composition.ChdbLibrary.Remedy}");

    /// <summary>Runs a program of the machine; gives its exit code and what it said.</summary>
    public static (int Code, string Said) Run(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said);
    }

    public static void Signal(int process, string name)
    {
        var (code, said) = Run("/bin/sh", "-c", $"kill -{name} {process}");
        code.ShouldBe(0, said);
    }

    /// <summary>Whether we, and with us every process that we start, let INT pass, as what a shell has started in the background does.</summary>
    public static bool IgnoresInterrupts()
    {
        const ulong Interrupt = 1 << 1;
        var ignored = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim();
        return (ulong.Parse(ignored, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Interrupt) != 0;
    }

    /// <summary>Processes whose command line names a folder.</summary>
    public static IReadOnlyList<int> ProcessesOn(string folder, string? word = null)
    {
        var found = new List<int>();
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(entry), out var id) || id == Environment.ProcessId)
            {
                continue;
            }

            try
            {
                var command = File.ReadAllText(Path.Combine(entry, "cmdline"));
                if (command.Contains(folder, StringComparison.Ordinal) && (word is null || command.Contains(word, StringComparison.Ordinal)))
                {
                    found.Add(id);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked.
            }
        }

        return found;
    }

    /// <summary>The process of the archive's engine, once there is one that has not been killed.</summary>
    public static async Task<int> EngineAsync(OddswireProcess process, string data, IReadOnlySet<int> killed)
    {
        var found = 0;
        await UntilAsync(
            () => (found = ProcessesOn(data, "chdb-server").FirstOrDefault(id => !killed.Contains(id))) != 0,
            Patience,
            () => $"The engine was not started again:\n{process.Said}");
        return found;
    }

    /// <summary>Waits until something holds; fails with the words of what was waited for, and with what is instead.</summary>
    public static Task UntilAsync(Func<bool> holds, TimeSpan patience, Func<string> otherwise, [CallerArgumentExpression(nameof(holds))] string wanted = "") =>
        UntilAsync(() => Task.FromResult(holds()), patience, otherwise, 20, wanted);

    /// <summary>The same for what another process, a browser or a cluster is asked for, every so many milliseconds.</summary>
    public static async Task UntilAsync(
        Func<Task<bool>> holds, TimeSpan patience, Func<string> otherwise, int everyMs = 100, [CallerArgumentExpression(nameof(holds))] string wanted = "")
    {
        for (var started = Stopwatch.GetTimestamp(); !await holds();)
        {
            if (Stopwatch.GetElapsedTime(started) > patience)
            {
                Assert.Fail($"Not within {patience.TotalSeconds:0} s: {otherwise()}\nWanted: {wanted}");
            }

            await Task.Delay(everyMs, TestContext.Current.CancellationToken);
        }
    }
}
