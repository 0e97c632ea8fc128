using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.IntegrationTests.Api;
using Oddswire.IntegrationTests.Chaos;
using Oddswire.IntegrationTests.Logs.Kafka;
using Oddswire.IntegrationTests.Replicate;
using Oddswire.Tests.Support;

namespace Oddswire.IntegrationTests.Interop;

/// <summary>
/// Clients that are not ours read the public topic from a cluster and decode it with nothing but the published contract: kcat with protoc, and the
/// examples in C#, Python and JavaScript. All must read the same, and see a hole where there is one.
/// </summary>
public sealed class InteroperabilityTests : IAsyncLifetime
{
    private const int Updates = 300;
    private static readonly string Contracts = Path.Combine(TestData.RepositoryRoot(), "contracts");
    private readonly MockCluster _cluster = new(1);
    private IEventLog _core = null!;
    private KafkaEventLog _edge = null!;
    private ReplicationRig _rig = null!;

    private static string Examples => Path.Combine(TestData.RepositoryRoot(), "examples");

    public async ValueTask InitializeAsync()
    {
        _core = new MemoryEventLog(TimeProvider.System);
        _edge = new KafkaEventLog(_cluster.Settings, TimeProvider.System, TestLogger.ForCurrentTest());
        _rig = await new ReplicationRig(_core, _edge).PrepareAsync();
        await _rig.PriceAsync(Updates);
        await _rig.RunUntilDoneAsync(_rig.Role());
    }

    public async ValueTask DisposeAsync()
    {
        await _edge.DisposeAsync();
        _cluster.Dispose();
    }

    [Fact]
    public async Task The_example_in_CSharp_reads_what_was_priced()
    {
        var program = Path.Combine(Examples, "csharp/bin/Release/net10.0/oddswire-consumer.dll");
        File.Exists(program).ShouldBeTrue($"the solution builds the example to {program}");
        await CompareAsync("dotnet", ["exec", program, _cluster.Bootstrap, ReplicationRig.Public, $"{Updates}"]);
    }

    [Fact]
    public async Task The_example_in_Python_reads_what_was_priced()
    {
        using var generated = new Logs.TempFolder();
        var python = Python();
        await RunAsync(Tools.RequireOnPath("protoc", "eng/get-interop.sh"), ["-I", Contracts, $"--python_out={generated.Path}", Path.Combine(Contracts, "oddswire/public/v1/odds.proto")]);
        await CompareAsync(python, [Path.Combine(Examples, "python/consumer.py"), _cluster.Bootstrap, ReplicationRig.Public, $"{Updates}"], generated.Path);
    }

    [Fact]
    public async Task The_example_in_JavaScript_reads_what_was_priced()
    {
        await CompareAsync(Node(), [Path.Combine(Examples, "javascript/consumer.mjs"), _cluster.Bootstrap, ReplicationRig.Public, $"{Updates}"]);
    }

    [Fact]
    public async Task The_example_in_JavaScript_takes_the_contract_from_the_platforms_registry()
    {
        await using var board = await BoardRig.StartAsync();
        await using var registered = new KafkaEventLog(_cluster.Settings, TimeProvider.System, TestLogger.ForCurrentTest());
        var rig = await new ReplicationRig(new MemoryEventLog(TimeProvider.System), registered) { PublishedId = Core.Wire.Contracts.PublicOdds.Id, League = Core.Domain.League.Mlb }.PrepareAsync();
        await rig.PriceAsync(Updates);
        await rig.RunUntilDoneAsync(rig.Role());
        var output = await RunAsync(
            Node(),
            [Path.Combine(Examples, "javascript/consumer.mjs"), _cluster.Bootstrap, Topics.PublicOdds(rig.League), $"{Updates}", "--registry", board.Address.ToString().TrimEnd('/')]);
        Parse(output).Count.ShouldBe(Updates);
    }

    [Fact]
    public async Task kcat_reads_it_and_protoc_decodes_it()
    {
        var kcat = Tools.RequireOnPath("kcat", "eng/get-interop.sh");
        var protoc = Tools.RequireOnPath("protoc", "eng/get-interop.sh");
        var bytes = await RunForBytesAsync(kcat, ["-C", "-b", _cluster.Bootstrap, "-t", ReplicationRig.Public, "-o", "beginning", "-e", "-q", "-X", "isolation.level=read_committed", "-f", "%k|%h|%S|%s"]);
        var records = Split(bytes);
        records.Count.ShouldBe(Updates);
        records.Select(record => record.Key).Distinct().Count().ShouldBe(9);
        records[0].Headers.ShouldContain("league=nfl");
        records[0].Headers.ShouldContain("content-type=application/x-protobuf; framing=confluent; messageType=oddswire.public.v1.OddsUpdate");
        records[0].Headers.ShouldNotContain("secret");
        foreach (var (key, _, value) in records.Take(3))
        {
            var text = await RunAsync(protoc, ["-I", Contracts, "--decode", "oddswire.public.v1.OddsUpdate", "oddswire/public/v1/odds.proto"], input: value[SchemaFrame.Size..]);
            text.ShouldContain($"game_id: \"{key}\"");
            text.ShouldContain("market_type: MARKET_TYPE_TOTAL");
            text.ShouldContain("price_thousandths: 1909");
        }
    }

