using Oddswire.Core.Domain;

namespace Oddswire.Core.Wire;

/// <summary>Writes and reads <see cref="GameEvent"/> and its parts as <c>oddswire.events.v1.GameEvent</c>.</summary>
public static class GameEventCodec
{
    /// <summary>Number of the field that normalise adds behind all others.</summary>
    internal const int PitcherField = 18;

    /// <summary>Writes the fields of an event (no length in front).</summary>
    public static void Write(ProtoWriter to, GameEvent value)
    {
        to.String(1, value.GameId.Value);
        to.String(2, value.Key);
        to.Int(3, value.Order);
        to.UInt(4, (ulong)value.Kind);
        to.Int(5, value.OccurredAt.UnixMicros);
        to.Int(6, value.Period);
        to.SInt(7, value.ClockTenths);
        if (value.Score is { } score)
        {
            WriteScore(to, 8, score);
        }

        if (value.Points != default)
        {
            WriteScore(to, 9, value.Points);
        }

        WriteSide(to, 10, value.Possession);
        WriteFootball(to, 11, value.Football);
        if (value.Baseball is { } play)
        {
            var nested = to.Begin(12);
            WritePlay(to, play);
            to.End(nested);
        }

        if (value.Info is { } info)
        {
            var nested = to.Begin(13);
            WriteInfo(to, info);
            to.End(nested);
        }

        to.Int(14, value.MissingMessages);
        to.String(15, value.Description);
        to.String(16, value.PossessionTeam);
        PlayerChangeCodec.Write(to, 17, value.Players);
        to.String(PitcherField, value.Pitcher);
        to.Bool(19, value.IsPossessionPassed);
        if (value.Model is { } model)
        {
            var nested = to.Begin(20);
            ModelChangeCodec.Write(to, model);
            to.End(nested);
        }

        if (value.Basketball is { } basketball)
        {
            var nested = to.Begin(21);
            to.String(1, basketball.FoulBy);
            to.Int(2, basketball.FreeThrows);
            to.Bool(3, basketball.IsLoose);
            to.End(nested);
        }
    }

    /// <summary>Reads an event.</summary>
    /// <exception cref="WireFormatException">The bytes are not an event.</exception>
    public static GameEvent Read(ReadOnlySpan<byte> data, StringCache cache) => Read(data, cache, withDescription: true);

