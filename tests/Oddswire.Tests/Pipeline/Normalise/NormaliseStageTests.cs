using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Normalise;
using static Oddswire.Tests.Pipeline.Normalise.NormaliseBench;

namespace Oddswire.Tests.Pipeline.Normalise;

public sealed class NormaliseStageTests
{
    private readonly NormaliseBench _bench = new();

    [Fact]
    public void Events_in_order_are_numbered_from_one_and_carry_the_state_after_them()
    {
        _bench.Send(Message(1, Info()), Message(2, Play(1, 2, 0)), Message(3, Play(2, 2, 3)), Message(4, End(3, 2, 3)));

        _bench.Events.Select(e => e.Sequence).ShouldBe([1, 2, 3, 4]);
        _bench.Events.ShouldAllBe(e => e.Disposition == Disposition.OnTime && e.Revision == 0);
        _bench.Events.Select(e => e.After.Score).ShouldBe([default, new(2, 0), new(2, 3), new(2, 3)]);
        _bench.Events[^1].After.Phase.ShouldBe(GamePhase.Final);
        _bench.Events.Select(e => e.RawOffset).ShouldBe([0, 1, 2, 3]);
    }

    [Fact]
    public void A_duplicate_from_the_second_feed_changes_nothing()
    {
        _bench.Send(Message(1, Info()), Message(2, Play(1, 2, 0)), Message(2, [Play(1, 2, 0)], feed: "b"));

        _bench.Events.Count.ShouldBe(2);
        _bench.Output.Duplicates.ShouldBe(1);
        _bench.Quarantine.ShouldBeEmpty();
    }

    [Fact]
    public void A_polled_document_that_repeats_old_plays_adds_only_the_new_one()
    {
        _bench.Send(Message(1, [Info(), Play(1, 2, 0)]), Message(2, [Info(), Play(1, 2, 0), Play(2, 4, 0)]));

        _bench.Events.Select(e => e.Event.Key).ShouldBe(["info", "1", "2"]);
    }

    [Fact]
    public void The_same_game_again_over_another_source_adds_nothing()
    {
        RawMessage[] Game(string source) => [.. Enumerable.Range(1, 20).Select(i => Message(i, [Play(i, i, 0)], source: source))];
        _bench.Send(Game("live")).Send(Game("replay"));

        _bench.Events.Count.ShouldBe(20);
        _bench.Output.Duplicates.ShouldBe(20);
    }

    [Fact]
    public void Messages_out_of_order_inside_the_window_come_out_in_order()
    {
        _bench.Send(Message(1, Info()), Message(3, Play(2, 4, 0)), Message(4, Play(3, 6, 0)));
        _bench.Events.Count.ShouldBe(1);

        _bench.Send(Message(2, Play(1, 2, 0)));
        _bench.Events.Select(e => e.Event.Key).ShouldBe(["info", "1", "2", "3"]);
        _bench.Events.ShouldAllBe(e => e.Disposition == Disposition.OnTime);
    }

    [Fact]
    public void A_hole_is_declared_once_more_messages_wait_than_the_window_holds()
    {
        var bench = new NormaliseBench(new NormaliseOptions { WindowMessages = 2, WindowTime = TimeSpan.FromDays(1) });
        bench.Send(Message(1, Points(1, 2)), Message(4, Points(4, 2)), Message(5, Points(5, 2)));
        bench.Events.Count.ShouldBe(1);

        bench.Send(Message(6, Points(6, 2)));
        bench.Events.Select(e => e.Event.Kind).ShouldBe([EventKind.Play, EventKind.Gap, EventKind.Play, EventKind.Play, EventKind.Play]);
        bench.Events[1].Event.MissingMessages.ShouldBe(2);
        bench.Events[1].Disposition.ShouldBe(Disposition.Control);
        bench.Events[1].After.MissingMessages.ShouldBe(2);
    }

    [Fact]
    public void A_hole_is_declared_once_the_vendors_clock_has_gone_on_past_the_window()
    {
        _bench.Send(Message(1, [Points(1, 2)], at: 1), Message(3, [Points(3, 2)], at: 3), Message(4, [Points(4, 2)], at: 4.9));
        _bench.Events.Count.ShouldBe(1);

        _bench.Send(Message(0, [], at: 5.1));
        _bench.Events.Select(e => e.Event.Key).ShouldBe(["1", "gap-0-2", "3", "4"]);
    }

    [Fact]
    public void After_a_gap_a_score_that_adds_up_stays_uncertain_until_the_missing_message_comes()
    {
        _bench.Send(Message(1, Points(1, 2)), Message(3, Points(3, 3)), Control());
        _bench.State.Current.IsCertain.ShouldBeFalse();
        _bench.State.Current.Score.ShouldBe(new Score(5, 0));

        _bench.Send(Message(2, Points(2, 1)));
        var late = _bench.Events[^1];
        late.Disposition.ShouldBe(Disposition.Late);
        late.Event.Key.ShouldBe("2");
        late.After.Score.ShouldBe(new Score(6, 0));
        late.After.IsCertain.ShouldBeTrue();
    }

    [Fact]
    public void After_a_gap_the_next_absolute_score_makes_the_state_certain_again()
    {
        _bench.Send(Message(1, Play(1, 2, 0)), Message(3, Play(3, 4, 3)), Control());

        _bench.Events.Select(e => e.After.IsCertain).ShouldBe([true, false, true]);
        _bench.State.Current.Score.ShouldBe(new Score(4, 3));
    }

    [Fact]
    public void A_late_message_without_news_still_says_that_the_hole_is_closed()
    {
        _bench.Send(Message(1, Points(1, 2)), Message(3, Points(3, 3)), Control(), Message(2, []));

        _bench.Events[^1].Event.Kind.ShouldBe(EventKind.Gap);
        _bench.Events[^1].After.IsCertain.ShouldBeTrue();
    }

