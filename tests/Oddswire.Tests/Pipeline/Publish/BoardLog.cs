using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.Tests.Pipeline.Publish;

/// <summary>Makes updates, events, and batches of them as the log would hold them.</summary>
internal static class BoardLog
{
    public static readonly GameId Game = GameId.Parse("nfl:2015091000");

    public static OddsUpdate Update(
        long sequence, int lineHundredths = 0, int price = 1909, int epoch = 1, long? previous = null, GameId? game = null, MarketType? type = null) => new()
        {
            Id = new UpdateId((UInt128)((ulong)sequence * 1_000) + (UInt128)(uint)lineHundredths),
            GameId = game ?? Game,
            Epoch = epoch,
            Sequence = sequence,
            PreviousSequence = previous ?? sequence - 1,
            Market = new MarketKey(type ?? (lineHundredths == 0 ? MarketType.Moneyline : MarketType.Spread), new Line(lineHundredths)),
            Status = MarketStatus.Open,
            SelectionCount = 2,
            First = new Selection(SelectionCode.Home, DecimalOdds.FromThousandths(price), Probability.FromMillionths(500_000)),
            Second = new Selection(SelectionCode.Away, DecimalOdds.FromThousandths(price), Probability.FromMillionths(500_000)),
            ModelVersion = "test-1",
            CauseKey = "e1",
            ClockTenths = -1,
            ReceivedAt = new Timestamp(1_000_000 + sequence),
        };

    public static NormalizedEvent Event(long sequence, Score score = default, int revision = 0, string? key = null, GamePhase phase = GamePhase.Live) => new()
    {
        Event = new GameEvent
        {
            GameId = Game,
            Key = key ?? $"e{sequence}",
            Order = sequence,
            Kind = EventKind.Play,
            Description = $"Play {sequence}",
        },
        After = new GameState { Phase = phase, Period = 1, ClockTenths = 9000 - (int)sequence, Score = score },
        Revision = revision,
        Disposition = revision > 0 ? Disposition.Correction : Disposition.OnTime,
        Sequence = sequence,
        ReceivedAt = new Timestamp(2_000_000 + sequence),
    };

    public static RecordBatch Odds(long baseOffset, params OddsUpdate[] updates) =>
        Batch(Topics.Odds(League.Nfl), baseOffset, updates.Length, i =>
        {
            var writer = new ProtoWriter();
            OddsUpdateCodec.Write(writer, updates[i]);
            return (updates[i].GameId, writer.Written.ToArray());
        });

    public static RecordBatch Events(long baseOffset, params NormalizedEvent[] events) =>
        Batch(Topics.Normalized(League.Nfl), baseOffset, events.Length, i =>
        {
            var writer = new ProtoWriter();
            NormalizedEventCodec.Write(writer, events[i]);
            return (events[i].Event.GameId, writer.Written.ToArray());
        });

    private static RecordBatch Batch(string topic, long baseOffset, int count, Func<int, (GameId Game, byte[] Value)> record)
    {
        var buffer = new OutputBuffer();
        var partition = new TopicPartition(topic, 0);
        for (var i = 0; i < count; i++)
        {
            var (game, value) = record(i);
            buffer.Append(partition, Encoding.UTF8.GetBytes(game.Value), default, value);
        }

        return new RecordBatch(partition, baseOffset, count, new Timestamp(1), buffer.Blocks[0].Payload.ToArray());
    }
}
