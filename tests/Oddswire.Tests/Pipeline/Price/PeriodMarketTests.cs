using Oddswire.Core.Domain;

namespace Oddswire.Tests.Pipeline.Price;

/// <summary>The life of markets about a part of the game: when they are offered, how they are settled, and settled anew after a correction.</summary>
public sealed class PeriodMarketTests
{
    private readonly List<GameEvent> _history = [];
    private readonly PriceRig _rig;
    private int _next;

    public PeriodMarketTests()
    {
        _rig = new PriceRig(League.Nba, new EveryReading(League.Nba));
        Play(Event(EventKind.Info) with { Info = PriceRig.Info(League.Nba) });
    }

    [Fact]
    public void A_part_of_the_game_is_offered_from_one_period_before_it_begins()
    {
        Scopes().ShouldBe([MarketScope.FullGame, MarketScope.FirstHalf, MarketScope.FirstQuarter]);
        Play(Event(EventKind.Play, 1, 6000, new(2, 0)));
        Scopes().ShouldBe([MarketScope.FullGame, MarketScope.FirstHalf, MarketScope.FirstQuarter, MarketScope.SecondQuarter]);
        Play(Event(EventKind.Play, 2, 6000, new(20, 22)));
        Scopes().ShouldContain(MarketScope.SecondHalf);
        Scopes().ShouldNotContain(MarketScope.FourthQuarter);
    }

    [Fact]
    public void Each_part_has_a_winner_a_three_way_a_spread_a_total_and_both_team_totals()
    {
        var half = _rig.Board.Keys.Where(market => market.Scope == MarketScope.FirstHalf).ToList();
        half.Select(market => market.Type).Distinct().ShouldBe(
            [MarketType.Moneyline, MarketType.ThreeWay, MarketType.Spread, MarketType.Total, MarketType.TeamTotal], ignoreOrder: true);
        half.Where(market => market.Type == MarketType.TeamTotal).Select(market => market.Subject).ShouldBe(["home", "away"], ignoreOrder: true);
        _rig.Board.Values.ShouldAllBe(update => update.Status == MarketStatus.Open);
    }

    [Fact]
    public void At_its_end_a_part_is_settled_while_the_game_goes_on()
    {
        Play(Event(EventKind.Play, 1, 100, new(30, 24)));
        Play(Event(EventKind.PeriodEnd, 1, 0, new(30, 24)));

        Of(MarketType.Moneyline, MarketScope.FirstQuarter).ShouldBe((MarketStatus.Settled, StatusReason.Decided, SelectionResult.Won));
        _rig.Board[new MarketKey(MarketType.ThreeWay, Scope: MarketScope.FirstQuarter)].Second.Result.ShouldBe(SelectionResult.Lost);
        Of(MarketType.Moneyline, MarketScope.FirstHalf).Status.ShouldBe(MarketStatus.Open);
        _rig.Board.Values.Where(update => update.Market.Scope == MarketScope.FirstQuarter)
            .ShouldAllBe(update => update.Status == MarketStatus.Settled && update.SettlementVersion == 1);
    }

    [Fact]
    public void A_level_part_is_a_push_and_wins_the_draw()
    {
        Play(Event(EventKind.Play, 1, 100, new(24, 24)));
        Play(Event(EventKind.PeriodEnd, 1, 0, new(24, 24)));

        Of(MarketType.Moneyline, MarketScope.FirstQuarter).Result.ShouldBe(SelectionResult.Push);
        _rig.Board[new MarketKey(MarketType.ThreeWay, Scope: MarketScope.FirstQuarter)].Second.Result.ShouldBe(SelectionResult.Won);
    }