    [Fact]
    public void A_correction_is_folded_in_at_its_place()
    {
        _bench.Send(Message(1, Points(1, 3)), Message(2, Points(2, 3)), Message(3, Points(3, 2)), Message(4, Points(2, 2)));

        var corrected = _bench.Events[^1];
        corrected.Disposition.ShouldBe(Disposition.Correction);
        corrected.Revision.ShouldBe(1);
        corrected.After.Score.ShouldBe(new Score(7, 0));

        _bench.Send(Message(5, Points(2, 0)));
        _bench.Events[^1].Revision.ShouldBe(2);
        _bench.Events[^1].After.Score.ShouldBe(new Score(5, 0));
    }

    [Fact]
    public void A_correction_by_number_takes_the_name_and_place_of_what_it_amends()
    {
        _bench.Send(Message(1, Points(1, 3)), Message(2, Points(2, 3)), Message(3, [Points(3, 1)], amends: 1));

        var corrected = _bench.Events[^1];
        (corrected.Event.Key, corrected.Event.Order, corrected.Revision).ShouldBe(("1", 1, 1));
        corrected.After.Score.ShouldBe(new Score(4, 0));

        _bench.Send(Message(3, [Points(3, 1)], feed: "b", amends: 1), Message(4, [Points(4, 2)], amends: 1));
        _bench.Events[^1].Revision.ShouldBe(2);
        _bench.Events.Count.ShouldBe(4);
        _bench.State.Current.Score.ShouldBe(new Score(5, 0));
    }

    [Fact]
    public void A_message_that_comes_after_its_own_correction_changes_nothing()
    {
        _bench.Send(Message(1, Points(1, 3)), Message(3, [Points(2, 1)], at: 1), Control(), Message(2, [Points(2, 3)], at: 1));

        _bench.State.Current.Score.ShouldBe(new Score(4, 0));
        _bench.State.Current.IsCertain.ShouldBeTrue();
    }

    [Fact]
    public void A_number_amended_before_it_came_is_not_counted_twice()
    {
        _bench.Send(Message(1, Points(1, 3)), Message(3, [Points(3, 1)], amends: 2), Control(), Message(2, Points(2, 3)));

        _bench.State.Current.Score.ShouldBe(new Score(4, 0));
    }

    [Fact]
    public void A_correction_after_the_final_is_sent_on_with_the_corrected_final_state()
    {
        _bench.Send(Message(1, Points(1, 3)), Message(2, End(2, 3, 0) with { Score = null }), Message(3, Points(1, 2)));

        _bench.Events[^1].After.ShouldSatisfyAllConditions(
            after => after.Phase.ShouldBe(GamePhase.Final),
            after => after.Score.ShouldBe(new Score(2, 0)));
    }

    [Fact]
    public void An_event_that_the_vendor_inserts_between_earlier_ones_is_late()
    {
        _bench.Send(Message(1, Points(10, 2)), Message(2, Points(30, 2)), Message(3, Points(20, 3)));

        _bench.Events[^1].Disposition.ShouldBe(Disposition.Late);
        _bench.Events[^1].After.Score.ShouldBe(new Score(7, 0));
    }

    [Fact]
    public void A_stall_and_its_end_pass_through_in_place()
    {
        _bench.Send(Message(1, Play(1, 2, 0)), Control(EventKind.FeedStalled), Control(EventKind.FeedStalled),
            Message(2, Play(2, 4, 0)), Control(EventKind.FeedResumed));

        _bench.Events.Select(e => e.Event.Kind).ShouldBe([EventKind.Play, EventKind.FeedStalled, EventKind.Play, EventKind.FeedResumed]);
        _bench.Events.Select(e => e.After.IsFeedStalled).ShouldBe([false, true, true, false]);
    }

    [Fact]
    public void A_line_once_known_is_kept_when_the_vendor_says_the_teams_again()
    {
        var line = new PregameLine { HomeMarginHundredths = 350 };
        _bench.Send(Message(1, Info(line)), Message(2, Info() with { Info = Info().Info! with { RegulationPeriods = 5 } }));

        _bench.Events[^1].Disposition.ShouldBe(Disposition.Correction);
        _bench.State.Info!.Line.ShouldBe(line);
        _bench.State.Info.RegulationPeriods.ShouldBe(5);
    }

    [Fact]
    public void Plays_before_the_teams_are_known_are_accepted_and_refolded_with_them()
    {
        _bench.Send(Message(1, Play(1, 2, 0)), Message(2, Info()));

        _bench.Events.Select(e => e.Event.Kind).ShouldBe([EventKind.Play, EventKind.Info]);
        _bench.Events[^1].After.Score.ShouldBe(new Score(2, 0));
    }

    [Fact]
    public void Events_in_order_are_folded_once_each()
    {
        _bench.Send([.. Enumerable.Range(1, 500).Select(i => Message(i, Play(i, i, i)))]);

        _bench.Rules.Folded.ShouldBe(500);
    }

    [Fact]
    public void What_is_saved_at_each_commit_stays_small_however_long_the_game()
    {
        var writer = new Core.Wire.ProtoWriter();
        for (var i = 1; i <= 700; i++)
        {
            _bench.Send(Message(i, Play(i, i, i)));
            writer.Clear();
            new NormaliseStage(League.Nba, _bench.Rules).Save(_bench.State, writer);
            writer.Written.Length.ShouldBeLessThan(4400);
        }

        _bench.Restart().Send(Message(701, Play(350, 400, 350))).Send(Message(702, Play(1, 1, 1)));
        _bench.Events.Count.ShouldBe(701);
        _bench.Events[^1].Revision.ShouldBe(1);
    }
}
