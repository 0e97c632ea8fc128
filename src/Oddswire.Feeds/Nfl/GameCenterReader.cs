using System.Text;
using System.Text.Json;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using static Oddswire.Feeds.Json.JsonFields;
using static Oddswire.Feeds.Nfl.GameCenterValues;

namespace Oddswire.Feeds.Nfl;

/// <summary>Reads a GameCenter document, a live one-play message or a whole game, in one pass and without a document model.</summary>
internal static class GameCenterReader
{
    /// <summary>Highest play id; the event that ends the game stands behind it.</summary>
    public const int MaxPlayId = 999_999_999;

    private const int MaxScore = 999;
    private const int MostTimeouts = 3;
    private const int LongestId = 16;
    private const int LongestName = 40;

    [ThreadStatic]
    private static StringCache? _cache;

    /// <summary>Reads the document.</summary>
    /// <param name="body">The vendor's bytes.</param>
    /// <param name="expected">The game whose channel it came by; null to take the document's word for it.</param>
    /// <exception cref="FeedFormatException">The document is malformed, or of another game.</exception>
    public static GameCenterDocument Read(ReadOnlySpan<byte> body, GameId? expected)
    {
        try
        {
            var reader = Open(body);
            var game = ReadRoot(ref reader, expected);
            Close(ref reader);
            Order(game.Plays);
            return game;
        }
        catch (JsonException inner)
        {
            throw Malformed(inner);
        }
    }

    private static GameCenterDocument ReadRoot(ref Utf8JsonReader reader, GameId? expected)
    {
        GameCenterDocument? game = null;
        while (NextProperty(ref reader))
        {
            if (Is(ref reader, "nextupdate"u8))
            {
                Skip(ref reader);
                continue;
            }

            if (game is not null)
            {
                throw BadValue(ref reader, "(second game)", "one game a document: cut it into one document a game");
            }

            game = new GameCenterDocument();
            if (expected is { } id)
            {
                if (!Ascii.Equals(reader.ValueSpan, id.VendorId))
                {
                    throw WrongGame(ref reader, id.Value);
                }
            }
            else
            {
                game.Id = Decoded(ref reader, "(game id)");
                if (!GameId.IsVendorId(game.Id))
                {
                    throw BadValue(ref reader, "(game id)", "a game id such as 2015091000");
                }
            }

            ReadGame(ref reader, game);
        }

        return game ?? throw Missing("(game id)", "The document");
    }

    private static void ReadGame(ref Utf8JsonReader reader, GameCenterDocument game)
    {
        if (!EnterObject(ref reader, "(game)"))
        {
            throw WrongType(ref reader, "(game)", "an object");
        }

        var next = default(Snap);
        while (NextProperty(ref reader))
        {
            var name = reader.ValueSpan;
            switch (name.Length)
            {
                case 4 when name.SequenceEqual("home"u8): ReadTeam(ref reader, game.Home, "home"); break;
                case 4 when name.SequenceEqual("away"u8): ReadTeam(ref reader, game.Away, "away"); break;
                case 6 when name.SequenceEqual("drives"u8): ReadDrives(ref reader, game.Plays); break;
                case 3 when name.SequenceEqual("qtr"u8): ReadStatus(ref reader, game); break;
                case 5 when name.SequenceEqual("clock"u8): game.ClockTenths = Clock(ref reader, "clock"); break;
                case 7 when name.SequenceEqual("posteam"u8): next = next with { Offence = Club(ref reader, "posteam") }; break;
                case 4 when name.SequenceEqual("down"u8): next = next with { Down = Down(ref reader) }; break;
                case 4 when name.SequenceEqual("togo"u8): next = next with { YardsToFirst = Count(ref reader, "togo", -99, 999) ?? 0 }; break;
                case 2 when name.SequenceEqual("yl"u8): next = next with { Line = Line(ref reader, "yl") }; break;
                default: Skip(ref reader); break;
            }
        }

        game.Next = next;
        if (game.Home.Club.IsNone || game.Away.Club.IsNone)
        {
            throw Missing(game.Home.Club.IsNone ? "home.abbr" : "away.abbr", "The game");
        }

        if (game.Home.Club.IsSameClub(game.Away.Club))
        {
            throw new FeedFormatException("bad-value", $"Both sides are '{game.Home.Club}': fields 'home.abbr' and 'away.abbr' must differ.");
        }
    }

