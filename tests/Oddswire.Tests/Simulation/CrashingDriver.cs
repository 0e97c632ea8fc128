using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.Tests.Simulation;

/// <summary>
/// Drives a stage over a log step by step, as a process would that polls odd amounts, forgets states, and dies between what it
/// has worked out and what it has committed, or right after. All of it follows from the random numbers it is given.
/// </summary>
internal sealed class CrashingDriver<TState>(
    IEventLog log, Func<Stage<TState>> start, WorkerSpec spec, IReadOnlyDictionary<string, int> partitions, Random random, double crashRate) : IAsyncDisposable
    where TState : class
{
    private readonly Dictionary<string, (int Partition, TState State)> _states = [];
    private readonly HashSet<string> _dirty = [];
    private readonly ProtoWriter _writer = new();
    private Stage<TState> _stage = start();
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
                _stage.Process(StateOf(record), record, output);
            }

            commit.Positions.Add(new PartitionOffset(batch.Partition, batch.NextOffset));
        }

        if (random.NextDouble() < crashRate)
        {
            await CrashAsync();
            return true;
        }

        foreach (var key in _dirty)
        {
            _writer.Clear();
            _stage.Save(_states[key].State, _writer);
            commit.State.Add(new StateChange(_states[key].Partition, Encoding.UTF8.GetBytes(key), _writer.Written.ToArray()));
        }

        await _worker.CommitAsync(commit, ct);
        _dirty.Clear();
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
        _dirty.Clear();
        _stage = start();
        await DisposeAsync();
        _worker = null;
    }

    private TState StateOf(in LogRecord record)
    {
        var key = Encoding.UTF8.GetString(record.Key.Span);
        if (!_states.TryGetValue(key, out var known))
        {
            var saved = _worker!.ReadState(record.Partition.Partition, record.Key.Span);
            var game = GameId.Parse(key);
            known = (record.Partition.Partition, saved is null ? _stage.Create(game) : _stage.Load(game, saved));
            _states[key] = known;
        }

        _dirty.Add(key);
        return known.State;
    }
}
