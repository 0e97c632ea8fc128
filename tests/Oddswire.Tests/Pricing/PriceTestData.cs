using FsCheck;
using FsCheck.Fluent;
using Oddswire.Core.Domain;

namespace Oddswire.Tests.Pricing;

/// <summary>Random, but possible, states of games.</summary>
internal static class PriceTestData
{
    public static GameInfo Info(League league, PregameLine? line = null, bool mustHaveWinner = false, int runnerBase = 0) => new()
    {
        Home = new Team("HOM", "Home"),
        Away = new Team("AWY", "Away"),
        RegulationPeriods = league == League.Mlb ? 9 : 4,
        MustHaveWinner = mustHaveWinner,
        AutomaticRunnerBase = runnerBase,
        Line = line,
    };

    public static Gen<(GameState State, GameInfo Info)> States(League league) => league switch
    {
        League.Nfl => Football(),
        League.Nba => Basketball(),
        _ => Baseball(),
    };

    private static Gen<(GameState State, GameInfo Info)> Football() =>
        from period in Gen.Choose(0, 5)
        from clock in Gen.Choose(0, period == 5 ? 6000 : 9000)
        from home in Gen.Choose(0, period * 14)
        from away in Gen.Choose(0, period * 14)
        from ball in Gen.Elements<Side?>(Side.Home, Side.Away, null)
        from down in Gen.Choose(0, 4)
        from toFirst in Gen.Choose(1, 25)
        from toGoal in Gen.Choose(1, 99)
        from margin in Gen.Choose(-14, 14)
        from hasLine in Gen.Elements(true, true, false)
        from winner in Gen.Elements(true, false)
        select (
            new GameState
            {
                Phase = period == 0 ? GamePhase.Scheduled : GamePhase.Live,
                Period = period,
                ClockTenths = period == 0 ? -1 : clock,
                Score = new Score(home, away),
                Possession = ball,
                Football = ball is null ? null : new FootballSituation(down, toFirst, toGoal),
            },
            Info(League.Nfl, hasLine ? new PregameLine { HomeMarginHundredths = margin * 50, TotalHundredths = 4450 } : null, winner));

    private static Gen<(GameState State, GameInfo Info)> Basketball() =>
        from period in Gen.Choose(0, 6)
        from clock in Gen.Choose(0, period > 4 ? 3000 : 7200)
        from home in Gen.Choose(period * 15, period * 35)
        from away in Gen.Choose(period * 15, period * 35)
        from ball in Gen.Elements<Side?>(Side.Home, Side.Away, null)
        from margin in Gen.Choose(-14, 14)
        from hasLine in Gen.Elements(true, true, false)
        select (
            new GameState
            {
                Phase = period == 0 ? GamePhase.Scheduled : GamePhase.Live,
                Period = period,
                ClockTenths = period == 0 ? -1 : clock,
                Score = new Score(home, away),
                Possession = ball,
            },
            Info(League.Nba, hasLine ? new PregameLine { HomeMarginHundredths = margin * 50, TotalHundredths = 22050 } : null));

    private static Gen<(GameState State, GameInfo Info)> Baseball() =>
        from period in Gen.Choose(0, 12)
        from home in Gen.Choose(0, period)
        from away in Gen.Choose(0, period)
        from batting in Gen.Elements(Side.Home, Side.Away)
        from outs in Gen.Choose(0, 3)
        from bases in Gen.Choose(0, 7)
        from win in Gen.Choose(30, 70)
        from hasLine in Gen.Elements(true, true, false)
        from runner in Gen.Elements(0, 2)
        select (
            new GameState
            {
                Phase = period == 0 ? GamePhase.Scheduled : GamePhase.Live,
                Period = period,
                Score = new Score(home, away),
                Possession = batting,
                Baseball = new BaseballSituation(
                    outs, (bases & 1) != 0 ? "a" : null, (bases & 2) != 0 ? "b" : null, (bases & 4) != 0 ? "c" : null),
            },
            Info(
                League.Mlb,
                hasLine ? new PregameLine { HomeWin = Probability.FromMillionths(win * 10_000), TotalHundredths = 850 } : null,
                runnerBase: runner));
}
