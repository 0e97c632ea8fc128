using Oddswire.Core.Domain;

namespace Oddswire.Core.Wire;

/// <summary>Writes and reads <see cref="OddsUpdate"/> as <c>oddswire.odds.v1.OddsUpdate</c>.</summary>
public static class OddsUpdateCodec
{
    /// <summary>Writes the fields of an update (no length in front).</summary>
    public static void Write(ProtoWriter to, in OddsUpdate value)
    {
        to.UInt128(1, value.Id.Value);
        to.String(2, value.GameId.Value);
        to.Int(3, value.Epoch);
        to.Int(4, value.Sequence);
        to.Int(5, value.PreviousSequence);
        to.UInt(6, (ulong)value.Market.Type);
        to.SInt(7, value.Market.Line.Hundredths);
        to.String(8, value.Market.Subject);
        to.String(9, value.Market.Statistic);
        to.Bool(10, value.IsMainLine);
        to.UInt(11, (ulong)value.Status);
        to.UInt(12, (ulong)value.Reason);
        to.Int(13, value.SettlementVersion);
        for (var i = 0; i < value.SelectionCount; i++)
        {
            var selection = value.SelectionAt(i);
            var nested = to.Begin(14);
            to.UInt(1, (ulong)selection.Code);
            to.Int(2, selection.Price.Thousandths);
            to.Int(3, selection.Fair.Millionths);
            to.UInt(4, (ulong)selection.Result);
            to.End(nested);
        }

        to.String(15, value.ModelVersion);
        to.String(16, value.CauseKey);
        to.Int(17, value.Score.Home);
        to.Int(18, value.Score.Away);
        to.Int(19, value.Period);
        to.SInt(20, value.ClockTenths);
        to.Int(21, value.OccurredAt.UnixMicros);
        to.Int(22, value.ReceivedAt.UnixMicros);
        to.UInt(23, (ulong)value.Market.Scope);
        to.String(24, value.PlayerName);
    }

    /// <summary>Reads an update.</summary>
    /// <exception cref="WireFormatException">The bytes are not an update.</exception>
    public static OddsUpdate Read(ReadOnlySpan<byte> data, StringCache cache)
    {
        var reader = new ProtoReader(data);
        var update = new OddsUpdate { ModelVersion = "", CauseKey = "", PlayerName = "" };
        var type = MarketType.None;
        var scope = MarketScope.FullGame;
        var line = 0;
        var (subject, statistic) = ("", "");
        int scoreHome = 0, scoreAway = 0;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: update.Id = new UpdateId(reader.UInt128()); break;
                case 2: update.GameId = GameId.FromTrusted(reader.String(cache)); break;
                case 3: update.Epoch = reader.Int32(); break;
                case 4: update.Sequence = reader.Int(); break;
                case 5: update.PreviousSequence = reader.Int(); break;
                case 6: type = (MarketType)reader.Int32(); break;
                case 7: line = reader.SInt32(); break;
                case 8: subject = reader.String(cache); break;
                case 9: statistic = reader.String(cache); break;
                case 10: update.IsMainLine = reader.Bool(); break;
                case 11: update.Status = (MarketStatus)reader.Int32(); break;
                case 12: update.Reason = (StatusReason)reader.Int32(); break;
                case 13: update.SettlementVersion = reader.Int32(); break;
                case 14: Add(ref update, ReadSelection(reader.Bytes())); break;
                case 15: update.ModelVersion = reader.String(cache); break;
                case 16: update.CauseKey = reader.String(cache); break;
                case 17: scoreHome = reader.Int32(); break;
                case 18: scoreAway = reader.Int32(); break;
                case 19: update.Period = reader.Int32(); break;
                case 20: update.ClockTenths = reader.SInt32(); break;
                case 21: update.OccurredAt = new Timestamp(reader.Int()); break;
                case 22: update.ReceivedAt = new Timestamp(reader.Int()); break;
                case 23: scope = (MarketScope)reader.Int32(); break;
                case 24: update.PlayerName = reader.String(cache); break;
                default: reader.Skip(); break;
            }
        }

        update.Market = new MarketKey(type, new Line(line), subject, statistic, scope);
        update.Score = new Score(scoreHome, scoreAway);
        return update;
    }

    private static void Add(ref OddsUpdate update, Selection selection)
    {
        switch (update.SelectionCount++)
        {
            case 0: update.First = selection; break;
            case 1: update.Second = selection; break;
            case 2: update.Third = selection; break;
            default: throw new WireFormatException("An update with more than three selections.");
        }
    }

    private static Selection ReadSelection(ReadOnlySpan<byte> data)
    {
        var reader = new ProtoReader(data);
        int code = 0, price = 0, fair = 0, result = 0;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: code = reader.Int32(); break;
                case 2: price = reader.Int32(); break;
                case 3: fair = reader.Int32(); break;
                case 4: result = reader.Int32(); break;
                default: reader.Skip(); break;
            }
        }

        return new Selection(
            (SelectionCode)code, DecimalOdds.FromThousandths(price), Probability.FromMillionths(fair), (SelectionResult)result);
    }
}
