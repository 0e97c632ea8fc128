using Oddswire.Core.Domain;

namespace Oddswire.Simulator;

/// <summary>What really happened in a simulated game, whatever its feed made of it.</summary>
/// <param name="Id">The game.</param>
/// <param name="Home">The home team, by the vendor's code.</param>
/// <param name="Away">The visitors.</param>
/// <param name="Line">The pregame line that it was played from.</param>
/// <param name="Final">The final score.</param>
/// <param name="Periods">Quarters or innings played.</param>
/// <param name="Plays">Messages with news that a faultless feed sends after the first.</param>
public sealed record GameTruth(GameId Id, Team Home, Team Away, PregameLine Line, Score Final, int Periods, int Plays);

/// <summary>The true outcome of simulated games, to compare what came out of the pipeline with.</summary>
public static class SimulationTruth
{
    /// <summary>The league's games of the slate, in the order of their places, round after round.</summary>
    /// <param name="league">The league.</param>
    /// <param name="options">Options that say how many rounds are played.</param>
    /// <exception cref="ArgumentException">The slate is endless, or an option is outside its range.</exception>
    public static IEnumerable<GameTruth> Of(League league, SlateOptions options)
    {
        options.Validate();
        var rounds = options.Rounds
            ?? throw new ArgumentException("An endless slate has no end to list; give a number of rounds.", nameof(options));
        var slate = new Slate(league, options);
        return from round in Enumerable.Range(0, rounds)
               from slot in Enumerable.Range(0, options.GamesOf(league))
               select Of(Slate.PlayGame(slate.FixtureOf(slot, round)));
    }

    internal static GameTruth Of(SimulatedGame game) => new(
        game.Fixture.Id,
        TeamOf(game.Fixture.Home),
        TeamOf(game.Fixture.Away),
        game.Fixture.Line,
        game.Final,
        game.Periods,
        game.PlayTimes.Count);

    private static Team TeamOf(Club club) => new(club.Code, club.FullName);
}
