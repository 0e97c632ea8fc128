using System.Diagnostics;
using Oddswire.Core.Ports;
using Oddswire.Infrastructure.Logs.Sqlite;
using static Oddswire.IntegrationTests.Logs.LogTestKit;

namespace Oddswire.IntegrationTests.Logs;

/// <summary>A large log opens fast. Ten million records when <c>ODDSWIRE_TEST_SLOW</c> is 1, else half a million.</summary>
[Trait("Category", "Slow")]
public sealed class SqliteLogSizeTests(ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_large_log_opens_and_reads_its_last_record_in_seconds()
    {
        var total = Environment.GetEnvironmentVariable("ODDSWIRE_TEST_SLOW") == "1" ? 10_000_000 : 500_000;
        var options = new SqliteLogOptions { Directory = _folder.Path };
        await using (var log = new SqliteEventLog(options, TimeProvider.System))
        {
            await log.EnsureTopicsAsync([new(In, 1)], default);
            await using var source = await log.JoinAsync(Source, default);
            var commit = new LogCommit();
            var value = new byte[270];
            for (var i = 0; i < total; i += 10_000)
            {
                for (var j = 0; j < 10_000; j++)
                {
                    BitConverter.TryWriteBytes(value, i + j);
                    commit.Outputs.Append(new(In, 0), "nfl:2015091000"u8, default, value);
                }

                await source.CommitAsync(commit, default);
                commit.Clear();
            }
        }

        var watch = Stopwatch.StartNew();
        await using var reopened = new SqliteEventLog(options, TimeProvider.System);
        await using var worker = await reopened.JoinAsync(Stage, default);
        (await reopened.DescribeAsync(In, default))[0].EndOffset.ShouldBe(total);
        var last = (await reopened.ReadAsync(new(new(In, 0), total - 1), 1, Soon, default)).Records();
        output.WriteLine($"{total} records: open, join and read the last in {watch.ElapsedMilliseconds} ms");
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(3));
        BitConverter.ToInt32(last[0].Value.Span).ShouldBe(total - 1);
    }
}
