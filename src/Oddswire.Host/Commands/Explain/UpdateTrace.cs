using System.Buffers.Binary;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Price;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using Oddswire.Host.Commands.Verify;
using Oddswire.Host.Composition;

namespace Oddswire.Host.Commands.Explain;

/// <summary>An update traced back through the log: the records it came from, hop by hop, and the price recomputed.</summary>
/// <param name="Update">The update as it stands in the log.</param>
/// <param name="Odds">Its record.</param>
/// <param name="Normalized">The record of the normalised event that caused it.</param>
/// <param name="Raw">The raw message the event came in.</param>
/// <param name="RawRecord">That message's record.</param>
/// <param name="Explanation">The update recomputed from the game's normalised events alone, with the model's figures.</param>
internal sealed record UpdateTrace(
    OddsUpdate Update, LogRecord Odds, LogRecord Normalized, RawMessage Raw, LogRecord RawRecord, PriceExplanation Explanation)
{
    /// <summary>Whether the recomputed bytes equal those in the log.</summary>
    public bool IsBitForBitEqual => Explanation.Encoded.Span.SequenceEqual(Odds.Value.Span);
}

/// <summary>Finds an update in the log and walks back from it.</summary>
internal sealed class UpdateTracer(IEventLog log, DataFolder folder)
{
    private readonly StringCache _cache = new();

    /// <summary>Traces an update; null when no league has it.</summary>
    /// <exception cref="UserErrorException">A record on the way back is not there any more.</exception>
    public async Task<UpdateTrace?> TraceAsync(UpdateId id, CancellationToken ct)
    {
        foreach (var league in Leagues.All)
        {
            await foreach (var record in RecordsAsync(Topics.Odds(league), ct))
            {
                if (HasId(record.Value.Span, id))
                {
                    return await WalkBackAsync(league, record, ct);
                }
            }
        }

        return null;
    }

    private async Task<UpdateTrace> WalkBackAsync(League league, LogRecord odds, CancellationToken ct)
    {
        var update = OddsUpdateCodec.Read(odds.Value.Span, _cache);
        var events = new List<LogRecord>();
        await foreach (var record in RecordsAsync(Topics.Normalized(league), ct))
        {
            if (record.Key.Span.SequenceEqual(odds.Key.Span))
            {
                events.Add(record);
            }
        }

        var explanation = PriceExplainer.Explain(league, events, update.GameId, update.Id, book: Books.For(folder, league)) ?? throw new UserErrorException(
            ExitCodes.CheckFailed,
            $"The update {update.Id} cannot be recomputed: no normalised event of {update.GameId} gives it.",
            "Retention has removed the beginning of the game, or the log was altered, or another version of the program made it: run 'oddswire verify'.");
        var normalized = events.First(record =>
            NormalizedEventCodec.Read(record.Value.Span, _cache).Sequence == explanation.Cause.Sequence);
        var raw = await ReadOneAsync(new TopicPartition(Topics.Raw(league), explanation.Cause.RawPartition), explanation.Cause.RawOffset, ct);
        return new UpdateTrace(update, odds, normalized, RawMessageCodec.Read(raw.Value.Span, _cache), raw, explanation);
    }

    /// <summary>The id is the contract's first field: tag 0x0a (field 1, bytes), the length 16, then the id itself.</summary>
    private static bool HasId(ReadOnlySpan<byte> value, UpdateId id) =>
        value.Length > 18 && value[0] == 0x0a && value[1] == 16 && BinaryPrimitives.ReadUInt128BigEndian(value[2..]) == id.Value;

    private async IAsyncEnumerable<LogRecord> RecordsAsync(
        string topic, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var bounds in await log.DescribeAsync(topic, ct))
        {
            await foreach (var batch in log.ReadAllAsync(bounds, bounds.EndOffset, ct))
            {
                foreach (var record in batch)
                {
                    yield return record;
                }
            }
        }
    }

    private async Task<LogRecord> ReadOneAsync(TopicPartition partition, long offset, CancellationToken ct)
    {
        foreach (var batch in await log.ReadAsync(new PartitionOffset(partition, offset), 1, TimeSpan.Zero, ct))
        {
            foreach (var record in batch)
            {
                if (record.Offset == offset)
                {
                    return record;
                }
            }
        }

        throw new UserErrorException(
            ExitCodes.CheckFailed,
            $"{partition} has no record at offset {offset}.",
            "Retention has removed the raw message, or the log was altered: run 'oddswire verify'.");
    }
}
