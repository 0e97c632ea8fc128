using System.Security.Cryptography;
using System.Text;
using Oddswire.Core.Domain;

namespace Oddswire.Feeds.Recordings;

/// <summary>
/// The recordings found at some paths, by league. Formats are recognised by content, whatever the files are called; companion files (the box score
/// beside a play-by-play) are found by name. The same files give the same sources with the same identities, whichever way and order they were named in.
/// </summary>
public sealed class RecordingSet
{
    private const string PlayByPlay = "playbyplay";
    private const string BoxScore = "boxscore";
    private const int DeepestFolder = 32;
    private const int MaxCompanions = 64;
    private readonly RecordingOptions _options;
    private readonly List<RecordedFile> _files = [];
    private readonly List<RecordingProblem> _rejected = [];
    private readonly List<RecordingProblem> _ignored = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    private RecordingSet(RecordingOptions options) => _options = options;

    /// <summary>One source a league that has recordings, in the order of the leagues.</summary>
    public IReadOnlyList<RecordingSource> Sources { get; private set; } = [];

    /// <summary>Inputs that should have been recordings and cannot be used. Known before anything is played.</summary>
    public IReadOnlyList<RecordingProblem> Rejected => _rejected;

    /// <summary>Files inside given folders that are not recordings (rosters, indices), companions, and copies of the same content.</summary>
    public IReadOnlyList<RecordingProblem> Ignored => _ignored;

    /// <summary>All that went wrong so far: what was rejected, and recordings that turned out unreadable while playing.</summary>
    public IReadOnlyList<RecordingProblem> Problems => [.. _rejected, .. Sources.SelectMany(source => source.Problems)];

    /// <summary>Looks through files and folders (recursively). Never throws for a bad input: it is named in <see cref="Rejected"/>.</summary>
    public static RecordingSet Open(IEnumerable<string> paths, RecordingOptions? options = null)
    {
        var set = new RecordingSet(options ?? new RecordingOptions());
        foreach (var path in paths)
        {
            set.AddPath(path);
        }

        set.MakeSources();
        return set;
    }

    /// <summary>A file's name in lower case, without the ending of compression.</summary>
    internal static string PlainName(string path)
    {
        var name = Path.GetFileName(path).ToLowerInvariant();
        return name.EndsWith(".gz", StringComparison.Ordinal) ? name[..^3] : name;
    }

    private void AddPath(string path)
    {
        if (Directory.Exists(path))
        {
            var (files, rejected) = (_files.Count, _rejected.Count);
            AddFolder(path, 0);
            if (_files.Count == files && _rejected.Count == rejected)
            {
                Reject(path, "no-recordings", $"The folder '{path}' holds no recording in a known format ({Formats()}) that was not named before.");
            }
        }
        else if (File.Exists(path))
        {
            AddFile(path, isNamed: true);
        }
        else
        {
            Reject(path, "not-found", $"'{path}' does not exist. Give the path of a recording, or of a folder with recordings.");
        }
    }

    private void AddFolder(string folder, int depth)
    {
        string[] files, folders;
        try
        {
            var info = new DirectoryInfo(folder);
            if (!_folders.Add((info.ResolveLinkTarget(returnFinalTarget: true) ?? info).FullName) && depth > 0)
            {
                // A link back to a folder seen before.
                return;
            }

            files = Directory.GetFiles(folder);
            folders = Directory.GetDirectories(folder);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            Reject(folder, "no-permission", $"The folder '{folder}' cannot be listed: {e.Message} Change its permissions (chmod a+rx).");
            return;
        }

        Array.Sort(files, StringComparer.Ordinal);
        foreach (var file in files)
        {
            AddFile(file, isNamed: false);
        }

        Array.Sort(folders, StringComparer.Ordinal);
        foreach (var inner in folders)
        {
            if (depth < DeepestFolder)
            {
                AddFolder(inner, depth + 1);
            }
            else
            {
                Reject(inner, "too-deep", $"The folder '{inner}' is more than {DeepestFolder} folders deep. To include it, name it directly.");
            }
        }
    }

    private void AddFile(string path, bool isNamed)
    {
        if (PlainName(path).Contains(BoxScore, StringComparison.Ordinal))
        {
            Ignore(path, "companion", $"'{path}' is a box score: it is used with the play-by-play next to it.");
            return;
        }

        try
        {
            var head = RecordingReader.ReadHead(path, FeedFormats.HeadBytes);
            if (FeedFormats.Recognise(head) is not { } format)
            {
                var detail = $"'{path}' begins with '{Mlb.RetrosheetEventText.Printable(head.AsSpan(0, Math.Min(40, head.Length)))}', which is none of the known formats: {Formats()}.";
                (isNamed ? _rejected : _ignored).Add(new RecordingProblem(path, "unknown-format", detail));
                return;
            }

            if (new FileInfo(path).Length is var size && size > _options.MaxBytes)
            {
                Reject(path, "too-large",
                    $"'{path}' has {size:N0} bytes; a recording has at most {_options.MaxBytes:N0}. Is it a recorded game? If so, cut it into one file a game.");
                return;
            }

            var companions = Companions(path);
            var hash = Hash([path, .. companions]);
            if (_seen.Add(hash))
            {
                _files.Add(new RecordedFile(path, format, hash, companions));
            }
            else
            {
                Ignore(path, "same-content", $"'{path}' has the same content as another of the recordings; it is played once.");
            }
        }
        catch (RecordingException e) when (e.Reason == "empty-file" && !isNamed)
        {
            Ignore(path, e.Reason, e.Message);
        }
        catch (RecordingException e)
        {
            Reject(path, e.Reason, e.Message);
        }
    }

    /// <summary>The box scores beside a play-by-play: the one of the same name where there is one, else all.</summary>
    private static List<string> Companions(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string[] boxScores = [.. Directory.EnumerateFiles(folder)
            .Where(file => PlainName(file).Contains(BoxScore, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Take(MaxCompanions)];
        var twin = PlainName(path).Replace(PlayByPlay, BoxScore, StringComparison.Ordinal);
        var own = Array.Find(boxScores, file => PlainName(file) == twin);
        return own is null ? [.. boxScores] : [own];
    }

    private static string Hash(IEnumerable<string> paths)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in paths)
        {
            RecordingReader.AddTo(hash, path);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void MakeSources()
    {
        var sources = new List<RecordingSource>();
        foreach (var league in Leagues.All)
        {
            RecordedFile[] files = [.. _files
                .Where(file => file.Format.League == league)
                .OrderBy(file => PlainName(file.Path), StringComparer.Ordinal)
                .ThenBy(file => Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file.Path))), StringComparer.Ordinal)
                .ThenBy(file => file.Hash, StringComparer.Ordinal)];
            if (files.Length > 0)
            {
                var content = SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('\n', files.Select(file => file.Hash)) + $"\n{_options.InFlight}"));
                sources.Add(new RecordingSource(league, $"{RecordingSource.Name}-{Convert.ToHexStringLower(content.AsSpan(0, 12))}", files, _options));
            }
        }

        Sources = sources;
    }

    private static string Formats() => string.Join(", ", FeedFormats.All.Select(format => format.Name));

    private void Reject(string path, string reason, string detail) => _rejected.Add(new RecordingProblem(path, reason, detail));

    private void Ignore(string path, string reason, string detail) => _ignored.Add(new RecordingProblem(path, reason, detail));
}
