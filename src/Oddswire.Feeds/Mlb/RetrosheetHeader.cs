using System.Globalization;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;

namespace Oddswire.Feeds.Mlb;

/// <summary>Gathers the <c>info</c> records of a game. Those only known after it (winning pitcher, duration) do not describe its beginning.</summary>
internal sealed class RetrosheetHeader
{
    private const int RegulationInnings = 9;

    /// <summary>The start times are local and the format names no zone; they are taken as UTC-5.</summary>
    private static readonly TimeSpan AssumedOffset = TimeSpan.FromHours(-5);

    private string? _visitors;
    private string? _home;
    private DateOnly? _date;
    private TimeOnly? _time;
    private int _innings = RegulationInnings;
    private int _tiebreaker;
    private bool _homeBatsFirst;

    /// <summary>Whether the key of an <c>info</c> record is only known after the game: its presence says that the game is over.</summary>
    public static bool IsPostGame(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("wp"u8) || key.SequenceEqual("lp"u8) || key.SequenceEqual("save"u8) || key.SequenceEqual("timeofgame"u8)
        || key.SequenceEqual("gwrbi"u8) || key.SequenceEqual("forfeit"u8);

    /// <summary>Takes an <c>info</c> record's key and value; keys without meaning for us are passed over.</summary>
    /// <exception cref="FeedFormatException">The value of a key that we need cannot be read.</exception>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, int line)
    {
        if (key.SequenceEqual("visteam"u8))
        {
            _visitors = Code(value, line);
        }
        else if (key.SequenceEqual("hometeam"u8))
        {
            _home = Code(value, line);
        }
        else if (key.SequenceEqual("date"u8))
        {
            _date = DateOnly.TryParseExact(Encoding.ASCII.GetString(value), "yyyy/M/d", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                ? date
                : throw Malformed(line, "date", value, "yyyy/mm/dd");
        }
        else if (key.SequenceEqual("starttime"u8))
        {
            _time = TimeOnly.TryParseExact(Encoding.ASCII.GetString(value), "h:mmtt", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
                ? time
                : null;
        }
        else if (key.SequenceEqual("innings"u8) && !value.IsEmpty)
        {
            _innings = Number(value, 1, 99) ?? throw Malformed(line, "innings", value, "a number from 1 to 99");
        }
        else if (key.SequenceEqual("tiebreaker"u8) && !value.IsEmpty)
        {
            _tiebreaker = Number(value, 0, 3) ?? throw Malformed(line, "tiebreaker", value, "a base, 1 to 3");
        }
        else if (key.SequenceEqual("htbf"u8))
        {
            _homeBatsFirst = value.SequenceEqual("true"u8);
        }
    }

    /// <summary>The game's information.</summary>
    /// <exception cref="FeedFormatException">Teams or date are missing.</exception>
    public GameInfo ToInfo() => _visitors is null || _home is null || _date is not { } date
        ? throw new FeedFormatException(
            "missing-info", "The header lacks info,visteam, info,hometeam or info,date; the first message of a game needs all three.")
        : new GameInfo
        {
            Home = MlbTeams.Of(_home, date.Year),
            Away = MlbTeams.Of(_visitors, date.Year),
            ScheduledAt = _time is { } time ? At(date, time) : Timestamp.Unknown,
            RegulationPeriods = _innings,
            AutomaticRunnerBase = _tiebreaker,
            HomeBatsFirst = _homeBatsFirst,
            MustHaveWinner = true,
        };

    /// <summary>When the game starts; where the header does not say, seven in the evening of its day (or of the epoch's).</summary>
    public Timestamp StartOrGuess() => At(_date ?? DateOnly.FromDateTime(DateTime.UnixEpoch), _time ?? new TimeOnly(19, 0));

    /// <summary>A whole number within bounds, or null.</summary>
    public static int? Number(ReadOnlySpan<byte> text, int lowest, int highest) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= lowest && number <= highest ? number : null;

    private static Timestamp At(DateOnly date, TimeOnly time) => Timestamp.From(new DateTimeOffset(date.ToDateTime(time), AssumedOffset));

    private static string Code(ReadOnlySpan<byte> value, int line) => value.Length is >= 2 and <= 4 && RetrosheetRecord.IsPlayer(value)
        ? Encoding.ASCII.GetString(value)
        : throw Malformed(line, "team", value, "a code of three letters such as ANA");

    private static FeedFormatException Malformed(int line, string what, ReadOnlySpan<byte> value, string expected) =>
        new("malformed-info", $"Line {line}: info {what} '{RetrosheetEventText.Printable(value)}'; expected {expected}.");
}
