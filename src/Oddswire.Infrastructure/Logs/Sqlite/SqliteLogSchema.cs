using Oddswire.Core.Ports;
using SQLitePCL;

namespace Oddswire.Infrastructure.Logs.Sqlite;

/// <summary>The tables of a league's file, and the checks on opening one.</summary>
internal static class SqliteLogSchema
{
    public const int PageSize = 16384;

    /// <summary>Bits of a batch's id that hold its base offset; the partition's id is above them.</summary>
    public const int OffsetBits = 40;

    private const long ApplicationId = 0x4F445753; // "ODWS"
    private const long Version = 1;

    private const string Tables = """
        CREATE TABLE topics(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partitions INTEGER NOT NULL, retention_us INTEGER, compacted INTEGER NOT NULL);
        CREATE TABLE partitions(id INTEGER PRIMARY KEY, topic INTEGER NOT NULL, number INTEGER NOT NULL, earliest INTEGER NOT NULL,
            next INTEGER NOT NULL, appended_us INTEGER NOT NULL, cleaned INTEGER NOT NULL, UNIQUE(topic, number));
        CREATE TABLE batches(id INTEGER PRIMARY KEY, next INTEGER NOT NULL, count INTEGER NOT NULL, appended_us INTEGER NOT NULL,
            crc INTEGER NOT NULL, deltas BLOB, payload BLOB NOT NULL);
        CREATE TABLE groups(name TEXT PRIMARY KEY, partitions INTEGER NOT NULL, generation INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE members(id INTEGER PRIMARY KEY AUTOINCREMENT, grp TEXT NOT NULL, process TEXT NOT NULL, beat INTEGER NOT NULL);
        CREATE TABLE owners(grp TEXT NOT NULL, partition INTEGER NOT NULL, member INTEGER NOT NULL, epoch INTEGER NOT NULL,
            PRIMARY KEY(grp, partition)) WITHOUT ROWID;
        CREATE TABLE positions(grp TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY(grp, partition)) WITHOUT ROWID;
        CREATE TABLE state(grp TEXT NOT NULL, partition INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, crc INTEGER NOT NULL,
            PRIMARY KEY(grp, partition, key)) WITHOUT ROWID;
        """;

    /// <summary>Opens the connection that writes; makes the file when it does not exist.</summary>
    /// <exception cref="LogConfigurationException">It is not a log, or one of a newer version, or cannot be made there.</exception>
    /// <exception cref="LogCorruptException">It is damaged.</exception>
    public static SqliteConnectionCore OpenWriter(string path, SqliteLogOptions options)
    {
        CreateFolder(path);
        SqliteConnectionCore? db = null;
        try
        {
            db = new SqliteConnectionCore(path, options.LockTimeout, create: true);
            Prepare(db, path);
            db.ExecuteOnce("PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-8192;");
            db.ExecuteOnce("PRAGMA synchronous=" + options.Durability switch
            {
                SqliteDurability.OnCommit => "FULL",
                SqliteDurability.Relaxed => "NORMAL",
                _ => "OFF",
            });
            if (options.MaxPages > 0)
            {
                db.ExecuteOnce($"PRAGMA max_page_count={options.MaxPages}");
            }

            CheckLength(db, path);
            return db;
        }
        catch (SqliteFault fault)
        {
            db?.Dispose();
            throw fault.Primary is raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_PERM
                ? new LogConfigurationException(
                    $"The log {path} cannot be opened for writing ({fault.Message}). Give this user the right to write the file and its folder, "
                    + "or choose another data folder.", fault)
                : fault.ToLogException(path);
        }
        catch
        {
            db?.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection that only reads.</summary>
    public static SqliteConnectionCore OpenReader(string path, SqliteLogOptions options)
    {
        var db = new SqliteConnectionCore(path, options.LockTimeout, create: false);
        db.ExecuteOnce("PRAGMA query_only=1; PRAGMA cache_size=-2048;");
        return db;
    }

    private static void CreateFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LogConfigurationException(
                $"The folder {Path.GetDirectoryName(path)} cannot be made ({e.Message}). Give this user the right to write there, or choose another data folder.", e);
        }
    }

    private static void Prepare(SqliteConnectionCore db, string path)
    {
        db.ExecuteOnce($"PRAGMA page_size={PageSize}");
        if (Read(db, "PRAGMA schema_version") == 0)
        {
            // A new file: to WAL first (it cannot be done in a transaction), then all tables at once, so that a kill leaves none or all.
            db.ExecuteOnce("PRAGMA journal_mode=WAL");
            db.ExecuteOnce("BEGIN IMMEDIATE");
            if (Read(db, "PRAGMA schema_version") == 0)
            {
                db.ExecuteOnce(Tables);
                db.ExecuteOnce($"PRAGMA application_id={ApplicationId}; PRAGMA user_version={Version};");
            }

            db.ExecuteOnce("COMMIT");
        }

        if (Read(db, "PRAGMA application_id") != ApplicationId)
        {
            throw new LogConfigurationException($"{path} is a SQLite file, but not an Oddswire log. Move it away or choose another data folder.");
        }

        var version = Read(db, "PRAGMA user_version");
        if (version != Version)
        {
            throw new LogConfigurationException(
                $"The log {path} has version {version}, this program knows version {Version}. Use the program that wrote it, or a newer one.");
        }

        db.ExecuteOnce("PRAGMA journal_mode=WAL");
    }

    /// <summary>A file that ends before its last page lost records: said now, not at the read that falls into the hole.</summary>
    /// <remarks>
    /// The file is never opened beside SQLite: closing it would drop the locks that SQLite holds on it for this process
    /// (sqlite.org/howtocorrupt.html, 2.2). While another process works on it, its length may lag behind for a moment, so a short file is looked at again.
    /// </remarks>
    private static void CheckLength(SqliteConnectionCore db, string path)
    {
        const int Looks = 20;
        for (var look = 1; ; look++)
        {
            // Read first: what another process commits after the checkpoint is in its write-ahead log and not yet in the file.
            var expected = Read(db, "PRAGMA page_count") * Read(db, "PRAGMA page_size");
            if (!db.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE))
            {
                return; // Another process works on it, and it has been open without complaint there.
            }

            var length = new FileInfo(path).Length;
            if (length >= expected)
            {
                return;
            }

            if (look == Looks)
            {
                throw new LogCorruptException(
                    $"The log {path} is cut off: it has {length} bytes and should have {expected}. Records are lost; restore the file from a copy, "
                    + "or replay the feeds into a fresh data folder.");
            }

            Thread.Sleep(25);
        }
    }

    private static long Read(SqliteConnectionCore db, string pragma) => db.Scalar(pragma) ?? 0;
}
