using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Props;

/// <summary>A recorded game as the players' models see it: states in order, each with what was said of players since the one before.</summary>
/// <param name="Game">The game.</param>
/// <param name="LineUps">What is known of players before it.</param>
/// <param name="Steps">The states.</param>
/// <param name="Last">What was said of players after the last state.</param>
public sealed record PropGame(
    RecordedGame Game, IReadOnlyList<PlayerChange> LineUps, IReadOnlyList<PropStep> Steps, IReadOnlyList<PlayerChange> Last);

/// <summary>A state, and what was said of players since the one before.</summary>
/// <param name="Changes">What was said.</param>
/// <param name="State">The state after it.</param>
public readonly record struct PropStep(IReadOnlyList<PlayerChange> Changes, GameState State);

/// <summary>Reads the recorded games of a league with their players.</summary>
public static class PropGames
{
    /// <summary>The games in the order in which they were played, as far as file and file names tell.</summary>
    /// <exception cref="CalibrationException">A file is not there or makes no sense.</exception>
    public static IEnumerable<PropGame> Read(League league, string folder)
    {
        var trainer = LeagueTrainers.Of(league);
        var sources = trainer.Find(folder);
        using var lines = new CsvFile(sources.Lines);
        var games = trainer.ReadGames(lines);
        var table = new GameTable(games);
        var read = sources.Plays.SelectMany(path => ReadFile(league, trainer, path, table));
        return [.. read.Where(static game => game.Game.Final is not null).OrderBy(static game => DateOf(game.Game.Id), StringComparer.Ordinal)];
    }

    // Baseball: HOMEyyyymmddN. The others' ids are in the order of play.
    private static string DateOf(string id) => id.Length == 12 && char.IsAsciiLetter(id[0]) ? id[3..] : id;

    private static IEnumerable<PropGame> ReadFile(League league, ILeagueTrainer trainer, string path, GameTable table)
    {
        using var plays = new CsvFile(path);
        if (!plays.Has(league switch { League.Nfl => "passer_player_id", League.Nba => "PLAYER1_ID", _ => "resBatter" }))
        {
            // A league may be trained on sheets that name no players, too.
            yield break;
        }

        var rows = trainer.ReadRows(plays, table);
        var games = league switch
        {
            League.Nfl => NflPropReader.Read(plays, rows),
            League.Nba => NbaPropReader.Read(plays, rows),
            _ => MlbPropReader.Read(plays, rows),
        };
        foreach (var game in games)
        {
            yield return game;
        }
    }
}
