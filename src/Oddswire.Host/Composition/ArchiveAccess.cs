using Oddswire.Host.Commands;
using Oddswire.Infrastructure.Stores.ClickHouse;
using Oddswire.Infrastructure.Stores.ClickHouse.Chdb;

namespace Oddswire.Host.Composition;

/// <summary>
/// A way to the archive of a data folder: the engine of the platform that runs on it, or, where none runs, one of our own for as long as
/// it is needed. A running platform's archive is only read: a slip must not take the table away under the role that fills it.
/// </summary>
internal sealed class ArchiveAccess : IAsyncDisposable
{
    private readonly ChdbProcess? _own;

    private ArchiveAccess(ClickHouseClient client, ChdbProcess? own) => (Client, _own) = (client, own);

    public ClickHouseClient Client { get; }

    /// <summary>Whether the engine is that of a running platform, which other clients can reach too.</summary>
    public bool IsShared => _own is null;

    /// <summary>Finds or starts the engine.</summary>
    /// <exception cref="UserErrorException">There is no archive, no library, or the engine does not start.</exception>
    public static async Task<ArchiveAccess> OpenAsync(DataFolder folder, CancellationToken ct)
    {
        if (ChdbProcess.ReadEndpoint(folder.Archive) is { } endpoint)
        {
            var client = new ClickHouseClient(endpoint with { User = "", Password = "" }, TimeSpan.FromHours(1));
            if (await client.PingAsync(ct))
            {
                return new ArchiveAccess(client, null);
            }

            client.Dispose();
        }

        if (!Directory.Exists(folder.Archive))
        {
            throw new UserErrorException(
                ExitCodes.Usage, $"There is no archive in '{folder.Root}'.", "Start 'oddswire up' or 'oddswire replay' first, or name another folder with --data.");
        }

        var library = ChdbLibrary.Find() ?? throw new UserErrorException(ExitCodes.Environment, "libchdb.so was not found.", ChdbLibrary.Remedy);
        try
        {
            var process = await ChdbProcess.StartAsync(new ChdbProcessOptions { Folder = folder.Archive, Library = library }, TimeProvider.System, null, ct);
            await ArchiveSchema.MigrateAsync(process.Client, new ArchiveSchemaOptions(), ct);
            return new ArchiveAccess(process.Client, process);
        }
        catch (ClickHouseException e)
        {
            throw new UserErrorException(ExitCodes.Environment, e.Message, "See 'oddswire doctor'; another process may have the archive open.", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_own is not null)
        {
            await _own.DisposeAsync();
        }
        else
        {
            Client.Dispose();
        }
    }
}
