using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Oddswire.Tests.Architecture;

/// <summary>The rules of the house, kept by scanning the repository. Exceptions are listed here and may only shrink.</summary>
public sealed partial class ArchitectureTests
{
    private const int MaxFileLines = 400;
    private const int MaxMethodLines = 60;

    private static readonly string Root = FindRoot();

    private static readonly string[] CodeFolders = ["src", "sim", "bench", "tests"];

    [Fact]
    public void Core_stands_on_nothing_but_the_base_library()
    {
        var project = XDocument.Load(Path.Combine(Root, "src/Oddswire.Core/Oddswire.Core.csproj"));
        project.Descendants("ProjectReference").ShouldBeEmpty();
        project.Descendants("FrameworkReference").ShouldBeEmpty();
        project.Descendants("PackageReference").Select(e => (string?)e.Attribute("Include"))
            .ShouldBe(["Microsoft.CodeAnalysis.BannedApiAnalyzers"]);
    }

    [Theory]
    [InlineData("src/Oddswire.Calibration", "Oddswire.Core")]
    [InlineData("src/Oddswire.Feeds", "Oddswire.Core")]
    [InlineData("src/Oddswire.Infrastructure", "Oddswire.Core")]
    [InlineData("src/Oddswire.Board", "Oddswire.Core")]
    [InlineData("sim/Oddswire.Simulator", "Oddswire.Core", "Oddswire.Feeds")]
    public void A_project_refers_only_to_its_lower_layers(string project, params string[] allowed)
    {
        var file = Directory.GetFiles(Path.Combine(Root, project), "*.csproj").Single();
        var references = XDocument.Load(file).Descendants("ProjectReference")
            .Select(e => Path.GetFileNameWithoutExtension((string)e.Attribute("Include")!));
        references.Except(allowed).ShouldBeEmpty();
    }

    [Fact]
    public void Only_Core_bans_are_kept_and_the_ban_list_is_wired()
    {
        var project = File.ReadAllText(Path.Combine(Root, "src/Oddswire.Core/Oddswire.Core.csproj"));
        project.ShouldContain("BannedSymbols.Core.txt");
        foreach (var symbol in new[] { "DateTime.UtcNow", "System.Random", "Stopwatch.GetTimestamp", "System.IO.File" })
        {
            File.ReadAllText(Path.Combine(Root, "eng/BannedSymbols.Core.txt")).ShouldContain(symbol);
        }
    }

    [Fact]
    public void Every_file_can_be_read_in_one_sitting()
    {
        var tooLong = CodeFiles()
            .Select(file => (Name: Relative(file), Lines: File.ReadLines(file).Count()))
            .Where(file => file.Lines > MaxFileLines)
            .Select(file => $"{file.Name}: {file.Lines} lines");
        tooLong.ShouldBeEmpty($"a file has at most {MaxFileLines} lines: split it by what it is about");
    }

    [Fact]
    public void Every_method_can_be_seen_at_once()
    {
        var tooLong = CodeFiles()
            .Where(file => !Relative(file).StartsWith("tests", StringComparison.Ordinal))
            .SelectMany(file => LongMethods(file).Select(method => $"{Relative(file)}: {method}"));
        tooLong.ShouldBeEmpty($"a method has at most {MaxMethodLines} lines");
    }

    [Fact]
    public void Nothing_half_done_is_left_behind()
    {
        var found = CodeFiles()
            .Where(file => !file.EndsWith("ArchitectureTests.cs", StringComparison.Ordinal))
            .SelectMany(file => File.ReadLines(file).Select((line, i) => (file, line, number: i + 1)))
            .Where(entry => LeftOver().IsMatch(entry.line))
            .Select(entry => $"{Relative(entry.file)}:{entry.number}: {entry.line.Trim()}");
        found.ShouldBeEmpty();
    }

