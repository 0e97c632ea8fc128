using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Oddswire.Core.Domain;

namespace Oddswire.IntegrationTests.Chaos;

/// <summary>
/// Looks at the log's files from outside while the program writes them, with plain SQL and without writing, so that a kill can be aimed at a
/// moment of the work instead of a moment of the clock.
/// </summary>
internal sealed class LogGlance(string data) : IDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(4);
    private readonly List<SqliteConnection> _open = [];
    private readonly HashSet<League> _found = [];

    /// <summary>Records in all topics of all leagues.</summary>
    public long Records => Sum("SELECT sum(next) FROM partitions");

    /// <summary>Blocks that were being inserted into the archive.</summary>
    public long OpenInserts => Sum("SELECT count(*) FROM state WHERE grp LIKE 'archive.%' AND key = CAST('intent' AS BLOB)");

    /// <summary>Records that the archive has not committed yet.</summary>
    public long ArchiveWaiting => Sum(
        """
        SELECT sum(p.next - coalesce(at.next, 0)) FROM partitions p JOIN topics t ON t.id = p.topic
        LEFT JOIN positions at ON at.partition = p.id AND at.grp LIKE 'archive.%'
        WHERE t.name LIKE 'odds.%' OR t.name LIKE 'events.%'
        """);

    /// <summary>Waits until something of the log is so; false when the process ended before.</summary>
    public async Task<bool> WaitAsync(OddswireProcess process, Func<LogGlance, bool> holds, TimeSpan patience)
    {
        for (var started = Stopwatch.GetTimestamp(); !holds(this); await Task.Delay(Between, TestContext.Current.CancellationToken))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started) > patience)
            {
                return !process.HasExited;
            }
        }

        return true;
    }

    public void Dispose() => _open.ForEach(connection => connection.Dispose());

    private long Sum(string sql)
    {
        Open();
        long sum = 0;
        foreach (var connection in _open)
        {
            try
            {
                using var command = connection.CreateCommand();
                command.CommandText = sql;
                sum += command.ExecuteScalar() is long value ? value : 0;
            }
            catch (SqliteException)
            {
                // Just being made, or locked for a moment.
            }
        }

        return sum;
    }

    private void Open()
    {
        foreach (var league in Leagues.All)
        {
            var path = Path.Combine(data, "log", $"{league.Code()}.db");
            if (_found.Contains(league) || !File.Exists(path))
            {
                continue;
            }

            var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False;Default Timeout=1");
            try
            {
                connection.Open();
                _open.Add(connection);
                _found.Add(league);
            }
            catch (SqliteException)
            {
                connection.Dispose();
            }
        }
    }
}
