using System.Text.Json;
using Oddswire.Core.Domain;

namespace Oddswire.Simulator.Basketball;

/// <summary>The vendor's bytes.</summary>
internal sealed partial class BasketballGame
{
    private static readonly string[] TwoWays = ["Layup", "Jump Shot", "DUNK", "Layup", "Hook", "Jump Shot"];
    private static readonly string[] TurnoverWays = ["bad pass", "lost ball", "out-of-bounds", "traveling", "bad pass"];

    /// <inheritdoc/>
    public override void Write(BodyWriter to, in ScriptItem item)
    {
        if (item.Telling == Telling.Info)
        {
            WriteBoxScore(to, isFinal: false);
            return;
        }

        var json = to.Json;
        WriteStart(json);
        json.WriteStartArray("actions"u8);
        if (item.Telling != Telling.Heartbeat)
        {
            var action = _actions[item.Play];
            var at = new Timestamp(Fixture.ScheduledAt.UnixMicros + (_times[item.Play] * 1000L));
            var told = item.Telling switch
            {
                Telling.WrongScore => action with
                {
                    Kind = BasketballActionKind.ThreePointer,
                    Score = action.Score + (action.Team == Side.Home ? new Score(1, 0) : new Score(0, 1)),
                },
                Telling.Wrong => action with { Player = (action.Player + 1) % 10 },
                _ => action,
            };
            WriteAction(json, told, at, item.Telling == Telling.Corrected ? at + TimeSpan.FromMilliseconds(item.AtMs - _times[item.Play]) : at);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes the play-by-play document of the whole game.</summary>
    public void WriteRecording(BodyWriter to)
    {
        var json = to.Json;
        WriteStart(json);
        json.WriteStartArray("actions"u8);
        for (var i = 0; i < _actions.Count; i++)
        {
            var at = new Timestamp(Fixture.ScheduledAt.UnixMicros + (_times[i] * 1000L));
            WriteAction(json, _actions[i], at, at);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes the box score document: before the game without points, after it with the final score.</summary>
    public void WriteBoxScore(BodyWriter to, bool isFinal)
    {
        var json = to.Json;
        WriteStart(json);
        Span<char> time = stackalloc char[IsoTime.Length];
        json.WriteString("gameTimeUTC"u8, time[..IsoTime.WriteSeconds(Fixture.ScheduledAt, time)]);
        json.WriteNumber("gameStatus"u8, isFinal ? 3 : 1);
        json.WriteNumber("regulationPeriods"u8, 4);
        json.WriteNumber("period"u8, isFinal ? Periods : 0);
        json.WriteStartObject("homeTeam"u8);
        WriteTeam(json, Fixture.Home, isFinal ? Final.Home : 0);
        json.WriteStartObject("awayTeam"u8);
        WriteTeam(json, Fixture.Away, isFinal ? Final.Away : 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTeam(Utf8JsonWriter json, Club club, int score)
    {
        var roster = BasketballRoster.All[club.Index];
        json.WriteNumber("teamId"u8, club.VendorNumber);
        json.WriteString("teamName"u8, club.Name);
        json.WriteString("teamCity"u8, club.City);
        json.WriteString("teamTricode"u8, club.Code);
        json.WriteNumber("score"u8, score);
        json.WriteStartArray("players"u8);
        for (var i = 0; i < BasketballRoster.Size; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("personId"u8, roster.Id(i));
            json.WriteString("starter"u8, i < 5 ? "1" : "0");
            json.WriteString("name"u8, roster.FullName(i));
            json.WriteString("nameI"u8, roster.Name(i));
            json.WriteString("familyName"u8, roster.FamilyName(i));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteStart(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("meta"u8);
        json.WriteNumber("version"u8, 1);
        json.WriteNumber("code"u8, 200);
        json.WriteEndObject();
        json.WriteStartObject("game"u8);
        json.WriteString("gameId"u8, Fixture.Id.VendorId);
    }

    private void WriteAction(Utf8JsonWriter json, in BasketballAction action, Timestamp at, Timestamp edited)
    {
        Span<char> text = stackalloc char[32];
        json.WriteStartObject();
        json.WriteNumber("actionNumber"u8, action.Number);
        json.WriteString("clock"u8, text[..IsoTime.WriteDuration(action.ClockTenths, text)]);
        json.WriteString("timeActual"u8, text[..IsoTime.WriteTenths(at, text)]);
        json.WriteNumber("period"u8, action.Period);
        json.WriteString("periodType"u8, action.Period <= 4 ? "REGULAR"u8 : "OVERTIME"u8);
        if (action.Team is { } team)
        {
            json.WriteNumber("teamId"u8, Fixture.Team(team).VendorNumber);
            json.WriteString("teamTricode"u8, Fixture.Team(team).Code);
        }

        var (type, subType) = Types(action);
        json.WriteString("actionType"u8, type);
        json.WriteString("subType"u8, subType);
        json.WriteStartArray("qualifiers"u8);
        if (action is { Kind: BasketballActionKind.Foul, Tries: > 0 })
        {
            json.WriteStringValue(action.Tries switch { 1 => "1freethrow"u8, 2 => "2freethrow"u8, _ => "3freethrow"u8 });
        }

        json.WriteEndArray();
        json.WriteNumber("personId"u8, PersonId(action.Team, action.Player));
        json.WriteNumber("possession"u8, action.Possession is { } side ? Fixture.Team(side).VendorNumber : 0);
        json.WriteString("scoreHome"u8, text[..Number(action.Score.Home, text)]);
        json.WriteString("scoreAway"u8, text[..Number(action.Score.Away, text)]);
        json.WriteString("edited"u8, text[..IsoTime.WriteSeconds(edited, text)]);
        json.WriteNumber("orderNumber"u8, action.Number * 10_000);
        var isShot = action.Kind is BasketballActionKind.TwoPointer or BasketballActionKind.ThreePointer;
        json.WriteNumber("isFieldGoal"u8, isShot ? 1 : 0);
        if (isShot || action.Kind == BasketballActionKind.FreeThrow)
        {
            json.WriteString("shotResult"u8, action.IsMade ? "Made"u8 : "Missed"u8);
        }

        if (action is { IsMade: true, Other: >= 0 })
        {
            json.WriteNumber("assistPersonId"u8, PersonId(action.Team, action.Other));
        }

        json.WriteString("description"u8, Describe(action, subType));
        json.WriteEndObject();
    }

    private int PersonId(Side? team, int player) =>
        team is { } side && player >= 0 ? BasketballRoster.All[Fixture.Team(side).Index].Id(player) : 0;

    private static int Number(int value, Span<char> to) => value.TryFormat(to, out var written) ? written : 0;

    private static (string Type, string SubType) Types(in BasketballAction action) => action.Kind switch
    {
        BasketballActionKind.PeriodStart => ("period", "start"),
        BasketballActionKind.PeriodEnd => ("period", "end"),
        BasketballActionKind.GameEnd => ("game", "end"),
        BasketballActionKind.JumpBall => ("jumpball", "recovered"),
        BasketballActionKind.TwoPointer => ("2pt", TwoWays[action.Number % TwoWays.Length]),
        BasketballActionKind.ThreePointer => ("3pt", "Jump Shot"),
        BasketballActionKind.FreeThrow => ("freethrow", $"{action.Try} of {action.Tries}"),
        BasketballActionKind.Rebound => ("rebound", action.IsOffensive ? "offensive" : "defensive"),
        BasketballActionKind.Turnover => ("turnover", TurnoverWays[action.Number % TurnoverWays.Length]),
        BasketballActionKind.Steal => ("steal", ""),
        BasketballActionKind.Block => ("block", ""),
        BasketballActionKind.Foul => ("foul", "personal"),
        BasketballActionKind.Timeout => ("timeout", "full"),
        BasketballActionKind.SubstitutionOut => ("substitution", "out"),
        _ => ("substitution", "in"),
    };

    private string Describe(in BasketballAction action, string subType)
    {
        var team = action.Team is { } side ? Fixture.Team(side) : null;
        var name = team is not null && action.Player >= 0 ? BasketballRoster.All[team.Index].Name(action.Player) : "TEAM";
        return action.Kind switch
        {
            BasketballActionKind.PeriodStart => "Period Start",
            BasketballActionKind.PeriodEnd => "Period End",
            BasketballActionKind.GameEnd => "Game End",
            BasketballActionKind.JumpBall => $"Jump Ball: Tip to {name}",
            BasketballActionKind.TwoPointer => action.IsMade ? $"{name} {subType}" : $"MISS {name} {subType}",
            BasketballActionKind.ThreePointer => action.IsMade ? $"{name} 3PT" : $"MISS {name} 3PT",
            BasketballActionKind.FreeThrow => action.IsMade ? $"{name} Free Throw {subType}" : $"MISS {name} Free Throw {subType}",
            BasketballActionKind.Rebound => $"{name} REBOUND",
            BasketballActionKind.Turnover => $"{name} {subType} TURNOVER",
            BasketballActionKind.Steal => $"{name} STEAL",
            BasketballActionKind.Block => $"{name} BLOCK",
            BasketballActionKind.Foul => action.IsOffensive ? $"{name} shooting personal FOUL" : $"{name} personal FOUL",
            BasketballActionKind.Timeout => $"{team!.Code} Timeout",
            BasketballActionKind.SubstitutionOut => $"SUB out: {name}",
            _ => $"SUB in: {name}",
        };
    }
}
