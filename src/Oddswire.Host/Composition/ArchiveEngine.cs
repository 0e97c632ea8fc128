using System.Text;
using System.Text.Json;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Host.Api;
using Oddswire.Host.Roles;
using Oddswire.Infrastructure.Stores.ClickHouse;
using Oddswire.Infrastructure.Stores.ClickHouse.Chdb;

namespace Oddswire.Host.Composition;

/// <summary>
/// The archive of a platform: the chDB process, started beside everything else so that the board need not wait for it, the roles that
/// fill it and the questions of the API.
/// </summary>
internal sealed class ArchiveEngine : IAsyncDisposable
{
    private const long LittleRoom = 32 << 20;

    // ClickHouse's code for a full disk.
    private const int NotEnoughSpace = 243;

    private static readonly TimeSpan WaitForRoom = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logging;
    private readonly Task<ChdbProcess> _starting;

    private ArchiveEngine(DataFolder folder, TimeProvider time, ILoggerFactory logging)
    {
        _time = time;
        _logging = logging;
        var options = new ChdbProcessOptions { Folder = folder.Archive, Library = ChdbLibrary.Find() ?? throw new InvalidOperationException(ChdbLibrary.Remedy) };
        _starting = Task.Run(() => StartAsync(options));
    }

    /// <summary>The engine's process; null while it is down.</summary>
    public int? ProcessId => _starting.IsCompletedSuccessfully ? _starting.Result.ProcessId : null;

    /// <summary>Why the archive cannot be asked just now; null when it can.</summary>
    public string? AwayBecause => _starting switch
    {
        { IsCompleted: false } => "starting",
        { IsFaulted: true } => _starting.Exception.InnerException!.Message,
        _ => ProcessId is null ? "its engine ended and is being started again; the log keeps what it has still to take" : null,
    };

    public static ArchiveEngine Start(DataFolder folder, TimeProvider time, ILoggerFactory logging) => new(folder, time, logging);

    /// <summary>Fills the archive with a league's odds and events until cancelled.</summary>
    /// <exception cref="ClickHouseException">The engine does not start.</exception>
    public async Task RunRoleAsync(IEventLog log, League league, HopCounters counters, CancellationToken ct)
    {
        var options = new ArchiveRoleOptions();
        var starting = _starting.WaitAsync(ct);
        await ArchiveLag.WatchAsync(starting, log, league, counters, options.LagEvery, _time);
        var role = new ArchiveRole(log, (await starting).Client, league, options, counters, _time, _logging.CreateLogger<ArchiveRole>());
        await role.RunAsync(ct);
    }

    /// <summary>Asks the archive; see <see cref="ArchiveQuery"/>.</summary>
    /// <exception cref="ArchiveUnavailableException">It is starting, down, or does not answer.</exception>
    public async Task<JsonDocument> QueryAsync(string sql, IReadOnlyDictionary<string, string> parameters, CancellationToken ct)
    {
        if (!_starting.IsCompletedSuccessfully)
        {
            throw new ArchiveUnavailableException(_starting.IsFaulted ? _starting.Exception.InnerException!.Message : "The archive is starting; ask again in a few seconds.");
        }

        return await AskAsync((await _starting).Client, sql, parameters, ct);
    }

    /// <summary>Asks the archive that another process of the same data folder runs.</summary>
    public static ArchiveQuery FromFolder(DataFolder folder) => async (sql, parameters, ct) =>
    {
        var endpoint = ChdbProcess.ReadEndpoint(folder.Archive)
            ?? throw new ArchiveUnavailableException("No archive runs on this data folder: start 'oddswire run --role archive'.");
        using var client = new ClickHouseClient(endpoint);
        return await AskAsync(client, sql, parameters, ct);
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await (await _starting).DisposeAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or ClickHouseException)
        {
            // It never came up, or was stopped while it did: there is nothing to stop.
        }

        _stop.Dispose();
    }

    private static async Task<JsonDocument> AskAsync(
        ClickHouseClient client, string sql, IReadOnlyDictionary<string, string> parameters, CancellationToken ct)
    {
        var settings = new StringBuilder("&default_format=JSON");
        foreach (var (name, value) in parameters)
        {
            settings.Append("&param_").Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        try
        {
            return JsonDocument.Parse(await client.TextAsync(sql, ct, settings.ToString()));
        }
        catch (ClickHouseException e)
        {
            throw new ArchiveUnavailableException(e.Message, e);
        }
    }

    /// <summary>Starts the engine; on a full disk it waits for room, since the log goes on without the archive.</summary>
    private async Task<ChdbProcess> StartAsync(ChdbProcessOptions options)
    {
        while (true)
        {
            try
            {
                return await StartOnceAsync(options);
            }
            catch (Exception e) when (e is ClickHouseException or IOException && IsForWantOfRoom(e, options.Folder))
            {
                _logging.CreateLogger<ArchiveEngine>().LogWarning(
                    "No room left to start the archive in {Folder} ({Error}). Nothing is lost: free some space on that disk, and it continues by itself", options.Folder, e.Message);
                await Task.Delay(WaitForRoom, _time, _stop.Token);
            }
        }
    }

    // By the time the engine has said so, there may be room again.
    private static bool IsForWantOfRoom(Exception e, string folder) =>
        e is ClickHouseException { Code: NotEnoughSpace } || e.Message.Contains("No space left", StringComparison.Ordinal)
        || new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace < LittleRoom;

    private async Task<ChdbProcess> StartOnceAsync(ChdbProcessOptions options)
    {
        var process = await ChdbProcess.StartAsync(options, _time, _logging.CreateLogger<ChdbProcess>(), _stop.Token);
        try
        {
            await ArchiveSchema.ApplyAsync(process.Client, new ArchiveSchemaOptions(), _stop.Token);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }
}
