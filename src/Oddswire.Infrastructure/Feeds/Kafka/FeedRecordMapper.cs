using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Timestamp = Oddswire.Core.Domain.Timestamp;

namespace Oddswire.Infrastructure.Feeds.Kafka;

/// <summary>Turns a record of a vendor's topic into a feed message; what the envelope does not give, or gives wrongly, is a refusal.</summary>
internal sealed class FeedRecordMapper(KafkaFeedOptions options)
{
    private const int MaxQuoted = 60;

    /// <summary>A vendor's time in milliseconds since 1970; 0 where that is no time before the year 10000, as when the vendor counts microseconds.</summary>
    public static long KnownMs(long told) => told is > 0 and < 253_402_300_800_000 ? told : 0;

    /// <summary>The message, under a game of its own when the record names none.</summary>
    public SourcedMessage Map(ConsumeResult<byte[], byte[]> result)
    {
        FeedRefusal? refusal = null;
        var game = GameOf(result, ref refusal);
        var message = new FeedMessage
        {
            Source = options.Name,
            GameId = game,
            Sequence = NumberOf(result, options.SequenceHeader, ref refusal),
            AmendsSequence = NumberOf(result, options.AmendsHeader, ref refusal),
            PublishedAt = PublishedAt(result, ref refusal),
            Body = result.Message.Value ?? [],
        };
        return new SourcedMessage(result.Offset.Value + 1, TimeSpan.Zero, message, result.Partition.Value, refusal);
    }

    private GameId GameOf(ConsumeResult<byte[], byte[]> result, ref FeedRefusal? refusal)
    {
        var bytes = options.GameIdHeader is { } header ? HeaderOf(result, header) : result.Message.Key;
        var text = bytes is null ? "" : Encoding.UTF8.GetString(bytes);
        if (GameId.TryParse(text, out var game))
        {
            return game;
        }

        if (GameId.IsVendorId(text))
        {
            return GameId.Of(options.League, text);
        }

        var place = options.GameIdHeader is { } named ? $"its header '{named}'" : "its key";
        refusal = new FeedRefusal(
            FeedRefusal.NoGame,
            $"The record at {result.Topic} [{result.Partition.Value}] offset {result.Offset.Value} does not name its game: {place} is "
            + $"{(bytes is null ? "missing" : $"'{Shorten(text)}'")}, expected for example '2015091000' or 'nfl:2015091000'.");
        return GameId.Of(options.League, "unmapped");
    }

    private static long NumberOf(ConsumeResult<byte[], byte[]> result, string? header, ref FeedRefusal? refusal)
    {
        if (header is null || HeaderOf(result, header) is not { } bytes)
        {
            return 0;
        }

        if (long.TryParse(Encoding.UTF8.GetString(bytes), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        refusal ??= new FeedRefusal(
            FeedRefusal.BadEnvelope,
            $"The record at {result.Topic} [{result.Partition.Value}] offset {result.Offset.Value} has '{Shorten(Encoding.UTF8.GetString(bytes))}' in its header '{header}', expected decimal digits.");
        return 0;
    }

    private Timestamp PublishedAt(ConsumeResult<byte[], byte[]> result, ref FeedRefusal? refusal)
    {
        var milliseconds = options.PublishedAtHeader is { } header ? NumberOf(result, header, ref refusal) : result.Message.Timestamp.UnixTimestampMs;
        return KnownMs(milliseconds) is > 0 and var known ? Timestamp.From(DateTimeOffset.FromUnixTimeMilliseconds(known)) : Timestamp.Unknown;
    }

    private static byte[]? HeaderOf(ConsumeResult<byte[], byte[]> result, string name) =>
        result.Message.Headers is { } headers && headers.TryGetLastBytes(name, out var bytes) ? bytes : null;

    private static string Shorten(string text) => text.Length <= MaxQuoted ? text : text[..MaxQuoted] + "…";
}
