namespace Oddswire.IntegrationTests.Chaos;

/// <summary>What a run gives whose disk has room, for all tests of a disk that has not.</summary>
public sealed class UndisturbedRun : IAsyncLifetime
{
    private Outcome? _outcome;

    internal static string[] Slate { get; } = ["up", "--rounds", "1", "--speed", "max", "--games", "nfl=2,nba=4,mlb=6", "--port", "0", "--headless", "--json"];

    internal Outcome Outcome => _outcome ?? throw new InvalidOperationException("There is no engine, so there was no run; ask Machine.DemandChdb first.");

    public async ValueTask InitializeAsync()
    {
        if (Host.Composition.ChdbLibrary.Find() is null)
        {
            return;
        }

        await using var folder = new ChaosFolder();
        await using var run = await OddswireProcess.RunAsync([.. Slate, "--data", folder["calm"]]);
        run.ExitCode.ShouldBe(0, run.Said);
        _outcome = await Outcome.OfAsync(folder["calm"]);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>The disk of the data folder fills up while everything runs, and later there is room again.</summary>
[Collection(BusySuite.Name)]
public sealed class DiskFullTests(UndisturbedRun undisturbed, ITestOutputHelper output) : IClassFixture<UndisturbedRun>
{
    [Theory]
    [InlineData(3)]
    [InlineData(30)]
    public async Task On_a_full_disk_it_says_so_waits_and_goes_on_when_there_is_room(int megabytes)
    {
        Machine.DemandChdb();
        await using var folder = new ChaosFolder();
        using var disk = SmallDisk.Mount(folder["disk"], megabytes);
        var data = Path.Combine(disk.Path, "data");
        await using var process = OddswireProcess.Start([.. UndisturbedRun.Slate, "--data", data]);
        await Machine.UntilAsync(
            () => process.Errors.Any(line => line.Contains("No room left", StringComparison.Ordinal)) || process.HasExited,
            Machine.Patience,
            () => $"It did not say that the disk is full:\n{process.Said}");

        // Long enough for every role, and the archive's engine, to meet the full disk.
        (await process.LivesUntilAsync(process.Age + TimeSpan.FromSeconds(6))).ShouldBeTrue($"it ended on a full disk:\n{process.Said}");
        var message = process.Errors.First(line => line.Contains("No room left", StringComparison.Ordinal));
        message.ShouldContain(data);
        message.ShouldContain("free some space");
        output.WriteLine($"{megabytes} MB: {process.Errors.Count} lines, the first: {message}");

        disk.Resize(1000);
        await process.WaitAsync();
        process.ExitCode.ShouldBe(0, process.Said);
        (await Outcome.OfAsync(data)).ShouldEqual(undisturbed.Outcome);
    }
}
