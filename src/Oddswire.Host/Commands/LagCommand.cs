using System.CommandLine;
using Oddswire.Core.Domain;
using Oddswire.Host.Composition;
using Oddswire.Host.Roles.Lag;

namespace Oddswire.Host.Commands;

/// <summary><c>oddswire lag</c>: how far every group is behind its input.</summary>
internal static class LagCommand
{
    public static Command Create()
    {
        var league = new Option<string?>("--league") { Description = "Only nfl, nba or mlb." };
        var watch = new Option<bool>("--watch") { Description = "Repeat until Ctrl-C; with --json, one object per line." };
        var every = new Option<string>("--every") { Description = "With --watch: the interval.", DefaultValueFactory = static _ => "2s", HelpName = "DURATION" };
        var partitions = new Option<bool>("--partitions") { Description = "Show every partition, not only each group's total." };
        var noEdge = new Option<bool>("--no-edge") { Description = "Do not look for a public copy of the odds." };
        var command = new ExampleCommand(
            "lag",
            "Show how far every group is behind its input: how many records are waiting, and how long the oldest has waited.",
            "oddswire lag",
            "oddswire lag --watch --league nfl",
            "oddswire lag --log kafka --bootstrap localhost:9092 --partitions",
            "oddswire lag --json")
        { league, watch, every, partitions, noEdge };
        LogCli.AddTo(command);
        command.SetAction((parsed, ct) => RunAsync(
            LogCli.ReadPlace(parsed),
            OddsCommand.ParseLeagues(parsed.GetValue(league)),
            parsed.GetValue(watch) ? Cli.ParseDuration(parsed.GetRequiredValue(every), "--every") : null,
            parsed.GetValue(partitions),
            parsed.GetValue(noEdge),
            parsed.GetValue(Cli.Json),
            ct));
        return command;
    }

    private static async Task<int> RunAsync(LogPlace place, IReadOnlyList<League> leagues, TimeSpan? every, bool partitions, bool noEdge, bool json, CancellationToken ct)
    {
        await using var access = place.Open();
        await access.DemandLogAsync(leagues, ct);
        await using var edge = noEdge ? null : Edge.OpenExisting(access.Folder, place.Edge, TimeProvider.System);
        var reader = new LagReader(access.Log, TimeProvider.System, noEdge ? null : () => edge);
        while (true)
        {
            var lags = new List<GroupLag>();
            foreach (var league in leagues)
            {
                lags.AddRange(await reader.ReadAsync(league, ct));
            }

            if (!json || every is null)
            {
                Print(lags, partitions);
            }

            if (json)
            {
                Cli.PrintJson(ToJson(lags));
            }

            foreach (var (group, why) in reader.Refused)
            {
                Cli.Say($"not shown: {group}: {why}");
            }

            if (reader.EdgeUnknown is { } unknown)
            {
                Cli.Say($"not shown: replicate: {unknown}{(reader.EdgeFault is { } fault ? $": {fault}" : "")}");
            }

            if (every is not { } pause)
            {
                return reader.Refused.Count == 0 && (edge is null || reader.EdgeUnknown is null) ? ExitCodes.Ok : ExitCodes.CheckFailed;
            }

            await Task.Delay(pause, TimeProvider.System, ct);
        }
    }

    private static void Print(List<GroupLag> lags, bool partitions)
    {
        Console.Out.WriteLine($"{"role",-10} {"group",-16} {"partitions",10} {"records",12} {"seconds",9}  furthest behind");
        foreach (var lag in lags)
        {
            var worst = lag.Worst is { } partition ? $"{partition.Partition} at {partition.Position:N0} of {partition.End:N0}" : "";
            Console.Out.WriteLine($"{RoleOf(lag),-10} {lag.Group,-16} {lag.Partitions.Count,10} {lag.Records,12:N0} {lag.Age.TotalSeconds,9:0.0}  {worst}");
            foreach (var one in lag.Partitions.Where(_ => partitions))
            {
                Console.Out.WriteLine($"           {one.Partition,-27} {one.Records,12:N0} {one.Age.TotalSeconds,9:0.0}  at {one.Position:N0} of {one.End:N0}");
            }
        }

        if (lags.Count == 0)
        {
            Console.Out.WriteLine("no group has read anything yet");
        }
    }

    private static object ToJson(List<GroupLag> lags) => new
    {
        records = lags.Sum(lag => lag.Records),
        seconds = lags.Count == 0 ? 0 : Math.Round(lags.Max(lag => lag.Age.TotalSeconds), 3),
        groups = lags.Select(ToJson),
    };

    private static string RoleOf(GroupLag lag) => lag.Hop.ToString().ToLowerInvariant();

    private static object ToJson(GroupLag lag) => new
    {
        role = RoleOf(lag),
        lag.Group,
        league = lag.League.Code(),
        lag.Records,
        seconds = Math.Round(lag.Age.TotalSeconds, 3),
        partitions = lag.Partitions.Select(partition => new
        {
            partition.Partition.Topic,
            partition.Partition.Partition,
            partition.Position,
            partition.End,
            partition.Records,
            seconds = Math.Round(partition.Age.TotalSeconds, 3),
        }),
    };
}
