using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Normalise;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Core.Wire;
using Oddswire.Host.Roles;
using Oddswire.Host.Roles.Ingest;
using Oddswire.Tests.Pipeline.Normalise;
using Oddswire.Tests.Roles.Ingest;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Roles;

public sealed class DeadLetterServiceTests : IAsyncDisposable
{
    private readonly IngestRig _rig = new();
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_letter_is_listed_and_shown_under_its_id()
    {
        await _rig.RunAsync(IngestRig.Source("line info", "row play 2 2 0"));

        var letter = (await _rig.DeadLetters.ListAsync(_ct)).ShouldHaveSingleItem();
        letter.Id.ShouldBe("dlq.nba:0:0");
        letter.IsReplayed.ShouldBeFalse();
        (await _rig.DeadLetters.ShowAsync("dlq.nba:0:0", _ct))!.Letter.Message.Body.Span.SequenceEqual("row play 2 2 0"u8).ShouldBeTrue();
        (await _rig.DeadLetters.ShowAsync("dlq.nba:0:1", _ct)).ShouldBeNull();
    }

    [Theory]
    [InlineData("17")]
    [InlineData("raw.events.nba:0:1")]
    [InlineData("dlq.nfl:0:1")]
    [InlineData("dlq.nba:0:-1")]
    public async Task What_is_no_id_is_refused_with_an_example(string id)
    {
        (await Should.ThrowAsync<FormatException>(() => _rig.DeadLetters.ShowAsync(id, _ct))).Message.ShouldContain("dlq.nba:0:17");
    }

    [Fact]
    public async Task After_a_fix_a_letter_is_sent_again_once_with_its_envelope()
    {
        await _rig.RunAsync(IngestRig.Source("line info", "row play 2 2 0"));
        (await _rig.DeadLetters.ReplayAsync(null, _ct)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            result => result.IsSent.ShouldBeFalse(),
            result => result.Detail.ShouldContain("malformed-line"));

        _rig.Formats.Insert(0, new LineFormat("row"));
        (await _rig.DeadLetters.ReplayAsync(null, _ct)).ShouldHaveSingleItem().IsSent.ShouldBeTrue();
        (await _rig.DeadLetters.ReplayAsync(null, _ct)).ShouldBeEmpty();
        (await _rig.DeadLetters.ReplayAsync(["dlq.nba:0:0"], _ct)).ShouldHaveSingleItem().Detail.ShouldContain("before");

        var again = (await _rig.RawAsync())[^1];
        (again.Message.Sequence, again.Format, again.Events.Count).ShouldBe((2, "row-format", 1));
        (await _rig.ReadAsync(Topics.Raw(League.Nba)))[^1].Headers.Find(HeaderNames.ReplayOf).ShouldBe("dlq.nba:0:0");
        (await _rig.DeadLetters.ListAsync(_ct)).ShouldHaveSingleItem().IsReplayed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_message_that_was_kept_in_parts_is_put_together_again()
    {
        await using var rig = new IngestRig { Options = new IngestOptions { Speed = double.PositiveInfinity, MaxMessageBytes = 1024 } };
        var body = "line play 1 2 " + new string('0', 3000);
        await rig.RunAsync(IngestRig.Source(body));
        var results = await rig.DeadLetters.ReplayAsync(["dlq.nba:0:1"], _ct);

        results.Select(result => (result.Id, result.IsSent)).ShouldBe([("dlq.nba:0:0", true), ("dlq.nba:0:1", true), ("dlq.nba:0:2", true)]);
        Encoding.UTF8.GetString((await rig.RawAsync())[^1].Message.Body.Span).ShouldBe(body);
        (await rig.DeadLetters.ReplayAsync(null, _ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_replayed_letter_closes_the_gap_that_its_absence_had_left()
    {
        await _rig.RunAsync(IngestRig.Source("line play 1 2 0", "row play 2 4 0", "line play 3 6 0"));
        await NormaliseAsync();
        _rig.Formats.Insert(0, new LineFormat("row"));
        await _rig.DeadLetters.ReplayAsync(null, _ct);
        var events = await NormaliseAsync();

        events.Select(e => (e.Event.Kind, e.Event.Key, e.Disposition)).ShouldBe(
        [
            (EventKind.Play, "1", Disposition.OnTime),
            (EventKind.Gap, "gap-0-2", Disposition.Control),
            (EventKind.Play, "3", Disposition.OnTime),
            (EventKind.Play, "2", Disposition.Late),
        ]);
    }

    [Fact]
    public async Task Quarantined_letters_are_among_them_and_go_back_to_normalise()
    {
        await _rig.RunAsync(IngestRig.Source("line play 1 20 0", "line play 2 17 0", "line play 3 20 0"));
        await NormaliseAsync();
        var letter = (await _rig.DeadLetters.ListAsync(_ct)).ShouldHaveSingleItem();
        (letter.Id, letter.Letter.Reason).ShouldBe(("quarantine.nba:0:0", "score-went-down"));

        (await _rig.DeadLetters.ReplayAsync([letter.Id], _ct)).ShouldHaveSingleItem().IsSent.ShouldBeTrue();
        await NormaliseAsync();
        var letters = await _rig.DeadLetters.ListAsync(_ct);
        letters.Select(l => l.IsReplayed).ShouldBe([true, false], "the rules still refuse it, so there is a new letter");
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    private async Task<IReadOnlyList<NormalizedEvent>> NormaliseAsync()
    {
        using var stop = new CancellationTokenSource();
        var counters = new HopCounters();
        var runner = new StageRunner<NormaliseState>(
            _rig.Log, new NormaliseStage(League.Nba, new PointsRules()), League.Nba, [Topics.Raw(League.Nba)], IngestRig.Counts,
            new StageRunnerOptions { IdleWait = TimeSpan.FromMilliseconds(10) }, counters, TimeProvider.System);
        var running = runner.RunAsync(stop.Token);
        var group = new WorkerSpec("normalise.nba", [Topics.Raw(League.Nba)], League.Nba);
        var end = (await _rig.Log.DescribeAsync(Topics.Raw(League.Nba), _ct))[0].EndOffset;
        await StageRuns.UntilAsync(async () => (await _rig.Log.CommittedAsync(group, _ct)).Any(position => position.Offset == end), running);

        await stop.CancelAsync();
        await running;
        var cache = new StringCache();
        return [.. (await _rig.ReadAsync(Topics.Normalized(League.Nba))).Select(record => NormalizedEventCodec.Read(record.Value.Span, cache))];
    }
}
