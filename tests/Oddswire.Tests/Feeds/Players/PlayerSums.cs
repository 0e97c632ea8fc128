using Oddswire.Core.Domain;

namespace Oddswire.Tests.Feeds.Players;

/// <summary>Adds up what events say of players.</summary>
internal sealed class PlayerSums
{
    private readonly Dictionary<(string Player, PlayerStatistic Statistic), int> _sums = [];

    public static PlayerSums Of(IEnumerable<GameEvent> events)
    {
        var sums = new PlayerSums();
        foreach (var gameEvent in events)
        {
            foreach (var change in gameEvent.Players)
            {
                var key = (change.Player.Length > 0 ? change.Player : gameEvent.Pitcher ?? "", change.Statistic);
                sums._sums[key] = sums._sums.GetValueOrDefault(key) + change.Amount;
            }
        }

        return sums;
    }

    public int this[string player, PlayerStatistic statistic] => _sums.GetValueOrDefault((player, statistic));

    /// <summary>Whether anything but his place in the line-up was said of a player.</summary>
    public bool HasPlayed(string player) =>
        _sums.Keys.Any(key => key.Player == player && key.Statistic is not (PlayerStatistic.Listed or PlayerStatistic.Pitching or PlayerStatistic.Gone));

    /// <summary>Everybody who has something but zero of a statistic.</summary>
    public SortedDictionary<string, int> Of(PlayerStatistic statistic) => new(
        _sums.Where(entry => entry.Key.Statistic == statistic && entry.Value != 0).ToDictionary(static e => e.Key.Player, static e => e.Value), StringComparer.Ordinal);
}
