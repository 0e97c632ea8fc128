using Oddswire.Core.Domain;

namespace Oddswire.Host.Commands.Training;

/// <summary>
/// Simulated basketball as events, a games file, and a sheet of quarter scores. playbyplayv2 does not say whose ball it is; a rebound of the team that has it
/// does, and so every row is written as one (as the end of a period where nobody has it). As in the real data there are events of
/// some games, and of the others the sheets. Team fouls, free throws to come and loose balls stand in columns of their own.
/// </summary>
internal sealed class NbaTrainingRecorder : TrainingRecorder
{
    private const int EventsEvery = 3;
    private const int Rebound = 4;
    private const int PeriodEnd = 13;
    private const int HomePlayer = 4;
    private const int AwayPlayer = 5;

    private readonly StreamWriter _games;
    private readonly StreamWriter _rows;
    private readonly StreamWriter _sheets;

    public NbaTrainingRecorder(string folder)
        : base(League.Nba)
    {
        _games = Open(folder, "nba/games_2015-16.csv", "game_id,home_final,away_final,close_home_spread,close_total,away_ml,home_ml");
        _rows = Open(folder, "nba/events_2015-16.csv", "GAME_ID,EVENTNUM,EVENTMSGTYPE,PERIOD,PCTIMESTRING,SCORE,PERSON1TYPE,HOME_FOULS,AWAY_FOULS,FREE_THROWS,LOOSE");
        _sheets = Open(folder, "odds/nba_sbro/simulated.csv", "Year,Month,Day,VH,Team,1st,2nd,3rd,4th,Final,Close,ML");
    }

    /// <inheritdoc/>
    protected override void WriteEvent(int number, GameState before, GameState after, GameEvent gameEvent)
    {
        if (number % EventsEvery != 0 || after.Phase != GamePhase.Live || after.ClockTenths < 0)
        {
            return;
        }

        var score = after.Score == before.Score ? "" : $"{after.Score.Away} - {after.Score.Home}";
        var (type, by) = after.Possession switch
        {
            Side.Home => (Rebound, $"{HomePlayer}"),
            Side.Away => (Rebound, $"{AwayPlayer}"),
            _ => (PeriodEnd, ""),
        };
        var (homeFouls, awayFouls, freeThrows, isLoose) = after.Basketball ?? default;
        _rows.WriteLine(
            $"{IdOf(number)},{gameEvent.Order},{type},{after.Period},{after.ClockTenths / 600}:{after.ClockTenths / 10.0 % 60:00.0},{score},{by},{homeFouls},{awayFouls},{freeThrows},{(isLoose ? 1 : 0)}");
    }

    /// <inheritdoc/>
    protected override void WriteGame(int number, PregameLine line, GameState final)
    {
        var (home, away) = American(line);
        if (number % EventsEvery == 0)
        {
            _games.WriteLine(
                $"{IdOf(number)},{final.Score.Home},{final.Score.Away},{Points(-line.HomeMarginHundredths)},{Points(line.TotalHundredths)},{away},{home}");
        }
        else if (final.Sheet.EndOf(4) is not null)
        {
            WriteSheet(number, line, final, Side.Away, away);
            WriteSheet(number, line, final, Side.Home, home);
        }
    }

    /// <summary>A team's quarters as the sheets of sportsbooks have them: the spread in the favourite's row, the total in the other's.</summary>
    private void WriteSheet(int number, PregameLine line, GameState final, Side side, string money)
    {
        var day = new DateOnly(2015, 11, 1).AddDays(number % 150);
        var isHome = side == Side.Home;
        var isFavoured = isHome == line.HomeMarginHundredths >= 0;
        var close = isFavoured ? Points(Math.Abs(line.HomeMarginHundredths!.Value)) : Points(line.TotalHundredths);
        _sheets.WriteLine(
            $"{day.Year},{day.Month},{day.Day},{(isHome ? "H" : "V")},{side}{number},{string.Join(',', Quarters(final, isHome))},{Of(final.Score, isHome)},{close},{money}");
    }

    private static IEnumerable<int> Quarters(GameState final, bool isHome)
    {
        var before = 0;
        for (var quarter = 1; quarter <= 4; quarter++)
        {
            var now = Of(final.Sheet.EndOf(quarter)!.Value, isHome);
            yield return now - before;
            before = now;
        }
    }

    private static int Of(Score score, bool isHome) => isHome ? score.Home : score.Away;

    private static string IdOf(int number) => $"00215{number:00000}";
}
