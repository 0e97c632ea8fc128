using Oddswire.Core.Domain;

namespace Oddswire.Host.Commands.Training;

/// <summary>
/// Simulated football as nflfastR's play-by-play, the state before each play, and nflverse's games file. As there, a kick-off has the receiving team in
/// possession and a try the team that tries; rows on which nobody has the ball score nothing.
/// </summary>
internal sealed class NflTrainingRecorder : TrainingRecorder
{
    private const int QuarterSeconds = 900;

    private readonly StreamWriter _games;
    private readonly StreamWriter _rows;

    public NflTrainingRecorder(string folder)
        : base(League.Nfl)
    {
        _games = Open(
            folder, "nfl/games_with_lines.csv", "game_id,season,game_type,gameday,away_score,home_score,spread_line,total_line,away_moneyline,home_moneyline");
        _rows = Open(
            folder,
            "nfl/pbp/pbp_simulated.csv",
            "game_id,play_id,season_type,game_date,home_team,away_team,posteam,qtr,game_seconds_remaining,down,ydstogo,yardline_100,"
                + "home_timeouts_remaining,away_timeouts_remaining,"
                + "posteam_score,defteam_score,posteam_score_post,defteam_score_post");
    }

    /// <inheritdoc/>
    protected override void WriteEvent(int number, GameState before, GameState after, GameEvent gameEvent)
    {
        if (gameEvent.Kind is not (EventKind.Play or EventKind.PeriodEnd or EventKind.Other))
        {
            return;
        }

        var period = Math.Max(before.Sheet.HasEnded(before.Period) ? before.Period + 1 : before.Period, 1);
        var clock = period > before.Period ? period > 4 ? 600 : QuarterSeconds : Math.Max(before.ClockTenths / 10, 0);
        var seconds = clock + (period <= 4 ? (4 - period) * QuarterSeconds : 0);
        var play = before.Possession is not null && before.Football is { Down: >= 1 } football ? football : (FootballSituation?)null;
        var side = play is not null ? before.Possession : SideOf(before, after);
        var (club, scores) = side switch
        {
            Side.Home => ("SIM", $"{before.Score.Home},{before.Score.Away},{after.Score.Home},{after.Score.Away}"),
            Side.Away => ("VIS", $"{before.Score.Away},{before.Score.Home},{after.Score.Away},{after.Score.Home}"),
            _ => ("", ",,,"),
        };
        var situation = play is { } at ? $"{at.Down},{at.YardsToFirst},{at.YardsToGoal},{at.HomeTimeouts},{at.AwayTimeouts}" : ",,,,";
        _rows.WriteLine($"{IdOf(number)},{gameEvent.Order},REG,2022-10-02,SIM,VIS,{club},{period},{seconds},{situation},{scores}");
    }

    /// <inheritdoc/>
    protected override void WriteGame(int number, PregameLine line, GameState final)
    {
        var (home, away) = American(line);
        _games.WriteLine(
            $"{IdOf(number)},{SeasonOf(number)},REG,2022-10-02,{final.Score.Away},{final.Score.Home},{Points(line.HomeMarginHundredths)},{Points(line.TotalHundredths)},{away},{home}");
    }

    private static Side? SideOf(GameState before, GameState after) =>
        after.Score.Home != before.Score.Home ? Side.Home
        : after.Score.Away != before.Score.Away ? Side.Away
        : after.Football is { Down: >= 1 } ? after.Possession
        : null;

    // Seasons of a usual size, for whoever cross-validates by them.
    private static int SeasonOf(int number) => 2000 + (number / 256);

    private static string IdOf(int number) => $"{SeasonOf(number)}_{1 + (number % 256 / 16):00}_VIS{number}_SIM{number}";
}