    [Fact]
    public async Task The_examples_see_a_hole()
    {
        _rig.Skip();
        await _rig.PriceAsync(9);
        await _rig.RunUntilDoneAsync(_rig.Role());
        var said = new StringBuilder();
        await RunAsync(
            "dotnet",
            ["exec", Path.Combine(Examples, "csharp/bin/Release/net10.0/oddswire-consumer.dll"), _cluster.Bootstrap, ReplicationRig.Public, $"{Updates + 9}"],
            errors: said);
        said.ToString().ShouldContain("hole in nfl:game-");
        said.Clear();
        await RunAsync(Node(), [Path.Combine(Examples, "javascript/consumer.mjs"), _cluster.Bootstrap, ReplicationRig.Public, $"{Updates + 9}"], errors: said);
        said.ToString().ShouldContain("hole in nfl:game-");
    }

    private static string Python()
    {
        var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : Tools.RequireOnPath("python3", "eng/get-interop.sh");
        using var probe = Process.Start(new ProcessStartInfo(python, ["-c", "import confluent_kafka, google.protobuf"]) { RedirectStandardError = true, UseShellExecute = false })!;
        probe.WaitForExit();
        Tools.RequireThat(probe.ExitCode == 0, "Python has no confluent_kafka or protobuf; eng/get-interop.sh brings them.");
        return python;
    }

    private static string Node()
    {
        Tools.RequireThat(
            Directory.Exists(Path.Combine(Examples, "javascript/node_modules/kafkajs")), "examples/javascript has no packages; eng/get-interop.sh brings them.");
        return Tools.RequireOnPath("node", "eng/get-interop.sh");
    }

    private async Task CompareAsync(string program, IReadOnlyList<string> arguments, string? pythonPath = null)
    {
        var read = Parse(await RunAsync(program, arguments, pythonPath: pythonPath));
        var expected = new List<Read>();
        for (var partition = 0; partition < ReplicationRig.CorePartitions; partition++)
        {
            foreach (var record in await Logs.LogTestKit.ReadAllAsync(_core, ReplicationRig.Internal, partition))
            {
                var update = OddsUpdateCodec.Read(record.Value.Span, new StringCache());
                expected.Add(new Read(
                    update.Id.ToString(),
                    update.GameId.Value,
                    update.Epoch,
                    update.Sequence,
                    (int)update.Market.Type,
                    1,
                    update.Market.Line.Hundredths,
                    (int)update.Status,
                    $"{update.First.Price.Thousandths},{update.Second.Price.Thousandths}"));
            }
        }

        read.OrderBy(update => update.Game, StringComparer.Ordinal).ThenBy(update => update.Sequence)
            .ShouldBe(expected.OrderBy(update => update.Game, StringComparer.Ordinal).ThenBy(update => update.Sequence));
    }

    private static List<Read> Parse(string output) =>
    [
        .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).Select(update => new Read(
            update.GetProperty("id").GetString()!,
            update.GetProperty("game").GetString()!,
            update.GetProperty("epoch").GetInt32(),
            update.GetProperty("sequence").GetInt64(),
            update.GetProperty("market").GetInt32(),
            update.GetProperty("scope").GetInt32(),
            update.GetProperty("line").GetInt32(),
            update.GetProperty("status").GetInt32(),
            string.Join(',', update.GetProperty("prices").EnumerateArray().Select(price => price.GetInt32())))),
    ];

    /// <summary>key|headers|size|value, one after the other without anything between.</summary>
    private static List<(string Key, string Headers, byte[] Value)> Split(byte[] output)
    {
        var records = new List<(string, string, byte[])>();
        for (var at = 0; at < output.Length;)
        {
            var parts = new string[3];
            for (var i = 0; i < 3; i++)
            {
                var end = Array.IndexOf(output, (byte)'|', at);
                parts[i] = Encoding.UTF8.GetString(output, at, end - at);
                at = end + 1;
            }

            var size = int.Parse(parts[2], CultureInfo.InvariantCulture);
            records.Add((parts[0], parts[1], output[at..(at + size)]));
            at += size;
        }

        return records;
    }

    private static async Task<string> RunAsync(
        string program, IReadOnlyList<string> arguments, byte[]? input = null, string? pythonPath = null, StringBuilder? errors = null) =>
        Encoding.UTF8.GetString(await RunForBytesAsync(program, arguments, input, pythonPath, errors));

    private static async Task<byte[]> RunForBytesAsync(
        string program, IReadOnlyList<string> arguments, byte[]? input = null, string? pythonPath = null, StringBuilder? errors = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Contracts,
        };
        start.Environment["PYTHONPATH"] = pythonPath;
        using var process = Process.Start(start)!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Machine.Patience);
        using var output = new MemoryStream();
        var saying = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input ?? [], deadline.Token);
            process.StandardInput.Close();
            await process.StandardOutput.BaseStream.CopyToAsync(output, deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {Machine.Patience}; it had written {output.Length} bytes", e);
        }

        var said = await saying;
        errors?.Append(said);
        process.ExitCode.ShouldBe(0, $"{program}: {said}");
        return output.ToArray();
    }

    private sealed record Read(string Id, string Game, int Epoch, long Sequence, int Market, int Scope, int Line, int Status, string Prices);
}
