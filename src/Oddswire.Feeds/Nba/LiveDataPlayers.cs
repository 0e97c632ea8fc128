using Oddswire.Core.Domain;

namespace Oddswire.Feeds.Nba;

/// <summary>What actions and box scores say of players, in our terms.</summary>
internal static class LiveDataPlayers
{
    private const int PeriodTenths = 7_200;
    private const int OvertimeTenths = 3_000;
    private const int RegulationPeriods = 4;

    [ThreadStatic]
    private static List<PlayerChange>? _list;

    /// <summary>The line-ups of a box score: starters are on the court from the tip-off.</summary>
    public static PlayerChanges Of(LiveDataBoxScore boxScore)
    {
        var list = Begin();
        Add(boxScore.Home, Side.Home);
        Add(boxScore.Away, Side.Away);
        return PlayerChanges.Of(list);

        void Add(LiveDataTeam team, Side side)
        {
            foreach (var player in team.Players)
            {
                list.Add(new PlayerChange(player.Id, PlayerStatistic.Listed, player.IsStarter ? 1 : 0, side, Name: player.Name));
                if (player.IsStarter)
                {
                    list.Add(new PlayerChange(player.Id, PlayerStatistic.OnCourt, 1, side));
                }
            }
        }
    }

    /// <summary>What an action adds.</summary>
    public static PlayerChanges Of(in LiveDataAction action)
    {
        if (action.Player.Length == 0)
        {
            return PlayerChanges.None;
        }

        var list = Begin();
        var (player, team, name) = (action.Player, action.TeamCode ?? "", action.PlayerName);
        switch (action.Type)
        {
            case ActionType.TwoPointer when action.IsMade:
                Add(PlayerStatistic.Points, 2);
                break;
            case ActionType.ThreePointer when action.IsMade:
                Add(PlayerStatistic.Points, 3);
                Add(PlayerStatistic.Threes, 1);
                break;
            case ActionType.FreeThrow when action.IsMade:
                Add(PlayerStatistic.Points, 1);
                break;
            case ActionType.Rebound:
                Add(PlayerStatistic.Rebounds, 1);
                break;
            case ActionType.Substitution when action.SubType is SubType.In or SubType.Out:
                var entered = action.SubType == SubType.In ? 1 : -1;
                Add(PlayerStatistic.OnCourt, entered);
                Add(PlayerStatistic.CourtTime, -entered * Elapsed(action.Period, action.ClockTenths));
                break;
            case ActionType.Ejection:
                Add(PlayerStatistic.Gone, 1);
                break;
            default:
                break;
        }

        if (action is { IsMade: true, Type: ActionType.TwoPointer or ActionType.ThreePointer, Assistant.Length: > 0 })
        {
            list.Add(new PlayerChange(action.Assistant, PlayerStatistic.Assists, 1, Team: team, Name: action.AssistantName));
        }

        return PlayerChanges.Of(list);

        void Add(PlayerStatistic statistic, int amount)
        {
            list.Add(new PlayerChange(player, statistic, amount, Team: team, Name: name));
            name = "";
        }
    }

    /// <summary>Game time since the tip-off, tenths of a second.</summary>
    private static int Elapsed(int period, int clockTenths) => period <= RegulationPeriods
        ? (period * PeriodTenths) - clockTenths
        : (RegulationPeriods * PeriodTenths) + ((period - RegulationPeriods) * OvertimeTenths) - clockTenths;

    private static List<PlayerChange> Begin()
    {
        var list = _list ??= [];
        list.Clear();
        return list;
    }
}
