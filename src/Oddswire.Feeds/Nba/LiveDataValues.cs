using System.Buffers.Text;
using System.Text.Json;
using Oddswire.Core.Domain;
using Oddswire.Core.Wire;
using static Oddswire.Feeds.Json.JsonFields;

namespace Oddswire.Feeds.Nba;

/// <summary>An action's type, as far as it matters here.</summary>
internal enum ActionType : byte
{
    /// <summary>Not said.</summary>
    Missing,

    /// <summary>Something on the floor.</summary>
    Play,

    /// <summary>Begin or end of a period.</summary>
    Period,

    /// <summary>End of the game.</summary>
    Game,

    /// <summary>Nothing that moves the score.</summary>
    Pause,

    /// <summary>A two-pointer.</summary>
    TwoPointer,

    /// <summary>A three-pointer.</summary>
    ThreePointer,

    /// <summary>A free throw.</summary>
    FreeThrow,

    /// <summary>A rebound.</summary>
    Rebound,

    /// <summary>A substitution.</summary>
    Substitution,

    /// <summary>A player is sent off.</summary>
    Ejection,

    /// <summary>The ball is lost to the other team.</summary>
    Turnover,

    /// <summary>A foul.</summary>
    Foul,

    /// <summary>A shot is blocked.</summary>
    Block,
}

/// <summary>An action's subtype, as far as it matters here.</summary>
internal enum SubType : byte
{
    /// <summary>Any other.</summary>
    Other,

    /// <summary><c>start</c>.</summary>
    Start,

    /// <summary><c>end</c>.</summary>
    End,

    /// <summary><c>in</c>.</summary>
    In,

    /// <summary><c>out</c>.</summary>
    Out,

    /// <summary><c>1 of 1</c>, <c>2 of 2</c>, <c>3 of 3</c>: the last free throw.</summary>
    LastFreeThrow,

    /// <summary><c>1 of 2</c>, <c>2 of 3</c>.</summary>
    OneMoreFreeThrow,

    /// <summary><c>1 of 3</c>.</summary>
    TwoMoreFreeThrows,

    /// <summary><c>personal</c>: a foul that counts as a team foul, unlike an offensive or a technical one.</summary>
    Personal,
}

/// <summary>The small values of the liveData format: durations, scores in text, types and times.</summary>
internal static class LiveDataValues
{
    private const int LongestName = 40;
    private const int MaxScore = 999;
    private const int MaxClockTenths = 20 * 60 * 10;

    /// <summary>What an action of these types is to us.</summary>
    public static EventKind KindOf(ActionType type, SubType subType) => (type, subType) switch
    {
        (ActionType.Period, SubType.Start) => EventKind.PeriodStart,
        (ActionType.Period, SubType.End) => EventKind.PeriodEnd,
        (ActionType.Game, SubType.End) => EventKind.GameEnd,
        (ActionType.Play or ActionType.TwoPointer or ActionType.ThreePointer or ActionType.FreeThrow or ActionType.Rebound
            or ActionType.Turnover or ActionType.Foul or ActionType.Block, _) => EventKind.Play,
        _ => EventKind.Other,
    };

    /// <summary>An <c>actionType</c>.</summary>
    public static ActionType Type(ref Utf8JsonReader reader)
    {
        if (!EnterText(ref reader, "actionType"))
        {
            return ActionType.Missing;
        }

        var type = reader.ValueSpan;
        return type.Length switch
        {
            0 => ActionType.Missing,
            4 when type.SequenceEqual("game"u8) => ActionType.Game,
            6 when type.SequenceEqual("period"u8) => ActionType.Period,
            4 when type.SequenceEqual("foul"u8) => ActionType.Foul,
            5 when type.SequenceEqual("block"u8) => ActionType.Block,
            4 when type.SequenceEqual("memo"u8) => ActionType.Pause,
            7 when type.SequenceEqual("timeout"u8) => ActionType.Pause,
            3 when type.SequenceEqual("2pt"u8) => ActionType.TwoPointer,
            3 when type.SequenceEqual("3pt"u8) => ActionType.ThreePointer,
            7 when type.SequenceEqual("rebound"u8) => ActionType.Rebound,
            9 when type.SequenceEqual("freethrow"u8) => ActionType.FreeThrow,
            8 when type.SequenceEqual("ejection"u8) => ActionType.Ejection,
            8 when type.SequenceEqual("turnover"u8) => ActionType.Turnover,
            8 when type.SequenceEqual("stoppage"u8) => ActionType.Pause,
            9 when type.SequenceEqual("challenge"u8) => ActionType.Pause,
            12 when type.SequenceEqual("substitution"u8) => ActionType.Substitution,
            13 when type.SequenceEqual("instantreplay"u8) => ActionType.Pause,
            _ => ActionType.Play,
        };
    }

