using System.Text;
using Oddswire.Core.Domain;

namespace Oddswire.Core.Ports;

/// <summary>The topics of the design; one of each for every league, so that leagues never delay one another.</summary>
public static class Topics
{
    /// <summary>What ingest took in, with the vendor's bytes.</summary>
    public static string Raw(League league) => Name("raw.events", league);

    /// <summary>Accepted events in order, each with the state after it.</summary>
    public static string Normalized(League league) => Name("events.normalized", league);

    /// <summary>Prices.</summary>
    public static string Odds(League league) => Name("odds.updates.internal", league);

    /// <summary>What a shadow model would have priced; for the archive and for comparison only.</summary>
    public static string Shadow(League league) => Name("odds.shadow", league);

    /// <summary>Prices as partners read them, on the edge log.</summary>
    public static string PublicOdds(League league) => Name("odds.updates.public", league);

    /// <summary>Malformed messages with their original bytes.</summary>
    public static string DeadLetters(League league) => Name("dlq", league);

    /// <summary>Well-formed, but suspicious messages with their original bytes.</summary>
    public static string Quarantine(League league) => Name("quarantine", league);

    /// <summary>The topics of a league that carry records between stages, on the core log.</summary>
    public static IReadOnlyList<string> Of(League league) =>
        [Raw(league), Normalized(league), Odds(league), Shadow(league), DeadLetters(league), Quarantine(league)];

    /// <summary>The league a topic belongs to: the part after the last dot.</summary>
    /// <exception cref="ArgumentException">The topic does not end in a league.</exception>
    public static League LeagueOf(string topic) =>
        Leagues.TryParse(topic.AsSpan(topic.LastIndexOf('.') + 1), out var league)
            ? league
            : throw new ArgumentException($"The topic '{topic}' does not end in .nfl, .nba or .mlb.", nameof(topic));

    private static string Name(string what, League league) => $"{what}.{league.Code()}";
}

/// <summary>Names of record headers.</summary>
public static class HeaderNames
{
    /// <summary>League code.</summary>
    public const string League = "league";

    /// <summary>Game id.</summary>
    public const string GameId = "game_id";

    /// <summary>Player id, on player markets only.</summary>
    public const string PlayerId = "player_id";

    /// <summary>Model and version.</summary>
    public const string ModelVersion = "model_version";

    /// <summary>Id of the dead letter that a raw message was sent again from.</summary>
    public const string ReplayOf = "replay-of";

    /// <summary>Id of the value's schema in the registry, as a decimal number.</summary>
    public const string SchemaId = "schema_id";

    /// <summary>Media type of the value.</summary>
    public const string ContentType = "content-type";
}

/// <summary>What a topic is to be.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Partitions">1 or more; a key always falls on the same partition (<see cref="Wire.Murmur.Partition"/>).</param>
/// <param name="Retention">How long records are kept; null for ever.</param>
/// <param name="IsCompacted">Whether only the last record of each key must be kept.</param>
public sealed record TopicSpec(string Name, int Partitions, TimeSpan? Retention = null, bool IsCompacted = false);

/// <summary>One partition of a topic.</summary>
public readonly record struct TopicPartition(string Topic, int Partition)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Topic}-{Partition}";
}

/// <summary>A place in a partition. As a committed position it is the offset of the next record to read.</summary>
public readonly record struct PartitionOffset(TopicPartition Partition, long Offset);

/// <summary>First offset still kept, and the offset that the next record will get.</summary>
public readonly record struct PartitionBounds(TopicPartition Partition, long EarliestOffset, long EndOffset);

/// <summary>
/// Record headers in their encoded form: a varint count, then name and value of each with a varint length in front.
/// Encoded once for many records that share them. <c>default</c> is no headers.
/// </summary>
public readonly struct RecordHeaders(ReadOnlyMemory<byte> encoded)
{
    /// <summary>The encoded form.</summary>
    public ReadOnlyMemory<byte> Encoded { get; } = encoded;

    /// <summary>Encodes headers.</summary>
    public static RecordHeaders Of(params ReadOnlySpan<(string Name, string Value)> headers)
    {
        var bytes = new List<byte>(128);
        AddVarint(bytes, headers.Length);
        foreach (var (name, value) in headers)
        {
            AddText(bytes, name);
            AddText(bytes, value);
        }

        return new RecordHeaders(bytes.ToArray());
    }

    /// <summary>The headers as text, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ToList()
    {
        var result = new List<KeyValuePair<string, string>>();
        var data = Encoded.Span;
        for (var left = data.IsEmpty ? 0 : TakeVarint(ref data); left > 0; left--)
        {
            var name = TakeText(ref data);
            result.Add(new(name, TakeText(ref data)));
        }

        return result;
    }

    /// <summary>The value of a header; null when it is not there.</summary>
    public string? Find(string name) => ToList().FirstOrDefault(header => header.Key == name).Value;

    private static void AddText(List<byte> to, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        AddVarint(to, bytes.Length);
        to.AddRange(bytes);
    }

    private static void AddVarint(List<byte> to, int value)
    {
        var rest = (uint)value;
        for (; rest >= 0x80; rest >>= 7)
        {
            to.Add((byte)(rest | 0x80));
        }

        to.Add((byte)rest);
    }

    private static string TakeText(ref ReadOnlySpan<byte> from)
    {
        var size = TakeVarint(ref from);
        var text = Encoding.UTF8.GetString(from[..size]);
        from = from[size..];
        return text;
    }

    private static int TakeVarint(ref ReadOnlySpan<byte> from)
    {
        var value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = from[0];
            from = from[1..];
            value |= (b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }
    }
}

/// <summary>A record as read: views into the batch it came in, valid as long as that batch is referenced.</summary>
public readonly struct LogRecord
{
    /// <summary>Its partition.</summary>
    public required TopicPartition Partition { get; init; }

    /// <summary>Its offset.</summary>
    public required long Offset { get; init; }

    /// <summary>When the log took it, by the log's clock.</summary>
    public required Timestamp AppendedAt { get; init; }

    /// <summary>The key: the UTF-8 bytes of the game id.</summary>
    public required ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>The value.</summary>
    public required ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>The headers.</summary>
    public RecordHeaders Headers { get; init; }
}