    /// <summary>Reads an event; without its description a fold needs one string less.</summary>
    internal static GameEvent Read(ReadOnlySpan<byte> data, StringCache cache, bool withDescription)
    {
        var reader = new ProtoReader(data);
        var (game, key, description, order, occurredAt) = ("", "", "", 0L, 0L);
        int kind = 0, period = 0, clock = 0, missing = 0;
        var (score, points, possession) = ((Score?)null, default(Score), (Side?)null);
        var (possessionTeam, pitcher) = ((string?)null, (string?)null);
        var (football, play, basketball) = ((FootballSituation?)null, (BaseballPlay?)null, (BasketballPlay?)null);
        var (info, model, players, isPassed) = ((GameInfo?)null, (ModelChange?)null, (List<PlayerChange>?)null, false);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: game = reader.String(cache); break;
                case 2: key = reader.String(); break;
                case 3: order = reader.Int(); break;
                case 4: kind = reader.Int32(); break;
                case 5: occurredAt = reader.Int(); break;
                case 6: period = reader.Int32(); break;
                case 7: clock = reader.SInt32(); break;
                case 8: score = ReadScore(reader.Bytes()); break;
                case 9: points = ReadScore(reader.Bytes()); break;
                case 10: possession = ReadSide(reader.Int32()); break;
                case 11: football = ReadFootball(reader.Bytes()); break;
                case 12: play = ReadPlay(reader.Bytes(), cache); break;
                case 13: info = ReadInfo(reader.Bytes(), cache); break;
                case 14: missing = reader.Int32(); break;
                case 15 when withDescription: description = reader.String(); break;
                case 16: possessionTeam = reader.String(cache); break;
                case 20: model = ModelChangeCodec.Read(reader.Bytes()); break;
                case 17: (players ??= []).Add(PlayerChangeCodec.Read(reader.Bytes(), cache)); break;
                case PitcherField: pitcher = reader.String(cache); break;
                case 19: isPassed = reader.Bool(); break;
                case 21: basketball = ReadBasketball(reader.Bytes(), cache); break;
                default: reader.Skip(); break;
            }
        }

        return new GameEvent
        {
            GameId = GameId.FromTrusted(game),
            Key = key,
            Order = order,
            Kind = (EventKind)kind,
            OccurredAt = new Timestamp(occurredAt),
            Period = period,
            ClockTenths = clock,
            Score = score,
            Points = points,
            Possession = possession,
            PossessionTeam = possessionTeam,
            IsPossessionPassed = isPassed,
            Football = football,
            Baseball = play,
            Basketball = basketball,
            Info = info,
            Model = model,
            MissingMessages = missing,
            Description = description,
            Players = PlayerChanges.Of(players),
            Pitcher = pitcher,
        };
    }

    private static BasketballPlay ReadBasketball(ReadOnlySpan<byte> data, StringCache cache)
    {
        var reader = new ProtoReader(data);
        var (foulBy, freeThrows, isLoose) = ((string?)null, 0, false);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: foulBy = reader.String(cache); break;
                case 2: freeThrows = reader.Int32(); break;
                case 3: isLoose = reader.Bool(); break;
                default: reader.Skip(); break;
            }
        }

        return new BasketballPlay(foulBy, freeThrows, isLoose);
    }

    internal static void WriteScore(ProtoWriter to, int field, Score score)
    {
        var nested = to.Begin(field);
        to.Int(1, score.Home);
        to.Int(2, score.Away);
        to.End(nested);
    }

    internal static Score ReadScore(ReadOnlySpan<byte> data)
    {
        var reader = new ProtoReader(data);
        var (home, away) = (0, 0);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: home = reader.Int32(); break;
                case 2: away = reader.Int32(); break;
                default: reader.Skip(); break;
            }
        }

        return new Score(home, away);
    }

    internal static void WriteSide(ProtoWriter to, int field, Side? side) => to.UInt(field, side is { } s ? (ulong)s + 1 : 0);

    internal static Side? ReadSide(int value) => value switch { 1 => Side.Home, 2 => Side.Away, _ => null };

    internal static void WriteFootball(ProtoWriter to, int field, FootballSituation? value)
    {
        if (value is { } football)
        {
            var nested = to.Begin(field);
            to.Int(1, football.Down);
            to.Int(2, football.YardsToFirst);
            to.Int(3, football.YardsToGoal);
            to.OptionalInt(4, football.HomeTimeouts);
            to.OptionalInt(5, football.AwayTimeouts);
            to.End(nested);
        }
    }

    internal static FootballSituation ReadFootball(ReadOnlySpan<byte> data)
    {
        var reader = new ProtoReader(data);
        var (down, toFirst, toGoal) = (0, 0, 0);
        var (home, away) = ((int?)null, (int?)null);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: down = reader.Int32(); break;
                case 2: toFirst = reader.Int32(); break;
                case 3: toGoal = reader.Int32(); break;
                case 4: home = reader.Int32(); break;
                case 5: away = reader.Int32(); break;
                default: reader.Skip(); break;
            }
        }

        return new FootballSituation(down, toFirst, toGoal) { HomeTimeouts = home, AwayTimeouts = away };
    }

    /// <summary>Writes the fields of a game's information (no length in front).</summary>
    public static void WriteInfo(ProtoWriter to, GameInfo info)
    {
        WriteTeam(to, 1, info.Home);
        WriteTeam(to, 2, info.Away);
        to.Int(3, info.ScheduledAt.UnixMicros);
        to.Int(4, info.RegulationPeriods);
        to.Int(5, info.AutomaticRunnerBase);
        to.Bool(6, info.MustHaveWinner);
        if (info.Line is { } line)
        {
            var nested = to.Begin(7);
            to.OptionalSInt(1, line.HomeMarginHundredths);
            to.OptionalSInt(2, line.TotalHundredths);
            to.OptionalSInt(3, line.HomeWin?.Millionths);
            to.Bool(4, line.IsRated);
            to.End(nested);
        }

        to.Bool(8, info.HomeBatsFirst);
    }

    /// <summary>Reads a game's information.</summary>
    /// <exception cref="WireFormatException">The bytes are not a game's information.</exception>
    public static GameInfo ReadInfo(ReadOnlySpan<byte> data, StringCache cache)
    {
        var reader = new ProtoReader(data);
        var home = new Team("", "");
        var away = home;
        long scheduledAt = 0;
        int periods = 0, runnerBase = 0;
        var (winner, homeFirst) = (false, false);
        PregameLine? line = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: home = ReadTeam(reader.Bytes(), cache); break;
                case 2: away = ReadTeam(reader.Bytes(), cache); break;
                case 3: scheduledAt = reader.Int(); break;
                case 4: periods = reader.Int32(); break;
                case 5: runnerBase = reader.Int32(); break;
                case 6: winner = reader.Bool(); break;
                case 7: line = ReadLine(reader.Bytes()); break;
                case 8: homeFirst = reader.Bool(); break;
                default: reader.Skip(); break;
            }
        }

        return new GameInfo
        {
            Home = home,
            Away = away,
            ScheduledAt = new Timestamp(scheduledAt),
            RegulationPeriods = periods,
            AutomaticRunnerBase = runnerBase,
            MustHaveWinner = winner,
            HomeBatsFirst = homeFirst,
            Line = line,
        };
    }

    private static void WriteTeam(ProtoWriter to, int field, Team team)
    {
        var nested = to.Begin(field);
        to.String(1, team.Code);
        to.String(2, team.Name);
        to.End(nested);
    }

    private static Team ReadTeam(ReadOnlySpan<byte> data, StringCache cache)
    {
        var reader = new ProtoReader(data);
        var (code, name) = ("", "");
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: code = reader.String(cache); break;
                case 2: name = reader.String(cache); break;
                default: reader.Skip(); break;
            }
        }

        return new Team(code, name);
    }

    private static PregameLine ReadLine(ReadOnlySpan<byte> data)
    {
        var reader = new ProtoReader(data);
        int? margin = null, total = null;
        Probability? win = null;
        var isRated = false;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: margin = reader.SInt32(); break;
                case 2: total = reader.SInt32(); break;
                case 3: win = Probability.FromMillionths(reader.SInt32()); break;
                case 4: isRated = reader.Bool(); break;
                default: reader.Skip(); break;
            }
        }

        return new PregameLine { HomeMarginHundredths = margin, TotalHundredths = total, HomeWin = win, IsRated = isRated };
    }

    private static void WritePlay(ProtoWriter to, BaseballPlay play)
    {
        to.Int(1, play.Inning);
        WriteSide(to, 2, play.Batting);
        to.String(3, play.Batter);
        to.Int(4, play.Outs);
        to.SInt(5, play.BatterTo);
        to.SInt(6, play.FirstTo);
        to.SInt(7, play.SecondTo);
        to.SInt(8, play.ThirdTo);
        to.Int(9, play.PlacedOnBase);
    }

    private static BaseballPlay ReadPlay(ReadOnlySpan<byte> data, StringCache cache)
    {
        var reader = new ProtoReader(data);
        int inning = 0, outs = 0, batter = 0, first = 0, second = 0, third = 0, placed = 0;
        var batting = Side.Home;
        var batterId = "";
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: inning = reader.Int32(); break;
                case 2: batting = ReadSide(reader.Int32()) ?? Side.Home; break;
                case 3: batterId = reader.String(cache); break;
                case 4: outs = reader.Int32(); break;
                case 5: batter = reader.SInt32(); break;
                case 6: first = reader.SInt32(); break;
                case 7: second = reader.SInt32(); break;
                case 8: third = reader.SInt32(); break;
                case 9: placed = reader.Int32(); break;
                default: reader.Skip(); break;
            }
        }

        return new BaseballPlay
        {
            Inning = inning,
            Batting = batting,
            Batter = batterId,
            Outs = outs,
            BatterTo = batter,
            FirstTo = first,
            SecondTo = second,
            ThirdTo = third,
            PlacedOnBase = placed,
        };
    }
}
