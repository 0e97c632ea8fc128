using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Oddswire.Core.Domain;

namespace Oddswire.Feeds.Nfl;

/// <summary>
/// Cuts a recorded game into the messages of the live feed: a header before the game, one play a message with the header as it stood after it, and the
/// final header. The plays are the recording's own bytes.
/// </summary>
internal static class GameCenterCutter
{
    /// <summary>The messages, in order.</summary>
    public static IEnumerable<FeedMessage> Cut(ReadOnlyMemory<byte> body, GameCenterDocument game, GameId id)
    {
        var start = NflCalendar.NominalStart(NflCalendar.DateOf(id.VendorId) ?? new DateOnly(2000, 1, 1));
        var header = new LiveHeader { Status = "Pregame" };
        yield return Message(id, 1, start + TimeSpan.FromMinutes(-1), Write(id, game, header, null, default));

        var scores = game.Plays.Count > 0 ? Scores(game) : [];
        var pace = new Pace(start);
        var sequence = 1L;
        for (var i = 0; i < scores.Length; i++)
        {
            var play = game.Plays[i];
            header.Advance(game, play, scores[i], PlayAfter.Of(game, i));
            yield return Message(id, ++sequence, pace.Next(play.Quarter, header.ClockTenths), Write(id, game, header, play, body[play.Raw]));
        }

        if (game.IsFinal)
        {
            header.End(game);
            yield return Message(id, ++sequence, pace.Next(0, 0), Write(id, game, header, null, default));
        }
    }

    /// <summary>A recording begins with the game's first play, however few it has.</summary>
    private static Score?[] Scores(GameCenterDocument game) =>
        game.Plays.Count == 1 ? [game.Official] : RunningScore.Of(game).After;

    private static FeedMessage Message(GameId id, long sequence, Timestamp publishedAt, ReadOnlyMemory<byte> body) => new()
    {
        Source = "replay",
        GameId = id,
        Sequence = sequence,
        PublishedAt = publishedAt,
        Body = body,
    };

    private static ReadOnlyMemory<byte> Write(
        GameId id, GameCenterDocument game, LiveHeader header, GameCenterPlay? play, ReadOnlyMemory<byte> raw)
    {
        var buffer = new ArrayBufferWriter<byte>(512 + raw.Length);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject(id.VendorId);
            WriteTeam(json, "home", game.Home.Club, header, Side.Home);
            WriteTeam(json, "away", game.Away.Club, header, Side.Away);
            WriteDrives(json, header, play, raw);
            WriteSituation(json, header);
            json.WriteEndObject();
            json.WriteNumber("nextupdate", 15);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteTeam(Utf8JsonWriter json, string name, ClubCode club, LiveHeader header, Side side)
    {
        json.WriteStartObject(name);
        json.WriteString("abbr", club.ToString());
        json.WriteStartObject("score");
        for (var quarter = 1; quarter <= 5; quarter++)
        {
            json.WriteNumber(quarter.ToString(CultureInfo.InvariantCulture), Of(header.ByQuarter[quarter], side));
        }

        json.WriteNumber("T", Of(header.Score, side));
        json.WriteEndObject();
        json.WriteNumber("to", side == Side.Home ? header.Timeouts.Home : header.Timeouts.Away);
        json.WriteEndObject();
    }

    private static void WriteDrives(Utf8JsonWriter json, LiveHeader header, GameCenterPlay? play, ReadOnlyMemory<byte> raw)
    {
        if (play is null)
        {
            json.WriteNull("drives");
            return;
        }

        json.WriteStartObject("drives");
        json.WriteStartObject(play.Drive.ToString(CultureInfo.InvariantCulture));
        json.WriteString("posteam", play.DriveOffence.ToString());
        json.WriteNumber("qtr", header.Quarter);
        json.WriteStartObject("plays");
        json.WritePropertyName(play.Id.ToString(CultureInfo.InvariantCulture));
        json.WriteRawValue(raw.Span, skipInputValidation: true);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteNumber("crntdrv", play.Drive);
        json.WriteEndObject();
    }

    private static void WriteSituation(Utf8JsonWriter json, LiveHeader header)
    {
        var next = header.Next;
        json.WriteString("yl", next.Line.ToString());
        if (header.Status is { } status)
        {
            json.WriteString("qtr", status);
        }
        else
        {
            json.WriteNumber("qtr", header.Quarter);
        }

        json.WriteNull("note");
        json.WriteNumber("down", next.Down);
        json.WriteNumber("togo", next.YardsToFirst);
        json.WriteBoolean("redzone", next.Line.ToGoal(next.Offence) is > 0 and <= 20);
        json.WriteString("clock", header.Clock);
        json.WriteString("posteam", next.Offence.ToString());
    }

    private static int Of(Score score, Side side) => side == Side.Home ? score.Home : score.Away;

    /// <summary>The header as it stands at a moment of the game.</summary>
    private sealed class LiveHeader
    {
        private RunningTimeouts _timeouts = new();

        public string? Status { get; set; }

        public int Quarter { get; private set; } = 1;

        public int ClockTenths { get; private set; } = -1;

        public Snap Next { get; private set; }

        public Score Score { get; private set; }

        public Score[] ByQuarter { get; } = new Score[6];

        public RunningTimeouts Timeouts => _timeouts;

        public string Clock => ClockTenths < 0 ? "" : $"{ClockTenths / 600:00}:{ClockTenths / 10 % 60:00}";

        public void Advance(GameCenterDocument game, GameCenterPlay play, Score? score, PlayAfter after)
        {
            (Status, Quarter, ClockTenths, Next) = (null, play.Quarter, after.ClockTenths, after.Next);
            if (score is { } now)
            {
                ByQuarter[Math.Clamp(Quarter, 1, 5)] += new Score(now.Home - Score.Home, now.Away - Score.Away);
                Score = now;
            }

            _timeouts.Advance(game, play);
        }

        public void End(GameCenterDocument game)
        {
            Status = game.Status == GameCenterStatus.FinalOvertime ? "final overtime" : "Final";
            Next = default;
            Score = game.Official ?? Score;
            for (var quarter = 1; quarter <= 5; quarter++)
            {
                ByQuarter[quarter] = new Score(
                    game.Home.ByQuarter?[quarter - 1] ?? ByQuarter[quarter].Home, game.Away.ByQuarter?[quarter - 1] ?? ByQuarter[quarter].Away);
            }
        }
    }

    /// <summary>
    /// A pace for a format without times: a game second lasts 2.6 real ones and every play 4 s more, half-time 12 minutes and the other breaks
    /// 2 minutes, which makes a game of usual length last about three hours.
    /// </summary>
    private sealed class Pace(Timestamp start)
    {
        private const int QuarterTenths = 9000;
        private Timestamp _last = start;
        private int _quarter = 1;
        private int _clockTenths = QuarterTenths;

        public Timestamp Next(int quarter, int clockTenths)
        {
            var gameTenths = 0;
            if (quarter > _quarter)
            {
                gameTenths = _clockTenths;
                _last += TimeSpan.FromMinutes(quarter == 3 ? 12 : 2);
                (_quarter, _clockTenths) = (quarter, QuarterTenths);
            }

            if (quarter == _quarter && clockTenths >= 0 && clockTenths < _clockTenths)
            {
                gameTenths += _clockTenths - clockTenths;
                _clockTenths = clockTenths;
            }

            return _last += TimeSpan.FromSeconds(4 + (gameTenths * 0.26));
        }
    }
}
