namespace Oddswire.IntegrationTests.Chaos;

/// <summary>A file system of a given size, in memory. Only root may mount one: elsewhere the test is skipped, saying so.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    public static SmallDisk Mount(string path, int megabytes)
    {
        Directory.CreateDirectory(path);
        var (code, said) = Machine.Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path);
        Machine.Demand(code == 0 || !Environment.IsPrivilegedProcess, $"A small disk cannot be mounted: {said.Trim()}");
        Assert.SkipUnless(code == 0, $"Only root may mount a small disk: {said.Trim()}");
        return new SmallDisk(path);
    }

    public void Resize(int megabytes) => Remount($"size={megabytes}m");

    /// <summary>Lets nobody write any more, not even root.</summary>
    public void MakeReadOnly() => Remount("ro");

    public void Dispose()
    {
        for (var attempt = 0; Machine.Run("umount", Path) is var (code, said) && code != 0; attempt++)
        {
            attempt.ShouldBeLessThan(100, said);
            Machine.Run("sleep", "0.1");
        }
    }

    private void Remount(string options)
    {
        var (code, said) = Machine.Run("mount", "-o", $"remount,{options}", Path);
        code.ShouldBe(0, said);
    }
}
