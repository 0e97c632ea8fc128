using Oddswire.Core.Domain;
using Oddswire.Host.Composition;
using Oddswire.Simulator;

namespace Oddswire.Host.Commands;

/// <summary>
/// Writes simulated games in the formats that <c>oddswire models train</c> reads, with the pregame lines they were played from: a model fitted on them knows the
/// simulator's law, and can be compared with its truth (<c>oddswire bench truth</c>).
/// </summary>
internal sealed class TrainingRecorder : IDisposable
{
    private const int FirstSeasonDay = 20_160_401;

    private readonly League _league;
    private readonly StreamWriter _games;
    private readonly StreamWriter _rows;
    private readonly StreamWriter? _sheets;

    /// <summary>Opens the files of a league.</summary>
    /// <exception cref="UserErrorException">The league's training files are not written.</exception>
    public TrainingRecorder(League league, string folder)
    {
        _league = league;
        var (games, rows) = league switch
        {
            League.Nba => ("nba/games_2015-16.csv", "nba/events_2015-16.csv"),
            League.Mlb => ("mlb/games_2019_2020.csv", "mlb/retrosheet_states/simulated.states.csv"),
            _ => throw new UserErrorException(ExitCodes.Usage, "Training files are written for nba and mlb.", "Add --league nba or --league mlb."),
        };
        _games = Open(folder, games);
        _rows = Open(folder, rows);
        if (league == League.Nba)
        {
            _sheets = Open(folder, "odds/nba_sbro/simulated.csv");
            _sheets.WriteLine("Year,Month,Day,VH,Team,1st,2nd,3rd,4th,Final,Close,ML");
        }

        _games.WriteLine(league == League.Nba
            ? "game_id,home_final,away_final,close_home_spread,close_total,away_ml,home_ml"
            : "game_id,season,visteam,hometeam,scheduled_innings,tiebreaker,away_final,home_final,away_ml_close,home_ml_close,total_close");
        _rows.WriteLine(league == League.Nba
            ? "GAME_ID,EVENTNUM,EVENTMSGTYPE,PERIOD,PCTIMESTRING,SCORE,PLAYER1_TEAM_ABBREVIATION"
            : "gameId,inning,battingTeam,outs,visScore,homeScore,firstRunner,secondRunner,thirdRunner");
    }

    /// <summary>Writes the game with this number of the season.</summary>
    public void Record(int seed, int number)
    {
        var truth = ExhaustiveTruth.Of(_league, seed, number);
        var id = _league == League.Nba ? $"00215{number:00000}" : $"SIM{FirstSeasonDay + number}0";
        var format = Pipeline.Formats.Single(format => format.League == _league);
        var rules = Pipeline.Rules(_league);
        var (state, info) = (new GameState(), (GameInfo?)null);
        var events = new List<GameEvent>();
        foreach (var message in truth.Messages())
        {
            events.Clear();
            format.Parse(message, events);
            foreach (var gameEvent in events)
            {
                var before = state;
                info = gameEvent.Info ?? info;
                state = rules.Apply(state, gameEvent, info);
                WriteRow(id, before, state, gameEvent);
            }
        }

        WriteGame(id, truth.Line, state.Score);
        WriteSheet(number, truth.Line, state);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _games.Dispose();
        _rows.Dispose();
        _sheets?.Dispose();
    }

    private static StreamWriter Open(string folder, string path)
    {
        var full = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return new StreamWriter(full);
    }

    private void WriteGame(string id, PregameLine line, Score final)
    {
        var win = line.HomeWin!.Value.Value;
        var (home, away, total) = (American(win), American(1 - win), line.TotalHundredths!.Value / 100.0);
        _games.WriteLine(_league == League.Nba
            ? $"{id},{final.Home},{final.Away},{line.HomeMarginHundredths!.Value / -100.0},{total},{away},{home}"
            : $"{id},2019,VIS,SIM,9,2,{final.Away},{final.Home},{away},{home},{total}");
    }

    /// <summary>The quarters as the sheets of sportsbooks have them: a row a team, the spread in the favourite's, the total in the other.</summary>
    private void WriteSheet(int number, PregameLine line, GameState final)
    {
        if (_sheets is null || final.Sheet.EndOf(4) is null)
        {
            return;
        }

        var day = new DateOnly(2015, 11, 1).AddDays(number % 150);
        var (margin, total, win) = (line.HomeMarginHundredths!.Value / 100.0, line.TotalHundredths!.Value / 100.0, line.HomeWin!.Value.Value);
        for (var side = Side.Away; ; side = Side.Home)
        {
            var isHome = side == Side.Home;
            var quarters = Enumerable.Range(1, 4).Select(quarter => Points(final.Sheet.EndOf(quarter)!.Value, side) - (quarter == 1 ? 0 : Points(final.Sheet.EndOf(quarter - 1)!.Value, side)));
            var close = isHome == margin >= 0 ? Math.Abs(margin) : total;
            _sheets.WriteLine(
                $"{day.Year},{day.Month},{day.Day},{(isHome ? "H" : "V")},{side}{number},{string.Join(',', quarters)},{Points(final.Score, side)},{close},{American(isHome ? win : 1 - win)}");
            if (isHome)
            {
                return;
            }
        }
    }

    private static int Points(Score score, Side side) => side == Side.Home ? score.Home : score.Away;

    private void WriteRow(string id, GameState before, GameState after, GameEvent gameEvent)
    {
        if (_league == League.Nba)
        {
            if (after.Phase == GamePhase.Live && after.ClockTenths >= 0)
            {
                var score = after.Score == before.Score ? "" : $"{after.Score.Away} - {after.Score.Home}";
                _rows.WriteLine($"{id},{gameEvent.Order},{(gameEvent.Kind == EventKind.Play ? 1 : 12)},{after.Period},{after.ClockTenths / 600}:{after.ClockTenths / 10.0 % 60:00.0},{score},");
            }
        }
        else if (gameEvent.Baseball is { PlacedOnBase: 0 } play)
        {
            var isStart = before.Phase == GamePhase.Scheduled;
            var situation = isStart ? BaseballSituation.Empty : before.Baseball ?? BaseballSituation.Empty;
            _rows.WriteLine(
                $"{id},{play.Inning},{(play.Batting == Side.Home ? 1 : 0)},{situation.Outs},{before.Score.Away},{before.Score.Home},{situation.First},{situation.Second},{situation.Third}");
        }
    }

    private static int American(double win) => (int)Math.Round(win >= 0.5 ? -100 * win / (1 - win) : 100 * (1 - win) / win);
}
