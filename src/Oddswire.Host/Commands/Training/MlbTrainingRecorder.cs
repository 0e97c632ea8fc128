using Oddswire.Core.Domain;

namespace Oddswire.Host.Commands.Training;

/// <summary>Simulated baseball as states before the plays, and a games file.</summary>
internal sealed class MlbTrainingRecorder : TrainingRecorder
{
    private const int FirstDay = 20_160_401;

    private readonly StreamWriter _games;
    private readonly StreamWriter _rows;

    public MlbTrainingRecorder(string folder)
        : base(League.Mlb)
    {
        _games = Open(
            folder, "mlb/games_2019_2020.csv", "game_id,season,visteam,hometeam,scheduled_innings,tiebreaker,away_final,home_final,away_ml_close,home_ml_close,total_close");
        _rows = Open(
            folder, "mlb/retrosheet_states/simulated.states.csv", "gameId,inning,battingTeam,outs,visScore,homeScore,firstRunner,secondRunner,thirdRunner");
    }

    /// <inheritdoc/>
    protected override void WriteEvent(int number, GameState before, GameState after, GameEvent gameEvent)
    {
        if (gameEvent.Baseball is { PlacedOnBase: 0 } play)
        {
            var isStart = before.Phase == GamePhase.Scheduled;
            var situation = isStart ? BaseballSituation.Empty : before.Baseball ?? BaseballSituation.Empty;
            _rows.WriteLine(
                $"{IdOf(number)},{play.Inning},{(play.Batting == Side.Home ? 1 : 0)},{situation.Outs},{before.Score.Away},{before.Score.Home},{situation.First},{situation.Second},{situation.Third}");
        }
    }

    /// <inheritdoc/>
    protected override void WriteGame(int number, PregameLine line, GameState final)
    {
        var (home, away) = American(line);
        _games.WriteLine($"{IdOf(number)},2019,VIS,SIM,9,2,{final.Score.Away},{final.Score.Home},{away},{home},{Points(line.TotalHundredths)}");
    }

    private static string IdOf(int number) => $"SIM{FirstDay + number}0";
}
