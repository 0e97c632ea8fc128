using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Publish;
using static Oddswire.Tests.Pipeline.Publish.BoardLog;

namespace Oddswire.Tests.Pipeline.Publish;

public sealed class LiveBoardTests
{
    private readonly LiveBoard _board = new();

    private LeagueBoard Nfl => _board.Find(League.Nfl)!;

    [Fact]
    public void The_last_update_of_each_market_is_on_the_board()
    {
        Nfl.Apply(Odds(0, Update(1), Update(2, -350), Update(3, price: 2_000))).ShouldBe(new BoardCounts(3, 0, 0, 0));

        var game = _board.Find(Game)!.Read();
        game.Sequence.ShouldBe(3);
        game.Quotes.Select(quote => (quote.Update.Market.ToString(), quote.Update.First.Price.Thousandths, quote.Offset))
            .ShouldBe([("moneyline", 2_000, 2L), ("spread:-3.5", 1_909, 1L)]);
        game.Holes.ShouldBeEmpty();
    }

    [Fact]
    public void A_duplicate_changes_nothing_and_is_counted()
    {
        Nfl.Apply(Odds(0, Update(1), Update(2, -350)));
        var before = Digest();

        Nfl.Apply(Odds(2, Update(2, -350, price: 3_000), Update(1, price: 3_000))).ShouldBe(new BoardCounts(0, 2, 0, 0));

        Digest().Value.ShouldBe(before.Value);
    }

    [Fact]
    public void Records_read_again_after_a_restart_are_no_duplicates()
    {
        Nfl.Apply(Odds(0, Update(1), Update(2, -350)));
        Nfl.Apply(Events(0, Event(1)));

        Nfl.Apply(Odds(0, Update(1), Update(2, -350), Update(3))).ShouldBe(new BoardCounts(1, 0, 0, 2));
        Nfl.Apply(Events(0, Event(1), Event(2))).ShouldBe(new BoardCounts(1, 0, 0, 1));
    }

    [Fact]
    public void A_hole_is_recorded_and_the_update_behind_it_is_shown()
    {
        Nfl.Apply(Odds(0, Update(1), Update(4, previous: 3))).Holes.ShouldBe(1);

        var game = _board.Find(Game)!.Read();
        game.Holes.ShouldBe([new SequenceHole(1, 2, 3)]);
        game.Sequence.ShouldBe(4);
        BoardDigest.Of([game]).Missing.ShouldBe(2);
    }

    [Fact]
    public void A_broken_link_is_a_hole_even_when_the_numbers_run_on()
    {
        Nfl.Apply(Odds(0, Update(1), Update(2, previous: 0))).Holes.ShouldBe(1);
    }

    [Fact]
    public void Holes_are_bounded()
    {
        for (var i = 0; i < 50; i++)
        {
            Nfl.Apply(Odds(i, Update(1 + (i * 3), previous: i * 3)));
        }

        var holes = _board.Find(Game)!.Read().Holes;
        holes.Count.ShouldBe(BoardGame.MaxHoles);
        holes[^1].To.ShouldBe(147);
    }

    [Fact]
    public void A_new_epoch_begins_the_chain_anew_and_an_old_one_cannot_come_back()
    {
        Nfl.Apply(Odds(0, Update(1), Update(2, -350)));

        Nfl.Apply(Odds(2, Update(1, -400, epoch: 2))).ShouldBe(new BoardCounts(1, 0, 0, 0));
        Nfl.Apply(Odds(3, Update(3))).Duplicates.ShouldBe(1);

        var game = _board.Find(Game)!.Read();
        (game.Epoch, game.Sequence).ShouldBe((2, 1L));
        game.Quotes.Single().Update.Market.ToString().ShouldBe("spread:-4");
    }

    [Fact]
    public void A_chain_joined_in_its_middle_is_partial_and_not_a_hole()
    {
        Nfl.Apply(Odds(100, Update(57), Update(58)));

        var game = _board.Find(Game)!.Read();
        game.IsPartial.ShouldBeTrue();
        game.Holes.ShouldBeEmpty();
    }

    [Fact]
    public void A_correction_takes_the_place_of_its_event_in_the_list()
    {
        Nfl.Apply(Events(0, Event(1), Event(2), Event(3, new Score(7, 0), revision: 1, key: "e1")));

        var game = _board.Find(Game)!.Read(withEvents: true);
        game.State.Score.ShouldBe(new Score(7, 0));
        game.Events.Select(entry => (entry.Key, entry.Revision)).ShouldBe([("e1", 1), ("e2", 0)]);
    }

    [Fact]
    public void The_event_list_is_bounded_and_keeps_the_newest()
    {
        for (var i = 0; i < 30; i++)
        {
            Nfl.Apply(Events(i * 100, [.. Enumerable.Range((i * 100) + 1, 100).Select(n => Event(n))]));
        }

        var events = _board.Find(Game)!.Read(withEvents: true).Events;
        events.Count.ShouldBeInRange(BoardGame.MaxEvents / 2, BoardGame.MaxEvents);
        events[^1].Sequence.ShouldBe(3_000);
        events.Zip(events.Skip(1)).ShouldAllBe(pair => pair.Second.Sequence == pair.First.Sequence + 1);
    }

