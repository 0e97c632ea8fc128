using Oddswire.Core.Domain;
using Oddswire.Core.Wire;
using Oddswire.Host.Roles.Ingest;

namespace Oddswire.Tests.Roles.Ingest;

public sealed class StallDetectorTests
{
    private static readonly GameId Game = GameId.Of(League.Nba, "1");
    private static readonly GameId Other = GameId.Of(League.Nba, "2");
    private readonly StallDetector _detector = new(TimeSpan.FromSeconds(10));

    [Fact]
    public void A_live_game_is_stalled_exactly_when_its_heartbeat_has_run_out()
    {
        Hear(Game, 5, EventKind.Play);

        _detector.TryTake(At(14.999), out _).ShouldBeFalse();
        _detector.TryTake(At(15), out var silence).ShouldBeTrue();
        silence.ShouldBe(new Silence(Game, At(15), EventKind.FeedStalled));
        _detector.TryTake(At(1000), out _).ShouldBeFalse("it was said already");
    }

    [Fact]
    public void The_next_message_ends_the_stall_once()
    {
        Hear(Game, 5, EventKind.Play);
        _detector.TryTake(At(15), out _);

        _detector.OnHeard(Game, At(40)).ShouldBeTrue();
        _detector.OnHeard(Game, At(41)).ShouldBeFalse();
        _detector.NextDeadline.ShouldBe(At(51));
    }

    [Fact]
    public void A_game_that_has_not_begun_may_be_silent()
    {
        Hear(Game, 0, EventKind.Info);

        _detector.NextDeadline.ShouldBeNull();
    }

    [Fact]
    public void A_game_that_has_ended_is_closed_after_a_silence_and_never_stalls()
    {
        Hear(Game, 0, EventKind.Play);
        Hear(Game, 1, EventKind.GameEnd);

        _detector.TryTake(At(11), out var silence).ShouldBeTrue();
        silence.Kind.ShouldBe(EventKind.None);
        Hear(Game, 100, EventKind.Play);
        _detector.TryTake(At(110), out silence).ShouldBeTrue();
        silence.Kind.ShouldBe(EventKind.None, "a correction after the end does not make the game live");
    }

    [Fact]
    public void Silences_come_in_the_order_in_which_they_began()
    {
        Hear(Game, 1, EventKind.Play);
        Hear(Other, 2, EventKind.Play);
        Hear(Game, 3, EventKind.Other);

        _detector.TryTake(At(100), out var first);
        _detector.TryTake(At(100), out var second);
        (first.Game, second.Game).ShouldBe((Other, Game));
    }

    [Fact]
    public void A_saved_watch_goes_on_as_if_nothing_had_happened()
    {
        Hear(Game, 1, EventKind.Play);
        Hear(Other, 2, EventKind.Play);
        _detector.TryTake(At(11), out _);
        var writer = new ProtoWriter();
        var restored = new StallDetector(TimeSpan.FromSeconds(10));
        restored.Restore([(Game, _detector.TakeChange(Game, writer)!), (Other, _detector.TakeChange(Other, writer)!)]);

        restored.NextDeadline.ShouldBe(At(12));
        restored.OnHeard(Game, At(12)).ShouldBeTrue();
        _detector.TakeChange(Game, writer).ShouldBeNull("it has not changed since");
    }

    [Fact]
    public void Without_a_heartbeat_nothing_ever_stalls()
    {
        var detector = new StallDetector(null);
        detector.OnHeard(Game, At(1));
        detector.OnEvents(Game, [Event(Game, EventKind.Play)]);

        detector.NextDeadline.ShouldBeNull();
        detector.TryTake(TimeSpan.MaxValue, out _).ShouldBeFalse();
        detector.Unfinished.ShouldBe([Game]);
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static GameEvent Event(GameId game, EventKind kind) => new() { GameId = game, Key = "1", Order = 1, Kind = kind };

    private void Hear(GameId game, double at, EventKind kind)
    {
        _detector.OnHeard(game, At(at));
        _detector.OnEvents(game, [Event(game, kind)]);
    }
}
