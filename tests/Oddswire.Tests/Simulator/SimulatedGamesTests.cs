using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Simulator;

namespace Oddswire.Tests.Simulator;

/// <summary>What the simulator sends is understood by the real adapters and folds, by the real rules, to what really happened.</summary>
public sealed class SimulatedGamesTests
{
    private static readonly SlateOptions Slate = new() { NflGames = 16, NbaGames = 15, MlbGames = 15, Rounds = 2, Seed = 11, UnderWay = false };

    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    [InlineData(League.Mlb)]
    public void Every_message_is_understood_and_every_game_folds_to_its_true_final_score(League league)
    {
        var options = Slate with { Heartbeat = TimeSpan.FromSeconds(30) };
        var format = SimulatedPipeline.FormatOf(league);
        var rules = SimulatedPipeline.RulesOf(league);
        var states = new Dictionary<GameId, (GameState State, GameInfo? Info)>();
        var events = new List<GameEvent>();
        foreach (var (_, _, message) in new SimulatorSource(league, options).ReadFrom(0))
        {
            format.Recognises(message.Body.Span[..Math.Min(4096, message.Body.Length)]).ShouldBeTrue();
            events.Clear();
            format.Parse(message, events);
            foreach (var gameEvent in events)
            {
                var (state, info) = states.GetValueOrDefault(message.GameId, (new GameState(), null));
                rules.Objection(state, gameEvent).ShouldBeNull();
                info = gameEvent.Info ?? info;
                states[message.GameId] = (gameEvent.Info is null ? rules.Apply(state, gameEvent, info) : state, info);
            }
        }

        var truths = SimulationTruth.Of(league, options).ToList();
        states.Count.ShouldBe(truths.Count);
        foreach (var truth in truths)
        {
            var (state, info) = states[truth.Id];
            (truth.Id, state.Phase, state.Score).ShouldBe((truth.Id, GamePhase.Final, truth.Final));
            (info!.Home.Code, info.Away.Code, info.RegulationPeriods).ShouldBe((truth.Home.Code, truth.Away.Code, league == League.Mlb ? 9 : 4));
        }
    }

    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    [InlineData(League.Mlb)]
    public void The_normalise_stage_takes_every_play_and_refuses_none(League league)
    {
        var options = Slate with { Rounds = 1, NflGames = 4, NbaGames = 4, MlbGames = 8 };
        var pipeline = new SimulatedPipeline(league).Send(new SimulatorSource(league, options).ReadFrom(0));

        pipeline.Refused.ShouldBeEmpty();
        pipeline.Quarantine.ShouldBeEmpty();
        foreach (var truth in SimulationTruth.Of(league, options))
        {
            var last = pipeline.Last(truth.Id);
            (last.Phase, last.Score, last.MissingMessages).ShouldBe((GamePhase.Final, truth.Final, 0));
            pipeline.Accepted.Count(accepted => accepted.Event.GameId == truth.Id).ShouldBe(truth.Plays + 1);
        }
    }

    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    [InlineData(League.Mlb)]
    public void A_recorded_game_replays_to_the_same_plays_and_finals_as_its_live_feed(League league)
    {
        var options = Slate with { Rounds = 1, NflGames = 4, NbaGames = 4, MlbGames = 8, Heartbeat = TimeSpan.Zero };
        var folder = Directory.CreateTempSubdirectory("oddswire-sim-");
        try
        {
            var recorded = SimulationRecorder.Record(options, folder.FullName, league).ToList();
            var replayed = new SimulatedPipeline(league).Send(recorded.SelectMany(game => Cut(league, game)));
            var live = new SimulatedPipeline(league).Send(new SimulatorSource(league, options).ReadFrom(0));

            replayed.Refused.ShouldBeEmpty();
            recorded.Count.ShouldBe(options.GamesOf(league));
            foreach (var (truth, _) in recorded)
            {
                replayed.Last(truth.Id).Score.ShouldBe(truth.Final);
                replayed.Last(truth.Id).Phase.ShouldBe(GamePhase.Final);
                Story(replayed, truth.Id).ShouldBe(Story(live, truth.Id));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>What a play did, by key; a cut NFL header may know less than the live one of the next snap.</summary>
    private static List<string> Story(SimulatedPipeline pipeline, GameId game) =>
    [
        .. pipeline.Accepted.Where(accepted => accepted.Event.GameId == game && accepted.Event.Info is null)
            .Select(accepted => $"{accepted.Event.Key} {accepted.Event.Kind} {accepted.After.Period} {accepted.After.Score} {accepted.Event.Description}"),
    ];

    private static IEnumerable<SourcedMessage> Cut(League league, RecordedGame game)
    {
        var companions = Directory.GetFiles(Path.GetDirectoryName(game.Path)!)
            .Where(path => path != game.Path)
            .ToDictionary(path => Path.GetFileName(path).ToLowerInvariant(), path => (ReadOnlyMemory<byte>)File.ReadAllBytes(path));
        var recording = new Recording(Path.GetFileName(game.Path), File.ReadAllBytes(game.Path), companions);
        return SimulatedPipeline.FormatOf(league).Cut(recording)
            .Where(message => message.GameId == game.Truth.Id)
            .Select((message, index) => new SourcedMessage(index + 1, TimeSpan.Zero, message));
    }
}
