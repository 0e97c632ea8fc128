using Oddswire.Infrastructure.Logs.Sqlite;

namespace Oddswire.Host.Composition;

/// <summary>Opens the event log of a data folder.</summary>
internal static class Logs
{
    /// <summary>The log as a platform uses it.</summary>
    public static SqliteEventLog Open(DataFolder folder, LogSettings settings, TimeProvider time) => new(
        new SqliteLogOptions
        {
            Directory = folder.Root,
            Durability = settings.IsDurableOnCommit ? SqliteDurability.OnCommit : SqliteDurability.Relaxed,
        },
        time);

    /// <summary>The log as a command uses it that looks at what is there.</summary>
    public static SqliteEventLog OpenForReading(DataFolder folder) => Open(folder, new LogSettings(), TimeProvider.System);
}
