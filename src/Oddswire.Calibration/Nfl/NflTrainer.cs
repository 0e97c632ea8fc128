using Oddswire.Calibration.Data;
using Oddswire.Calibration.Evaluation;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Nfl;
using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Calibration.Nfl;

/// <summary>The NFL: nflfastR's play-by-play (or a cut of it) and the games-with-lines file of nflverse.</summary>
public sealed class NflTrainer : ILeagueTrainer
{
    /// <inheritdoc/>
    public League League => League.Nfl;

    /// <inheritdoc/>
    public string Structure => NflModel.Structure;

    /// <inheritdoc/>
    public FoldMethod Folds => FoldMethod.Season;

    /// <inheritdoc/>
    public TrainingSources Find(string folder) => new(
        SourceFiles.One(folder, "nfl/games_with_lines.csv"), SourceFiles.Many(folder, "nfl/pbp", "pbp_*.csv"));

    /// <inheritdoc/>
    public IReadOnlyList<RecordedGame> ReadGames(CsvFile lines) => NflRows.Games(lines);

    /// <inheritdoc/>
    public IEnumerable<ModelRow> ReadRows(CsvFile plays, GameTable games) => NflRows.Read(plays, games);

    /// <inheritdoc/>
    public IModelParameters Fit(TrainingSet set, FitContext context) => NflFit.Run(set, context);

    /// <inheritdoc/>
    public IEnumerable<RecordedGame> FittedOn(TrainingSet set) => set.Rows.Select(static row => row.Game).Concat(set.Games.Where(PregameLaw.Uses));

    /// <inheritdoc/>
    public (int Rank, string Name) StageOf(ModelRow row) => row.IsOvertime ? (9, "overtime") : (NflRows.SecondsLeft(row.State) / 60.0) switch
    {
        > 45 => (0, "60-45 min left"),
        > 30 => (1, "45-30 min left"),
        > 15 => (2, "30-15 min left"),
        > 5 => (3, "15-5 min left"),
        > 2 => (4, "5-2 min left"),
        _ => (5, "last 2 min"),
    };

    /// <inheritdoc/>
    public NormalInputs BaselineOf(ModelRow row)
    {
        var possession = row.State.Possession switch { Side.Home => 1, Side.Away => -1, _ => 0 };
        var value = row.State.Football is { Down: >= 1 } football
            ? -0.45 + (4.5 * (100 - football.YardsToGoal) / 100.0) - (0.6 * (football.Down - 1)) - (0.08 * (football.YardsToFirst - 10))
            : 0;
        return new NormalInputs(
            row.State.Score.Margin,
            PregamePrior.Margin(row.Info.Line, 1.9, 13.3),
            NflRows.SecondsLeft(row.State) / 3600.0,
            possession * value);
    }

    /// <inheritdoc/>
    public IReadOnlyList<OtherForecasts> OthersIn(string folder, IReadOnlyList<ModelRow> rows)
    {
        var anchors = Path.Combine(folder, "nfl/anchor");
        return !Directory.Exists(anchors) ? [] :
        [
            new OtherForecasts("nflfastR without the spread (rebuilt)", [.. Directory.EnumerateFiles(anchors, "nflfastr_home_wp_recon_*.csv*")
                .Order(StringComparer.Ordinal)
                .SelectMany(path => PredictionCsv.Read("", path).All)]),
        ];
    }
}
