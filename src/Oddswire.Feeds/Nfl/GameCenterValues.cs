using System.Buffers.Text;
using System.Text.Json;
using static Oddswire.Feeds.Json.JsonFields;

namespace Oddswire.Feeds.Nfl;

/// <summary>The small values of the GameCenter format: quarters, clocks, yard lines, notes and club codes.</summary>
internal static class GameCenterValues
{
    /// <summary>Highest quarter accepted: overtime counts on from 5.</summary>
    public const int MaxQuarter = 20;

    private const int QuarterTenths = 15 * 60 * 10;

    /// <summary>The header's <c>qtr</c>: a quarter's number, or words.</summary>
    public static void ReadStatus(ref Utf8JsonReader reader, GameCenterDocument game)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number || (reader.TokenType == JsonTokenType.String && TryNumber(reader.ValueSpan, out _)))
        {
            if (!TryNumber(reader.ValueSpan, out var quarter) || quarter > MaxQuarter)
            {
                throw Absurd(ref reader, "qtr", 0, MaxQuarter);
            }

            (game.Quarter, game.Status) = (quarter, quarter == 0 ? GameCenterStatus.Pregame : GameCenterStatus.InPlay);
        }
        else if (reader.TokenType == JsonTokenType.String)
        {
            var status = reader.ValueSpan;
            game.Status = status.SequenceEqual("Pregame"u8) ? GameCenterStatus.Pregame
                : status.SequenceEqual("Halftime"u8) ? GameCenterStatus.Halftime
                : status.SequenceEqual("Final"u8) || status.SequenceEqual("final"u8) ? GameCenterStatus.Final
                : status.SequenceEqual("final overtime"u8) || status.SequenceEqual("Final Overtime"u8) ? GameCenterStatus.FinalOvertime
                : GameCenterStatus.Unknown;
        }
        else if (reader.TokenType != JsonTokenType.Null)
        {
            throw WrongType(ref reader, "qtr", "a number or a text");
        }
    }

    /// <summary>A play's <c>note</c>.</summary>
    public static PlayNote Note(ref Utf8JsonReader reader) =>
        !EnterText(ref reader, "note") ? PlayNote.None : reader.ValueSpan switch
        {
            var note when note.SequenceEqual("TIMEOUT"u8) || note.SequenceEqual("Timeout"u8) => PlayNote.Timeout,
            var note when note.SequenceEqual("TD"u8) => PlayNote.Touchdown,
            var note when note.SequenceEqual("FG"u8) => PlayNote.FieldGoal,
            var note when note.SequenceEqual("XP"u8) => PlayNote.ExtraPoint,
            var note when note.SequenceEqual("2PS"u8) || note.SequenceEqual("2PR"u8) => PlayNote.TwoPoints,
            var note when note.SequenceEqual("SAF"u8) => PlayNote.Safety,
            var note when note.SequenceEqual("XPM"u8) || note.SequenceEqual("XPB"u8) || note.SequenceEqual("XPA"u8)
                || note.SequenceEqual("2PRF"u8) || note.SequenceEqual("2PPF"u8) => PlayNote.TryFailed,
            _ => PlayNote.None,
        };

    /// <summary>A club's code; none for null and empty.</summary>
    public static ClubCode Club(ref Utf8JsonReader reader, string field) =>
        !EnterText(ref reader, field) ? default
        : ClubCode.TryRead(reader.ValueSpan, out var club) ? club
        : throw BadValue(ref reader, field, "a club's code of at most 8 letters or digits");

    /// <summary>A down, 0 to 4; 0 for null.</summary>
    public static int Down(ref Utf8JsonReader reader) => Count(ref reader, "down", 0, 4) ?? 0;

    /// <summary>
    /// A clock <c>mm:ss</c>, <c>m:ss</c> or <c>:ss</c> in tenths of a second; -1 when empty or in words, which tell no time.
    /// </summary>
    public static int Clock(ref Utf8JsonReader reader, string field)
    {
        if (!EnterText(ref reader, field))
        {
            return -1;
        }

        var text = reader.ValueSpan;
        var colon = text.IndexOf((byte)':');
        var minutes = 0;
        if (colon < 0 || text.Length != colon + 3 || !TryNumber(text[(colon + 1)..], out var seconds) || (colon > 0 && !TryNumber(text[..colon], out minutes)))
        {
            return -1;
        }

        var tenths = minutes <= 15 && seconds <= 59 ? ((minutes * 60) + seconds) * 10 : int.MaxValue;
        return tenths <= QuarterTenths ? tenths : throw BadValue(ref reader, field, "at most 15:00");
    }

    /// <summary>A yard line; none when empty or in words that tell no place.</summary>
    public static YardLine Line(ref Utf8JsonReader reader, string field)
    {
        if (!EnterText(ref reader, field))
        {
            return default;
        }

        var text = reader.ValueSpan;
        var space = text.IndexOf((byte)' ');
        return TryNumber(text[(space + 1)..], out var yard) && yard <= 50 && ClubCode.TryRead(space < 0 ? [] : text[..space], out var club)
            ? new YardLine(club, yard)
            : default;
    }

    /// <summary>A number of at most nine digits, and nothing else.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        return digits.Length is > 0 and <= 9 && digits[0] is >= (byte)'0' and <= (byte)'9'
            && Utf8Parser.TryParse(digits, out number, out var used) && used == digits.Length;
    }
}
