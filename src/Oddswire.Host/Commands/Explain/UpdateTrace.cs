using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using Oddswire.Host.Commands.Verify;

namespace Oddswire.Host.Commands.Explain;

/// <summary>An update traced back through the log: the records it came from, hop by hop.</summary>
/// <param name="Update">The update as it stands in the log.</param>
/// <param name="Odds">Its record.</param>
/// <param name="Cause">The normalised event that caused it.</param>
/// <param name="Normalized">That event's record.</param>
/// <param name="Raw">The raw message the event came in.</param>
/// <param name="RawRecord">That message's record.</param>
/// <param name="Recomputed">The update recomputed from the game's normalised events by a fresh price stage; null when it did not come.</param>
/// <param name="IsBitForBitEqual">Whether the recomputed bytes equal the record's.</param>
internal sealed record UpdateTrace(
    OddsUpdate Update,
    LogRecord Odds,
    NormalizedEvent Cause,
    LogRecord Normalized,
    RawMessage Raw,
    LogRecord RawRecord,
    OddsUpdate? Recomputed,
    bool IsBitForBitEqual);

/// <summary>Finds an update in the log and walks back from it.</summary>
internal sealed class UpdateTracer(IEventLog log)
{
    private readonly StringCache _cache = new();

    /// <summary>Traces an update; null when no league has it.</summary>
    /// <param name="id">The update.</param>
    /// <param name="priceStage">Makes a fresh price stage for a league.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<UpdateTrace?> TraceAsync<TState>(UpdateId id, Func<League, Stage<TState>> priceStage, CancellationToken ct)
        where TState : class
    {
        foreach (var league in Leagues.All)
        {
            var found = await FindAsync(Topics.Odds(league), record => HasId(record, id), ct);
            if (found is { } odds)
            {
                return await WalkBackAsync(league, odds, priceStage(league), ct);
            }
        }

        return null;
    }

    private async Task<UpdateTrace> WalkBackAsync<TState>(League league, LogRecord odds, Stage<TState> stage, CancellationToken ct)
        where TState : class
    {
        var update = OddsUpdateCodec.Read(odds.Value.Span, _cache);
        var replay = new GameReplay<TState>(stage, update.GameId, new Dictionary<string, int> { [Topics.Odds(league)] = 1 });
        var key = odds.Key;
        await foreach (var record in RecordsAsync(Topics.Normalized(league), ct))
        {
            if (record.Key.Span.SequenceEqual(key.Span) && replay.Apply(record, update.Id) is { } recomputed)
            {
                var cause = NormalizedEventCodec.Read(record.Value.Span, _cache);
                var rawRecord = await ReadOneAsync(new TopicPartition(Topics.Raw(league), cause.RawPartition), cause.RawOffset, ct);
                return new UpdateTrace(
                    update,
                    odds,
                    cause,
                    record,
                    RawMessageCodec.Read(rawRecord.Value.Span, _cache),
                    rawRecord,
                    OddsUpdateCodec.Read(recomputed, _cache),
                    recomputed.AsSpan().SequenceEqual(odds.Value.Span));
            }
        }

        throw new UserErrorException(
            ExitCodes.CheckFailed,
            $"The update {update.Id} cannot be recomputed: no normalised event of {update.GameId} gives it.",
            "Either retention has removed the beginning of the game, or the log was altered: run 'oddswire verify'.");
    }

    private bool HasId(LogRecord record, UpdateId id)
    {
        // The id is the contract's first field: 0x0a (field 1, bytes), 16, then the id itself.
        var value = record.Value.Span;
        return value.Length > 18 && value[0] == 0x0a && value[1] == 16
            && System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(value[2..]) == id.Value
            && OddsUpdateCodec.Read(value, _cache).Id == id;
    }

    private async Task<LogRecord?> FindAsync(string topic, Func<LogRecord, bool> wanted, CancellationToken ct)
    {
        await foreach (var record in RecordsAsync(topic, ct))
        {
            if (wanted(record))
            {
                return record;
            }
        }

        return null;
    }

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

    /// <summary>Runs a fresh stage over the events of one game.</summary>
    private sealed class GameReplay<TState>(Stage<TState> stage, GameId game, IReadOnlyDictionary<string, int> partitionCounts)
        where TState : class
    {
        private readonly TState _state = stage.Create(game);
        private readonly OutputBuffer _buffer = new();

        /// <summary>Applies an event; the bytes of the update with this id when the event gives it.</summary>
        public byte[]? Apply(LogRecord record, UpdateId id)
        {
            _buffer.Clear();
            stage.Process(_state, record, new StageOutput(_buffer, partitionCounts));
            foreach (var block in _buffer.Blocks)
            {
                foreach (var output in new RecordBatch(block.Partition, 0, block.Count, default, block.Payload))
                {
                    if (System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(output.Value.Span[2..]) == id.Value)
                    {
                        return output.Value.ToArray();
                    }
                }
            }

            return null;
        }
    }
}
