using Oddswire.Core.Domain;
using Oddswire.Simulator;
using Oddswire.Simulator.Faults;

namespace Oddswire.Tests.Simulator;

/// <summary>Each fault appears as asked, and what comes out of normalise shows it.</summary>
public sealed class FaultTests
{
    private static readonly TimeSpan WholeRun = TimeSpan.FromDays(1);

    private static readonly SlateOptions Slate = new()
    {
        NflGames = 2,
        NbaGames = 2,
        MlbGames = 8,
        Rounds = 1,
        Seed = 5,
        UnderWay = false,
        Heartbeat = TimeSpan.FromSeconds(10),
    };

    public static TheoryData<League> AllLeagues => [League.Nfl, League.Nba, League.Mlb];

    [Theory]
    [MemberData(nameof(AllLeagues))]
    public void Duplicates_and_a_redundant_feed_change_nothing(League league)
    {
        var (options, tally) = With(league, "duplicates=5%,redundant=300ms");
        var clean = Run(league, Slate);
        var faulty = Run(league, options);

        tally.Duplicates.ShouldBeGreaterThan(50);
        tally.Redundant.ShouldBeGreaterThan(500);
        faulty.Duplicates.ShouldBeGreaterThan(clean.Accepted.Count);
        Story(faulty).ShouldBe(Story(clean), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(AllLeagues))]
    public void Messages_overtaken_by_their_neighbours_are_put_back_in_order(League league)
    {
        var (options, tally) = With(league, "reorder=5%");
        var faulty = Run(league, options);

        tally.Reordered.ShouldBeGreaterThan(30);
        faulty.Accepted.ShouldNotContain(accepted => accepted.Event.Kind == EventKind.Gap);
        Story(faulty).ShouldBe(Story(Run(league, Slate)), ignoreOrder: true);
        Finals(league, options, faulty).ShouldAllBe(final => final.Last == final.True);
    }

    [Theory]
    [MemberData(nameof(AllLeagues))]
    public void A_message_beyond_the_window_is_a_gap_first_and_then_late(League league)
    {
        var (options, tally) = With(league, "late=0.8%:100");
        var faulty = Run(league, options);

        tally.Late.ShouldBeGreaterThan(2);
        faulty.Accepted.Count(accepted => accepted.Event.Kind == EventKind.Gap).ShouldBeGreaterThan(0);
        faulty.Accepted.ShouldContain(accepted => accepted.Disposition == Disposition.Late);
        Finals(league, options, faulty).ShouldAllBe(final => final.Last == final.True);
    }

    [Theory]
    [MemberData(nameof(AllLeagues))]
    public void A_message_never_sent_is_declared_a_gap(League league)
    {
        var (options, tally) = With(league, "gaps=1%");
        var faulty = Run(league, options);

        tally.Lost.ShouldBeGreaterThan(10);
        faulty.Accepted.Where(accepted => accepted.Event.Kind == EventKind.Gap).Sum(accepted => accepted.Event.MissingMessages)
            .ShouldBe((int)tally.Lost);
    }

    [Theory]
    [MemberData(nameof(AllLeagues))]
    public void A_second_feed_fills_the_gaps_of_the_first(League league)
    {
        var (options, tally) = With(league, "gaps=1%,redundant=200ms");
        var faulty = Run(league, options);

        tally.Lost.ShouldBeGreaterThan(20);
        Finals(league, options, faulty).ShouldAllBe(final => final.Last == final.True);
        faulty.Accepted.Count(accepted => accepted.Event.Kind == EventKind.Gap).ShouldBeLessThan((int)tally.Lost / 10);
    }

    [Theory]
    [MemberData(nameof(AllLeagues))]
    public void Corrections_leave_the_true_score_behind(League league)
    {
        var (options, tally) = With(league, "corrections=8%");
        var faulty = Run(league, options);

        tally.Corrections.ShouldBeGreaterThan(5);
        faulty.Refused.ShouldBeEmpty();
        faulty.Quarantine.ShouldBeEmpty();
        faulty.Accepted.Count(accepted => accepted.Disposition == Disposition.Correction).ShouldBe((int)tally.Corrections);
        Finals(league, options, faulty).ShouldAllBe(final => final.Last == final.True);
    }

