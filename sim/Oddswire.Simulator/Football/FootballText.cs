using System.Globalization;
using Oddswire.Core.Domain;

namespace Oddswire.Simulator.Football;

/// <summary>The words and yard lines of the play-by-play, in the vendor's manner.</summary>
internal static class FootballText
{
    private static readonly string[] RunWays = ["left end", "left tackle", "left guard", "up the middle", "right guard", "right tackle", "right end"];
    private static readonly string[] PassWays = ["short left", "short middle", "short right", "deep left", "deep middle", "deep right"];

    /// <summary>A spot on the field from the offence's side: <c>NE 35</c>, or <c>50</c>.</summary>
    public static string YardLine(Fixture fixture, Side offence, int toGoal)
    {
        if (toGoal == 50)
        {
            return "50";
        }

        var other = offence == Side.Home ? Side.Away : Side.Home;
        return toGoal > 50
            ? $"{fixture.Team(offence).Code} {100 - toGoal}"
            : $"{fixture.Team(other).Code} {toGoal}";
    }

    /// <summary>Time left in a quarter: <c>mm:ss</c>.</summary>
    public static string Clock(int seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:00}:{seconds % 60:00}");

    /// <summary>The vendor's note on a play; null for an ordinary one.</summary>
    public static string? Note(FootballPlay play) => play.Kind switch
    {
        _ when play.Result is FootballResult.Touchdown or FootballResult.ReturnTouchdown => "TD",
        _ when play.Result == FootballResult.Safety => "SAF",
        FootballPlayKind.Kickoff or FootballPlayKind.OnsideKick => "KICKOFF",
        FootballPlayKind.Interception => "INT",
        FootballPlayKind.Fumble => "FUMBLE",
        FootballPlayKind.Punt => "PUNT",
        FootballPlayKind.FieldGoal => play.Result == FootballResult.Good ? "FG" : "FGM",
        FootballPlayKind.ExtraPoint => play.Result == FootballResult.Good ? "XP" : "XPM",
        FootballPlayKind.TwoPoint => play.Result == FootballResult.Good ? "2PPS" : "2PPF",
        FootballPlayKind.Penalty => "PENALTY",
        FootballPlayKind.Timeout => "TIMEOUT",
        _ => null,
    };

    /// <summary>The play told in words.</summary>
    public static string Describe(Fixture fixture, FootballPlay play)
    {
        var before = play.Before;
        var own = FootballRoster.All[fixture.Team(before.Offence).Index];
        var theirs = FootballRoster.All[fixture.Team(before.Offence == Side.Home ? Side.Away : Side.Home).Index];
        var actor = own.Name(play.Actor);
        var opponent = theirs.Name(play.Opponent);
        var clock = $"({before.Clock / 60}:{before.Clock % 60:00}) ";
        var spot = YardLine(fixture, before.Offence, before.ToGoal);
        var reached = YardLine(fixture, before.Offence, Math.Clamp(before.ToGoal - play.Yards, 1, 99));
        return play.Kind switch
        {
            FootballPlayKind.Kickoff => $"{actor} kicks {play.Yards} yards from {spot} " + KickReturn(play, opponent),
            FootballPlayKind.OnsideKick => $"{actor} kicks onside {play.Yards} yards from {spot}."
                + (play.Result == FootballResult.Recovered ? " RECOVERED by the kicking team." : $" {opponent} recovers."),
            FootballPlayKind.Run => $"{clock}{actor} {RunWays[play.Id % RunWays.Length]} {Gained(play, reached)} ({opponent}).",
            FootballPlayKind.Pass => $"{clock}{actor} pass {PassWays[play.Id % PassWays.Length]} to {own.Name(play.Target)} {Gained(play, reached)} ({opponent}).",
            FootballPlayKind.Incomplete => $"{clock}{actor} pass incomplete {PassWays[play.Id % PassWays.Length]} to {own.Name(play.Target)} ({opponent}).",
            FootballPlayKind.Sack => $"{clock}{actor} sacked {Gained(play, reached)} ({opponent}).",
            FootballPlayKind.Interception => $"{clock}{actor} pass intended for {own.Name(play.Target)} INTERCEPTED by {opponent} at {reached}."
                + ReturnText(play, opponent),
            FootballPlayKind.Fumble => $"{clock}{actor} to {reached} for {play.Yards} yards. FUMBLES, RECOVERED by {opponent}." + ReturnText(play, opponent),
            FootballPlayKind.Punt => $"{clock}{actor} punts {play.Yards} yards to {reached}." + KickReturn(play, opponent),
            FootballPlayKind.FieldGoal => $"{clock}{actor} {play.Yards} yard field goal is {(play.Result == FootballResult.Good ? "GOOD" : "No Good")}.",
            FootballPlayKind.ExtraPoint => $"{actor} extra point is {(play.Result == FootballResult.Good ? "GOOD" : "No Good")}.",
            FootballPlayKind.TwoPoint => $"TWO-POINT CONVERSION ATTEMPT. {actor} pass to {own.Name(play.Target)} is "
                + (play.Result == FootballResult.Good ? "complete. ATTEMPT SUCCEEDS." : "incomplete. ATTEMPT FAILS."),
            FootballPlayKind.Kneel => $"{clock}{actor} kneels to {reached} for -1 yards.",
            FootballPlayKind.Penalty => $"{clock}PENALTY on {fixture.Team(play.IsOnDefence == (before.Offence == Side.Home) ? Side.Away : Side.Home).Code}, "
                + $"{play.Yards} yards, enforced at {spot} - No Play.",
            FootballPlayKind.Timeout => $"Timeout #{play.Yards} by {fixture.Team((Side)play.Actor).Code} at {Clock(before.Clock)}.",
            FootballPlayKind.QuarterEnd => $"END QUARTER {before.Quarter}",
            _ => "END GAME",
        };
    }

    private static string Gained(FootballPlay play, string reached) => play.Result switch
    {
        FootballResult.Touchdown => $"for {play.Yards} yards, TOUCHDOWN.",
        FootballResult.Safety => "in End Zone, SAFETY.",
        _ when play.Yards == 0 => $"to {reached} for no gain.",
        _ => $"to {reached} for {play.Yards} yards.",
    };

    private static string KickReturn(FootballPlay play, string returner) => play.Result switch
    {
        FootballResult.Touchback => "to end zone, Touchback.",
        FootballResult.ReturnTouchdown => $" {returner} for {play.ReturnYards} yards, TOUCHDOWN.",
        _ when play.ReturnYards == 0 => $" Fair catch by {returner}.",
        _ => $" {returner} for {play.ReturnYards} yards.",
    };

    private static string ReturnText(FootballPlay play, string returner) => play.Result switch
    {
        FootballResult.ReturnTouchdown => $" {returner} for {play.ReturnYards} yards, TOUCHDOWN.",
        FootballResult.Touchback => " Touchback.",
        _ when play.ReturnYards > 0 => $" {returner} for {play.ReturnYards} yards.",
        _ => "",
    };
}
