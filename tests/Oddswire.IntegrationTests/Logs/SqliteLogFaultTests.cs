using System.Diagnostics;
using Oddswire.Core.Ports;
using Oddswire.Infrastructure.Logs.Sqlite;
using static Oddswire.IntegrationTests.Logs.LogTestKit;

namespace Oddswire.IntegrationTests.Logs;

/// <summary>What the SQLite log does with damaged, foreign, full, locked and read-only files.</summary>
public sealed class SqliteLogFaultTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "log", "nfl.db");

    public void Dispose() => _folder.Dispose();

    private SqliteEventLog Open(Func<SqliteLogOptions, SqliteLogOptions>? with = null, TimeProvider? time = null)
    {
        var options = new SqliteLogOptions { Directory = _folder.Path, MaxBatchRecords = 10, TailCacheBytes = 0, LockTimeout = Soon };
        return new SqliteEventLog(with?.Invoke(options) ?? options, time ?? TimeProvider.System);
    }

    /// <summary>100 records in 10 batches.</summary>
    private async Task FillAsync(int size = 1000)
    {
        await using var log = Open();
        await log.EnsureTopicsAsync([new(In, 1), new("state.nfl", 1, null, true)], default);
        await using var source = await log.JoinAsync(Source, default);
        await source.ProduceAsync(In, 0, [.. Enumerable.Range(0, 100).Select(i => $"record {i:d3} ".PadRight(size, '.'))]);
        var state = new LogCommit();
        state.State.Add(new(0, Utf8("game"), Utf8("the saved state of the game")));
        await source.CommitAsync(state, default);
    }

    private void Overwrite(string what, string with)
    {
        var bytes = System.IO.File.ReadAllBytes(File);
        var at = bytes.AsSpan().IndexOf(Utf8(what));
        at.ShouldBeGreaterThan(0);
        Utf8(with).CopyTo(bytes, at);
        System.IO.File.WriteAllBytes(File, bytes);
    }

    [Fact]
    public async Task A_flipped_byte_is_found_and_the_lost_offsets_are_named()
    {
        await FillAsync();
        Overwrite("record 042", "recorD 042");
        await using var log = Open();
        var before = await log.ReadAsync(new(new(In, 0), 0), 1000, Soon, default);
        before.Records().Select(r => r.Offset).ShouldBe(Enumerable.Range(0, 40).Select(i => (long)i));
        var error = await Should.ThrowAsync<LogCorruptException>(async () => await log.ReadAsync(new(new(In, 0), 40), 1000, Soon, default));
        error.Message.ShouldContain($"offsets 40 to 49 of {In}-0");
        error.Message.ShouldContain(File);
        (await log.ReadAsync(new(new(In, 0), 50), 1000, Soon, default)).Records().Count.ShouldBe(50);
    }

    [Fact]
    public async Task A_deleted_batch_is_found()
    {
        await FillAsync();
        Sql("DELETE FROM batches WHERE id & 0xffff = 30");
        await using var log = Open();
        foreach (var from in new[] { 30, 35 })
        {
            var error = await Should.ThrowAsync<LogCorruptException>(async () => await log.ReadAsync(new(new(In, 0), from), 1000, Soon, default));
            error.Message.ShouldContain($"offsets {from} to 39 of {In}-0");
        }
    }

    [Fact]
    public async Task A_deleted_last_batch_is_found()
    {
        await FillAsync();
        Sql("DELETE FROM batches WHERE id & 0xffff = 90");
        await using var log = Open();
        var error = await Should.ThrowAsync<LogCorruptException>(async () => await log.ReadAllAsync(In, 0));
        error.Message.ShouldContain($"offsets 90 to 99 of {In}-0");
    }

    [Fact]
    public async Task A_changed_state_is_found()
    {
        await FillAsync();
        Overwrite("the saved state", "the sAved state");
        await using var log = Open();
        await using var source = await log.JoinAsync(Source, default);
        Should.Throw<LogCorruptException>(() => source.ReadState(0, Utf8("game"))).Message.ShouldContain("'game'");
    }

    [Fact]
    public async Task A_cut_off_file_is_refused_on_opening()
    {
        await FillAsync();
        using (var file = new FileStream(File, FileMode.Open))
        {
            file.SetLength(file.Length - (3 * 16384));
        }

        await using var log = Open();
        var error = await Should.ThrowAsync<LogCorruptException>(async () => await log.DescribeAsync(In, default));
        error.Message.ShouldContain(File);
    }

    [Fact]
    public async Task A_page_of_zeros_is_reported_with_what_is_lost()
    {
        await FillAsync(size: 30_000);
        var bytes = await System.IO.File.ReadAllBytesAsync(File);
        var at = bytes.AsSpan().IndexOf(Utf8("record 055"));
        Array.Clear(bytes, at / 16384 * 16384, 16384);
        await System.IO.File.WriteAllBytesAsync(File, bytes);
        await using var log = Open();
        var error = await Should.ThrowAsync<LogCorruptException>(async () => await log.ReadAllAsync(In, 0));
        error.Message.ShouldContain($"of {In}-0");
    }

    [Theory]
    [InlineData("this is no database at all, but it has a good many bytes in it, more than a hundred, so that SQLite looks at the header of it")]
    [InlineData("short")]
    public async Task A_file_that_is_not_ours_is_refused_and_left_alone(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllTextAsync(File, content);
        await using (var log = Open())
        {
            var error = await Should.ThrowAsync<LogException>(async () => await log.DescribeAsync(In, default));
            error.Message.ShouldContain(File);
        }

        (await System.IO.File.ReadAllTextAsync(File)).ShouldBe(content);
    }

    [Fact]
    public async Task A_foreign_or_newer_database_is_refused()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        Sql("CREATE TABLE theirs(x)");
        await using var log = Open();
        (await Should.ThrowAsync<LogConfigurationException>(async () => await log.DescribeAsync(In, default))).Message.ShouldContain("not an Oddswire log");
        System.IO.File.Delete(File);
        await FillAsync();
        Sql("PRAGMA user_version=99");
        (await Should.ThrowAsync<LogConfigurationException>(async () => await log.DescribeAsync(In, default))).Message.ShouldContain("version 99");
    }

    [Fact]
    public async Task A_full_disk_is_said_loses_nothing_and_passes()
    {
        await FillAsync();
        await using (var log = Open(o => o with { MaxPages = (new FileInfo(File).Length / 16384) + 4 }))
        {
            await using var source = await log.JoinAsync(Source, default);
            var commit = new LogCommit();
            commit.Put(In, 0, "k", new string('x', 500_000));
            commit.State.Add(new(0, Utf8("game"), Utf8("later")));
            for (var i = 0; i < 3; i++)
            {
                var error = await Should.ThrowAsync<LogUnavailableException>(async () => await source.CommitAsync(commit, default));
                error.Message.ShouldContain("No room left");
            }

            source.ReadState(0, Utf8("game")).ShouldBe(Utf8("the saved state of the game"));
            (await log.DescribeAsync(In, default))[0].EndOffset.ShouldBe(100);
            await source.ProduceAsync(In, 0, "small enough");
        }

        await using var roomy = Open();
        await using var again = await roomy.JoinAsync(Source, default);
        await again.ProduceAsync(In, 0, new string('x', 500_000));
        (await roomy.ReadAllAsync(In, 0)).Select(r => r.Offset).ShouldBe(Enumerable.Range(0, 102).Select(i => (long)i));
    }

    [Fact]
    public async Task A_disk_that_is_really_full_loses_nothing_and_passes()
    {
        using var disk = SmallDisk.TryMount(megabytes: 4);
        Assert.SkipWhen(disk is null, "mounting a small tmpfs needs root");
        await using var log = Open(o => o with { Directory = disk.Path });
        await log.EnsureTopicsAsync([new(In, 1)], default);
        await using var source = await log.JoinAsync(Source, default);
        var written = 0;
        LogUnavailableException? full = null;
        for (; full is null && written < 100; written += full is null ? 1 : 0)
        {
            try
            {
                await source.ProduceAsync(In, 0, new string('x', 200_000));
            }
            catch (LogUnavailableException e)
            {
                full = e;
            }
        }

        full.ShouldNotBeNull().Message.ShouldContain("nothing");
        (await log.DescribeAsync(In, default))[0].EndOffset.ShouldBe(written);
        disk.Grow(megabytes: 64);
        await source.ProduceAsync(In, 0, "there is room again");
        (await log.ReadAllAsync(In, 0)).Select(r => r.Offset).ShouldBe(Enumerable.Range(0, written + 1).Select(i => (long)i));
    }

    [Fact]
    public async Task A_read_only_folder_is_said()
    {
        using var disk = SmallDisk.TryMount(megabytes: 4);
        Assert.SkipWhen(disk is null, "mounting a small tmpfs needs root");
        disk.MakeReadOnly();
        await using var log = Open(o => o with { Directory = disk.Path });
        var error = await Should.ThrowAsync<LogConfigurationException>(async () => await log.DescribeAsync(In, default));
        error.Message.ShouldContain(disk.Path);
        error.Message.ShouldContain("choose another data folder");
    }

    [Fact]
    public async Task A_file_locked_by_another_program_is_said_and_passes()
    {
        await FillAsync();
        await using var log = Open(o => o with { LockTimeout = TimeSpan.FromMilliseconds(200) });
        await using var source = await log.JoinAsync(Source, default);
        using (var other = new SqliteConnectionCore(File, Soon, create: false))
        {
            other.ExecuteOnce("BEGIN IMMEDIATE");
            var error = await Should.ThrowAsync<LogUnavailableException>(async () => await source.ProduceAsync(In, 0, "x"));
            error.Message.ShouldContain("Another process");
            other.ExecuteOnce("ROLLBACK");
        }

        await source.ProduceAsync(In, 0, "x");
        (await log.DescribeAsync(In, default))[0].EndOffset.ShouldBe(101);
    }

    [Fact]
    public async Task Two_open_logs_on_one_folder_see_each_others_records_and_share_a_group()
    {
        await FillAsync();
        await using var one = Open();
        await using var other = Open();
        await using var source = await one.JoinAsync(Source, default);
        await using var worker = await other.JoinAsync(Stage, default);
        (await worker.PollRecordsAsync(100)).Batches.Records().Count.ShouldBe(100);
        var waiting = worker.PollAsync(10, Soon, default).AsTask();
        await source.ProduceAsync(In, 0, "from the other side");
        (await waiting).Batches.Values().ShouldBe(["from the other side"]);
        await using var intruder = await other.JoinAsync(Source, default);
        await Should.ThrowAsync<FencedException>(async () => await intruder.ProduceAsync(In, 0, "no"));
        await one.DisposeAsync();
        (await intruder.PollAssignedAsync(1)).Assigned.ShouldBe([0]);
        await intruder.ProduceAsync(In, 0, "mine now");
        (await other.ReadAllAsync(In, 0))[^1].Offset.ShouldBe(101);
    }

    [Fact]
    public async Task A_member_that_hangs_loses_its_partitions_after_the_lease_and_is_fenced()
    {
        await FillAsync();
        var time = new LeapingClock();
        await using var log = Open(o => o with { LeaseTime = TimeSpan.FromHours(1) }, time);
        // A process that is alive (it holds its lock) but shows no heartbeat: only its rows and its lock exist.
        using var hung = new ProcessLock(File);
        await log.DescribeAsync(In, default);
        Sql($"INSERT INTO groups VALUES('{Stage.Group}', 1, 1)");
        Sql($"INSERT INTO members(id, grp, process, beat) VALUES(1000, '{Stage.Group}', '{hung.Id}', 7)");
        Sql($"INSERT INTO owners VALUES('{Stage.Group}', 0, 1000, 1)");
        await using var worker = await log.JoinAsync(Stage, default);
        (await worker.PollAsync(1, TimeSpan.Zero, default)).Assigned.ShouldBeEmpty();
        time.Leap = TimeSpan.FromHours(2);
        (await worker.PollAssignedAsync(1)).Assigned.ShouldBe([0]);
    }

    [Fact]
    public async Task A_worker_whose_membership_was_taken_away_is_fenced_and_joins_again_by_polling()
    {
        await FillAsync();
        await using var log = Open();
        await using var worker = await log.JoinAsync(Stage, default);
        var polled = await worker.PollRecordsAsync(100);
        Sql("BEGIN IMMEDIATE; DELETE FROM members; UPDATE owners SET member = 0, epoch = epoch + 1; UPDATE groups SET generation = generation + 1; COMMIT");
        await Should.ThrowAsync<FencedException>(async () => await worker.CommitAsync(Behind(polled), default));
        var again = await worker.PollRecordsAsync(100);
        (again.Revoked[0], again.Assigned[0]).ShouldBe((0, 0));
        await worker.CommitAsync(Behind(again), default);
        (await log.CommittedAsync(Stage, default)).ShouldBe([new(new(In, 0), 100)]);
    }

    [Fact]
    public async Task Compaction_makes_the_file_hold_the_last_record_of_each_key_only()
    {
        await FillAsync();
        await using (var log = Open(o => o with { MaxCompactionKeys = 15 }))
        {
            await using var source = await log.JoinAsync(Source, default);
            var commit = new LogCommit();
            for (var i = 0; i < 500; i++)
            {
                commit.Put("state.nfl", 0, $"k{i % 7}", $"v{i}");
            }

            await source.CommitAsync(commit, default);
            await log.MaintainAsync(default);
        }

        await using var reopened = Open();
        var kept = await reopened.ReadAllAsync("state.nfl", 0);
        kept.Select(r => (r.Offset, Text(r.Value))).ShouldBe(Enumerable.Range(493, 7).Select(i => ((long)i, $"v{i}")));
        (await reopened.DescribeAsync("state.nfl", default))[0].EndOffset.ShouldBe(500);
    }

    private void Sql(string text)
    {
        using var db = new SqliteConnectionCore(File, Soon, create: true);
        db.ExecuteOnce(text);
    }

    /// <summary>A disk of a few megabytes.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private readonly TempFolder _mount = new();

        public string Path => _mount.Path;

        public static SmallDisk? TryMount(int megabytes)
        {
            var disk = new SmallDisk();
            if (OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Path))
            {
                return disk;
            }

            disk._mount.Dispose();
            return null;
        }

        public void Grow(int megabytes) => Run("mount", "-o", $"remount,size={megabytes}m", Path).ShouldBeTrue();

        public void MakeReadOnly() => Run("mount", "-o", "remount,ro", Path).ShouldBeTrue();

        public void Dispose()
        {
            Run("umount", "-l", Path);
            _mount.Dispose();
        }

        private static bool Run(string program, params string[] arguments)
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
                process.WaitForExit();
                return process.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }
}
