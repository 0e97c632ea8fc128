using System.Text.Json;
using Oddswire.Core.Domain;

namespace Oddswire.Simulator.Football;

/// <summary>The statistics of a play in the vendor's numbering (statId), player by player.</summary>
internal static class FootballStats
{
    /// <summary>Writes the value of <c>players</c>.</summary>
    public static void Write(Utf8JsonWriter json, Fixture fixture, FootballPlay play)
    {
        var offence = fixture.Team(play.Before.Offence);
        var defence = fixture.Team(play.Before.Offence == Side.Home ? Side.Away : Side.Home);
        json.WriteStartObject("players"u8);
        var hasActor = play.Kind is not (FootballPlayKind.Penalty or FootballPlayKind.Timeout or FootballPlayKind.QuarterEnd or FootballPlayKind.GameEnd);
        if (hasActor)
        {
            Player(json, offence, play.Actor, 1, ActorStat(play), play.Yards);
        }

        if (TargetStat(play) is var target and not 0)
        {
            Player(json, offence, play.Target, 2, target, play.Kind == FootballPlayKind.Incomplete ? 0 : play.Yards);
        }

        if (OpponentStat(play) is var opponent and not 0)
        {
            Player(json, defence, play.Opponent, 3, opponent, play.ReturnYards);
        }

        if (play.Result == FootballResult.Safety)
        {
            Team(json, defence, 89);
        }
        else if (play.Kind == FootballPlayKind.Timeout)
        {
            Team(json, fixture.Team((Side)play.Actor), 68);
        }
        else if (play.Kind == FootballPlayKind.Penalty)
        {
            Team(json, play.IsOnDefence ? defence : offence, 93);
        }

        json.WriteEndObject();
    }

    private static int ActorStat(FootballPlay play)
    {
        var isTouchdown = play.Result == FootballResult.Touchdown;
        var isGood = play.Result == FootballResult.Good;
        return play.Kind switch
        {
            FootballPlayKind.Kickoff => play.Result == FootballResult.Touchback ? 44 : 41,
            FootballPlayKind.OnsideKick => 41,
            FootballPlayKind.Run => isTouchdown ? 11 : 10,
            FootballPlayKind.Kneel => 10,
            FootballPlayKind.Pass => isTouchdown ? 16 : 15,
            FootballPlayKind.Incomplete => 14,
            FootballPlayKind.Sack => 20,
            FootballPlayKind.Interception => 19,
            FootballPlayKind.Fumble => 106,
            FootballPlayKind.Punt => 29,
            FootballPlayKind.FieldGoal => isGood ? 70 : 69,
            FootballPlayKind.ExtraPoint => isGood ? 72 : 73,
            _ => isGood ? 77 : 78,
        };
    }

    private static int TargetStat(FootballPlay play) => play.Kind switch
    {
        FootballPlayKind.Pass => play.Result == FootballResult.Touchdown ? 22 : 21,
        FootballPlayKind.Incomplete => 115,
        _ => 0,
    };

    private static int OpponentStat(FootballPlay play)
    {
        var isTouchdown = play.Result == FootballResult.ReturnTouchdown;
        return play.Kind switch
        {
            FootballPlayKind.Kickoff => isTouchdown ? 46 : play.Result == FootballResult.Touchback ? 0 : 45,
            FootballPlayKind.Punt => isTouchdown ? 34 : play.ReturnYards > 0 ? 33 : 0,
            FootballPlayKind.Interception => isTouchdown ? 26 : 25,
            FootballPlayKind.Fumble => isTouchdown ? 60 : 59,
            FootballPlayKind.Run or FootballPlayKind.Pass => play.Result == FootballResult.Touchdown ? 0 : 79,
            FootballPlayKind.Sack => 83,
            _ => 0,
        };
    }

    private static void Player(Utf8JsonWriter json, Club club, int player, int sequence, int stat, int yards)
    {
        var roster = FootballRoster.All[club.Index];
        json.WriteStartArray(roster.Id(player));
        json.WriteStartObject();
        json.WriteNumber("sequence"u8, sequence);
        json.WriteString("clubcode"u8, club.EncodedCode);
        json.WriteString("playerName"u8, roster.EncodedName(player));
        json.WriteNumber("statId"u8, stat);
        json.WriteNumber("yards"u8, yards);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void Team(Utf8JsonWriter json, Club club, int stat)
    {
        json.WriteStartArray("0"u8);
        json.WriteStartObject();
        json.WriteNumber("sequence"u8, 4);
        json.WriteString("clubcode"u8, club.EncodedCode);
        json.WriteString("playerName"u8, ""u8);
        json.WriteNumber("statId"u8, stat);
        json.WriteNumber("yards"u8, 0);
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
