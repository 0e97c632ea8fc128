using Oddswire.Calibration.Data;
using Oddswire.Calibration.Evaluation;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Calibration;

/// <summary>What the commands <c>models train|predict|evaluate</c> need from a league: its data, its fit, and how its games are cut into stages.</summary>
public interface ILeagueTrainer
{
    /// <summary>The league.</summary>
    League League { get; }

    /// <summary>The structure whose parameters it fits, for example <c>nfl-drives</c>.</summary>
    string Structure { get; }

    /// <summary>How folds are made unless the user says otherwise.</summary>
    FoldMethod Folds { get; }

    /// <summary>The files to train on within a data folder (the one that holds nfl, nba, mlb).</summary>
    /// <exception cref="CalibrationException">They are not there.</exception>
    TrainingSources Find(string folder);

    /// <summary>Reads a games-with-lines file, games in the file's order.</summary>
    /// <exception cref="CalibrationException">It is not such a file, or a row of it makes no sense.</exception>
    IReadOnlyList<RecordedGame> ReadGames(CsvFile lines);

    /// <summary>
    /// Reads the states of a file of plays, every row of which a state can be told, in the file's order. A game that is not among those with lines is made by
    /// <see cref="GameTable.Find"/>.
    /// </summary>
    /// <exception cref="CalibrationException">It is not such a file, or a row of it makes no sense.</exception>
    IEnumerable<ModelRow> ReadRows(CsvFile plays, GameTable games);

    /// <summary>Fits the parameters; deterministic from the set and the seed.</summary>
    IModelParameters Fit(TrainingSet set, FitContext context);

    /// <summary>Every game that a fit to the set uses, be it only its line and result; some more than once.</summary>
    IEnumerable<RecordedGame> FittedOn(TrainingSet set) => set.Rows.Select(static row => row.Game);

    /// <summary>The stage of a game that a state belongs to, for figures by time left: a rank from 0 (most is left) and a name, for example <c>last 5 min</c>.</summary>
    (int Rank, string Name) StageOf(ModelRow row);

    /// <summary>What the plain normal model of the baseline is told of a state.</summary>
    NormalInputs BaselineOf(ModelRow row);

    /// <summary>Forecasts of others that the data folder holds, matched to the states.</summary>
    IReadOnlyList<OtherForecasts> OthersIn(string folder, IReadOnlyList<ModelRow> rows);
}

/// <summary>How games are divided for cross-validation.</summary>
public enum FoldMethod
{
    /// <summary>One season is left out at a time.</summary>
    Season,

    /// <summary>A fifth of the games, chosen by the seed, is left out at a time.</summary>
    FiveFold,
}

/// <summary>The files a league is trained on.</summary>
/// <param name="Lines">The games-with-lines file.</param>
/// <param name="Plays">The files of plays, in ordinal order of their names.</param>
public sealed record TrainingSources(string Lines, IReadOnlyList<string> Plays);

/// <summary>What a fit may see: no game that it will be judged on.</summary>
/// <param name="Games">All games of the lines file, those without plays too.</param>
/// <param name="Rows">The states.</param>
public sealed record TrainingSet(IReadOnlyList<RecordedGame> Games, IReadOnlyList<ModelRow> Rows);

/// <summary>Seed and progress of a fit.</summary>
/// <param name="Seed">The seed of every random choice.</param>
/// <param name="Progress">Told the share done, 0 to 1, and what is being done.</param>
public sealed record FitContext(int Seed, Action<double, string> Progress);

/// <summary>What the plain normal model (Stern 1994) knows of a state: home's win is Φ of lead, line and field position over what is left.</summary>
/// <param name="Lead">Home's lead in points.</param>
/// <param name="Line">Home's expected margin before the game.</param>
/// <param name="ShareLeft">Share of regulation left, 0 to 1; of the overtime period in overtime.</param>
/// <param name="Extra">What the situation is worth to home, in units of the league's choice: field position with the ball, runners on base.</param>
public readonly record struct NormalInputs(double Lead, double Line, double ShareLeft, double Extra);

/// <summary>The games known by id.</summary>
public sealed class GameTable(IEnumerable<RecordedGame> games)
{
    private readonly Dictionary<string, RecordedGame> _games = games.GroupBy(game => game.Id).ToDictionary(same => same.Key, same => same.Last());

    /// <summary>Ids of games that had to be made up because no line was known, in the order in which they were met.</summary>
    public List<string> Unknown { get; } = [];

    /// <summary>The game of an id; one that is not known is made, once.</summary>
    public RecordedGame Find(string id, Func<string, RecordedGame> make)
    {
        if (!_games.TryGetValue(id, out var game))
        {
            _games[id] = game = make(id);
            Unknown.Add(id);
        }

        return game;
    }
}

/// <summary>The trainers.</summary>
public static class LeagueTrainers
{
    private static readonly ILeagueTrainer[] All = [new Nfl.NflTrainer(), new Nba.NbaTrainer(), new Mlb.MlbTrainer()];

    /// <summary>The trainer of a league.</summary>
    public static ILeagueTrainer Of(League league) => All.Single(trainer => trainer.League == league);
}
