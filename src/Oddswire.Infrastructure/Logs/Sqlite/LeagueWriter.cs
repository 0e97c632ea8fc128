using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using SQLitePCL;

namespace Oddswire.Infrastructure.Logs.Sqlite;

/// <summary>
/// The one thread that writes a league's file. It takes all jobs that wait, runs them in one transaction (each in a savepoint, so that a
/// fenced one fails alone) and syncs once. Between them it looks for commits of other processes, shows that we live, and
/// copies the write-ahead log into the file.
/// </summary>
internal sealed class LeagueWriter : IDisposable
{
    private const long MaxTransactionBytes = 16L << 20;
    private const long IdleCheckpointBytes = 4L << 20;
    private const long ForcedCheckpointBytes = 64L << 20;
    private static readonly TimeSpan HousekeepingEvery = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly List<WriteJob> _waiting = [];
    private readonly List<WriteJob> _running = [];
    private readonly string _path;
    private readonly SqliteLogOptions _options;
    private readonly TimeProvider _time;
    private readonly ProcessLock _process;
    private readonly Thread _thread;
    private bool _stopping;
    private long _dataVersion;
    private long _walBytes;
    private long _lastHousekeeping;

    public LeagueWriter(string path, League league, SqliteLogOptions options, TimeProvider time, LeagueViews views)
    {
        (_path, _options, _time, Views) = (path, options, time, views);
        Database = SqliteLogSchema.OpenWriter(path, options);
        try
        {
            _process = new ProcessLock(path);
            _process.Sweep();
            Groups = new GroupTable(Database, _process, options.LeaseTime, time);
            _dataVersion = Database.Scalar("PRAGMA data_version") ?? 0;
            views.Refresh(Database);
        }
        catch (Exception e) when (e is SqliteFault or IOException or UnauthorizedAccessException)
        {
            _process?.Dispose();
            Database.Dispose();
            throw e is SqliteFault fault
                ? fault.ToLogException(path)
                : new LogUnavailableException($"The folder of the log {path} cannot be used ({e.Message}). Give this user the right to write there, and room.", e);
        }

        _thread = new Thread(Loop) { IsBackground = true, Name = $"log-{league.Code()}" };
        _thread.Start();
    }

    public SqliteConnectionCore Database { get; }

    public GroupTable Groups { get; }

    public LeagueViews Views { get; }

