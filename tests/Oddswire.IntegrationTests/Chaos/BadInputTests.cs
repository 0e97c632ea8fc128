using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Oddswire.Tests.Support;

namespace Oddswire.IntegrationTests.Chaos;

/// <summary>What a user can get wrong: a fitting exit code, and on standard error what is wrong and what to do; what is good goes through all the same.</summary>
[Collection(BusySuite.Name)]
public sealed class BadInputTests(ITestOutputHelper output)
{
    private const int Refused = 1;
    private const int Usage = 2;
    private const int Environment = 3;
    private const long Gigabyte = 1L << 30;
    private static readonly Dictionary<string, string?> Same = [];

    [Theory]
    [InlineData("text.json", "none of the known formats")]
    [InlineData("cut.json", "cut off")]
    [InlineData("cut.json.gz", "truncated gzip")]
    [InlineData("missing.json", "does not exist")]
    [InlineData("empty.json", "empty")]
    public async Task A_bad_recording_is_named_and_a_good_one_beside_it_goes_through(string name, string reason)
    {
        await using var folder = new ChaosFolder();
        var good = GoodRecording();
        var document = TestData.Read(good);
        switch (name)
        {
            case "text.json": await File.WriteAllTextAsync(folder[name], "hello"); break;
            case "cut.json": await File.WriteAllBytesAsync(folder[name], document[..100_000]); break;
            case "cut.json.gz": await File.WriteAllBytesAsync(folder[name], (await File.ReadAllBytesAsync(good))[..9000]); break;
            case "empty.json": await File.WriteAllTextAsync(folder[name], ""); break;
        }

        await using var replay = await OddswireProcess.RunAsync("replay", folder[name], good, "--speed", "max", "--no-archive", "--json", "--data", folder["data"]);
        replay.ExitCode.ShouldBe(Refused, replay.Said);
        Complaint(replay).ShouldContain(name);
        Complaint(replay).ShouldContain(reason, Case.Insensitive);
        replay.Result.GetProperty("games").GetInt32().ShouldBe(1);
        replay.Result.GetProperty("rejected").GetInt64().ShouldBe(1);
        (await Outcome.ProgressOfAsync(folder["data"])).Odds.ShouldBeGreaterThan(1000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_single_line_of_a_gigabyte_is_refused_in_bounded_memory(bool compressed)
    {
        await using var folder = new ChaosFolder();
        var good = GoodRecording();
        var path = folder[compressed ? "big.json.gz" : "big.json"];
        await WriteBigAsync(path, compressed);
        await using var process = OddswireProcess.Start("replay", path, good, "--speed", "max", "--no-archive", "--json", "--data", folder["data"]);
        long peak = 0;
        while (await process.LivesUntilAsync(process.Age + TimeSpan.FromMilliseconds(20)))
        {
            try
            {
                peak = Math.Max(peak, process.PeakBytes);
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                // It ended while we looked.
            }
        }

        await process.WaitAsync();
        output.WriteLine($"at most {peak >> 20} MiB; {Complaint(process)}");
        process.ExitCode.ShouldBe(Refused, process.Said);
        Complaint(process).ShouldContain(Path.GetFileName(path));
        peak.ShouldBeGreaterThan(0);
        peak.ShouldBeLessThan(600L << 20);
        process.Result.GetProperty("games").GetInt32().ShouldBe(1);
        (await Outcome.OfAsync(folder["data"], archive: false)).Updates.ShouldBeGreaterThan(1000);
    }

    [Theory]
    [InlineData("up --games nfl=99999999", "nfl")]
    [InlineData("up --games nfl=-1", "-1")]
    [InlineData("up --rounds -5", "-5")]
    [InlineData("up --speed 0", "--speed")]
    [InlineData("up --speed 1e99", "--speed")]
    [InlineData("up --speed nan", "--speed")]
    [InlineData("up --port 99999", "99999")]
    [InlineData("up --partitions 0", "--partitions")]
    [InlineData("up --partitions 100000000000", "--partitions")]
    [InlineData("up --for 1e300s", "--for")]
    [InlineData("up --retention -1h", "--retention")]
    [InlineData("up --seed 99999999999999999999", "--seed")]
    [InlineData("up --faults duplicates=900%", "duplicates=900%")]
    [InlineData("up --durabilty commit", "--durability")]
    [InlineData("replay games --sped max", "--speed")]
    [InlineData("relay games", "replay")]
    [InlineData("replay nowhere", "nowhere")]
    [InlineData("explain zzz", "zzz")]
    [InlineData("verify --data nowhere", "nowhere")]
    public async Task What_makes_no_sense_is_refused_with_the_word_that_is_wrong(string arguments, string named)
    {
        await using var folder = new ChaosFolder();
        await RefusedAsync(Usage, Same, [.. arguments.Split(' '), .. arguments.Contains("--data", StringComparison.Ordinal) ? Array.Empty<string>() : ["--data", folder["data"]]], named);
        Directory.Exists(Path.Combine(folder["data"], "log")).ShouldBeFalse("it made a log all the same");
    }

    [Fact]
    public async Task An_occupied_port_is_named()
    {
        await using var folder = new ChaosFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        await RefusedAsync(Environment, Same, ["up", "--no-archive", "--headless", "--port", $"{port}", "--data", folder["data"]], $"{port}", "--port");
    }

    [Fact]
    public async Task A_missing_native_library_is_said_at_once_with_the_way_to_get_it()
    {
        await using var folder = new ChaosFolder();
        await RefusedAsync(
            Environment, new Dictionary<string, string?> { ["ODDSWIRE_CHDB"] = folder["nowhere.so"] }, ["up", "--headless", "--port", "0", "--data", folder["data"]], "libchdb.so", "get-chdb", "--no-archive");
    }

    [Fact]
    public async Task A_second_platform_on_the_same_folder_is_refused()
    {
        await using var folder = new ChaosFolder();
        await using var first = OddswireProcess.Start("up", "--no-archive", "--headless", "--port", "0", "--data", folder["data"]);
        await first.WaitUntilRunningAsync();
        await RefusedAsync(Environment, Same, ["up", "--no-archive", "--headless", "--port", "0", "--data", folder["data"]], $"process {first.Id}");
        first.HasExited.ShouldBeFalse();
        first.Signal(Machine.IgnoresInterrupts() ? "TERM" : "INT");
        await first.WaitAsync();
        first.ExitCode.ShouldBe(0, first.Said);
    }

    [Fact]
    public async Task A_read_only_folder_is_refused()
    {
        await using var folder = new ChaosFolder();
        using var disk = SmallDisk.Mount(folder["disk"], 10);
        Directory.CreateDirectory(Path.Combine(disk.Path, "made"));
        disk.MakeReadOnly();
        foreach (var name in new[] { "made", "new" })
        {
            var data = Path.Combine(disk.Path, name);
            await RefusedAsync(Environment, Same, ["up", "--no-archive", "--headless", "--port", "0", "--data", data], data, "--data");
        }
    }

    [Fact]
    public async Task A_file_that_is_no_log_is_named_and_left_alone()
    {
        await using var folder = new ChaosFolder();
        Directory.CreateDirectory(Path.Combine(folder["data"], "log"));
        var file = Path.Combine(folder["data"], "log", "nfl.db");
        await File.WriteAllTextAsync(file, "somebody's own notes");
        await RefusedAsync(Environment, Same, ["up", "--no-archive", "--headless", "--port", "0", "--data", folder["data"]], file);
        (await File.ReadAllTextAsync(file)).ShouldBe("somebody's own notes");
    }

    private static string GoodRecording() => TestData.Require("nfl/gamecenter-json/2015/2015091000.json.gz");

    private static string Complaint(OddswireProcess process) =>
        process.Errors.FirstOrDefault(line => line.StartsWith("error: ", StringComparison.Ordinal)) ?? throw new InvalidOperationException($"It complains about nothing:\n{process.Said}");

    /// <summary>It ends by itself with this code, says all these words in a few lines of standard error, and nothing on standard output.</summary>
    private static async Task RefusedAsync(int code, IReadOnlyDictionary<string, string?> environment, IEnumerable<string> arguments, params string[] words)
    {
        await using var process = OddswireProcess.Start(environment, arguments);
        await process.WaitAsync();
        process.ExitCode.ShouldBe(code, process.Said);
        process.Output.ShouldBeEmpty();
        Complaint(process);
        process.Errors.Count.ShouldBeLessThanOrEqualTo(5, process.Said);
        foreach (var word in words)
        {
            process.Said.ShouldContain(word);
        }
    }

    private static async Task WriteBigAsync(string path, bool compressed)
    {
        await using var file = File.Create(path);
        await using Stream stream = compressed ? new GZipStream(file, CompressionLevel.Fastest) : file;
        await stream.WriteAsync(Encoding.UTF8.GetBytes("""{"2015091000":{"home":{"abbr":"NE","x":" """.TrimEnd()));
        var block = new byte[1 << 20];
        Array.Fill(block, (byte)'a');
        for (long written = 0; written < Gigabyte; written += block.Length)
        {
            await stream.WriteAsync(block);
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes("\"}}}"));
    }
}
