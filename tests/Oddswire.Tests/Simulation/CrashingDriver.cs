using Oddswire.Core.Pipeline;
using Oddswire.Core.Ports;
using Oddswire.Host.Roles;

namespace Oddswire.Tests.Simulation;

/// <summary>
/// Drives a stage over a log step by step, as a process would that polls odd amounts, forgets states, and dies between what it
/// has worked out and what it has committed, or right after. All of it follows from the random numbers it is given.
/// </summary>
internal sealed class CrashingDriver<TState>(
    IEventLog log, Stage<TState> stage, WorkerSpec spec, IReadOnlyDictionary<string, int> partitions, Random random, double crashRate) : IAsyncDisposable
    where TState : class
{
    private readonly StageStates<TState> _states = new(stage, capacity: 2);
    private ILogWorker? _worker;

    /// <summary>How often the process died.</summary>
    public int Crashes { get; private set; }

    /// <summary>One turn: poll, process, commit, or die somewhere on the way.</summary>
    /// <returns>Whether there was anything to do.</returns>
    public async Task<bool> StepAsync(CancellationToken ct)
    {
        _worker ??= await log.JoinAsync(spec, ct);
        var polled = await _worker.PollAsync(random.Next(1, 40), TimeSpan.Zero, ct);
        if (polled.Batches.Count == 0)
        {
            return polled.Assigned.Count > 0;
        }

        var commit = new LogCommit();
        var output = new StageOutput(commit.Outputs, partitions);
        foreach (var batch in polled.Batches)
        {
            foreach (var record in batch)
            {
                stage.Process(_states.Touch(_worker, record), record, output);
            }

            commit.Positions.Add(new PartitionOffset(batch.Partition, batch.NextOffset));
        }

        if (random.NextDouble() < crashRate)
        {
            await CrashAsync();
            return true;
        }

        _states.Save(commit.State);
        await _worker.CommitAsync(commit, ct);
        _states.OnCommitted();
        if (random.NextDouble() < crashRate)
        {
            await CrashAsync();
        }
        else if (random.Next(8) == 0)
        {
            _states.Clear();
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_worker is not null)
        {
            await _worker.DisposeAsync();
        }
    }

    private async Task CrashAsync()
    {
        Crashes++;
        _states.Clear();
        await DisposeAsync();
        _worker = null;
    }
}
