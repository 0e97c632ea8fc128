using Oddswire.Core.Domain;

namespace Oddswire.Core.Wire;

/// <summary>Writes and reads <see cref="PlayerChange"/> as <c>oddswire.events.v1.PlayerChange</c>.</summary>
internal static class PlayerChangeCodec
{
    /// <summary>Writes each entry as a field of the message around it.</summary>
    public static void Write(ProtoWriter to, int field, PlayerChanges changes)
    {
        foreach (ref readonly var change in changes.Span)
        {
            var nested = to.Begin(field);
            to.String(1, change.Player);
            to.UInt(2, (ulong)change.Statistic);
            to.SInt(3, change.Amount);
            GameEventCodec.WriteSide(to, 4, change.Side);
            to.String(5, change.Team);
            to.String(6, change.Name);
            to.End(nested);
        }
    }

    /// <summary>Reads one entry.</summary>
    /// <exception cref="WireFormatException">The bytes are not an entry.</exception>
    public static PlayerChange Read(ReadOnlySpan<byte> data, StringCache cache)
    {
        var reader = new ProtoReader(data);
        var (player, team, name) = ("", "", "");
        int statistic = 0, amount = 0;
        Side? side = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: player = reader.String(cache); break;
                case 2: statistic = reader.Int32(); break;
                case 3: amount = reader.SInt32(); break;
                case 4: side = GameEventCodec.ReadSide(reader.Int32()); break;
                case 5: team = reader.String(cache); break;
                case 6: name = reader.String(cache); break;
                default: reader.Skip(); break;
            }
        }

        return new PlayerChange(player, (PlayerStatistic)statistic, amount, side, team, name);
    }
}