    [Theory]
    [MemberData(nameof(AllLeagues))]
    public void Every_spoilt_message_is_refused_by_the_adapter_and_none_else(League league)
    {
        var (options, tally) = With(league, "malformed=2%,garbled=2%");
        var faulty = Run(league, options);

        tally.Malformed.ShouldBeGreaterThan(15);
        tally.Garbled.ShouldBeGreaterThan(15);
        faulty.Refused.Count.ShouldBe((int)(tally.Malformed + tally.Garbled));
        faulty.Quarantine.ShouldBeEmpty();
    }

    [Fact]
    public void A_stalled_game_is_silent_for_as_long_as_asked_and_then_sends_all_at_once()
    {
        var (options, tally) = With(League.Nba, "stall=game2@30s+20s");
        var messages = new SimulatorSource(League.Nba, options).ReadFrom(0).ToList();
        var stalled = new SimulatorSource(League.Nba, options).Slate.FixtureOf(1, 0).Id;

        tally.HeldBack.ShouldBeGreaterThan(1);
        messages.Where(message => message.Message.GameId == stalled)
            .ShouldNotContain(message => message.Due >= TimeSpan.FromSeconds(30) && message.Due < TimeSpan.FromSeconds(50));
        messages.Count(message => message.Message.GameId == stalled && message.Due == TimeSpan.FromSeconds(50)).ShouldBe((int)tally.HeldBack);
        messages.ShouldContain(message => message.Message.GameId != stalled && message.Due > TimeSpan.FromSeconds(30) && message.Due < TimeSpan.FromSeconds(50));
    }

    [Fact]
    public void A_burst_holds_every_game_back_and_lets_go_at_once()
    {
        var (options, _) = With(League.Nba, "burst=60s+10s");
        var messages = new SimulatorSource(League.Nba, options).ReadFrom(0).ToList();

        messages.ShouldNotContain(message => message.Due >= TimeSpan.FromSeconds(60) && message.Due < TimeSpan.FromSeconds(70));
        messages.Where(message => message.Due == TimeSpan.FromSeconds(70)).Select(message => message.Message.GameId).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void A_plan_written_out_reads_back_the_same()
    {
        const string text = "duplicates=1%,reorder=2.5%:4,late=0.5%:90,gaps=0.2%,corrections=1%,malformed=0.5%,garbled=0.25%,redundant=250ms,"
            + "stall=game2@30s+20s,burst=60s+5s,seed=7";

        FaultPlanParser.Parse(text).ToString().ShouldBe(text);
        FaultPlanParser.Parse("").IsNone.ShouldBeTrue();
    }

    [Theory]
    [InlineData("duplicates", "expected name=value")]
    [InlineData("dupes=1%", "there is no fault 'dupes'")]
    [InlineData("gaps=120%", "a share is 0% to 100%")]
    [InlineData("gaps=1%:3", "this fault takes no depth")]
    [InlineData("reorder=1%:0", "a depth is 1 to 100000 messages")]
    [InlineData("stall=game0@3s+2s", "a stall names the game's place")]
    [InlineData("stall=game1@3s", "expected beginning and length")]
    [InlineData("burst=3h+2s", "'3h' is not a duration")]
    [InlineData("redundant=soon", "'soon' is not a duration")]
    [InlineData("seed=-1", "a seed is a whole number")]
    public void A_plan_that_cannot_be_understood_is_refused_with_the_reason_and_what_is_possible(string text, string reason)
    {
        var refused = Should.Throw<FormatException>(() => FaultPlanParser.Parse(text));

        refused.Message.ShouldContain(reason);
        refused.Message.ShouldContain("Possible are: duplicates=1%");
    }

    private static (SlateOptions Options, FaultTally Tally) With(League league, string faults)
    {
        var options = Slate with { Faults = FaultPlanParser.Parse(faults) };
        return (options, new SimulatorSource(league, options).CountFaults(WholeRun));
    }

    private static SimulatedPipeline Run(League league, SlateOptions options) =>
        new SimulatedPipeline(league).Send(new SimulatorSource(league, options).ReadFrom(0));

    private static List<(Score Last, Score True)> Finals(League league, SlateOptions options, SimulatedPipeline pipeline) =>
        [.. SimulationTruth.Of(league, options).Select(truth => (pipeline.Last(truth.Id).Score, truth.Final))];

    private static List<string> Story(SimulatedPipeline pipeline) =>
        [.. pipeline.Accepted.Select(accepted => $"{accepted.Event.GameId} {accepted.Sequence} {accepted.Event.Key} {accepted.Disposition} {accepted.After}")];
}
