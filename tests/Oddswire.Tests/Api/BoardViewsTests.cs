using Oddswire.Board.Views;
using Oddswire.Core.Domain;

namespace Oddswire.Tests.Api;

/// <summary>What readers of the API and the board see of a market.</summary>
public sealed class BoardViewsTests
{
    [Fact]
    public void A_result_that_a_correction_changed_names_its_reason_and_its_version()
    {
        var market = BoardViews.Market(new OddsUpdate
        {
            Market = new MarketKey(MarketType.Total) { Line = new Line(4_550) },
            ModelVersion = "nfl-drives-1",
            PlayerName = "",
            Status = MarketStatus.Settled,
            Reason = StatusReason.SettlementRolledBack,
            SettlementVersion = 2,
        });

        (market.Market, market.Status, market.Reason, market.SettlementVersion).ShouldBe(("total:45.5", "settled", "settlement_rolled_back", 2));
    }
}
