using System.Diagnostics;
using Oddswire.Core.Domain;
using Oddswire.Host.Roles.Ingest;

namespace Oddswire.Tests.Roles.Ingest;

public sealed class IngestRoleTests
{
    private static readonly IngestOptions Max = new() { Speed = double.PositiveInfinity };

    [Fact]
    public async Task Every_message_is_written_with_its_bytes_envelope_and_events_and_the_end_of_the_source_is_said()
    {
        await using var rig = new IngestRig();
        await rig.RunAsync(IngestRig.Source("line info", "line play 1 2 0", "line end 2 2 0"));

        (await rig.WordsAsync()).ShouldBe(["line info", "line play 1 2 0", "line end 2 2 0", "quiet"]);
        var raw = await rig.RawAsync();
        raw.Take(3).ShouldAllBe(message => message.Format == "line-format" && message.Events.Count == 1 && message.ReceivedAt.IsKnown);
        raw.Select(message => message.Message.Sequence).ShouldBe([1, 2, 3, 0]);
        rig.Counters.Received.ShouldBe(4);
    }

    [Fact]
    public async Task Running_the_same_source_again_adds_nothing()
    {
        await using var rig = new IngestRig();
        await rig.RunAsync(IngestRig.Source("line info", "line play 1 2 0"));
        var again = IngestRig.Source("line info", "line play 1 2 0");
        await rig.RunAsync(again);

        (await rig.RawAsync()).Count.ShouldBe(3);
        again.Resumed.ShouldBe([2]);
    }

    [Fact]
    public async Task A_malformed_message_goes_to_the_dlq_with_its_bytes_and_reason_and_the_others_go_on()
    {
        await using var rig = new IngestRig();
        await rig.RunAsync(IngestRig.Source("line info", "line nonsense", "line bug", "line play 1 2 0"));

        (await rig.WordsAsync()).ShouldBe(["line info", "line play 1 2 0", "quiet"]);
        var letters = await rig.LettersAsync();
        letters.Select(letter => letter.Reason).ShouldBe(["malformed-line", "parser-fault"]);
        letters[0].Message.Sequence.ShouldBe(2);
        letters[0].Message.Body.Span.SequenceEqual("line nonsense"u8).ShouldBeTrue();
        letters[1].Detail.ShouldContain("InvalidOperationException: index 7 is a bug");
        rig.Counters.DeadLettered.ShouldBe(2);
    }

    [Fact]
    public async Task A_message_in_no_known_format_says_which_formats_are_known()
    {
        await using var rig = new IngestRig();
        rig.Formats.Add(new LineFormat("row"));
        await rig.RunAsync(IngestRig.Source("row info", "column 1"));

        (await rig.RawAsync())[0].Format.ShouldBe("row-format");
        (await rig.LettersAsync()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            letter => letter.Reason.ShouldBe("unknown-format"),
            letter => letter.Detail.ShouldContain("line-format, row-format"));
    }

    [Fact]
    public async Task A_message_that_is_too_long_is_kept_in_parts()
    {
        await using var rig = new IngestRig { Options = Max with { MaxMessageBytes = 1024 } };
        await rig.RunAsync(IngestRig.Source("line " + new string('x', 2500), "line beat"));

        var letters = await rig.LettersAsync();
        letters.Count.ShouldBe(3);
        letters.Sum(letter => letter.Message.Body.Length).ShouldBe(2505);
        letters[2].Detail.ShouldContain("part 3 of 3");
        (await rig.WordsAsync()).ShouldBe(["line beat", "quiet"]);
    }

    [Fact]
    public async Task The_pregame_line_is_written_into_the_info_event()
    {
        var line = new PregameLine { TotalHundredths = 22_150 };
        await using var rig = new IngestRig { Lines = (game, _) => game == IngestRig.Game ? line : null };
        await rig.RunAsync(IngestRig.Source("line info"));

        (await rig.RawAsync())[0].Events[0].Info!.Line.ShouldBe(line);
    }

    [Fact]
    public async Task A_live_feed_that_falls_silent_beyond_its_heartbeat_is_said_to_stall_and_to_resume_in_place()
    {
        await using var rig = new IngestRig { Options = Max with { Heartbeat = TimeSpan.FromSeconds(10) } };
        await rig.RunAsync(IngestRig.Source("0|line info", "60|line play 1 2 0", "69|line beat", "80|line play 2 4 0", "85|line end 3 4 0"));

        (await rig.WordsAsync()).ShouldBe(
            ["line info", "line play 1 2 0", "line beat", "FeedStalled", "FeedResumed", "line play 2 4 0", "line end 3 4 0", "quiet"]);
    }

    [Fact]
    public async Task A_recording_without_heartbeats_never_stalls()
    {
        await using var rig = new IngestRig();
        await rig.RunAsync(IngestRig.Source("0|line play 1 2 0", "4000|line play 2 4 0"));

        (await rig.WordsAsync()).ShouldBe(["line play 1 2 0", "line play 2 4 0", "quiet"]);
    }

