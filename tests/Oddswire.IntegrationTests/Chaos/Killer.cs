namespace Oddswire.IntegrationTests.Chaos;

/// <summary>
/// Starts a command and kills it, again and again, at moments that follow from the dice: while it starts; when the log has grown to a random
/// size; when a block is being inserted into the archive, and a random while later.
/// </summary>
internal sealed class Killer(Random dice, TimeSpan start, Progress whole, string[] command, ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string _data = command[^1];

    /// <summary>Kills after the first record and before the last price was archived.</summary>
    public int InTheMiddle { get; private set; }

    /// <summary>Kills so often, or until a run comes to its end.</summary>
    public async Task RunAsync(int kills)
    {
        var inserts = kills * 2 / 5;
        for (var kill = 1; kill <= kills; kill++)
        {
            await using var process = OddswireProcess.Start(command);
            var (moment, lives) = dice.Next(6) == 0
                ? await StartingAsync(process)
                : kill <= kills - inserts ? await GrowingAsync(process, kills - inserts - kill + 1) : await InsertingAsync(process);
            if (!lives)
            {
                process.ExitCode.ShouldBe(0, process.Said);
                output.WriteLine($"kill {kill}: it came to its end before {moment}");
                return;
            }

            await process.KillAsync();
            var progress = await Outcome.ProgressOfAsync(_data);
            output.WriteLine($"kill {kill} {moment}: {progress}");
            InTheMiddle += progress.Raw > 0 && progress.Archived < whole.Archived ? 1 : 0;
        }
    }

    private async Task<(string Moment, bool Lives)> StartingAsync(OddswireProcess process)
    {
        var age = start * dice.NextDouble();
        return ($"{age.TotalSeconds:0.00} s after the start", await process.LivesUntilAsync(age));
    }

    private async Task<(string Moment, bool Lives)> GrowingAsync(OddswireProcess process, int left)
    {
        using var log = new LogGlance(_data);
        var now = log.Records;
        var target = now + (long)((whole.Records - now) * Math.Min(0.98, 2 * dice.NextDouble() / left));
        var lives = await log.WaitAsync(process, at => at.Records > target, Patience) && await process.LivesUntilAsync(process.Age + Soon(20));
        return ($"at {target} of {whole.Records} records", lives);
    }

    private async Task<(string Moment, bool Lives)> InsertingAsync(OddswireProcess process)
    {
        var later = Soon(dice.Next(2) == 0 ? 60 : 700);
        using var log = new LogGlance(_data);
        await process.LivesUntilAsync(start + Soon(300));
        var lives = await log.WaitAsync(process, at => at.OpenInserts > 0, Patience) && await process.LivesUntilAsync(process.Age + later);
        return ($"{later.TotalMilliseconds:0} ms into an insert", lives);
    }

    private TimeSpan Soon(int milliseconds) => TimeSpan.FromMilliseconds(dice.Next(milliseconds));
}