    private static void ReadTeam(ref Utf8JsonReader reader, GameCenterTeam team, string field)
    {
        if (!EnterObject(ref reader, field))
        {
            return;
        }

        while (NextProperty(ref reader))
        {
            if (Is(ref reader, "abbr"u8))
            {
                team.Club = Club(ref reader, "abbr");
            }
            else if (Is(ref reader, "score"u8))
            {
                ReadScore(ref reader, team);
            }
            else if (Is(ref reader, "to"u8))
            {
                team.Timeouts = Count(ref reader, "to", -99, 999) is >= 0 and <= MostTimeouts and var left ? left : null;
            }
            else
            {
                Skip(ref reader);
            }
        }
    }

    private static void ReadScore(ref Utf8JsonReader reader, GameCenterTeam team)
    {
        if (!EnterObject(ref reader, "score"))
        {
            return;
        }

        while (NextProperty(ref reader))
        {
            if (Is(ref reader, "T"u8))
            {
                team.Total = Count(ref reader, "score.T", 0, MaxScore);
            }
            else if (reader.ValueSpan is [>= (byte)'1' and <= (byte)'5'] quarter)
            {
                var index = quarter[0] - '1';
                (team.ByQuarter ??= new int?[5])[index] = Count(ref reader, "score by quarter", 0, MaxScore);
            }
            else
            {
                Skip(ref reader);
            }
        }
    }

    private static void ReadDrives(ref Utf8JsonReader reader, List<GameCenterPlay> plays)
    {
        if (!EnterObject(ref reader, "drives"))
        {
            return;
        }

        while (NextProperty(ref reader))
        {
            // The format mixes the drives with one number among them, the current drive's.
            if (!TryNumber(reader.ValueSpan, out var drive))
            {
                Skip(ref reader);
            }
            else if (EnterObject(ref reader, "drives"))
            {
                ReadDrive(ref reader, plays, drive);
            }
        }
    }

    private static void ReadDrive(ref Utf8JsonReader reader, List<GameCenterPlay> plays, int drive)
    {
        var first = plays.Count;
        var offence = default(ClubCode);
        while (NextProperty(ref reader))
        {
            if (Is(ref reader, "posteam"u8))
            {
                offence = Club(ref reader, "posteam");
            }
            else if (!Is(ref reader, "plays"u8))
            {
                Skip(ref reader);
            }
            else if (EnterObject(ref reader, "plays"))
            {
                while (NextProperty(ref reader))
                {
                    var id = TryNumber(reader.ValueSpan, out var number) ? number : throw BadValue(ref reader, "plays", "a play id in decimal digits");
                    plays.Add(ReadPlay(ref reader, id, drive));
                }
            }
        }

        for (var i = first; i < plays.Count; i++)
        {
            plays[i].DriveOffence = offence;
        }
    }

