using System.Globalization;
using Oddswire.Core.Domain;
using Oddswire.Simulator.Faults;

namespace Oddswire.Simulator;

/// <summary>What the simulator plays: how many games at once, from which seed, at which pace, with which faults. Equal options give equal bytes.</summary>
public sealed record SlateOptions
{
    /// <summary>The seed; every game, line and fault follows from it. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>NFL games at the same time, 0 to 1,000. Default 6.</summary>
    public int NflGames { get; init; } = 6;

    /// <summary>NBA games at the same time, 0 to 1,000. Default 8.</summary>
    public int NbaGames { get; init; } = 8;

    /// <summary>MLB games at the same time, 0 to 1,000. Default 5.</summary>
    public int MlbGames { get; init; } = 5;

    /// <summary>How many games are played in each place of the slate, one after the other; null for no end. Default null.</summary>
    public int? Rounds { get; init; }

    /// <summary>
    /// Whether every other game of the first round is already under way at time 0: what has happened in it comes within the first three
    /// seconds, as when a feed is joined late. Default true.
    /// </summary>
    public bool UnderWay { get; init; } = true;

    /// <summary>Longest silence of a live game's feed: a message without news fills it. Zero for none. Default 4 s.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Pause between a game and the next in its place. Default 30 s.</summary>
    public TimeSpan Intermission { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// For load: the league's messages are due evenly at this rate instead of at a game's pace, in the same order. Null for the game's
    /// pace. Default null.
    /// </summary>
    public double? MessagesPerSecond { get; init; }

    /// <summary>The first day's start by the vendors' clock. Default 2026-09-13 17:00 UTC.</summary>
    public DateTimeOffset FirstStart { get; init; } = new(2026, 9, 13, 17, 0, 0, TimeSpan.Zero);

    /// <summary>What goes wrong on the way. Default nothing.</summary>
    public FaultPlan Faults { get; init; } = FaultPlan.None;

    /// <summary>Games of the league at the same time.</summary>
    public int GamesOf(League league) => league switch
    {
        League.Nfl => NflGames,
        League.Nba => NbaGames,
        League.Mlb => MlbGames,
        _ => throw new ArgumentOutOfRangeException(nameof(league), league, "Not a league; expected nfl, nba or mlb."),
    };

    /// <summary>Checks the options together.</summary>
    /// <exception cref="ArgumentException">An option is outside its range; the message says which and what it may be.</exception>
    public void Validate()
    {
        foreach (var league in Leagues.All)
        {
            Require(GamesOf(league) is >= 0 and <= 1000, $"{GamesOf(league)} {league.Code()} games at once is not possible: choose 0 to 1000.");
        }

        Require(Rounds is null or >= 1, $"Rounds is {Rounds}: choose 1 or more, or leave it out for an endless slate.");
        Require(Heartbeat == TimeSpan.Zero || Heartbeat >= TimeSpan.FromMilliseconds(100), $"A heartbeat of {Heartbeat} is too short: choose 100 ms or more, or zero for none.");
        Require(Intermission >= TimeSpan.Zero, $"An intermission of {Intermission} is negative.");
        Require(MessagesPerSecond is null or (> 0 and <= 10_000_000), $"{MessagesPerSecond} messages/s is not possible: choose above 0 to 10,000,000.");
    }

    /// <summary>Everything that determines the messages, as text: equal texts, equal messages.</summary>
    internal string Fingerprint(League league) => string.Create(
        CultureInfo.InvariantCulture,
        $"v2|{Seed}|{GamesOf(league)}|{Rounds}|{UnderWay}|{Heartbeat.Ticks}|{Intermission.Ticks}|{MessagesPerSecond:R}|{FirstStart.UtcTicks}|{Faults}");

    private static void Require(bool isTrue, string message)
    {
        if (!isTrue)
        {
            throw new ArgumentException(message);
        }
    }
}
