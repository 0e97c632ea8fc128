using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Data;

/// <summary>A game of a games-with-lines file, or one that only the plays tell of.</summary>
/// <param name="Id">Its id, as in the plays.</param>
/// <param name="Season">Its season, by which games are listed and, in the NFL, folds are made.</param>
/// <param name="Info">Teams, length and the closing line, if there is one.</param>
/// <param name="Final">The final score; null where the file does not know it.</param>
public sealed record RecordedGame(string Id, string Season, GameInfo Info, Score? Final)
{
    /// <summary>The home win probability that two American prices imply, the margin removed in proportion; null when one is missing.</summary>
    public static Probability? HomeWin(double? home, double? away) => home is { } h && away is { } a && h != 0 && a != 0
        ? Probability.RoundNearest(Implied(h) / (Implied(h) + Implied(a)))
        : null;

    /// <summary>Points as hundredths, rounded; null stays null.</summary>
    public static int? Hundredths(double? points) => points is { } known ? (int)Math.Round(known * 100) : null;

    private static double Implied(double american) => american > 0 ? 100 / (american + 100) : -american / (100 - american);
}

/// <summary>
/// A state of a recorded game. A league may derive from it what its fit needs to know beyond the state; rows of a game stand together, in order.
/// </summary>
/// <param name="Game">The game.</param>
/// <param name="Key">The row's key in predictions: play_id, EVENTNUM, or the number of the row in its file.</param>
/// <param name="State">The state.</param>
public record ModelRow(RecordedGame Game, string Key, GameState State)
{
    /// <summary>What the model is told of the game.</summary>
    public GameInfo Info { get; init; } = Game.Info;

    /// <summary>Where the row stands: file and line.</summary>
    public string Place { get; init; } = "";

    /// <summary>Whether the row belongs to those that the published figures are about: NFL plays with a down, NBA events of regulation, every MLB event.</summary>
    public bool IsCounted { get; init; } = true;

    /// <summary>Whether a row that is not counted is judged all the same, apart: NBA events of overtime.</summary>
    public bool IsJudgedApart { get; init; }

    /// <summary>The final score.</summary>
    /// <exception cref="CalibrationException">The lines file does not know it.</exception>
    public Score Final => Game.Final
        ?? throw new CalibrationException($"{Place}: the final score of game {Game.Id} is not known.", "Name a --lines file that holds the game and its score.");

    /// <summary>Whether the play is in overtime or an extra inning.</summary>
    public bool IsOvertime => State.Period > Info.RegulationPeriods;
}
