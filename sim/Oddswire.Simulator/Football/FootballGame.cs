using System.Text.Json;
using Oddswire.Core.Domain;

namespace Oddswire.Simulator.Football;

/// <summary>A football game told in NFL.com GameCenter documents (docs/feeds.md): one play each, the header being the situation after it.</summary>
internal sealed class FootballGame : SimulatedGame
{
    private static readonly FootballSpot Kickoff = new() { Quarter = 1, Clock = 900, HomeTimeouts = 3, AwayTimeouts = 3 };
    private readonly List<FootballPlay> _plays;
    private readonly int[] _times;

    public FootballGame(Fixture fixture)
        : base(fixture)
    {
        _plays = new FootballModel(fixture).Play();
        _times = Pace(fixture, _plays);
    }

    /// <summary>The plays, in order; the message after the last of them is the final header.</summary>
    public IReadOnlyList<FootballPlay> Plays => _plays;

    /// <inheritdoc/>
    public override IReadOnlyList<int> PlayTimes => _times;

    /// <inheritdoc/>
    public override Score Final => _plays[^1].After.Score;

    /// <inheritdoc/>
    public override int Periods => _plays[^1].After.Quarter;

    /// <inheritdoc/>
    public override bool CanBeCorrected(int play, bool atOnce) =>
        play < _plays.Count
        && _plays[play] is { Kind: FootballPlayKind.Run or FootballPlayKind.Pass, Result: FootballResult.None, Yards: >= 2 } told
        && told.Before.Offence == told.After.Offence && told.After.ToGoal is > 3 and < 97;

    /// <inheritdoc/>
    public override void Write(BodyWriter to, in ScriptItem item)
    {
        var play = item.Telling is Telling.Info or Telling.Heartbeat || item.Play == _plays.Count ? null : _plays[item.Play];
        var spot = play?.After ?? (item.Play < 0 ? Kickoff : _plays[Math.Min(item.Play, _plays.Count - 1)].After);
        if (item.Telling is Telling.Wrong or Telling.WrongScore && play is not null)
        {
            play = Misreport(play, item.Telling == Telling.WrongScore);
            spot = play.After;
        }

        var json = to.Json;
        json.WriteStartObject();
        json.WriteStartObject(Fixture.Id.VendorId);
        WriteTeam(json, "home"u8, Fixture.Home.EncodedCode, spot.HomeByQuarter, spot.Score.Home, spot.HomeTimeouts);
        WriteTeam(json, "away"u8, Fixture.Away.EncodedCode, spot.AwayByQuarter, spot.Score.Away, spot.AwayTimeouts);
        WriteDrives(json, play);
        WriteHeader(json, item, play, spot);
        json.WriteEndObject();
        json.WriteNumber("nextupdate"u8, 15);
        json.WriteEndObject();
    }

    /// <summary>Writes the whole game as the one document that the vendor keeps of it.</summary>
    public void WriteRecording(BodyWriter to)
    {
        var json = to.Json;
        var spot = _plays[^1].After;
        json.WriteStartObject();
        json.WriteStartObject(Fixture.Id.VendorId);
        WriteTeam(json, "home"u8, Fixture.Home.EncodedCode, spot.HomeByQuarter, spot.Score.Home, spot.HomeTimeouts);
        WriteTeam(json, "away"u8, Fixture.Away.EncodedCode, spot.AwayByQuarter, spot.Score.Away, spot.AwayTimeouts);
        json.WriteStartObject("drives"u8);
        foreach (var drive in _plays.GroupBy(play => play.Drive))
        {
            var first = drive.First();
            StartNumbered(json, drive.Key);
            json.WriteString("posteam"u8, Fixture.Team(drive.Last().Before.Offence).Code);
            json.WriteNumber("qtr"u8, first.Before.Quarter);
            json.WriteStartObject("plays"u8);
            foreach (var play in drive)
            {
                WritePlay(json, play);
            }

            json.WriteEndObject();
            json.WriteNumber("numplays"u8, drive.Count());
            json.WriteEndObject();
        }

        json.WriteNumber("crntdrv"u8, _plays[^1].Drive);
        json.WriteEndObject();
        WriteHeader(json, new ScriptItem(0, _plays.Count, Telling.Play), null, spot);
        json.WriteEndObject();
        json.WriteNumber("nextupdate"u8, 15);
        json.WriteEndObject();
    }

    /// <summary>
    /// When each play is told: 25 to 40 s apart, quicker in a two-minute drill, with short breaks between quarters. One more time than plays: the
    /// final header.
    /// </summary>
    private static int[] Pace(Fixture fixture, List<FootballPlay> plays)
    {
        var random = new SeededRandom(SeededRandom.Mix(fixture.Seed, 11));
        var times = new int[plays.Count + 1];
        var at = 2000;
        for (var i = 0; i < plays.Count; i++)
        {
            times[i] = at;
            at += plays[i].Kind switch
            {
                FootballPlayKind.QuarterEnd => 60_000,
                FootballPlayKind.Timeout => 45_000,
                FootballPlayKind.GameEnd => 4_000,
                _ when plays[i].Before is { Quarter: 2 or 4, Clock: <= 120 } => random.Between(12_000, 30_000),
                _ => random.Between(25_000, 40_000),
            };
        }

        times[^1] = at;
        return times;
    }