    [Fact]
    public void A_missing_normalised_event_is_counted()
    {
        Nfl.Apply(Events(0, Event(1), Event(4))).Holes.ShouldBe(1);

        _board.Find(Game)!.Read().MissingEvents.ShouldBe(2);
    }

    [Fact]
    public void Old_finished_games_leave_and_live_ones_stay()
    {
        for (var i = 0; i < 10; i++)
        {
            var game = GameId.Parse($"nfl:{i}");
            var update = Update(1, game: game) with
            {
                ReceivedAt = new Timestamp(1_000_000 * i),
                Status = i < 8 ? MarketStatus.Settled : MarketStatus.Open,
            };
            var over = Event(1, phase: i < 8 ? GamePhase.Final : GamePhase.Live);
            Nfl.Apply(Odds(i, update));
            Nfl.Apply(Events(i, over with { Event = over.Event with { GameId = game }, ReceivedAt = update.ReceivedAt }));
        }

        Nfl.Evict(new Timestamp(10_000_000), new BoardLimits(TimeSpan.FromSeconds(6), 2, 100));

        Nfl.Games.Select(game => game.GameId.Value).Order(StringComparer.Ordinal).ShouldBe(["nfl:6", "nfl:7", "nfl:8", "nfl:9"]);
        List<Oddswire.Core.Ports.StateChange> changes = [];
        Nfl.CollectCheckpoint(changes);
        changes.Count(change => change.Value is null).ShouldBe(6);
        changes.Count(change => change.Value is not null).ShouldBe(4);
    }

    [Fact]
    public void Only_what_is_owned_is_saved_and_the_rest_is_saved_by_who_owns_it_later()
    {
        Nfl.Apply(Odds(0, Update(1)));
        List<Oddswire.Core.Ports.StateChange> changes = [];
        Nfl.CollectCheckpoint(changes, partition => partition != 0);
        changes.ShouldBeEmpty();
        Nfl.OnCheckpointed();

        Nfl.CollectCheckpoint(changes, partition => partition == 0);
        changes.ShouldHaveSingleItem().Value.ShouldNotBeNull();
        Nfl.OnCheckpointed();
        changes.Clear();
        Nfl.CollectCheckpoint(changes);
        changes.ShouldBeEmpty();
    }

    [Fact]
    public void A_partition_that_is_reset_is_what_was_saved_of_it_at_the_places_of_then()
    {
        Nfl.Apply(Odds(0, Update(1)));
        List<Oddswire.Core.Ports.StateChange> saved = [];
        Nfl.CollectCheckpoint(saved);
        Nfl.Apply(Odds(1, Update(2), Update(1, game: GameId.Parse("nfl:2"))));

        Nfl.Reset(new PartitionPosition(League.Nfl, "run", 0, 1, 0), saved.Select(change => change.Value!));
        Nfl.Games.ShouldHaveSingleItem().Sequence.ShouldBe(1);
        Nfl.Positions().ShouldBe([new PartitionPosition(League.Nfl, "run", 0, 1, 0)]);
        saved.Clear();
        Nfl.CollectCheckpoint(saved);
        saved.ShouldBeEmpty("it is as it was saved");
        Nfl.Apply(Odds(1, Update(2))).Applied.ShouldBe(1);
    }

    [Fact]
    public void A_game_that_is_over_stays_until_its_markets_are_settled()
    {
        var over = Event(1, phase: GamePhase.Final);
        Nfl.Apply(Odds(0, Update(1)));
        Nfl.Apply(Events(0, over));

        Nfl.Evict(new Timestamp(100_000_000), new BoardLimits(TimeSpan.FromSeconds(6), 0, 100));
        Nfl.Games.ShouldHaveSingleItem();

        Nfl.Apply(Odds(1, Update(2) with { Status = MarketStatus.Settled }));
        Nfl.Evict(new Timestamp(100_000_000), new BoardLimits(TimeSpan.FromSeconds(6), 0, 100));
        Nfl.Games.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reader_that_waits_hears_of_the_next_change()
    {
        var changed = _board.NextChange();
        changed.IsCompleted.ShouldBeFalse();

        Nfl.Apply(Odds(0, Update(1)));

        await changed.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        _board.NextChange().IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Readers_never_see_half_of_a_games_run_of_updates()
    {
        using var stop = new CancellationTokenSource();
        Nfl.Apply(Odds(0, [.. Enumerable.Range(1, 20).Select(n => Update(n, -50 * n))]));
        var torn = 0;
        var reads = 0;
        var reader = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    var prices = _board.Find(Game)!.Read().Quotes.Select(quote => quote.Update.First.Price.Thousandths).Distinct().Count();
                    torn += prices == 1 ? 0 : 1;
                    reads++;
                }
            },
            TestContext.Current.CancellationToken);

        var rounds = 1;
        for (; rounds < 3_000 || Volatile.Read(ref reads) < 100; rounds++)
        {
            var first = (rounds * 20) + 1;
            Nfl.Apply(Odds(first - 1, [.. Enumerable.Range(0, 20).Select(n => Update(first + n, -50 * (n + 1), price: 1_100 + (rounds % 5_000)))]));
        }

        await stop.CancelAsync();
        await reader;
        torn.ShouldBe(0);
        _board.Find(Game)!.Read().Sequence.ShouldBe(rounds * 20);
    }

    private BoardDigest Digest() => BoardDigest.Of(Nfl.Games.Select(game => game.Read()));
}
