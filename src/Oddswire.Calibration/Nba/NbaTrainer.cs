using Oddswire.Calibration.Data;
using Oddswire.Calibration.Evaluation;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Nba;
using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Calibration.Nba;

/// <summary>
/// The NBA: stats.nba.com's playbyplayv2 events with a games file of lines, and sheets of quarter scores with lines of other seasons, which teach what many games
/// teach better than many events. The sheet of the events' own season is left out: its games are the same.
/// </summary>
public sealed class NbaTrainer : ILeagueTrainer
{
    /// <inheritdoc/>
    public League League => League.Nba;

    /// <inheritdoc/>
    public string Structure => NbaModel.Structure;

    /// <inheritdoc/>
    public FoldMethod Folds => FoldMethod.FiveFold;

    /// <inheritdoc/>
    public TrainingSources Find(string folder) => new(
        SourceFiles.One(folder, "nba/games_2015-16.csv"),
        [
            SourceFiles.One(folder, "nba/events_2015-16.csv"),
            .. SourceFiles.Many(folder, "odds/nba_sbro", "*.csv").Where(static path => !path.Contains("2015-16", StringComparison.Ordinal)),
        ]);

    /// <inheritdoc/>
    public IReadOnlyList<RecordedGame> ReadGames(CsvFile lines) => NbaRows.Games(lines);

    /// <inheritdoc/>
    public IEnumerable<ModelRow> ReadRows(CsvFile plays, GameTable games) =>
        OddsSheets.Recognises(plays) ? OddsSheets.Read(plays) : NbaRows.Read(plays, games);

    /// <inheritdoc/>
    public IModelParameters Fit(TrainingSet set, FitContext context) => NbaFit.Run(set, context);

    /// <inheritdoc/>
    public (int Rank, string Name) StageOf(ModelRow row) => row.IsOvertime ? (9, "overtime") : (NbaRows.SecondsLeft(row.State) / 60.0) switch
    {
        > 36 => (0, "48-36 min left"),
        > 24 => (1, "36-24 min left"),
        > 12 => (2, "24-12 min left"),
        > 5 => (3, "12-5 min left"),
        > 1 => (4, "5-1 min left"),
        _ => (5, "last minute"),
    };

    /// <inheritdoc/>
    public NormalInputs BaselineOf(ModelRow row) => new(
        row.State.Score.Margin, PregamePrior.Margin(row.Info.Line, 2.6, 12.2), NbaRows.SecondsLeft(row.State) / 2880.0, 0);

    /// <inheritdoc/>
    public IReadOnlyList<OtherForecasts> OthersIn(string folder, IReadOnlyList<ModelRow> rows) => [];
}
