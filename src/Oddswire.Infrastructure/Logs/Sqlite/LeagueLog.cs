using System.Collections.Concurrent;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Sqlite;

/// <summary>One league's file: its writer, its readers, and what is known of it.</summary>
internal sealed class LeagueLog : IDisposable
{
    private readonly string _path;
    private readonly SqliteLogOptions _options;
    private readonly TimeProvider _time;
    private readonly ConcurrentBag<SqliteBatchReader> _readers = [];

    public LeagueLog(League league, SqliteLogOptions options, TimeProvider time)
    {
        (_path, _options, _time) = (options.PathOf(league), options, time);
        Views = new LeagueViews(options.TailCacheBytes);
        Writer = new LeagueWriter(_path, league, options, time, Views);
    }

    public LeagueViews Views { get; }

    public LeagueWriter Writer { get; }

    /// <summary>Reads from memory or from the file; adds nothing when there is nothing.</summary>
    public void Read(PartitionView view, long offset, int maxRecords, List<RecordBatch> to)
    {
        offset = Math.Max(offset, view.Earliest);
        if (offset < view.End && !view.TryReadTail(offset, maxRecords, to))
        {
            WithReader(reader =>
            {
                reader.Read(view, offset, maxRecords, to);
                return true;
            });
        }
    }

    /// <summary>Works with a reading connection, and says faults in the port's words.</summary>
    public T WithReader<T>(Func<SqliteBatchReader, T> work)
    {
        SqliteBatchReader? reader = null;
        try
        {
            if (!_readers.TryTake(out reader))
            {
                reader = new SqliteBatchReader(SqliteLogSchema.OpenReader(_path, _options), _path);
            }

            var result = work(reader);
            if (!reader.Connection.InTransaction)
            {
                _readers.Add(reader);
                reader = null;
            }

            return result;
        }
        catch (SqliteFault fault)
        {
            throw fault.ToLogException(_path);
        }
        finally
        {
            reader?.Dispose();
        }
    }

    /// <summary>Waits for a change; false when the time is up.</summary>
    public async ValueTask<bool> WaitAsync(Task changed, long started, TimeSpan maxWait, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var left = maxWait - _time.GetElapsedTime(started);
        if (left <= TimeSpan.Zero)
        {
            return false;
        }

        var wait = changed.WaitAsync(left, _time, ct);
        await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
        return wait.IsCompletedSuccessfully;
    }

    public long Now() => _time.GetTimestamp();

    public void Dispose()
    {
        while (_readers.TryTake(out var reader))
        {
            reader.Dispose();
        }

        Writer.Dispose();
    }
}
