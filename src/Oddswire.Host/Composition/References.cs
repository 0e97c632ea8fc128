using Oddswire.Core.Domain;
using Oddswire.Feeds.Reference;
using Oddswire.Host.Commands;
using Oddswire.Infrastructure.Stores.Sqlite;

namespace Oddswire.Host.Composition;

/// <summary>The pregame lines of a data folder.</summary>
internal static class References
{
    /// <summary>Looks lines up in the folder's reference store; finds nothing where there is none.</summary>
    public static Func<GameId, PregameLine?> LineLookup(DataFolder folder)
    {
        if (!File.Exists(folder.Reference))
        {
            return static _ => null;
        }

        var store = ReferenceStore.Open(folder.Reference);
        return store.FindLine;
    }

    /// <summary>Reads files of pregame lines into the reference store; rows that make no sense are named and left out.</summary>
    /// <exception cref="UserErrorException">A file cannot be used at all.</exception>
    public static void Import(DataFolder folder, IReadOnlyList<string> files)
    {
        foreach (var file in files)
        {
            try
            {
                var read = PregameLines.Read(file);
                using var store = ReferenceStore.Open(folder.Reference);
                var count = store.ImportLines(read.Lines, Path.GetFileName(file));
                foreach (var refused in read.Refused)
                {
                    Cli.Say($"warning: {refused}");
                }

                Cli.Say($"{count:N0} pregame lines from '{file}', {read.Refused.Count} rows refused");
            }
            catch (Exception e) when (e is ReferenceDataException or ReferenceStoreException)
            {
                throw new UserErrorException(ExitCodes.Usage, e.Message, "docs/feeds.md says which files of lines are understood.", e);
            }
        }
    }
}
