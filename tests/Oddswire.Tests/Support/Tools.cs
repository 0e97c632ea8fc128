namespace Oddswire.Tests.Support;

/// <summary>Programs from outside that tests use.</summary>
internal static class Tools
{
    /// <summary>
    /// The path of a program. Where it is absent the test is skipped, saying so; on a build server (<c>CI=true</c>) it fails, so that nothing is left
    /// unchecked unseen.
    /// </summary>
    /// <param name="variable">The environment variable that may name it.</param>
    /// <param name="relativePath">Where it is in the repository.</param>
    /// <param name="remedy">What brings it there.</param>
    public static string Require(string variable, string relativePath, string remedy)
    {
        var path = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named ? named : Path.Combine(TestData.RepositoryRoot(), relativePath);
        return Path.Exists(path) ? path : throw Absent($"Needs '{path}', which does not exist; {remedy} brings it.");
    }

    /// <summary>The path of a program on the PATH, likewise.</summary>
    public static string RequireOnPath(string name, string remedy) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
        ?? throw Absent($"Needs '{name}' on the PATH; {remedy} brings it.");

    /// <summary>Skips the test unless something is so; on a build server it fails.</summary>
    public static void RequireThat(bool isSo, string reason)
    {
        if (!isSo)
        {
            throw Absent(reason);
        }
    }

    private static Exception Absent(string reason)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(reason);
        }

        Assert.Skip(reason);
        return new InvalidOperationException(reason);
    }
}
