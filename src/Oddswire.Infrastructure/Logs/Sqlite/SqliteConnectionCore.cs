using Oddswire.Core.Ports;
using SQLitePCL;

namespace Oddswire.Infrastructure.Logs.Sqlite;

/// <summary>SQLite gave an error.</summary>
internal sealed class SqliteFault(int code, string message) : Exception(message)
{
    /// <summary>SQLite's extended result code.</summary>
    public int Code { get; } = code;

    public int Primary => Code & 0xff;

    /// <summary>What the port says of it.</summary>
    public LogException ToLogException(string path) => Primary switch
    {
        raw.SQLITE_FULL => new LogUnavailableException(
            $"No room left for the log {path} ({Message}). Nothing was committed and nothing is lost: free some space on that disk, and it continues by itself.", this),
        raw.SQLITE_IOERR => new LogUnavailableException(
            $"The disk refuses reading or writing the log {path} ({Message}, code {Code}). Nothing was committed; look at the disk's health and free space.", this),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new LogUnavailableException(
            $"Another process holds the log {path} locked ({Message}). Nothing was committed; end that process, or wait until it is through.", this),
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH or raw.SQLITE_CANTOPEN => new LogUnavailableException(
            $"The log {path} cannot be opened or written ({Message}). Give this user the right to write the file and its folder, or choose another data folder.", this),
        raw.SQLITE_NOMEM => new LogUnavailableException($"No memory left for the log {path}. Nothing was committed.", this),
        raw.SQLITE_NOTADB => new LogCorruptException(
            $"{path} is not an Oddswire log, or its first page is damaged ({Message}). Move it away, or restore it from a copy.", this),
        _ => new LogCorruptException(
            $"The log {path} is damaged ({Message}, code {Code}). Run 'oddswire verify' to see which records are lost; restore the file from a copy, "
            + "or replay the feeds into a fresh data folder.", this),
    };
}

/// <summary>A connection with its prepared statements; used by one thread at a time.</summary>
internal sealed class SqliteConnectionCore : IDisposable
{
    private readonly sqlite3 _db;
    private readonly Dictionary<string, SqliteStatement> _statements = [];

    static SqliteConnectionCore() => Batteries_V2.Init();

    public SqliteConnectionCore(string path, TimeSpan lockTimeout, bool create)
    {
        var flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX | (create ? raw.SQLITE_OPEN_CREATE : 0);
        var result = raw.sqlite3_open_v2(path, out _db, flags, null);
        if (result != raw.SQLITE_OK)
        {
            var message = _db is null ? "cannot be opened" : raw.sqlite3_errmsg(_db).utf8_to_string();
            _db?.Dispose();
            throw new SqliteFault(result, message);
        }

        raw.sqlite3_extended_result_codes(_db, 1);
        raw.sqlite3_busy_timeout(_db, (int)lockTimeout.TotalMilliseconds);
    }

    public bool InTransaction => raw.sqlite3_get_autocommit(_db) == 0;

    public int Changes => raw.sqlite3_changes(_db);

    public long LastRowId => raw.sqlite3_last_insert_rowid(_db);

    /// <summary>The statement of this text, prepared once, reset, without bindings of before.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v2(_db, sql, out var handle));
            _statements[sql] = statement = new SqliteStatement(this, handle);
        }

        return statement;
    }

    /// <summary>Runs a statement without rows or parameters.</summary>
    public void Execute(string sql)
    {
        var statement = Prepare(sql);
        statement.Run();
    }

    /// <summary>Runs a statement that must not be kept prepared.</summary>
    public void ExecuteOnce(string sql) => Check(raw.sqlite3_exec(_db, sql));

    /// <summary>The first column of the first row; null when there is none.</summary>
    public long? Scalar(string sql)
    {
        var statement = Prepare(sql);
        long? value = statement.Step() ? statement.Long(0) : null;
        statement.Reset();
        return value;
    }

    /// <summary>Copies what is in the write-ahead log into the file; true when all of it was.</summary>
    public bool Checkpoint(int mode)
    {
        var result = raw.sqlite3_wal_checkpoint_v2(_db, null, mode, out var frames, out var copied);
        return result == raw.SQLITE_OK && frames == copied;
    }

    public void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            throw new SqliteFault(raw.sqlite3_extended_errcode(_db), raw.sqlite3_errmsg(_db).utf8_to_string());
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _db.Dispose();
    }
}

/// <summary>A prepared statement. Parameters count from 1, columns from 0.</summary>
internal sealed class SqliteStatement(SqliteConnectionCore connection, sqlite3_stmt handle) : IDisposable
{
    public SqliteStatement Bind(int index, long value)
    {
        connection.Check(raw.sqlite3_bind_int64(handle, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, string value)
    {
        connection.Check(raw.sqlite3_bind_text(handle, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        connection.Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, index, 0) : raw.sqlite3_bind_blob(handle, index, value));
        return this;
    }

    public SqliteStatement BindNull(int index)
    {
        connection.Check(raw.sqlite3_bind_null(handle, index));
        return this;
    }

    /// <summary>Moves to the next row; false at the end. After an error the statement is reset.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(handle);
        if (result is raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return result == raw.SQLITE_ROW;
        }

        try
        {
            connection.Check(result);
            return false;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Runs to the end and resets.</summary>
    public void Run()
    {
        while (Step())
        {
        }

        Reset();
    }

    public long Long(int column) => raw.sqlite3_column_int64(handle, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    public void Reset() => raw.sqlite3_reset(handle);

    public void Dispose() => handle.Dispose();
}
