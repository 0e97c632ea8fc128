using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Infrastructure.Logs.Sqlite;

namespace Oddswire.Host.Composition;

/// <summary>Opens the event log: the embedded one of a data folder, or one on a Kafka cluster.</summary>
internal static class Logs
{
    /// <summary>The log as a platform uses it.</summary>
    public static IEventLog Open(DataFolder folder, LogSettings settings, TimeProvider time, ILoggerFactory? logging = null) => settings.Kafka is { } kafka
        ? KafkaLogs.Open(kafka, time, logging)
        : new SqliteEventLog(
            new SqliteLogOptions
            {
                Directory = folder.Root,
                Durability = settings.IsDurableOnCommit ? SqliteDurability.OnCommit : SqliteDurability.Relaxed,
            },
            time);
}

/// <summary>Where a command finds the log that it looks at.</summary>
/// <param name="Log">The engine and its settings.</param>
/// <param name="Data">The data folder, which holds the embedded log, the archive and the reference data.</param>
/// <param name="Edge">The edge cluster, where there is one.</param>
internal sealed record LogPlace(LogSettings Log, string Data, KafkaPlace? Edge = null)
{
    /// <summary>
    /// How long brokers may hold a fetch back that finds nothing. A command reads many partitions once, each after the other: what the last fetch waits, the next partition waits too.
    /// </summary>
    private static readonly TimeSpan ShortFetch = TimeSpan.FromMilliseconds(20);

    /// <summary>Opens it. The embedded log needs its folder; on Kafka the folder may be missing.</summary>
    /// <exception cref="Commands.UserErrorException">There is no such folder.</exception>
    public LogAccess Open()
    {
        var folder = Log.Kafka is null ? DataFolder.OpenExisting(Data) : DataFolder.At(Data);
        var settings = Log with { Kafka = Log.Kafka?.With(ShortFetch) };
        return new LogAccess(folder, Logs.Open(folder, settings, TimeProvider.System), Log.Kafka is { } kafka ? $"Kafka at {kafka.Name}" : $"'{folder.Root}'");
    }
}

/// <summary>A log that a command looks at, and the data folder beside it.</summary>
internal sealed class LogAccess(DataFolder folder, IEventLog log, string name) : IAsyncDisposable
{
    public DataFolder Folder { get; } = folder;

    public IEventLog Log { get; } = log;

    /// <summary>What to call it in messages.</summary>
    public string Name { get; } = name;

    /// <summary>Refuses a place where nothing was ever written: silence about it would look like good news.</summary>
    /// <exception cref="Commands.UserErrorException">None of the leagues has topics there.</exception>
    public async Task DemandLogAsync(IReadOnlyList<League> leagues, CancellationToken ct)
    {
        foreach (var league in leagues)
        {
            if ((await Log.DescribeAsync(Topics.Raw(league), ct)).Count > 0)
            {
                return;
            }
        }

        throw new Commands.UserErrorException(
            Commands.ExitCodes.Usage, $"{Name} holds no log.", "Start 'oddswire up' or 'oddswire replay' first, or name another folder with --data (another cluster, or --topic-prefix).");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        Folder.Dispose();
    }
}
