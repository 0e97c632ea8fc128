namespace Oddswire.Board.Contracts;

/// <summary>How the model did on a finished game, judged by the moneyline: decimal strings, lower losses are better.</summary>
/// <param name="GameId">The game.</param>
/// <param name="HomeScore">Final points of the home team.</param>
/// <param name="AwayScore">Final points of the visiting team.</param>
/// <param name="Winner"><c>home</c> or <c>away</c>; absent after a tie, which a moneyline cannot be judged by.</param>
/// <param name="Pregame">The home team's chance before the game, 0 to 1; absent when the archive has none.</param>
/// <param name="Model">The live prices, each counted once.</param>
/// <param name="PregameHeld">The last price before the game, held to the end.</param>
/// <param name="Favoured">Share of the live prices that had the winner in front, 0 to 1.</param>
/// <param name="Swing">The event that moved the chance most.</param>
/// <param name="Periods">The live prices by period.</param>
/// <param name="Lines">Main lines at the start of each period, beside what became of them.</param>
public sealed record VerdictView(
    string GameId,
    int HomeScore,
    int AwayScore,
    string? Winner,
    string? Pregame,
    VerdictLoss? Model,
    VerdictLoss? PregameHeld,
    string? Favoured,
    VerdictSwing? Swing,
    IReadOnlyList<VerdictPeriod> Periods,
    IReadOnlyList<VerdictLine> Lines);

/// <summary>What some prices lost on the result.</summary>
/// <param name="Prices">How many.</param>
/// <param name="LogLoss">Mean of minus the logarithm of the chance given to what happened; a coin's is 0.6931.</param>
/// <param name="Brier">Mean squared distance from what happened; a coin's is 0.25.</param>
public sealed record VerdictLoss(int Prices, string LogLoss, string Brier);

/// <summary>A move of the home team's chance.</summary>
/// <param name="PeriodLabel">When.</param>
/// <param name="From">The chance before, 0 to 1.</param>
/// <param name="To">The chance after.</param>
/// <param name="Description">The vendor's words.</param>
public sealed record VerdictSwing(string PeriodLabel, string From, string To, string Description);

/// <summary>The live prices of a period.</summary>
/// <param name="PeriodLabel">The period.</param>
/// <param name="Loss">What they lost.</param>
public sealed record VerdictPeriod(string PeriodLabel, VerdictLoss Loss);

/// <summary>The main lines at the start of a period.</summary>
/// <param name="PeriodLabel">The period.</param>
/// <param name="Spread">The home team's handicap; its expected margin is the opposite.</param>
/// <param name="Total">Points of both teams.</param>
public sealed record VerdictLine(string PeriodLabel, string? Spread, string? Total);