    [Fact]
    public void The_second_half_counts_overtime_and_the_fourth_quarter_does_not()
    {
        Play(Event(EventKind.PeriodEnd, 2, 0, new(50, 50)));
        Play(Event(EventKind.Play, 3, 100, new(75, 75)));
        Play(Event(EventKind.PeriodEnd, 3, 0, new(75, 75)));
        Play(Event(EventKind.PeriodEnd, 4, 0, new(100, 100)));
        Of(MarketType.Moneyline, MarketScope.FourthQuarter).Result.ShouldBe(SelectionResult.Push);
        Of(MarketType.Moneyline, MarketScope.SecondHalf).Status.ShouldBe(MarketStatus.Open);

        Play(Event(EventKind.PeriodEnd, 5, 0, new(112, 108)));
        Play(Event(EventKind.GameEnd, 5, 0, new(112, 108)));
        Of(MarketType.Moneyline, MarketScope.SecondHalf).Result.ShouldBe(SelectionResult.Won);
        Of(MarketType.Moneyline, MarketScope.FourthQuarter).Result.ShouldBe(SelectionResult.Push);
        _rig.Board.Values.ShouldAllBe(update => update.Status == MarketStatus.Settled || update.Status == MarketStatus.Voided);
    }

    [Fact]
    public void A_total_is_settled_as_soon_as_it_is_exceeded()
    {
        var line = Main(MarketType.Total, MarketScope.FirstQuarter);
        Play(Event(EventKind.Play, 1, 6000, new((line.Hundredths / 100) + 2, 0)));

        var settled = _rig.Board[new MarketKey(MarketType.Total, line, Scope: MarketScope.FirstQuarter)];
        (settled.Status, settled.Reason, settled.First.Result, settled.IsMainLine).ShouldBe((MarketStatus.Settled, StatusReason.Decided, SelectionResult.Won, false));
        Main(MarketType.Total, MarketScope.FirstQuarter).CompareTo(line).ShouldBePositive();
    }

    [Fact]
    public void A_correction_of_an_ended_part_settles_it_anew_and_nothing_else()
    {
        Play(Event(EventKind.Play, 1, 100, new(30, 24)));
        Play(Event(EventKind.PeriodEnd, 1, 0, new(30, 24)));
        Play(Event(EventKind.Play, 2, 7000, new(30, 26)));
        var before = _rig.Board.Values.Where(update => update.Status == MarketStatus.Settled).ToDictionary(update => update.Market);

        // The last play of the quarter was away's, for seven.
        var corrected = _history.Select(e => e.Score is { Home: 30 } score ? e with { Score = new Score(23, score.Away + 7) } : e).ToList();
        _rig.Correct(corrected, "e2");

        var moneyline = _rig.Board[new MarketKey(MarketType.Moneyline, Scope: MarketScope.FirstQuarter)];
        (moneyline.Second.Result, moneyline.SettlementVersion, moneyline.Reason).ShouldBe((SelectionResult.Won, 2, StatusReason.SettlementRolledBack));
        foreach (var (market, was) in before)
        {
            var now = _rig.Board[market];
            (now.SettlementVersion == (now.First.Result == was.First.Result && now.Status == was.Status ? 1 : 2)).ShouldBeTrue(market.ToString());
        }
    }

    [Fact]
    public void A_correction_that_takes_points_back_opens_an_exceeded_total_again()
    {
        var line = Main(MarketType.Total, MarketScope.FirstQuarter);
        var key = new MarketKey(MarketType.Total, line, Scope: MarketScope.FirstQuarter);
        Play(Event(EventKind.Play, 1, 6000, new(1, 1)));
        Play(Event(EventKind.Play, 1, 5900, new((line.Hundredths / 100) + 2, 1)));
        _rig.Board[key].Status.ShouldBe(MarketStatus.Settled);

        _rig.Correct(_history.Select(e => e.ClockTenths == 5900 ? e with { Score = new Score(1, 1) } : e), "e3");
        _rig.Board[key].Status.ShouldNotBe(MarketStatus.Settled);
        (_rig.Board[key].Reason, _rig.Board[key].SettlementVersion).ShouldBe((StatusReason.SettlementRolledBack, 2));
    }

