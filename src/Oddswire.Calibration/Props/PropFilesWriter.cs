using Oddswire.Core.Domain;
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
    /// <param name="progress">Told what is being done.</param>
    /// <returns>The bytes of <c>props-{league}.json</c> and <c>players-{league}.json</c>.</returns>
    public static (byte[] Parameters, byte[] Players) Train(League league, string folder, string version, Action<string> progress)
    {
        var games = PropGames.Read(league, folder).ToList();
        var trainer = new PropTrainer(league);
        var parameters = trainer.Fit(games, static _ => true, version, progress);
        var builder = trainer.NewBook();
        var model = PropModel.Create(league, parameters, builder.Book);
        new PropPass(league).Walk(games, _ => model, builder, games.Count, static _ => { });
        progress($"{league.Code()}: {builder.Book.Players.Count} players");
        return (PropFiles.Write(parameters), PropFiles.Write(builder.Book, PlayerBookBuilder.StatisticsOf(league), LeastGames));
    }
}