    /// <summary>A <c>subType</c>.</summary>
    public static SubType Sub(ref Utf8JsonReader reader) =>
        !EnterText(ref reader, "subType") ? SubType.Other
        : reader.ValueSpan.SequenceEqual("start"u8) ? SubType.Start
        : reader.ValueSpan.SequenceEqual("end"u8) ? SubType.End
        : reader.ValueSpan.SequenceEqual("in"u8) ? SubType.In
        : reader.ValueSpan.SequenceEqual("out"u8) ? SubType.Out
        : reader.ValueSpan.SequenceEqual("personal"u8) ? SubType.Personal
        : reader.ValueSpan is [var number, (byte)' ', (byte)'o', (byte)'f', (byte)' ', var of] ? (of - number) switch
        {
            0 => SubType.LastFreeThrow,
            1 => SubType.OneMoreFreeThrow,
            2 => SubType.TwoMoreFreeThrows,
            _ => SubType.Other,
        }
        : SubType.Other;

    /// <summary>How many free throws the <c>qualifiers</c> of a foul say it gives (<c>2freethrow</c>); 0 when they say none.</summary>
    public static int FreeThrowsGiven(ref Utf8JsonReader reader)
    {
        if (!EnterArray(ref reader, "qualifiers"))
        {
            return 0;
        }

        var given = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            given = reader.ValueSpan is [>= (byte)'1' and <= (byte)'3' and var number, .. var rest] && rest.SequenceEqual("freethrow"u8) ? number - '0' : given;
        }

        return reader.TokenType == JsonTokenType.EndArray ? given : throw WrongType(ref reader, "qualifiers", "texts only");
    }

    /// <summary>Whether a <c>descriptor</c> makes free throws of a kind after which the ball is not the other team's.</summary>
    public static bool KeepsBall(ref Utf8JsonReader reader) => EnterText(ref reader, "descriptor")
        && (reader.ValueSpan.SequenceEqual("technical"u8) || reader.ValueSpan.StartsWith("flagrant"u8) || reader.ValueSpan.StartsWith("clear"u8));

    /// <summary>Points in text, as the format has them.</summary>
    public static int Score(ref Utf8JsonReader reader, string field)
    {
        if (!EnterText(ref reader, field))
        {
            return -1;
        }

        var digits = reader.ValueSpan;
        if (!Utf8Parser.TryParse(digits, out int points, out var used) || used != digits.Length)
        {
            throw BadValue(ref reader, field, "a number in text");
        }

        return points is >= 0 and <= MaxScore ? points : throw Absurd(ref reader, field, 0, MaxScore);
    }

    /// <summary>An ISO duration <c>PT11M54.00S</c> in tenths of a second, cut; -1 for null.</summary>
    public static int Clock(ref Utf8JsonReader reader, string field)
    {
        if (!EnterText(ref reader, field))
        {
            return -1;
        }

        var text = reader.ValueSpan;
        if (text is not [(byte)'P', (byte)'T', .., (byte)'S'])
        {
            throw BadValue(ref reader, field, "a duration such as PT11M44.00S");
        }

        var (total, part, tenths) = (0, 0, -1);
        foreach (var c in text[2..^1])
        {
            switch (c)
            {
                case >= (byte)'0' and <= (byte)'9' when tenths < 0 && part < 10_000: part = (part * 10) + (c - '0'); break;
                case >= (byte)'0' and <= (byte)'9' when tenths >= 0: tenths = tenths == 0 ? 1 + c - '0' : tenths; break;
                case (byte)'M' when total == 0 && tenths < 0: (total, part) = (part * 60, 0); break;
                case (byte)'.' when tenths < 0: tenths = 0; break;
                default: throw BadValue(ref reader, field, "a duration such as PT11M44.00S");
            }
        }

        var clock = ((total + part) * 10) + Math.Max(0, tenths - 1);
        return clock <= MaxClockTenths ? clock : throw BadValue(ref reader, field, "at most PT20M00.00S");
    }

    /// <summary>A time in ISO 8601; unknown for null and empty.</summary>
    public static Timestamp Time(ref Utf8JsonReader reader, string field)
    {
        if (!EnterText(ref reader, field) || reader.ValueSpan.IsEmpty)
        {
            return Timestamp.Unknown;
        }

        return reader.TryGetDateTimeOffset(out var time)
            ? Timestamp.From(time)
            : throw BadValue(ref reader, field, "a time such as 2025-02-02T20:11:19.3Z");
    }

    /// <summary>A player's id, a number, as text; empty for none.</summary>
    public static string Person(ref Utf8JsonReader reader, string field, StringCache strings)
    {
        var id = Long(ref reader, field, 0, 999_999_999_999) ?? 0;
        return id == 0 ? "" : strings.Get(reader.ValueSpan);
    }

    /// <summary>A player's name to show; empty for none.</summary>
    public static string Name(ref Utf8JsonReader reader, string field, StringCache strings) =>
        !EnterText(ref reader, field) ? ""
        : reader.ValueIsEscaped || reader.ValueSpan.Length > LongestName ? Decoded(ref reader, field) is var name && name.Length > LongestName ? name[..LongestName] : name
        : strings.Get(reader.ValueSpan);

    /// <summary>A team's code, the same string for the same team of the league; null for none.</summary>
    public static string? Code(ref Utf8JsonReader reader, string field) =>
        EnterText(ref reader, field) && !reader.ValueSpan.IsEmpty
            ? NbaTeams.Known(reader.ValueSpan) ?? Decoded(ref reader, field)
            : null;
}
