using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Props;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>Writes and reads a box score in the price stage's state; private to the stage.</summary>
internal static class BoxScoreCodec
{
    public static void Write(ProtoWriter to, int field, BoxScore box)
    {
        foreach (var line in box.Players)
        {
            var nested = to.Begin(field);
            to.String(1, line.Id);
            to.String(2, line.Name);
            GameEventCodec.WriteSide(to, 3, line.Side);
            to.Int(4, line.Slot);
            to.UInt(5, Flags(line));
            to.Int(6, line.SeenAt);
            var sums = line.Sums;
            for (var i = 0; i < sums.Length; i++)
            {
                if (sums[i] != 0)
                {
                    to.UInt(7, ((ulong)(uint)((sums[i] << 1) ^ (sums[i] >> 31)) << 6) | (uint)i);
                }
            }

            to.End(nested);
        }
    }

    public static void Read(ReadOnlySpan<byte> data, BoxScore box, StringCache cache)
    {
        var (id, name, slot, flags, seenAt) = ("", "", 0, 0UL, 0);
        Side? side = null;
        Span<int> sums = stackalloc int[64];
        sums.Clear();
        var reader = new ProtoReader(data);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: id = reader.String(cache); break;
                case 2: name = reader.String(cache); break;
                case 3: side = GameEventCodec.ReadSide(reader.Int32()); break;
                case 4: slot = reader.Int32(); break;
                case 5: flags = reader.UInt(); break;
                case 6: seenAt = reader.Int32(); break;
                case 7:
                    var packed = reader.UInt();
                    var zigzag = (uint)(packed >> 6);
                    sums[(int)(packed & 63)] = (int)(zigzag >> 1) ^ -(int)(zigzag & 1);
                    break;
                default: reader.Skip(); break;
            }
        }

        if (id.Length == 0 || box.Find(id) is not null)
        {
            throw new WireFormatException($"A box score with a player '{id}' twice or without an id.");
        }

        var line = box.Restore(id);
        (line.Name, line.Side, line.Slot) = (name, side, slot);
        for (var i = 0; i < sums.Length; i++)
        {
            if (sums[i] != 0)
            {
                box.Add(line, (PlayerStatistic)i, sums[i]);
            }
        }

        line.SeenAt = seenAt;
        line.IsListed = (flags & 1) != 0;
        line.IsPitcher = (flags & 2) != 0;
        line.IsRelieved = (flags & 4) != 0;
        line.IsStartingPitcher = (flags & 8) != 0;
        line.IsGone = (flags & 16) != 0;
        line.HasPlayed = (flags & 32) != 0;
        box.Seat(line);
    }

    private static ulong Flags(PlayerLine line) =>
        (line.IsListed ? 1u : 0) | (line.IsPitcher ? 2u : 0) | (line.IsRelieved ? 4u : 0) | (line.IsStartingPitcher ? 8u : 0)
        | (line.IsGone ? 16u : 0) | (line.HasPlayed ? 32u : 0);
}
