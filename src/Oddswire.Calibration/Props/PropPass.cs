using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Props;

namespace Oddswire.Calibration.Props;

/// <summary>A player's statistic at a moment of a game.</summary>
/// <param name="Game">The game, as a number.</param>
/// <param name="Stage">The moment: its index in <see cref="PropPass.Stages"/>.</param>
/// <param name="Player">The player's line, as it stands.</param>
/// <param name="Statistic">The statistic.</param>
/// <param name="Model">The model, having looked at the game and the player.</param>
/// <param name="Expected">What was expected of him for the whole game.</param>
/// <param name="Final">What it came to.</param>
/// <param name="FinalLine">The player's line after the game.</param>
public readonly record struct PropMoment(
    int Game, int Stage, PlayerLine Player, PlayerStatistic Statistic, PropModel Model, double Expected, int Final, PlayerLine FinalLine);

/// <summary>
/// Walks through recorded games in the order of play: at some moments of each it shows every player's statistic that would be offered, then lets the game
/// into the book of players. Nothing of a game, or of one after it, is in the book while it is shown.
/// </summary>
public sealed class PropPass(League league)
{
    /// <summary>Shares of regulation at which games are looked at.</summary>
    public static IReadOnlyList<double> Stages { get; } = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.85, 0.95];

    private readonly IGameModel _joint = GameModels.Create(league);

    /// <summary>Walks through games.</summary>
    /// <param name="games">In order of play.</param>
    /// <param name="models">The model of a game by its number; all share the builder's book.</param>
    /// <param name="builder">The book.</param>
    /// <param name="warmUp">Games not shown, from which the book learns.</param>
    /// <param name="show">Told of each moment.</param>
    public void Walk(IEnumerable<PropGame> games, Func<int, PropModel> models, PlayerBookBuilder builder, int warmUp, Action<PropMoment> show)
    {
        var number = 0;
        foreach (var game in games)
        {
            var model = models(number);
            var final = Replay(game);
            if (number >= warmUp)
            {
                Show(game, number, model, final, show);
            }

            builder.Take(final, line => MinutesOf(game, line));
            number++;
        }
    }

    private BoxScore Replay(PropGame game)
    {
        var box = new BoxScore(league);
        Apply(box, game, game.LineUps);
        foreach (var step in game.Steps)
        {
            Apply(box, game, step.Changes);
        }

        Apply(box, game, game.Last);
        return box;
    }

    private void Show(PropGame game, int number, PropModel model, BoxScore final, Action<PropMoment> show)
    {
        var box = new BoxScore(league);
        Apply(box, game, game.LineUps);
        var before = new GameState
        {
            Possession = league == League.Mlb ? game.Game.Info.HomeBatsFirst ? Side.Home : Side.Away : null,
            Baseball = league == League.Mlb ? BaseballSituation.Empty : null,
        };
        Look(game, before, number, 0, model, box, final, show);
        var stage = 1;
        foreach (var step in game.Steps)
        {
            Apply(box, game, step.Changes);
            if (stage < Stages.Count && ElapsedOf(step.State, game) >= Stages[stage])
            {
                while (stage + 1 < Stages.Count && ElapsedOf(step.State, game) >= Stages[stage + 1])
                {
                    stage++;
                }

                Look(game, step.State, number, stage++, model, box, final, show);
            }
        }
    }

    private void Look(PropGame game, GameState state, int number, int stage, PropModel model, BoxScore box, BoxScore final, Action<PropMoment> show)
    {
        model.Look(state, game.Game.Info, _joint.Solve(state, game.Game.Info), box);
        foreach (var line in box.Players)
        {
            if (line.Side is null || model.Usage(line) <= 0 || final.Find(line.Id) is not { HasPlayed: true } end)
            {
                continue;
            }

            model.Look(line, box);
            foreach (var statistic in PropStatistics.Of(league))
            {
                // A player who has left is settled, not priced; one whose expectation nobody knows is offered on what he does.
                if (!line.IsGone && !(line.IsRelieved && statistic == PlayerStatistic.Strikeouts) && model.Offers(line, statistic))
                {
                    show(new PropMoment(number, stage, line, statistic, model, ExpectedOf(model, line, statistic), end[statistic], end));
                }
            }
        }
    }

    private double ExpectedOf(PropModel model, PlayerLine line, PlayerStatistic statistic)
    {
        var prior = model.Book.Of(line);
        return league != League.Mlb ? prior[statistic]
            : statistic == PlayerStatistic.Strikeouts ? prior[statistic] * prior[PlayerStatistic.BattersFaced]
            : prior[statistic] * Math.Max(3, 4.75 - (0.12 * line.Slot));
    }

    private double ElapsedOf(GameState state, PropGame game) => league switch
    {
        League.Nfl => Elapsed(state, 9_000),
        League.Nba => Elapsed(state, 7_200),
        _ => ((2 * (state.Period - 1)) + (state.Possession == (game.Game.Info.HomeBatsFirst ? Side.Away : Side.Home) ? 1 : 0) + ((state.Baseball?.Outs ?? 0) / 3.0))
            / (2.0 * game.Game.Info.RegulationPeriods),
    };

    private static double Elapsed(GameState state, int period) => state.Period > 4 ? 1 : ((state.Period * period) - state.ClockTenths) / (4.0 * period);

    private static double MinutesOf(PropGame game, PlayerLine line)
    {
        var state = game.Steps.Count > 0 ? game.Steps[^1].State : new GameState();
        var end = state.Period <= 4 ? 28_800 : 28_800 + ((state.Period - 4) * 3_000);
        return (line[PlayerStatistic.CourtTime] + (line[PlayerStatistic.OnCourt] > 0 ? end : 0)) / 600.0;
    }

    private static void Apply(BoxScore box, PropGame game, IReadOnlyList<PlayerChange> changes)
    {
        foreach (var change in changes)
        {
            box.Apply(change, null, game.Game.Info);
        }
    }
}
