using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Host.Composition;
using Oddswire.Infrastructure.Logs.Kafka.Admin;

namespace Oddswire.Host.Commands;

/// <summary><c>oddswire doctor</c>: what is installed, what is missing, and how to get it.</summary>
internal static class DoctorCommand
{
    private const long WantedFreeBytes = 2L << 30;

    public static Command Create()
    {
        var command = new ExampleCommand(
            "doctor",
            "Check the machine: what is installed, what is missing, and how to get it.",
            "oddswire doctor",
            "oddswire doctor --json",
            "oddswire doctor --log kafka --bootstrap localhost:9092");
        LogCli.AddTo(command);
        command.SetAction(parsed => Run(LogCli.ReadPlace(parsed), parsed.GetValue(Cli.Json)));
        return command;
    }

    private static int Run(LogPlace place, bool json)
    {
        var data = place.Data;
        List<Finding> findings = [Runtime(), Machine(), Chdb(), Folder(data), Disk(data), Port(8080)];
        if (place.Log.Kafka is { } core)
        {
            findings.Add(Cluster("Kafka", core, core.Layout.Topics(Leagues.All), "oddswire topics apply"));
        }

        if (place.Edge is { } edge)
        {
            findings.Add(Cluster("edge Kafka", edge, edge.Layout.EdgeTopics(Leagues.All), "oddswire topics apply --edge"));
        }

        foreach (var finding in findings)
        {
            Console.Out.WriteLine($"{(finding.Ok ? "ok     " : "missing")}  {finding.Name,-14} {finding.Detail}");
            if (!finding.Ok)
            {
                Console.Out.WriteLine($"         {"",-14} {finding.Remedy}");
            }
        }

        var ok = findings.All(finding => finding.Ok);
        if (json)
        {
            Cli.PrintJson(new { ok, findings });
        }

        return ok ? ExitCodes.Ok : ExitCodes.CheckFailed;
    }

    private static Finding Runtime() => new(
        ".NET", Environment.Version.Major >= 10, $"runtime {Environment.Version}", "Install .NET SDK 10.");

    private static Finding Machine() => new(
        "machine",
        OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64,
        $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} processors",
        "The embedded archive engine (chDB) is fetched for Linux on x64; elsewhere name a library with ODDSWIRE_CHDB, or start with --no-archive.");

    private static Finding Chdb()
    {
        var library = ChdbLibrary.Find();
        return new("chDB", library is not null, library ?? "libchdb.so was not found", ChdbLibrary.Remedy);
    }

    private static Finding Folder(string data)
    {
        if (DataFolder.RunningOn(data) is { } process)
        {
            return new("data folder", true, $"{Path.GetFullPath(data)}, an oddswire (process {process}) is running on it", "");
        }

        var isThere = Directory.Exists(data);
        try
        {
            using var folder = DataFolder.OpenForWriting(data, fresh: false);
            if (!isThere)
            {
                Directory.Delete(folder.Root, recursive: true);
            }

            return new("data folder", true, isThere ? folder.Root : $"{folder.Root}, which the first start will create", "");
        }
        catch (UserErrorException error)
        {
            return new("data folder", false, error.Message, error.Remedy);
        }
    }

    private static Finding Disk(string data)
    {
        var folder = new DirectoryInfo(Path.GetFullPath(data));
        while (!folder.Exists && folder.Parent is { } parent)
        {
            folder = parent;
        }

        var free = new DriveInfo(folder.FullName).AvailableFreeSpace;
        return new(
            "disk", free >= WantedFreeBytes, $"{free / (double)(1L << 30):0.0} GiB free", "Make room: at least 2 GiB, or choose a folder on another disk with --data.");
    }

    private static Finding Cluster(string name, KafkaPlace kafka, IReadOnlyList<PlannedTopic> wanted, string command)
    {
        try
        {
            using var admin = new KafkaTopicAdmin(kafka.Connection);
            var existing = admin.List();
            var missing = wanted.Count(topic => !existing.ContainsKey(topic.Name));
            return new(name, missing == 0, $"{kafka.Name} answers, {wanted.Count - missing} of {wanted.Count} topics are there", $"Create the others with '{command}'.");
        }
        catch (LogException e)
        {
            return new(name, false, e.Message, "See docs/kafka.md, 'When something goes wrong'; 'oddswire config' shows what is used and from where.");
        }
    }

    private static Finding Port(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return new($"port {port}", true, "free", "");
        }
        catch (SocketException)
        {
            return IsOddswire(port)
                ? new($"port {port}", true, "an oddswire is serving here; start another one with a different --port", "")
                : new($"port {port}", false, "in use", $"Stop what uses it ('ss -ltnp | grep :{port}'), or start with 'oddswire up --port N'.");
        }
    }

    private static bool IsOddswire(int port)
    {
        try
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(1) };
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/metrics");
            using var response = client.Send(request);
            using var text = new StreamReader(response.Content.ReadAsStream());
            return text.ReadToEnd().Contains("oddswire_", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return false;
        }
    }

    private sealed record Finding(string Name, bool Ok, string Detail, string Remedy);
}
