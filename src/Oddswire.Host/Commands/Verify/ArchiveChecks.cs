using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Host.Composition;
using Oddswire.Infrastructure.Stores.ClickHouse;
using Oddswire.Infrastructure.Stores.ClickHouse.Chdb;

namespace Oddswire.Host.Commands.Verify;

/// <summary>The archive's part of <c>verify</c>: starts the engine on the folder, unless a platform has it.</summary>
internal static class ArchiveChecks
{
    public static async Task<IReadOnlyList<VerifyCheck>> RunAsync(DataFolder folder, IEventLog log, IReadOnlyList<League> leagues, CancellationToken ct)
    {
        if (!Directory.Exists(folder.Archive))
        {
            return [];
        }

        if (DataFolder.RunningOn(folder.Root) is { } process)
        {
            return [new VerifyCheck("archive", true, $"not checked while a platform runs (process {process}): stop it first")];
        }

        if (ChdbLibrary.Find() is not { } library)
        {
            throw new UserErrorException(ExitCodes.Environment, "The archive's engine (libchdb.so) was not found.", ChdbLibrary.Remedy + " Or check the log alone with --no-archive.");
        }

        try
        {
            using var alone = DataFolder.OpenForWriting(folder.Root, fresh: false);
            await using var engine = await ChdbProcess.StartAsync(
                new ChdbProcessOptions { Folder = folder.Archive, Library = library }, TimeProvider.System, logger: null, ct);
            var options = new ArchiveSchemaOptions();
            await ArchiveSchema.ApplyAsync(engine.Client, options, ct);
            return await ArchiveVerifier.VerifyAsync(log, engine.Client, options, leagues, TimeProvider.System, ct);
        }
        catch (ClickHouseException e)
        {
            return [new VerifyCheck("archive", false, e.Message)];
        }
    }
}
