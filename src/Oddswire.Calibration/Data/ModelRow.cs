using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Data;

/// <summary>A state of a recorded game and how the game ended.</summary>
public sealed record ModelRow(string Game, GameState State, GameInfo Info, Score Final)
{
    public static GameInfo InfoOf(int periods, PregameLine? line, bool mustHaveWinner = false, int runnerBase = 0) => new()
    {
        Home = new Team("H", "Home"),
        Away = new Team("A", "Away"),
        RegulationPeriods = periods,
        Line = line,
        MustHaveWinner = mustHaveWinner,
        AutomaticRunnerBase = runnerBase,
    };

    /// <summary>The home win probability of two American prices, vig removed in proportion.</summary>
    public static Probability? HomeWin(double? home, double? away) => home is { } h && away is { } a && h != 0 && a != 0
        ? Probability.RoundNearest(Implied(h) / (Implied(h) + Implied(a)))
        : null;

    private static double Implied(double american) => american > 0 ? 100 / (american + 100) : -american / (100 - american);
}
