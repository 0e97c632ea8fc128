using FsCheck;
using FsCheck.Fluent;
using Oddswire.Core.Domain;

namespace Oddswire.Tests.Pipeline.Price;

/// <summary>Whatever passes the rules is priced: an odd state must never stop the stage.</summary>
public sealed class PriceStageRobustnessTests
{
    public static TheoryData<League> Leagues => [League.Nfl, League.Nba, League.Mlb];

    [Theory]
    [MemberData(nameof(Leagues))]
    public void No_state_however_odd_stops_the_stage_or_breaks_the_chain(League league) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(150), Prop.ForAll(Games().ToArbitrary(), game =>
        {
            var rig = new PriceRig(league);
            rig.Feed(new GameState(), "info", EventKind.Info, game.Info);
            foreach (var state in game.States)
            {
                rig.Feed(state);
            }

            rig.All.Select(update => update.Sequence).ShouldBe(Enumerable.Range(1, rig.All.Count).Select(i => (long)i));
            rig.All.ShouldAllBe(update => update.Status != MarketStatus.None && update.SelectionCount >= 2);
            rig.Board.Values.Where(update => update.IsMainLine && update.Market.Type != MarketType.RaceTo)
                .GroupBy(update => update.Market with { Line = default }).ShouldAllBe(family => family.Count() == 1);
        }));

    [Theory]
    [MemberData(nameof(Leagues))]
    public void A_game_whose_information_was_lost_is_priced_all_the_same(League league)
    {
        var rig = new PriceRig(league);
        rig.Feed(new GameState { Phase = GamePhase.Live, Period = 2, ClockTenths = 3000, Score = new Score(3, 1) });

        rig.Board[new MarketKey(MarketType.Moneyline)].Status.ShouldBe(MarketStatus.Open);
    }

    [Fact]
    public void A_later_message_without_a_line_keeps_the_line()
    {
        var rig = new PriceRig(League.Nba);
        var line = new PregameLine { HomeMarginHundredths = 1200, TotalHundredths = 21000 };
        rig.Feed(new GameState(), "info", EventKind.Info, PriceRig.Info(League.Nba, line));

        rig.Feed(new GameState(), "info2", EventKind.Info, PriceRig.Info(League.Nba)).ShouldBeEmpty();
    }

    private static Gen<(GameInfo Info, GameState[] States)> Games() =>
        from margin in Gen.Choose(-10_000, 10_000)
        from total in Gen.Choose(0, 100_000)
        from win in Gen.Choose(0, 1_000_000)
        from periods in Gen.Choose(0, 13)
        from runner in Gen.Choose(0, 4)
        from hasMargin in Gen.Elements(true, false)
        from winner in Gen.Elements(true, false)
        from states in States().ArrayOf(6)
        select (
            PriceRig.Info(League.Nfl, mustHaveWinner: winner) with
            {
                RegulationPeriods = periods,
                AutomaticRunnerBase = runner,
                HomeBatsFirst = winner,
                Line = new PregameLine
                {
                    HomeMarginHundredths = hasMargin ? margin : null,
                    TotalHundredths = total,
                    HomeWin = hasMargin ? null : Probability.FromMillionths(win),
                },
            },
            states);

    private static Gen<GameState> States() =>
        from period in Gen.Choose(-1, 30)
        from clock in Gen.Choose(-1, 20_000)
        from home in Gen.Frequency((3, Gen.Choose(0, 120)), (1, Gen.Choose(0, 1_000)))
        from away in Gen.Frequency((3, Gen.Choose(0, 120)), (1, Gen.Choose(0, 1_000)))
        from side in Gen.Elements<Side?>(Side.Home, Side.Away, null)
        from down in Gen.Choose(0, 9)
        from yards in Gen.Choose(-5, 130)
        from outs in Gen.Choose(0, 4)
        from missing in Gen.Choose(0, 1)
        from stalled in Gen.Elements(false, false, true)
        select new GameState
        {
            Phase = GamePhase.Live,
            Period = period,
            ClockTenths = clock,
            Score = new Score(home, away),
            Possession = side,
            Football = new FootballSituation(down, yards, yards),
            Baseball = new BaseballSituation(outs, "a", null, "c"),
            MissingMessages = missing,
            IsFeedStalled = stalled,
        };
}
