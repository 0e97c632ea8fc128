using System.Text;
using Oddswire.Core.Domain;
using static Oddswire.Tests.Pipeline.Normalise.NormaliseBench;

namespace Oddswire.Tests.Pipeline.Normalise;

public sealed class QuarantineTests
{
    private readonly NormaliseBench _bench = new();

    [Fact]
    public void A_score_that_goes_down_without_a_correction_is_put_aside_with_its_bytes_and_leaves_a_gap()
    {
        _bench.Send(Message(1, Play(1, 20, 0)), Message(2, Play(2, 17, 0)));

        var letter = _bench.Quarantine.ShouldHaveSingleItem();
        (letter.Stage, letter.Reason, letter.RawOffset).ShouldBe(("normalise", "score-went-down", 1));
        Encoding.UTF8.GetString(letter.Message.Body.Span).ShouldBe("2 over a");
        letter.Detail.ShouldContain("17-0 after 20-0");
        _bench.Events[^1].Event.Kind.ShouldBe(EventKind.Gap);
        _bench.State.Current.IsCertain.ShouldBeFalse();
    }

    [Fact]
    public void The_vendor_can_insist_on_a_lower_score_by_going_on_with_it()
    {
        _bench.Send(Message(1, Play(1, 20, 0)), Message(2, Play(2, 17, 0)), Message(3, Play(3, 17, 0)));

        _bench.State.Current.Score.ShouldBe(new Score(17, 0));
        _bench.State.Current.IsCertain.ShouldBeTrue();
    }

    [Fact]
    public void What_the_sports_rules_object_to_is_put_aside_once_though_two_feeds_bring_it()
    {
        _bench.Send(Message(1, Points(1, 2)), Message(2, Points(2, 9)), Message(2, [Points(2, 9)], feed: "b"), Message(2, Points(2, 9)));

        _bench.Quarantine.ShouldHaveSingleItem().Reason.ShouldBe("too-many-points");
        _bench.Output.Quarantined.ShouldBe(1);
    }

    [Fact]
    public void A_quarantined_message_sent_again_after_a_fix_is_applied_at_its_place()
    {
        _bench.Send(Message(1, Points(1, 2)), Message(2, Points(2, 9)), Message(3, Points(3, 2)));
        _bench.State.Current.IsCertain.ShouldBeFalse();

        _bench.SendAgainAsReplay(Message(2, Points(2, 8)));
        _bench.Events[^1].Disposition.ShouldBe(Disposition.Late);
        _bench.State.Current.ShouldSatisfyAllConditions(
            state => state.IsCertain.ShouldBeTrue(),
            state => state.Score.ShouldBe(new Score(12, 0)));
    }

    [Fact]
    public void Two_feeds_that_disagree_leave_the_first_standing_until_a_person_decides()
    {
        var other = Message(2, [Points(2, 3)], feed: "b");
        _bench.Send(Message(1, Points(1, 2)), Message(2, Points(2, 2)), other, other);

        _bench.Quarantine.ShouldHaveSingleItem().Reason.ShouldBe("feed-conflict");
        _bench.State.Current.Score.ShouldBe(new Score(4, 0));

        _bench.SendAgainAsReplay(other);
        _bench.Events[^1].Disposition.ShouldBe(Disposition.Correction);
        _bench.State.Current.Score.ShouldBe(new Score(5, 0));
    }

    [Fact]
    public void Two_feeds_that_disagree_while_both_wait_are_told_apart_too()
    {
        _bench.Send(Message(1, Points(1, 2)), Message(3, Points(3, 2)), Message(3, [Points(3, 3)], feed: "b"), Message(2, Points(2, 1)));

        _bench.Quarantine.ShouldHaveSingleItem().Reason.ShouldBe("feed-conflict");
        _bench.State.Current.Score.ShouldBe(new Score(5, 0));
    }

    [Fact]
    public void A_message_numbered_absurdly_far_ahead_does_not_move_the_channel()
    {
        _bench.Send(Message(1, Points(1, 2)), Message(1_000_000, [Points(9, 2)], at: 1), Message(2, Points(2, 2)));

        _bench.Quarantine.ShouldHaveSingleItem().Reason.ShouldBe("absurd-sequence");
        _bench.State.Current.Score.ShouldBe(new Score(4, 0));
    }

    [Fact]
    public void A_message_from_a_broken_clock_does_not_move_the_games_time()
    {
        _bench.Send(Message(1, Points(1, 2)), Message(2, [Points(2, 2)], at: 1e9), Message(3, Points(3, 2)), Message(5, Points(5, 2)));

        _bench.Quarantine.ShouldHaveSingleItem().Reason.ShouldBe("absurd-time");
        _bench.Events[^1].Event.Key.ShouldBe("3");
    }

    [Fact]
    public void An_event_of_another_game_is_put_aside()
    {
        var stray = Points(1, 2) with { GameId = GameId.Of(League.Nba, "0022400002") };
        _bench.Send(Message(1, stray));

        _bench.Quarantine.ShouldHaveSingleItem().Reason.ShouldBe("wrong-game");
    }

    [Fact]
    public void A_negative_score_is_absurd_even_after_a_gap()
    {
        _bench.Send(Message(1, Points(1, 2)), Message(3, Play(3, -1, 0)), Control());

        _bench.Quarantine.ShouldHaveSingleItem().Reason.ShouldBe("absurd-score");
    }
}
