using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Normalise;
using Oddswire.Core.Ports;
using Oddswire.Feeds.Nba;
using Oddswire.Feeds.Nfl;
using Oddswire.Simulator;
using Oddswire.Simulator.Faults;

namespace Oddswire.Tests.Feeds;

/// <summary>The simulator writes the vendors' formats from their description alone; the adapters must agree with it on every message.</summary>
public sealed class SimulatedFeedsTests
{
    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    public void Every_simulated_message_is_understood_and_every_game_folds_to_its_end(League league)
    {
        var (format, rules) = Of(league);
        for (var seed = 1UL; seed <= 3; seed++)
        {
            var options = new SlateOptions { NflGames = 4, NbaGames = 4, Rounds = 1, Seed = seed, Faults = FaultPlanParser.Parse("corrections=3%") };
            var games = new SimulatorSource(league, options).ReadFrom(0).GroupBy(static m => m.Message.GameId, static m => m.Message).ToList();

            games.Count.ShouldBe(4);
            foreach (var game in games)
            {
                var messages = game.ToList();
                messages.ShouldAllBe(m => format.Parse(m).Count <= 1);
                messages.Count(m => format.Recognises(m.Body.Span)).ShouldBe(messages.Count);
                var latest = messages.SelectMany(format.Parse).GroupBy(static e => e.Key).Select(static versions => versions.Last()).ToList();

                latest.Count(static e => e.Kind == EventKind.Info).ShouldBe(1);
                var final = RealGames.Fold(rules, latest);
                final.Phase.ShouldBe(GamePhase.Final, $"{game.Key}, seed {seed}");
                final.Score.ShouldBe(latest.Single(static e => e.Kind == EventKind.GameEnd).Score!.Value);
                final.Score.ShouldBe(RealGames.Fold(rules, latest.Where(static e => e.Kind != EventKind.GameEnd)).Score, $"{game.Key}, seed {seed}");
            }
        }
    }

    private static (IFeedFormat Format, IGameRules Rules) Of(League league) =>
        league == League.Nfl ? (new GameCenterFormat(), new FootballRules()) : (new LiveDataFormat(), new BasketballRules());
}