    [Fact]
    public async Task Messages_wait_for_their_moment_on_the_schedule()
    {
        await using var rig = new IngestRig { Options = new IngestOptions { Speed = 100 } };
        var clock = Stopwatch.StartNew();
        await rig.RunAsync(IngestRig.Source("0|line info", "15|line play 1 2 0", "30|line end 2 2 0"));

        clock.Elapsed.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(300));
        var raw = await rig.RawAsync();
        (raw[2].ReceivedAt - raw[0].ReceivedAt).ShouldBeInRange(TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(400));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_an_hour_neither_delays_a_message_nor_hides_or_invents_a_stall()
    {
        await using var rig = new IngestRig
        {
            Options = new IngestOptions { Speed = 100, Heartbeat = TimeSpan.FromSeconds(10) },
            Time = new ClockSetBack(readings: 3),
        };
        var clock = Stopwatch.StartNew();
        await rig.RunAsync(IngestRig.Source("0|line play 1 2 0", "8|line beat", "16|line beat", "30|line play 2 4 0", "31|line end 3 4 0"));

        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        (await rig.WordsAsync()).ShouldBe(
            ["line play 1 2 0", "line beat", "line beat", "FeedStalled", "FeedResumed", "line play 2 4 0", "line end 3 4 0", "quiet"]);
    }

    [Fact]
    public async Task A_source_that_gives_nothing_although_its_schedule_goes_on_stalls_by_the_clock()
    {
        await using var rig = new IngestRig { Options = new IngestOptions { Heartbeat = TimeSpan.FromMilliseconds(200) } };
        using var stop = new CancellationTokenSource();
        using var hung = new HungSource();
        var running = rig.RunAsync(rig.Log, stop.Token, hung);
        var deadline = DateTime.UtcNow + TimeSpan.FromSeconds(10);
        while ((await rig.WordsAsync()).Count < 2 && DateTime.UtcNow < deadline)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        (await rig.WordsAsync()).ShouldBe(["line play 1 2 0", "FeedStalled"]);
        var raw = await rig.RawAsync();
        (raw[1].ReceivedAt - raw[0].ReceivedAt).ShouldBeInRange(TimeSpan.FromMilliseconds(190), TimeSpan.FromSeconds(10));
        hung.Dispose();
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_source_faster_than_its_limit_is_slowed_down_and_loses_nothing()
    {
        await using var rig = new IngestRig { Options = Max with { MaxMessagesPerSecond = 100, BurstMessages = 10 } };
        var clock = Stopwatch.StartNew();
        await rig.RunAsync(IngestRig.Source([.. Enumerable.Repeat("0|line beat", 40)]));

        (await rig.RawAsync()).Count.ShouldBe(41);
        clock.Elapsed.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(280));
    }

    [Fact]
    public async Task A_source_that_breaks_stops_the_role_after_what_it_gave_is_written()
    {
        await using var rig = new IngestRig();
        var fault = await Should.ThrowAsync<IOException>(() => rig.RunAsync(new BrokenSource()));

        fault.Message.ShouldContain("the disk is gone");
        (await rig.WordsAsync()).ShouldBe(["line beat"]);
    }

    [Fact]
    public async Task Two_sources_with_one_identity_are_refused()
    {
        await using var rig = new IngestRig();
        (await Should.ThrowAsync<ArgumentException>(() => rig.RunAsync(IngestRig.Source(), IngestRig.Source()))).Message.ShouldContain("'list'", Case.Insensitive);
    }

    /// <summary>The wall clock jumps back an hour after so many readings; monotonic time goes on.</summary>
    private sealed class ClockSetBack(int readings) : TimeProvider
    {
        private int _left = readings;

        public override DateTimeOffset GetUtcNow() =>
            Interlocked.Decrement(ref _left) >= 0 ? base.GetUtcNow() : base.GetUtcNow() - TimeSpan.FromHours(1);
    }

    private sealed class BrokenSource : Core.Ports.IFeedSource
    {
        public string Identity => "broken";

        public League League => League.Nba;

        public IEnumerable<Core.Ports.SourcedMessage> ReadFrom(long cursor)
        {
            yield return new(1, TimeSpan.Zero, IngestRig.Message(1, "line beat"));
            throw new IOException("the disk is gone");
        }
    }

    private sealed class HungSource : Core.Ports.IFeedSource, IDisposable
    {
        private readonly ManualResetEventSlim _released = new();

        public string Identity => "hung";

        public League League => League.Nba;

        public IEnumerable<Core.Ports.SourcedMessage> ReadFrom(long cursor)
        {
            yield return new(1, TimeSpan.Zero, IngestRig.Message(1, "line play 1 2 0"));
            _released.Wait(TimeSpan.FromSeconds(20));
        }

        public void Dispose() => _released.Set();
    }
}
