namespace Oddswire.Core.Domain;

/// <summary>
/// A moment as whole microseconds since the Unix epoch, UTC. Whose clock it is, the property that holds it says.
/// <c>default</c> is the epoch itself and stands for "unknown".
/// </summary>
public readonly record struct Timestamp(long UnixMicros) : IComparable<Timestamp>
{
    /// <summary>No time is known.</summary>
    public static Timestamp Unknown => default;

    /// <summary>Whether a time is known.</summary>
    public bool IsKnown => UnixMicros != 0;

    /// <summary>The moment of a <see cref="DateTimeOffset"/>, cut to microseconds.</summary>
    public static Timestamp From(DateTimeOffset time) => new((time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / 10);

    /// <summary>The same moment as a UTC <see cref="DateTimeOffset"/>.</summary>
    public DateTimeOffset ToDateTimeOffset() => new(DateTimeOffset.UnixEpoch.Ticks + (UnixMicros * 10), TimeSpan.Zero);

    /// <inheritdoc/>
    public int CompareTo(Timestamp other) => UnixMicros.CompareTo(other.UnixMicros);

    /// <inheritdoc/>
    public override string ToString() => ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");

    public static Timestamp operator +(Timestamp time, TimeSpan span) => new(time.UnixMicros + (span.Ticks / 10));

    public static TimeSpan operator -(Timestamp left, Timestamp right) => TimeSpan.FromTicks((left.UnixMicros - right.UnixMicros) * 10);

    public static bool operator <(Timestamp left, Timestamp right) => left.UnixMicros < right.UnixMicros;

    public static bool operator >(Timestamp left, Timestamp right) => left.UnixMicros > right.UnixMicros;

    public static bool operator <=(Timestamp left, Timestamp right) => left.UnixMicros <= right.UnixMicros;

    public static bool operator >=(Timestamp left, Timestamp right) => left.UnixMicros >= right.UnixMicros;
}
