using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Parameters;
using Oddswire.Core.Pricing.Props;

namespace Oddswire.Calibration.Props;

/// <summary>Trains on all games of a data folder and gives the two files of a league.</summary>
public static class PropFilesWriter
{
    private const double LeastGames = 3;

    /// <summary>Fits and writes.</summary>
    /// <param name="league">The league.</param>
    /// <param name="folder">The data folder, which holds nfl, nba, mlb.</param>
    /// <param name="version">Version of the parameters, for example <c>nfl-props-1</c>.</param>
    /// <param name="isEvaluated">Whether its figures are measured and written, too.</param>
    /// <param name="progress">Told what is being done.</param>
    /// <returns>The bytes of <c>props-{league}.json</c> and <c>players-{league}.json</c>.</returns>
    public static (byte[] Parameters, byte[] Players) Train(League league, string folder, string version, bool isEvaluated, Action<string> progress)
    {
        var games = PropGames.Read(league, folder).ToList();
        var trainer = new PropTrainer(league);
        var parameters = trainer.Fit(games, static _ => true, version, progress) with
        {
            Games = games.Count,
            Files = TrainingData.HashesOf(LeagueTrainers.Of(league).Find(folder), folder),
            Measured = isEvaluated ? FiguresOf(new PropEvaluation(league).Run(games, progress)) : [],
        };
        var builder = trainer.NewBook();
        var model = PropModel.Create(league, parameters, builder.Book);
        new PropPass(league).Walk(games, _ => model, builder, games.Count, static _ => { });
        progress($"{league.Code()}: {builder.Book.Players.Count} players");
        return (PropFiles.Write(parameters), PropFiles.Write(builder.Book, PlayerBookBuilder.StatisticsOf(league), LeastGames));
    }

    private static IReadOnlyList<MeasuredFigure> FiguresOf(IReadOnlyList<PropFigures> figures) =>
        [.. figures.Where(static row => row.Stage < 0).Select(static row => row.AgainstProRata with
        {
            Name = row.Statistic == PlayerStatistic.None ? "all" : row.Statistic.Name(),
        })];
}
