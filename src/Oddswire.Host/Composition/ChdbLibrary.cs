namespace Oddswire.Host.Composition;

/// <summary>Where the embedded ClickHouse engine's library is.</summary>
internal static class ChdbLibrary
{
    public const string Remedy = "Run eng/get-chdb.sh in the repository, or name the library with ODDSWIRE_CHDB.";

    /// <summary>The library: ODDSWIRE_CHDB, beside the program, or in <c>.deps/chdb</c> of a folder above it; null when there is none.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable("ODDSWIRE_CHDB") is { Length: > 0 } named)
        {
            return File.Exists(named) ? Path.GetFullPath(named) : null;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            foreach (var candidate in new[] { "libchdb.so", ".deps/chdb/libchdb.so" })
            {
                var file = Path.Combine(folder.FullName, candidate);
                if (File.Exists(file))
                {
                    return file;
                }
            }
        }

        return null;
    }
}
