using System.Globalization;
using Oddswire.Core.Domain;
using Oddswire.Host.Composition;
using Oddswire.Simulator;

namespace Oddswire.Host.Commands.Training;

/// <summary>
/// Writes simulated games in the formats that <c>oddswire models train</c> reads, with what was expected of them before the start: a model fitted on them knows
/// the simulator's law, and can be compared with its truth (<c>oddswire bench truth</c>). The states written are those that the platform's own rules fold.
/// </summary>
internal abstract class TrainingRecorder : IDisposable
{
    private readonly League _league;
    private readonly List<StreamWriter> _files = [];

    protected TrainingRecorder(League league) => _league = league;

    /// <summary>Opens the files of a league.</summary>
    /// <exception cref="IOException">A file or folder cannot be written; the message names it.</exception>
    public static TrainingRecorder Of(League league, string folder) => league switch
    {
        League.Nfl => new NflTrainingRecorder(folder),
        League.Nba => new NbaTrainingRecorder(folder),
        _ => new MlbTrainingRecorder(folder),
    };

    /// <summary>Writes the game with this number of the season.</summary>
    public void Record(int seed, int number)
    {
        var truth = ExhaustiveTruth.Of(_league, seed, number);
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
                WriteEvent(number, before, state, gameEvent);
            }
        }

        WriteGame(number, truth.Line, state);
    }

    /// <summary>Writes line and result alone of the game with this number: what lines say of margins takes more games than what plays say.</summary>
    public void RecordResult(int seed, int number)
    {
        var truth = ExhaustiveTruth.Of(_league, seed, number);
        WriteGame(number, truth.Line, new GameState { Score = truth.Final });
    }

    /// <inheritdoc/>
    public void Dispose() => _files.ForEach(static file => file.Dispose());

    /// <summary>Writes what an event made of the game, where the format has a row for it.</summary>
    protected abstract void WriteEvent(int number, GameState before, GameState after, GameEvent gameEvent);

    /// <summary>Writes the game and its line.</summary>
    protected abstract void WriteGame(int number, PregameLine line, GameState final);

    /// <summary>Begins a file.</summary>
    protected StreamWriter Open(string folder, string path, string header)
    {
        var full = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var file = new StreamWriter(full);
        _files.Add(file);
        file.WriteLine(header);
        return file;
    }

    /// <summary>A fair price of home and of away in American odds, fine enough to give the probability back.</summary>
    protected static (string Home, string Away) American(PregameLine line)
    {
        var win = line.HomeWin!.Value.Value;
        return (American(win), American(1 - win));
    }

    /// <summary>Hundredths as points.</summary>
    protected static string Points(int? hundredths) => (hundredths!.Value / 100.0).ToString("0.##", CultureInfo.InvariantCulture);

    private static string American(double win) =>
        (win >= 0.5 ? -100 * win / (1 - win) : 100 * (1 - win) / win).ToString("0.####", CultureInfo.InvariantCulture);
}
