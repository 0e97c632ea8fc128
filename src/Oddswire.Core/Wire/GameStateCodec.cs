using Oddswire.Core.Domain;

namespace Oddswire.Core.Wire;

/// <summary>Writes and reads <see cref="GameState"/> as <c>oddswire.events.v1.GameState</c>.</summary>
public static class GameStateCodec
{
    /// <summary>Writes the fields of a state (no length in front).</summary>
    public static void Write(ProtoWriter to, GameState value)
    {
        to.UInt(1, (ulong)value.Phase);
        to.Int(2, value.Period);
        to.SInt(3, value.ClockTenths);
        if (value.Score != default)
        {
            GameEventCodec.WriteScore(to, 4, value.Score);
        }

        GameEventCodec.WriteSide(to, 5, value.Possession);
        GameEventCodec.WriteFootball(to, 6, value.Football);
        if (value.Baseball is { } baseball)
        {
            var nested = to.Begin(7);
            to.Int(1, baseball.Outs);
            to.String(2, baseball.First);
            to.String(3, baseball.Second);
            to.String(4, baseball.Third);
            to.End(nested);
        }

        to.Int(8, value.MissingMessages);
        to.Bool(9, value.IsFeedStalled);
        to.Bytes(10, value.Sheet.Entries);
        to.String(14, value.HomePitcher);
        to.String(15, value.AwayPitcher);
        to.Int(16, value.LostMessages);
        if (value.Basketball is { } basketball)
        {
            var nested = to.Begin(17);
            to.Int(1, basketball.HomeFouls);
            to.Int(2, basketball.AwayFouls);
            to.Int(3, basketball.FreeThrows);
            to.Bool(4, basketball.IsLoose);
            to.End(nested);
        }
    }

    /// <summary>Reads a state.</summary>
    /// <exception cref="WireFormatException">The bytes are not a state.</exception>
    public static GameState Read(ReadOnlySpan<byte> data, StringCache cache) => Read(data, cache, new GameState());

    /// <summary>Reads a state into one that the caller keeps for it; nobody else may hold it.</summary>
    /// <exception cref="WireFormatException">The bytes are not a state.</exception>
    internal static GameState Read(ReadOnlySpan<byte> data, StringCache cache, GameState into)
    {
        var reader = new ProtoReader(data);
        int phase = 0, period = 0, clock = 0, missing = 0;
        Score score = default;
        Side? possession = null;
        FootballSituation? football = null;
        BaseballSituation? baseball = null;
        BasketballSituation? basketball = null;
        var stalled = false;
        var sheet = ScoreSheet.Empty;
        string? homePitcher = null, awayPitcher = null;
        var lost = 0;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: phase = reader.Int32(); break;
                case 2: period = reader.Int32(); break;
                case 3: clock = reader.SInt32(); break;
                case 4: score = GameEventCodec.ReadScore(reader.Bytes()); break;
                case 5: possession = GameEventCodec.ReadSide(reader.Int32()); break;
                case 6: football = GameEventCodec.ReadFootball(reader.Bytes()); break;
                case 7: baseball = ReadBaseball(reader.Bytes(), cache); break;
                case 8: missing = reader.Int32(); break;
                case 9: stalled = reader.Bool(); break;
                case 10: sheet = cache.Sheet(reader.Bytes()); break;
                case 14: homePitcher = reader.String(cache); break;
                case 15: awayPitcher = reader.String(cache); break;
                case 16: lost = reader.Int32(); break;
                case 17: basketball = ReadBasketball(reader.Bytes()); break;
                default: reader.Skip(); break;
            }
        }

        return into.Refill(
            (GamePhase)phase, period, clock, score, sheet, possession, football, baseball, basketball, homePitcher, awayPitcher, lost, missing, stalled);
    }

    private static BasketballSituation ReadBasketball(ReadOnlySpan<byte> data)
    {
        var reader = new ProtoReader(data);
        var (home, away, freeThrows, isLoose) = (0, 0, 0, false);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: home = reader.Int32(); break;
                case 2: away = reader.Int32(); break;
                case 3: freeThrows = reader.Int32(); break;
                case 4: isLoose = reader.Bool(); break;
                default: reader.Skip(); break;
            }
        }

        return new BasketballSituation(home, away, freeThrows, isLoose);
    }

    private static BaseballSituation ReadBaseball(ReadOnlySpan<byte> data, StringCache cache)
    {
        var reader = new ProtoReader(data);
        var outs = 0;
        string? first = null, second = null, third = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: outs = reader.Int32(); break;
                case 2: first = reader.String(cache); break;
                case 3: second = reader.String(cache); break;
                case 4: third = reader.String(cache); break;
                default: reader.Skip(); break;
            }
        }

        return new BaseballSituation(outs, first, second, third);
    }
}
