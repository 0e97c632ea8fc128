using System.Globalization;
using Oddswire.Board.Contracts;
using Oddswire.Board.Views;
using Oddswire.Core.Domain;

namespace Oddswire.Host.Api;

/// <summary>One archived price of a main market.</summary>
internal readonly record struct VerdictRow(MarketType Type, int Period, Line Line, Probability Home, bool IsPregame, string Description);

/// <summary>Judges the prices of a finished game by its result.</summary>
internal static class VerdictBuilder
{
    // A price of 0 or 1 in millionths is one that rounding made so.
    private const double Least = 0.5e-6;

    /// <summary>Makes the verdict.</summary>
    /// <param name="game">The game.</param>
    /// <param name="score">Its final score.</param>
    /// <param name="regulation">Periods of regulation.</param>
    /// <param name="rows">Its prices, the oldest first.</param>
    public static VerdictView Of(GameId game, Score score, int regulation, IReadOnlyList<VerdictRow> rows)
    {
        var moneyline = rows.Where(row => row.Type == MarketType.Moneyline).ToList();
        var live = moneyline.Where(row => !row.IsPregame).ToList();
        var pregame = moneyline.FindLast(row => row.IsPregame) is { Type: MarketType.Moneyline } last ? last : (VerdictRow?)null;
        string Label(int period) => GameLabels.Short(game.League, period, regulation);
        if (score.Margin == 0)
        {
            return new VerdictView(game.Value, score.Home, score.Away, null, Show(pregame?.Home), null, null, null, Swing(moneyline, Label), [], LinesOf(rows, Label));
        }

        var homeWon = score.Margin > 0;
        return new VerdictView(
            game.Value,
            score.Home,
            score.Away,
            homeWon ? "home" : "away",
            Show(pregame?.Home),
            Loss([.. live.Select(row => row.Home)], homeWon),
            pregame is { } held ? Loss([held.Home], homeWon) : null,
            live.Count == 0 ? null : Text((double)live.Count(row => row.Home.Millionths > 500_000 == homeWon) / live.Count),
            Swing(moneyline, Label),
            [.. live.GroupBy(row => row.Period).OrderBy(group => group.Key).Select(group =>
                new VerdictPeriod(Label(group.Key), Loss([.. group.Select(row => row.Home)], homeWon)!))],
            LinesOf(rows, Label));
    }

    private static VerdictLoss? Loss(IReadOnlyList<Probability> home, bool homeWon)
    {
        if (home.Count == 0)
        {
            return null;
        }

        var (log, square) = (0.0, 0.0);
        foreach (var chance in home)
        {
            var given = Math.Clamp((homeWon ? chance.Millionths : 1_000_000 - chance.Millionths) / 1e6, Least, 1 - Least);
            log -= Math.Log(given);
            square += (1 - given) * (1 - given);
        }

        return new VerdictLoss(home.Count, Text(log / home.Count), Text(square / home.Count));
    }

    private static VerdictSwing? Swing(List<VerdictRow> moneyline, Func<int, string> label)
    {
        VerdictSwing? swing = null;
        var most = 0;
        for (var i = 1; i < moneyline.Count; i++)
        {
            var moved = Math.Abs(moneyline[i].Home.Millionths - moneyline[i - 1].Home.Millionths);
            if (moved > most)
            {
                most = moved;
                swing = new VerdictSwing(label(moneyline[i].Period), Show(moneyline[i - 1].Home)!, Show(moneyline[i].Home)!, moneyline[i].Description);
            }
        }

        return swing;
    }

    private static List<VerdictLine> LinesOf(IReadOnlyList<VerdictRow> rows, Func<int, string> label) =>
        [.. rows.Where(row => row.Type != MarketType.Moneyline).GroupBy(row => row.Period).OrderBy(group => group.Key).Select(group => new VerdictLine(
            label(group.Key), First(group, MarketType.Spread), First(group, MarketType.Total)))];

    private static string? First(IEnumerable<VerdictRow> rows, MarketType type) =>
        rows.Where(row => row.Type == type).Select(row => row.Line.ToString()).FirstOrDefault();

    private static string? Show(Probability? chance) => chance is { } known ? Text(known.Millionths / 1e6) : null;

    private static string Text(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
