using Oddswire.Core.Domain;

namespace Oddswire.Board.Views;

/// <summary>Puts the state of a game into the few words a board has room for.</summary>
public static class GameLabels
{
    private static readonly string[] Downs = ["", "1st", "2nd", "3rd", "4th"];

    /// <summary>For example <c>Q3</c>, <c>OT</c>, <c>Top 7</c>, <c>Final</c>, <c>Pregame</c>.</summary>
    public static string Period(League league, GamePhase phase, int period, Side? batting, int regulation) => phase switch
    {
        GamePhase.Scheduled => "Pregame",
        GamePhase.Final => period > regulation && regulation > 0 ? (league == League.Mlb ? $"Final/{period}" : "Final/OT") : "Final",
        GamePhase.Abandoned => "Abandoned",
        _ => Live(league, period, batting, regulation),
    };

    /// <summary>The period of a game in play.</summary>
    public static string Live(League league, int period, Side? batting, int regulation)
    {
        if (league == League.Mlb)
        {
            return period == 0 ? "Start" : $"{(batting == Side.Home ? "Bot" : "Top")} {period}";
        }

        var quarters = regulation > 0 ? regulation : 4;
        return period switch
        {
            0 => "Start",
            _ when period <= quarters => $"Q{period}",
            _ when period == quarters + 1 => "OT",
            _ => $"{period - quarters}OT",
        };
    }

    /// <summary>For example <c>Q3</c>, <c>OT</c>, <c>7</c> (an inning), <c>Pre</c>.</summary>
    public static string Short(League league, int period, int regulation) => period switch
    {
        0 => "Pre",
        _ when league == League.Mlb => $"{period}",
        _ => Live(league, period, null, regulation),
    };

    /// <summary>Minutes and seconds, tenths in the last minute of a basketball quarter; null where no clock runs.</summary>
    public static string? Clock(League league, int tenths) => tenths switch
    {
        < 0 => null,
        < 600 when league == League.Nba => $"{tenths / 10}.{tenths % 10}",
        _ => $"{tenths / 600}:{tenths / 10 % 60:00}",
    };

    /// <summary>Down and distance, or outs; null when there is nothing to say.</summary>
    public static string? Situation(GameState state) => state switch
    {
        { Phase: not GamePhase.Live } => null,
        { Football: { Down: >= 1 and <= 4 } football } => $"{Downs[football.Down]} & {Distance(football)} · {Yards(football)}{Timeouts(state, football)}",
        { Baseball: { } baseball } => $"{baseball.Outs} out{(baseball.Outs == 1 ? "" : "s")}{Runners(baseball.BasesMask)}",
        _ => null,
    };

    /// <summary>The snake-case name of an enum's value.</summary>
    public static string Snake<T>(T value)
        where T : struct, Enum => SnakeNames<T>.Of(value);

    private static string Distance(FootballSituation football) =>
        football.YardsToFirst >= football.YardsToGoal ? "goal" : football.YardsToFirst.ToString();

    private static string Yards(FootballSituation football) => football.YardsToGoal switch
    {
        50 => "midfield",
        > 50 => $"own {100 - football.YardsToGoal}",
        _ => $"opp {football.YardsToGoal}",
    };

    private static string Timeouts(GameState state, FootballSituation football)
    {
        // In a half's last five minutes, where they matter, and in overtime.
        var matter = state is { ClockTenths: >= 0 and <= 3000, Period: 2 or >= 4 };
        return matter && football is { HomeTimeouts: { } home, AwayTimeouts: { } away } ? $" · time-outs {away} away, {home} home" : "";
    }

    private static string Runners(int bases) => bases switch
    {
        0 => "",
        1 => ", runner on 1st",
        2 => ", runner on 2nd",
        3 => ", 1st and 2nd",
        4 => ", runner on 3rd",
        5 => ", 1st and 3rd",
        6 => ", 2nd and 3rd",
        _ => ", bases loaded",
    };

    private static class SnakeNames<T>
        where T : struct, Enum
    {
        private static readonly Dictionary<T, string> Names = Enum.GetValues<T>().Distinct().ToDictionary(value => value, Convert);

        public static string Of(T value) => Names.TryGetValue(value, out var name) ? name : "unknown";

        private static string Convert(T value) => string.Concat(value.ToString()
            .Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
    }
}
