using Oddswire.IntegrationTests.Logs;

namespace Oddswire.IntegrationTests;

/// <summary>Runs the tests, or the child process that a test asked for.</summary>
internal static class Program
{
    /// <summary>Asks for the child of <see cref="SqliteLogKillTests"/>; the folder follows.</summary>
    public const string LogChild = "--log-child";

    private static async Task<int> Main(string[] args)
    {
        if (args is [LogChild, var folder])
        {
            await SqliteLogKillTests.WorkAsync(folder);
            return 0;
        }

        return args.Contains("--server") || args.Contains("--internal-msbuild-node")
            ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
    }
}
