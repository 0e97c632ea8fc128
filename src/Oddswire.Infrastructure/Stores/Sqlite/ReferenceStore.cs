using System.Globalization;
using Microsoft.Data.Sqlite;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Infrastructure.Stores.Sqlite;

/// <summary>The reference store cannot be opened or used; the message names the file and the remedy.</summary>
public sealed class ReferenceStoreException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>
/// Reference data in one SQLite file: pregame lines by game, and results by which games without one are rated. Ingest looks them up once, when a game's information comes by, and writes them
/// into the log; so the store may change or be lost without changing what was published. Safe for several threads and processes.
/// </summary>
public sealed class ReferenceStore : IDisposable
{
    private const int SchemaVersion = 1;
    private const int ApplicationId = 0x4F445246; // "ODRF"

    private const string Schema = """
        CREATE TABLE pregame_lines (
            game_id TEXT PRIMARY KEY NOT NULL,
            home_margin_hundredths INTEGER,
            total_hundredths INTEGER,
            home_win_millionths INTEGER CHECK (home_win_millionths BETWEEN 0 AND 1000000),
            origin TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """;

    private const string Results = """
        CREATE TABLE IF NOT EXISTS results (
            game_id TEXT PRIMARY KEY NOT NULL,
            league TEXT NOT NULL,
            day INTEGER NOT NULL,
            home TEXT NOT NULL,
            away TEXT NOT NULL,
            margin INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """;

    private const string Upsert = """
        INSERT INTO pregame_lines VALUES ($game, $margin, $total, $win, $origin)
        ON CONFLICT (game_id) DO UPDATE SET
            home_margin_hundredths = excluded.home_margin_hundredths,
            total_hundredths = excluded.total_hundredths,
            home_win_millionths = excluded.home_win_millionths,
            origin = excluded.origin
        WHERE home_margin_hundredths IS NOT excluded.home_margin_hundredths
            OR total_hundredths IS NOT excluded.total_hundredths
            OR home_win_millionths IS NOT excluded.home_win_millionths
        """;

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly string _path;

    private ReferenceStore(string path, SqliteConnection connection)
    {
        _path = path;
        _connection = connection;
    }

