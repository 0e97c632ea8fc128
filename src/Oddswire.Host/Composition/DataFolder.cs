using Oddswire.Host.Commands;

namespace Oddswire.Host.Composition;

/// <summary>
/// The folder that holds everything a platform knows: <c>log/</c>, <c>archive/</c>, <c>edge/</c>, <c>reference.db</c>. One platform at a time may
/// write to it; a lock file says which.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const string LockName = "oddswire.lock";
    private const string OwnerName = "oddswire.pid";
    private FileStream? _lock;

    private DataFolder(string path) => Root = path;

    public string Root { get; }

    public string Archive => Path.Combine(Root, "archive");

    /// <summary>The embedded edge log, which partners' records lie on.</summary>
    public string Edge => Path.Combine(Root, "edge");

    public string Reference => Path.Combine(Root, "reference.db");

    /// <summary>Opens the folder for reading; it must exist.</summary>
    /// <exception cref="UserErrorException">There is no such folder.</exception>
    public static DataFolder OpenExisting(string path) => Directory.Exists(path)
        ? new DataFolder(Path.GetFullPath(path))
        : throw new UserErrorException(
            ExitCodes.Usage,
            $"The data folder '{path}' does not exist.",
            "Start 'oddswire up' or 'oddswire replay' first, or name another folder with --data.");

    /// <summary>Names the folder, whether it exists or not: where the log is elsewhere, it holds only what is kept beside it.</summary>
    public static DataFolder At(string path) => new(Path.GetFullPath(path));

    /// <summary>Makes the folder where needed and locks it for this process.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="fresh">Whether to remove what an earlier run left there.</param>
    /// <param name="alone">Whether no other process may write; false for a single role among several processes.</param>
    /// <exception cref="UserErrorException">It cannot be written, another process has it, or it is not ours to remove.</exception>
    public static DataFolder OpenForWriting(string path, bool fresh, bool alone = true)
    {
        var folder = new DataFolder(Path.GetFullPath(path));
        try
        {
            Directory.CreateDirectory(folder.Root);
            folder.Lock(alone);
            if (fresh)
            {
                folder.RemoveContent();
            }
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            folder.Dispose();
            throw new UserErrorException(
                ExitCodes.Environment,
                $"The data folder '{folder.Root}' cannot be written: {e.Message}",
                "Choose a folder of your own with --data, or fix its permissions.",
                e);
        }

        return folder;
    }

    /// <summary>The process that runs on a data folder; null when none does, or when it may not be asked.</summary>
    public static string? RunningOn(string path)
    {
        try
        {
            new FileStream(Path.Combine(path, LockName), FileMode.Open, FileAccess.Read, FileShare.None).Dispose();
            return null;
        }
        catch (IOException e) when (e.GetType() == typeof(IOException))
        {
            var owner = Path.Combine(path, OwnerName);
            return File.Exists(owner) ? File.ReadAllText(owner).Trim() : "unknown";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// Keeps the folder to the simulated games it was begun with: other options play other games under the same ids.
    /// </summary>
    /// <param name="identities">The sources' identities, by league.</param>
    /// <exception cref="UserErrorException">It was begun with others.</exception>
    public void KeepTo(IReadOnlyList<string> identities)
    {
        // A file for each league: their sources may run in processes of their own.
        foreach (var identity in identities)
        {
            var file = Path.Combine(Root, $"slate.{LeagueOf(identity)}.txt");
            if (!File.Exists(file))
            {
                File.WriteAllText(file, identity);
            }
            else if (File.ReadAllText(file) is var known && known != identity)
            {
                throw new UserErrorException(
                    ExitCodes.Usage,
                    $"The {LeagueOf(identity).ToUpperInvariant()} games in '{Root}' were started with other options ({known}, now {identity}).",
                    "Give the same --games, --seed, --rounds and --faults as before, start over with --fresh, or name another folder with --data.");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock?.Dispose();

    /// <summary>Takes the lock file: alone, or together with other roles of the same platform.</summary>
    private void Lock(bool alone)
    {
        var file = Path.Combine(Root, LockName);
        var owner = Path.Combine(Root, OwnerName);
        try
        {
            File.Open(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
            _lock = new FileStream(file, FileMode.Open, FileAccess.Read, alone ? FileShare.None : FileShare.Read);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException) && File.Exists(owner))
        {
            throw new UserErrorException(
                ExitCodes.Environment,
                $"Another oddswire (process {File.ReadAllText(owner).Trim()}) is running on '{Root}'.",
                "Stop it first, or name another folder with --data.",
                e);
        }

        File.WriteAllText(owner, $"{Environment.ProcessId}");
    }

    /// <summary>An identity is <c>sim/{league}/…</c>.</summary>
    private static string LeagueOf(string identity) => identity.Split('/').ElementAtOrDefault(1) ?? "";

    /// <summary>Removes only what we know as ours, so that a mistyped --data never costs somebody's files.</summary>
    private void RemoveContent()
    {
        foreach (var name in new[] { "log", "archive", "edge" })
        {
            var folder = Path.Combine(Root, name);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        foreach (var file in Directory.EnumerateFiles(Root, "reference.db*").Concat(Directory.EnumerateFiles(Root, "slate.*")))
        {
            File.Delete(file);
        }
    }
}
