namespace Oddswire.Feeds.Recordings;

/// <summary>A file or folder that could not be used, wholly or in part.</summary>
/// <param name="Path">The path as it was given or found.</param>
/// <param name="Reason">A short stable code, for example <c>not-found</c> or <c>corrupt-gzip</c>.</param>
/// <param name="Detail">What is wrong, where, and what to do; names the path.</param>
public sealed record RecordingProblem(string Path, string Reason, string Detail);

/// <summary>A recording cannot be read.</summary>
/// <param name="reason">A short stable code.</param>
/// <param name="detail">What is wrong and what to do; names the path.</param>
internal sealed class RecordingException(string reason, string detail, Exception? inner = null) : IOException(detail, inner)
{
    /// <summary>The code.</summary>
    public string Reason { get; } = reason;
}

/// <summary>Bounds on what is read.</summary>
public sealed record RecordingOptions
{
    /// <summary>A recording larger than this, uncompressed, is refused: a whole season of Retrosheet files has about 45 MB. Bytes.</summary>
    public int MaxBytes { get; init; } = 64 << 20;

    /// <summary>How many recordings are open at once, their messages merged by due time. 1 or more.</summary>
    public int InFlight { get; init; } = 4;
}