    /// <summary>Opens the store, making it (not its folder) when it does not exist.</summary>
    /// <exception cref="ReferenceStoreException">It cannot be opened, is not a reference store, or a newer version of Oddswire made it.</exception>
    public static ReferenceStore Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            DefaultTimeout = 5,
            Pooling = false,
        }.ToString());
        var store = new ReferenceStore(path, connection);
        try
        {
            store.Guard(() =>
            {
                connection.Open();
                store.Prepare();
                return true;
            });
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Adds lines, replacing those of games already known, all or none.</summary>
    /// <param name="lines">Games and their lines; the last one of a game counts.</param>
    /// <param name="origin">Where they come from (a file's name), for people.</param>
    /// <returns>How many games are new or changed.</returns>
    /// <exception cref="ReferenceStoreException">They cannot be written; nothing was.</exception>
    public int ImportLines(IEnumerable<(GameId Game, PregameLine Line)> lines, string origin) => Guard(() => Import(lines, origin));

    /// <summary>The market's view of a game before its start; null when none is known.</summary>
    /// <exception cref="ReferenceStoreException">The store cannot be read.</exception>
    public PregameLine? FindLine(GameId game) => Guard(() => Find(game));

    /// <summary>Adds results, replacing those of games already known, all or none.</summary>
    /// <param name="league">The league.</param>
    /// <param name="results">Results; games not played yet are left out.</param>
    /// <exception cref="ReferenceStoreException">They cannot be written; nothing was.</exception>
    public void ImportResults(League league, IEnumerable<PlayedGame> results) => Guard(() => ImportAll(league, results));

    /// <summary>The results of a league, in no order.</summary>
    /// <exception cref="ReferenceStoreException">The store cannot be read.</exception>
    public IReadOnlyList<PlayedGame> ReadResults(League league) => Guard(() => ReadAll(league));

    /// <summary>How many games have lines.</summary>
    /// <exception cref="ReferenceStoreException">The store cannot be read.</exception>
    public int CountLines() => Guard(() => (int)Scalar("SELECT count(*) FROM pregame_lines"));

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private int Import(IEnumerable<(GameId Game, PregameLine Line)> lines, string origin)
    {
        using var transaction = _connection.BeginTransaction();
        using var command = _connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = Upsert;
        var game = command.Parameters.Add("$game", SqliteType.Text);
        var margin = command.Parameters.Add("$margin", SqliteType.Integer);
        var total = command.Parameters.Add("$total", SqliteType.Integer);
        var win = command.Parameters.Add("$win", SqliteType.Integer);
        command.Parameters.AddWithValue("$origin", origin);
        var changed = 0;
        foreach (var (id, line) in lines)
        {
            game.Value = id.Value;
            margin.Value = OrNull(line.HomeMarginHundredths);
            total.Value = OrNull(line.TotalHundredths);
            win.Value = OrNull(line.HomeWin?.Millionths);
            changed += command.ExecuteNonQuery();
        }

        transaction.Commit();
        return changed;
    }

    private bool ImportAll(League league, IEnumerable<PlayedGame> results)
    {
        using var transaction = _connection.BeginTransaction();
        using var command = _connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "INSERT OR REPLACE INTO results VALUES ($game, $league, $day, $home, $away, $margin)";
        var game = command.Parameters.Add("$game", SqliteType.Text);
        command.Parameters.AddWithValue("$league", league.Code());
        var day = command.Parameters.Add("$day", SqliteType.Integer);
        var home = command.Parameters.Add("$home", SqliteType.Text);
        var away = command.Parameters.Add("$away", SqliteType.Text);
        var margin = command.Parameters.Add("$margin", SqliteType.Integer);
        foreach (var played in results.Where(static played => played.Margin is not null))
        {
            (game.Value, day.Value, home.Value, away.Value, margin.Value) = (played.Game, played.Day.DayNumber, played.Home, played.Away, played.Margin!.Value);
            command.ExecuteNonQuery();
        }

        transaction.Commit();
        return true;
    }

    private List<PlayedGame> ReadAll(League league)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT game_id, day, home, away, margin FROM results WHERE league = $league";
        command.Parameters.AddWithValue("$league", league.Code());
        using var row = command.ExecuteReader();
        List<PlayedGame> results = [];
        while (row.Read())
        {
            results.Add(new PlayedGame(row.GetString(0), DateOnly.FromDayNumber(row.GetInt32(1)), row.GetString(2), row.GetString(3), row.GetInt32(4)));
        }

        return results;
    }

    private PregameLine? Find(GameId game)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT home_margin_hundredths, total_hundredths, home_win_millionths FROM pregame_lines WHERE game_id = $game";
        command.Parameters.AddWithValue("$game", game.Value);
        using var row = command.ExecuteReader();
        return !row.Read() ? null : new PregameLine
        {
            HomeMarginHundredths = row.IsDBNull(0) ? null : row.GetInt32(0),
            TotalHundredths = row.IsDBNull(1) ? null : row.GetInt32(1),
            HomeWin = row.IsDBNull(2) ? null : Probability.FromMillionths(row.GetInt32(2)),
        };
    }

    private void Prepare()
    {
        // Immediate: two processes that find no schema yet must not both make it.
        using var transaction = _connection.BeginTransaction(deferred: false);
        var version = Scalar("PRAGMA user_version");
        var application = Scalar("PRAGMA application_id");
        if (version == 0 && application == 0 && Scalar("SELECT count(*) FROM sqlite_master") == 0)
        {
            Execute(Schema);
            Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {SchemaVersion};");
        }
        else if (application != ApplicationId)
        {
            throw new ReferenceStoreException($"'{_path}' is a database, but not Oddswire's reference store. Name another file, or move it away.");
        }
        else if (version != SchemaVersion)
        {
            throw new ReferenceStoreException(
                $"'{_path}' has the reference schema {version}; this program knows {SchemaVersion}. Use the version of Oddswire that made it, or move it away and import again.");
        }

        // Stores made before there were results get the table when they are opened.
        Execute(Results);
        transaction.Commit();
    }

    private T Guard<T>(Func<T> work)
    {
        lock (_gate)
        {
            try
            {
                return work();
            }
            catch (SqliteException e)
            {
                throw new ReferenceStoreException($"The reference store '{_path}' cannot be used: {e.Message} {Remedy(e.SqliteErrorCode)}", e);
            }
        }
    }

    private static string Remedy(int code) => code switch
    {
        11 or 26 => "It is damaged or no database: move it away and import the lines again.",
        13 => "The disk is full: free some space.",
        14 => "Check that its folder exists and may be written.",
        8 => "Give this user the right to write it.",
        5 or 6 => "Another process holds it: try again.",
        _ => "Check the disk and the file's permissions.",
    };

    private long Scalar(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static object OrNull(int? value) => value is { } number ? number : DBNull.Value;
}
