using Oddswire.Core.Domain;

namespace Oddswire.Feeds.Nfl;

/// <summary>
/// The players' statistics of a play in our terms. They stand for the final ruling, as those of <see cref="ScoringStats"/> do; a lateral's yards count, but
/// no second run or catch.
/// </summary>
internal static class PlayerStats
{
    [ThreadStatic]
    private static List<PlayerChange>? _list;

    /// <summary>Whether a statId says anything that is kept.</summary>
    public static bool IsKept(int statId) => statId is (>= 10 and <= 16) or 19 or (>= 21 and <= 24) or 115 || IsReturnTouchdown(statId);

    /// <summary>What a play adds.</summary>
    public static PlayerChanges Of(GameCenterDocument game, GameCenterPlay play)
    {
        if (play.Players is not { } entries)
        {
            return PlayerChanges.None;
        }

        var list = _list ??= [];
        list.Clear();
        foreach (var entry in entries)
        {
            Add(list, entry, game.SideOf(entry.Club));
        }

        return PlayerChanges.Of(list);
    }

    private static void Add(List<PlayerChange> list, in GameCenterEntry entry, Side? side)
    {
        var (player, name) = (entry.Player, entry.Name);
        switch (entry.StatId)
        {
            // Runs: 10, with a touchdown 11; after a lateral 12, 13.
            case >= 10 and <= 13:
                Put(PlayerStatistic.RushingYards, entry.Yards);
                Put(PlayerStatistic.RushAttempts, entry.StatId <= 11 ? 1 : 0);
                Put(PlayerStatistic.Touchdowns, entry.StatId is 11 or 13 ? 1 : 0);
                break;

            // Passes: incomplete 14, intercepted 19, complete 15, with a touchdown 16.
            case 14 or 19:
                Put(PlayerStatistic.PassAttempts, 1);
                break;
            case 15 or 16:
                Put(PlayerStatistic.PassingYards, entry.Yards);
                Put(PlayerStatistic.PassAttempts, 1);
                Put(PlayerStatistic.Completions, 1);
                break;

            // Catches: 21, with a touchdown 22; after a lateral 23, 24. Thrown at: 115.
            case >= 21 and <= 24:
                Put(PlayerStatistic.ReceivingYards, entry.Yards);
                Put(PlayerStatistic.Receptions, entry.StatId <= 22 ? 1 : 0);
                Put(PlayerStatistic.Touchdowns, entry.StatId is 22 or 24 ? 1 : 0);
                break;
            case 115:
                Put(PlayerStatistic.Targets, 1);
                break;
            default:
                Put(PlayerStatistic.Touchdowns, 1);
                break;
        }

        void Put(PlayerStatistic statistic, int amount)
        {
            if (amount != 0)
            {
                list.Add(new PlayerChange(player, statistic, amount, side, Name: name));
                name = "";
            }
        }
    }

    // Interceptions 26, 28; punts 34, 36; kick-offs 46, 48; fumbles 56, 58, 60, 62; any other way 64.
    private static bool IsReturnTouchdown(int statId) => statId is 26 or 28 or 34 or 36 or 46 or 48 or 56 or 58 or 60 or 62 or 64;
}
