using System.Diagnostics;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Wire.Schemas;

/// <summary>The check of ./test on the contracts: it passes on ours, names what breaks a release, and fails when its tool is missing.</summary>
public sealed class ReleasedContractsTests
{
    private static readonly string Root = TestData.RepositoryRoot();

    [Fact]
    public void Our_contracts_are_well_formed_and_break_no_release() => Check(Path.Combine(Root, "contracts")).ShouldBe((0, ""), "see the error above");

    [Theory]
    [InlineData("int64 sequence = 4;", "int32 sequence = 4;", "changed type from \"int64\" to \"int32\"")]
    [InlineData("int64 sequence = 4;", "", "field \"4\" with name \"sequence\"")]
    [InlineData("int32 epoch = 3;", "int32 restart = 3;", "changed name from \"epoch\" to \"restart\"")]
    [InlineData("MARKET_STATUS_VOIDED = 4;", "MARKET_STATUS_CANCELLED = 4;", "MARKET_STATUS_VOIDED")]
    [InlineData("MARKET_STATUS_OPEN = 1;", "OPENED = 1;", "should be prefixed with \"MARKET_STATUS_\"")]
    public void A_change_that_breaks_a_release_or_the_style_is_named(string from, string to, string says)
    {
        var folder = Directory.CreateTempSubdirectory("oddswire-contracts-").FullName;
        try
        {
            Copy(Path.Combine(Root, "contracts"), folder);
            var file = Path.Combine(folder, "oddswire/public/v1/odds.proto");
            var text = File.ReadAllText(file);
            text.ShouldContain(from);
            File.WriteAllText(file, text.Replace(from, to, StringComparison.Ordinal));
            var (code, said) = Check(folder);
            code.ShouldBe(1, said);
            said.ShouldContain(says, Case.Insensitive);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Without_its_tool_the_check_fails()
    {
        var (code, said) = Check(Path.Combine(Root, "contracts"), "/nowhere/buf");
        code.ShouldBe(3);
        said.ShouldContain("eng/get-buf.sh");
    }

    private static (int Code, string Said) Check(string contracts, string? buf = null)
    {
        buf ??= Tools.Require("ODDSWIRE_BUF", ".deps/buf/buf", "eng/get-buf.sh");
        var start = new ProcessStartInfo("bash", [Path.Combine(Root, "eng/check-contracts.sh"), contracts]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["ODDSWIRE_BUF"] = buf;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, process.ExitCode == 0 ? errors : output.Result + errors);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
