using System.Security.Cryptography;
using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Calibration.Data;

/// <summary>Loads what a league is trained on.</summary>
public static class TrainingData
{
    /// <summary>Reads games and states; rows of games whose final score is not known are left out.</summary>
    /// <exception cref="CalibrationException">A file is not there or makes no sense.</exception>
    public static TrainingSet Read(ILeagueTrainer trainer, TrainingSources sources, Func<string, bool>? isWanted = null)
    {
        using var lines = new CsvFile(sources.Lines);
        var games = trainer.ReadGames(lines);
        var table = new GameTable(games);
        List<ModelRow> rows = [];
        foreach (var path in sources.Plays.Where(path => isWanted?.Invoke(path) ?? true))
        {
            using var plays = new CsvFile(path);
            rows.AddRange(trainer.ReadRows(plays, table).Where(row => row.Game.Final is not null));
        }

        return rows.Count > 0
            ? new TrainingSet(games, rows)
            : throw new CalibrationException(
                $"{sources.Plays[0]} holds no state of a game whose final score {sources.Lines} knows.", "Name files of the same games.");
    }

    /// <summary>The games of a lines file, those without a line given one by ratings of earlier results in the same file.</summary>
    /// <exception cref="CalibrationException">It is not there or makes no sense.</exception>
    public static IReadOnlyList<RecordedGame> ReadGames(ILeagueTrainer trainer, string lines)
    {
        using var file = new CsvFile(lines);
        return RatingPrior.Fill(trainer.ReadGames(file), lines, trainer.League);
    }

    /// <summary>The files with their hashes, named by their paths within the folder.</summary>
    public static IReadOnlyList<TrainingFile> HashesOf(TrainingSources sources, string folder) =>
        [.. new[] { sources.Lines }.Concat(sources.Plays).Select(path => new TrainingFile(
            Path.GetRelativePath(folder, path).Replace('\\', '/'), HashOf(path)))];

    private static string HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
