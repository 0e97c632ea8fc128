using FsCheck;
using FsCheck.Fluent;
using Oddswire.Core.Domain;
using static Oddswire.Tests.Pipeline.Normalise.NormaliseBench;

namespace Oddswire.Tests.Pipeline.Normalise;

/// <summary>What must hold for every game and every way in which its messages can arrive. A failure prints the shrunken arrivals.</summary>
public sealed class NormaliseProperties
{
    private const int MaxDelay = 8;

    /// <summary>How one message of the game travels.</summary>
    /// <param name="Home">Points it brings the home team.</param>
    /// <param name="DelayA">Messages that overtake it on feed a.</param>
    /// <param name="DelayB">Messages that overtake it on feed b.</param>
    /// <param name="Fate">0 to 2: lost on a, lost on b, sent twice on a; else nothing.</param>
    /// <param name="Corrects">Whether it corrects an earlier play instead of bringing a new one.</param>
    internal sealed record Travel(int Home, int DelayA, int DelayB, int Fate, bool Corrects);

    private static readonly Arbitrary<Travel[]> Games = (
        from home in Gen.Choose(0, 3)
        from delayA in Gen.Choose(0, MaxDelay)
        from delayB in Gen.Choose(0, MaxDelay)
        from fate in Gen.Choose(0, 9)
        from corrects in Gen.Choose(0, 9)
        select new Travel(home, delayA, delayB, fate, corrects == 0)).ArrayOf().ToArbitrary();

    [Fact]
    public void Any_interleaving_of_two_redundant_feeds_gives_the_events_of_the_clean_stream() => Check(Games, game =>
    {
        var clean = new NormaliseBench().Send([.. Messages(game)]).Story;
        var bench = new NormaliseBench().Send([.. Arrivals(game)]);

        bench.Story.ShouldBe(clean);
        bench.Quarantine.ShouldBeEmpty();
        return true;
    });

    [Fact]
    public void Saving_and_loading_at_every_step_changes_nothing() => Check(Games, game =>
    {
        var arrivals = Lossy(game);
        var whole = new NormaliseBench().Send([.. arrivals]).Story;
        var bench = new NormaliseBench();
        foreach (var message in arrivals)
        {
            bench.Restart().Send(message);
        }

        bench.Story.ShouldBe(whole);
        return true;
    });

    [Fact]
    public void Sending_everything_again_adds_nothing() => Check(Games, game =>
    {
        var arrivals = Lossy(game);
        var bench = new NormaliseBench().Send([.. arrivals]).Send(Control());
        var (story, letters) = (bench.Story, bench.Quarantine.Count);

        bench.Send([.. arrivals]).Story.ShouldBe(story);
        bench.Quarantine.Count.ShouldBe(letters);
        return true;
    });

    [Fact]
    public void Once_every_lost_message_has_come_the_state_is_that_of_the_clean_stream() => Check(Games, game =>
    {
        var messages = Messages(game).ToList();
        var clean = new NormaliseBench().Send([.. messages]);
        var bench = new NormaliseBench().Send([.. messages.Where((_, i) => game[i].Fate != 0)]).Send(Control());
        bench.Send([.. messages.Where((_, i) => game[i].Fate == 0).Reverse()]);

        bench.State.Current.ShouldBe(clean.State.Current);
        return true;
    });

    [Fact]
    public void Every_stream_is_numbered_without_holes_and_never_shows_a_gap_as_certain_before_it_closes() => Check(Games, game =>
    {
        var events = new NormaliseBench().Send([.. Lossy(game)]).Send(Control()).Events;

        events.Select(e => e.Sequence).ShouldBe(Enumerable.Range(1, events.Count).Select(i => (long)i));
        events.Where(e => e.Event is { Kind: EventKind.Gap, MissingMessages: > 0 }).ShouldAllBe(e => !e.After.IsCertain);
        return true;
    });

    /// <summary>The game as its sender numbers it: plays worth points, and now and then a correction of the play three before.</summary>
    private static IEnumerable<RawMessage> Messages(Travel[] game)
    {
        for (var i = 0; i < game.Length; i++)
        {
            var corrects = game[i].Corrects && i >= 3 && !game[i - 3].Corrects;
            yield return Message(i + 1, Points(corrects ? i - 2 : i + 1, game[i].Home + (corrects ? 4 : 0)));
        }
    }

    private static IEnumerable<RawMessage> Arrivals(Travel[] game)
    {
        var arrivals = new List<(int At, RawMessage Message)>();
        var number = 0;
        foreach (var message in Messages(game))
        {
            var travel = game[number];
            if (travel.Fate != 0)
            {
                arrivals.Add((number + travel.DelayA, message));
            }

            if (travel.Fate != 1)
            {
                arrivals.Add((number + travel.DelayB, message with { Message = message.Message with { Feed = "b" } }));
            }

            if (travel.Fate == 2)
            {
                arrivals.Add((number + MaxDelay, message));
            }

            number++;
        }

        return arrivals.OrderBy(arrival => arrival.At).Select(arrival => arrival.Message);
    }

    /// <summary>One feed alone, with its losses.</summary>
    private static List<RawMessage> Lossy(Travel[] game) => [.. Arrivals(game).Where(message => message.Message.Feed == "a")];

    private static void Check(Arbitrary<Travel[]> arbitrary, Func<Travel[], bool> holds) =>
        Prop.ForAll(arbitrary, holds).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(80));
}
