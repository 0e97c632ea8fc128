using Oddswire.Core.Domain;
using Oddswire.Core.Ports;

namespace Oddswire.Feeds.Recordings;

/// <summary>One recording of a set: its file, its format, the hash of its stored bytes and the files that belong to it.</summary>
internal sealed record RecordedFile(string Path, IFeedFormat Format, string Hash, IReadOnlyList<string> Companions);

/// <summary>
/// Plays recorded games of one league as the live feed would have sent them. Files are read one by one when their turn comes, a few of them at
/// once, and their messages merged by due time: a recording follows the one before it in its lane, and pauses longer than a quarter of an hour (the nights
/// between games) are cut to a second. A recording that cannot be read is left out and named in <see cref="Problems"/>; the others go on.
/// </summary>
public sealed class RecordingSource : IFeedSource
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan ShortPause = TimeSpan.FromSeconds(1);
    private readonly IReadOnlyList<RecordedFile> _files;
    private readonly RecordingOptions _options;
    private readonly Dictionary<string, RecordingProblem> _problems = [];

    internal RecordingSource(League league, string identity, IReadOnlyList<RecordedFile> files, RecordingOptions options)
    {
        League = league;
        Identity = identity;
        _files = files;
        _options = options;
    }

    /// <summary>The name of the source in every message of a recording.</summary>
    public const string Name = "replay";

    /// <inheritdoc/>
    public string Identity { get; }

    /// <inheritdoc/>
    public League League { get; }

    /// <summary>How many recordings there are.</summary>
    public int Count => _files.Count;

    /// <summary>Recordings that turned out unreadable so far. Complete when all messages have been read. Safe for several threads.</summary>
    public IReadOnlyList<RecordingProblem> Problems
    {
        get
        {
            lock (_problems)
            {
                return [.. _problems.Values.OrderBy(problem => problem.Path, StringComparer.Ordinal)];
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerable<SourcedMessage> ReadFrom(long cursor)
    {
        var next = 0;
        var position = 0L;
        var lanes = new PriorityQueue<Lane, (TimeSpan Due, int Lane)>();
        try
        {
            for (var i = 0; i < Math.Max(1, _options.InFlight); i++)
            {
                Advance(new Lane(i));
            }

            while (lanes.TryDequeue(out var lane, out _))
            {
                var sourced = new SourcedMessage(++position, lane.Due, lane.Message!);
                if (position > cursor)
                {
                    yield return sourced;
                }

                Advance(lane);
            }
        }
        finally
        {
            foreach (var (lane, _) in lanes.UnorderedItems)
            {
                lane.Dispose();
            }
        }

        void Advance(Lane lane)
        {
            while (!TryMoveNext(lane))
            {
                if (next >= _files.Count)
                {
                    lane.Dispose();
                    return;
                }

                lane.Begin(_files[next++], Cut);
            }

            lanes.Enqueue(lane, (lane.Due, lane.Number));
        }
    }

    private bool TryMoveNext(Lane lane)
    {
        try
        {
            return lane.MoveNext();
        }
        catch (Exception e) when (e is RecordingException or FeedFormatException)
        {
            Report(lane.File!, e is FeedFormatException format ? format.Reason : ((RecordingException)e).Reason, e.Message);
            lane.Dispose();
            return false;
        }
    }

    private IEnumerable<FeedMessage> Cut(RecordedFile file)
    {
        var companions = new Dictionary<string, ReadOnlyMemory<byte>>();
        foreach (var companion in file.Companions)
        {
            companions[RecordingSet.PlainName(companion)] = RecordingReader.ReadAll(companion, _options.MaxBytes);
        }

        var body = RecordingReader.ReadAll(file.Path, _options.MaxBytes);
        var isEmpty = true;
        foreach (var message in file.Format.Cut(new Recording(Path.GetFileName(file.Path), body, companions)))
        {
            isEmpty = false;
            yield return message.Source == Name ? message : message with { Source = Name };
        }

        if (isEmpty)
        {
            Report(file, "no-plays", $"'{file.Path}' is in the format {file.Format.Name}, but holds no plays. Give the play-by-play of a game.");
        }
    }

    private void Report(RecordedFile file, string reason, string detail)
    {
        var named = detail.Contains(file.Path, StringComparison.Ordinal) ? detail : $"'{file.Path}': {detail}";
        lock (_problems)
        {
            _problems[file.Path] = new RecordingProblem(file.Path, reason, named);
        }
    }

    /// <summary>Recordings one after the other, each on the schedule behind the one before it.</summary>
    private sealed class Lane(int number) : IDisposable
    {
        private IEnumerator<FeedMessage>? _messages;

        public int Number { get; } = number;

        public RecordedFile? File { get; private set; }

        public TimeSpan Due { get; private set; }

        public FeedMessage? Message { get; private set; }

        public void Begin(RecordedFile file, Func<RecordedFile, IEnumerable<FeedMessage>> cut)
        {
            File = file;
            _messages = cut(file).GetEnumerator();
        }

        public bool MoveNext()
        {
            if (_messages?.MoveNext() != true)
            {
                Dispose();
                return false;
            }

            var message = _messages.Current;
            if (Message is { } before)
            {
                var pause = message.PublishedAt - before.PublishedAt;
                var isNewGame = message.GameId != before.GameId;
                Due += isNewGame || pause > LongestPause ? ShortPause : pause > TimeSpan.Zero ? pause : TimeSpan.Zero;
            }

            Message = message;
            return true;
        }

        public void Dispose()
        {
            _messages?.Dispose();
            _messages = null;
        }
    }
}
