using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Sqlite;

/// <summary>Something the writer thread does in a transaction, alone or with other waiting jobs; each fails or succeeds by itself.</summary>
internal abstract class WriteJob
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when the transaction is committed.</summary>
    public Task Done => _done.Task;

    /// <summary>About how many bytes it writes.</summary>
    public virtual long Size => 0;

    /// <summary>Works in the transaction. A <see cref="LogException"/> undoes this job alone.</summary>
    public abstract void Execute(LeagueWriter writer);

    /// <summary>Undoes what <see cref="Execute"/> changed in memory.</summary>
    public virtual void OnRolledBack()
    {
    }

    /// <summary>The transaction is committed, but nobody knows yet.</summary>
    public virtual void OnCommitted(LeagueWriter writer)
    {
    }

    public void Succeed() => _done.TrySetResult();

    public void Fail(Exception e) => _done.TrySetException(e);
}

/// <summary>A job out of a function.</summary>
internal sealed class ActionJob(Action<LeagueWriter> work) : WriteJob
{
    public override void Execute(LeagueWriter writer) => work(writer);
}

/// <summary>A worker's commit.</summary>
internal sealed class CommitJob(SqliteLogWorker worker, LogCommit commit) : WriteJob
{
    private readonly List<RecordBatch> _appended = [];
    private readonly List<(PartitionView View, long End, long AppendedMicros)> _undo = [];

    public override long Size => commit.Outputs.ByteCount + 1024;

    public override void Execute(LeagueWriter writer)
    {
        worker.DemandOwned(writer, commit);
        foreach (var block in commit.Outputs.Blocks)
        {
            var view = writer.Find(block.Partition);
            _undo.Add((view, view.WriterEnd, view.WriterAppendedMicros));
            writer.Append(view, block, _appended);
        }

        foreach (var change in commit.State)
        {
            writer.PutState(worker.Spec.Group, change);
        }

        foreach (var position in commit.Positions)
        {
            writer.PutPosition(worker.Spec.Group, writer.Find(position.Partition), position.Offset);
        }
    }

    public override void OnRolledBack()
    {
        for (var i = _undo.Count - 1; i >= 0; i--)
        {
            (_undo[i].View.WriterEnd, _undo[i].View.WriterAppendedMicros) = (_undo[i].End, _undo[i].AppendedMicros);
        }

        _undo.Clear();
        _appended.Clear();
    }

    public override void OnCommitted(LeagueWriter writer)
    {
        foreach (var batch in _appended)
        {
            writer.Publish(batch);
        }
    }
}
