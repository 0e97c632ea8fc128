using Oddswire.Calibration;
using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;
using Oddswire.Host.Commands.Training;
using Oddswire.Simulator;

namespace Oddswire.Tests.Calibration;

/// <summary>Simulated games written for training are read back as the games they were.</summary>
public sealed class TrainingRecorderTests : IDisposable
{
    private const int Seed = 4;
    private const int Games = 9;

    private readonly string _folder = Directory.CreateTempSubdirectory("oddswire-training-").FullName;

    [Theory]
    [InlineData(League.Nfl, 1000)]
    [InlineData(League.Nba, 800)]
    [InlineData(League.Mlb, 500)]
    public void A_trainer_reads_the_states_that_the_platform_folds(League league, int fewestRows)
    {
        var set = Record(league);
        var folded = Enumerable.Range(0, Games).SelectMany(game => Fold(league, game)).Select(Seen.Of).ToHashSet();
        folded.Add(Seen.Of(new GameState { Period = 1, Possession = Side.Away }));

        var counted = set.Rows.Where(row => row.IsCounted).ToList();
        counted.Count.ShouldBeGreaterThan(fewestRows);
        var strange = counted.Select(row => Seen.Of(row.State)).Where(seen => !folded.Contains(seen)).ToList();
        strange.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    [InlineData(League.Mlb)]
    public void Its_lines_are_what_was_expected_before_the_start(League league)
    {
        var set = Record(league);
        var truth = ExhaustiveTruth.Of(league, Seed, 0);
        var line = set.Games[0].Info.Line.ShouldNotBeNull();

        line.TotalHundredths.ShouldBe(truth.Line.TotalHundredths);
        line.HomeWin!.Value.Value.ShouldBe(truth.Line.HomeWin!.Value.Value, 2e-6);
        if (league != League.Mlb)
        {
            line.HomeMarginHundredths.ShouldBe(truth.Line.HomeMarginHundredths);
        }

        set.Games[0].Final.ShouldBe(Fold(league, 0).Last().Score);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private TrainingSet Record(League league)
    {
        using (var recorder = TrainingRecorder.Of(league, _folder))
        {
            for (var game = 0; game < Games; game++)
            {
                recorder.Record(Seed, game);
            }
        }

        var trainer = LeagueTrainers.Of(league);
        return TrainingData.Read(trainer, trainer.Find(_folder));
    }

    private static IEnumerable<GameState> Fold(League league, int game)
    {
        var format = Oddswire.Host.Composition.Pipeline.Formats.Single(format => format.League == league);
        var rules = Oddswire.Host.Composition.Pipeline.Rules(league);
        var (state, info) = (new GameState(), (GameInfo?)null);
        foreach (var message in ExhaustiveTruth.Of(league, Seed, game).Messages())
        {
            List<GameEvent> events = [];
            format.Parse(message, events);
            foreach (var gameEvent in events)
            {
                info = gameEvent.Info ?? info;
                state = rules.Apply(state, gameEvent, info);
                yield return state;
            }
        }
    }

    /// <summary>What a trainer and the platform must see alike; a clock to the second, as nflfastR has it.</summary>
    private readonly record struct Seen(Score Score, int Period, int ClockSeconds, Side? Possession, FootballSituation? Football, int Drives, int Outs, int Bases)
    {
        public static Seen Of(GameState state) => state.Baseball is { } bases || state.ClockTenths < 0
            ? new Seen(state.Score, state.Period, 0, state.Possession, null, 0, state.Baseball?.Outs ?? 0, state.Baseball?.BasesMask ?? 0)
            : state.Football is { Down: >= 1 } && state.Sheet.HasEnded(state.Period)
                // The ball stays where it is from one quarter to the next.
                ? new Seen(state.Score, state.Period + 1, 900, state.Possession, state.Football, state.Sheet.Drives, 0, 0)
                : new Seen(state.Score, state.Period, state.ClockTenths / 10, state.Possession, state.Football, state.Sheet.Drives, 0, 0);
    }
}
