using System.Diagnostics;
using Oddswire.Core.Ports;
using Oddswire.Infrastructure.Logs.Sqlite;
using Oddswire.IntegrationTests.Chaos;
using static Oddswire.IntegrationTests.Logs.LogTestKit;

namespace Oddswire.IntegrationTests.Logs;

/// <summary>
/// A child process (this test program again, told by a variable of its environment) produces and transforms at full speed and is killed
/// at a random moment, again and again; after each kill the log must hold whole commits only.
/// </summary>
[Collection(BusySuite.Name)]
public sealed class SqliteLogKillTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_process_killed_at_any_moment_leaves_whole_commits_and_its_successor_goes_on_at_once()
    {
        var random = new Random(20260101);
        long before = 0;
        for (var kill = 0; kill < 10; kill++)
        {
            using (var child = StartChild())
            {
                await child.StandardOutput.ReadLineAsync().WaitAsync(Machine.Patience);
                await Task.Delay(random.Next(5, 250));
                child.Kill();
                await child.WaitForExitAsync();
            }

            await using var log = new SqliteEventLog(new SqliteLogOptions { Directory = _folder.Path }, TimeProvider.System);
            before = await CheckAsync(log, before);
        }
    }

    /// <summary>The child's whole life; ends by being killed, or when its parent has gone.</summary>
    internal static async Task WorkAsync(string folder)
    {
        await using var log = new SqliteEventLog(new SqliteLogOptions { Directory = folder }, TimeProvider.System);
        await log.EnsureTopicsAsync([new(In, 1), new(Out, 1)], default);
        var parentGone = Task.Run(Console.In.ReadToEnd);
        await await Task.WhenAny(Task.Run(() => ProduceAsync(log)), Task.Run(() => TransformAsync(log)), parentGone);
    }

    private static async Task ProduceAsync(SqliteEventLog log)
    {
        await using var source = await log.JoinAsync(Source, default);
        var next = source.ReadState(0, Utf8("cursor")) is { } saved ? long.Parse(Text(saved)) : 0;
        var random = new Random((int)next);
        var commit = new LogCommit();
        for (var isFirst = true; ; isFirst = false)
        {
            for (var size = random.Next(1, 3000); size > 0; size--)
            {
                commit.Put(In, 0, "k", $"{next++}");
            }

            commit.State.Add(new(0, Utf8("cursor"), Utf8($"{next}")));
            await source.CommitAsync(commit, default);
            commit.Clear();
            if (isFirst)
            {
                Console.WriteLine("working");
            }
        }
    }

    private static async Task TransformAsync(SqliteEventLog log)
    {
        await using var worker = await log.JoinAsync(Stage, default);
        var commit = new LogCommit();
        long? sum = null;
        while (true)
        {
            var polled = await worker.PollAsync(2000, TimeSpan.FromSeconds(1), default);
            if (polled.Batches.Count == 0)
            {
                continue;
            }

            sum ??= worker.ReadState(0, Utf8("sum")) is { } saved ? long.Parse(Text(saved)) : 0;
            foreach (var record in polled.Batches.Records())
            {
                var value = long.Parse(Text(record.Value));
                sum += value;
                commit.Put(Out, 0, "k", $"{value * 2}");
            }

            commit.State.Add(new(0, Utf8("sum"), Utf8($"{sum}")));
            commit.Positions.Add(new(new(In, 0), polled.Batches[^1].NextOffset));
            await worker.CommitAsync(commit, default);
            commit.Clear();
        }
    }

    /// <summary>Cursor, inputs, position, outputs and state must tell one story; gives how far it got.</summary>
    private static async Task<long> CheckAsync(SqliteEventLog log, long before)
    {
        var inputs = await log.ReadAllValuesAsync(In, 0);
        inputs.ShouldBe(Enumerable.Range(0, inputs.Count).Select(i => $"{i}"));
        var cursor = (await log.ReadStateAsync(Source, 0, default)).ShouldHaveSingleItem().Value;
        Text(cursor).ShouldBe($"{inputs.Count}");
        var position = (await log.CommittedAsync(Stage, default)).SingleOrDefault().Offset;
        (await log.ReadAllValuesAsync(Out, 0)).ShouldBe(Enumerable.Range(0, (int)position).Select(i => $"{i * 2}"));
        if (position > 0)
        {
            Text((await log.ReadStateAsync(Stage, 0, default)).ShouldHaveSingleItem().Value).ShouldBe($"{position * (position - 1) / 2}");
        }

        ((long)inputs.Count).ShouldBeGreaterThan(before, "the successor of a killed process must get its partitions at once");
        return inputs.Count;
    }

    private Process StartChild()
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(SqliteLogKillTests).Assembly.Location, Program.LogChild, _folder.Path])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        return Process.Start(start)!;
    }
}
