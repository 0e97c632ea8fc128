using FsCheck;
using FsCheck.Fluent;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Publish;
using Oddswire.Core.Ports;
using static Oddswire.Tests.Pipeline.Publish.BoardLog;

namespace Oddswire.Tests.Pipeline.Publish;

public sealed class BoardFoldTests
{
    [Fact]
    public void However_the_log_is_cut_restarted_and_read_again_the_board_is_the_fold_of_the_log() => Prop.ForAll(
        Gen.Zip(Gen.Choose(1, 120), Gen.Choose(1, 1_000_000)).ToArbitrary(),
        input =>
        {
            var (count, seed) = input;
            var random = new Random(seed);
            var updates = Enumerable.Range(1, count).Select(n => Update(n, -50 * random.Next(6), price: 1_100 + random.Next(900))).ToArray();
            var events = Enumerable.Range(1, count).Select(n => Event(n, new Score(n, 0))).ToArray();
            var fold = new BoardFold(League.Nfl);
            fold.Apply(Odds(0, updates));
            fold.Apply(Events(0, events));

            var digest = Digest(Replay(updates, events, random));

            digest.Value.ShouldBe(fold.Digest().Value);
            digest.DifferencesFrom(fold.Digest()).ShouldBeEmpty();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_other_price_makes_another_fingerprint_and_names_the_game()
    {
        var (left, right) = (new BoardFold(League.Nfl), new BoardFold(League.Nfl));
        left.Apply(Odds(0, Update(1), Update(2, -350)));
        right.Apply(Odds(0, Update(1), Update(2, -350, price: 1_910)));

        left.Digest().DifferencesFrom(right.Digest()).ShouldBe([Game.Value]);
        left.Digest().Value.ShouldNotBe(right.Digest().Value);
    }

    [Fact]
    public void The_times_of_receipt_are_not_part_of_the_fingerprint()
    {
        var (left, right) = (new BoardFold(League.Nfl), new BoardFold(League.Nfl));
        left.Apply(Odds(0, Update(1)));
        right.Apply(Odds(0, Update(1) with { ReceivedAt = new Timestamp(99) }));

        left.Digest().Value.ShouldBe(right.Digest().Value);
    }

    [Fact]
    public void A_checkpoint_reads_back_as_it_was_saved()
    {
        var board = new LiveBoard().Find(League.Nfl)!;
        board.Apply(Odds(0, Update(1), Update(3, -350, previous: 2)));
        board.Apply(Events(0, Event(1, new Score(3, 7))));

        var restored = BoardFold.ReadCheckpoint(0, Checkpoint(board).Select(change => KeyValuePair.Create(change.Key, change.Value!))).Single();

        var saved = board.Find(Game)!.Read(withEvents: true);
        restored.Holes.ShouldBe(saved.Holes);
        restored.Events.ShouldBe(saved.Events);
        restored.Quotes.Select(quote => quote.Update).ShouldBe(saved.Quotes.Select(quote => quote.Update));
        (restored with { Holes = [], Events = [], Quotes = [], Version = 0 })
            .ShouldBe(saved with { Holes = [], Events = [], Quotes = [], Version = 0 });
    }

    [Theory]
    [InlineData("nfl.ab12-0:5:7,mlb.ff-3:0:9")]
    [InlineData("nba.0-0:0:0")]
    public void A_position_reads_back_from_its_text(string text)
    {
        BoardPosition.TryParse(text, out var position).ShouldBeTrue();
        position.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nfl-0:1:2")]
    [InlineData("nhl.a-0:1:2")]
    [InlineData("nfl.a-0:1")]
    [InlineData("nfl.a-0:-1:2")]
    [InlineData("nfl.a-0:99999999999999999999:2")]
    [InlineData("nfl.a b-0:1:2")]
    [InlineData("nfl.a-0:1:2,")]
    public void Nonsense_is_not_a_position(string text) => BoardPosition.TryParse(text, out _).ShouldBeFalse();

    /// <summary>Random cuts, random restarts from the last checkpoint with records read again, and both topics in any order.</summary>
    private static LeagueBoard Replay(OddsUpdate[] updates, NormalizedEvent[] events, Random random)
    {
        var board = new LiveBoard().Find(League.Nfl)!;
        var saved = new Dictionary<string, byte[]>();
        int odds = 0, normalized = 0, savedOdds = 0, savedEvents = 0;
        while (odds < updates.Length || normalized < events.Length)
        {
            if (random.Next(2) == 0)
            {
                var take = Math.Min(random.Next(1, 20), updates.Length - odds);
                odds += take > 0 ? Take(board.Apply(Odds(odds, updates[odds..(odds + take)])), take) : 0;
            }
            else
            {
                var take = Math.Min(random.Next(1, 20), events.Length - normalized);
                normalized += take > 0 ? Take(board.Apply(Events(normalized, events[normalized..(normalized + take)])), take) : 0;
            }

            if (random.Next(5) == 0)
            {
                Checkpoint(board).ForEach(change => saved[Convert.ToHexString(change.Key)] = change.Value!);
                board.OnCheckpointed();
                (savedOdds, savedEvents) = (odds, normalized);
            }

            if (random.Next(6) == 0)
            {
                board = new LiveBoard().Find(League.Nfl)!;
                saved.Values.ToList().ForEach(game => board.Restore(0, game));
                (odds, normalized) = (Math.Max(0, savedOdds - random.Next(3)), Math.Max(0, savedEvents - random.Next(3)));
            }
        }

        return board;
    }

    private static int Take(BoardCounts counts, int taken)
    {
        (counts.Duplicates, counts.Holes).ShouldBe((0L, 0L));
        return taken;
    }

    private static List<StateChange> Checkpoint(LeagueBoard board)
    {
        List<StateChange> changes = [];
        board.CollectCheckpoint(changes);
        return changes;
    }

    private static BoardDigest Digest(LeagueBoard board) => BoardDigest.Of(board.Games.Select(game => game.Read()));
}
