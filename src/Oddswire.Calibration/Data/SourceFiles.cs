namespace Oddswire.Calibration.Data;

/// <summary>Finds files of a data folder, each plain or with .gz behind.</summary>
public static class SourceFiles
{
    /// <summary>A file by its path within the folder.</summary>
    /// <exception cref="CalibrationException">It is not there.</exception>
    public static string One(string folder, string path)
    {
        var full = Path.Combine(folder, path);
        return File.Exists(full) ? full
            : File.Exists(full + ".gz") ? full + ".gz"
            : throw new CalibrationException($"{full} is not there, nor {full}.gz.", "Name with --data the folder that holds nfl, nba and mlb.");
    }

    /// <summary>Files by a pattern, subfolders too, in ordinal order.</summary>
    /// <exception cref="CalibrationException">There is none.</exception>
    public static IReadOnlyList<string> Many(string folder, string under, string pattern)
    {
        var root = Path.Combine(folder, under);
        string[] found = Directory.Exists(root)
            ? [.. Directory.EnumerateFiles(root, pattern + "*", SearchOption.AllDirectories)
                .Where(file => file.EndsWith(".csv", StringComparison.Ordinal) || file.EndsWith(".csv.gz", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)]
            : [];
        return found.Length > 0 ? found
            : throw new CalibrationException($"{root} holds no {pattern} or {pattern}.gz.", "Name with --data the folder that holds nfl, nba and mlb.");
    }
}
