using System.CommandLine;
using Oddswire.Host.Commands;

namespace Oddswire.Tests.Configuration;

/// <summary>What the options of <c>up</c>, <c>replay</c> and <c>run</c> make of the platform.</summary>
public sealed class PlatformCliTests
{
    [Fact]
    public void The_requests_of_one_address_are_limited_as_the_command_line_says()
    {
        Read().ShouldBe(50);
        Read("--requests-per-second", "700").ShouldBe(700);
        var refused = Should.Throw<UserErrorException>(() => Read("--requests-per-second", "0"));
        (refused.ExitCode, refused.Message).ShouldBe((ExitCodes.Usage, "--requests-per-second 0 is out of range: 1 to 100,000."));
    }

    [Fact]
    public void An_export_of_nothing_says_so_and_where_to_look()
    {
        ExportCommand.Summary([], "parquet", "games").ShouldStartWith("Nothing to export: the archive in 'games'");
        ExportCommand.Summary([new ExportedFile("a", 2, 1_000_000), new ExportedFile("b", 3, 500_000)], "parquet", "games").ShouldBe("2 files, 5 rows, 1.5 MB in parquet");
    }

    private static int Read(params string[] options)
    {
        var platform = new PlatformCli();
        var command = new Command("up") { Cli.Data };
        platform.AddTo(command);
        return platform.Read(command.Parse(["--no-archive", .. options])).Api!.RequestsPerSecond;
    }
}
