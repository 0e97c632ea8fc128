using Oddswire.Core.Domain;
using Oddswire.Simulator.Baseball;
using Oddswire.Simulator.Basketball;
using Oddswire.Simulator.Football;

namespace Oddswire.Simulator;

/// <summary>
/// Writes simulated games as the vendors record them, so that they can be replayed: <c>nfl/{id}.json</c> (GameCenter), <c>nba/{id}/playbyplay.json</c> with
/// <c>boxscore.json</c> (liveData), <c>mlb/{year}{home}.EVN</c> (Retrosheet, a club's home games in one file). Recordings hold the truth: faults are of the way.
/// </summary>
public static class SimulationRecorder
{
    /// <summary>Writes every game of the slate (one round when it is endless) and gives the truth of each as it is written.</summary>
    /// <param name="options">What is played.</param>
    /// <param name="folder">Where to; made when it does not exist. Files of the same names are replaced.</param>
    /// <param name="leagues">Which leagues; all when empty.</param>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    /// <exception cref="IOException">A file or folder cannot be written; the message names it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static IEnumerable<RecordedGame> Record(SlateOptions options, string folder, params League[] leagues)
    {
        options.Validate();
        return RecordAll(options, folder, leagues.Length == 0 ? [.. Leagues.All] : leagues);
    }

    private static IEnumerable<RecordedGame> RecordAll(SlateOptions options, string folder, League[] leagues)
    {
        var written = new HashSet<string>(StringComparer.Ordinal);
        var writer = new BodyWriter();
        foreach (var league in leagues)
        {
            var slate = new Slate(league, options);
            for (var round = 0; round < (options.Rounds ?? 1); round++)
            {
                for (var slot = 0; slot < options.GamesOf(league); slot++)
                {
                    var game = Slate.PlayGame(slate.FixtureOf(slot, round));
                    yield return new RecordedGame(SimulationTruth.Of(game), Write(game, folder, writer, written));
                }
            }
        }
    }

    private static string Write(SimulatedGame game, string folder, BodyWriter writer, HashSet<string> written)
    {
        var id = game.Fixture.Id.VendorId;
        switch (game)
        {
            case FootballGame football:
                football.WriteRecording(writer);
                return Save(Path.Combine(folder, "nfl", $"{id}.json"), writer, written);
            case BasketballGame basketball:
                basketball.WriteBoxScore(writer, isFinal: true);
                Save(Path.Combine(folder, "nba", $"{id}", "boxscore.json"), writer, written);
                basketball.WriteRecording(writer);
                return Save(Path.Combine(folder, "nba", $"{id}", "playbyplay.json"), writer, written);
            case BaseballGame baseball:
                baseball.WriteRecording(writer);
                return Save(Path.Combine(folder, "mlb", $"{id.Slice(3, 4)}{id[..3]}.EVN"), writer, written);
            default:
                throw new InvalidOperationException($"No recording format for {game.Fixture.Id}.");
        }
    }

    /// <summary>The first write to a file in this recording replaces it, later ones add to it (several games of one club).</summary>
    private static string Save(string path, BodyWriter writer, HashSet<string> written)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = new FileStream(path, written.Add(path) ? FileMode.Create : FileMode.Append, FileAccess.Write);
        file.Write(writer.Take());
        return path;
    }
}

/// <summary>A recorded game.</summary>
/// <param name="Truth">What happened in it.</param>
/// <param name="Path">The file that holds its plays.</param>
public sealed record RecordedGame(GameTruth Truth, string Path);