    /// <summary>Queues a job; done when it is committed.</summary>
    public Task RunAsync(WriteJob job)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            _waiting.Add(job);
            Monitor.Pulse(_gate);
        }

        return job.Done;
    }

    public Task RunAsync(Action<LeagueWriter> work) => RunAsync(new ActionJob(work));

    public PartitionView Find(TopicPartition name) => Views.Find(name);

    /// <summary>Stores a block as one or more batches.</summary>
    public void Append(PartitionView view, OutputBuffer.Block block, List<RecordBatch> appended)
    {
        var now = Timestamp.From(_time.GetUtcNow()).UnixMicros;
        view.WriterAppendedMicros = Math.Max(now, view.WriterAppendedMicros); // A clock set back must not turn the order round.
        foreach (var (count, payload) in BatchCutter.Cut(block, _options.MaxBatchRecords, _options.MaxBatchBytes))
        {
            var stored = payload.ToArray();
            InsertBatch(view, new RecordBatch(view.Name, view.WriterEnd, count, new Timestamp(view.WriterAppendedMicros), stored));
            appended.Add(new RecordBatch(view.Name, view.WriterEnd, count, new Timestamp(view.WriterAppendedMicros), stored));
            view.WriterEnd += count;
        }

        Database.Prepare("UPDATE partitions SET next = ?1, appended_us = ?2 WHERE id = ?3")
            .Bind(1, view.WriterEnd).Bind(2, view.WriterAppendedMicros).Bind(3, view.Id).Run();
    }

    /// <summary>Stores a batch under its offsets.</summary>
    public void InsertBatch(PartitionView view, RecordBatch batch)
    {
        var id = view.LowId + batch.BaseOffset;
        var deltas = System.Runtime.InteropServices.MemoryMarshal.AsBytes(batch.Deltas.Span);
        var isDense = batch.NextOffset - batch.BaseOffset == batch.Count;
        var crc = Crc32C.OfBatch(id, batch.NextOffset, batch.Count, batch.AppendedAt.UnixMicros, isDense ? default : deltas, batch.Payload.Span);
        var insert = Database.Prepare("INSERT INTO batches VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)")
            .Bind(1, id).Bind(2, batch.NextOffset).Bind(3, batch.Count).Bind(4, batch.AppendedAt.UnixMicros).Bind(5, crc);
        (isDense ? insert.BindNull(6) : insert.Bind(6, deltas)).Bind(7, batch.Payload.Span).Run();
    }

    public void PutState(string group, StateChange change)
    {
        if (change.Value is null)
        {
            Database.Prepare("DELETE FROM state WHERE grp = ?1 AND partition = ?2 AND key = ?3")
                .Bind(1, group).Bind(2, change.Partition).Bind(3, change.Key).Run();
            return;
        }

        Database.Prepare("INSERT OR REPLACE INTO state VALUES(?1, ?2, ?3, ?4, ?5)")
            .Bind(1, group).Bind(2, change.Partition).Bind(3, change.Key).Bind(4, change.Value)
            .Bind(5, Crc32C.OfPair(change.Key, change.Value)).Run();
    }

    public void PutPosition(string group, PartitionView view, long next) =>
        Database.Prepare("INSERT OR REPLACE INTO positions VALUES(?1, ?2, ?3)").Bind(1, group).Bind(2, view.Id).Bind(3, next).Run();

    public void Publish(RecordBatch batch) => Views.Publish(batch);

    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
        Database.Dispose();
        _process.Dispose();
    }

    private void Loop()
    {
        while (TakeJobs())
        {
            RunJobs();
            DoHousekeeping();
            Checkpoint();
        }

        try
        {
            RunTransaction([new ActionJob(writer => writer.Groups.LeaveAll())]);
            Database.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
        }
        catch (SqliteFault)
        {
            // The members die with the process lock, and the write-ahead log is read by the next open.
        }
    }

    private bool TakeJobs()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0 && !_stopping)
            {
                Monitor.Wait(_gate, _options.WatchInterval);
            }

            var size = 0L;
            var taken = 0;
            while (taken < _waiting.Count && size < MaxTransactionBytes)
            {
                size += _waiting[taken].Size;
                _running.Add(_waiting[taken++]);
            }

            _waiting.RemoveRange(0, taken);
            _walBytes += size;
            return taken > 0 || !_stopping;
        }
    }

    private void RunJobs()
    {
        if (_running.Count > 0)
        {
            RunTransaction(_running);
            _running.Clear();
            return;
        }

        try
        {
            LookForOthers();
        }
        catch (SqliteFault)
        {
            // Nobody waits for this look; a fault that lasts is said by the next commit or read.
        }
    }

    /// <summary>Runs jobs in one transaction. All that can go wrong goes to the jobs.</summary>
    private void RunTransaction(List<WriteJob> jobs)
    {
        List<WriteJob> succeeded = new(jobs.Count);
        try
        {
            Database.Execute("BEGIN IMMEDIATE");
            LookForOthers();
            foreach (var job in jobs)
            {
                if (TryExecute(job))
                {
                    succeeded.Add(job);
                }
            }

            Database.Execute("COMMIT");
        }
        catch (Exception e)
        {
            Undo(succeeded);
            var error = e is SqliteFault fault ? fault.ToLogException(_path) : e;
            jobs.ForEach(job => job.Fail(error));
            return;
        }

        succeeded.ForEach(job => job.OnCommitted(this));
        if (succeeded.Exists(job => job is ActionJob))
        {
            Views.Refresh(Database);
        }

        Views.Signal();
        succeeded.ForEach(job => job.Succeed());
    }

    private bool TryExecute(WriteJob job)
    {
        Database.Execute("SAVEPOINT job");
        try
        {
            job.Execute(this);
            Database.Execute("RELEASE job");
            return true;
        }
        catch (SqliteFault)
        {
            job.OnRolledBack();
            throw;
        }
        catch (Exception e)
        {
            // This job alone is refused (fenced, unknown topic …); the others go on.
            Database.Execute("ROLLBACK TO job");
            Database.Execute("RELEASE job");
            job.OnRolledBack();
            job.Fail(e);
            return false;
        }
    }

    private void Undo(List<WriteJob> succeeded)
    {
        for (var i = succeeded.Count - 1; i >= 0; i--)
        {
            succeeded[i].OnRolledBack();
        }

        try
        {
            if (Database.InTransaction)
            {
                Database.Execute("ROLLBACK");
            }
        }
        catch (SqliteFault)
        {
            // SQLite has rolled back by itself.
        }
    }

    /// <summary>Another connection has committed when the data version is another: then our views are out of date.</summary>
    private void LookForOthers()
    {
        var version = Database.Scalar("PRAGMA data_version") ?? 0;
        if (version != _dataVersion)
        {
            Views.Refresh(Database);
            _dataVersion = version;
            Views.Signal();
        }
    }

    private void DoHousekeeping()
    {
        if (_time.GetElapsedTime(_lastHousekeeping) >= HousekeepingEvery)
        {
            _lastHousekeeping = _time.GetTimestamp();
            RunTransaction([new ActionJob(writer => writer.Groups.Beat())]);
        }
    }

    private void Checkpoint()
    {
        bool isIdle;
        lock (_gate)
        {
            isIdle = _waiting.Count == 0;
        }

        if (_walBytes > ForcedCheckpointBytes || (isIdle && _walBytes > IdleCheckpointBytes))
        {
            _walBytes = Database.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE) ? 0 : _walBytes / 2;
        }
    }
}