    /// <summary>
    /// A first report in error. At once corrected: a touchdown that was none. Else: the ball spotted a yard short, the score unharmed.
    /// </summary>
    private static FootballPlay Misreport(FootballPlay play, bool isTouchdown)
    {
        var after = play.After;
        if (isTouchdown)
        {
            after.AddPoints(play.Before.Offence, 6);
            (after.Down, after.ToGo, after.ToGoal) = (0, 0, 2);
        }
        else
        {
            after.ToGoal++;
            after.ToGo = after.Down == 1 ? after.ToGo : after.ToGo + 1;
        }

        return new FootballPlay
        {
            Id = play.Id,
            Drive = play.Drive,
            Kind = play.Kind,
            Before = play.Before,
            After = after,
            Result = isTouchdown ? FootballResult.Touchdown : FootballResult.None,
            Yards = isTouchdown ? play.Before.ToGoal : play.Yards - 1,
            Actor = play.Actor,
            Target = play.Target,
            Opponent = play.Opponent,
        };
    }

    private static void WriteTeam(Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonEncodedText code, ulong byQuarter, int score, int timeouts)
    {
        json.WriteStartObject(name);
        json.WriteStartObject("score"u8);
        json.WriteNumber("1"u8, FootballSpot.InQuarter(byQuarter, 1));
        json.WriteNumber("2"u8, FootballSpot.InQuarter(byQuarter, 2));
        json.WriteNumber("3"u8, FootballSpot.InQuarter(byQuarter, 3));
        json.WriteNumber("4"u8, FootballSpot.InQuarter(byQuarter, 4));
        json.WriteNumber("5"u8, FootballSpot.InQuarter(byQuarter, 5));
        json.WriteNumber("T"u8, score);
        json.WriteEndObject();
        json.WriteString("abbr"u8, code);
        json.WriteNumber("to"u8, timeouts);
        json.WriteEndObject();
    }

    /// <summary>An object whose name is a number.</summary>
    private static void StartNumbered(Utf8JsonWriter json, int number)
    {
        Span<char> name = stackalloc char[12];
        number.TryFormat(name, out var length);
        json.WriteStartObject(name[..length]);
    }

    private void WriteDrives(Utf8JsonWriter json, FootballPlay? play)
    {
        if (play is null)
        {
            json.WriteNull("drives"u8);
            return;
        }

        json.WriteStartObject("drives"u8);
        StartNumbered(json, play.Drive);
        json.WriteString("posteam"u8, Fixture.Team(play.Before.Offence).EncodedCode);
        json.WriteNumber("qtr"u8, play.Before.Quarter);
        json.WriteStartObject("plays"u8);
        WritePlay(json, play);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteNumber("crntdrv"u8, play.Drive);
        json.WriteEndObject();
    }

    private void WritePlay(Utf8JsonWriter json, FootballPlay play)
    {
        var before = play.Before;
        var isBall = play.Kind is not (FootballPlayKind.Timeout or FootballPlayKind.QuarterEnd or FootballPlayKind.GameEnd);
        StartNumbered(json, play.Id);
        json.WriteNumber("sp"u8, play.IsScoring ? 1 : 0);
        json.WriteNumber("qtr"u8, before.Quarter);
        json.WriteNumber("down"u8, isBall ? before.Down : 0);
        json.WriteString("time"u8, FootballText.Clock(before.Clock));
        json.WriteString("yrdln"u8, isBall ? FootballText.YardLine(Fixture, before.Offence, before.ToGoal) : "");
        json.WriteNumber("ydstogo"u8, isBall ? before.ToGo : 0);
        json.WriteNumber("ydsnet"u8, 0);
        json.WriteString("posteam"u8, isBall ? Fixture.Team(before.Offence).Code : "");
        json.WriteString("desc"u8, FootballText.Describe(Fixture, play));
        if (FootballText.Note(play) is { } note)
        {
            json.WriteString("note"u8, note);
        }
        else
        {
            json.WriteNull("note"u8);
        }

        FootballStats.Write(json, Fixture, play);
        json.WriteEndObject();
    }

    private void WriteHeader(Utf8JsonWriter json, in ScriptItem item, FootballPlay? play, in FootballSpot spot)
    {
        var isEnd = play is { Kind: FootballPlayKind.QuarterEnd or FootballPlayKind.GameEnd };
        var isFinal = item.Telling == Telling.Play && play is null;

        // The first and the third quarter end within a drive: the ball stays where it is.
        var isQuiet = (isEnd && play!.Before.Quarter is not (1 or 3)) || isFinal || item.Play < 0;
        if (isFinal)
        {
            json.WriteString("qtr"u8, spot.Quarter > 4 ? "final overtime" : "Final");
        }
        else if (item.Play < 0)
        {
            json.WriteString("qtr"u8, "Pregame"u8);
        }
        else
        {
            json.WriteNumber("qtr"u8, isEnd ? play!.Before.Quarter : spot.Quarter);
        }

        json.WriteNumber("down"u8, isQuiet ? 0 : spot.Down);
        json.WriteNumber("togo"u8, isQuiet ? 0 : spot.ToGo);
        json.WriteString("yl"u8, isQuiet ? "" : FootballText.YardLine(Fixture, spot.Offence, spot.ToGoal));
        json.WriteString("clock"u8, FootballText.Clock(isEnd ? 0 : spot.Clock));
        json.WriteString("posteam"u8, isQuiet ? "" : Fixture.Team(spot.Offence).Code);
        json.WriteBoolean("redzone"u8, !isQuiet && spot.ToGoal <= 20);
        json.WriteNull("note"u8);
        json.WriteNull("weather"u8);
        json.WriteNull("stadium"u8);
    }
}