    [Fact]
    public void A_quarter_whose_last_score_nobody_knows_is_voided()
    {
        Play(Event(EventKind.Play, 1, 3000, new(20, 18)));
        Play(Event(EventKind.Play, 3, 7000, new(60, 50)));

        var (status, reason, result) = Of(MarketType.Moneyline, MarketScope.FirstQuarter);
        (status, reason, result).ShouldBe((MarketStatus.Voided, StatusReason.NoResult, SelectionResult.Void));
        Of(MarketType.Moneyline, MarketScope.FirstHalf).Status.ShouldBe(MarketStatus.Voided);
        Of(MarketType.Moneyline, MarketScope.FullGame).Status.ShouldBe(MarketStatus.Open);
    }

    [Fact]
    public void What_was_decided_before_a_game_is_called_off_stands_and_the_rest_is_void()
    {
        Play(Event(EventKind.PeriodEnd, 1, 0, new(30, 24)));
        Play(Event(EventKind.Abandoned));

        Of(MarketType.Moneyline, MarketScope.FirstQuarter).Result.ShouldBe(SelectionResult.Won);
        Of(MarketType.Moneyline, MarketScope.FirstHalf).ShouldBe((MarketStatus.Voided, StatusReason.Abandoned, SelectionResult.Void));
    }

    [Fact]
    public void Saving_and_loading_at_any_moment_changes_no_byte()
    {
        var other = new PriceRig(League.Nba, new EveryReading(League.Nba));
        foreach (var gameEvent in Game())
        {
            Play(gameEvent);
        }

        other.Play(_history[0]);
        foreach (var gameEvent in Game())
        {
            other.Restart();
            other.Play(gameEvent);
        }

        other.AllBytes.Count.ShouldBe(_rig.AllBytes.Count);
        other.AllBytes.Zip(_rig.AllBytes).ShouldAllBe(pair => pair.First.SequenceEqual(pair.Second));
        _rig.Board.Values.ShouldAllBe(update => update.Status == MarketStatus.Settled || update.Status == MarketStatus.Voided);
    }

    private static IEnumerable<GameEvent> Game()
    {
        var score = default(Score);
        for (var i = 0; i < 40; i++)
        {
            score += i % 3 == 0 ? new Score(3, 0) : new Score(0, 2);
            yield return Event(i % 10 == 9 ? EventKind.PeriodEnd : EventKind.Play, 1 + (i / 10), i % 10 == 9 ? 0 : 6500 - (i % 10 * 700), score) with { Key = $"g{i}" };
        }

        yield return Event(EventKind.GameEnd, 4, 0, score) with { Key = "end" };
    }

    private void Play(GameEvent gameEvent)
    {
        var keyed = gameEvent.Key.Length > 0 ? gameEvent : gameEvent with { Key = $"e{++_next}" };
        _history.Add(keyed);
        _rig.Play(keyed);
    }

    private static GameEvent Event(EventKind kind, int period = 0, int clock = -1, Score? score = null) => new()
    {
        GameId = GameId.Of(League.Nba, "2024TEST01"),
        Key = "",
        Order = 0,
        Kind = kind,
        Period = period,
        ClockTenths = clock,
        Score = score,
    };

    private List<MarketScope> Scopes() => [.. _rig.Board.Keys.Select(market => market.Scope).Distinct().Order()];

    private (MarketStatus Status, StatusReason Reason, SelectionResult Result) Of(MarketType type, MarketScope scope)
    {
        var update = _rig.Board[new MarketKey(type, Scope: scope)];
        return (update.Status, update.Reason, update.First.Result);
    }

    private Line Main(MarketType type, MarketScope scope) =>
        _rig.Board.Values.Single(update => update.Market.Type == type && update.Market.Scope == scope && update.IsMainLine).Market.Line;
}
