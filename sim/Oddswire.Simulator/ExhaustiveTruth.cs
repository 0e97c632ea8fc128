using Oddswire.Core.Domain;
using Oddswire.Simulator.Baseball;
using Oddswire.Simulator.Basketball;
using Oddswire.Simulator.Football;

namespace Oddswire.Simulator;

/// <summary>A simulated game, its clean messages, and the chances at each of its moments, by playing on from there many times.</summary>
public sealed class ExhaustiveTruth
{
    // A season by whose rules the simulator plays: football's overtime changed in 2025.
    private static readonly DateTimeOffset FirstStart = new(2022, 9, 11, 17, 0, 0, TimeSpan.Zero);

    private readonly SimulatedGame _game;

    private ExhaustiveTruth(SimulatedGame game) => _game = game;

    /// <summary>The game.</summary>
    public GameId Game => _game.Fixture.Id;

    /// <summary>How many plays it has; a moment is the number of plays told.</summary>
    public int Plays => _game.PlayTimes.Count;

    /// <summary>What is expected of it before the start, to the hundredth of a point: the line without its rounding to half points.</summary>
    public PregameLine Line => _game.Fixture.Expectation;

    /// <summary>How it ended.</summary>
    public Score Final => _game.Final;

    /// <summary>A game of a season.</summary>
    /// <param name="league">The league.</param>
    /// <param name="seed">The season's seed.</param>
    /// <param name="number">Which game, from 0.</param>
    public static ExhaustiveTruth Of(League league, int seed, int number) =>
        new(Slate.PlayGame(new Season(league, (ulong)seed, Timestamp.From(FirstStart)).At(number)));

    /// <summary>The messages of a faultless feed: the teams, then one a play.</summary>
    public IEnumerable<FeedMessage> Messages()
    {
        var writer = new BodyWriter();
        for (var play = -1; play < Plays; play++)
        {
            _game.Write(writer, new ScriptItem(0, play, play < 0 ? Telling.Info : Telling.Play));
            yield return new FeedMessage { Source = "simulator", GameId = Game, Sequence = play + 2, Body = writer.Take() };
        }
    }

    /// <summary>How often home wins and how often the game is tied, playing on from a moment.</summary>
    /// <param name="told">Plays told so far, at least 1.</param>
    /// <param name="trials">How often to play on.</param>
    /// <param name="seed">Decides how.</param>
    /// <exception cref="ArgumentOutOfRangeException">Nothing is told yet, or nobody is to play on.</exception>
    public (Chance HomeWin, Chance Tie) After(int told, int trials, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(told, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        int wins = 0, ties = 0;
        var football = _game.Fixture.Id.League == League.Nfl ? FootballModel.Before(_game.Fixture, told) : null;
        for (var trial = 0; trial < trials; trial++)
        {
            var fork = new Fork(told, SeededRandom.Mix((ulong)seed, (ulong)told, (ulong)trial, _game.Fixture.Seed));
            var final = football?.PlayOn(fork) ?? PlayOn(fork);
            wins += final.Margin > 0 ? 1 : 0;
            ties += final.Margin == 0 ? 1 : 0;
        }

        return (Chance.Of(wins / (double)trials), Chance.Of(ties / (double)trials));
    }

    private Score PlayOn(Fork fork) => _game.Fixture.Id.League switch
    {
        League.Nba => new BasketballModel(_game.Fixture, fork).Play()[^1].Score,
        _ => new BaseballModel(_game.Fixture, fork).Play()[^1].Score,
    };
}
