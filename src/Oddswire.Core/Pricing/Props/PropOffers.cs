using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Props;

/// <summary>What the markets of players have of their own; lines and margins are the book's (<see cref="LeagueBook.Players"/>).</summary>
public static class PropOffers
{
    /// <summary>Whether a statistic can go down by what a player does: yards can, so that a line passed is not won before the end.</summary>
    public static bool CanFall(PlayerStatistic statistic) =>
        statistic is PlayerStatistic.PassingYards or PlayerStatistic.RushingYards or PlayerStatistic.ReceivingYards;
}
