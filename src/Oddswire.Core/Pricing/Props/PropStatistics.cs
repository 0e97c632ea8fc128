using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Props;

/// <summary>The statistics of players that are bet on, and their names.</summary>
public static class PropStatistics
{
    private static readonly PlayerStatistic[] Nfl =
    [
        PlayerStatistic.PassingYards, PlayerStatistic.RushingYards, PlayerStatistic.ReceivingYards, PlayerStatistic.Receptions, PlayerStatistic.Touchdowns,
    ];

    private static readonly PlayerStatistic[] Nba = [PlayerStatistic.Points, PlayerStatistic.Rebounds, PlayerStatistic.Assists, PlayerStatistic.Threes];

    private static readonly PlayerStatistic[] Mlb =
        [PlayerStatistic.Hits, PlayerStatistic.TotalBases, PlayerStatistic.Strikeouts, PlayerStatistic.HomeRuns];

    private static readonly string[] Names = [.. Enumerable.Range(0, 64).Select(static n => NameFor((PlayerStatistic)n))];

    /// <summary>What is offered in a league, in the order of a board.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a league.</exception>
    public static ReadOnlySpan<PlayerStatistic> Of(League league) => league switch
    {
        League.Nfl => Nfl,
        League.Nba => Nba,
        League.Mlb => Mlb,
        _ => throw new ArgumentOutOfRangeException(nameof(league), league, "Not a league; expected nfl, nba or mlb."),
    };

    /// <summary>The snake-case name, as it stands in market names: <c>passing_yards</c>.</summary>
    public static string Name(this PlayerStatistic statistic) => Names[(int)statistic & 63];

    /// <summary>Reads such a name.</summary>
    public static bool TryParse(string name, out PlayerStatistic statistic)
    {
        var index = name.Length == 0 ? -1 : Array.IndexOf(Names, name);
        statistic = index > 0 ? (PlayerStatistic)index : PlayerStatistic.None;
        return index > 0;
    }

    private static string NameFor(PlayerStatistic statistic)
    {
        if (!Enum.IsDefined(statistic))
        {
            return "";
        }

        var name = new System.Text.StringBuilder();
        foreach (var c in statistic.ToString())
        {
            name.Append(char.IsAsciiLetterUpper(c) && name.Length > 0 ? "_" : "").Append(char.ToLowerInvariant(c));
        }

        return name.ToString();
    }
}