    private static GameCenterPlay ReadPlay(ref Utf8JsonReader reader, int id, int drive)
    {
        if (!EnterObject(ref reader, "plays"))
        {
            throw WrongType(ref reader, "plays", "an object for every play");
        }

        var start = (int)reader.TokenStartIndex;
        var play = new GameCenterPlay { Id = id, Drive = drive };
        var snap = default(Snap);
        while (NextProperty(ref reader))
        {
            var name = reader.ValueSpan;
            switch (name.Length)
            {
                case 3 when name.SequenceEqual("qtr"u8): play.Quarter = Count(ref reader, "qtr", 0, MaxQuarter) ?? 0; break;
                case 4 when name.SequenceEqual("time"u8): play.ClockTenths = Clock(ref reader, "time"); break;
                case 4 when name.SequenceEqual("desc"u8): play.Description = Text(ref reader, "desc", 500); break;
                case 4 when name.SequenceEqual("note"u8): play.Note = Note(ref reader); break;
                case 2 when name.SequenceEqual("sp"u8): play.IsScoring = Count(ref reader, "sp", 0, 1) == 1; break;
                case 7 when name.SequenceEqual("posteam"u8): snap = snap with { Offence = Club(ref reader, "posteam") }; break;
                case 4 when name.SequenceEqual("down"u8): snap = snap with { Down = Down(ref reader) }; break;
                case 7 when name.SequenceEqual("ydstogo"u8): snap = snap with { YardsToFirst = Count(ref reader, "ydstogo", -99, 999) ?? 0 }; break;
                case 5 when name.SequenceEqual("yrdln"u8): snap = snap with { Line = Line(ref reader, "yrdln") }; break;
                case 7 when name.SequenceEqual("players"u8): play.Stats = ReadPlayers(ref reader, play); break;
                default: Skip(ref reader); break;
            }
        }

        play.Snap = snap;
        play.Raw = start..(int)reader.BytesConsumed;
        return play.Quarter >= 0 ? play : throw Missing("qtr", $"Play {id}");
    }

    private static ScoringStats ReadPlayers(ref Utf8JsonReader reader, GameCenterPlay play)
    {
        var stats = default(ScoringStats);
        if (!EnterObject(ref reader, "players"))
        {
            return stats;
        }

        var strings = _cache ??= new StringCache();
        while (NextProperty(ref reader))
        {
            // "0" stands for the team.
            var player = reader.ValueSpan.Length is > 1 and <= LongestId ? strings.Get(reader.ValueSpan) : "";
            if (!EnterArray(ref reader, "players"))
            {
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                var (statId, sequence, club, yards, playerName) = (0, 0, default(ClubCode), 0, "");
                while (NextProperty(ref reader))
                {
                    var name = reader.ValueSpan;
                    switch (name.Length)
                    {
                        case 6 when name.SequenceEqual("statId"u8): statId = Count(ref reader, "statId", 0, 99_999) ?? 0; break;
                        case 8 when name.SequenceEqual("sequence"u8): sequence = Count(ref reader, "sequence", int.MinValue, int.MaxValue) ?? 0; break;
                        case 8 when name.SequenceEqual("clubcode"u8): club = Club(ref reader, "clubcode"); break;
                        case 5 when name.SequenceEqual("yards"u8): yards = Count(ref reader, "yards", -999, 999) ?? 0; break;
                        case 10 when name.SequenceEqual("playerName"u8): playerName = Name(ref reader, strings); break;
                        default: Skip(ref reader); break;
                    }
                }

                stats.Add(statId, club, sequence);
                if (player.Length > 0 && PlayerStats.IsKept(statId))
                {
                    (play.Players ??= []).Add(new GameCenterEntry(player, playerName, club, statId, yards));
                }
            }

            if (reader.TokenType != JsonTokenType.EndArray)
            {
                throw WrongType(ref reader, "players", "an object for every statistic");
            }
        }

        return stats;
    }

    private static string Name(ref Utf8JsonReader reader, StringCache strings) =>
        !EnterText(ref reader, "playerName") ? ""
        : reader.ValueIsEscaped || reader.ValueSpan.Length > LongestName ? Shortened(ref reader, LongestName)
        : strings.Get(reader.ValueSpan);

    private static string Shortened(ref Utf8JsonReader reader, int longest)
    {
        var text = Decoded(ref reader, "playerName");
        return text.Length > longest ? text[..longest] : text;
    }

    private static void Order(List<GameCenterPlay> plays)
    {
        for (var i = 1; i < plays.Count; i++)
        {
            if (plays[i].Id <= plays[i - 1].Id)
            {
                // The same play in two drives is one play; the later drive has the later word.
                var ordered = plays.GroupBy(static play => play.Id).Select(static same => same.Last()).OrderBy(static play => play.Id).ToList();
                plays.Clear();
                plays.AddRange(ordered);
                return;
            }
        }
    }
}
