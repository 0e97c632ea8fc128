using Oddswire.Core.Domain;

namespace Oddswire.IntegrationTests.Api;

/// <summary>Games for the tests of the API and the board.</summary>
internal static class Games
{
    public static readonly GameId Patriots = GameId.Parse("nfl:2015091000");
    public static readonly GameId Celtics = GameId.Parse("nba:0022400001");

    public static readonly GameInfo PatriotsInfo = new()
    {
        Home = new Team("NE", "New England Patriots"),
        Away = new Team("PIT", "Pittsburgh Steelers"),
        RegulationPeriods = 4,
        ScheduledAt = Timestamp.From(new DateTimeOffset(2015, 9, 11, 0, 30, 0, TimeSpan.Zero)),
        Line = new PregameLine { HomeMarginHundredths = 700, TotalHundredths = 5150 },
    };

    public static readonly GameInfo CelticsInfo = new()
    {
        Home = new Team("BOS", "Boston Celtics"),
        Away = new Team("NYK", "New York Knicks"),
        RegulationPeriods = 4,
        Line = new PregameLine { HomeMarginHundredths = 550, TotalHundredths = 22200 },
    };

    public static GameState Football(int quarter, int clockTenths, int home, int away, bool stalled = false) => new()
    {
        Phase = GamePhase.Live,
        Period = quarter,
        ClockTenths = clockTenths,
        Score = new Score(home, away),
        Possession = Side.Home,
        Football = new FootballSituation(2, 7, 42),
        IsFeedStalled = stalled,
    };

    public static GameState Basketball(int quarter, int clockTenths, int home, int away) => new()
    {
        Phase = GamePhase.Live,
        Period = quarter,
        ClockTenths = clockTenths,
        Score = new Score(home, away),
        Possession = Side.Away,
    };

    /// <summary>Teams, then kick-off: the game is live with prices.</summary>
    public static async Task KickOffAsync(this BoardRig rig)
    {
        await rig.PlayAsync(Patriots, new GameState(), kind: EventKind.Info, info: PatriotsInfo);
        await rig.PlayAsync(Patriots, Football(1, 9000, 0, 0), "Kick-off");
        await rig.UntilAsync(Patriots, game => game.EventSequence >= 2 && game.Quotes.Any(quote => quote.Update.CauseKey == "e2"));
    }
}
