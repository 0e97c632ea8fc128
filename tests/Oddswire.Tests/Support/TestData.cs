using System.IO.Compression;

namespace Oddswire.Tests.Support;

/// <summary>The real games beside the repository, in <c>../shared/data</c>.</summary>
internal static class TestData
{
    /// <summary>
    /// The path of a file or folder of the shared data. Where it is absent the test is skipped, saying so; on a build server (<c>CI=true</c>) it fails, so that
    /// nothing is left unchecked unseen.
    /// </summary>
    public static string Require(string relativePath)
    {
        var path = Path.Combine(RepositoryRoot(), "..", "shared", "data", relativePath);
        if (!Path.Exists(path))
        {
            var reason = $"Needs real data: '{Path.GetFullPath(path)}' does not exist.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(reason);
            }

            Assert.Skip(reason);
        }

        return path;
    }

    /// <summary>The bytes of a file, uncompressed when its name ends in <c>.gz</c>.</summary>
    public static byte[] Read(string path)
    {
        if (!path.EndsWith(".gz", StringComparison.Ordinal))
        {
            return File.ReadAllBytes(path);
        }

        using var file = File.OpenRead(path);
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        using var memory = new MemoryStream();
        gzip.CopyTo(memory);
        return memory.ToArray();
    }

    /// <summary>The folder that holds the solution.</summary>
    public static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Oddswire.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above '{AppContext.BaseDirectory}' holds Oddswire.slnx.");
    }
}