    [Fact]
    public void No_test_is_switched_off_and_none_sleeps()
    {
        var found = CodeFiles()
            .Where(file => Relative(file).StartsWith("tests", StringComparison.Ordinal) && !file.EndsWith("ArchitectureTests.cs", StringComparison.Ordinal))
            .SelectMany(file => File.ReadLines(file).Select((line, i) => (file, line, number: i + 1)))
            .Where(entry => SwitchedOff().IsMatch(entry.line))
            .Select(entry => $"{Relative(entry.file)}:{entry.number}: {entry.line.Trim()}");
        found.ShouldBeEmpty();
    }

    [Fact]
    public void The_product_reads_the_clock_only_through_TimeProvider()
    {
        var found = CodeFiles()
            .Where(file => Relative(file).StartsWith("src", StringComparison.Ordinal) || Relative(file).StartsWith("sim", StringComparison.Ordinal))
            .SelectMany(file => File.ReadLines(file).Select((line, i) => (file, line, number: i + 1)))
            .Where(entry => AmbientClock().IsMatch(entry.line))
            .Select(entry => $"{Relative(entry.file)}:{entry.number}: {entry.line.Trim()}");
        found.ShouldBeEmpty();
    }

    [Fact]
    public void No_price_or_probability_is_a_bare_double_in_a_public_signature()
    {
        var found = CodeFiles()
            .Where(file => Relative(file).StartsWith("src", StringComparison.Ordinal))
            .SelectMany(file => File.ReadLines(file).Select((line, i) => (file, line, number: i + 1)))
            .Where(entry => BareDouble().IsMatch(entry.line))
            .Select(entry => $"{Relative(entry.file)}:{entry.number}: {entry.line.Trim()}");
        found.ShouldBeEmpty();
    }

    [Fact]
    public void Every_decision_record_has_its_three_parts()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Root, "docs/decisions"), "*.md"))
        {
            var text = File.ReadAllText(file);
            foreach (var part in new[] { "## Context", "## Decision", "## Consequences" })
            {
                text.Contains(part, StringComparison.Ordinal).ShouldBeTrue($"{Relative(file)} lacks '{part}'");
            }
        }
    }

    private static IEnumerable<string> CodeFiles() => CodeFolders
        .Select(folder => Path.Combine(Root, folder))
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    /// <summary>Member bodies are recognised by their indentation, which the formatter keeps.</summary>
    private static IEnumerable<string> LongMethods(string file)
    {
        var lines = File.ReadAllLines(file);
        for (var i = 1; i < lines.Length; i++)
        {
            var brace = Brace().Match(lines[i]);
            if (!brace.Success || !MemberHead().IsMatch(lines[i - 1].TrimStart()))
            {
                continue;
            }

            var end = Array.IndexOf(lines, brace.Groups["indent"].Value + "}", i);
            if (end - i - 1 > MaxMethodLines && lines[i - 1].Contains('(', StringComparison.Ordinal))
            {
                yield return $"line {i}: {end - i - 1} lines";
            }
        }
    }

    private static string Relative(string file) => Path.GetRelativePath(Root, file);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Oddswire.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests must run from within the repository.");
    }

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException|\bfor now\b|async void", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex LeftOver();

    [GeneratedRegex(@"Skip\s*=\s*""|Thread\.Sleep")]
    private static partial Regex SwitchedOff();

    [GeneratedRegex(@"DateTime(Offset)?\.(Utc)?Now\b|DateTime\.Today", RegexOptions.ExplicitCapture)]
    private static partial Regex AmbientClock();

    [GeneratedRegex(@"^\s*public .*\bdouble\??\s+\w*([Pp]rice|[Oo]dds|[Pp]robability|[Cc]hance)\w*\s*[,)({=;]", RegexOptions.ExplicitCapture)]
    private static partial Regex BareDouble();

    [GeneratedRegex(@"^(?<indent> {4}| {8})\{$", RegexOptions.ExplicitCapture)]
    private static partial Regex Brace();

    [GeneratedRegex(@"^(public|private|internal|protected|static|where|:|\)|[A-Za-z].*\))", RegexOptions.ExplicitCapture)]
    private static partial Regex MemberHead();
}
