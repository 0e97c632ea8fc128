namespace Oddswire.Infrastructure.Logs.Sqlite;

/// <summary>
/// Says that a process (more exactly: an open log) lives: a file with an exclusive lock that the operating system gives free when the
/// process dies, however it dies. No clock is involved.
/// </summary>
internal sealed class ProcessLock : IDisposable
{
    private readonly string _logPath;
    private readonly FileStream _file;

    public ProcessLock(string logPath)
    {
        _logPath = logPath;
        Id = Guid.NewGuid().ToString("n");
        _file = new FileStream(PathOf(logPath, Id), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Names the open log in the members table.</summary>
    public string Id { get; }

    /// <summary>Whether the open log of this id lives; removes the file of a dead one.</summary>
    public bool IsAlive(string id)
    {
        if (id == Id)
        {
            return true;
        }

        try
        {
            var path = PathOf(_logPath, id);
            using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
                File.Delete(path);
            }

            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return true; // Another user's process: its heartbeat tells.
        }
    }

    /// <summary>Removes the files that dead processes left.</summary>
    public void Sweep()
    {
        var name = Path.GetFileName(_logPath);
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(_logPath)!, $"{name}.*.alive"))
        {
            IsAlive(Path.GetFileName(file)[(name.Length + 1)..^".alive".Length]);
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        try
        {
            File.Delete(PathOf(_logPath, Id));
        }
        catch (IOException)
        {
            // Left behind unlocked, it counts as dead and is swept by the next start.
        }
    }

    private static string PathOf(string logPath, string id) => $"{logPath}.{id}.alive";
}
