using Oddswire.Core.Ports;
using Oddswire.Infrastructure.Logs.Sqlite;

namespace Oddswire.IntegrationTests.Logs;

/// <summary>The contract, on SQLite files.</summary>
public class SqliteEventLogTests : EventLogContract
{
    private readonly TempFolder _folder = new();

    protected virtual SqliteLogOptions Options => new() { Directory = _folder.Path };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override ValueTask<IEventLog> OpenAsync() => ValueTask.FromResult<IEventLog>(new SqliteEventLog(Options, Time));
}

/// <summary>The contract, on SQLite files without the memory of the latest batches: every read goes to the file.</summary>
public sealed class SqliteEventLogWithoutCacheTests : SqliteEventLogTests
{
    protected override SqliteLogOptions Options => base.Options with { TailCacheBytes = 0, MaxBatchRecords = 37 };
}

/// <summary>A folder that goes with the test.</summary>
public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("oddswire-log-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
