using Oddswire.Core.Domain;
using Oddswire.Core.Wire;

namespace Oddswire.Feeds.Mlb;

/// <summary>What Retrosheet's records say of players, in our terms.</summary>
internal static class RetrosheetPlayers
{
    private const int LongestName = 40;

    /// <summary>The name of a <c>start</c> or <c>sub</c> record, without its quotes.</summary>
    public static string Name(ReadOnlySpan<byte> field, StringCache strings)
    {
        field = field.Trim((byte)'"');
        return strings.Get(field[..Math.Min(field.Length, LongestName)]);
    }

    /// <summary>A player takes his place: in the batting order, on the mound, or both.</summary>
    public static void Enter(List<PlayerChange> list, string player, string name, int team, int slot, bool isPitcher)
    {
        var side = team == 0 ? Side.Away : Side.Home;
        list.Add(new PlayerChange(player, PlayerStatistic.Listed, slot, side, Name: name));
        if (isPitcher)
        {
            list.Add(new PlayerChange(player, PlayerStatistic.Pitching, 1, side));
        }
    }

    /// <summary>What a play adds to its batter's and its pitcher's statistics. The record does not name the pitcher.</summary>
    public static PlayerChanges Of(in PlayOutcome outcome, string batter, Side batting)
    {
        if (!outcome.EndsTurn)
        {
            return PlayerChanges.None;
        }

        var fielding = batting == Side.Home ? Side.Away : Side.Home;
        List<PlayerChange> list = new(6) { new(batter, PlayerStatistic.PlateAppearances, 1, batting) };
        if (outcome.HitBases > 0)
        {
            list.Add(new PlayerChange(batter, PlayerStatistic.Hits, 1, batting));
            list.Add(new PlayerChange(batter, PlayerStatistic.TotalBases, outcome.HitBases, batting));
        }

        if (outcome.HitBases == 4)
        {
            list.Add(new PlayerChange(batter, PlayerStatistic.HomeRuns, 1, batting));
        }

        list.Add(new PlayerChange("", PlayerStatistic.BattersFaced, 1, fielding));
        if (outcome.IsStrikeout)
        {
            list.Add(new PlayerChange("", PlayerStatistic.Strikeouts, 1, fielding));
        }

        return PlayerChanges.Of(list);
    }
}
