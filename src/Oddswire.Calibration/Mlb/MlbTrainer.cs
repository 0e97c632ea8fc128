using Oddswire.Calibration.Data;
using Oddswire.Calibration.Evaluation;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Mlb;
using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Calibration.Mlb;

/// <summary>MLB: Retrosheet's event states (BEVENT) and a games file with closing moneylines and totals.</summary>
public sealed class MlbTrainer : ILeagueTrainer
{
    // Runs to the end of a half-inning above those from its start, by bases (bits 1, 2, 4) and outs: Tango, Lichtman and Dolphin, "The Book" (2007), table 1.
    private static readonly double[][] SituationRuns =
    [
        [0.00, 0.40, 0.63, 1.02, 0.91, 1.29, 1.48, 1.84], [-0.24, 0.02, 0.18, 0.44, 0.46, 0.69, 0.90, 1.09], [-0.40, -0.28, -0.17, -0.06, -0.12, 0.01, 0.11, 0.32],
    ];

    /// <inheritdoc/>
    public League League => League.Mlb;

    /// <inheritdoc/>
    public string Structure => MlbModel.Structure;

    /// <inheritdoc/>
    public FoldMethod Folds => FoldMethod.FiveFold;

    /// <inheritdoc/>
    public TrainingSources Find(string folder) => new(
        SourceFiles.One(folder, "mlb/games_2019_2020.csv"), SourceFiles.Many(folder, "mlb/retrosheet_states", "*.states.csv"));

    /// <inheritdoc/>
    public IReadOnlyList<RecordedGame> ReadGames(CsvFile lines) => MlbRows.Games(lines);

    /// <inheritdoc/>
    public IEnumerable<ModelRow> ReadRows(CsvFile plays, GameTable games) => MlbRows.Read(plays, games);

    /// <inheritdoc/>
    public IModelParameters Fit(TrainingSet set, FitContext context) => MlbFit.Run(set, context);

    /// <inheritdoc/>
    public (int Rank, string Name) StageOf(ModelRow row) => row.IsOvertime ? (9, "extra innings") : MlbRows.OutsLeft(row) switch
    {
        > 42 => (0, "54-43 outs left"),
        > 30 => (1, "42-31 outs left"),
        > 18 => (2, "30-19 outs left"),
        > 6 => (3, "18-7 outs left"),
        _ => (4, "last 6 outs"),
    };

    /// <inheritdoc/>
    public NormalInputs BaselineOf(ModelRow row)
    {
        var situation = row.State.Baseball ?? BaseballSituation.Empty;
        var runs = situation.Outs > 2 ? -0.5 : SituationRuns[situation.Outs][situation.BasesMask];
        return new NormalInputs(
            row.State.Score.Margin,
            PregamePrior.Margin(row.Info.Line, 0.3, 4.4),
            MlbRows.OutsLeft(row) / 54.0,
            row.State.Possession == Side.Home ? runs : -runs);
    }

    /// <inheritdoc/>
    public IReadOnlyList<OtherForecasts> OthersIn(string folder, IReadOnlyList<ModelRow> rows) => BovadaQuotes.In(folder, rows);
}
