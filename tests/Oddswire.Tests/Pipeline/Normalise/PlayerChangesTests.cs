using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Normalise;
using static Oddswire.Tests.Pipeline.Normalise.NormaliseBench;

namespace Oddswire.Tests.Pipeline.Normalise;

/// <summary>What events say of players goes through, and a correction says what it takes back.</summary>
public sealed class PlayerChangesTests
{
    private readonly NormaliseBench _bench = new();

    [Fact]
    public void A_correction_says_what_the_play_it_replaces_had_said_of_players()
    {
        _bench.Send(
            Message(1, Info()),
            Message(2, Play(1, 2, 0) with { Players = Scored("23", 2) }),
            Message(3, Play(1, 2, 0) with { Players = Scored("6", 2) }));
        _bench.Restart().Send(Message(4, Play(1, 3, 0) with { Players = Scored("6", 3) }));

        _bench.Events.Select(static e => e.Event.Players).ShouldBe([PlayerChanges.None, Scored("23", 2), Scored("6", 2), Scored("6", 3)]);
        _bench.Events.Select(static e => e.Withdrawn).ShouldBe([PlayerChanges.None, PlayerChanges.None, Scored("23", 2), Scored("6", 2)]);
    }

    [Fact]
    public void A_new_line_up_takes_the_old_one_back_and_the_same_one_again_changes_nothing()
    {
        var first = Info() with { Players = Listed("23") };
        var second = Info() with { Players = Listed("6") };
        _bench.Send(Message(1, first), Message(2, first), Message(3, second), Message(4, Info()));

        _bench.Events.Select(static e => (e.Event.Players, e.Withdrawn)).ShouldBe([(Listed("23"), PlayerChanges.None), (Listed("6"), Listed("23"))]);
    }

    [Fact]
    public void A_message_that_never_came_stays_counted_as_lost_when_the_score_is_certain_again()
    {
        var bench = new NormaliseBench(new NormaliseOptions { WindowMessages = 1, WindowTime = TimeSpan.FromDays(1) });
        bench.Send(Message(1, Info()), Message(3, Play(3, 2, 0)), Message(4, Play(4, 4, 0)));
        bench.Events[^1].After.ShouldSatisfyAllConditions(
            static after => after.MissingMessages.ShouldBe(0), static after => after.LostMessages.ShouldBe(1));

        bench.Send(Message(2, Play(2, 1, 0)));
        bench.Events[^1].After.LostMessages.ShouldBe(0);
    }

    private static PlayerChanges Scored(string player, int points) => PlayerChanges.Of([new(player, PlayerStatistic.Points, points, Team: "DET")]);

    private static PlayerChanges Listed(string player) => PlayerChanges.Of([new(player, PlayerStatistic.Listed, 1, Side.Home)]);
}
