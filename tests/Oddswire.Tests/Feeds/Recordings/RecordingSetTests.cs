using System.IO.Compression;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Feeds;
using Oddswire.Feeds.Recordings;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Feeds.Recordings;

public sealed class RecordingSetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("oddswire-recordings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Formats_are_told_by_content_and_each_league_gets_a_source()
    {
        Write("a/first.txt", Game("ANA202007280", 3));
        Write("b/second.json.gz", Zip(Game("ANA202007290", 4)));
        var set = RecordingSet.Open([_folder]);
        set.Rejected.ShouldBeEmpty();
        var source = set.Sources.ShouldHaveSingleItem();
        source.League.ShouldBe(League.Mlb);
        source.Count.ShouldBe(2);
        var messages = source.ReadFrom(0).ToList();
        messages.Count.ShouldBe(2 + 3 + 2 + 4);
        messages.Select(m => m.Cursor).ShouldBe(Enumerable.Range(1, messages.Count).Select(n => (long)n));
        messages.Select(m => m.Due).ShouldBeInOrder();
        messages.ShouldAllBe(m => m.Message.Source == "replay");
        source.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void Reading_on_from_any_cursor_gives_the_rest_of_the_same_messages()
    {
        for (var i = 0; i < 7; i++)
        {
            Write($"g{i}.EVA", Game($"ANA20200728{i}", 5 + i));
        }

        var all = Show(RecordingSet.Open([_folder]).Sources[0].ReadFrom(0)).ToList();
        for (var cursor = 0; cursor <= all.Count; cursor += 7)
        {
            Show(RecordingSet.Open([_folder]).Sources[0].ReadFrom(cursor)).ShouldBe(all.Skip(cursor));
        }

        RecordingSet.Open([_folder]).Sources[0].ReadFrom(all.Count).ShouldBeEmpty();
    }

    [Fact]
    public void The_same_files_by_another_path_and_order_are_the_same_source()
    {
        var first = Write("one/x.EVA", Game("ANA202007280", 3));
        var second = Write("one/y.EVA", Game("ANA202007290", 3));
        var here = RecordingSet.Open([second, first]).Sources[0];
        Write("other/place/x.EVA", Game("ANA202007280", 3));
        Write("other/place/y.EVA", Game("ANA202007290", 3));
        var there = RecordingSet.Open([Path.Combine(_folder, "other")]).Sources[0];
        there.Identity.ShouldBe(here.Identity);
        Show(there.ReadFrom(0)).ShouldBe(Show(here.ReadFrom(0)));
        RecordingSet.Open([first]).Sources[0].Identity.ShouldNotBe(here.Identity);
    }

    [Fact]
    public void A_copy_of_a_recording_is_played_once()
    {
        Write("x.EVA", Game("ANA202007280", 3));
        var copy = Write("y.EVA", Game("ANA202007280", 3));
        var set = RecordingSet.Open([_folder, copy]);
        set.Sources[0].Count.ShouldBe(1);
        set.Ignored.ShouldAllBe(problem => problem.Reason == "same-content");
        set.Rejected.ShouldBeEmpty();
    }

    [Fact]
    public void A_file_that_is_no_recording_is_passed_over_in_a_folder_and_refused_when_named()
    {
        var roster = Write("ANA2020.ROS", "troum001,Trout,Mike,R,R,ANA,OF\r\n"u8.ToArray());
        Write("game.EVA", Game("ANA202007280", 3));
        RecordingSet.Open([_folder]).Ignored.ShouldHaveSingleItem().Reason.ShouldBe("unknown-format");
        var refused = RecordingSet.Open([roster]).Rejected.ShouldHaveSingleItem();
        refused.Detail.ShouldContain(roster);
        refused.Detail.ShouldContain("troum001");
        refused.Detail.ShouldContain("mlb-retrosheet");
    }

    [Theory]
    [InlineData("missing", "not-found")]
    [InlineData("empty-folder", "no-recordings")]
    [InlineData("empty-file", "empty-file")]
    [InlineData("junk", "unknown-format")]
    [InlineData("junk-gzip", "corrupt-gzip")]
    [InlineData("too-large", "too-large")]
    public void A_bad_input_is_named_with_its_reason_and_does_not_stop_the_others(string input, string reason)
    {
        var good = Write("good.EVA", Game("ANA202007280", 3));
        var bad = Path.Combine(_folder, input);
        switch (input)
        {
            case "empty-folder": Directory.CreateDirectory(bad); break;
            case "empty-file": Write(input, []); break;
            case "junk": Write(input, [.. Enumerable.Range(0, 9_999).Select(i => (byte)(i * 7919 >> 3))]); break;
            case "junk-gzip": Write(input, [0x1F, 0x8B, .. Enumerable.Repeat((byte)0xEE, 500)]); break;
            case "too-large": Write(input, Game("ANA202007290", 200)); break;
        }

        var set = RecordingSet.Open([bad, good], new RecordingOptions { MaxBytes = 4_000 });
        var problem = set.Problems.ShouldHaveSingleItem();
        problem.Path.ShouldBe(bad);
        problem.Reason.ShouldBe(reason);
        problem.Detail.ShouldContain(bad);
        set.Sources.ShouldHaveSingleItem().ReadFrom(0).Count().ShouldBe(5);
    }

    [Fact]
    public void A_gzip_file_of_several_members_is_read_whole()
    {
        Write("two.EVA.gz", [.. Zip(Game("ANA202007280", 30)), .. Zip(Game("ANA202007290", 3))]);
        var set = RecordingSet.Open([_folder]);
        set.Sources[0].ReadFrom(0).Count().ShouldBe(37);
        set.Problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(50)]
    [InlineData(99)]
    public void A_truncated_gzip_file_is_left_out_and_named_while_the_others_play(int cut)
    {
        var whole = Zip(Game("ANA202007290", 900));
        var bad = Write("a.EVA.gz", whole[..(whole.Length * cut / 100)]);
        Write("b.EVA.gz", Zip(Game("ANA202007280", 3)));
        var set = RecordingSet.Open([_folder]);
        set.Rejected.ShouldBeEmpty();
        set.Sources[0].ReadFrom(0).Count().ShouldBe(5);
        var problem = set.Problems.ShouldHaveSingleItem();
        problem.Reason.ShouldBe("corrupt-gzip");
        problem.Detail.ShouldContain(bad);
    }

    [Fact]
    public void A_gzip_bomb_is_refused_in_little_memory()
    {
        var bomb = Path.Combine(_folder, "bomb.json.gz");
        using (var gzip = new GZipStream(File.Create(bomb), CompressionLevel.Fastest))
        {
            gzip.Write("{\"2015091000\":{\"home\":\""u8);
            var block = new byte[1 << 20];
            Array.Fill(block, (byte)'x');
            for (var i = 0; i < 1_024; i++)
            {
                gzip.Write(block);
            }
        }

        Write("good.EVA", Game("ANA202007280", 3));
        var set = RecordingSet.Open([_folder]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        set.Sources.SelectMany(source => source.ReadFrom(0)).Count().ShouldBe(5);
        set.Problems.ShouldHaveSingleItem().Reason.ShouldBe("too-large");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(8 << 20);
    }

    [Fact]
    public void A_plain_file_of_a_gigabyte_is_refused_unread()
    {
        var path = Write("huge.json", "{\"2015091000\":{"u8.ToArray());
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(1L << 30);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        RecordingSet.Open([path]).Rejected.ShouldHaveSingleItem().Reason.ShouldBe("too-large");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4 << 20);
    }

    [Fact]
    public void A_file_that_may_not_be_read_is_named()
    {
        Assert.SkipWhen(Environment.UserName == "root", "Permissions do not bind this user.");
        var path = Write("secret.EVA", Game("ANA202007280", 3));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.None);
        }

        RecordingSet.Open([path]).Rejected.ShouldHaveSingleItem().Reason.ShouldBe("no-permission");
    }

    [Fact]
    public void A_link_back_to_a_folder_seen_before_is_not_followed()
    {
        Write("games/x.EVA", Game("ANA202007280", 3));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "games", "again"), _folder);
        var set = RecordingSet.Open([_folder]);
        set.Sources.ShouldHaveSingleItem().Count.ShouldBe(1);
        set.Ignored.ShouldBeEmpty();
        set.Rejected.ShouldBeEmpty();
    }

    [Fact]
    public void The_box_score_beside_a_play_by_play_is_found_by_its_name_and_tells_the_start()
    {
        var games = Directory.GetDirectories(TestData.Require("nba/livedata_2024-25")).Order(StringComparer.Ordinal).Take(2).ToList();
        foreach (var game in games)
        {
            var id = Path.GetFileName(game);
            Write($"{id}_playbyplay.json", TestData.Read(Path.Combine(game, "playbyplay.json.gz")));
            Write($"{id}_BoxScore.json.gz", File.ReadAllBytes(Path.Combine(game, "boxscore.json.gz")));
        }

        var set = RecordingSet.Open([Path.Combine(_folder, Path.GetFileName(games[1]) + "_playbyplay.json")]);
        var source = set.Sources.ShouldHaveSingleItem();
        var events = new List<GameEvent>();
        FeedFormats.All.Single(format => format.League == League.Nba).Parse(source.ReadFrom(0).First().Message, events);
        events.ShouldHaveSingleItem().Info!.ScheduledAt.IsKnown.ShouldBeTrue();
        set.Problems.ShouldBeEmpty();
        RecordingSet.Open([_folder]).Sources[0].Count.ShouldBe(2);
    }

    [Fact]
    public void Every_real_recording_is_recognised_and_plays_without_a_problem()
    {
        var set = RecordingSet.Open([
            TestData.Require("mlb/retrosheet/2020"), TestData.Require("nba/livedata_2024-25"), TestData.Require("nfl/gamecenter-json/2014")]);
        set.Rejected.ShouldBeEmpty();
        set.Sources.Select(source => (source.League, source.Count)).ShouldBe([(League.Nfl, 267), (League.Nba, 40), (League.Mlb, 20)]);
        foreach (var (source, games) in set.Sources.Zip([267, 40, 598]))
        {
            var seen = new Dictionary<GameId, long>();
            foreach (var sourced in source.ReadFrom(0))
            {
                var message = sourced.Message;
                message.Sequence.ShouldBe(seen.GetValueOrDefault(message.GameId) + 1);
                seen[message.GameId] = message.Sequence;
            }

            source.Problems.ShouldBeEmpty();
            seen.Count.ShouldBe(games);
        }
    }

    private static IEnumerable<string> Show(IEnumerable<SourcedMessage> messages) =>
        messages.Select(m => $"{m.Cursor} {m.Due} {m.Message.GameId} {m.Message.Sequence} {Encoding.ASCII.GetString(m.Message.Body.Span)}");

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    private static byte[] Game(string id, int plays)
    {
        var text = new StringBuilder($"id,{id}\r\nversion,2\r\ninfo,visteam,SEA\r\ninfo,hometeam,ANA\r\ninfo,date,2020/07/28\r\ninfo,starttime,6:40PM\r\n");
        for (var i = 0; i < plays; i++)
        {
            text.Append($"play,1,0,batte{i % 9:000},{i % 4}{i % 3},{new Random(i).Next()},{(i % 2 == 0 ? "W" : "WP.1-2")}\r\n");
        }

        return Encoding.ASCII.GetBytes(text.Append("data,er,sandp002,1\r\n").ToString());
    }

    private static byte[] Zip(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.SmallestSize))
        {
            gzip.Write(content);
        }

        return memory.ToArray();
    }
}
